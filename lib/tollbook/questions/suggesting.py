"""Suggestions: the next questions worth asking, likely and interesting, each different from the others.

Score = P(next) x (1 + WEIGHT x interest) x how such suggestions were taken before. Interest is a true change
(`changes`), never a difference nobody tested. The last slot explores: what changed most and nobody is about to ask.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from tollbook.charts.words import count, money, share
from tollbook.errors import TollbookError
from tollbook.questions.bank import BANK
from tollbook.questions.changes import Change, Explanation
from tollbook.questions.ground import Ground
from tollbook.questions.learner import Learner
from tollbook.questions.moves import between
from tollbook.questions.question import Question, from_view, to_view
from tollbook.questions.sayings import describe, value_name
from tollbook.questions.steps import View
from tollbook.questions.trail import Stand
from tollbook.questions.vocabulary import DIMENSIONS

WEIGHT = 3.0
LIKE = 0.3  # how much likeness to one already chosen costs
POOL = 20  # the best ones that would not come back empty
OF_A_KIND = 2  # at most so many of one kind of move
FLOOR = 0.002  # P of a candidate the learner did not think of


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A question worth asking.

    Attributes:
        text: the question in words.
        why: what speaks for it, with its numbers.
        chance: P(next).
        interest: 0 to 1.
        slot: "likely" or "explore".
    """

    question: Question
    text: str
    why: str
    chance: float
    interest: float
    slot: str


@dataclass(slots=True)
class _Candidate:
    question: Question
    chance: float
    kind: str
    change: Change | None = None
    interest: float = 0.0
    score: float = 0.0


def suggest(  # noqa: PLR0913 - who asks, where, and what is known of it
    ground: Ground,
    learner: Learner,
    stand: Stand,
    *,
    limit: int = 5,
    marks: Mapping[tuple[str, str], int] | None = None,
    shared: Sequence[Question] = (),
    pins: Sequence[Question] = (),
) -> list[Suggestion]:
    """What to ask next.

    Args:
        ground: the client's cached usage.
        learner: knows how people go on.
        stand: where this person stands.
        limit: how many, the last of them from the exploration slot.
        marks: how often each (mark, template hash) was given before.
        shared: value-free questions of other clients (`journal.shared_templates`).
        pins: questions this client keeps in view: candidates wherever one stands.
    """
    candidates = _candidates(ground, learner, stand, [*pins, *shared])
    taken = marks or {}
    for one in candidates:
        one.change = _change_of(ground, one.question)
        one.interest = _interest(one.change)
        one.score = one.chance * (1 + WEIGHT * one.interest) * _liking(taken, one.question)
    alive = [one for one in sorted(candidates, key=lambda one: -one.score) if not _dismissed(taken, one.question)]
    chosen = _diverse(ground, alive, max(limit - 1, 0))
    chosen += _exploring(ground, alive, chosen, limit - len(chosen))
    return [
        Suggestion(one.question, describe(one.question), _why(ground, one), one.chance, one.interest,
                   "explore" if place == limit - 1 else "likely")
        for place, one in enumerate(chosen)
    ]  # fmt: skip


def _candidates(ground: Ground, learner: Learner, stand: Stand, shared: Sequence[Question]) -> list[_Candidate]:
    found: dict[Question, _Candidate] = {}
    asked = {one.view for one in stand.trail.taken}
    ranking = learner.rank(stand)
    proposed = [(view, float(chance)) for view, chance in zip(ranking.views, ranking.view_chances, strict=True)]
    more = [*_by_change(ground), *BANK, *shared]
    for question, chance in [
        *((_read(view), chance) for view, chance in proposed),
        *((one, FLOOR) for one in more),
    ]:
        if question is None:
            continue
        view = to_view(question)
        if view == stand.view or view in asked or question in found:
            continue
        found[question] = _Candidate(question, chance, between(stand.view, view).kind)
    return list(found.values())


def _read(view: View) -> Question | None:
    """The question of a view; None for a view that makes none."""
    try:
        return from_view(view)
    except TollbookError:
        return None


def _by_change(ground: Ground) -> list[Question]:
    """Questions that show what changed: by the dimension, and the part over time."""
    found = []
    for change in ground.changes[:6]:
        if not change.dimension:
            found.append(Question(grain="day", compare="previous", period=ground.period))
            continue
        found.append(Question(dimensions=(change.dimension,), compare="previous", period=ground.period))
        found.append(Question(filters=((change.dimension, "=", change.value),), grain="day", compare="previous",
                              period=ground.period))  # fmt: skip
    return found


