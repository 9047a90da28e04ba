"""A log of questions in the neutral form: any domain's schema and sessions, read once and checked.

A *view* is what a question shows: dimensions, measures, filters and order. A *step* is one question of a session,
with the view it was asked from. Rows that cannot be read are values (`Refused`), never exceptions: a log of many
people always has some.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tollbook.errors import TollbookError

Value = Any  # str, number, bool, None or a tuple of those: what a filter compares with
Filter = tuple[str, str, Value]
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "contains", "in", "between")
ROLES = ("dimension", "measure", "time", "text")


class BadSchema(TollbookError):
    """A schema that does not say what its fields are."""

    def __init__(self, problem: str) -> None:
        super().__init__(
            f"schema: {problem}; it needs a list `fields`, each with `name` and `role` ({', '.join(ROLES)})"
        )


class EmptyLog(TollbookError):
    """A log without a single step that can be used."""

    def __init__(self, refused: int) -> None:
        super().__init__(f"the log has no usable step ({refused} refused): see data/queries/FORMAT.md for the form")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a schema.

    Attributes:
        role: dimension, measure, time or text.
        cardinality: distinct values, 0 when unknown.
        entropy: Shannon entropy divided by log(cardinality), 0 to 1.
        null_share: fraction of rows without a value, 0 to 1.
        top: most frequent values, most first.
        quantiles: rising, of a measure.
    """

    name: str
    role: str
    cardinality: int = 0
    entropy: float = 0.0
    null_share: float = 0.0
    top: tuple[Value, ...] = ()
    quantiles: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """The fields people can ask about, by name, in the schema's order."""

    name: str
    fields: Mapping[str, Field]


@dataclass(frozen=True, slots=True)
class View:
    """What a question shows. Dimensions in the order added; measures and filters sorted, so that equal is equal."""

    dimensions: tuple[str, ...] = ()
    measures: tuple[tuple[str, str], ...] = (("count", "*"),)
    filters: tuple[Filter, ...] = ()
    order: tuple[str, str] | None = None


EMPTY = View()  # all rows, count(*)


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a session.

    Attributes:
        parent: number of the step whose view it was asked from; None for the empty view.
        at: when, UTC; None when the log does not say.
    """

    session: str
    user: str
    number: int
    parent: int | None
    at: datetime | None
    view: View


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that cannot be used, with its place in the file (1 is the first) and the reason."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Log:
    """A schema with its steps (sessions apart, steps of each in order) and the rows that were refused."""

    schema: Schema
    steps: tuple[Step, ...]
    refused: tuple[Refused, ...] = field(default=())

    def sessions(self) -> dict[str, list[Step]]:
        """Steps by session, in the order the sessions begin in the log."""
        found: dict[str, list[Step]] = {}
        for step in self.steps:
            found.setdefault(step.session, []).append(step)
        return found


def read_log(schema: Mapping[str, Any], sessions: Iterable[Mapping[str, Any]]) -> Log:
    """A log as read from `schema.json` and `sessions.jsonl`.

    Raises:
        BadSchema: no fields, or one without name or role.
        EmptyLog: no row can be used.
    """
    steps: list[Step] = []
    refused: list[Refused] = []
    known: dict[str, set[int]] = {}
    for row, raw in enumerate(sessions, start=1):
        try:
            step = read_step(raw)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            refused.append(Refused(row, f"{type(error).__name__}: {error}"))
            continue
        before = known.setdefault(step.session, set())
        if step.number in before or (step.parent is not None and step.parent not in before):
            refused.append(
                Refused(row, f"session {step.session}: step {step.number} repeats, or its parent is missing")
            )
            continue
        before.add(step.number)
        steps.append(step)
    if not steps:
        raise EmptyLog(len(refused))
    return Log(read_schema(schema), tuple(steps), tuple(refused))


def read_schema(raw: Mapping[str, Any]) -> Schema:
    """The schema of `schema.json`.

    Raises:
        BadSchema: see there.
    """
    rows = raw.get("fields") if isinstance(raw, Mapping) else None
    if not isinstance(rows, Sequence) or not rows:
        raise BadSchema("has no fields")
    fields = {}
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping) or not row.get("name") or row.get("role") not in ROLES:
            raise BadSchema(f"field {number} has no name or no known role: {row!r:.80}")
        fields[str(row["name"])] = Field(
            str(row["name"]),
            str(row["role"]),
            int(row.get("cardinality") or 0),
            float(row.get("entropy") or 0),
            float(row.get("null_share") or 0),
            tuple(_value(one[0]) for one in row.get("top") or ()),
            tuple(float(one) for one in row.get("quantiles") or ()),
        )
    return Schema(str(raw.get("name", "")), fields)


def write_schema(schema: Schema, *, rows: int = 0) -> dict[str, Any]:
    """A schema as `schema.json` holds it. Counts of top values are not kept, only their order: ranks stand in."""
    fields = [
        {
            "name": one.name, "role": one.role, "cardinality": one.cardinality, "entropy": one.entropy,
            "null_share": one.null_share, "top": [[value, len(one.top) - n] for n, value in enumerate(one.top)],
            "quantiles": list(one.quantiles),
        }
        for one in schema.fields.values()
    ]  # fmt: skip
    return {"name": schema.name, "rows": rows, "fields": fields}


def read_step(raw: Mapping[str, Any]) -> Step:
    """One line of `sessions.jsonl`.

    Raises:
        KeyError, TypeError, ValueError: the row is not of the form.
    """
    parent, at = raw.get("parent"), raw.get("at")
    return Step(
        str(raw["session"]),
        str(raw.get("user", raw["session"])),
        int(raw["step"]),
        None if parent is None else int(parent),
        _moment(str(at)) if at else None,
        read_view(raw["question"]),
    )


def read_view(raw: Mapping[str, Any]) -> View:
    """The question of a step.

    Raises:
        KeyError, TypeError, ValueError: it is not of the form.
    """
    filters = []
    for name, operator, value in raw.get("filters") or ():
        if operator not in OPERATORS:
            raise ValueError(f"unknown operator {operator!r}")
        filters.append((str(name), str(operator), _value(value)))
    order = raw.get("order")
    return View(
        tuple(str(name) for name in raw.get("dimensions") or ()),
        tuple(sorted((str(function), str(name)) for function, name in raw.get("measures") or ())),
        tuple(sorted(set(filters), key=repr)),
        (_order_name(order[0]), str(order[1])) if order else None,
    )


def write_view(view: View) -> dict[str, Any]:
    """`view` in the neutral form."""
    return {
        "dimensions": list(view.dimensions),
        "measures": [list(one) for one in view.measures],
        "filters": [[name, operator, _plain(value)] for name, operator, value in view.filters],
        "order": list(view.order) if view.order else None,
    }


def _order_name(raw: object) -> str:
    """An order by an aggregate may be written as text or as [function, field]."""
    return f"{raw[0]}({raw[1]})" if isinstance(raw, list | tuple) else str(raw)


def _value(raw: Any) -> Value:
    if isinstance(raw, list | tuple):
        return tuple(_value(one) for one in raw)
    return repr(raw) if isinstance(raw, dict) else raw


def _plain(value: Value) -> Any:
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
