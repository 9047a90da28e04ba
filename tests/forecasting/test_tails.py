"""The limit beyond which a day is a surprise: as far out as the errors' own tail goes."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm
from scipy.stats import t as student

from tollbook.forecasting.tails import tail_limit

LOOK: dict[str, Any] = {"days": 28, "chance": 0.01}


def test_of_normal_errors_it_is_their_quantile() -> None:
    errors = np.random.default_rng(1).normal(0, 1, 20_000)
    assert tail_limit(errors, **LOOK) == pytest.approx(norm.isf(0.005 / 28), rel=0.06)


@pytest.mark.parametrize("freedom", [4, 7, 15])
def test_of_students_errors_it_is_theirs(freedom: int) -> None:
    errors = student.rvs(freedom, size=20_000, random_state=2)
    assert tail_limit(errors, **LOOK) == pytest.approx(student.isf(0.005 / 28, freedom), rel=0.06)


def test_in_other_units_it_is_as_far_out() -> None:
    errors = student.rvs(4, size=300, random_state=3)
    assert tail_limit(2 * errors, **LOOK) == pytest.approx(2 * tail_limit(errors, **LOOK), rel=0.01)


def test_fewer_days_and_days_foretold_twice_say_less_and_look_further() -> None:
    errors = np.random.default_rng(4).normal(0, 1, 336)
    assert tail_limit(errors, **LOOK) < tail_limit(errors[:100], **LOOK)
    assert tail_limit(errors, **LOOK) < tail_limit(errors, **LOOK, seen=100)


def test_outages_of_the_past_hide_no_other_wild_day() -> None:
    errors = np.random.default_rng(5).normal(0, 1, 336)
    errors[:5] = -70.0
    assert tail_limit(errors, **LOOK) < 10


def test_a_few_campaigns_a_year_hide_no_other() -> None:
    """Three bursts of three days in a year were taken for the client's tail, and the fourth for nothing new."""
    errors = np.random.default_rng(8).normal(0, 1, 336)
    errors[[50, 51, 52, 150, 151, 152, 250, 251]] = [13.0, 10.0, 7.0, 12.0, 9.0, 6.0, 12.0, 9.0]
    assert tail_limit(errors, days=28, chance=0.005) < 12


def test_of_forty_looks_at_new_errors_hardly_one_goes_beyond() -> None:
    """The chance holds for what was not seen, though the tail is read from 336 errors."""
    draw = np.random.default_rng(6)
    beyond = []
    for _ in range(300):
        errors = draw.standard_t(4, 336 + 28)
        beyond.append(np.abs(errors[336:]).max() > tail_limit(errors[:336], days=28, chance=0.005))
    assert np.mean(beyond) < 0.025


def test_gaps_are_stepped_over() -> None:
    errors = np.random.default_rng(7).normal(0, 1, 100)
    assert tail_limit(np.r_[errors, np.nan], **LOOK) == tail_limit(errors, **LOOK)


def test_a_client_that_was_never_off_has_the_least_limit() -> None:
    assert tail_limit(np.zeros(336), **LOOK) == 3
