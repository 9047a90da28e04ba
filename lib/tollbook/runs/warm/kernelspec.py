"""Where Jupyter finds the warm kernel: a folder inside this package, or wherever it was installed to."""

from functools import cache
from importlib.metadata import entry_points
from pathlib import Path

from tollbook.runs.warm.owner import can_fork

NAME = "tollbook"
PROVISIONER = "tollbook-warm"
SHARE = Path(__file__).parent / "share"  # a Jupyter data path: put it on JUPYTER_PATH


@cache
def available() -> bool:
    """Whether this system can fork kernels and Jupyter knows our provisioner."""
    return can_fork() and bool(entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER))


def install(*, prefix: str = "") -> Path:
    """Copy the kernelspec where Jupyter looks: the user's folder, or that of `prefix`; returns where."""
    from jupyter_client.kernelspec import KernelSpecManager

    source = str(SHARE / "kernels" / NAME)
    place = KernelSpecManager().install_kernel_spec(source, NAME, user=not prefix, prefix=prefix or None)
    return Path(place)
