"""Eight processes at one store, of either kind: every number drawn once, one winner an id, nothing lost."""

import multiprocessing
from collections.abc import Callable
from typing import Any

from tollbook.storage.documents import open_documents

WRITERS = 8


def at_once(work: Callable[[str, int], Any], place: str) -> list[Any]:
    """What `work(place, n)` gives in eight processes that start together."""
    with multiprocessing.get_context("fork").Pool(WRITERS) as pool:
        return pool.starmap(work, [(place, n) for n in range(WRITERS)], chunksize=1)


def draw_numbers(place: str, writer: int) -> list[int]:
    store = open_documents(place)
    return [
        store.insert_numbered("invoices", f"{writer}|{n}", "uk", lambda number: {"number": number})[0]["number"]
        for n in range(20)
    ]


def test_eight_writers_draw_every_number_once(place: str) -> None:
    drawn = at_once(draw_numbers, place)
    assert sorted(number for one in drawn for number in one) == list(range(1, 20 * WRITERS + 1))
    assert all(one == sorted(one) for one in drawn)
    kept = open_documents(place).find("invoices", sort=[("number", 1)])
    assert [one["number"] for one in kept] == list(range(1, 20 * WRITERS + 1))


def insert_same(place: str, writer: int) -> int:
    store = open_documents(place)
    return sum(store.insert("pins", str(n), {"by": writer}) for n in range(50))


def test_of_eight_writers_of_one_id_one_wins(place: str) -> None:
    assert sum(at_once(insert_same, place)) == 50
    assert len(open_documents(place).find("pins")) == 50


def replace_same(place: str, writer: int) -> None:
    store = open_documents(place)
    for n in range(10):
        batch = 1 + (n * WRITERS + writer * 7) % (10 * WRITERS)
        store.replace_if_newer("rollups", [(str(day), {"batch": batch, "by": writer}) for day in range(30)])


def test_of_eight_writers_the_newest_version_stays(place: str) -> None:
    at_once(replace_same, place)
    newest = max(1 + (n * WRITERS + writer * 7) % (10 * WRITERS) for n in range(10) for writer in range(WRITERS))
    assert {one["batch"] for one in open_documents(place).find("rollups")} == {newest}


def put_own(place: str, writer: int) -> None:
    store = open_documents(place)
    for n in range(20):
        store.put("runs", f"{writer}|{n}", {"by": writer})
        store.put("runs", "shared", {"by": writer})


def test_eight_writers_lose_nothing(place: str) -> None:
    at_once(put_own, place)
    assert len(open_documents(place).find("runs")) == 20 * WRITERS + 1
