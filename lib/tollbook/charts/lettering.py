"""Where text goes: lines that fit a width, and labels that do not touch."""

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties


def wrapped(fig: Figure, text: str, *, size: float, weight: str, room: float) -> list[str]:
    """`text` in lines of at most `room` inches, broken at spaces; no last line of a word or two."""
    room *= fig.dpi
    how = (size, weight, fig.dpi, tuple(mpl.rcParams["font.family"]))
    whole = _width(text, *how)
    if whole <= room:
        return [" ".join(text.split())] if text.strip() else []
    words = [(word, _width(word, *how)) for word in text.split()]
    space = (whole - sum(width for _, width in words)) / max(len(words) - 1, 1)
    lines = _filled(words, space, room)
    while len(lines) > 1 and lines[-1][1] < room / 3:
        room *= 0.97
        tighter = _filled(words, space, room)
        if len(tighter) > len(lines):
            break
        lines = tighter
    return [line for line, _ in lines]


def _filled(words: Sequence[tuple[str, float]], space: float, room: float) -> list[tuple[str, float]]:
    """Lines and their widths: each takes the next word while it fits."""
    lines: list[tuple[str, float]] = []
    for word, width in words:
        line, taken = lines[-1] if lines else ("", room)
        if taken + space + width <= room:
            lines[-1] = (f"{line} {word}", taken + space + width)
        else:
            lines.append((word, width))
    return lines


@lru_cache(maxsize=4096)
def _width(text: str, size: float, weight: str, dpi: float, families: tuple[str, ...]) -> float:
    """In pixels, as a `Text` would be; asked of a renderer, which takes a third of the time."""
    font = FontProperties(family=families, size=size, weight=weight)
    return float(_renderer(dpi).get_text_width_height_descent(text, font, ismath=False)[0]) if text else 0.0


@cache
def _renderer(dpi: float) -> Any:
    """One that nothing is drawn with."""
    return RendererAgg(1, 1, dpi)  # type: ignore[no-untyped-call]


def apart(wanted: Sequence[float], *, step: float, low: float, high: float) -> list[float]:
    """Rising positions at least `step` apart, each run of crowded ones centred on what they wanted.

    They stay within [low, high] if they all fit.
    """
    runs: list[list[float]] = []  # each: [sum of (wanted - place in the run), how many]
    for y in wanted:
        runs.append([y, 1])
        while len(runs) > 1 and _start(runs[-2]) + runs[-2][1] * step > _start(runs[-1]):
            total, many = runs.pop()
            runs[-1][0] += total - many * runs[-1][1] * step
            runs[-1][1] += many
    placed = [_start(run) + n * step for run in runs for n in range(int(run[1]))]
    return _within(placed, step=step, low=low, high=high)


def _start(run: list[float]) -> float:
    return run[0] / run[1]


def _within(placed: list[float], *, step: float, low: float, high: float) -> list[float]:
    for index in range(len(placed) - 1, -1, -1):
        placed[index] = min(placed[index], high - (len(placed) - 1 - index) * step)
    return [max(y, low + index * step) for index, y in enumerate(placed)]
