"""The usage dashboard: one client, one span of days, headline numbers, pictures and a table of destinations."""

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

import ipywidgets as widgets

from tollbook.dashboards import page
from tollbook.dashboards.attention import attention_list
from tollbook.dashboards.dashboard import Dashboard, show_first
from tollbook.dashboards.drill_down import narrowed, splits_on_offer, values_on_offer
from tollbook.dashboards.link import Choice, read_link
from tollbook.dashboards.live import EVERY, LEASE, live_card
from tollbook.dashboards.picture import Screen, draw
from tollbook.dashboards.readings import DashboardBook, Reading, Readings, utc_now
from tollbook.dashboards.usage_layout import UsageView, usage_view
from tollbook.dashboards.usage_pictures import PICTURES
from tollbook.dashboards.usage_table import destination_rows, destinations_csv, destinations_xlsx, show_rows
from tollbook.dashboards.usage_words import headline_cards, remark, span_text, stamp_text


class UsageDashboard(Dashboard[Reading]):
    """The page's widgets (`view`) and what fills them.

    Args:
        book: where usage is read from.
        client: the client asked for; the first one when empty or not visible.
        period: `7d`, `30d`, `90d` or `YYYY-MM`; 30 days when empty or not on offer.
        only: `country:GB`, `channel:sms`, `status:failed` or `campaign:spring`: the page narrowed to it.
        by: what usage over time is split by: `channel`, `country`, `status`, `campaign`; `channel` when empty.
        clock: the moment in UTC, for tests.
    """

    name = "Usage"
    parts: UsageView

    def __init__(
        self,
        book: DashboardBook,
        *,
        client: str | None = None,
        period: str | None = None,
        only: str = "",
        by: str = "",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self.readings = Readings(book, clock)
        self._tabulated: Reading | None = None
        self.looking: asyncio.Task[None] | None = None
        asked = {"client": client or "", "period": period or "", "only": only, "by": by}
        super().__init__(book, usage_view(), asked, clock=clock)

    def read(self, choice: Choice, asked: Mapping[str, str]) -> Reading:
        """The reading of both spans; narrowed to one country, channel, status or campaign where that is asked for."""
        whole = self.readings.read(choice)
        offers = values_on_offer(whole.now)
        only = asked.get("only", "") if asked.get("only", "") in {value for _, value, _ in offers} else ""
        splits = splits_on_offer(whole.now)
        by = asked.get("by", "") if asked.get("by", "") in dict(splits) else whole.by
        shown = {"client": choice.client, "period": choice.period, "only": only, "by": "" if by == whole.by else by}
        with self.controls.hold_sync():
            self.controls.values = [list(offer) for offer in offers]
            self.controls.choice = {name: value for name, value in shown.items() if value}
        with self.parts.split.hold_sync():
            self.parts.split.options, self.parts.split.chosen = splits, by
        return replace(narrowed(whole, only), by=by)

    def fill(self, reading: Reading, *, refused: bool) -> None:
        """The numbers; headings and the table too where no picture is going to be drawn first."""
        parts = self.parts
        parts.span.value = page.subtitle(span_text(reading), reading.window.before_label, stamp_text(reading))
        parts.note.value = page.notice(remark(reading, refused=refused))
        parts.alerts.value = self.masked(attention_list(self.alerts.get(reading.choice.client, ()), reading.client))
        self._tile(reading)
        first, *others = parts.panels.values()
        for part in (first.image, *(panel.view for panel in others), parts.table_panel):
            part.layout.display = "none" if reading.now.empty else None
        if reading.now.empty or Screen.read(self.controls.screen) is None:
            for picture in PICTURES:
                parts.panels[picture.name].head.value = self.masked(page.panel_head(*picture.words(reading)))
            self._tabulate(reading)

    def _tabulate(self, reading: Reading) -> None:
        """The table of destinations and its files, which the first picture of a change need not wait for."""
        self._tabulated, parts = reading, self.parts
        file = f"{reading.choice.client}-{reading.window.first}-{reading.window.last}-destinations"
        save = page.download(f"{file}.csv", destinations_csv(reading.now, reading.before))
        save += page.download(f"{file}.xlsx", destinations_xlsx(reading.now, reading.before))
        parts.table_head.value = page.panel_head(
            "Destinations", "Outgoing messages by country", action="" if self.hidden else save
        )
        rows = destination_rows(reading.now, reading.before, reading.client.locale)
        show_rows(parts.table, rows.map(self.masked_cell) if self.hidden else rows)

    def _tile(self, reading: Reading) -> None:
        """The headline cards, with the live one before them where somebody takes files in."""
        now = live_card(self.book.documents, reading.choice.client, now=self.clock(), locale=reading.client.locale)
        found = [*([now] if now else []), *headline_cards(reading)]
        self.parts.cards.value = self.masked(page.cards(found))

    async def look_again(self) -> None:
        """Bring the live tile up to date for as long as somebody uses the page; then it rests until the next choice."""
        while True:
            await asyncio.sleep(EVERY)
            if self.reading is not None and self.clock() - self.touched < LEASE:
                self._tile(self.reading)

    def draw_pictures(self, reading: Reading, screen: Screen) -> None:
        """One picture after the other; none where there are no messages."""
        for picture in PICTURES:
            panel = self.parts.panels[picture.name]
            if reading.now.empty:
                panel.view.remove_class("tb-pending")
                continue
            drawn = draw(picture, reading, screen, hidden=self.hidden)
            panel.head.value = self.masked(page.panel_head(*picture.words(reading), key=drawn.key))
            panel.image.value = drawn.png
            panel.view.remove_class("tb-pending")
            if self._tabulated is not reading:
                self._tabulate(reading)

    @staticmethod
    def masked_cell(value: object) -> object:
        """A table's cell with its digits hidden; what only sorts is nil."""
        return page.without_digits(value) if isinstance(value, str) else 0


def usage_page(open_book: Callable[[], DashboardBook], *, client: str = "", period: str = "") -> widgets.VBox:
    """The usage page for a notebook's last line; a link's `?client=...&period=...` goes before the parameters.

    Args:
        open_book: opens the book, for example `tollbook.open`.
        client: client id; empty for the first one that may be seen.
        period: `7d`, `30d`, `90d` or `YYYY-MM`; empty for 30 days.
    """
    asked = {"client": client, "period": period} | read_link(os.environ.get("QUERY_STRING", ""))
    only, by = asked.get("only", ""), asked.get("by", "")
    shown = UsageDashboard(open_book(), client=asked["client"], period=asked["period"], only=only, by=by)
    show_first(shown.parts.masthead.value + shown.parts.span.value + shown.parts.cards.value)
    with suppress(RuntimeError):  # without a loop nothing can be live
        shown.looking = asyncio.get_running_loop().create_task(shown.look_again())
    return shown.view
