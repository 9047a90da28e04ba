"""Moves: what turns one view into the next, as a kind, a column and the way the rest changes with it.

`Move` is what people would call the step ("filter by country"); `Script` is how the rest of the view goes along (a
new grouping may drop the order, a filter may replace the one that was there). Scripts name no column and no value,
so that what is learned of them carries over to columns nobody has touched yet.
"""

from dataclasses import dataclass
from typing import Any

from tollbook.questions.steps import Filter, Value, View

ADDING = ("group", "filter", "sort", "measure", "project")
REMOVING = ("ungroup", "unfilter", "unsort", "unmeasure")
REPEAT = "repeat"  # the same question again
KINDS = (*ADDING, *REMOVING, REPEAT)
KEEP, CLEAR, OTHER = "keep", "clear", "other"


@dataclass(frozen=True, slots=True, order=True)
class Move:
    """The kind of a step and its column; "" where a kind has none."""

    kind: str
    column: str


@dataclass(frozen=True, slots=True)
class Script:
    """How a view changes around a move's column.

    Attributes:
        kept: how many of the old dimensions' tail are cut before the column is added; -1: all of them.
        dimensions: keep, add, drop, clear or other.
        filters: keep, add, replace (those on the column), drop, clear, only (clear and add), other.
        measures: keep; ("add" | "set", function) on the move's column; ("drop", ""); ("exact", the new ones).
        order: keep, clear, or (place, direction); the place is "column" for the move's own.
    """

    dimensions: str = KEEP
    kept: int = 0
    filters: str = KEEP
    measures: Any = KEEP
    order: Any = KEEP

    @property
    def possible(self) -> bool:
        """Whether `apply` can carry it out."""
        return OTHER not in (self.dimensions, self.filters)


def between(before: View, after: View) -> Move:
    """The move from one view to the next: what was added first, then what was changed, then what was removed."""
    added = [name for name in after.dimensions if name not in before.dimensions]
    if added:
        return Move("group" if after.measures else "project", added[-1])
    new = [one for one in after.filters if one not in before.filters]
    if new:
        return Move("filter", new[-1][0])
    measures = [one for one in after.measures if one not in before.measures]
    if measures:
        return Move("measure", measures[-1][1])
    if after.order and after.order != before.order:
        return Move("sort", after.order[0])
    return _removed(before, after)


def _removed(before: View, after: View) -> Move:
    gone = [name for name in before.dimensions if name not in after.dimensions]
    if gone:
        return Move("ungroup", gone[-1])
    filters = [one for one in before.filters if one not in after.filters]
    if filters:
        return Move("unfilter", filters[-1][0])
    measures = [one for one in before.measures if one not in after.measures]
    if measures:
        return Move("unmeasure", measures[-1][1])
    if before.order and not after.order:
        return Move("unsort", before.order[0])
    if before.dimensions != after.dimensions:
        return Move("group" if after.measures else "project", after.dimensions[-1])
    return Move(REPEAT, "")


def script_of(before: View, after: View, move: Move) -> Script:
    """How the view changed around the move; parts that follow no rule are `other`."""
    dimensions, kept = _dimensions_change(before, after, move.column)
    order: Any = KEEP
    if after.order != before.order:
        order = CLEAR
        if after.order:
            place = "column" if after.order[0] == move.column else after.order[0]
            order = (place, after.order[1])
    return Script(
        dimensions,
        kept,
        _filters_change(before, after, move.column),
        _measures_change(before, after, move),
        order,
    )


def _dimensions_change(before: View, after: View, column: str) -> tuple[str, int]:
    if before.dimensions == after.dimensions:
        return KEEP, 0
    if not after.dimensions:
        return CLEAR, 0
    if tuple(name for name in before.dimensions if name != column) == after.dimensions:
        return "drop", 0
    if after.dimensions[-1] == column and after.dimensions[:-1] == before.dimensions[: len(after.dimensions) - 1]:
        cut = len(before.dimensions) - (len(after.dimensions) - 1)
        return "add", -1 if cut and len(after.dimensions) == 1 else cut
    return OTHER, 0


