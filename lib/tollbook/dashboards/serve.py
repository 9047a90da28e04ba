"""The dashboards' server: Voila, standalone, with every setting here and none read from files around it.

What each setting is for was measured; see the comments. The server shows `notebooks/dashboards` and nothing else,
takes no code from the browser, and sends nobody to another host.
"""

import logging
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from pydantic import SecretStr
from traitlets.config import Config

from tollbook.dashboards.theme import Brand, read_brand
from tollbook.errors import TollbookError
from tollbook.settings import Settings

TEMPLATE = "tollbook"
# Without `anywidget` the table and the filters stay silently empty; each further extension costs every visitor
# a download.
EXTENSIONS = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8", "anywidget"]
IDLE_SECONDS = 900
SWEEP_SECONDS = 60
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


def serve(settings: Settings, *, port: int, host: str = "127.0.0.1", open_browser: bool = True) -> int:
    """Serve the dashboards until interrupted (Ctrl+C, SIGTERM).

    Bind anything but the loopback only behind a proxy that knows who asks: Voila itself lets everybody in.

    Returns:
        The exit code, 0 after an orderly stop.

    Raises:
        NoDashboards: the project has no `notebooks/dashboards`.
        PortTaken: the port is in use.
        BadBrand: `parameters/brand.yaml` cannot be read.
    """
    folder = settings.notebooks / "dashboards"
    if not folder.is_dir():
        raise NoDashboards(folder)
    _check_port(host, port)
    config = configuration(folder, read_brand(settings.parameters), host=host, port=port)
    config.Voila.open_browser = open_browser
    print(f"Tollbook dashboards on http://{host}:{port}/ (Ctrl+C stops)", flush=True)  # noqa: T201 - a console program
    with template_on_path(), _environment(kernel_environment(settings)):
        _run(config)
    return 0


def configuration(folder: Path, brand: Brand, *, host: str, port: int) -> Config:
    """Voila's whole configuration for one folder of dashboards."""
    names = {"brand": brand.name, "brand_css": brand.css}
    config = Config(
        {
            "Application": {"log_level": "ERROR"},
            "Voila": {
                "root_dir": str(folder),
                "ip": host,
                "port": port,
                "port_retries": 0,
                "config_file_paths": [],  # a stray voila.json would outrank what is written here
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
            },
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
    """The variables with which a kernel finds the same project as the server; secrets are not among them."""
    known = {name: value for name, value in settings if value is not None and not isinstance(value, SecretStr)}
    return {f"TOLLBOOK_{name.upper()}": str(value) for name, value in known.items()}


def socket_folder() -> str:
    """Where the folder of kernels' sockets is made: a socket's whole path may have 103 bytes on some systems."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= LONGEST_FOLDER else "/tmp"  # noqa: S108 - Voila makes a private folder inside


@contextmanager
def template_on_path() -> Iterator[None]:
    """Let Jupyter find the template that travels inside this package."""
    with as_file(files("tollbook.dashboards") / "share") as share:
        paths = [str(share), *filter(None, [os.environ.get("JUPYTER_PATH")])]
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
