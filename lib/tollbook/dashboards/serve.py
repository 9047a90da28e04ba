"""The dashboards' server: Voila, standalone, with every setting here and none read from files around it.

What each setting is for was measured; see the comments. The server shows `notebooks/dashboards` and nothing else,
takes no code from the browser, and sends nobody to another host. Who may come in is the business of `gate`.
"""

import getpass
import logging
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from ipaddress import ip_address, ip_network
from pathlib import Path

from pydantic import SecretStr
from traitlets.config import Config

from tollbook.access import read_access
from tollbook.dashboards.seating import seats
from tollbook.dashboards.theme import Brand, read_brand
from tollbook.errors import TollbookError
from tollbook.runs.warm import kernelspec
from tollbook.runs.warm.owner import WarmProcess
from tollbook.runs.warm.wire import ADDRESS
from tollbook.settings import Settings

TEMPLATE = "tollbook"
# Without `anywidget` the table and the filters stay silently empty; each further extension costs every visitor
# a download.
EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
IDLE_SECONDS = 900
SWEEP_SECONDS = 60
OUTPUT_SECONDS = 60
LONGEST_FOLDER = 35  # leaves room for the names of Voila and Jupyter below it
# Scripts: Voila writes some into the page, checks its settings by compiled schemas (eval), and widgets arrive as
# blobs. Everything, sockets included, comes from this host or is refused by the browser.
CONTENT_POLICY = (
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
)
HEADERS = {
    "Content-Security-Policy": "; ".join(CONTENT_POLICY),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class NoDashboards(TollbookError):
    """A project without `notebooks/dashboards`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        super().__init__(f"no dashboards: {folder} does not exist; set TOLLBOOK_NOTEBOOKS or start in the project")


class PortTaken(TollbookError):
    """Another program answers on the port."""

    def __init__(self, host: str, port: int) -> None:
        self.port = port
        super().__init__(f"port {port} on {host} is taken: stop what uses it, or choose another with --port")


class OpenToAll(TollbookError):
    """A server that everybody could reach and that asks nobody's name."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} can be reached from other machines: put a sign-in proxy before the dashboards and name its header "
            "with --header (deploy/dashboards.md), or leave --host at 127.0.0.1"
        )


class BadNetwork(TollbookError):
    """A proxy's network that is none."""

    def __init__(self, network: str) -> None:
        super().__init__(f"--proxy {network!r} is no address and no network, such as 127.0.0.1 or 10.1.0.0/16")


@dataclass(frozen=True, slots=True)
class Door:
    """Where the server listens, and how it learns who asks.

    Attributes:
        header: that the sign-in proxy sets to the person's name; "" for the single-user mode of one's own machine.
        proxies: addresses or networks the proxy asks from.
        secret: what the proxy sends as `X-Tollbook-Proxy`; not asked for when empty.
        seats: pages at once.
    """

    port: int = 8866
    host: str = "127.0.0.1"
    header: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    secret: SecretStr = field(default_factory=lambda: SecretStr(""))
    seats: int = field(default_factory=seats)

    def check(self) -> None:
        """Refuse what would let in people who were not asked for.

        Raises:
            OpenToAll: it can be reached from elsewhere and asks for no name.
            BadNetwork: a proxy that is no address.
            PortTaken: the port is in use.
        """
        if not self.header and self.host != "localhost" and not _loopback(self.host):
            raise OpenToAll(self.host)
        for network in self.proxies:
            try:
                ip_network(network)
            except ValueError as error:
                raise BadNetwork(network) from error
        _check_port(self.host, self.port)


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def serve(settings: Settings, door: Door, *, open_browser: bool = True) -> int:
    """Serve the dashboards until interrupted (Ctrl+C, SIGTERM).

    Returns:
        The exit code, 0 after an orderly stop.

    Raises:
        NoDashboards: the project has no `notebooks/dashboards`.
        OpenToAll, BadNetwork, PortTaken: see `Door.check`.
        NoAccessFile, BadAccessFile: people sign in and nothing says what they may see.
        BadBrand: `parameters/brand.yaml` cannot be read.
    """
    folder = settings.notebooks / "dashboards"
    if not folder.is_dir():
        raise NoDashboards(folder)
    door.check()
    if door.header:
        read_access(settings.parameters)
    config = configuration(folder, read_brand(settings.parameters), door)
    config.Voila.open_browser = open_browser
    who = f"signed in by {door.header}" if door.header else "this machine only"
    print(  # noqa: T201 - a console program
        f"Tollbook dashboards on http://{door.host}:{door.port}/ ({who}, {door.seats} pages at once; Ctrl+C stops)",
        flush=True,
    )
    with ExitStack() as stack:
        stack.enter_context(template_on_path())
        stack.enter_context(_environment(kernel_environment(settings)))
        if kernelspec.available():
            warm = stack.enter_context(WarmProcess(os.environ))
            stack.enter_context(_environment({ADDRESS: warm.address}))
        _run(config)
    return 0


