from base64 import b64decode
from decimal import Decimal

from tollbook.dashboards import page
from tollbook.money import format_money

EVIL = "<img src=x onerror=alert(1)>\"'&"


def test_no_text_from_data_reaches_the_page_as_markup() -> None:
    pieces = [
        page.masthead(EVIL, EVIL, EVIL),
        page.subtitle(EVIL, EVIL, EVIL),
        page.notice(EVIL),
        page.cards([page.Card(EVIL, EVIL, EVIL)]),
        page.panel_head(EVIL, EVIL, key=[(EVIL, EVIL)]),
        page.download(EVIL, "a"),
        page.problem(EVIL),
        page.definitions([(EVIL, EVIL)]),
    ]
    for piece in pieces:
        assert "<img" not in piece
        assert "&lt;img src=x" in piece
        assert '>"' not in piece


def test_an_amount_written_from_right_to_left_stays_together_in_a_sentence() -> None:
    amount = format_money(Decimal("-1733.46"), "ILS", "he-IL")
    assert page.in_line(f"{amount}, of {amount}.") == f"\u2068{amount}\u2069, of \u2068{amount}\u2069."
    assert page.in_line("£1,733.46 of the budget") == "£1,733.46 of the budget"
    assert f"of \u2068{amount}\u2069" in page.cards([page.Card("Budget", "1", f"of {amount}")])


def test_a_change_is_said_in_words_and_the_arrow_is_for_the_eye_only() -> None:
    text = page.cards([page.Card("Messages", "10", "5.0% more", 1)])
    assert '<span aria-hidden="true">▲</span> 5.0% more' in text


def test_without_a_direction_there_is_no_arrow() -> None:
    assert not any(arrow in page.cards([page.Card("a", "1", "none")]) for arrow in page.ARROWS.values())


def test_a_spark_line_reaches_from_edge_to_edge_and_is_drawn_from_zero() -> None:
    text = page.spark([0, 5, 10])
    assert '<polyline points="0.0,26.0 60.0,14.0 120.0,2.0"/>' in text


def test_nothing_is_drawn_from_one_value_or_from_zeros() -> None:
    assert page.spark([5]) == page.spark([0, 0, 0]) == ""


def test_a_bar_stays_inside_its_frame() -> None:
    assert "width:100.0%" in page.bar(1.2)
    assert "width:0.0%" in page.bar(-0.1)


def test_a_download_holds_the_file_and_says_that_it_is_utf_8() -> None:
    link = page.download("a.csv", "name\r\nÖsterreich\r\n")
    data = link.split("base64,")[1].split('"')[0]
    assert b64decode(data).decode("utf-8-sig") == "name\r\nÖsterreich\r\n"
    assert 'download="a.csv"' in link


def test_an_empty_notice_is_nothing() -> None:
    assert page.notice("") == ""
