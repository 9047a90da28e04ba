"""What every dashboard does: find the choice that may be shown, show it, apologise when that fails, write down who saw.

A page is a subclass that reads (`read`) and fills its own widgets (`fill`, `draw_pictures`).
"""

import asyncio
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import Any, Generic, TypeVar

import anywidget
import ipywidgets as widgets

from tollbook.alerts.alert import Alert
from tollbook.charts.names import isolate
from tollbook.dashboards import page
from tollbook.dashboards.attention import alerts_of, by_attention
from tollbook.dashboards.controls import Controls
from tollbook.dashboards.incidents import record
from tollbook.dashboards.link import Choice, choose
from tollbook.dashboards.panels import View
from tollbook.dashboards.picture import Screen, warm_up
from tollbook.dashboards.readings import DashboardBook, utc_now
from tollbook.dashboards.theme import read_brand
from tollbook.dashboards.views import note_view
from tollbook.dashboards.window import months_offered
from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.rating.directory import client_name

Read = TypeVar("Read")


class NoClients(TollbookError):
    """A page for somebody who may see no client, or a book without any."""

    def __init__(self) -> None:
        super().__init__("no client to show: add one under parameters/clients, or ask for access")


class Dashboard(ABC, Generic[Read]):
    """A page's controls, its choice and its failures. Numbers come first, pictures last, once the screen is known.

    Args:
        book: where everything is read from; it hands out what the person looking may see.
        parts: the page's widgets.
        asked: what a link or a parameter asks for.
        clock: the moment in UTC, for tests.
    """

    name: str
    parts: View

    def __init__(
        self, book: DashboardBook, parts: View, asked: Mapping[str, str], *, clock: Callable[[], datetime] = utc_now
    ) -> None:
        self.book, self.parts, self.clock = book, parts, clock
        self.view, self.controls = parts.root, parts.controls
        self.brand = read_brand(book.settings.parameters).name
        self.log = book.settings.home / "logs" / "dashboards.log"
        self.reading: Read | None = None
        self._drawing = False
        self.alerts: dict[str, list[Alert]] = {}
        self._seen: tuple[Choice, int] | None = None
        self.draw(asked)
        self.controls.observe(self._chosen, "choice")
        self.controls.observe(self._asked_again, ["again", "incognito"])
        self.controls.observe(self._screened, "screen")
        when_idle(warm_up)

    @abstractmethod
    def read(self, choice: Choice, asked: Mapping[str, str]) -> Read:
        """Everything the page shows, of a choice that was checked before."""

    @abstractmethod
    def fill(self, reading: Read, *, refused: bool) -> None:
        """Show numbers and texts; `refused` says that something else was asked for."""

    @abstractmethod
    def draw_pictures(self, reading: Read, screen: Screen) -> None:
        """Draw pictures for a screen that is known."""

    def draw(self, asked: Mapping[str, str]) -> None:
        """Show what is asked for, or the nearest to it that may be shown, or an apology."""
        self.touched = self.clock()
        with self.apologising(asked, wish=self.controls.asked), self._putting_right():
            choice, refused = self._choose(asked)
            self.reading = self.read(choice, asked)
            self.fill(self.reading, refused=refused)
            self.parts.trouble.value, self.parts.figures.layout.display = "", None
            self._note(choice)
            self._draw_pictures()

    @property
    def hidden(self) -> bool:
        """Whether figures are to be hidden, because others look at the screen."""
        return bool(self.controls.incognito)

    def masked(self, html: str) -> str:
        """HTML with its digits hidden when the page is shown to others."""
        return page.without_digits(html) if self.hidden else html

    @contextmanager
    def apologising(self, asked: Mapping[str, str], *, wish: int | None = None) -> Iterator[None]:
        """Turn a failure into an apology with a number that finds its traceback in `outputs/logs/dashboards.log`.

        Args:
            asked: what was asked for, for the log.
            wish: the number of the reader's wish that is answered by it, if it is one.
        """
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, the reader gets an apology and the log a traceback
            number = record(error, self.log, page=self.name, **{name: text[:40] for name, text in asked.items()})
            self.parts.trouble.value, self.parts.figures.layout.display = page.problem(number), "none"
        finally:
            with self.controls.hold_sync():
                self.controls.answered = self.controls.answered if wish is None else wish
                self.controls.drawn += 1

    @contextmanager
    def _putting_right(self) -> Iterator[None]:
        """What the page sets in its own controls is no new wish."""
        self._drawing = True
        try:
            yield
        finally:
            self._drawing = False

    def _choose(self, asked: Mapping[str, str]) -> tuple[Choice, bool]:
        clients = self.book.client_ids()
        if not clients:
            raise NoClients
        months = months_offered(self.clock().date())
        self.alerts = alerts_of(self.book.documents, clients, now=self.clock())
        clients = by_attention(clients, self.alerts)
        choice, refused = choose(asked, clients=clients, months=months, rolling=bool(self.controls.periods))
        folder = self.book.settings.parameters / "clients"
        names = {one: client_name(folder / f"{one}.yaml") for one in clients}
        with self.controls.hold_sync():
            self.controls.clients = [[one, self._listed(one, name)] for one, name in names.items()]
            self.controls.months = [[month, Month.parse(month).label()] for month in months]
            self.controls.choice = {"client": choice.client, "period": choice.period}
        self.parts.masthead.value = page.masthead(self.brand, self.name, names[choice.client])
        return choice, refused

    def _listed(self, client: str, name: str) -> str:
        """A client in the list: those to look at first say why they stand there."""
        count = len(self.alerts.get(client, ()))
        return f"{isolate(name)} · {count} {'alert' if count == 1 else 'alerts'}" if count else name

    def _note(self, choice: Choice) -> None:
        if self._seen != (choice, self.book.rollup_batch):
            self._seen = (choice, self.book.rollup_batch)
            note_view(self.book.documents, page=self.name, client=choice.client, period=choice.period)

    def _draw_pictures(self) -> None:
        screen = Screen.read(self.controls.screen)
        if screen is not None and self.reading is not None:
            self.draw_pictures(self.reading, screen)

    def _chosen(self, change: Mapping[str, Any]) -> None:
        if not self._drawing:
            self.draw(texts(change["new"]))

    def _asked_again(self, _: Mapping[str, Any]) -> None:
        self.draw(texts(self.controls.choice))

    def _screened(self, change: Mapping[str, Any]) -> None:
        with self.apologising(texts(self.controls.choice)):
            if not change["old"]:
                send_again(self.view)
            self._draw_pictures()


