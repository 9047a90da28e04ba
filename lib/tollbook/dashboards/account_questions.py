"""The suggested questions of the account page: what is worth asking, answered, pinned or dismissed with one click."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from tollbook.dashboards import page
from tollbook.dashboards.account_controls import Questions
from tollbook.dashboards.account_reading import AccountReading
from tollbook.dashboards.controls import Controls
from tollbook.dashboards.panels import Panel
from tollbook.dashboards.picture import Picture, Screen, draw
from tollbook.errors import TollbookError
from tollbook.questions import journal

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tollbook.book import Book
    from tollbook.questions.answering import Answer
    from tollbook.questions.desk import Desk
    from tollbook.questions.suggesting import Suggestion

PAPER = Screen(900, 430, dark=False, ratio=1.0)
ROLE = "account-manager"
WAIT = "Looking for what is worth asking\N{HORIZONTAL ELLIPSIS}"
NONE = "Nothing stands out at the moment."


class Page(Protocol):
    """What a part asks of its page."""

    controls: Controls

    @property
    def hidden(self) -> bool:
        """Whether figures are to be hidden."""

    def masked(self, html: str) -> str:
        """HTML with its digits hidden when the page is shown to others."""

    def apologising(self, asked: Mapping[str, str]) -> "AbstractContextManager[None]":
        """Turn a failure into an apology."""


class Asking:
    """The questions' widget and the panel of the answer."""

    def __init__(self, book: Any, widget: Questions, answer: Panel, whole: Page) -> None:
        self._book: Book = book
        self._widget, self._answer, self._page = widget, answer, whole
        self._desk: Desk | None = None
        self._shown: list[Suggestion] = []
        self._pinned: set[str] = set()
        widget.on_msg(self._pressed)

    def wait(self) -> None:
        """Forget the questions of another client or month."""
        self._desk, self._shown = None, []
        self._widget.items, self._widget.empty = [], WAIT
        self._answer.view.layout.display = "none"

    def suggest(self, reading: AccountReading) -> Callable[[], None]:
        """Find what is worth asking, changing nothing, and give what shows it; a client without usage has nothing."""
        from tollbook.questions.desk import open_desk

        try:
            desk = open_desk(self._book, reading.choice.client, reading.month)
            found = desk.suggest()
        except TollbookError as error:
            return partial(setattr, self._widget, "empty", str(error))

        def show() -> None:
            self._desk = desk
            self._show(found)

        return show

    def _show(self, suggestions: "list[Suggestion]") -> None:
        self._shown = suggestions
        self._widget.empty = NONE
        self._widget.items = [
            {
                "text": self._page.masked(one.text),
                "why": self._page.masked(one.why),
                "pinned": one.question.hash in self._pinned,
            }
            for one in suggestions
        ]

    def _pressed(self, _: Any, wish: object, __: Any) -> None:
        if self._desk is None or not isinstance(wish, Mapping):
            return
        how, at = wish.get("how"), wish.get("at")
        if how not in journal.MARKS or not isinstance(at, int) or not 0 <= at < len(self._shown):
            return
        with self._page.apologising({"question": str(how)}):
            self._mark(self._desk, how, self._shown[at])
        self._widget.send({"done": how})

    def _mark(self, desk: "Desk", how: str, chosen: "Suggestion") -> None:
        beside = [one.question for one in self._shown]
        entry = journal.note(
            desk.book.documents, chosen.question, client=desk.client, role=ROLE, via="widget", shown=beside
        )
        journal.mark(desk.book.documents, entry.id, how, chosen.question, client=desk.client)
        if how == "picked":
            self._say(desk.answer(chosen.question))
            self._show(self._shown)
        elif how == "pinned":
            self._pinned.add(chosen.question.hash)
            self._show(self._shown)
        else:
            self._show([one for one in self._shown if one is not chosen])

    def _say(self, answer: "Answer") -> None:
        from tollbook.questions.picture import BARS, answer_chart
        from tollbook.questions.sayings import describe

        self._answer.head.value = self._page.masked(page.panel_head(answer.said, describe(answer.question)))
        self._answer.view.layout.display = None
        locale = self._desk.usage.locale if self._desk else "en"
        rows = 1 if answer.question.grain else min(len(answer.frame), BARS)
        picture = Picture(
            "answer",
            lambda _: ("", ""),
            lambda _: answer_chart(answer, locale=locale),
            lambda _: 140 + 30 * rows,
            wide=True,
        )
        screen = Screen.read(self._page.controls.screen) or PAPER
        self._answer.image.value = draw(picture, answer, screen, hidden=self._page.hidden).png
        self._answer.view.remove_class("tb-pending")
