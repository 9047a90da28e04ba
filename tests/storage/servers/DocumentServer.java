// mongo-java-server on a port of this machine, its data in an H2 file: java -cp ... DocumentServer.java PORT FILE

import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
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
            return answer;
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
        server.bind("127.0.0.1", Integer.parseInt(arguments[0]));
    }
}
