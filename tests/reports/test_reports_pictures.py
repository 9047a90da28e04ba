"""Every picture of a report, for usual and awkward clients."""

from collections.abc import Callable

import matplotlib as mpl
import pytest
from matplotlib.figure import Figure

from tollbook.charts.names import speaking
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import to_png
from tollbook.reports.choice import possible
from tollbook.reports.pictures import PICTURES
from tollbook.reports.sample import KINDS, sample_material

Faults = Callable[[Figure], list[tuple[str, ...]]]
MATERIAL = {kind: sample_material(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PICTURES)
def test_texts_neither_touch_nor_leave_the_page(name: str, kind: str, faults: Faults) -> None:
    of = MATERIAL[kind]
    if not possible(name, of):
        pytest.skip("there is nothing to draw it from")
    language = "he" if kind == "hebrew" else "en"
    with speaking(language):
        fig = PICTURES[name].draw(of, PAGE if language == "en" else Sheet(headline=False))
    assert faults(fig) == []
    assert fig.get_label() == PICTURES[name].says(of) or language != "en"


@pytest.mark.parametrize("name", PICTURES)
def test_a_sheet_sets_the_size_and_leaves_the_words_to_the_page(name: str) -> None:
    fig = PICTURES[name].draw(MATERIAL["usual"], Sheet(size=(6.0, 3.0), headline=False))
    assert fig.get_size_inches().tolist() == [6.0, 3.0]
    assert fig.texts == []
    assert fig.get_label()


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_month_gives_the_same_bytes(name: str) -> None:
    one, two = (to_png(PICTURES[name].draw(MATERIAL["usual"], PAGE), dpi=50) for _ in range(2))
    assert one == two


def test_no_figure_stays_open_and_no_setting_changes() -> None:
    from matplotlib import pyplot as plt

    before = dict(mpl.rcParams)
    for picture in PICTURES.values():
        picture.draw(MATERIAL["usual"], PAGE)
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before
