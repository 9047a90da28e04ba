import io
import json

import pandas as pd
from planted_book import NOW, PlantedBook

from tollbook.dashboards.link import Choice
from tollbook.dashboards.readings import Reading, Readings
from tollbook.dashboards.usage_table import (
    ROWS_A_PAGE,
    SHOWN,
    SORTED_BY,
    destination_rows,
    destination_table,
    destinations_csv,
    show_rows,
)


def read(book: PlantedBook, period: str = "2026-10") -> Reading:
    return Readings(book, clock=lambda: NOW).read(Choice("acorn", period))


def test_rows_read_as_people_read_them(book: PlantedBook) -> None:
    reading = read(book)
    rows = destination_rows(reading.now, reading.before)
    assert rows[list(SHOWN)].to_numpy().tolist() == [
        ["United Kingdom", "3,100", "6,200", "83.3%", "90.0%", "+3.3%"],
        ["Germany", "620", "1,240", "16.7%", "100.0%", "+3.3%"],
    ]


def test_sorting_goes_by_number_in_every_locale(book: PlantedBook) -> None:
    reading = read(book)
    rows = destination_rows(reading.now, reading.before, "de-DE")
    assert rows["Messages"].tolist() == ["3.100", "620"]
    assert rows["by Messages"].tolist() == [3100, 620]
    assert (rows[list(SORTED_BY)].dtypes == "int64").all()


def test_a_destination_without_a_past_is_new(book: PlantedBook) -> None:
    reading = read(book)
    rows = destination_rows(reading.now, reading.before[reading.before["country"] == "GB"])
    assert rows["Change"].tolist() == ["+3.3%", "new"]


def test_the_csv_has_plain_numbers(book: PlantedBook) -> None:
    reading = read(book)
    table = pd.read_csv(io.StringIO(destinations_csv(reading.now, reading.before)))
    assert table["country"].tolist() == ["GB", "DE"]
    assert table["messages"].tolist() == [3100, 620]
    assert table["messages_before"].tolist() == [3000, 600]
    assert table["delivery_rate"].tolist() == [0.9, 1.0]


def test_an_empty_period_gives_an_empty_table(book: PlantedBook) -> None:
    reading = read(book)
    nothing = reading.now.iloc[:0]
    assert len(destination_rows(nothing, nothing)) == 0
    assert destinations_csv(nothing, nothing).startswith("country,name,messages")


def test_the_widget_gets_other_rows_and_no_code_to_run(book: PlantedBook) -> None:
    table, reading = destination_table(), read(book)
    show_rows(table, destination_rows(reading.now, reading.before))
    assert [row[0] for row in json.loads(table._dt_args["data_json"])] == ["United Kingdom", "Germany"]  # noqa: SLF001
    assert "keys_to_be_evaluated" not in table._dt_args  # noqa: SLF001 - itables has no public way to ask


def test_paging_appears_with_the_second_page(book: PlantedBook) -> None:
    table, reading = destination_table(), read(book)
    rows = destination_rows(reading.now, reading.before)
    show_rows(table, rows)
    assert table._dt_args["layout"]["bottomEnd"] is None  # noqa: SLF001
    show_rows(table, pd.concat([rows] * ROWS_A_PAGE, ignore_index=True))
    assert table._dt_args["layout"]["bottomEnd"] == "paging"  # noqa: SLF001


def test_names_are_escaped() -> None:
    table = destination_table()
    evil = pd.DataFrame([["<script>alert(1)</script>", *[""] * 5, *[0] * 5]], columns=[*SHOWN, *SORTED_BY])
    show_rows(table, evil)
    assert "<script>" not in table._dt_args["data_json"]  # noqa: SLF001
