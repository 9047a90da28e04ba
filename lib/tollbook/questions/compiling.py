"""A question as one readable SQL statement over the view `usage`, values bound, the client's scope always in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tollbook.questions.question import MOST_ROWS, Question
from tollbook.questions.timespan import Days, before, days_of, read_period
from tollbook.questions.vocabulary import DIMENSIONS, GRAINS, MEASURES


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters, and the days it reads.

    Attributes:
        days: the days asked about.
        earlier: the days compared with; None when nothing is compared.
    """

    sql: str
    parameters: Mapping[str, Any]
    days: Days
    earlier: Days | None = None


def compile_question(question: Question, *, client: str, known_to: date) -> Statement:
    """The statement for a question that is asked on behalf of `client`.

    Args:
        question: what is asked; it has no say in whose usage is read.
        client: whose usage, from who is asking.
        known_to: the last local day whose usage is complete.
    """
    days = days_of(read_period(question.period), known_to)
    earlier = before(days, question.compare) if question.compare else None
    values: dict[str, Any] = {"client": client, "first": days.first, "last": days.last}
    conditions = _conditions(question, values)
    keys = _keys(question)
    now = _select("first", "last", keys, question, conditions)
    if earlier is None:
        body = f"{now}\n{_tail(question, keys)}"
    else:
        values |= {"earlier_first": earlier.first, "earlier_last": earlier.last}
        body = _compared(question, keys, conditions, now)
    values["limit"] = question.limit or MOST_ROWS
    return Statement(body, values, days, earlier)


def _keys(question: Question) -> dict[str, str]:
    keys = {name: DIMENSIONS[name].sql for name in question.dimensions}
    return {**keys, **({question.grain: GRAINS[question.grain].sql} if question.grain else {})}


def _conditions(question: Question, values: dict[str, Any]) -> str:
    """The filters as SQL; their values go into `values`, never into the text."""
    text = ""
    for number, (name, how, value) in enumerate(question.filters):
        place, column = f"filter_{number}", DIMENSIONS[name].sql
        values[place] = list(value) if how == "in" else value
        test = {
            "=": f"{column} = ${place}",
            "!=": f"{column} <> ${place}",
            "in": f"list_contains(${place}, {column})",
            "contains": f"contains(lower({column}), lower(${place}))",
        }[how]
        text += f"\n  and {test}"
    return text


def _select(first: str, last: str, keys: Mapping[str, str], question: Question, conditions: str) -> str:
    columns = [f"{sql} as {key}" for key, sql in keys.items()]
    columns += [f"{MEASURES[one].sql} as {one}" for one in question.measures]
    return (
        f"select {', '.join(columns)}\nfrom usage\n"
        f"where client = $client and day between ${first} and ${last}{conditions}" + ("\ngroup by all" if keys else "")
    )


def _compared(question: Question, keys: Mapping[str, str], conditions: str, now: str) -> str:
    then = _select("earlier_first", "earlier_last", keys, question, conditions)
    if question.grain:  # days of two periods are matched by their place in the period, not by their date
        keys = dict.fromkeys(keys, "")
        place = f"row_number() over ({_partition(question)}order by {question.grain}) as place"
        now = f"select *, {place} from ({now})"  # noqa: S608 - names of our own vocabulary only
        then = f"select *, {place} from ({then})"  # noqa: S608
    matched = [name for name in keys if name != question.grain] + (["place"] if question.grain else [])
    shown = [f"coalesce(now.{name}, earlier.{name}) as {name}" if name != question.grain else f"now.{name}"
             for name in keys]  # fmt: skip
    for one in question.measures:
        zero = ", 0" if MEASURES[one].additive else ""
        left, right = (f"coalesce(now.{one}{zero})", f"coalesce(earlier.{one}{zero})") if zero else (
            f"now.{one}", f"earlier.{one}")  # fmt: skip
        shown += [f"{left} as {one}", f"{right} as {one}_before"]
    join = f"full join earlier using ({', '.join(matched)})" if matched else "cross join earlier"
    return (
        f"with now as (\n{now}\n), earlier as (\n{then}\n)\n"
        f"select {', '.join(shown)}\nfrom now {join}\n{_tail(question, keys)}"
    )


def _partition(question: Question) -> str:
    return f"partition by {', '.join(question.dimensions)} " if question.dimensions else ""


def _tail(question: Question, keys: Mapping[str, str]) -> str:
    if question.order:
        chosen = f"{question.order[0]} {question.order[1]} nulls last"
    elif question.grain:
        chosen = f"{question.grain} asc"
    else:
        chosen = f"{question.measures[0]} desc nulls last"
    ties = [name for name in keys if name != chosen.split()[0]]
    return f"order by {', '.join([chosen, *ties])}\nlimit $limit"
