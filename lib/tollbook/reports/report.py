"""The report as a value: words, cards and sections with their pictures, ready to be set as PDF or HTML."""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from tollbook.billing.documents.brand import Brand
from tollbook.charts.names import speaking, word
from tollbook.charts.rendering import to_svg
from tollbook.charts.sheet import PRINT
from tollbook.charts.words import count, money, period, rate
from tollbook.reports.choice import choose
from tollbook.reports.material import Material
from tollbook.reports.pictures import PICTURES
from tollbook.reports.words import Words, language_of, translations
from tollbook.usage.summary import Compared

LONGEST_TABLE = 12


@dataclass(frozen=True, slots=True)
class Table:
    """A table as text: the head begins with the name of the rows' column, often empty."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One picture with its words.

    Attributes:
        finding: what it says; the alternative text of the picture.
        note: what is drawn.
        svg: the picture without its words.
        width: of the picture, inches.
    """

    name: str
    title: str
    finding: str
    note: str
    svg: bytes
    width: float
    table: Table | None


@dataclass(frozen=True, slots=True)
class Report:
    """A client's monthly report, every text formatted and in the report's language.

    Attributes:
        texts: `title`, `client`, `period`, `compared`, `so_far`, `closing` and the fixed words of the layout.
        cards: label, value and the value before of each headline figure.
    """

    client: str
    month: str
    language: str
    direction: str
    paper: str
    texts: dict[str, str]
    cards: tuple[tuple[str, str, str], ...]
    sections: tuple[Section, ...]
    brand: Brand


def make_report(of: Material, brand: Brand) -> Report:
    """Choose, draw and word a client's report.

    Raises:
        UnknownPicture: the client's file wishes for a picture there is none of.
    """
    language = language_of(of.client.locale, of.client.report.language)
    words = Words(language, translations()[language])
    with speaking(language):
        return Report(
            client=of.client.client,
            month=str(of.month),
            language=language,
            direction=words["direction"],
            paper="us-letter" if of.client.country in {"US", "CA"} else "a4",
            texts=_texts(of, words, brand),
            cards=_cards(of, words),
            sections=tuple(_section(name, of, words) for name in choose(of)),
            brand=brand,
        )


def _texts(of: Material, words: Words, brand: Brand) -> dict[str, str]:
    fixed = ("title", "for", "in_short", "questions", "page")
    return {
        **{key: words[key] for key in fixed},
        "client": of.client.name,
        "period": period(of.days.first, of.days.last),
        "compared": words["compared"].format(period=period(of.days.before_first, of.days.before_last))
        if len(of.before)
        else "",
        "so_far": "" if of.over else words["so_far"].format(day=period(of.days.last, of.days.last)),
        "closing": words["closing"].format(zone=of.client.time_zone, batch=of.bill.batch),
        "sample": words["sample"] if brand.sample else "",
    }


def _cards(of: Material, words: Words) -> tuple[tuple[str, str, str], ...]:
    figures = of.headline

    def card(key: str, figure: Compared, text: Any) -> tuple[str, str, str]:
        value = "\N{EN DASH}" if figure.now is None else text(figure.now)
        before = words["no_before"] if figure.before is None else words["before"].format(value=text(figure.before))
        return words[key], value, before

    total = of.earlier.total if of.earlier is not None and of.earlier.currency == of.bill.currency else None
    due = Compared(float(of.bill.total), None if total is None or not of.over else float(total))
    amounts = {float(of.bill.total): of.bill.total, **({} if total is None else {float(total): total})}
    return (
        card("messages", figures.messages, lambda value: count(value, of.locale)),
        card("segments", figures.segments, lambda value: count(value, of.locale)),
        card("rate", figures.delivery_rate, lambda value: rate(value, of.locale)),
        card("due" if of.over else "due_so_far", due, lambda value: money(amounts[value], of.bill.currency, of.locale)),
    )


def _section(name: str, of: Material, words: Words) -> Section:
    fig = PICTURES[name].draw(of, PRINT)
    table = PICTURES[name].table(of)
    return Section(
        name=name,
        title=words.of("titles", name),
        finding=str(fig.get_label()),
        note=words.of("notes", name),
        svg=to_svg(fig),
        width=float(fig.get_size_inches()[0]),
        table=as_text(table) if len(table) else None,
    )


def as_text(table: pd.DataFrame) -> Table:
    """A table of `charts.tables`, its first rows, with its heads in the language spoken now."""
    shown = table.iloc[:LONGEST_TABLE] if table.index[-1] != word("Total") else table
    return Table(
        ("", *(word(str(name)) for name in shown.columns)),
        tuple(
            (word(str(key)), *(str(value) for value in row))
            for key, row in zip(shown.index, shown.itertuples(index=False, name=None), strict=True)
        ),
    )
