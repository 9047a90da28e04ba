"""Answers: a tidy frame, one sentence, and the SQL they came from."""

from dataclasses import dataclass, replace
from datetime import date

import duckdb
import pandas as pd

from tollbook.questions.compiling import Statement, compile_question
from tollbook.questions.question import Question
from tollbook.questions.sayings import sentence

COLUMNS = (
    "day",
    "hour",
    "channel",
    "direction",
    "country",
    "network",
    "category",
    "campaign",
    "status",
    "messages",
    "segments",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question gave.

    Attributes:
        frame: dimensions and grain, then measures (int64, float64 or Decimal), `<measure>_before` when compared.
        said: one sentence with its numbers.
        statement: the SQL, its parameters and the days.
    """

    question: Question
    frame: pd.DataFrame
    said: str
    statement: Statement

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show: no row, or no message in any."""
        return not len(self.frame) or not self.frame[self.question.measures[0]].fillna(0).astype(float).any()


@dataclass(frozen=True, slots=True)
class Usage:
    """One client's usage, ready to be asked: the rollups of that client and of nobody else, in a DuckDB of its own.

    Attributes:
        known_from: the first day with usage.
        known_to: the last local day whose usage is complete.
    """

    client: str
    known_from: date
    known_to: date
    connection: duckdb.DuckDBPyConnection
    locale: str = "en"


def usage_of(client: str, frame: pd.DataFrame, known_to: date, *, locale: str = "en") -> Usage:
    """Make a usage frame (`book.usage`) of one client ready for questions.

    The database can read no file and no other table: what a question does not compile to is not there.
    """
    connection = duckdb.connect(config={"threads": 1, "autoinstall_known_extensions": False})
    connection.register("incoming_usage", frame.assign(client=client)[["client", *COLUMNS]])
    connection.execute("create table usage as select * from incoming_usage")
    connection.unregister("incoming_usage")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    known_from = frame["day"].min().date() if len(frame) else known_to
    return Usage(client, known_from, known_to, connection, locale)


def answer(question: Question, usage: Usage) -> Answer:
    """Ask a question of one client's usage. A period before its first known day is not compared with."""
    statement = compile_question(question, client=usage.client, known_to=usage.known_to)
    if statement.earlier is not None and statement.earlier.first < usage.known_from:
        alone = answer(replace(question, compare=""), usage)
        said = f"{alone.said}; usage before {usage.known_from:%-d %B %Y} is not known, so nothing is compared"
        return replace(alone, said=said)
    frame = usage.connection.execute(statement.sql, dict(statement.parameters)).df()
    return Answer(question, frame, sentence(question, frame, statement, usage.locale), statement)
