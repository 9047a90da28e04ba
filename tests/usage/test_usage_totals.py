"""Control totals: the balance, and that they come back from the store as they went in."""

from tollbook.usage.totals import FileTotals, IntakeReport, add_counts

POSTED = FileTotals("a.csv", "aa", "plain", "posted", read=10, posted=6, duplicate=2, superseded=1, quarantined=1,
                    late=3, reasons={"bad_time": 1}, batch=4)  # fmt: skip
REFUSED = FileTotals("b.csv", "bb", "plain", "refused", fault="no header line")


def test_every_row_is_accounted_for_or_the_file_is_out_of_balance() -> None:
    assert POSTED.balanced
    assert not FileTotals("a.csv", "aa", "plain", "posted", read=10, posted=9).balanced


def test_a_document_gives_the_same_totals_back() -> None:
    assert FileTotals.from_document({**POSTED.as_document(), "_id": "aa"}) == POSTED


def test_a_report_adds_up_its_files() -> None:
    report = IntakeReport((POSTED, REFUSED, POSTED))
    assert (report.total("read"), report.total("late")) == (20, 6)
    assert report.of_state("refused") == [REFUSED]
    assert report.reasons() == {"bad_time": 2}


def test_counts_add_by_key() -> None:
    assert add_counts([{"b": 1, "a": 2}, {"b": 3}, {}]) == {"a": 2, "b": 4}
