"""Invented analysts, to try the learner on: two simulators that have nothing in common but the form of their log.

`habits` writes people who follow fixed routines with slips; `detectives` writes people who look for something hidden
in the data and decide by what they would see. Neither knows how the learner works; what each scores is reported
beside real logs, never instead of them.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from tollbook.questions.moves import Move, Script, apply
from tollbook.questions.steps import EMPTY, View, write_view

_VALUES = {
    "channel": ("sms", "whatsapp", "rcs", "mms", "email", "voice"),
    "country": ("GB", "US", "DE", "FR", "IL", "IN", "AE", "BR", "SG", "ZA", "ES", "IT"),
    "status": ("delivered", "undelivered", "failed", "expired", "rejected"),
    "campaign": ("autumn", "spring", "codes", "alerts", "survey", "black-friday", "birthday", "welcome"),
    "network": ("23410", "23415", "31026", "26201", "20801", "42501", "40445", "42402", "72405", "52501"),
    "category": ("otp", "marketing", "service", "notice"),
    "sender": ("Shop", "Bank", "Clinic", "Air", "City"),
    "tariff": ("standard", "premium", "volume"),
}
MEASURES = ("messages", "segments", "cost")
_START = datetime(2026, 1, 5, 8, tzinfo=UTC)


def schema() -> dict[str, Any]:
    """The invented data that both kinds of analysts look at, in the neutral form."""
    fields: list[dict[str, Any]] = [
        {
            "name": name,
            "role": "dimension",
            "cardinality": len(values),
            "entropy": 0.7,
            "null_share": 0.0,
            "top": [[value, 10_000 // (rank + 1)] for rank, value in enumerate(values)],
        }
        for name, values in _VALUES.items()
    ]
    fields += [
        {"name": name, "role": "measure", "cardinality": 900, "entropy": 0.8, "null_share": 0.0, "top": [],
         "quantiles": [0, 1, 5, 20, 400]}
        for name in MEASURES
    ]  # fmt: skip
    return {"name": "invented usage", "rows": 100_000, "fields": [*fields, {"name": "day", "role": "time"}]}


class _Writer:
    """Writes sessions in the neutral form, a step at a time."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.views: dict[tuple[str, int], View] = {}

    def step(self, session: str, user: str, parent: int | None, view: View, at: datetime) -> int:
        number = 1 + sum(1 for one in self.views if one[0] == session)
        self.views[session, number] = view
        self.rows.append({
            "session": session, "user": user, "step": number, "parent": parent, "at": at.isoformat(),
            "question": write_view(view),
        })  # fmt: skip
        return number

    def view(self, session: str, number: int | None) -> View:
        return EMPTY if number is None else self.views[session, number]


def habits(people: int = 24, sessions: int = 160, *, seed: int = 0) -> list[dict[str, Any]]:
    """People with routines: each has three, takes one a session, slips in every fourth step; routines go out of use."""
    rng = np.random.default_rng(seed)
    dimensions = list(_VALUES)
    routines = [_routine(rng, dimensions) for _ in range(8)]
    own = [rng.choice(len(routines), 3, replace=False) for _ in range(people)]
    writer = _Writer()
    for number in range(sessions):
        person = int(rng.integers(people))
        if number % 20 == 19:
            routines[int(rng.integers(len(routines)))] = _routine(rng, dimensions)
        routine = routines[int(rng.choice(own[person], p=(0.6, 0.25, 0.15)))]
        at, parent = _START + timedelta(hours=5 * number), None
        for move, script in routine[: int(rng.integers(3, len(routine) + 1))]:
            at += timedelta(seconds=int(rng.integers(10, 90)))
            taken, how = (move, script) if rng.random() > 0.25 else _random_move(rng, dimensions)
            before = writer.view(f"h{number}", parent)
            condition = ("=", _pick(rng, _VALUES[taken.column])) if taken.kind == "filter" else None
            made = writer.step(f"h{number}", f"p{person}", parent, apply(before, taken, how, condition), at)
            parent = made if rng.random() > 0.25 else (None if rng.random() < 0.5 else parent)
    return writer.rows


def _routine(rng: np.random.Generator, dimensions: Sequence[str]) -> list[tuple[Move, Script]]:
    return [_random_move(rng, dimensions) for _ in range(7)]


def _random_move(rng: np.random.Generator, dimensions: Sequence[str]) -> tuple[Move, Script]:
    weights = 1 / np.arange(1, len(dimensions) + 1)
    column = str(rng.choice(dimensions, p=weights / weights.sum()))
    kind = str(rng.choice(["group", "filter", "sort", "measure"], p=[0.5, 0.25, 0.15, 0.1]))
    if kind == "group":
        return Move(kind, column), Script("add", int(rng.integers(0, 2)))
    if kind == "filter":
        return Move(kind, column), Script(filters="add")
    if kind == "measure":
        return Move(kind, str(rng.choice(MEASURES))), Script(measures=("set", "sum"))
    return Move(kind, str(rng.choice(MEASURES))), Script(order=("column", "desc"))


def _pick(rng: np.random.Generator, values: Sequence[str]) -> str:
    weights = 1 / np.arange(1, len(values) + 1)
    return str(rng.choice(values, p=weights / weights.sum()))


def detectives(
    people: int = 20, sessions: int = 160, *, seed: int = 0, swap_at: int | None = None
) -> list[dict[str, Any]]:
    """People who look for where something hidden lies: they group, sort, follow what stands out, and go back.

    Args:
        people: how many.
        sessions: how many in all.
        seed: of everything.
        swap_at: from this session on everybody looks through the dimensions in the opposite order.
    """
    rng = np.random.default_rng(seed)
    dimensions = list(_VALUES)
    tastes = [rng.permutation(len(dimensions)) for _ in range(3)]
    writer = _Writer()
    for number in range(sessions):
        person = int(rng.integers(people))
        taste = tastes[person % len(tastes)]
        if swap_at is not None and number >= swap_at:
            taste = taste[::-1]
        hidden = dimensions[int(rng.integers(len(dimensions)))]
        _search(writer, rng, f"d{number}", f"p{person}", [dimensions[n] for n in taste], hidden)
    return writer.rows


def _search(
    writer: _Writer, rng: np.random.Generator, session: str, user: str, order: Sequence[str], hidden: str
) -> None:
    at, parent = _START + timedelta(hours=5 * int(session[1:])), None

    def ask(before: int | None, move: Move, script: Script, condition: Any = None) -> int:
        nonlocal at
        at += timedelta(seconds=int(rng.integers(15, 120)))
        return writer.step(session, user, before, apply(writer.view(session, before), move, script, condition), at)

    for place, column in enumerate(order):
        if rng.random() < 0.25:
            column = order[int(rng.integers(place, len(order)))]  # noqa: PLW2901 - a guess out of turn
        made = ask(parent, Move("group", column), Script("add"))
        if rng.random() < 0.5:
            made = ask(made, Move("measure", MEASURES[int(rng.integers(3))]), Script(measures=("set", "sum")))
        if rng.random() < 0.15:
            parent = None
        if column == hidden or rng.random() < 0.1:
            made = ask(made, Move("sort", column), Script(order=("column", "desc")))
            value = _VALUES[column][int(rng.integers(min(4, len(_VALUES[column]))))]
            parent = ask(made, Move("filter", column), Script("clear", 0, "add", "keep", "clear"), ("=", value))
        if column == hidden and rng.random() < 0.7:
            return
