import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pypdfium2
import pytest
from babel import Locale
from hypothesis import given, settings
from hypothesis import strategies as st
from invoice_cases import EUROPE, bill, brand, card_line, client, fee_line, tiered_line

from tollbook.billing.bill import Bill, TaxLine, Unrated
from tollbook.billing.documents import invoice_json, invoice_pdf
from tollbook.rating.contracts import Client

ISSUED, DUE = date(2026, 11, 1), date(2026, 12, 1)
A4, LETTER = (595, 842), (612, 792)


def pdf(case: Bill, to: Client | None = None, number: str | None = None) -> bytes:
    return invoice_pdf(case, to or client(), brand(), issued_on=ISSUED, due_on=DUE, number=number)


def pages(document: bytes) -> list[str]:
    """The text of each page on one line, without what readers do not see."""
    texts = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(document)]
    return [re.sub(r"[\s\u200b]+", " ", re.sub(r"[\u200e\u200f\u2066-\u2069]", "", text)) for text in texts]


def text(case: Bill, to: Client | None = None, number: str | None = None) -> str:
    return " ".join(pages(pdf(case, to, number)))


def size(document: bytes) -> tuple[int, int]:
    width, height = pypdfium2.PdfDocument(document)[0].get_size()
    return round(width), round(height)


BANK = bill(card_line(EUROPE), tiered_line([200 + day for day in range(31)]), fee_line())


def test_the_bank_s_invoice() -> None:
    first, second = pages(pdf(BANK, number="TB-2026-00042"))
    for words in ("TB-2026-00042", "Harbour Bank plc", "1 December 2026", "Europe/London", "£2,969.68"):
        assert words in first
    assert "One-time passwords by SMS 51,690 segments avg. £0.03747 £1,936.79" in first
    assert "1,000 to 5,000 4,000 £0.042 + flat fee £10.00 £178.00" in first
    assert "VAT 20% on £2,474.73 £494.95" in first
    assert "Draft" not in first
    assert "United Kingdom 11,199 12,787 £0.0371 £474.40" in second
    assert "United Kingdom 6,665 6,665 avg. £0.0432 £287.94" in second
    assert ("Page 1 of 2" in first, "Page 2 of 2" in second) == (True, True)


def test_a_draft_says_so_on_every_page() -> None:
    assert all("Draft" in page for page in pages(pdf(BANK)))


def test_shown_amounts_of_destinations_add_up_to_their_line() -> None:
    line = card_line(EUROPE)
    rows = re.findall(r" £0\.03\d+ £([\d.]+)", pages(pdf(bill(line)))[1])
    assert len(rows) == len(EUROPE)
    assert sum(map(Decimal, rows)) == line.amount


def test_sixty_destinations_take_three_pages_and_repeat_the_head() -> None:
    codes = [code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()][10:70]
    _, second, third = pages(pdf(bill(card_line(codes))))
    assert "Destination Messages Segments" in second
    assert "Destination Messages Segments" in third


def test_a_fee_alone_fits_one_page() -> None:
    (page,) = pages(pdf(bill(fee_line("9.90"))))
    assert "Platform fee 1 month £9.90 £9.90" in page
    assert "Messages per day" not in page


def test_nothing_billed() -> None:
    (page,) = pages(pdf(bill()))
    assert "No charges in this period." in page
    assert "£0.00" in page
    assert "Payable by" not in page


@pytest.mark.parametrize(
    ("currency", "locale", "total"),
    [("JPY", "ja-JP", "¥300"), ("KWD", "en-GB", "KWD300.000"), ("INR", "en-IN", "₹300.00")],
)
def test_decimals_of_the_currency(currency: str, locale: str, total: str) -> None:
    assert total in text(bill(fee_line(), currency=currency), client(locale=locale)).replace("KWD ", "KWD")


@pytest.mark.parametrize(("country", "paper"), [("GB", A4), ("US", LETTER), ("CA", LETTER), ("IL", A4)])
def test_paper_of_the_client_s_country(country: str, paper: tuple[int, int]) -> None:
    assert size(pdf(bill(fee_line()), client(country=country))) == paper


