"""How Azure Blob Storage is reached: account, credential and retries, for the SDK and for delta-rs alike.

The credential is a connection string, an account key, or else `DefaultAzureCredential`: the machine's managed identity,
workload identity, or whoever did `az login`. None of them is ever part of a message.
"""

import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from pydantic import SecretStr

from tollbook.errors import TollbookError
from tollbook.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from azure.core.exceptions import AzureError
    from azure.storage.blob import BlobServiceClient, ContainerClient

_SCOPE = "https://storage.azure.com/.default"
_BUSY = {408, 429, 500, 502, 503, 504}


class BadBlobAddress(TollbookError):
    """A home on Blob, or the way to it, that cannot be understood."""

    def __init__(self, fault: str) -> None:
        super().__init__(
            f"{fault}; TOLLBOOK_HOME is az://container/prefix, and the account is TOLLBOOK_AZURE_ACCOUNT (with managed "
            "identity, `az login` or TOLLBOOK_AZURE_KEY) or TOLLBOOK_AZURE_CONNECTION_STRING"
        )


class BlobUnreachable(TollbookError):
    """Azure did not answer, or was too busy, for as long as it was asked."""

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        super().__init__(f"{where}: {why}; nothing is lost: start again once it answers")


class BlobRefused(TollbookError):
    """Azure answered, and refused."""

    def __init__(self, where: str, why: str) -> None:
        self.where = where
        super().__init__(f"{where}: refused ({why}); check account, container, credential and its roles")


