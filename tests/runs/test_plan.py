from datetime import UTC, datetime
from pathlib import Path

import pytest
from tiny_project import write_client, write_notebook

from tollbook.period import BadMonth, FutureMonth, Month
from tollbook.runs.plan import (
    NoClients,
    UnknownClients,
    chosen_clients,
    chosen_month,
    chosen_notebooks,
    fingerprint,
    read_subject,
)
from tollbook.runs.spec import NOTEBOOKS, BadId, RunSpec, UnknownNotebook
from tollbook.settings import Settings

OCTOBER = Month(2026, 10)


def test_a_month_that_has_begun_somewhere() -> None:
    last_evening = datetime(2026, 9, 30, 20, tzinfo=UTC)
    assert chosen_month("2026-10", last_evening) == OCTOBER  # it is October in Auckland
    with pytest.raises(FutureMonth):
        chosen_month(Month(2026, 11), last_evening)
    with pytest.raises(BadMonth):
        chosen_month("October")


def test_notebooks_run_in_their_order_whatever_was_typed() -> None:
    assert chosen_notebooks(None) == NOTEBOOKS
    assert chosen_notebooks(["forecasting", "billing", "billing"]) == ("billing", "forecasting")
    with pytest.raises(UnknownNotebook, match="ingestion, billing"):
        chosen_notebooks(["../billing"])


def test_clients_are_the_files_and_a_broken_one_is_among_them(tiny: Settings) -> None:
    with pytest.raises(NoClients, match="tollbook demo"):
        chosen_clients(tiny, OCTOBER, None)
    write_client(tiny, "acme", name="Acme Ltd")
    write_client(tiny, "newcomer", since="2026-11-01")
    write_client(tiny, "broken").write_text("client: broken\nname: [")
    write_client(tiny, "acme").rename(tiny.parameters / "clients" / "Not A Slug.yaml")
    write_client(tiny, "acme")
    found = {subject.client: subject for subject in chosen_clients(tiny, OCTOBER, None)}
    assert sorted(found) == ["Not A Slug", "acme", "broken", "newcomer"]
    assert "broken.yaml" in found["broken"].refused
    assert "not a client id" in found["Not A Slug"].refused
    assert "no contract in force on 2026-10-01" in found["newcomer"].idle
    assert (found["acme"].refused, found["acme"].idle, found["acme"].currency) == ("", "", "GBP")


def test_unknown_and_hostile_ids_are_told_apart(tiny: Settings) -> None:
    write_client(tiny, "acme")
    with pytest.raises(UnknownClients, match=r"no client acne, nobody in .*; known: acme"):
        chosen_clients(tiny, OCTOBER, ["nobody", "acne", "acme"])
    with pytest.raises(BadId):
        chosen_clients(tiny, OCTOBER, ["../../etc/passwd"])


def test_the_fingerprint_knows_everything_that_goes_in(tiny: Settings) -> None:
    card = tiny.parameters / "rates" / "standard.csv"
    card.write_text("destination,price\nGB,0.03\n")
    client, notebook = write_client(tiny, "acme"), write_notebook(tiny, "billing")
    usage = "{kind: usage, name: sms, label: SMS, price: {model: rate_card, card: standard}}"
    client.write_text(client.read_text().replace("charges:", f"charges:\n      - {usage}"))

    def now(month: Month = OCTOBER, batch: int = 1) -> str:
        spec = RunSpec("acme", month, "billing")
        return fingerprint(spec, read_subject(tiny, month, "acme"), tiny, batch)

    first = now()
    assert now() == first
    assert len({first, now(batch=2), now(Month(2026, 9))}) == 3
    for path in (card, client, notebook, tiny.parameters / "brand.yaml"):
        before = now()
        _append(path, "\n")
        assert now() != before, path


def _append(path: Path, text: str) -> None:
    path.write_text((path.read_text() if path.exists() else "") + text)
