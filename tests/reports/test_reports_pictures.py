"""Every picture of a report, for usual and awkward clients, in every language, with its words and without."""

import re
from collections.abc import Callable
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from tollbook.charts.names import CHANNELS, speaking, texts
from tollbook.charts.rendering import to_png, to_svg
from tollbook.charts.sheet import PAGE, PRINT, Sheet
from tollbook.charts.style import house_style
from tollbook.reports.pictures import PICTURES
from tollbook.reports.report import as_text
from tollbook.reports.sample import KINDS, sample_material

Written = Callable[[Figure], list[tuple[str, Bbox]]]
Faults = Callable[[Figure], list[tuple[str, ...]]]
MATERIAL = {kind: sample_material(kind) for kind in KINDS}
UNDRAWABLE = {"changes", "commitment", "tiers"}  # without a bill before, a commitment, or a tiered line


@pytest.mark.parametrize("language", ["en", "he"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PICTURES)
def test_texts_neither_touch_nor_leave_the_page(name: str, kind: str, language: str, faults: Faults) -> None:
    of = MATERIAL[kind]
    if name in UNDRAWABLE and not PICTURES[name].has(of):
        pytest.skip("there is nothing to draw it from")
    with speaking(language):
        for sheet in (PAGE, PRINT) if language == "en" else (PRINT,):
            fig = PICTURES[name].draw(of, sheet)
            assert faults(fig) == []
            assert fig.get_label()


# What stays as it is in any language: what a client wrote, brands, currencies, and short counts of the client's locale.
OWN = [
    "Outbound messages",
    "Platform fee",
    "VAT 20 %",
    "autumn",
    *CHANNELS.values(),
    "GBP",
    "ILS",
    "Mio.",
    "Mrd.",
    "K",
    "M",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PICTURES)
def test_nothing_is_left_in_english_where_hebrew_is_spoken(name: str, kind: str, written: Written) -> None:
    of = MATERIAL[kind]
    if name in UNDRAWABLE and not PICTURES[name].has(of):
        pytest.skip("there is nothing to draw it from")
    with speaking("he"):
        fig = PICTURES[name].draw(of, PAGE)
        drawn = [text for text, _ in written(fig)]
        table = PICTURES[name].table(of)
        rows = (*as_text(table).rows, as_text(table).head) if len(table) else ()
    whole = " ".join([*drawn, fig.get_label(), *(cell for row in rows for cell in row)])  # type: ignore[list-item]
    whole = re.sub("[\u2066-\u2069\u200e\u200f]", "", whole)
    for word in OWN:
        whole = whole.replace(word, "")
    assert re.findall("[A-Za-z]{2,}", re.sub(r"campaign-[-\w]*", "", whole)) == []


def test_every_language_says_every_sentence_with_the_same_values() -> None:
    english, hebrew = texts("sentences.yaml")["en"], texts("sentences.yaml")["he"]
    assert english.keys() == hebrew.keys()
    for key in english:
        known = set(re.findall(r"\{\w+\}", english[key]))
        other = set(re.findall(r"\{\w+\}", hebrew[key]))
        # `during` says `in October`, `period` says `October`: a language takes one of them. A singular may say `one`.
        assert known ^ other <= {"{during}", "{period}", "{n}"}, key


@pytest.mark.parametrize("name", ["destinations", "campaigns", "delivery", "funnel", "bill", "changes"])
def test_bars_begin_where_reading_begins(name: str) -> None:
    """In Hebrew the first axes are at the right, and their bars grow to the left; time is not turned."""
    drawn = {}
    for language in ("en", "he"):
        with speaking(language):
            fig = PICTURES[name].draw(MATERIAL["usual"], PAGE)
            with house_style():
                fig.draw_without_rendering()
        drawn[language] = fig
    assert all(not ax.xaxis_inverted() for ax in drawn["en"].axes)
    assert all(ax.xaxis_inverted() for ax in drawn["he"].axes)
    names = {language: _row_names(fig) for language, fig in drawn.items()}
    assert max(box.x1 for box in names["en"]) < min(ax.bbox.x1 for ax in drawn["en"].axes)
    assert min(box.x0 for box in names["he"]) > max(ax.bbox.x0 for ax in drawn["he"].axes)


def _row_names(fig: Figure) -> list[Bbox]:
    labels = [tick for ax in fig.axes for axis in [ax.yaxis] for tick in axis.get_major_ticks()]
    sides = [label for tick in labels for label in (tick.label1, tick.label2) if label.get_visible()]
    return [label.get_window_extent() for label in sides if label.get_text()]


@pytest.mark.parametrize("name", ["usage", "pace", "unusual", "receipts", "hours", "commitment", "tiers"])
def test_time_runs_from_left_to_right_in_every_language(name: str) -> None:
    with speaking("he"):
        fig = PICTURES[name].draw(MATERIAL["usual"], PAGE)
    assert not fig.axes[0].xaxis_inverted()


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_read_without_its_colours(name: str) -> None:
    """In grey, areas that touch differ in lightness, or a white line parts them."""
    fig = PICTURES[name].draw(MATERIAL["usual"], PAGE)
    for ax in fig.axes:
        bars = [bar for bar in ax.patches if hasattr(bar, "get_width") and bar.get_width() * bar.get_height()]  # type: ignore[attr-defined]
        stacks: dict[float, list[mpl.patches.Rectangle]] = {}
        for bar in bars:
            stacks.setdefault(round(bar.get_y() if name == "delivery" else bar.get_x(), 3), []).append(bar)  # type: ignore[attr-defined, arg-type]
        if name not in {"usage", "delivery"}:
            continue
        for stack in stacks.values():
            for one, two in pairwise(stack):
                parted = min(one.get_linewidth(), two.get_linewidth()) > 0 and one.get_edgecolor()[:3] == (1, 1, 1)
                assert parted or abs(_lightness(one) - _lightness(two)) >= 8


def _lightness(bar: mpl.patches.Rectangle) -> float:
    from tollbook.charts.style import luminance

    return float(116 * np.cbrt(luminance(mpl.colors.to_hex(bar.get_facecolor()))) - 16)


@pytest.mark.parametrize("name", PICTURES)
def test_print_and_screen_show_the_same_texts_in_the_same_size(name: str, written: Written) -> None:
    """What fits at one resolution fits at any: texts scale with the page."""
    fig = PICTURES[name].draw(MATERIAL["usual"], PAGE)
    sizes = []
    for dpi in (72, 288):
        fig.set_dpi(dpi)
        sizes.append([box.width / dpi for _, box in written(fig)])
    assert sizes[0] == pytest.approx(sizes[1], abs=0.02)  # inches


@pytest.mark.parametrize("name", PICTURES)
def test_a_sheet_sets_the_size_and_leaves_the_words_to_the_page(name: str) -> None:
    fig = PICTURES[name].draw(MATERIAL["usual"], Sheet(size=(6.0, 3.0), headline=False))
    assert fig.get_size_inches().tolist() == [6.0, 3.0]
    assert fig.texts == []
    assert fig.get_label()


@pytest.mark.parametrize("name", PICTURES)
def test_the_same_month_gives_the_same_bytes(name: str) -> None:
    one, two = (PICTURES[name].draw(MATERIAL["usual"], PAGE) for _ in range(2))
    assert to_png(one, dpi=50) == to_png(two, dpi=50)
    assert to_svg(one) == to_svg(two)
    assert b"<dc:date>" not in to_svg(one)


def test_no_figure_stays_open_and_no_setting_changes() -> None:
    from matplotlib import pyplot as plt

    before = dict(mpl.rcParams)
    for picture in PICTURES.values():
        picture.draw(MATERIAL["usual"], PAGE)
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before
