"""A front that signs in by SCRAM-SHA-256, before a document server that knows no users."""

import socket
import struct
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import bson
from scramp import ScramException, ScramMechanism

from front import Front

_OP_MSG = 2013
_OPEN = {"hello", "ismaster", "isMaster", "ping", "buildInfo"}
_HEADER = struct.Struct("<iiii")


class SigningFront(Front):
    """Passes everything of one user on to a port of this machine, and refuses everybody else, as MongoDB does."""

    def __init__(self, target: int, user: str, password: str) -> None:
        self.user, self.password = user, password
        self.signed_in = 0
        self.refused = 0
        self._mechanism = ScramMechanism("SCRAM-SHA-256")
        self._known = {user: self._mechanism.make_auth_info(password)}
        super().__init__(target)

    def uri(self, database: str, *, password: str = "") -> str:
        who = f"{quote(self.user, safe='')}:{quote(password or self.password, safe='')}"
        return f"mongodb://{who}@127.0.0.1:{self.port}/{database}?authSource=admin&authMechanism=SCRAM-SHA-256"

    def serve(self, client: socket.socket) -> None:
        with suppress(OSError, EOFError), client, socket.create_connection(("127.0.0.1", self.target)) as server:
            signing = _Signing(self)
            while True:
                asked = _message(client)
                answer = signing.answer(asked)
                if answer is None:
                    server.sendall(asked)
                    answer = _message(server)
                client.sendall(answer)

    def handshake(self) -> Any:
        """A server's half of one sign-in."""
        return self._mechanism.make_server(lambda user: self._known[user])


class _Signing:
    """What one connection has said of who it is."""

    def __init__(self, front: SigningFront) -> None:
        self._front = front
        self._handshake: Any = None
        self._signed_in = False

    def answer(self, asked: bytes) -> bytes | None:
        """The front's own answer; None where the server behind it is to give one."""
        _, request, _, kind = _HEADER.unpack(asked[:16])
        if kind != _OP_MSG:  # the first handshake, of older clients' kind
            return None
        command = bson.decode(asked[21 : 21 + struct.unpack("<i", asked[21:25])[0]])
        name = next(iter(command))
        if name in {"saslStart", "saslContinue"}:
            return _reply(request, self._sign_in(name, bytes(command["payload"]).decode()))
        if self._signed_in or name in _OPEN:
            return None
        return _reply(request, _error(13, "Unauthorized", f"command {name} requires authentication"))

    def _sign_in(self, name: str, said: str) -> dict[str, Any]:
        try:
            if name == "saslStart":
                self._handshake = self._front.handshake()
                self._handshake.set_client_first(said)
                answer = self._handshake.get_server_first()
            else:
                self._handshake.set_client_final(said)
                answer = self._handshake.get_server_final()
                self._signed_in = True
                self._front.signed_in += 1
        except (ScramException, KeyError):
            self._front.refused += 1
            return _error(18, "AuthenticationFailed", "Authentication failed.")
        return {"conversationId": 1, "done": self._signed_in, "payload": answer.encode(), "ok": 1.0}


def _error(code: int, name: str, says: str) -> dict[str, Any]:
    return {"ok": 0.0, "errmsg": says, "code": code, "codeName": name}


def _reply(request: int, document: dict[str, Any]) -> bytes:
    body = struct.pack("<IB", 0, 0) + bson.encode(document)
    return _HEADER.pack(16 + len(body), 1, request, _OP_MSG) + body


def _message(one: socket.socket) -> bytes:
    header = _exactly(one, 16)
    return header + _exactly(one, _HEADER.unpack(header)[0] - 16)


def _exactly(one: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        more = one.recv(size - len(found))
        if not more:
            raise EOFError
        found += more
    return found
