"""The gate of the dashboards' server: who asks, whose kernel is whose, and how many there may be.

Runs in the server alone; what a kernel learns of it is the name in `TOLLBOOK_PERSON`, and the book does the rest.
"""

import hmac
from ipaddress import ip_address, ip_network
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server import CallContext
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.httputil import HTTPServerRequest, split_host_and_port
from tornado.web import HTTPError, RequestHandler
from traitlets import Bool, Int, List, Unicode

from tollbook.runs.warm import kernelspec

SECRET_HEADER = "X-Tollbook-Proxy"  # noqa: S105 - the name of a header, not what it holds
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
LONGEST_NAME = 254
NO_SEAT = "Every seat is taken"


class Gate(IdentityProvider):
    """Knows a person by the header that the sign-in proxy sets, or knows that there is one person: whose machine it is.

    Cookies and tokens count for nothing: what a browser can make up is no proof. A request about a kernel is let
    through for the person the kernel was started for and for nobody else.

    Attributes:
        header: that holds the signed-in person's name; empty for the single-user mode, which asks for no name and
            answers only under this machine's own names, so that no foreign page can borrow the reader's browser.
        proxies: networks the proxy asks from; the header is worth nothing from anywhere else.
        secret: what the proxy sends as `X-Tollbook-Proxy`; not asked for when empty.
        local_person: the name of the one person of the single-user mode.
    """

    header = Unicode(config=True)
    proxies = List(Unicode(), config=True)
    secret = Unicode(config=True)
    local_person = Unicode(config=True)

    def get_user(self, handler: RequestHandler) -> User:
        """The person who asks.

        Raises:
            HTTPError: 403 when it is nobody we know, or about somebody else's kernel.
        """
        person = self._signed_in(handler.request) if self.header else self._at_this_machine(handler.request)
        if not person or not self._may_touch(handler, person):
            handler.current_user = handler._jupyter_current_user = None  # type: ignore[attr-defined]  # noqa: SLF001
            raise HTTPError(403)
        return User(person, person, person)

    def get_handlers(self) -> list[tuple[str, object]]:
        """No sign-in pages: signing in is the proxy's business."""
        return []

    def _signed_in(self, request: HTTPServerRequest) -> str:
        asked_from = ip_address(request.connection.context.address[0])  # type: ignore[union-attr]
        if not any(asked_from in ip_network(one) for one in self.proxies):
            return ""
        told = request.headers.get(SECRET_HEADER, "")
        if self.secret and not hmac.compare_digest(told.encode(), self.secret.encode()):
            return ""
        names = request.headers.get_list(self.header)
        return names[0].strip() if len(names) == 1 and plain_name(names[0]) else ""

    def _at_this_machine(self, request: HTTPServerRequest) -> str:
        host, _ = split_host_and_port(request.host.lower())
        return self.local_person if host in LOOPBACK else ""

    @staticmethod
    def _may_touch(handler: RequestHandler, person: str) -> bool:
        owners = getattr(handler.settings.get("kernel_manager"), "owners", {})
        named = {*handler.path_args, *handler.path_kwargs.values()} & owners.keys()
        return all(owners[kernel] == person for kernel in named)


def plain_name(name: str) -> bool:
    """Whether a header holds one person's name: printable, no list, not endless."""
    return 0 < len(name.strip()) <= LONGEST_NAME and name.isprintable() and not set(name) & set(",;")


class Seats(AsyncMappingKernelManager):
    """Starts kernels, each for the person who asked, warm where that is possible, and not more than there is room for.

    Attributes:
        seats: kernels at once; whoever comes later is asked to wait a moment.
        entitled: people see what `parameters/access.yaml` gives them; else everything (single-user mode).
        owners: kernel id -> person.
    """

    seats = Int(24, config=True)
    entitled = Bool(True, config=True)

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self.owners: dict[str, str] = {}
        self._starting = 0

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]
        """Start a kernel for the person of the request at hand.

        Raises:
            HTTPError: 503 when every seat is taken.
        """
        if len(self.list_kernel_ids()) + self._starting >= self.seats:
            raise HTTPError(503, reason=NO_SEAT)
        person = _person()
        environment = dict(options.pop("env", {}))
        environment["TOLLBOOK_VIEWER"] = person
        environment["TOLLBOOK_PERSON"] = person if self.entitled else ""
        options["kernel_name"] = best_kernel(options.get("kernel_name", ""))
        self._starting += 1
        try:
            kernel: str = await super().start_kernel(**options, env=environment)
        finally:
            self._starting -= 1
        self.owners[kernel] = person
        return kernel

    def remove_kernel(self, kernel_id: str) -> Any:
        """Forget a kernel that has ended."""
        self.owners.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)


def _person() -> str:
    """The person of the request that is being answered."""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    user = getattr(handler, "current_user", None)
    if user is None:
        raise HTTPError(403)
    return str(user.username)


def best_kernel(named: str) -> str:
    """The warm kernel where it can be had, else the one that is named."""
    there = kernelspec.available() and kernelspec.NAME in KernelSpecManager().find_kernel_specs()
    return kernelspec.NAME if there else named
