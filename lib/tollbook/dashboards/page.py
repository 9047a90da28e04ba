"""The page's pieces of HTML: masthead, cards, notices, apologies. Every text that comes from data is escaped here."""

import re
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape as as_html
from typing import Literal

Tone = Literal["plain", "good", "bad"]
ARROWS = {1: "▲", 0: "●", -1: "▼"}
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SPARK_WIDTH, SPARK_HEIGHT = 120, 28
# An amount as CLDR writes it from right to left, `8,938.63 ₪` between marks of direction.
FROM_RIGHT = re.compile("\u200f[\u200e\\-\\d., \u00a0]+\u200f[^\\s.,;:)]+")


@dataclass(frozen=True, slots=True)
class Card:
    """One headline number.

    `change` is said in words beside an arrow (`direction` -1, 0, 1), so that colour is never the only sign; without
    an arrow when `direction` is None. `trail` is the number day by day, drawn small; `part` a fraction from 0 to 1,
    drawn as a bar. `words` says that the value is a name, which is set smaller and may take two lines.
    """

    label: str
    value: str
    change: str
    direction: int | None = None
    tone: Tone = "plain"
    trail: Sequence[float] = ()
    part: float | None = None
    words: bool = False


def in_line(text: str) -> str:
    """A sentence whose amounts in currencies written from right to left stay together and move nothing else.

    Source: Unicode UAX #9, first-strong isolate.
    """
    return FROM_RIGHT.sub("\u2068\\g<0>\u2069", text)


def escape(text: str) -> str:
    """A text as HTML, its amounts in line."""
    return as_html(in_line(text))


def masthead(brand: str, page: str, client: str) -> str:
    """Brand and page in one quiet line, the client's name as the title."""
    return (
        f'<div class="tb-brand"><i class="tb-mark" aria-hidden="true"></i><b>{escape(brand)}</b>'
        f"<span>{escape(page)}</span></div><h1><bdi>{escape(client)}</bdi></h1>"
    )


def subtitle(span: str, compared: str, stamp: str) -> str:
    """What span is shown, against what, and how fresh it is."""
    return (
        f'<p class="tb-span"><b>{escape(span)}</b> <span>compared with {escape(compared)}</span></p>'
        f'<p class="tb-stamp" role="status"><i aria-hidden="true"></i>{escape(stamp)}</p>'
    )


def without_digits(html: str) -> str:
    """HTML whose texts show an X for every digit; tags and attributes stay as they are.

    >>> without_digits('<b class="h1">1,204</b>')
    '<b class="h1">X,XXX</b>'
    """
    parts = re.split(r"(<[^>]*>|&#?\w+;)", html)
    return "".join(part if place % 2 else masked(part) for place, part in enumerate(parts))


def masked(text: str) -> str:
    """Text with an X for every digit."""
    return re.sub(r"\d", "X", text)


def notice(text: str) -> str:
    """A remark that does not stop the page; nothing when there is nothing to say."""
    return f'<p class="tb-note" role="status">{escape(text)}</p>' if text else ""


def cards(items: Iterable[Card]) -> str:
    """The row of headline numbers, as a list for screen readers."""
    return f'<ul class="tb-cards" aria-label="Headline numbers">{"".join(map(_card, items))}</ul>'


def _card(card: Card) -> str:
    arrow = "" if card.direction is None else f'<span aria-hidden="true">{ARROWS[card.direction]}</span> '
    drawing = spark(card.trail) if card.part is None else bar(card.part)
    return (
        f'<li class="tb-card"><span class="tb-label">{escape(card.label)}</span>'
        f'<strong class="tb-value{" tb-words" if card.words else ""}"><bdi>{as_html(card.value)}</bdi></strong>'
        f'<span class="tb-change tb-{card.tone}">{arrow}{escape(card.change)}</span>{drawing}</li>'
    )


def spark(values: Sequence[float]) -> str:
    """A line without axes, `SPARK_WIDTH` x `SPARK_HEIGHT`, from 0 at the bottom; decoration, hidden from readers."""
    if len(values) < 2 or max(values) <= 0:
        return ""
    step, top = SPARK_WIDTH / (len(values) - 1), max(values)
    points = " ".join(
        f"{index * step:.1f},{2 + (1 - value / top) * (SPARK_HEIGHT - 4):.1f}" for index, value in enumerate(values)
    )
    box = f"0 0 {SPARK_WIDTH} {SPARK_HEIGHT}"
    return (
        f'<svg class="tb-spark" viewBox="{box}" preserveAspectRatio="none" aria-hidden="true">'
        f'<polygon points="0,{SPARK_HEIGHT} {points} {SPARK_WIDTH},{SPARK_HEIGHT}"/><polyline points="{points}"/></svg>'
    )


def bar(part: float) -> str:
    """A fraction as a filled bar, in the colour of alerts beyond 1; decoration, the number stands beside it."""
    over = " tb-over" if part > 1 else ""
    return f'<span class="tb-meter{over}" aria-hidden="true"><i style="width:{min(max(part, 0), 1):.1%}"></i></span>'


def panel_head(title: str, text: str = "", *, action: str = "", key: Iterable[tuple[str, str]] = ()) -> str:
    """The heading of a panel, one line under it, the key of its picture, and one action (made by `download`).

    `key` holds (name, colour) pairs; colours are `#RRGGBB`.
    """
    line = f"<p>{escape(text)}</p>" if text else ""
    items = "".join(
        f'<li><i style="background:{escape(colour)}" aria-hidden="true"></i>{escape(name)}</li>' for name, colour in key
    )
    names = f'<ul class="tb-key" aria-label="Colours">{items}</ul>' if items else ""
    actions = f'<div class="tb-actions">{action}</div>' if action else ""
    return f'<div class="tb-head"><div><h2>{escape(title)}</h2>{line}{names}</div>{actions}</div>'


def download(name: str, content: str | bytes) -> str:
    """A link that saves CSV (text) or an Excel workbook (bytes); the data travel inside the page: nothing is served."""
    kind, label = ("text/csv;charset=utf-8", "Download CSV") if isinstance(content, str) else (WORKBOOK, "Excel")
    # The mark tells spreadsheets that the file is UTF-8.
    data = b64encode(b"\xef\xbb\xbf" + content.encode() if isinstance(content, str) else content).decode()
    return f'<a class="tb-button" download="{escape(name)}" href="data:{kind};base64,{data}">{label}</a>'


def problem(incident: str) -> str:
    """The apology in place of figures that could not be drawn; `incident` finds the cause in the log."""
    return (
        '<div class="tb-problem" role="alert"><h2>These figures could not be drawn</h2>'
        "<p>Nothing is lost: they are safe in the book. Choose again or load the page again; if it stays like "
        f"this, tell whoever runs it this number: <code>{escape(incident)}</code></p></div>"
    )


def definitions(terms: Iterable[tuple[str, str]]) -> str:
    """What the words on this page mean, folded away until asked for."""
    rows = "".join(f"<dt>{escape(term)}</dt><dd>{escape(meaning)}</dd>" for term, meaning in terms)
    return f'<details class="tb-terms"><summary>What these numbers mean</summary><dl>{rows}</dl></details>'
