"""Edits: everything that one step changed, carried over from where it was seen to where a person stands now.

A `Script` goes around one column; people often change several parts at once (another column and its filter, a total
and its grouping). An edit keeps what came with its names and values; what went is kept by name, or as "all of it", so
that an edit fits views that it was never made from.
"""

from dataclasses import dataclass, field
from math import log
from typing import Any

from tollbook.questions.counts import Counts
from tollbook.questions.steps import Filter, View
from tollbook.questions.trail import Stand, template

SLOW, STRENGTH = 1500.0, 3.0
BEST = 12  # of each context
_LEAST = 1e-6
_ALL = None  # stands for: all that there was


@dataclass(frozen=True, slots=True)
class Edit:
    """What came and what went, by part of the view; a part that went is None where nothing of it stayed."""

    dimensions: tuple[str, ...]
    no_dimensions: tuple[str, ...] | None
    measures: tuple[tuple[str, str], ...]
    no_measures: tuple[tuple[str, str], ...] | None
    filters: tuple[Filter, ...]
    no_filters: tuple[str, ...] | None
    order: tuple[str, str] | str | None


def edit_of(before: View, after: View) -> Edit:
    """The edit that leads from one view to the next."""
    gone = tuple(sorted(set(before.filters) - set(after.filters), key=repr))
    return Edit(
        tuple(name for name in after.dimensions if name not in before.dimensions),
        _gone(before.dimensions, after.dimensions),
        tuple(one for one in after.measures if one not in before.measures),
        _gone(before.measures, after.measures),
        tuple(one for one in after.filters if one not in before.filters),
        _ALL if gone and len(gone) == len(before.filters) else tuple(sorted({name for name, *_ in gone})),
        "keep" if after.order == before.order else after.order,
    )


def _gone(before: tuple[Any, ...], after: tuple[Any, ...]) -> tuple[Any, ...] | None:
    gone = tuple(one for one in before if one not in after)
    return _ALL if gone and len(gone) == len(before) else gone


def carry(view: View, edit: Edit) -> View | None:
    """The view after an edit; None where it does not fit: what it takes out is not there."""
    dimensions = _kept(view.dimensions, edit.no_dimensions)
    measures = _kept(view.measures, edit.no_measures)
    if dimensions is None or measures is None:
        return None
    filters: tuple[Filter, ...] = ()
    if edit.no_filters is not _ALL:
        if not {name for name, *_ in view.filters}.issuperset(edit.no_filters):
            return None
        filters = tuple(one for one in view.filters if one[0] not in edit.no_filters)
    return View(
        (*dimensions, *(name for name in edit.dimensions if name not in dimensions)),
        tuple(sorted({*measures, *edit.measures})),
        tuple(sorted({*filters, *edit.filters}, key=repr)),
        view.order if edit.order == "keep" else edit.order,  # type: ignore[arg-type]
    )


def _kept(parts: tuple[Any, ...], gone: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    if gone is _ALL:
        return ()
    return tuple(one for one in parts if one not in gone) if set(gone) <= set(parts) else None


@dataclass(slots=True)
class Edits:
    """Edits by where they were made, fading."""

    counts: Counts = field(default_factory=lambda: Counts(SLOW))

    def add(self, stand: Stand, view: View) -> None:
        """Count the edit that led to `view`."""
        self.counts.add(_contexts(stand), edit_of(stand.view, view))

    def carried(self, stand: Stand) -> dict[View, float]:
        """Views that known edits lead to from here, with the edit's probability; the session's own edits included."""
        contexts = _contexts(stand)
        edits = [edit for context in contexts for edit in self.counts.best(context, BEST)]
        edits += [edit_of(stand.trail.view(one.parent), one.view) for one in stand.trail.taken[-4:]]
        found: dict[View, float] = {}
        for edit in dict.fromkeys(edits):
            view = carry(stand.view, edit)  # type: ignore[arg-type]
            if view is not None and view != stand.view:
                found[view] = max(found.get(view, 0.0), self.chance(stand, edit))
        return found

    def chance(self, stand: Stand, edit: object) -> float:
        """P(edit | where one stands)."""
        chance = _LEAST
        for context in _contexts(stand):
            chance = self.counts.share(context, edit, prior=chance, strength=STRENGTH)
        return chance

    def score(self, stand: Stand, view: View) -> float:
        """Its logarithm for the edit that leads to `view`."""
        return log(max(self.chance(stand, edit_of(stand.view, view)), _LEAST))


def _contexts(stand: Stand) -> tuple[tuple[object, ...], ...]:
    return (("all",), ("made", stand.made), ("view", template(stand.view)))
