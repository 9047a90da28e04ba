"""What accounts like this ask each month: kinds of questions and packs of them, recent ones counting for more.

Within a client everything of its own log counts. Over clients only kinds without any value are counted, and only
those that at least `LEAST_CLIENTS` of them asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from tollbook.questions.journal import LEAST_CLIENTS, Entry, is_shareable
from tollbook.questions.question import Question

HALF_LIFE_DAYS = 60.0
LARGEST_PACK = 3
LEAST_SESSIONS = 2  # fewer sessions make no pack
MOST_KINDS = 8  # of one session: more would make too many packs of it


@dataclass(frozen=True, slots=True)
class Habit:
    """A kind of question, or a pack of kinds that are asked in one session.

    Attributes:
        questions: the latest form of each kind, most frequent first.
        weight: decayed count.
        times: sessions that held it, each counted once.
        clients: that asked it.
    """

    questions: tuple[Question, ...]
    weight: float
    times: int
    clients: int


def common_kinds(log: Iterable[Entry], *, limit: int = 10, shared: bool = False) -> list[Habit]:
    """Kinds of questions, most frequent first; `shared`: over clients, see above."""
    return _ranked(log, 1, limit=limit, shared=shared)


def packs(log: Iterable[Entry], *, limit: int = 5, shared: bool = False) -> list[Habit]:
    """Kinds that are often asked in one session, largest packs first where they are as frequent."""
    found = [one for size in range(LARGEST_PACK, 1, -1) for one in _ranked(log, size, limit=limit, shared=shared)]
    kept: list[Habit] = []
    for one in sorted(found, key=lambda each: (-each.weight * len(each.questions), -len(each.questions))):
        if not any(set(one.questions) < set(other.questions) for other in kept):
            kept.append(one)
    return kept[:limit]


def by_role(log: Sequence[Entry], *, limit: int = 5) -> dict[str, list[Habit]]:
    """`common_kinds` of each role."""
    return {role: common_kinds([one for one in log if one.role == role], limit=limit)
            for role in sorted({one.role for one in log})}  # fmt: skip


def _ranked(log: Iterable[Entry], size: int, *, limit: int, shared: bool) -> list[Habit]:
    every = [one for one in log if not shared or is_shareable(one.question)]
    if not every:
        return []
    latest = max(one.at for one in every)
    newest = {one.question.template_hash: one.question for one in sorted(every, key=lambda one: one.at)}
    sessions: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for one in every:
        age = (latest - one.at).total_seconds() / 86_400
        held = sessions[one.client, one.session]
        held[one.question.template_hash] = max(held.get(one.question.template_hash, 0.0), 2 ** (-age / HALF_LIFE_DAYS))
    weights: dict[tuple[str, ...], float] = defaultdict(float)
    times: dict[tuple[str, ...], int] = defaultdict(int)
    askers: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for (client, _), held in sessions.items():
        for kinds in combinations(sorted(held)[: MOST_KINDS if size > 1 else None], size):
            weights[kinds] += min(held[kind] for kind in kinds)
            times[kinds] += 1
            askers[kinds].add(client)
    least, of = (LEAST_SESSIONS if size > 1 else 1), (LEAST_CLIENTS if shared else 1)
    fit = [kinds for kinds in weights if times[kinds] >= least and len(askers[kinds]) >= of]
    ranked = sorted(fit, key=lambda kinds: (-weights[kinds], kinds))[:limit]
    return [Habit(tuple(newest[kind] for kind in kinds), weights[kinds], times[kinds], len(askers[kinds]))
            for kinds in ranked]  # fmt: skip