def _filters_change(before: View, after: View, column: str) -> str:
    old, new = set(before.filters), set(after.filters)
    gone, come = old - new, new - old
    own = {one for one in old if one[0] == column}
    if not come:
        return KEEP if not gone else CLEAR if not new else "drop" if gone == own else OTHER
    if len(come) > 1 or next(iter(come))[0] != column:
        return OTHER
    return "add" if not gone else "replace" if gone == own else "only" if len(new) == 1 else OTHER


def _measures_change(before: View, after: View, move: Move) -> Any:
    old, new = set(before.measures), set(after.measures)
    if old == new:
        return KEEP
    come = new - old
    if move.kind == "measure" and len(come) == 1:
        function, column = next(iter(come))
        if column == move.column and (old < new or len(new) == 1):
            return ("add" if old < new else "set", function)
    if not come and old - new == {one for one in old if one[1] == move.column}:
        return ("drop", "")
    return ("exact", after.measures)


def asked(before: View, after: View, column: str) -> tuple[str, Value] | None:
    """Operator and value of the filter that came in on `column`; None when none did."""
    come = [one for one in after.filters if one not in before.filters and one[0] == column]
    return (come[-1][1], come[-1][2]) if come else None


def apply(before: View, move: Move, script: Script, condition: tuple[str, Value] | None = None) -> View:
    """The view after a move. `condition` is the operator and value a filter needs."""
    order = before.order if script.order == KEEP else None if script.order == CLEAR else script.order
    if isinstance(order, tuple) and order[0] == "column":
        order = (move.column, order[1])
    return View(
        _dimensions(before, move.column, script),
        _measures(before, move.column, script.measures),
        _filters(before, move.column, script, condition),
        order,
    )


def _measures(before: View, column: str, change: Any) -> tuple[tuple[str, str], ...]:
    if change == KEEP:
        return before.measures
    how, what = change
    if how == "exact":
        return tuple(what)
    if how == "drop":
        return tuple(one for one in before.measures if one[1] != column)
    old = before.measures if how == "add" else ()
    return tuple(sorted({*old, (what, column)}))


def _dimensions(before: View, column: str, script: Script) -> tuple[str, ...]:
    if script.dimensions == CLEAR:
        return ()
    if script.dimensions == "drop":
        return tuple(name for name in before.dimensions if name != column)
    if script.dimensions == "add":
        head = before.dimensions[: max(len(before.dimensions) - script.kept, 0)] if script.kept >= 0 else ()
        return (*(name for name in head if name != column), column)
    return before.dimensions


def _filters(before: View, column: str, script: Script, condition: tuple[str, Value] | None) -> tuple[Filter, ...]:
    old = before.filters
    if script.filters in (CLEAR, "only"):
        old = ()
    elif script.filters in ("drop", "replace"):
        old = tuple(one for one in old if one[0] != column)
    if script.filters in ("add", "replace", "only") and condition is not None:
        return tuple(sorted({*old, (column, *condition)}, key=repr))
    return old


def removals(view: View) -> list[Move]:
    """The moves that take something out of a view."""
    found = [Move("ungroup", name) for name in view.dimensions]
    found += [Move("unfilter", name) for name, _, _ in view.filters]
    found += [Move("unmeasure", name) for _, name in view.measures if name != "*"]
    return found + ([Move("unsort", view.order[0])] if view.order else [])


# What each kind does where nothing has been learned yet.
PLAIN = {
    "group": (Script("add"), Script("add", -1), Script("add", 1)),
    "project": (Script("add"), Script("add", 1)),
    "filter": (Script(filters="add"), Script(filters="replace")),
    "sort": (Script(order=("column", "desc")), Script(order=("column", "asc"))),
    "measure": (Script(measures=("add", "sum")), Script(measures=("set", "sum")), Script(measures=("set", "avg"))),
    "ungroup": (Script("drop"),),
    "unfilter": (Script(filters="drop"),),
    "unsort": (Script(order=CLEAR),),
    "unmeasure": (Script(measures=("drop", "")),),
    REPEAT: (Script(),),
}
