"""Values that nobody has asked for yet, but might: parts of frequent texts, and ranges beside the range before."""

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from itertools import combinations

from tollbook.questions.steps import Field, Value

RANGES = ("<", "<=", ">", ">=", "between")
BOUNDS = 6  # of each end of a range, as often used
_WORD = re.compile(r"[^\W_]{2,}")
_SEPARATOR = re.compile(r"(?<=\w)[^\w\s](?=\w)")


def fragments(top: Sequence[Value]) -> list[str]:
    """Words of the most frequent values and what they begin with ("10.0" of "10.0.0.7"), the weightiest first."""
    weights: Counter[str] = Counter()
    for rank, value in enumerate(top):
        if isinstance(value, str):
            for part in {*_WORD.findall(value), *_beginnings(value)} - {value}:
                weights[part] += 1 / (rank + 1)  # type: ignore[assignment]
    return sorted(weights, key=lambda part: (-weights[part], part))


def _beginnings(value: str) -> Iterator[str]:
    return (value[: found.start()] for found in _SEPARATOR.finditer(value) if found.start() > 1)


def likely_ranges(about: Field, operator: str, last: Value, known: Mapping[Hashable, float]) -> list[Value]:
    """Thresholds or ranges of a column: at its quantiles, at bounds others used, and beside the range before.

    Args:
        about: the column.
        operator: of `RANGES`; others have no ranges.
        last: what the session compared the column with last; None for nothing.
        known: how often each value was compared with, any operator.
    """
    if operator not in RANGES:
        return []
    if operator != "between":
        return [*about.quantiles, *(bound for bound in _ends(last))]
    ranges = [one for one in known if isinstance(one, tuple) and len(one) == 2]
    lows, highs = (_often({one: known[one] for one in ranges}, end) for end in (0, 1))
    found = [*combinations(about.quantiles, 2), *((low, high) for low in lows for high in highs)]
    if isinstance(last, tuple) and len(last) == 2:
        found += [*_beside(*last), *((low, last[1]) for low in lows), *((last[0], high) for high in highs)]
    return [one for one in dict.fromkeys(found) if _rises(*one) and one != last]


def _often(ranges: Mapping[tuple[Value, ...], float], end: int) -> list[Value]:
    weights: Counter[Value] = Counter()
    for one, weight in ranges.items():
        weights[one[end]] += weight  # type: ignore[assignment]
    return sorted(weights, key=lambda bound: (-weights[bound], repr(bound)))[:BOUNDS]


def _beside(low: Value, high: Value) -> list[tuple[Value, Value]]:
    """The range moved by its width, halved and doubled; numbers only."""
    if not all(isinstance(one, int | float) for one in (low, high)):
        return []
    width, middle = high - low, (low + high) / 2
    return [(high, high + width), (low - width, low), (low, middle), (middle, high), (low - width, high),
            (low, high + width)]  # fmt: skip


def _ends(last: Value) -> tuple[Value, ...]:
    return last if isinstance(last, tuple) else ()


def _rises(low: Value, high: Value) -> bool:
    try:
        return bool(low < high)
    except TypeError:
        return False
