"""The question: a frozen value with a canonical form, a value-free template, and a hash.

Two questions that ask the same are equal. A question never says whose usage it is about: who asks decides that.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tollbook.errors import TollbookError
from tollbook.questions.steps import View
from tollbook.questions.timespan import read_period
from tollbook.questions.vocabulary import COMPARISONS, DIMENSIONS, GRAINS, MEASURES

OPERATORS = ("=", "!=", "contains", "in")
MOST_ROWS = 1000
MOST_VALUES = 50
LONGEST_VALUE = 200


class UnknownName(TollbookError):
    """A measure, dimension, grain or comparison there is not."""

    def __init__(self, what: str, name: object, known: Mapping[str, Any] | tuple[str, ...]) -> None:
        self.name = name
        super().__init__(f"unknown {what} {str(name)[:60]!r}: choose from {', '.join(known)}")


class BadFilter(TollbookError):
    """A filter that cannot be meant."""

    def __init__(self, name: object, problem: str) -> None:
        super().__init__(f"filter on {str(name)[:60]!r}: {problem}")


class BadLimit(TollbookError):
    """A limit out of range."""

    def __init__(self, limit: object) -> None:
        super().__init__(f"limit {limit!r}: use a whole number from 1 to {MOST_ROWS}")


class BadForm(TollbookError):
    """A stored or foreign question that is not of the form."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"not a question: {problem}; fields are {', '.join(Question.__dataclass_fields__)}")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked.

    Attributes:
        measures: names of `vocabulary.MEASURES`.
        dimensions: names of `DIMENSIONS`, the outermost first.
        filters: (dimension, operator, value); the value of `in` is a tuple.
        grain: "", day, week or month.
        period: see `timespan`: "last month", "this month", "last 7 days", "2026-10".
        compare: "", previous or year.
        order: (measure, dimension or grain, asc or desc); None: largest first, or by time when there is a grain.
        limit: rows at most; None: all, up to MOST_ROWS.
    """

    measures: tuple[str, ...] = ("messages",)
    dimensions: tuple[str, ...] = ()
    filters: tuple[tuple[str, str, Any], ...] = ()
    grain: str = ""
    period: str = "last month"
    compare: str = ""
    order: tuple[str, str] | None = None
    limit: int | None = None

    def __post_init__(self) -> None:
        """Check every name against the vocabulary and bring the parts into their canonical order.

        Raises:
            UnknownName, BadFilter, BadLimit, BadPeriod: see there.
        """
        for name in self.measures or ("",):
            _known("measure", name, MEASURES)
        for name in self.dimensions:
            _known("dimension", name, DIMENSIONS)
        if self.grain:
            _known("grain", self.grain, GRAINS)
        if self.compare:
            _known("comparison", self.compare, COMPARISONS)
        read_period(self.period)
        if self.limit is not None and (type(self.limit) is not int or not 1 <= self.limit <= MOST_ROWS):
            raise BadLimit(self.limit)
        if self.order is not None:
            _known("order", self.order[0], (*self.measures, *self.dimensions, *([self.grain] if self.grain else [])))
            _known("direction of order", self.order[1], ("asc", "desc"))
        place = list(MEASURES)
        object.__setattr__(self, "measures", tuple(sorted(set(self.measures), key=place.index)))
        object.__setattr__(self, "dimensions", tuple(dict.fromkeys(self.dimensions)))
        object.__setattr__(self, "filters", _filters(self.filters))

    def canonical(self) -> dict[str, Any]:
        """The question as plain JSON; equal questions give equal JSON."""
        return {
            "measures": list(self.measures),
            "dimensions": list(self.dimensions),
            "filters": [[name, how, list(one) if isinstance(one, tuple) else one] for name, how, one in self.filters],
            "grain": self.grain,
            "period": self.period,
            "compare": self.compare,
            "order": list(self.order) if self.order else None,
            "limit": self.limit,
        }

    def template(self) -> tuple[dict[str, Any], list[Any]]:
        """The question without values, and the values: filters keep field and operator, the period its kind."""
        form = self.canonical()
        binding = [value for *_, value in form["filters"]] + [form["period"]]
        form["filters"] = [[name, how, "?"] for name, how, _ in form["filters"]]
        form["period"] = read_period(self.period).kind
        return form, binding

    @property
    def hash(self) -> str:
        """Sixteen hex digits that name the question."""
        return _digest(self.canonical())

    @property
    def template_hash(self) -> str:
        """Sixteen hex digits that name its template."""
        return _digest(self.template()[0])


def read_question(raw: object) -> Question:
    """A question from its canonical form, wherever that came from; checked like any other.

    Raises:
        BadForm, UnknownName, BadFilter, BadLimit, BadPeriod: see there.
    """
    if not isinstance(raw, Mapping):
        raise BadForm(f"{type(raw).__name__} given")
    strange = set(raw) - set(Question.__dataclass_fields__)
    if strange:
        raise BadForm(f"it has {', '.join(sorted(str(one) for one in strange))}")
    try:
        filters = tuple(
            (name, how, tuple(value) if isinstance(value, list) else value)
            for name, how, value in raw.get("filters", ())
        )
        order = raw.get("order")
        return Question(
            tuple(raw.get("measures", ("messages",))), tuple(raw.get("dimensions", ())), filters,
            raw.get("grain", ""), raw.get("period", "last month"), raw.get("compare", ""),
            tuple(order) if order else None, raw.get("limit"),
        )  # fmt: skip
    except (TypeError, ValueError) as error:
        raise BadForm(str(error)) from error


def to_view(question: Question) -> View:
    """The question as the learner and the neutral log know it: grain as a dimension, period and compare as filters."""
    extra = [("period", "=", question.period)] if question.period != "last month" else []
    extra += [("compare", "=", question.compare)] if question.compare else []
    return View(
        (*question.dimensions, *([question.grain] if question.grain else ())),
        tuple(("count", "*") if name == "messages" else ("sum", name) for name in question.measures),
        tuple(sorted([*question.filters, *extra], key=repr)),
        question.order,
    )


def from_view(view: View) -> Question:
    """The question a view stands for.

    Raises:
        UnknownName, BadFilter, BadPeriod: the view is of something else.
    """
    special = {name: value for name, _, value in view.filters if name in ("period", "compare")}
    grains = [name for name in view.dimensions if name in GRAINS]
    dimensions = tuple(name for name in view.dimensions if name not in GRAINS)
    measures = tuple("messages" if name == "*" else name for _, name in view.measures) or ("messages",)
    order = ("messages", view.order[1]) if view.order and view.order[0] == "count(*)" else view.order
    if order is not None and order[0] not in (*measures, *dimensions, *grains[-1:]):
        order = None
    return Question(
        measures, dimensions,
        tuple(one for one in view.filters if one[0] not in special),
        grains[-1] if grains else "", str(special.get("period", "last month")), str(special.get("compare", "")), order,
    )  # fmt: skip


def _known(what: str, name: object, known: Mapping[str, Any] | tuple[str, ...]) -> None:
    if not isinstance(name, str) or name not in known:
        raise UnknownName(what, name, known)


def _filters(raw: tuple[tuple[str, str, Any], ...]) -> tuple[tuple[str, str, Any], ...]:
    found = set()
    for name, how, value in raw:
        _known("dimension", name, DIMENSIONS)
        _known("operator", how, OPERATORS)
        if how == "in":
            if not isinstance(value, tuple) or not 1 <= len(value) <= MOST_VALUES:
                raise BadFilter(name, f"`in` takes 1 to {MOST_VALUES} values")
            value = tuple(sorted({_text(name, one) for one in value}))  # noqa: PLW2901 - the canonical form of it
        else:
            value = _text(name, value)  # noqa: PLW2901
        found.add((name, how, value))
    return tuple(sorted(found, key=repr))


def _text(name: str, value: object) -> str:
    if not isinstance(value, str | int) or isinstance(value, bool) or len(str(value)) > LONGEST_VALUE:
        raise BadFilter(name, f"{str(value)[:40]!r} is not a text of at most {LONGEST_VALUE} characters")
    return str(value)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
