"""Posting: the laws that make totals independent of the order, repetition and grouping of what arrives."""

from collections.abc import Sequence
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_posting import Plain, Report, SqlLedger, as_entries, cut, of_one_owner

REPORTS = st.lists(
    st.builds(
        Report,
        message=st.sampled_from(["m1", "m2"]),
        part=st.sampled_from([0, 1]),
        client=st.sampled_from(["acme", "acme", "acme", "bolt"]),
        channel=st.sampled_from(["sms", "sms", "sms", "mms"]),
        status=st.sampled_from(["accepted", "sent", "undelivered", "delivered", "read"]),
        minute=st.integers(0, 2),
        segments=st.integers(1, 2),
        cents=st.integers(1, 2),
    ),
    max_size=14,
)
PLACES = st.lists(st.integers(0, 14), max_size=3)
quick = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def posted(batches: Sequence[Sequence[Report]]) -> SqlLedger:
    ledger = SqlLedger()
    for batch in batches:
        ledger.post(batch)
    return ledger


@quick
@given(REPORTS, PLACES)
def test_sql_agrees_with_plain_python(reports: list[Report], places: list[int]) -> None:
    plain, ledger = Plain.of(reports), posted(cut(reports, places))
    assert +ledger.outcomes == +plain.outcomes
    # A record that is posted and corrected in one batch leaves the same entries as in two.
    assert ledger.entries() == as_entries(plain)


@quick
@given(REPORTS, PLACES, st.randoms(use_true_random=False), st.data())
def test_order_repetition_and_grouping_change_no_total(
    reports: list[Report], places: list[int], random: Random, data: st.DataObject
) -> None:
    mine = of_one_owner(reports)
    again = mine + data.draw(st.lists(st.sampled_from(mine), max_size=5)) if mine else mine
    shuffled = list(again)
    random.shuffle(shuffled)
    assert posted(cut(shuffled, places)).standing() == posted([mine] if mine else []).standing()


@quick
@given(REPORTS, PLACES)
def test_reversals_cancel_exactly(reports: list[Report], places: list[int]) -> None:
    ledger = posted(cut(reports, places))
    assert ledger.broken() == []
    assert all(row[4] == 1 for row in ledger.standing())
    assert len(ledger.standing()) == len({report.key for report in reports})
