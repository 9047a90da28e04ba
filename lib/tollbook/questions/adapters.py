"""Logs of other people's making, brought into the neutral form for `tollbook bench questions`.

`crossfilter`: recorded brushing sessions (MIT). `dialogues`: SParC and CoSQL, questions that follow one another with
their SQL (CC BY-SA 4.0, only read, never shipped). Fields are numbered, never named: nothing may depend on names.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

Neutral = tuple[dict[str, Any], list[dict[str, Any]]]
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")
_AGGREGATES = ("none", "max", "min", "count", "sum", "avg")
_OPERATORS = {1: "between", 2: "=", 3: ">", 4: "<", 5: ">=", 6: "<=", 7: "!=", 9: "contains"}
_START = datetime(2020, 1, 1, tzinfo=UTC)


def crossfilter(rows: Iterable[Mapping[str, Any]], dataset: str) -> Neutral:
    """Sessions of one data set: each brush sets the range of one field; ranges are rounded to one decimal."""
    mine = [row for row in rows if row["dataset"] == dataset]
    names = sorted({name for row in mine for name in [*row["charts"], *(one["attr"] for one in row["steps"])]})
    steps = []
    for number, row in enumerate(mine):
        ranges: dict[str, list[float]] = {}
        for place, one in enumerate(row["steps"], start=1):
            bounds = [round(float(n), 1) for n in _NUMBER.findall(one["sel"].replace(one["attr"], ""))]
            ranges.pop(one["attr"], None)
            if len(bounds) >= 2:
                ranges[one["attr"]] = sorted(bounds[:2])  # brushed from right to left: the same range
            at = _START + timedelta(hours=number, milliseconds=one["t"])
            filters = [[name, "between", value] for name, value in sorted(ranges.items())]
            steps.append(_step(str(number), row["user"], place, at, {"measures": [["count", "*"]], "filters": filters}))
    fields = [{"name": name, "role": "measure", "cardinality": 100} for name in names]
    return {"name": f"crossfilter {dataset}", "fields": fields}, steps


def dialogues(rows: Iterable[Mapping[str, Any]], database: str) -> Neutral:
    """Dialogues over one database; each is its own person, steps follow one another. Nested queries are left out."""
    steps = []
    for number, row in enumerate(one for one in rows if one["database_id"] == database):
        place = 0
        for turn in row["interaction"]:
            question = _question(turn["sql"])
            if question is not None:
                place += 1
                steps.append(_step(str(number), str(number), place, None, question))
    roles: dict[str, str] = {}
    for one in steps:
        for name in one["question"]["dimensions"]:
            roles.setdefault(name, "dimension")
        for name, operator, value in one["question"]["filters"]:
            number_like = operator in (">", "<", ">=", "<=") and not isinstance(value, str)
            roles[name] = "measure" if number_like else roles.get(name, "dimension")
        roles |= {name: "measure" for _, name in one["question"]["measures"] if name != "*"}
    fields = [{"name": name, "role": role, "cardinality": 20} for name, role in sorted(roles.items())]
    return {"name": f"dialogues {database}", "fields": fields}, steps


def largest(rows: Sequence[Mapping[str, Any]], limit: int) -> list[str]:
    """The databases with most dialogues."""
    sizes: dict[str, int] = defaultdict(int)
    for row in rows:
        sizes[row["database_id"]] += 1
    return sorted(sizes, key=lambda name: (-sizes[name], name))[:limit]


def _question(sql: Any) -> dict[str, Any] | None:
    """A parsed SPIDER query as a question; None for one that is nested or of another shape."""
    try:
        measures, dimensions = [], []
        for aggregate, (_, column, _) in sql["select"][1]:
            if aggregate or column[1] == 0:
                measures.append([_AGGREGATES[aggregate or 3], _name(column[1])])
            else:
                dimensions.append(_name(column[1]))
        dimensions += [name for one in sql["groupBy"] if (name := _name(one[1])) not in dimensions]
        filters = [_filter(one) for one in sql["where"] if not isinstance(one, str)]
        order = [_name(sql["orderBy"][1][0][1][1]), sql["orderBy"][0]] if sql["orderBy"] else None
    except (KeyError, TypeError, ValueError, IndexError):
        return None
    return {"dimensions": dimensions, "measures": measures, "filters": filters, "order": order}


def _filter(raw: Any) -> list[Any]:
    _, operator, (_, column, _), first, second = raw
    if operator not in _OPERATORS or isinstance(first, dict | list):
        raise ValueError("a nested or unusual condition")
    value = first.strip("\"'%") if isinstance(first, str) else first
    return [_name(column[1]), _OPERATORS[operator], [first, second] if operator == 1 else value]


def _name(column: int) -> str:
    return f"field {column}" if column else "*"


def _step(session: str, user: str, number: int, at: datetime | None, question: dict[str, Any]) -> dict[str, Any]:
    return {
        "session": session,
        "user": user,
        "step": number,
        "parent": number - 1 if number > 1 else None,
        "at": at.isoformat() if at else None,
        "question": {"dimensions": [], "measures": [], "filters": [], "order": None, **question},
    }
