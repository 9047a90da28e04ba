"""The contract of a document store, held by both: SQLite and a server that speaks MongoDB's protocol."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tollbook.storage.documents import (
    BadField,
    BadOperator,
    BadValue,
    Documents,
    NewerStore,
    open_documents,
    plain_document,
)

NOON = datetime(2026, 10, 5, 12, 0, 0, 250_000, tzinfo=UTC)


def test_an_insert_happens_once(store: Documents) -> None:
    assert store.insert("invoices", "2026-1", {"total": Decimal("1.10")}) is True
    assert store.insert("invoices", "2026-1", {"total": Decimal("9.99")}) is False
    assert store.get("invoices", "2026-1") == {"total": Decimal("1.10")}
    assert store.get("invoices", "2026-2") is None
    assert store.get("elsewhere", "2026-1") is None


def test_a_put_replaces_the_whole_document(store: Documents) -> None:
    store.put("runs", "a", {"state": "failed", "error": "x"})
    store.put("runs", "a", {"state": "good"})
    assert store.get("runs", "a") == {"state": "good"}


def test_of_one_id_put_twice_at_once_the_last_wins(store: Documents) -> None:
    store.put_many("runs", [("a", {"n": 1}), ("b", {"n": 2}), ("a", {"n": 3})])
    assert store.find("runs") == [{"n": 3, "_id": "a"}, {"n": 2, "_id": "b"}]


@pytest.mark.parametrize(
    "value",
    [
        "", "ö שלום 📱", 0, -1, 2**63 - 1, 1.5, True, False, None,
        Decimal("0.00"), Decimal("-12345678901234567890.123456789"), Decimal("1E+3"), Decimal("0.0000001"),
        NOON, datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC),
        [], {}, [1, "two", None], [[1], {"a": [Decimal("1.5")]}], {"a": {"b": {"c": NOON}}},
        {"a.b": 1, "$c": 2, "%2E": 3, "d$e": {"f.g": 4}},
    ],
    ids=repr,
)  # fmt: skip
def test_a_value_comes_back_as_it_went_in(store: Documents, value: Any) -> None:
    store.put("things", "a", {"value": value, "rows": [value, value]})
    found = store.get("things", "a")
    assert found == {"value": value, "rows": [value, value]}
    assert repr(found["value"]) == repr(value)  # 1.10 is not 1.1, True is not 1


def test_a_moment_comes_back_in_utc_to_the_millisecond(store: Documents) -> None:
    there = timezone(timedelta(hours=5, minutes=30))
    store.put("things", "a", {"at": datetime(2026, 10, 5, 17, 30, 0, 250_999, tzinfo=there)})
    assert (store.get("things", "a") or {})["at"].isoformat() == "2026-10-05T12:00:00.250000+00:00"


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), Decimal("NaN"), Decimal("1" * 35), datetime(2026, 1, 1), {1}, {1: 2}, b"x"],  # noqa: DTZ001
    ids=repr,
)
def test_a_value_that_only_one_store_could_keep_is_refused_by_both(store: Documents, value: Any) -> None:
    with pytest.raises(BadValue):
        store.put("things", "a", {"value": [value]})
    assert store.get("things", "a") is None


SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
NAMES = st.text(st.characters(codec="utf-8"), max_size=8)
VALUES = st.recursive(
    SCALARS
    | NAMES
    | st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**20), max_value=10**20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=st.dictionaries(NAMES.filter(lambda name: not name.startswith("_")), VALUES, max_size=4))
def test_any_document_comes_back(store: Documents, document: dict[str, Any]) -> None:
    store.put("things", "any", document)
    assert store.get("things", "any") == plain_document(document)


@pytest.mark.parametrize("name", ["_secret", "_token"])
def test_the_stores_own_fields_are_not_taken(store: Documents, name: str) -> None:
    with pytest.raises(BadField, match=name):
        store.put("things", "a", {name: 1})


def test_what_find_gave_may_be_put_back(store: Documents) -> None:
    store.put("things", "a", {"n": 1})
    (found,) = store.find("things")
    store.put("things", "b", found)
    assert store.get("things", "b") == {"n": 1}


def days(store: Documents) -> None:
    store.put_many(
        "days",
        [
            ("a1", {"client": "a", "day": "2026-10-01", "sum": Decimal("9.5"), "at": NOON, "deep": {"n": 3}}),
            ("a2", {"client": "a", "day": "2026-10-02", "sum": Decimal(10), "at": NOON + timedelta(hours=1)}),
            ("a3", {"client": "a", "day": "2026-10-03", "sum": Decimal("-1.25"), "at": NOON - timedelta(hours=1)}),
            ("b1", {"client": "b", "day": "2026-10-01", "sum": Decimal("9.50"), "at": NOON, "deep": {"n": 4}}),
        ],
    )


@pytest.mark.parametrize(
    ("where", "ids"),
    [
        (None, "a1 a2 a3 b1"),
        ({}, "a1 a2 a3 b1"),
        ({"client": "a"}, "a1 a2 a3"),
        ({"client": "c"}, ""),
        ({"client": "a", "day": {"$gte": "2026-10-02"}}, "a2 a3"),
        ({"day": {"$gt": "2026-10-01", "$lt": "2026-10-03"}}, "a2"),
        ({"day": {"$lte": "2026-10-01"}}, "a1 b1"),
        ({"sum": {"$gt": Decimal("9.5")}}, "a2"),
        ({"sum": Decimal("9.5")}, "a1 b1"),
        ({"sum": {"$lt": Decimal(0)}}, "a3"),
        ({"at": {"$gte": NOON}}, "a1 a2 b1"),
        ({"at": NOON}, "a1 b1"),
        ({"deep.n": {"$gte": 4}}, "b1"),
        ({"deep": None}, "a2 a3"),
        ({"client": "a' or '1'='1"}, ""),
    ],
)
def test_find_by_equality_and_range(store: Documents, where: dict[str, Any] | None, ids: str) -> None:
    days(store)
    assert [one["_id"] for one in store.find("days", where)] == ids.split()


@pytest.mark.parametrize(
    ("sort", "limit", "ids"),
    [
        ([("day", 1)], None, "a1 b1 a2 a3"),
        ([("day", -1)], 1, "a3"),
        ([("client", -1), ("day", -1)], 3, "b1 a3 a2"),
        ([("sum", 1)], None, "a3 a1 b1 a2"),
        ([("sum", -1)], 1, "a2"),
        ([("at", 1), ("client", -1)], None, "a3 b1 a1 a2"),
        ([("deep.n", 1)], None, "a2 a3 a1 b1"),
        ([], 0, ""),
    ],
)
def test_find_sorts_and_limits(store: Documents, sort: list[tuple[str, int]], limit: int | None, ids: str) -> None:
    days(store)
    assert [one["_id"] for one in store.find("days", sort=sort, limit=limit)] == ids.split()


@pytest.mark.parametrize("where", [{"a b": 1}, {"$where": "1"}, {"": 1}, {"a..b": 1}, {"_id": "a"}])
def test_a_field_that_is_none_is_named(store: Documents, where: dict[str, Any]) -> None:
    with pytest.raises(BadField):
        store.find("days", where)


def test_a_comparison_that_only_one_store_has_is_named(store: Documents) -> None:
    with pytest.raises(BadOperator, match="regex"):
        store.find("days", {"client": {"$regex": "a"}})


def test_delete_forgets_those_ids(store: Documents) -> None:
    days(store)
    store.delete("days", ["a1", "b1", "nobody"])
    store.delete("days", [])
    assert [one["_id"] for one in store.find("days")] == ["a2", "a3"]


def test_collections_are_those_with_documents(store: Documents) -> None:
    days(store)
    store.put("gone", "x", {})
    store.delete("gone", ["x"])
    store.insert("alpha", "x", {})
    assert store.collections() == ["alpha", "days"]


def test_only_newer_documents_replace(store: Documents) -> None:
    store.put_many("rollups", [("a", {"batch": 5, "n": 1}), ("b", {"batch": 7, "n": 1}), ("c", {"n": 1})])
    newer = [(id_, {"batch": 7, "n": 2}) for id_ in "abcd"]
    assert store.replace_if_newer("rollups", newer) == 2
    assert store.replace_if_newer("rollups", newer) == 0
    assert [one["n"] for one in store.find("rollups")] == [2, 1, 1, 2]


def test_a_version_may_stand_deep(store: Documents) -> None:
    store.put("rollups", "a", {"made": {"at": 1}})
    assert store.replace_if_newer("rollups", [("a", {"made": {"at": 2}})], version="made.at") == 1


def test_more_documents_than_one_round_trip_takes(store: Documents) -> None:
    many = [(f"{n:05}", {"batch": 1, "cells": list(range(20))}) for n in range(1_203)]
    assert store.replace_if_newer("rollups", iter(many)) == 1_203
    store.put_many("other", iter(many))
    assert len(store.find("other")) == len(store.find("rollups")) == 1_203
    store.delete("other", [id_ for id_, _ in many])
    assert store.find("other") == []


def test_numbers_follow_each_other_in_each_series(store: Documents) -> None:
    def numbered(number: int) -> dict[str, Any]:
        return {"number": f"UK-{number:06d}", "total": Decimal("1.20")}

    assert store.insert_numbered("invoices", "a|2026-10", "uk|2026", numbered)[0]["number"] == "UK-000001"
    assert store.insert_numbered("invoices", "b|2026-10", "uk|2026", numbered) == (numbered(2), True)
    assert store.insert_numbered("invoices", "a|2026-10", "uk|2026", numbered) == (numbered(1), False)
    assert store.insert_numbered("invoices", "c|2026-10", "il|2026", numbered) == (numbered(1), True)
    assert store.get("series", "uk|2026") == {"last": 2}


def test_a_document_that_cannot_be_built_takes_no_number(store: Documents) -> None:
    with pytest.raises(ZeroDivisionError):
        store.insert_numbered("invoices", "a", "uk", lambda number: {"n": number // 0})
    with pytest.raises(BadValue):
        store.insert_numbered("invoices", "a", "uk", lambda _: {"n": float("nan")})
    assert store.insert_numbered("invoices", "a", "uk", lambda number: {"n": number}) == ({"n": 1}, True)


def test_a_store_of_a_later_layout_is_not_touched(store: Documents, place: str) -> None:
    store.put("things", "a", {"n": 1})
    if place.startswith("mongodb"):
        from pymongo import MongoClient

        with MongoClient[dict[str, Any]](place) as client:
            client.get_default_database()["tollbook"].update_one({"_id": "schema"}, {"$set": {"version": 99}})
    else:
        import sqlite3

        with sqlite3.connect(place) as db:
            db.execute("pragma user_version = 99")
        db.close()
    with pytest.raises(NewerStore, match="99"):
        open_documents(place).get("things", "a")
