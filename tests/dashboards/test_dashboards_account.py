import asyncio
import re
from collections.abc import Coroutine

import pytest

from tollbook.book import Book
from tollbook.dashboards.account import AccountDashboard
from tollbook.dashboards.account_reading import month_bill, more_messages
from tollbook.dashboards.panels import BLANK
from tollbook.money import format_money
from tollbook.period import Month

SCREEN = {"wide": 900, "half": 430, "dark": False, "ratio": 1}


def show(book: Book, client: str = "harbour-bank", month: str = "2026-10", *, slow: bool = False) -> AccountDashboard:
    return AccountDashboard(book, client=client, period=month, later=None if slow else Coroutine.close)


def values(page: AccountDashboard) -> list[str]:
    return re.findall(r'class="tb-value[^"]*"><bdi>([^<]*)<', page.parts.cards.value)


def test_the_bill_on_the_page_is_the_bill(demo_book: Book) -> None:
    for client in demo_book.client_ids():
        page = show(demo_book, client)
        assert page.parts.trouble.value == ""
        bill = demo_book.preview(client, "2026-10")
        assert values(page)[0] == format_money(bill.total, bill.currency, demo_book.client(client).locale)
        assert page.reading is not None
        assert page.reading.split is not None
        assert sum(page.reading.split.effects().values()) == page.reading.split.after - page.reading.split.before


def test_a_month_that_is_not_over_is_compared_with_as_many_days(
    demo_book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_book, "known_to", lambda _: Month.parse("2026-10").first.replace(day=10))
    page = show(demo_book)
    assert "10 of 31 days known" in page.parts.span.value
    assert page.reading is not None
    whole = show(demo_book, month="2026-09").reading
    assert whole is not None
    assert page.reading.before is not None
    assert page.reading.before.messages < whole.bill.messages


def test_no_month_asked_for_shows_that_of_the_last_known_day(demo_book: Book) -> None:
    page = show(demo_book, month="")
    assert page.controls.choice == {"client": "harbour-bank", "period": "2026-10"}


def test_the_what_if_prices_by_the_contract(demo_book: Book) -> None:
    page = show(demo_book)
    page.parts.what_if.percent = 50
    tried = month_bill(demo_book, demo_book.client("harbour-bank"), Month.parse("2026-10"), change=more_messages(50))
    assert format_money(tried.total, tried.currency, "en-GB") in page.parts.what_if.said
    page.parts.what_if.percent = 0
    assert demo_book.preview("harbour-bank", "2026-10").total > 0
    assert format_money(demo_book.preview("harbour-bank", "2026-10").total, "GBP", "en-GB") in page.parts.what_if.said


def test_a_client_chosen_while_the_forecast_is_worked_out_gets_its_own(demo_book: Book) -> None:
    async def look() -> AccountDashboard:
        page = AccountDashboard(demo_book, client="harbour-bank", period="2026-10")
        page.controls.screen = SCREEN
        await asyncio.sleep(0.1)  # the thread has begun
        page.controls.choice = {"client": "marigold-retail", "period": "2026-10"}
        assert "Marigold" in page.parts.masthead.value
        suggested = asyncio.Event()
        page.parts.questions.observe(lambda _: suggested.set(), "items")
        await asyncio.wait_for(suggested.wait(), 120)
        return page

    page = asyncio.run(look())
    alone = show(demo_book, "marigold-retail", slow=True)
    assert values(page) == values(alone)
    assert page.parts.questions.items == alone.parts.questions.items != []
    assert page.parts.trouble.value == ""


def test_slow_parts_fill_in_and_a_press_is_written_down(demo_book: Book) -> None:
    page = show(demo_book, slow=True)
    page.controls.screen = SCREEN
    assert all(bytes(panel.image.value) != BLANK for panel in page.parts.panels.values())
    items = page.parts.questions.items
    assert items
    before = len(demo_book.documents.find("questions", {"client": "harbour-bank"}))
    press = page.parts.questions._handle_custom_msg  # noqa: SLF001 - as a message from the browser arrives
    press({"how": "pinned", "at": 0}, [])
    assert page.parts.questions.items[0]["pinned"]
    press({"how": "picked", "at": 0}, [])
    assert page.parts.answer.view.layout.display is None
    press({"how": "dismissed", "at": 0}, [])
    assert len(page.parts.questions.items) == len(items) - 1
    for bad in ({"how": "x", "at": 0}, {"how": "picked", "at": 99}, {"how": "picked", "at": "0"}, "picked", None):
        press(bad, [])
    kept = demo_book.documents.find("questions", {"client": "harbour-bank"})
    assert len(kept) == before + 3
    assert page.parts.trouble.value == ""


def test_files_come_as_bytes_for_this_client_only(demo_book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    page = show(demo_book)
    sent: list[tuple[object, list[bytes]]] = []
    monkeypatch.setattr(page.parts.invoices, "send", lambda content, buffers: sent.append((content, buffers)))
    ask = page.parts.invoices._handle_custom_msg  # noqa: SLF001 - as a message from the browser arrives
    ask({"number": "", "as": "pdf"}, [])
    ask({"number": "", "as": "csv"}, [])
    assert [data[0][:4] for _, data in sent] == [b"%PDF", b"\xef\xbb\xbfn"[:4]] or sent[0][1][0][:4] == b"%PDF"
    ask({"number": "../../secret", "as": "pdf"}, [])
    assert sent[2] == ({"said": "no invoice or credit note '../../secret'; `tollbook invoice list` shows all"}, [])
    assert page.parts.trouble.value == ""


def test_hidden_figures_are_nowhere_on_the_page(demo_book: Book) -> None:
    page = show(demo_book, slow=True)
    page.controls.incognito = True
    shown = [page.parts.cards.value, page.parts.terms.value, page.parts.what_if.said]
    shown += [panel.head.value for panel in page.parts.panels.values()]
    shown += [text for row in page.parts.invoices.rows for text in row.values()]
    assert not [text for text in shown if re.search(r">[^<]*\d[^<]*<", f">{text}<")]
    assert not page.parts.invoices.files
    page.controls.incognito = False
    assert re.search(r"\d", values(page)[0])


def test_every_view_is_written_down(demo_book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    from tollbook.dashboards.views import views

    monkeypatch.setenv("TOLLBOOK_VIEWER", "ada@example.com")
    show(demo_book, "monsoon-air")
    seen = views(demo_book.documents, client="monsoon-air")[0]
    assert (seen.person, seen.page, seen.client, seen.period) == (
        "ada@example.com",
        "Account",
        "monsoon-air",
        "2026-10",
    )
