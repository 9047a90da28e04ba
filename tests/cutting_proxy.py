"""A connection that breaks at the worst moment: a proxy before a server, which cuts chosen requests."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Literal

from front import Front

Moment = Literal["before", "halfway", "answered"]


class CuttingProxy(Front):
    """Passes everything on to a port of this machine, but for the requests it is told to cut, once each.

    `before`: nothing of the request reaches the server; `halfway`: half of it does; `answered`: the server does what
    was asked, and its answer is lost.
    """

    def __init__(self, target: int) -> None:
        self.cuts: list[str] = []
        self._wanted: Callable[[str], bool] = lambda _line: False
        self._moment: Moment = "before"
        self._left = 0
        self._lock = threading.Lock()
        super().__init__(target)

    def cut(self, moment: Moment, wanted: Callable[[str], bool], *, times: int = 1) -> None:
        """Cut the next `times` requests whose first line is wanted; `cuts` lists them as they happen."""
        self.cuts, self._wanted, self._moment, self._left = [], wanted, moment, times

    def serve(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self.target))
        lost = threading.Event()
        threading.Thread(target=self._answers, args=(server, client, lost), daemon=True).start()
        with suppress(OSError), client, server:
            while asked := client.recv(1 << 16):
                if self._take(asked):
                    if self._moment == "before":
                        return
                    if self._moment == "halfway":
                        server.sendall(asked[: len(asked) // 2])
                        return
                    lost.set()
                server.sendall(asked)

    def _take(self, asked: bytes) -> bool:
        line = asked.partition(b"\r\n")[0].decode("latin-1")
        with self._lock:
            if not self._left or not self._wanted(line):
                return False
            self._left -= 1
            self.cuts.append(line)
            return True

    @staticmethod
    def _answers(server: socket.socket, client: socket.socket, lost: threading.Event) -> None:
        with suppress(OSError):
            while answer := server.recv(1 << 16):
                if lost.is_set():
                    break
                client.sendall(answer)
        for one in (server, client):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