def test_hebrew_runs_from_right_to_left() -> None:
    to = client("מרפאת כרמל בע״מ", locale="he-IL", country="IL")
    document = pdf(bill(tiered_line([150] * 30, currency="ILS"), fee_line("450"), currency="ILS", rate="18"), to)
    words = " ".join(pages(document))
    assert "775.26" in words
    assert "מרפאת כרמל" in words or "למרכ תאפרמ" in words
    page = pypdfium2.PdfDocument(document)[0].get_textpage()
    place = page.search("TeleMessage").get_next()
    assert page.get_charbox(place[0])[0] > A4[0] / 2, "the sender stands on the right"
    assert b"/Lang" in document


def test_usage_without_a_price_is_loud_and_long_lists_are_cut() -> None:
    unrated = [Unrated("sms", "sms", "ZW", f"6480{n}", 100 + n, Decimal(100), f"no row {n}") for n in range(13)]
    first = pages(pdf(bill(fee_line(), unrated=unrated)))[0]
    assert "Usage without a price: 1,378 messages not on this bill" in first
    assert "Zimbabwe · 648012 (SMS) 112 no row 12" in first
    assert "no row 2" not in first
    assert "3 more rows are in invoice.json." in first


def test_a_reverse_charge_is_explained() -> None:
    case = bill(fee_line())
    tax = TaxLine(
        "reverse", "Reverse charge", Decimal(0), case.net, Decimal(0), "VAT to be accounted for by the recipient"
    )
    words = text(replace(case, taxes=(tax,)))
    assert "Reverse charge on £250.00 VAT to be accounted for by the recipient £0.00" in words


HOSTILE = [
    '#import "/etc/passwd": * #read("/etc/passwd")',
    "*bold* _it_ $x^2$ `raw` <label> @ref = Heading",
    'quote " back \\ slash \\" #sys.inputs',
    "// comment /* open",
    "Ada מרפאה 123 (Ltd)",
    "{amount} {0} %s",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_only_text(name: str) -> None:
    words = text(bill(fee_line(label=name)), client(name, address=[name]))
    printed = set(re.findall(r"\S", words))
    assert set(name.replace(" ", "")) <= printed
    if name.isascii():
        assert words.count(name) == 3
    assert "£300.00" in words


@pytest.mark.parametrize(
    "name", ["a\nb\x00c\tb", "x" * 5000, "y " * 3000, "\u202eevil\u202c", "\ue000", "日本 株式会社"]
)
def test_names_nobody_should_have(name: str) -> None:
    document = pdf(bill(fee_line()), client(name, address=[name]))
    assert len(pages(document)) <= 2
    assert "£300.00" in " ".join(pages(document))


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_any_name_gives_an_invoice(name: str) -> None:
    assert "£300.00" in text(bill(fee_line(label=name)), client(name))


def test_a_long_word_stays_on_the_paper() -> None:
    page = pypdfium2.PdfDocument(pdf(bill(fee_line(label="W" * 300)), client("M" * 300)))[0].get_textpage()
    right = max(page.get_charbox(index)[2] for index in range(page.count_chars()))
    assert right <= A4[0] - 50


def test_the_same_invoice_is_the_same_file() -> None:
    assert pdf(BANK) == pdf(BANK)
    assert pdf(BANK) != pdf(BANK, number="1")


def test_it_is_an_archive_file_with_its_data_and_only_its_own_fonts() -> None:
    document = pdf(BANK)
    assert b"<pdfaid:part>3</pdfaid:part>" in document
    assert b"<pdfuaid:part>1</pdfuaid:part>" in document
    attached = pypdfium2.PdfDocument(document).get_attachment(0)
    assert attached.get_name() == "invoice.json"
    assert json.loads(bytes(attached.get_data())) == invoice_json(BANK, client(), issued_on=ISSUED, due_on=DUE)
    fonts = {name.split(b"+")[-1] for name in re.findall(rb"/BaseFont\s*/([\w+-]+)", document)}
    assert fonts <= {b"NotoSans-Regular", b"NotoSans-Bold", b"NotoSansHebrew-Regular", b"NotoSansHebrew-Bold"}


def test_threads_do_not_mix_their_clients() -> None:
    names = [f"Client {n} Ltd" for n in range(12)]

    def own(name: str) -> Any:
        words = text(bill(fee_line()), client(name))
        return [other for other in names if other in words]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(own, names)) == [[name] for name in names]
