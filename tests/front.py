"""A front before a server of this machine: it listens, and what connects is served on a thread of its own."""

import socket
import threading
from contextlib import suppress


class Front:
    """Listens on a free `port` until it is closed; `serve` is what a front does with a connection.

    Args:
        target: the port of the server behind it.
    """

    def __init__(self, target: int) -> None:
        self.target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def serve(self, client: socket.socket) -> None:
        raise NotImplementedError

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self.serve, args=(client,), daemon=True).start()