def configuration(folder: Path, brand: Brand, door: Door) -> Config:
    """Voila's whole configuration for one folder of dashboards."""
    names = {"brand": brand.name, "brand_css": brand.css}
    config = Config(
        {
            "Application": {"log_level": "ERROR"},
            "Voila": {
                "root_dir": str(folder),
                "ip": door.host,
                "port": door.port,
                "port_retries": 0,
                "config_file_paths": [],  # a stray voila.json would outrank what is written here
                "identity_provider_class": "tollbook.dashboards.gate.Gate",
                "tornado_settings": {
                    # The beacon that ends the kernel of a closed tab carries no token and would be refused.
                    "disable_check_xsrf": True,
                    "headers": HEADERS,
                    "jinja_template_vars": names,
                },
            },
            "VoilaConfiguration": {
                "template": TEMPLATE,
                "resources": names,
                "classic_tree": True,  # the plain list of dashboards, from our template
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "file_allowlist": ["(?!)"],  # matches nothing: pictures beside notebooks would go to anyone
                "show_tracebacks": False,
                "extension_allowlist": EXTENSIONS,
                "extension_denylist": [],
                "preheat_kernel": False,  # what a warm pool loads is shared by visitors and hours old
                "multi_kernel_manager_class": "tollbook.dashboards.gate.Seats",
            },
            # With 4 s, a busy machine gives the reader a page whose outputs came later, that is an empty one.
            "VoilaExecutor": {"iopub_timeout": OUTPUT_SECONDS},
            "Gate": {
                "header": door.header,
                "proxies": list(door.proxies),
                "secret": door.secret.get_secret_value(),
                "local_person": getpass.getuser(),
            },
            "Seats": {"seats": door.seats, "entitled": bool(door.header)},
            "MappingKernelManager": {
                "cull_idle_timeout": IDLE_SECONDS,
                "cull_interval": SWEEP_SECONDS,
                "cull_connected": False,
            },
        }
    )
    if os.name == "posix":
        config.KernelManager.transport = "ipc"  # sockets in a private folder, no open port on a shared machine
        config.Voila.connection_dir_root = socket_folder()
    else:
        config.KernelManager.transport_encryption = "auto"
    return config


def kernel_environment(settings: Settings) -> dict[str, str]:
    """The variables with which a kernel finds the same project as the server; no secret and no person is in them."""
    own = {name for name, value in settings if value is None or isinstance(value, SecretStr)} | {"person"}
    known = {name: value for name, value in settings if name not in own}
    return {f"TOLLBOOK_{name.upper()}": str(value) for name, value in known.items()}


def socket_folder() -> str:
    """Where the folder of kernels' sockets is made: a socket's whole path may have 103 bytes on some systems."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= LONGEST_FOLDER else "/tmp"  # noqa: S108 - Voila makes a private folder inside


@contextmanager
def template_on_path() -> Iterator[None]:
    """Let Jupyter find the template and the warm kernel that travel inside this package."""
    with as_file(files("tollbook.dashboards") / "share") as share:
        paths = [str(share), str(kernelspec.SHARE), *filter(None, [os.environ.get("JUPYTER_PATH")])]
        with _environment({"JUPYTER_PATH": os.pathsep.join(paths)}):
            yield


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _check_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(host, port) from error


def _run(config: Config) -> None:
    from voila.app import Voila

    # Jupyter's own settings make tornado warn about its pings, once for each server.
    logging.getLogger("tornado.general").setLevel(logging.ERROR)
    app = Voila.instance(config=config)  # the instance, or else a notebook's failure is logged to nowhere
    app.initialize([])
    app.start()
