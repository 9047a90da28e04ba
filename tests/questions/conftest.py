"""A desk over invented usage: no files, no demo."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest
from invented_usage import invented_usage

from tollbook.questions.answering import Usage, usage_of
from tollbook.questions.bank import bank_steps
from tollbook.questions.ground import Ground, prepare
from tollbook.questions.learner import Learner

KNOWN_TO = date(2026, 10, 31)


@pytest.fixture(scope="session")
def frame() -> pd.DataFrame:
    """Five months of usage that end with October 2026."""
    return invented_usage()


@pytest.fixture
def usage(frame: pd.DataFrame) -> Usage:
    """The same, ready for questions."""
    return usage_of("harbour-bank", frame, KNOWN_TO)


@pytest.fixture(scope="session")
def ground_of() -> Callable[..., Ground]:
    """`ground_of(frame)`: what suggestions stand on."""

    def make(frame: pd.DataFrame, client: str = "harbour-bank") -> Ground:
        return prepare(client, frame, KNOWN_TO, price=0.05, currency="GBP")

    return make


@pytest.fixture(scope="session")
def fresh_learner() -> Callable[[Ground], Learner]:
    """`fresh_learner(ground)`: a learner that knows the bank only."""

    def make(ground: Ground) -> Learner:
        learner = Learner(ground.schema, personal=True)
        learner.fit(bank_steps())
        return learner

    return make
