"""Pictures for a notebook's page and for files."""

import os
import tempfile
from pathlib import Path

from IPython.display import Image
from matplotlib.figure import Figure

from tollbook.charts.rendering import to_png

SCALE = 2  # pixels of the file for each pixel on the page: sharp on dense screens
PAGE_DPI = 80


def picture(fig: Figure) -> Image:
    """The figure for a cell's output, sharp, with its finding as alternative text."""
    width = int(fig.get_size_inches()[0] * PAGE_DPI)
    return Image(  # type: ignore[no-untyped-call]
        to_png(fig, dpi=SCALE * PAGE_DPI), format="png", width=width, alt=str(fig.get_label())
    )


def save_pictures(folder: Path, **pictures: Image) -> list[Path]:
    """Write what `picture` made to `<folder>/<name>.png`, each whole or not at all, and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, image in pictures.items():
        path = folder / f"{name}.png"
        handle, made = tempfile.mkstemp(dir=folder, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(image.data)
        Path(made).chmod(0o644)  # mkstemp gives 600
        Path(made).replace(path)
        paths.append(path)
    return paths
