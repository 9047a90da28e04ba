"""The account dashboard: one client's month in money, what is expected, why it moved, and what to ask about it."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Mapping
from datetime import datetime
from typing import Any

import ipywidgets as widgets

from tollbook.dashboards import page
from tollbook.dashboards.account_files import file_of
from tollbook.dashboards.account_layout import AccountView, account_view
from tollbook.dashboards.account_pictures import PICTURES
from tollbook.dashboards.account_questions import Asking
from tollbook.dashboards.account_reading import (
    AccountBook,
    AccountReading,
    Outlook,
    month_bill,
    more_messages,
    read_account,
    read_outlook,
    states,
)
from tollbook.dashboards.account_words import (
    account_cards,
    attention_html,
    remark,
    span_words,
    terms_html,
    what_if_words,
)
from tollbook.dashboards.dashboard import Dashboard, show_first, texts
from tollbook.dashboards.link import Choice, read_link
from tollbook.dashboards.picture import Screen, draw
from tollbook.dashboards.readings import utc_now
from tollbook.dashboards.usage_words import stamp
from tollbook.errors import TollbookError

MOVE = "Move the slider: the contract prices it at once."
SENT = 0.05  # seconds until the kernel has sent the page: only then what is slow begins
MOST = 100  # per cent, of the what-if


class AccountDashboard(Dashboard[AccountReading]):
    """The page's widgets (`view`) and what fills them.

    Bill, invoices and contract come first. What takes seconds (forecast, suggested questions) is worked out in a thread
    and shown by the kernel's loop, which alone changes widgets.

    Args:
        book: read from.
        client: the client asked for; the first one when empty or not visible.
        period: a month, `YYYY-MM`; the newest when empty.
        clock: the moment in UTC, for tests.
        later: runs what is slow; beside a kernel's loop, at once without one.
    """

    name = "Account"
    parts: AccountView

    def __init__(
        self,
        book: AccountBook,
        *,
        client: str | None = None,
        period: str | None = None,
        clock: Callable[[], datetime] = utc_now,
        later: Callable[[Coroutine[Any, Any, None]], None] | None = None,
    ) -> None:
        self._later = later or self._beside
        self._slow: set[asyncio.Task[None]] = set()
        self.outlook: Outlook | None = None
        self._outlooks: dict[tuple[str, str, int], Outlook] = {}
        self.money: AccountBook = book
        parts = account_view()
        self.asking = Asking(book, parts.questions, parts.answer, self)
        super().__init__(book, parts, {"client": client or "", "period": period or ""}, clock=clock)
        self.parts.invoices.on_msg(self._file_wanted)
        self.parts.what_if.observe(self._tried, "percent")

    def read(self, choice: Choice, asked: Mapping[str, str]) -> AccountReading:
        """The month's money; without a month asked for, that of the last known day."""
        if not asked.get("period"):
            newest = str(self.money.known_to(choice.client))[:7]
            choice = Choice(choice.client, min(newest, choice.period))
            self.controls.choice = {"client": choice.client, "period": choice.period}
        return read_account(self.money, choice, self.clock())

    def fill(self, reading: AccountReading, *, refused: bool) -> None:
        """Numbers, invoices and terms; then have the slow parts begun."""
        parts = self.parts
        self.outlook = self._outlooks.get(self._key(reading))
        parts.span.value = page.subtitle(*span_words(reading), stamp(reading.at, reading.batch))
        parts.note.value = page.notice(self.masked(remark(reading, refused=refused)))
        parts.alerts.value = self.masked(attention_html(reading))
        parts.terms.value = self.masked(terms_html(reading))
        rows = [{name: self._text(text) for name, text in row.items()} for row in states(reading)]
        with parts.invoices.hold_sync():
            parts.invoices.rows, parts.invoices.files = rows, not self.hidden
        parts.what_if.percent, parts.what_if.said = 0, MOVE
        self._show_outlook(reading)
        self.asking.wait()
        self._later(self._slowly(reading))

    def draw_pictures(self, reading: AccountReading, screen: Screen) -> None:
        """The pictures whose figures are there."""
        for picture in PICTURES:
            of: Any = self.outlook if picture.name == "outlook" else reading
            panel = self.parts.panels[picture.name]
            if of is None:
                panel.view.add_class("tb-pending")
                continue
            empty = picture.name == "outlook" and of.nothing
            panel.image.layout.display = "none" if empty else None
            drawn = draw(picture, of, screen, hidden=self.hidden)
            panel.head.value = self.masked(page.panel_head(*picture.words(of), key=drawn.key))
            panel.image.value = drawn.png
            panel.view.remove_class("tb-pending")

    def _beside(self, slow: Coroutine[Any, Any, None]) -> None:
        try:
            task = asyncio.get_running_loop().create_task(slow)
        except RuntimeError:
            asyncio.run(slow)
            return
        self._slow.add(task)  # a loop keeps no task alive
        task.add_done_callback(self._slow.discard)

    async def _slowly(self, reading: AccountReading) -> None:
        """The forecast and the questions of a reading, unless another one is shown by then."""
        with self.apologising({"client": reading.choice.client}):
            await asyncio.sleep(SENT)
            for part in (self._look_ahead, self._begin_what_if, self._suggest):
                if self.reading is reading:
                    await part(reading)

    async def _begin_what_if(self, _: AccountReading) -> None:
        if not self.parts.what_if.percent:
            self._what_if(0)

    async def _suggest(self, reading: AccountReading) -> None:
        show = await asyncio.to_thread(self.asking.suggest, reading)
        if self.reading is reading:
            show()

    async def _look_ahead(self, reading: AccountReading) -> None:
        key = self._key(reading)
        try:
            if key not in self._outlooks:
                self._outlooks[key] = await asyncio.to_thread(read_outlook, self.money, reading)
        except TollbookError as error:  # too little history is no failure: the page says why there is no forecast
            if self.reading is reading:
                self.parts.panels["outlook"].head.value = page.panel_head("No forecast", str(error))
                self.parts.panels["outlook"].view.remove_class("tb-pending")
            return
        if self.reading is reading:
            self.outlook = self._outlooks[key]
            self._show_outlook(reading)
            self._draw_pictures()

    def _show_outlook(self, reading: AccountReading) -> None:
        self.parts.cards.value = self.masked(page.cards(account_cards(reading, self.outlook)))
        for picture in PICTURES:
            of = self.outlook if picture.name == "outlook" else reading
            self.parts.panels[picture.name].head.value = self.masked(page.panel_head(*picture.words(of)))

    def _tried(self, change: Mapping[str, Any]) -> None:
        if not self._drawing:
            self._what_if(change["new"])

    def _what_if(self, asked: object) -> None:
        reading = self.reading
        if reading is None:
            return
        percent = max(-MOST, min(MOST, asked if isinstance(asked, int) else 0))
        with self.apologising({"what if": str(percent)}):
            month = reading.month if reading.over else reading.month.shift(-1)
            try:
                base, tried = (
                    month_bill(self.money, reading.client, month, change=more_messages(change))
                    for change in (0, percent)
                )
                said = what_if_words(base, tried, percent, reading.client.locale)
            except TollbookError as error:  # no contract then: nothing can be tried, and the page stays
                said = str(error)
            self.parts.what_if.said = self._text(said)

    def _file_wanted(self, _: Any, wanted: object, __: Any) -> None:
        asked, reading = texts(wanted), self.reading
        if reading is None or self.hidden:
            return
        with self.apologising(asked):
            try:
                found = file_of(self.money, reading, asked.get("number", ""), asked.get("as", ""))
            except TollbookError as error:  # the figures stay; what is wrong stands where the file was asked for
                self.parts.invoices.send({"said": str(error)}, [])
                return
            self.parts.invoices.send(
                {"name": found.name, "type": found.kind, "said": f"{found.name} is saved."}, [found.data]
            )

    def _text(self, text: str) -> str:
        told = page.in_line(text)
        return page.without_digits(told) if self.hidden else told

    @staticmethod
    def _key(reading: AccountReading) -> tuple[str, str, int]:
        return reading.choice.client, reading.choice.period, reading.batch


def account_page(open_book: Callable[[], AccountBook], *, client: str = "", month: str = "") -> widgets.VBox:
    """The account page for a notebook's last line; a link's `?client=...&month=...` goes before the parameters.

    Args:
        open_book: opens the book, for example `tollbook.open`.
        client: client id; empty for the first one that may be seen.
        month: `YYYY-MM`; empty for the month of the last known day.
    """
    asked = {"client": client, "period": month} | read_link(os.environ.get("QUERY_STRING", ""))
    shown = AccountDashboard(open_book(), client=asked["client"], period=asked["period"])
    show_first(shown.parts.masthead.value + shown.parts.span.value + shown.parts.cards.value)
    return shown.view
