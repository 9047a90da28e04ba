"""Readers: bytes become rows with their line; what cannot be taken apart is a value with its line and reason."""

import gzip
import json
from pathlib import Path

import duckdb
import pytest
from little_book import LittleBook, counts, csv_text, message

from tollbook.usage.mapping import Format
from tollbook.usage.readers import read_header, read_raw
from tollbook.usage.unpacking import UnreadableFile

CSV, JSONL = Format(type="csv"), Format(type="jsonl")


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "names"),
    [
        (b"a,b\n1,2\n", ("a", "b")),
        (b"\xef\xbb\xbfa,b\n", ("a", "b")),
        (b'"a, with comma", b \r\n', ("a, with comma", "b")),
    ],
)
def test_header(tmp_path: Path, content: bytes, names: tuple[str, ...]) -> None:
    assert read_header(write(tmp_path, "x.csv", content), CSV) == names
    assert read_header(write(tmp_path, "x.csv.gz", gzip.compress(content)), CSV) == names


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("x.csv", b"", "no header line"),
        ("x.csv", b"\n1,2\n", "no header line"),
        ("x.csv", b"a,b,a\n", "repeats a column"),
        ("x.csv", b"\xff\xfea\x00", "decode"),
        ("x.csv.gz", b"not gzip", "gzip"),
        ("x.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:12], "end-of-stream"),
    ],
)
def test_a_file_without_a_usable_header(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    with pytest.raises(UnreadableFile, match=fault):
        read_header(write(tmp_path, name, content), CSV)


def test_another_order_of_columns_is_the_same_record(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    row = message("m1", status_at="2026-10-01T09:00:05Z")
    turned = dict(reversed(list(row.items())))
    report = book.take({"tollbook/a.csv": [row], "tollbook/b.csv": [turned]})
    assert counts(report) == {"read": 2, "posted": 1, "duplicate": 1}


def test_extra_columns_do_no_harm_and_missing_optional_ones_are_empty(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    row = {key: value for key, value in message("m1").items() if key not in {"segments", "cost"}}
    book.take({"tollbook/a.csv": [{**row, "mood": "fine"}]})
    assert book.standing("message_id, segments, cost::varchar, flags") == [("m1", 1, "0.00000000", "COST_MISSING")]


def test_a_header_without_a_needed_column_refuses_the_file(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    row = {key: value for key, value in message("m1").items() if key != "status"}
    (refused,) = book.take({"tollbook/a.csv": [row]}).of_state("refused")
    assert "status" in refused.fault


def test_broken_rows_are_refused_with_their_line_and_the_rest_is_posted(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    good = csv_text([message(f"m{number}") for number in range(1, 5)]).splitlines()
    lines = [good[0], good[1], "too,few", good[2], good[3] + ",one,too,many,columns", good[4]]
    report = book.take({"tollbook/a.csv": "\n".join(lines) + "\n"})
    assert counts(report) == {"read": 5, "posted": 3, "quarantined": 2} | {"read": 5}
    assert book.reasons() == [("tollbook/a.csv", 3, "bad_row"), ("tollbook/a.csv", 5, "bad_row")]
    assert book.standing("message_id, source_line") == [("m1", 2), ("m2", 4), ("m4", 6)]


def test_lines_count_from_the_top_of_each_file(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    for name in "abc":
        rows = [message(f"{name}{number}") for number in range(3)]
        rows[1] = {**rows[1], "submitted_at": "31 Feb"}
        book.land({f"tollbook/{name}.csv": rows})
    book.take()
    assert book.reasons() == [(f"tollbook/{name}.csv", 3, "bad_time") for name in "abc"]
    assert [line for _, line in book.standing("source_file, source_line")] == [2, 4] * 3


def test_of_a_torn_row_only_its_shape_is_kept(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    header = csv_text([message()]).splitlines()[0]
    book.take({"tollbook/a.csv": f"{header}\nAnn Other,+447700900123\n"})
    (raw,) = book.quarantine.rows()["raw"]
    assert raw == "xxx xxxxx,+999999999999"


def test_a_truncated_gzip_is_refused_whole_and_its_neighbours_are_posted(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    whole = {name: csv_text(message(f"{name}{n}") for n in range(2000)).encode() for name in "abc"}
    packed = {f"tollbook/{name}.csv.gz": gzip.compress(content) for name, content in whole.items()}
    packed["tollbook/b.csv.gz"] = packed["tollbook/b.csv.gz"][:-2000]
    report = book.take(packed)
    assert [one.file for one in report.of_state("refused")] == ["tollbook/b.csv.gz"]
    assert counts(report) == {"read": 4000, "posted": 4000}
    # Delivered again, whole: other bytes, a new file.
    assert counts(book.take({"tollbook/b.csv.gz": gzip.compress(whole["b"])})) == {"read": 2000, "posted": 2000}


def test_a_cell_may_hold_quotes_commas_and_line_ends(tmp_path: Path) -> None:
    book = LittleBook(tmp_path)
    book.take({"tollbook/a.csv": [message("m1", sender='A "quoted", name\nof two lines'), message("m2")]})
    assert book.standing("message_id, sender") == [("m1", 'A "quoted", name\nof two lines'), ("m2", "")]


def test_json_lines_give_their_line_and_their_fault(tmp_path: Path) -> None:
    connection = duckdb.connect()
    connection.execute("create macro json_object_text(x) as case when json_valid(x) then "
                       "case json_type(x) when 'OBJECT' then x end end")  # fmt: skip
    lines = [
        json.dumps({"id": 1, "to": [{"n": 5}, {"n": 6}]}),
        "{broken",
        "",
        "[1, 2]",
        json.dumps({"id": 2, "to": []}),
    ]
    path = write(tmp_path, "x.jsonl", "\n".join(lines).encode())
    raw = read_raw(connection, [path], Format(type="jsonl", each="to"), ())
    rows = [(n, item_n, json.loads(item)) for _, n, _, item, item_n in raw.relation.fetchall()]
    assert rows == [(1, 1, {"n": 5}), (1, 2, {"n": 6})]
    broken = [(row.line, row.fault.split(":")[0]) for row in raw.broken()]
    assert broken == [(2, "not JSON"), (4, "JSON, but no record in it"), (5, "JSON, but no record in it")]


def test_rows_read_in_parallel_stand_in_the_order_of_their_files(tmp_path: Path) -> None:
    """The line of a row is its place in the table it is read into: see `records.whole`."""
    paths = [tmp_path / f"{number}.csv" for number in range(3)]
    with duckdb.connect(config={"threads": 4}) as connection:
        for path in paths:
            connection.execute("copy (select i, 'x' as x from range(200_000) as r(i)) to $path", {"path": str(path)})
        raw = read_raw(connection, paths, Format(type="csv"), ("i", "x"))
        raw.relation.create("rows_as_read")
        asked = "select count(*), count(*) filter (file * 200_000 + column_0::bigint = rowid) from rows_as_read"
        assert connection.sql(asked).fetchall() == [(600_000, 600_000)]
