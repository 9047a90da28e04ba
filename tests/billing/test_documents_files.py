import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from invoice_cases import bill, brand, client, fee_line, tiered_line

from tollbook.billing.documents import AmountsDiffer, invoice_csv, invoice_pdf, write_draft, write_numbered

NAMES = ["invoice.csv", "invoice.json", "invoice.pdf"]


def test_a_draft_is_three_files_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "2026-10" / "harbour-bank"
    case = bill(tiered_line([5]))
    paths = write_draft(case, client(), brand(), folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(path.name for path in paths) == NAMES
    assert (folder / "invoice.csv").read_bytes() == invoice_csv(case)
    document = json.loads((folder / "invoice.json").read_text("utf-8"))
    assert (document["state"], document["issued_on"], document["due_on"]) == ("draft", "2026-11-01", "2026-12-01")
    same = invoice_pdf(case, client(), brand(), issued_on=date(2026, 11, 1), due_on=date(2026, 12, 1))
    assert (folder / "invoice.pdf").read_bytes() == same


def test_written_again_the_files_are_the_same(tmp_path: Path) -> None:
    before = [path.read_bytes() for path in write_draft(bill(fee_line()), client(), brand(), tmp_path)]
    assert [path.read_bytes() for path in write_draft(bill(fee_line()), client(), brand(), tmp_path)] == before


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    write_draft(bill(fee_line()), client(), brand(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    line = tiered_line([5, 6])
    with pytest.raises(AmountsDiffer):
        write_draft(bill(replace(line, items=line.items[:1])), client(), brand(), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_final_invoice_is_due_after_the_contract_s_days(tmp_path: Path) -> None:
    terms = client().contracts[0].model_copy(update={"payment_days": 14})
    to = client().model_copy(update={"contracts": (terms,)})
    write_numbered(bill(fee_line()), to, brand(), tmp_path, issued_on=date(2026, 11, 5), number="A-7")
    document = json.loads((tmp_path / "A-7.json").read_text("utf-8"))
    assert (document["state"], document["number"], document["due_on"]) == ("final", "A-7", "2026-11-19")
