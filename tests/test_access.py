import os
from datetime import date
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

import tollbook
from tollbook.access import Access, BadAccessFile, NoAccessFile, OperatorsOnly, read_access
from tollbook.book import Book, UnknownClient
from tollbook.settings import Settings

FILE = """
teams:
  retail: [marigold-retail, carmel-clinic]
people:
  Ada@Example.com: {clients: [harbour-bank]}
  ben@example.com: {teams: [retail], clients: [harbour-bank]}
  boss@example.com: {all_clients: true}
  new@example.com: {}
"""
CLIENTS = ("carmel-clinic", "harbour-bank", "marigold-retail", "monsoon-air")


def write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "access.yaml").write_text(text, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("person", "seen"),
    [
        ("ada@example.com", {"harbour-bank"}),
        ("ADA@EXAMPLE.COM ", {"harbour-bank"}),
        ("ben@example.com", {"carmel-clinic", "harbour-bank", "marigold-retail"}),
        ("boss@example.com", set(CLIENTS)),
        ("new@example.com", set()),
        ("stranger@example.com", set()),
        ("", set()),
        ("ada@example.com, boss@example.com", set()),
    ],
)
def test_a_person_sees_what_the_file_gives_and_nothing_else(tmp_path: Path, person: str, seen: set[str]) -> None:
    assert read_access(write(tmp_path, FILE)).seen_by(person, CLIENTS) == seen


def test_a_client_that_is_not_there_is_not_seen() -> None:
    assert Access.model_validate({"people": {"a": {"clients": ["ghost"]}}}).seen_by("a", CLIENTS) == frozenset()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("people: {a: {teams: [nowhere]}}", "no team nowhere"),
        ("people: {a: {client: [b]}}", "people.a.client"),
        ("people: {a: {}, A: {}}", "named twice"),
        ("people: [", "cannot be read"),
        ("people: {a: all}", "people.a"),
    ],
)
def test_a_bad_file_names_the_fault(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadAccessFile, match=said):
        read_access(write(tmp_path, text))


def test_without_a_file_nobody_sees_anything(tmp_path: Path) -> None:
    with pytest.raises(NoAccessFile, match=r"access\.yaml"):
        read_access(tmp_path)


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    folder = write(tmp_path, "people: {a: {clients: [harbour-bank]}}")
    assert read_access(folder).seen_by("a", CLIENTS)
    write(tmp_path, "people: {}")
    os.utime(folder / "access.yaml", ns=(1, 1))
    assert not read_access(folder).seen_by("a", CLIENTS)


ROLLED = "select sum(messages) as messages from usage"


@pytest.fixture
def ada(demo_project: Settings, tmp_path: Path) -> Book:
    """The demo's book, opened for somebody who may see one client of six."""
    parameters = tmp_path / "parameters"
    (write(parameters, FILE) / "clients").symlink_to(demo_project.parameters / "clients")
    (parameters / "rates").symlink_to(demo_project.parameters / "rates")
    return Book(demo_project.model_copy(update={"parameters": parameters, "person": "ada@example.com"}))


def test_a_book_opened_for_a_person_hands_out_their_clients(ada: Book, demo_book: Book) -> None:
    october = (date(2026, 10, 1), date(2026, 10, 31))
    assert ada.client_ids() == ["harbour-bank"]
    assert ada.usage("harbour-bank", *october).equals(demo_book.usage("harbour-bank", *october))
    assert ada.bill("harbour-bank", "2026-10").total == demo_book.bill("harbour-bank", "2026-10").total
    assert ada.known_to("harbour-bank") == demo_book.known_to("harbour-bank")


def test_another_client_is_unknown_and_its_name_is_not_told(ada: Book) -> None:
    for ask in (ada.client, ada.last_day, ada.known_to, lambda one: ada.bill(one, "2026-10"),
                lambda one: ada.usage(one, date.min, date.max), lambda one: ada.preview(one, "2026-10")):  # fmt: skip
        with pytest.raises(UnknownClient) as refused:
            ask("monsoon-air")
        assert "carmel" not in str(refused.value)


def test_sql_on_the_ledger_shows_own_entries_only(ada: Book) -> None:
    ada.open_ledger()
    assert ada.connection.sql("select distinct client from ledger").fetchall() == [("harbour-bank",)]


def test_what_holds_everybodys_data_is_not_handed_out(ada: Book, demo_book: Book) -> None:
    for ask in (lambda: ada.files, lambda: ada.office, lambda: ada.ledger.table, lambda: ada.quarantine, ada.ingest):
        with pytest.raises(OperatorsOnly):
            ask()
    assert demo_book.files
    assert demo_book.ledger.table.files()


def test_documents_and_refused_rows_of_others_are_not_there(ada: Book) -> None:
    assert {one["client"] for one in ada.documents.find("rollups", {"day": "2026-10-05"})} == {"harbour-bank"}
    assert ada.documents.get("rollups", "monsoon-air|2026-10-05") is None
    assert ada.control_totals() == []
    with pytest.raises(OperatorsOnly, match=r"ada@example\.com"):
        ada.refused_rows([])


def test_whoever_is_not_named_has_an_empty_book(demo_project: Settings, tmp_path: Path) -> None:
    parameters = write(tmp_path / "parameters", FILE)
    settings = demo_project.model_copy(update={"parameters": parameters, "person": "stranger"})
    book = tollbook.open(settings)
    assert book.client_ids() == []
    book.open_ledger()
    assert book.connection.sql("select count(*) from ledger").fetchall() == [(0,)]


def test_sql_in_a_notebook_reads_ledger_and_rollups_of_own_clients_only(ada: Book, demo_book: Book) -> None:
    october = (date(2026, 10, 1), date(2026, 10, 31))
    counted = "select client, sum(sign) filter (part <= 1) as messages from ledger group by client order by client"
    for book, seen in ((demo_book, demo_book.client_ids()), (ada, ["harbour-bank"])):
        shell = InteractiveShell()  # type: ignore[no-untyped-call]
        shell.user_ns["book"] = book
        shell.run_line_magic("load_ext", "tollbook")
        book.open_ledger(*october)
        found = shell.run_cell_magic("sql", "", counted)  # type: ignore[no-untyped-call]
        assert list(found["client"]) == seen
        usage = book.usage("harbour-bank", *october)
        book.connection.register("usage", usage)
        rolled = shell.run_cell_magic("sql", "", ROLLED)  # type: ignore[no-untyped-call]
        assert rolled["messages"][0] == usage["messages"].sum() > 0
        book.connection.unregister("usage")
