"""The same questions over rollups in SQLite and on a document server: the same answers, to the last cell."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

from tollbook.questions.answering import Usage, answer, usage_of
from tollbook.questions.bank import BANK
from tollbook.questions.question import Question
from tollbook.storage.documents import open_documents
from tollbook.usage.rollups import CELLS, read_rollups

CLIENT, FIRST, LAST = "harbour-bank", date(2026, 8, 1), date(2026, 10, 31)
QUESTIONS = (
    *BANK,
    Question(dimensions=("country", "channel"), filters=(("status", "!=", "failed"),), grain="week"),
    Question(("messages", "segments", "delivery_rate"), ("network",), (("country", "in", ("DE", "GB")),)),
    Question(filters=(("campaign", "contains", "'"),), dimensions=("campaign",), period="2026-09"),
    Question(("undelivered",), ("hour",), order=("undelivered", "desc"), limit=5, period="last 30 days"),
)  # fmt: skip


@pytest.fixture(params=["sqlite", "mongodb"])
def usage(request: pytest.FixtureRequest, tmp_path: Path) -> Usage:
    """Rollups written to one kind of store, and asked from it."""
    if request.param == "mongodb":
        fresh_mongo: Callable[[], str] = request.getfixturevalue("fresh_mongo")
        documents = open_documents(fresh_mongo())
    else:
        documents = open_documents(str(tmp_path / "documents.sqlite"))
    documents.put_many("rollups", rollups())
    return usage_of(CLIENT, read_rollups(documents, CLIENT, FIRST, LAST), LAST)


def rollups() -> list[tuple[str, dict[str, object]]]:
    """Client-days as the ledger's rollups are kept, with an empty day, and a client nobody may see."""
    draw = Random(4)  # noqa: S311 - invented usage
    found: list[tuple[str, dict[str, object]]] = []
    for client in (CLIENT, "other-bank"):
        for day in pd.date_range(FIRST, LAST).strftime("%Y-%m-%d"):
            cells = [
                (draw.randrange(24), draw.choice(["sms", "rcs"]), "mt", draw.choice(["GB", "DE", ""]),
                 draw.choice(["23410", ""]), "service", draw.choice(["Müller's", ""]),
                 draw.choice(["delivered", "failed"]), "EUR", draw.randrange(1, 900), draw.randrange(1, 900), "0.0123")
                for _ in range(0 if day.endswith("13") else 30)
            ]  # fmt: skip
            columns = {name: [cell[n] for cell in cells] for n, name in enumerate(CELLS)}
            found.append((f"{client}|{day}", {"client": client, "day": day, "batch": 1, "zone": "UTC", **columns}))
    return found


@pytest.fixture(scope="module")
def reference() -> Usage:
    """The same cells, with no store between."""
    rows: list[dict[str, Any]] = [document for _, document in rollups() if document["client"] == CLIENT]
    parts = [pd.DataFrame({name: one[name] for name in CELLS}).assign(day=str(one["day"])) for one in rows]
    frame: pd.DataFrame = pd.concat(parts, ignore_index=True)
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[us]")
    kinds = dict.fromkeys(("hour", "messages", "segments"), "int64")
    return usage_of(CLIENT, frame.astype(kinds), LAST)


def test_every_question_has_the_same_answer_from_either_store(usage: Usage, reference: Usage) -> None:
    for question in QUESTIONS:
        told, expected = answer(question, usage), answer(question, reference)
        assert not expected.empty, question
        assert told.said == expected.said
        pd.testing.assert_frame_equal(told.frame, expected.frame)
