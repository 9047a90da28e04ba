"""Every picture looks as it did: compared with the small pictures in `references/`.

After a wanted change: `python -m tollbook.reports.gallery tests/reports/references --references`, and look at them.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from PIL import Image

from tollbook.reports.gallery import REFERENCE_DPI, REFERENCES, difference, references, small_png
from tollbook.reports.pictures import PICTURES

FOLDER = Path(__file__).parent / "references"
FORGIVEN = 0.004  # one label moved by a line's height in a small picture is about 0.006
NAMES = [f"{kind}-{name}" for kind in REFERENCES for name in PICTURES]


@pytest.fixture(scope="module")
def drawn() -> dict[str, Figure]:
    return dict(references())


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_looks_like_its_reference(name: str, drawn: dict[str, Figure], tmp_path: Path) -> None:
    now = small_png(drawn[name], REFERENCE_DPI)
    (tmp_path / f"{name}.png").write_bytes(now)
    far = difference(now, (FOLDER / f"{name}.png").read_bytes())
    assert far < FORGIVEN, f"{name} differs by {far:.4f}; see {tmp_path}"


def test_every_reference_is_somebodys_and_all_are_small() -> None:
    files = list(FOLDER.glob("*.png"))
    assert {path.stem for path in files} == set(NAMES)
    assert sum(path.stat().st_size for path in files) < 400_000


def test_a_moved_label_and_a_missing_bar_are_noticed(drawn: dict[str, Figure]) -> None:
    reference = (FOLDER / "usual-bill.png").read_bytes()
    for spoil in (_without_a_bar, _with_another_picture):
        assert all(difference(png, reference) > FORGIVEN for png in spoil(drawn))


def _without_a_bar(drawn: dict[str, Figure]) -> Iterator[bytes]:
    with Image.open(BytesIO(small_png(drawn["usual-bill"], REFERENCE_DPI))) as image:
        page = image.convert("RGB")
    page.paste("white", (page.width // 5, page.height // 4, page.width // 2, page.height // 2))
    file = BytesIO()
    page.save(file, "png")
    yield file.getvalue()


def _with_another_picture(drawn: dict[str, Figure]) -> Iterator[bytes]:
    yield small_png(drawn["usual-usage"], REFERENCE_DPI)