def _change_of(ground: Ground, question: Question) -> Change | None:
    """The costliest true change a question would show: it holds the part, or groups by its dimension."""
    if question.period != ground.period:
        return None
    held = {(name, value) for name, how, value in question.filters if how == "="}
    for change in ground.changes:
        shown = change.dimension in question.dimensions or (not change.dimension and bool(question.grain))
        if (change.dimension, change.value) in held or (shown and not held):
            return change
    return None


def _interest(change: Change | None) -> float:
    return 0.0 if change is None else min(abs(change.effect), 1.0) ** 0.5


def _liking(marks: Mapping[tuple[str, str], int], question: Question) -> float:
    """Twice the mean of a Beta(1 + taken, 1 + dismissed): 1 when nothing is known."""
    if not marks:
        return 1.0
    key = question.template_hash
    good = marks.get(("picked", key), 0) + marks.get(("pinned", key), 0)
    return 2 * (1 + good) / (2 + good + marks.get(("dismissed", key), 0))


def _dismissed(marks: Mapping[tuple[str, str], int], question: Question) -> bool:
    return bool(marks) and marks.get(("dismissed", question.template_hash), 0) > 0


def _diverse(ground: Ground, ranked: Sequence[_Candidate], limit: int) -> list[_Candidate]:
    """Maximal marginal relevance over the parts of questions; empty answers and single groups are left out."""
    pool = list(islice((one for one in ranked if _worth_showing(ground, one.question)), max(POOL, 3 * limit)))
    top = max((one.score for one in pool), default=1.0) or 1.0
    chosen: list[_Candidate] = []
    kinds: Counter[str] = Counter()
    while pool and len(chosen) < limit:
        open_ = [one for one in pool if kinds[one.kind] < OF_A_KIND] or pool
        best = max(
            open_,
            key=lambda one: (
                (1 - LIKE) * one.score / top - LIKE * max((_likeness(one, two) for two in chosen), default=0)
            ),
        )
        pool.remove(best)
        chosen.append(best)
        kinds[best.kind] += 1
    return chosen


def _exploring(
    ground: Ground, ranked: Sequence[_Candidate], chosen: Sequence[_Candidate], limit: int
) -> list[_Candidate]:
    """For the last slot: the most interesting one left, the least likely first among equals."""
    have = {one.question for one in chosen}
    shown = {one.change for one in chosen}
    left = sorted(
        (one for one in ranked if one.question not in have),
        key=lambda one: (one.change in shown, -one.interest, one.chance),
    )
    return list(islice((one for one in left[:60] if _worth_showing(ground, one.question)), limit))


def _worth_showing(ground: Ground, question: Question) -> bool:
    groups = ground.dry_run(question)
    return groups > 1 or (groups == 1 and not question.dimensions and not question.grain)


def _likeness(one: _Candidate, two: _Candidate) -> float:
    left, right = _parts(one.question), _parts(two.question)
    return len(left & right) / len(left | right)


def _parts(question: Question) -> set[object]:
    return {*question.measures, *question.dimensions, *question.filters, question.grain, question.compare,
            question.period}  # fmt: skip


def _why(ground: Ground, one: _Candidate) -> str:
    if one.change is not None:
        return change_sentence(ground, one.change)
    if one.chance > FLOOR:
        return f"asked next in {share(one.chance)} of cases like this"
    return "worth a look before the invoice"


def change_sentence(ground: Ground, change: Change) -> str:
    """A true change in words, with what was expected, what it costs and how much was tested."""
    what = value_name(change.dimension, change.value) if change.dimension in DIMENSIONS else "All usage"
    more = "more" if change.effect > 0 else "fewer"
    text = (
        f"{what}: {share(abs(change.effect), ground.locale)} {more} messages than its history gives, "
        f"{count(change.now, ground.locale)} instead of {count(change.expected, ground.locale)}"
    )
    if ground.price and ground.currency:
        text += f", about {money(Decimal(str(round(abs(change.money), 2))), ground.currency, ground.locale)}"
    return f"{text} ({change.tests} parts tested)"


def explanation_sentence(ground: Ground, explanation: Explanation) -> str:
    """What changed against the period before, and the parts that add up to it exactly."""
    locale = ground.locale
    way = "more" if explanation.difference > 0 else "fewer"
    parts = ", ".join(
        f"{'all others' if value is None else value_name(explanation.dimension, value)} "
        f"{'+' if change > 0 else chr(0x2212)}{count(abs(change), locale)}"
        for value, change in explanation.parts
    )
    return (
        f"{count(abs(explanation.difference), locale)} messages {way} than in the period before "
        f"({count(explanation.now, locale)} against {count(explanation.before, locale)}). "
        f"By {DIMENSIONS[explanation.dimension].label}: {parts}"
    )
