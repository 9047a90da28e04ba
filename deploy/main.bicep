// Everything Tollbook needs on Azure: storage, a MongoDB-compatible database, the monthly job, the follower and the
// dashboards, all opening the storage by one managed identity; no account key is ever used.
//   az group create --name tollbook --location westeurope
//   az deployment group create --resource-group tollbook --template-file deploy/main.bicep \
//     --parameters image=REGISTRY/tollbook:TAG registry=REGISTRY databasePassword=... tokenKey=...

@description('Where everything is made.')
param location string = resourceGroup().location
@description('Image built from deploy/Dockerfile.')
param image string
@description('Login server of the container registry that holds it, such as acme.azurecr.io.')
param registry string
@secure()
@description('Password of the database.')
param databasePassword string
@secure()
@minLength(32)
@maxLength(64)
@description('Secret of the recipient tokens (TOLLBOOK_KEY). Keep it: with another one the same number is another recipient.')
param tokenKey string

var unique = uniqueString(resourceGroup().id)
var container = 'tollbook'
var blobContributor = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'ba92f5b4-2d11-453d-a403-e96b0029c9fe')
var blobDelegator = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'db58b8e5-c6ad-4a2a-8342-4190687cbf4a')
var acrPull = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: 'tollbook'
  location: location
}

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'tollbook${unique}'
  location: location
  kind: 'StorageV2'
  sku: { name: 'Standard_ZRS' }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: { deleteRetentionPolicy: { enabled: true, days: 30 } }

    resource home 'containers' = { name: container }
  }
}

// Read and write files; sign read links (tollbook invoice share) without an account key.
resource files 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, identity.id, blobContributor)
  scope: storage
  properties: { principalId: identity.properties.principalId, principalType: 'ServicePrincipal', roleDefinitionId: blobContributor }
}
resource links 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, identity.id, blobDelegator)
  scope: storage
  properties: { principalId: identity.properties.principalId, principalType: 'ServicePrincipal', roleDefinitionId: blobDelegator }
}

resource images 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {
  name: split(registry, '.')[0]
}
resource pull 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(images.id, identity.id, acrPull)
  scope: images
  properties: { principalId: identity.properties.principalId, principalType: 'ServicePrincipal', roleDefinitionId: acrPull }
}

resource database 'Microsoft.DocumentDB/mongoClusters@2024-07-01' = {
  name: 'tollbook-${unique}'
  location: location
  properties: {
    administrator: { userName: 'tollbook', password: databasePassword }
    serverVersion: '7.0'
    compute: { tier: 'M20' }
    storage: { sizeGb: 32 }
    sharding: { shardCount: 1 }
    highAvailability: { targetMode: 'Disabled' }
    publicNetworkAccess: 'Enabled'
  }

  resource fromAzure 'firewallRules' = {
    name: 'AllowAllAzureServicesAndResourcesWithinAzureIps'
    properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: 'tollbook'
  location: location
  properties: { sku: { name: 'PerGB2018' }, retentionInDays: 30 }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: 'tollbook'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: { customerId: logs.properties.customerId, sharedKey: logs.listKeys().primarySharedKey }
    }
  }
}

var identities = { type: 'UserAssigned', userAssignedIdentities: { '${identity.id}': {} } }
var registries = [{ server: registry, identity: identity.id }]
var secrets = [
  {
    name: 'mongodb-uri'
    value: 'mongodb+srv://tollbook:${uriComponent(databasePassword)}@${database.name}.mongocluster.cosmos.azure.com/tollbook?tls=true&authMechanism=SCRAM-SHA-256'
  }
  { name: 'token-key', value: tokenKey }
]
var settings = [
  { name: 'TOLLBOOK_HOME', value: 'az://${container}/home' }
  { name: 'TOLLBOOK_AZURE_ACCOUNT', value: storage.name }
  { name: 'AZURE_CLIENT_ID', value: identity.properties.clientId } // which identity DefaultAzureCredential takes
  { name: 'TOLLBOOK_MONGODB_URI', secretRef: 'mongodb-uri' }
  { name: 'TOLLBOOK_KEY', secretRef: 'token-key' }
]

// Last month, on the first at 04:10 UTC. A killed run is started once more and goes on where the first one was.
resource month 'Microsoft.App/jobs@2024-03-01' = {
  name: 'tollbook-month'
  location: location
  identity: identities
  properties: {
    environmentId: environment.id
    configuration: {
      triggerType: 'Schedule'
      scheduleTriggerConfig: { cronExpression: '10 4 1 * *', parallelism: 1, replicaCompletionCount: 1 }
      replicaTimeout: 7200
      replicaRetryLimit: 1
      registries: registries
      secrets: secrets
    }
    template: {
      containers: [
        {
          name: 'month'
          image: image
          command: ['/bin/sh', '-c', 'tollbook ingest && tollbook compact && exec tollbook run "$(date -d yesterday +%Y-%m)"']
          env: settings
          resources: { cpu: json('2'), memory: '4Gi' }
        }
      ]
    }
  }
  dependsOn: [files, pull]
}

// One follower. It may be replaced at any moment; two at once do no harm.
resource follower 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'tollbook-follow'
  location: location
  identity: identities
  properties: {
    managedEnvironmentId: environment.id
    configuration: { activeRevisionsMode: 'Single', registries: registries, secrets: secrets }
    template: {
      terminationGracePeriodSeconds: 120
      containers: [
        { name: 'follow', image: image, command: ['tollbook', 'follow', '--pause', '5'], env: settings, resources: { cpu: json('1'), memory: '2Gi' } }
      ]
      scale: { minReplicas: 1, maxReplicas: 1 }
    }
  }
  dependsOn: [files, pull]
}

// Behind sign-in only: see README.md, "The dashboards".
resource dashboards 'Microsoft.App/containerApps@2024-03-01' = {
  name: 'tollbook-dashboards'
  location: location
  identity: identities
  properties: {
    managedEnvironmentId: environment.id
    configuration: {
      activeRevisionsMode: 'Single'
      registries: registries
      secrets: secrets
      ingress: { external: false, targetPort: 8866, transport: 'auto', stickySessions: { affinity: 'sticky' } }
    }
    template: {
      containers: [
        { name: 'dashboards', image: image, command: ['tollbook', 'dashboards', '--no-browser', '--host', '0.0.0.0', '--header', 'X-MS-CLIENT-PRINCIPAL-NAME'], env: settings, resources: { cpu: json('2'), memory: '4Gi' } }
      ]
      scale: { minReplicas: 1, maxReplicas: 1 }
    }
  }
  dependsOn: [files, pull]
}

output account string = storage.name
output home string = 'az://${container}/home'