@dataclass(frozen=True, slots=True)
class BlobAccess:
    """A container and a prefix in it, and what opens them.

    Attributes:
        prefix: without slashes around it; "" for the whole container.
        account: the storage account's name.
        endpoint: of its blob service.
        key: the account key; None where another credential is used.
        sas: a shared access signature out of a connection string.
        attempts: how often a server that is away or busy is asked, with growing pauses (half a minute in all).
    """

    container: str
    prefix: str
    account: str
    endpoint: str
    key: SecretStr | None = None
    sas: SecretStr | None = None
    attempts: int = 6

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """What the settings say.

        Raises:
            BadBlobAddress: they do not say enough.
        """
        found = re.fullmatch(r"(?:az|abfss?)://([a-z0-9-]{3,63})(?:/([^?#]*))?", settings.blob)
        if not found:
            raise BadBlobAddress(f"{settings.blob.split('?')[0]} is no home on Blob")
        container, prefix = found[1], (found[2] or "").strip("/")
        if settings.azure_connection_string:
            given = _parts(settings.azure_connection_string.get_secret_value())
            account, key = given.get("AccountName", ""), given.get("AccountKey", "")
            sas = given.get("SharedAccessSignature", "").lstrip("?")
            endpoint = given.get("BlobEndpoint") or _endpoint(account, given.get("EndpointSuffix", "core.windows.net"))
            account = account or _account_in(endpoint)
        else:
            key = settings.azure_key.get_secret_value() if settings.azure_key else ""
            account, endpoint, sas = settings.azure_account, _endpoint(settings.azure_account, "core.windows.net"), ""
            if "://" in settings.azure_account:
                account, endpoint = _account_in(settings.azure_account), settings.azure_account
        if not account:
            raise BadBlobAddress(f"{settings.blob}: no storage account is named")
        return cls(
            container,
            prefix,
            account,
            endpoint.rstrip("/"),
            key=SecretStr(key) if key else None,
            sas=SecretStr(sas) if sas else None,
        )

    @property
    def where(self) -> str:
        """Account, container and prefix, for people."""
        return f"az://{self.container}/{self.prefix}".rstrip("/") + f" (account {self.account})"

    def named(self, name: str) -> str:
        """A blob's name in the container, from its path below the home."""
        return f"{self.prefix}/{name}" if self.prefix else name

    def service(self) -> "BlobServiceClient":
        """The SDK's client of the account."""
        from azure.storage.blob import BlobServiceClient, ExponentialRetry

        return BlobServiceClient(
            self.endpoint,
            credential=self._credential(),
            retry_policy=ExponentialRetry(
                initial_backoff=0, increment_base=2, retry_total=self.attempts - 1, random_jitter_range=1
            ),
            connection_timeout=10,
            read_timeout=60,
            logging_enable=False,
        )

    def open(self) -> "ContainerClient":
        """The SDK's client of the container; nothing is asked of Azure yet."""
        return self.service().get_container_client(self.container)

    def lake_options(self) -> dict[str, str]:
        """What delta-rs needs to open tables in the container; a token in it holds for about an hour."""
        options = {
            "azure_storage_account_name": self.account,
            "azure_storage_endpoint": self.endpoint,
            "max_retries": str(self.attempts + 2),
            "retry_timeout": "60s",
            "timeout": "60s",
        }
        if self.endpoint.startswith("http://"):
            options["allow_http"] = "true"
        if self.key:
            options["azure_storage_account_key"] = self.key.get_secret_value()
        elif self.sas:
            options["azure_storage_sas_key"] = self.sas.get_secret_value()
        else:
            options["azure_storage_token"] = _default_credential().get_token(_SCOPE).token
        return options

    def signed(self, name: str, *, start: datetime, end: datetime) -> str:
        """An address that reads one blob, named below the home, from `start` to `end`."""
        from azure.storage.blob import BlobSasPermissions, generate_blob_sas

        blob = self.named(name)
        with self.guarded(), self.service() as service:
            delegation = None if self.key else service.get_user_delegation_key(start, end)
            signature = generate_blob_sas(
                self.account,
                self.container,
                blob,
                account_key=self.key.get_secret_value() if self.key else None,
                user_delegation_key=delegation,
                permission=BlobSasPermissions(read=True),
                start=start,
                expiry=end,
                protocol=None if self.endpoint.startswith("http://") else "https",
            )
            return f"{service.get_blob_client(self.container, blob).url}?{signature}"

    def _credential(self) -> Any:
        if self.key:
            from azure.core.credentials import AzureNamedKeyCredential

            return AzureNamedKeyCredential(self.account, self.key.get_secret_value())
        if self.sas:
            from azure.core.credentials import AzureSasCredential

            return AzureSasCredential(self.sas.get_secret_value())
        return _default_credential()

    @contextmanager
    def guarded(self) -> "Iterator[None]":
        """Turn the SDK's errors into ours; its own messages may quote addresses with signatures and stay inside."""
        from azure.core.exceptions import AzureError

        try:
            yield
        except AzureError as error:
            raise self._said(error) from None

    def _said(self, error: "AzureError") -> TollbookError:
        status = getattr(error, "status_code", None)
        code = str(getattr(error, "error_code", "") or type(error).__name__)
        if status is None and type(error).__name__ != "ClientAuthenticationError":
            return BlobUnreachable(self.where, f"no answer ({code})")
        return (BlobUnreachable if status in _BUSY else BlobRefused)(self.where, f"{status or ''} {code}".strip())


@cache
def _default_credential() -> Any:
    """One for the process: it remembers its token, and a table that is opened asks for none."""
    try:
        from azure.identity import DefaultAzureCredential
    except ImportError as error:
        raise BadBlobAddress("managed identity and `az login` need the extra tollbook[azure]") from error
    return DefaultAzureCredential()


def _parts(connection_string: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in connection_string.split(";") if "=" in part)


def _endpoint(account: str, suffix: str) -> str:
    return f"https://{account}.blob.{suffix}"


def _account_in(endpoint: str) -> str:
    """The account of an endpoint: first part of the host, or last of the path where the host is only a number."""
    host, _, path = endpoint.split("://", 1)[-1].rstrip("/").partition("/")
    return path.rpartition("/")[2] if path else host.split(".")[0]
