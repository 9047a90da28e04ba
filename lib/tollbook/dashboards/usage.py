"""The usage dashboard: one client, one span of days, headline numbers, pictures and a table of destinations."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Protocol

import ipywidgets as widgets

from tollbook.dashboards import page
from tollbook.dashboards.headline import headline_cards, remark, span_text, stamp_text
from tollbook.dashboards.incidents import record
from tollbook.dashboards.layout import usage_view
from tollbook.dashboards.link import choose, read_link
from tollbook.dashboards.pictures import PICTURES, Screen, draw, warm_up
from tollbook.dashboards.readings import Reading, Readings, UsageBook, utc_now
from tollbook.dashboards.table import destination_rows, destinations_csv, fill
from tollbook.dashboards.theme import read_brand
from tollbook.dashboards.window import months_offered
from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.settings import Settings

PAGE = "Usage"


class NoClients(TollbookError):
    """A page for somebody who may see no client, or a book without any."""

    def __init__(self) -> None:
        super().__init__("no client to show: add one under parameters/clients, or ask for access")


class Book(UsageBook, Protocol):
    """What this page needs of a book: its usage, and where its project lies."""

    @property
    def settings(self) -> Settings:
        """The project's settings."""


class UsageDashboard:
    """The page's widgets (`view`) and the one function that fills them (`draw`).

    Numbers and table come first, pictures last; pictures wait until the browser has said how wide and how dark its
    screen is. A failure becomes an apology with a number that finds its traceback in `outputs/logs/dashboards.log`.

    Args:
        book: where usage is read from.
        client: the client asked for; the first one when empty or not visible.
        period: `7d`, `30d`, `90d` or `YYYY-MM`; 30 days when empty or not on offer.
        clock: the moment in UTC, for tests.
    """

    def __init__(
        self,
        book: Book,
        *,
        client: str | None = None,
        period: str | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.book, self.clock, self.readings = book, clock, Readings(book, clock)
        self.brand = read_brand(book.settings.parameters).name
        self.log = book.settings.home / "logs" / "dashboards.log"
        self.reading: Reading | None = None
        self._drawing = False
        self._names: dict[str, str] = {}
        self.parts = usage_view()
        self.view = self.parts.root
        self.draw({"client": client or "", "period": period or ""})
        self.parts.controls.observe(self._chosen, "choice")
        self.parts.controls.observe(self._asked_again, "again")
        self.parts.controls.observe(self._screened, "screen")
        _when_idle(warm_up)

    def draw(self, asked: Mapping[str, str]) -> None:
        """Show what is asked for, or the nearest to it that may be shown, or an apology."""
        with self._apologising(asked):
            self.reading, refused = self._read(asked)
            self._fill(self.reading, refused=refused)
            self._draw_pictures(self.reading)

    @contextmanager
    def _apologising(self, asked: Mapping[str, str]) -> Iterator[None]:
        self._drawing = True
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever goes wrong, the reader gets an apology and a number
            number = record(error, self.log, page=PAGE, asked=repr(dict(asked))[:200])
            self.parts.span.value = self.parts.note.value = ""
            self.parts.trouble.value, self.parts.figures.layout.display = page.problem(number), "none"
        finally:
            self._drawing = False
            self.parts.controls.drawn += 1

    def _read(self, asked: Mapping[str, str]) -> tuple[Reading, bool]:
        clients = self.book.client_ids()
        if not clients:
            raise NoClients
        months = months_offered(self.clock().date())
        choice, refused = choose(asked, clients=clients, months=months)
        controls = self.parts.controls
        with controls.hold_sync():
            controls.clients = [[one, self._name(one)] for one in clients]
            controls.months = [[month, Month.parse(month).label()] for month in months]
            controls.choice = {"client": choice.client, "period": choice.period}
        self.parts.masthead.value = page.masthead(self.brand, PAGE, self._name(choice.client))
        return self.readings.read(choice), refused

    def _name(self, client: str) -> str:
        """A client's name, read once a page; the id where the file is broken, which is no other client's trouble."""
        if client not in self._names:
            try:
                self._names[client] = self.book.client(client).name
            except TollbookError:
                self._names[client] = client
        return self._names[client]

    def _fill(self, reading: Reading, *, refused: bool) -> None:
        parts = self.parts
        parts.span.value = page.subtitle(span_text(reading), reading.window.before_label, stamp_text(reading))
        parts.note.value = page.notice(remark(reading, refused=refused))
        parts.cards.value = page.cards(headline_cards(reading))
        file = f"{reading.choice.client}-{reading.window.first}-{reading.window.last}-destinations.csv"
        parts.table_head.value = page.panel_head(
            "Destinations",
            "Outgoing messages by country",
            action=page.download(file, destinations_csv(reading.now, reading.before)),
        )
        fill(parts.table, destination_rows(reading.now, reading.before, reading.client.locale))
        parts.trouble.value, parts.figures.layout.display = "", None

    def _draw_pictures(self, reading: Reading) -> None:
        """All headings at once, then one picture after the other; none before the screen is known."""
        screen = Screen.read(self.parts.controls.screen)
        for picture in PICTURES:
            self.parts.panels[picture.name].head.value = page.panel_head(*picture.words(reading))
        if screen is None:
            return
        for picture in PICTURES:
            panel, drawn = self.parts.panels[picture.name], draw(picture, reading, screen)
            panel.head.value = page.panel_head(*picture.words(reading), key=drawn.key)
            panel.image.value = drawn.png
            panel.view.remove_class("tb-pending")

    def _chosen(self, change: Mapping[str, Any]) -> None:
        if not self._drawing:  # drawing puts the choice right, which is no new wish
            self.draw(_texts(change["new"]))

    def _asked_again(self, _: Mapping[str, Any]) -> None:
        self.draw(_texts(self.parts.controls.choice))

    def _screened(self, _: Mapping[str, Any]) -> None:
        if self.reading is not None:
            with self._apologising(_texts(self.parts.controls.choice)):
                self._draw_pictures(self.reading)


def usage_page(open_book: Callable[[], Book], *, client: str = "", period: str = "") -> widgets.VBox:
    """The usage page for a notebook's last line; a link's `?client=...&period=...` goes before the parameters.

    Args:
        open_book: opens the book, for example `tollbook.open`.
        client: client id; empty for the first one that may be seen.
        period: `7d`, `30d`, `90d` or `YYYY-MM`; empty for 30 days.
    """
    asked = {"client": client, "period": period} | read_link(os.environ.get("QUERY_STRING", ""))
    return UsageDashboard(open_book(), client=asked["client"], period=asked["period"]).view


def _when_idle(work: Callable[[], None]) -> None:
    """Run `work` in a thread once the kernel has sent the page: while the browser loads its scripts, nobody waits.

    Without an event loop (a plain script, a test) it is left undone.
    """
    with suppress(RuntimeError):
        asyncio.get_running_loop().call_later(0.1, threading.Thread(target=work, daemon=True).start)


def _texts(asked: object) -> dict[str, str]:
    """The texts of a mapping that came from a browser; anything else in it is no wish we know."""
    if not isinstance(asked, Mapping):
        return {}
    return {str(name): value for name, value in asked.items() if isinstance(value, str)}
