import io
import json
from decimal import Decimal
from pathlib import Path

import pytest
from rich.console import Console

from tollbook.period import Month
from tollbook.runs.plan import Subject
from tollbook.runs.spec import RunSpec
from tollbook.runs.summary import (
    ClientRow,
    Ended,
    RunSummary,
    change,
    client_row,
    index_page,
    read_summary,
    run_table,
    write_summary,
)

OCTOBER = Month(2026, 10)


def ended(notebook: str, state: str = "published", **more: object) -> Ended:
    return Ended(RunSpec("acme", OCTOBER, notebook), state, **more)  # type: ignore[arg-type]


def summary(*rows: ClientRow, interrupted: bool = False) -> RunSummary:
    return RunSummary(
        month="2026-10",
        library="0.1.0",
        ledger_batch=7,
        started="2026-11-23T05:00:00+00:00",
        seconds=12.3,
        workers=2,
        interrupted=interrupted,
        rows=rows,
    )


@pytest.fixture
def row(tmp_path: Path) -> ClientRow:
    figures = {"total": "112.50", "before": "100.00", "currency": "GBP"}
    done = [ended("ingestion", figures={"records": 1200, "quarantined": 3}), ended("billing", figures=figures)]
    return client_row(Subject("acme", "Acme & Söhne <b>"), done, tmp_path, OCTOBER, None)


def test_a_row_gathers_figures_and_compares_with_last_month(row: ClientRow) -> None:
    assert (row.state, row.records, row.quarantined, row.total) == ("published", 1200, 3, Decimal("112.50"))
    assert row.change == Decimal("0.1250")
    assert row.notebooks["billing"].link == "acme/billing.html"


@pytest.mark.parametrize("before", [None, "None", "0.00", "NaN"])
def test_no_last_month_is_no_comparison(tmp_path: Path, before: str | None) -> None:
    done = [ended("billing", figures={"total": "112.50", "before": before, "currency": "EUR"})]
    assert client_row(Subject("acme"), done, tmp_path, OCTOBER, None).change is None


def test_what_a_run_did_not_touch_is_kept(tmp_path: Path, row: ClientRow) -> None:
    later = client_row(Subject("acme"), [ended("forecasting", "failed", reason="boom")], tmp_path, OCTOBER, row)
    assert (later.state, later.reason, later.total, later.records) == ("failed", "boom", Decimal("112.50"), 1200)
    assert later.change == Decimal("0.1250")
    assert list(later.notebooks) == ["ingestion", "billing", "forecasting"]
    write_summary(summary(row, ClientRow(client="zebra", state="published")), tmp_path, None)
    write_summary(summary(later), tmp_path, read_summary(tmp_path))
    whole = read_summary(tmp_path)
    assert whole
    assert [(one.client, one.state) for one in whole.rows] == [("acme", "failed"), ("zebra", "published")]


def test_a_bill_that_failed_shows_no_old_total(tmp_path: Path, row: ClientRow) -> None:
    later = client_row(Subject("acme"), [ended("billing", "failed", reason="boom")], tmp_path, OCTOBER, row)
    assert later.total is None
    assert later.change is None


@pytest.mark.parametrize(
    ("states", "code"),
    [
        ([], 0),
        (["published", "unchanged", "idle"], 0),
        (["published", "failed"], 1),
        (["blocked"], 1),
        (["stopped"], 1),
    ],
)
def test_exit_codes(states: list[str], code: int) -> None:
    rows = [ClientRow(client=f"c{n}", state=state) for n, state in enumerate(states)]
    assert summary(*rows).exit_code == code
    assert summary(*rows, interrupted=True).exit_code == 130


def test_the_page_escapes_names_asks_no_one_and_tells_the_month(tmp_path: Path, row: ClientRow) -> None:
    bad = ClientRow(client="bad", state="failed", reason="billing.ipynb, cell 3: <script>alert(1)</script>")
    write_summary(summary(row, bad), tmp_path, None)
    html = (tmp_path / "index.html").read_text("utf-8")
    for text in ("Acme &amp; Söhne &lt;b&gt;", "£112.50", "+12.5%", "1,200", "1 of 2", "acme/billing.html", "batch 7"):
        assert text in html
    assert "<script" not in html
    assert "http://" not in html
    assert "https://" not in html
    assert json.loads((tmp_path / "summary.json").read_text("utf-8"))["rows"][0]["total"] == "112.50"


def test_the_table_shows_figures_and_reasons(row: ClientRow) -> None:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(run_table(summary(row, ClientRow(client="bad", state="failed", reason="[red]broken.yaml[/]"))))
    text = console.export_text()
    assert "£112.50" in text
    assert "1,200" in text
    assert "[red]broken.yaml[/]" in text
    assert "failed" in text


def test_figures_that_ask_for_a_look_are_noted_and_kept_until_their_notebook_runs_again(tmp_path: Path) -> None:
    loud = [
        ended("billing", figures={"total": "1", "currency": "GBP", "unrated": 1234}),
        ended("forecasting", figures={"over_budget": 0.81, "bill_month": "2026-11"}),
    ]
    first = client_row(Subject("acme"), loud, tmp_path, OCTOBER, None)
    assert first.notes == {
        "billing": "1,234 messages have no price and are not charged",
        "forecasting": "November 2026 will probably exceed the budget (in 81% of all simulated months)",
    }
    write_summary(summary(first), tmp_path, None)
    assert "1,234 messages have no price" in (tmp_path / "index.html").read_text("utf-8")
    calm = [ended("billing", figures={"total": "1", "currency": "GBP", "unrated": 0})]
    assert list(client_row(Subject("acme"), calm, tmp_path, OCTOBER, first).notes) == ["forecasting"]


def test_the_page_begins_with_what_needs_a_person(row: ClientRow) -> None:
    calm, jumped, failed = (row.model_copy(update={"client": name, "name": name}) for name in ("abel", "berg", "cole"))
    jumped = jumped.model_copy(update={"notes": {"billing": "The total is 62% above last month's"}})
    failed = failed.model_copy(update={"state": "failed", "reason": "boom"})
    page = index_page(summary(calm, jumped, failed), "2026-09")
    assert page.index("cole") < page.index("berg") < page.index("abel")
    assert 'href="../2026-09/index.html"' in page
    assert "23 November 2026, 05:00 UTC" in page


@pytest.mark.parametrize(
    ("total", "note"),
    [
        ("112.50", ""),
        ("162.00", "The total is 62% above last month's"),
        ("50.00", "The total is 50% below last month's"),
    ],
)
def test_a_total_that_jumps_is_noted(tmp_path: Path, row: ClientRow, total: str, note: str) -> None:
    assert row.notes == {}
    done = [ended("billing", figures={"total": total, "before": "100.00", "currency": "GBP"})]
    assert client_row(Subject("acme"), done, tmp_path, OCTOBER, None).notes.get("billing", "") == note


def test_no_change_has_no_sign(row: ClientRow) -> None:
    shown = [change(row.model_copy(update={"change": Decimal(text)})) for text in ("-0.0001", "0", "0.012", "-0.012")]
    assert shown == ["0.0%", "0.0%", "+1.2%", "-1.2%"]
