from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tollbook.forecasting import index_of
from tollbook.storage.documents import Documents, open_documents

UNTIL = date(2026, 3, 10)


@pytest.fixture
def documents(tmp_path: Path) -> Documents:
    """Rollups of seven clients in January to March 2026: 10 messages a day, 40 on each first of a month."""
    found = open_documents(tmp_path / "documents.sqlite")
    for client in "abcdefg":
        for day in pd.date_range("2026-01-01", "2026-03-10"):
            messages = [10, 30] if day.day == 1 else [4, 6]
            found.put("rollups", f"{client}|{day:%Y-%m-%d}", {"client": client, "day": f"{day:%Y-%m-%d}", "messages": messages})  # fmt: skip  # noqa: E501
    return found


def book(documents: Documents, *, british: str = "abcdef", batch: int = 1, person: str = "") -> Any:
    clients = {one: SimpleNamespace(client=one, country="GB" if one in british else "DE") for one in "abcdefg"}
    return SimpleNamespace(
        documents=documents, rollup_batch=batch, settings=SimpleNamespace(person=person), clients=lambda: clients
    )


def test_it_holds_whole_months_of_the_clients_of_one_country(documents: Documents) -> None:
    found = index_of(book(documents), "GB", UNTIL)
    assert found is not None
    assert list(found.index) == list(pd.date_range("2026-01-01", "2026-02-28"))
    assert found["2026-02-01"] == pytest.approx(2.0)
    assert found["2026-02-02"] == pytest.approx(1.0)
    assert index_of(book(documents), "DE", UNTIL) is None
    assert index_of(book(documents, british="abcde"), "GB", date(2026, 2, 10)) is None
    march = index_of(book(documents), "GB", date(2026, 3, 31))
    assert march is not None
    assert march.index[-1] == pd.Timestamp("2026-03-31")


def test_it_is_made_once_for_each_state_of_the_rollups(documents: Documents) -> None:
    first = index_of(book(documents), "GB", UNTIL)
    documents.put("rollups", "a|2026-02-02", {"client": "a", "day": "2026-02-02", "messages": [90]})
    again, newer = (index_of(book(documents, batch=batch), "GB", UNTIL) for batch in (1, 2))
    assert first is not None
    assert again is not None
    assert newer is not None
    assert first.equals(again)
    assert newer["2026-02-02"] == pytest.approx((5 + np.sqrt(9)) / 6)


def test_a_person_reads_what_is_kept_and_makes_nothing(documents: Documents) -> None:
    assert index_of(book(documents, person="dana"), "GB", UNTIL) is None
    made = index_of(book(documents), "GB", UNTIL)
    read = index_of(book(documents, batch=2, person="dana"), "GB", UNTIL)
    assert made is not None
    assert read is not None
    assert made.equals(read)
