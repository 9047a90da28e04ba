"""Tables and sentences for `questions.ipynb`: common questions, fresh ones, what changed, what was learned."""

from collections.abc import Sequence
from datetime import date

import pandas as pd
from IPython.display import Markdown

from tollbook.charts.words import count, share
from tollbook.period import Month
from tollbook.questions.answering import Answer
from tollbook.questions.changes import Explanation
from tollbook.questions.desk import Desk
from tollbook.questions.habits import common_kinds, packs
from tollbook.questions.nightly import REFITS
from tollbook.questions.sayings import describe, value_name
from tollbook.questions.suggesting import Suggestion, change_sentence, explanation_sentence


def in_short(desk: Desk) -> list[str]:
    """What changed and why, and each true change; one sentence that says so when nothing did."""
    told = [explanation_sentence(desk.ground, desk.ground.explanation)] if desk.ground.explanation else []
    told += [change_sentence(desk.ground, one) for one in desk.ground.changes[:4]]
    if not desk.ground.changes:
        told.append("No part of the usage differs from its own history by more than chance and the floor in money")
    return told


def habits_table(desk: Desk, limit: int = 5) -> pd.DataFrame | Markdown:
    """What is asked most and what is asked together, by how many sessions; a sentence while nobody asked anything."""
    if not desk.log:
        return Markdown("Nobody has asked a question yet.")  # type: ignore[no-untyped-call]
    kinds, together = common_kinds(desk.log, limit=limit), packs(desk.log, limit=limit)
    rows = [("one question", one) for one in kinds] + [("asked together", one) for one in together]
    return pd.DataFrame(
        {"asked as": [name for name, _ in rows], "sessions": [one.times for _, one in rows],
         "weight, fading": [f"{one.weight:.1f}" for _, one in rows]},
        index=[" + ".join(describe(question) for question in one.questions) for _, one in rows],
    )  # fmt: skip


def answers_table(answers: Sequence[Answer]) -> pd.DataFrame:
    """Each question with its answer in one sentence."""
    said = {"answer": [one.said for one in answers], "rows": [len(one.frame) for one in answers]}
    return pd.DataFrame(said, index=[describe(one.question) for one in answers])


def suggestions_table(suggestions: Sequence[Suggestion]) -> pd.DataFrame:
    """Fresh questions and what speaks for each."""
    reasons = {"why": [one.why for one in suggestions], "slot": [one.slot for one in suggestions]}
    return pd.DataFrame(reasons, index=[one.text for one in suggestions])


def explanation_table(explanation: Explanation | None, locale: str = "en") -> pd.DataFrame | Markdown:
    """The parts of the difference against the period before, the last row their sum; a sentence when there are none."""
    if explanation is None:
        nothing = "Nothing changed against the period before, or it is not known."
        return Markdown(nothing)  # type: ignore[no-untyped-call]
    rows = [("All others" if value is None else value_name(explanation.dimension, value), change)
            for value, change in explanation.parts]  # fmt: skip
    rows.append(("In all", explanation.difference))
    return pd.DataFrame({"difference": [_signed(n, locale) for _, n in rows]}, index=[name for name, _ in rows])


def learned(desk: Desk, month: Month) -> list[str]:
    """What the log says of the month against the one before."""
    now = [one for one in desk.log if Month.of(one.at.date()) == month]
    before = [one for one in desk.log if one.at.date() < month.first]
    if not now:
        rest = f"suggestions rest on {count(len(before))} earlier ones and on what is usual"
        return [f"No question was asked in {month.label()}; {rest}"]
    known = {one.question.template_hash for one in before}
    new = {one.question.template_hash for one in now} - known
    picked = sum(1 for one in now if one.parent)
    held = desk.book.documents.get(REFITS, desk.client) or {}
    alarm = [f"People began to ask otherwise {count(held['alarms'])} times"] if held.get("alarms") else []
    return [
        *alarm,
        f"{count(len(now))} questions were asked in {month.label()}, {count(len(new))} of a kind not asked before",
        f"{share(picked / len(now))} of them went on from another question",
    ]


def asked_between(desk: Desk, first: date, last: date) -> int:
    """Questions in the log from `first` to `last`."""
    return sum(first <= one.at.date() <= last for one in desk.log)


def _signed(number: int, locale: str) -> str:
    sign = "+" if number > 0 else "\N{MINUS SIGN}" if number < 0 else ""
    return sign + count(abs(number), locale)
