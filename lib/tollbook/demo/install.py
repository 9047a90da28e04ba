"""The demo's parameter files: copied into a project, never over a file that says something else."""

from importlib.resources import files
from pathlib import Path

from tollbook.errors import TollbookError


class ParametersInTheWay(TollbookError):
    """Parameter files with a demo file's name and other content."""

    def __init__(self, paths: list[Path]) -> None:
        self.paths = paths
        super().__init__(
            f"{', '.join(str(path) for path in paths)} would be overwritten by the demo and differs from it: "
            "move it away, or use --force to replace it"
        )


def demo_parameters() -> dict[str, bytes]:
    """Path below `parameters/` -> content: `clients/<client>.yaml` and `rates/demo-<card>.csv`."""
    root = files(__package__).joinpath("parameters")
    return {
        f"{folder}/{entry.name}": entry.read_bytes()
        for folder in ("clients", "rates")
        for entry in sorted(root.joinpath(folder).iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith((".yaml", ".csv"))
    }


def check_parameters(folder: Path) -> None:
    """See that nothing would be lost.

    Raises:
        ParametersInTheWay: a file of that name says something else.
    """
    wanted = demo_parameters()
    different = [
        folder / name
        for name, content in wanted.items()
        if (folder / name).exists() and (folder / name).read_bytes() != content
    ]
    if different:
        raise ParametersInTheWay(different)


def install_parameters(folder: Path) -> list[Path]:
    """Write every demo parameter file below `folder`; files that are the same already stay as they are."""
    written = []
    for name, content in demo_parameters().items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            written.append(path)
    return written