def when_idle(work: Callable[[], None]) -> None:
    """Run `work` in a thread once the kernel has sent the page: while the browser loads its scripts, nobody waits.

    Without an event loop (a plain script, a test) it is left undone.
    """
    with suppress(RuntimeError):
        asyncio.get_running_loop().call_later(0.1, threading.Thread(target=work, daemon=True).start)


def send_again(view: widgets.Box) -> None:
    """Send what widgets say once more, now that the browser is known to listen.

    What a thread changes while the browser still builds the page from an earlier state would be lost to it.
    """
    for part in view.children:
        if isinstance(part, widgets.Box):
            send_again(part)
        elif isinstance(part, widgets.HTML):
            part.send_state("value")
        elif isinstance(part, anywidget.AnyWidget) and not isinstance(part, Controls):
            part.send_state([name for name in part.keys if name in type(part).class_own_traits()])


def texts(asked: object) -> dict[str, str]:
    """The texts of a mapping that came from a browser; anything else in it is no wish we know."""
    if not isinstance(asked, Mapping):
        return {}
    return {str(name): value for name, value in asked.items() if isinstance(value, str)}


def show_first(html: str) -> None:
    """Send figures ahead of the widgets that will take their place: Voila shows them before its scripts are loaded."""
    if not os.environ.get("SERVER_SOFTWARE", "").startswith("voila/"):
        return
    from IPython.display import HTML, display

    display(HTML(f'<div class="tollbook tb-first">{html}</div>'))  # type: ignore[no-untyped-call]
