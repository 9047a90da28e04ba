// mongo-java-server on a port of this machine, its data in an H2 file: java -cp ... DocumentServer PORT FILE [oplog]
// With `oplog` it has change streams, as a replica set has them.

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.time.Instant;
import java.util.List;
import org.h2.mvstore.MVStore;

public class DocumentServer {
    /** Writes before it answers, as a journal does: the tests kill this process and start it again. */
    static class Journaled extends H2Backend {
        Journaled(MVStore store) {
            super(store);
        }

        @Override
        public Document handleMessage(MongoMessage message) {
            Document answer = super.handleMessage(message);
            commit();
            // The driver begins a stream at the moment of this answer; the server itself does not say it.
            return answer.append("operationTime", new BsonTimestamp(Instant.now(), 0));
        }
    }

    /** The lowest version today's pymongo talks to; the server's own answer is older than the messages it knows. */
    static class Version implements MongoVersion {
        @Override
        public List<Integer> getVersionArray() {
            return List.of(4, 4, 0);
        }

        @Override
        public int getWireVersion() {
            return 9;
        }
    }

    public static void main(String[] arguments) {
        MVStore store = new MVStore.Builder().fileName(arguments[1]).autoCommitDisabled().open();
        MongoServer server = new MongoServer(new Journaled(store).version(new Version()));
        if (arguments.length > 2) {
            server.enableOplog();
        }
        server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
    }
}
