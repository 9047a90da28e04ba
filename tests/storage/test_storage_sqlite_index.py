"""What is asked for by client and day is looked up, not searched for."""

from pathlib import Path

from tollbook.storage.sqlite import SqliteDocuments


def test_rollups_are_found_by_client_and_day_without_a_walk_through_the_others(tmp_path: Path) -> None:
    store = SqliteDocuments(tmp_path / "documents.sqlite")
    store.put_many(
        "rollups", ((f"c{n}|{n}", {"client": f"c{n % 9}", "day": f"2026-10-{n % 28 + 1:02}"}) for n in range(90))
    )
    asked: list[str] = []
    connection = store._connection()  # noqa: SLF001 - the plan is the connection's to tell
    connection.set_trace_callback(asked.append)
    found = store.find("rollups", {"client": "c3", "day": {"$gte": "2026-10-05", "$lte": "2026-10-20"}})
    connection.set_trace_callback(None)
    assert {one["client"] for one in found} == {"c3"}
    assert all("2026-10-05" <= one["day"] <= "2026-10-20" for one in found)
    (statement,) = [one for one in asked if one.startswith("select")]
    plan = [row[-1] for row in connection.execute(f"explain query plan {statement}")]
    assert plan[0].startswith("SEARCH documents USING INDEX documents_by_client (collection=? AND <expr>=? AND <expr>")
