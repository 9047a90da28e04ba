"""The gallery of all pictures, by one command.

`python -m tollbook.reports.gallery docs/gallery` draws every picture for the demo client that shows it best and writes
a page; `python -m tollbook.reports.gallery tests/reports/references --references` draws made-up months for the tests.
"""

import sys
from collections.abc import Iterator, Mapping
from datetime import date
from io import BytesIO
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from tollbook.charts.names import speaking
from tollbook.charts.rendering import to_png
from tollbook.charts.sheet import PAGE
from tollbook.reports.material import Material, read_material
from tollbook.reports.pictures import PICTURES
from tollbook.reports.sample import sample_material

SHOWN = {
    "usage": "marigold-retail", "pace": "harbour-bank", "channels": "ledger-archive", "unusual": "carmel-clinic",
    "destinations": "monsoon-air", "movers": "harbour-bank", "delivery": "ledger-archive", "funnel": "marigold-retail",
    "receipts": "ledger-archive", "hours": "carmel-clinic", "campaigns": "marigold-retail",
    "senders": "marigold-retail", "bill": "harbour-bank", "changes": "carmel-clinic", "tiers": "marigold-retail",
    "commitment": "",
}  # fmt: skip
IN_HEBREW = ("usage", "destinations", "bill", "changes")  # of the demo's Hebrew client, whose report is in it
HEBREW_CLIENT = "carmel-clinic"
REFERENCES = {"usual": "en", "hebrew": "he"}
GALLERY_DPI, REFERENCE_DPI = 80, 45
COLOURS = 48


def small_png(fig: Figure, dpi: float) -> bytes:
    """The figure as a PNG of 48 colours: a third of the bytes, and nothing that the eye misses."""
    with Image.open(BytesIO(to_png(fig, dpi=dpi))) as image:
        small = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    file = BytesIO()
    small.save(file, "png", optimize=True)
    return file.getvalue()


def references() -> Iterator[tuple[str, Figure]]:
    """Name and figure of every picture of the months that tests compare with."""
    for kind, language in REFERENCES.items():
        material = sample_material(kind)
        with speaking(language):
            for name, picture in PICTURES.items():
                yield f"{kind}-{name}", picture.draw(material, PAGE)


def difference(one: bytes, other: bytes) -> float:
    """How far two PNGs are apart, 0 to 1: the mean over areas of 4 x 4 pixels; 1 when their sizes differ.

    Averaging forgives another rasteriser its smoothing; a bar or a label that moved is not forgiven.
    """
    grey = []
    for content in (one, other):
        with Image.open(BytesIO(content)) as image:
            plain = np.asarray(image.convert("RGB"), dtype=float) / 255
        height, width = (side // 4 * 4 for side in plain.shape[:2])
        grey.append(plain[:height, :width].reshape(height // 4, 4, width // 4, 4, 3).mean(axis=(1, 3)))
    return float(np.abs(grey[0] - grey[1]).mean()) if grey[0].shape == grey[1].shape else 1.0


def page(findings: Mapping[str, tuple[str, str]]) -> str:
    """The gallery's page: each picture with its finding and whose it is, by file name."""
    head = (
        "# Gallery\n\nEvery picture a report may show, each for the demo client that shows it best, October 2026. "
        "All data is invented; the last ones show the Hebrew of a client's report, read from the right. Made by "
        "`python -m tollbook.reports.gallery docs/gallery` after `make demo`.\n"
    )
    parts = [
        f"## {name}\n\n![{finding}]({name}.png)\n\nFor {client}.\n" for name, (client, finding) in findings.items()
    ]
    return "\n".join([head, *parts])


def write_gallery(folder: Path) -> None:
    """Draw the demo's pictures into `folder` and write its README.md."""
    import tollbook

    book = tollbook.open()
    months: dict[str, Material] = {"": sample_material()}  # no client of the demo has undertaken to spend
    told = {}
    wanted = [(name, name, client, "en") for name, client in SHOWN.items()]
    wanted += [(f"{name}-hebrew", name, HEBREW_CLIENT, "he") for name in IN_HEBREW]
    for file, name, client, language in wanted:
        if client not in months:
            months[client] = read_material(book, client, "2026-10", today=date(2026, 11, 30))
        with speaking(language):
            fig = PICTURES[name].draw(months[client], PAGE)
        (folder / f"{file}.png").write_bytes(small_png(fig, GALLERY_DPI))
        told[file] = (months[client].client.name, str(fig.get_label()))
    (folder / "README.md").write_text(page(told), "utf-8")


def main(arguments: list[str]) -> None:
    """Write the gallery, or with `--references` the pictures that tests compare with, into a folder."""
    folder = Path(arguments[0] if arguments else "docs/gallery")
    folder.mkdir(parents=True, exist_ok=True)
    if "--references" not in arguments:
        write_gallery(folder)
        return
    for name, fig in references():
        (folder / f"{name}.png").write_bytes(small_png(fig, REFERENCE_DPI))


if __name__ == "__main__":
    main(sys.argv[1:])
