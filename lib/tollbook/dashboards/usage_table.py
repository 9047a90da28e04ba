"""The table of destinations: sorted and searched in the browser, saved as CSV with plain numbers."""

from io import BytesIO
from typing import Any

import pandas as pd
from itables.widget import ITable

from tollbook.charts.names import country_name
from tollbook.dashboards.usage_words import NONE
from tollbook.money import format_count, format_share
from tollbook.usage.summary import destinations

SHOWN = ("Destination", "Messages", "Segments", "Share", "Delivery rate", "Change")
# Columns nobody sees, by which the shown ones are sorted: as text, `1.234` (de) and `99` sort the wrong way round.
SORTED_BY = tuple(f"by {name}" for name in SHOWN[1:])
ROWS_A_PAGE = 10
PARTS = 1_000_000  # fractions are sorted as whole parts of a million: itables formats floats with code of its own
NEW = "new"


def destination_rows(now: pd.DataFrame, before: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """One row a country, most messages first: text columns `SHOWN` and int64 columns `SORTED_BY`."""
    table = destinations(now)
    change = _change(table["messages"], before)
    shown = {
        "Destination": [country_name(str(code)) for code in table.index],
        "Messages": [format_count(count, locale) for count in table["messages"]],
        "Segments": [format_count(count, locale) for count in table["segments"]],
        "Share": [format_share(share, locale) for share in table["share"]],
        "Delivery rate": [_percent(rate, locale) for rate in table["delivery_rate"]],
        "Change": [NEW if pd.isna(part) else _signed(part, locale) for part in change],
    }
    numbers = (table["messages"], table["segments"], table["share"], table["delivery_rate"], change)
    scales = (1, 1, PARTS, PARTS, PARTS)
    sorting = {
        name: (column.astype("float64").fillna(-1) * scale).round().astype("int64").to_numpy()
        for name, column, scale in zip(SORTED_BY, numbers, scales, strict=True)
    }
    return pd.DataFrame({**shown, **sorting})


def destinations_csv(now: pd.DataFrame, before: pd.DataFrame) -> str:
    """The same table for other programs: country codes, plain integers, fractions from 0 to 1."""
    return _plain(now, before).to_csv(lineterminator="\r\n")


def destinations_xlsx(now: pd.DataFrame, before: pd.DataFrame) -> bytes:
    """The same table as an Excel workbook: numbers are numbers, and a text that looks like a formula stays a text."""
    from xlsxwriter import Workbook

    table, file = _plain(now, before).reset_index(), BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Destinations")
        sheet.write_row(0, 0, list(table.columns), book.add_format({"bold": True}))
        for row, values in enumerate(table.astype(object).where(table.notna(), "").to_numpy().tolist(), start=1):
            sheet.write_row(row, 0, values)
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return file.getvalue()


def _plain(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    table = destinations(now).round({"share": 6, "delivery_rate": 6})
    table.insert(0, "name", [country_name(str(code)) for code in table.index])
    earlier = destinations(before)["messages"].reindex(table.index)
    return table.assign(messages_before=earlier.fillna(0).astype("int64"))


def destination_table() -> ITable:
    """A table without rows, to be filled with `show_rows`; one a page, because each brings its own copy of the code."""
    return ITable(pd.DataFrame(columns=[*SHOWN, *SORTED_BY]), **_options(rows=0))


def show_rows(table: ITable, rows: pd.DataFrame) -> None:
    """Show other rows in the same widget."""
    table.update(rows, **_options(rows=len(rows)))


def _options(*, rows: int) -> dict[str, Any]:
    paged = rows > ROWS_A_PAGE
    numbers = range(1, len(SHOWN))
    hidden = list(range(len(SHOWN), len(SHOWN) + len(SORTED_BY)))
    return {
        "classes": "hover",
        "style": "width:100%",
        "order": [[1, "desc"]],
        "pageLength": ROWS_A_PAGE,
        "layout": {
            "topStart": "search",
            "topEnd": None,
            "bottomStart": "info" if paged else None,
            "bottomEnd": "paging" if paged else None,
        },
        "language": {
            "search": "Find a destination",
            "searchPlaceholder": "Find a destination",
            "emptyTable": "No messages in this period",
            "zeroRecords": "No destination by that name",
            "info": "_START_ to _END_ of _TOTAL_",
            "infoEmpty": "",
            "infoFiltered": "(from _MAX_)",
        },
        "columnDefs": [
            {"targets": hidden, "visible": False, "searchable": False, "type": "num"},
            {"targets": list(numbers), "className": "dt-right", "orderSequence": ["desc", "asc"]},
            # The column itself comes second: only a column that takes part in the order shows an arrow.
            *({"targets": column, "orderData": [hidden[column - 1], column]} for column in numbers),
        ],
        "maxBytes": 0,
        "showIndex": False,
        "text_in_header_can_be_selected": False,  # so that a click anywhere on a heading sorts
        "autoWidth": False,
    }


def _change(messages: pd.Series, before: pd.DataFrame) -> pd.Series:
    earlier = destinations(before)["messages"].reindex(messages.index)
    return messages / earlier.where(earlier > 0) - 1


def _percent(share: float, locale: str) -> str:
    return NONE if pd.isna(share) else format_share(share, locale)


def _signed(share: float, locale: str) -> str:
    return ("+" if share > 0 else "") + format_share(share, locale)
