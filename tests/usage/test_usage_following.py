"""Following: what lands is taken in once, bad files stop nothing, and who is stopped or killed goes on where it was."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import duckdb
import pytest
from little_book import csv_text, message

import tollbook
from tollbook.book import Book
from tollbook.demo.install import install_parameters
from tollbook.demo.live import Traffic, play
from tollbook.errors import TollbookError
from tollbook.settings import Settings
from tollbook.usage import following
from tollbook.usage.following import Followed, Follower
from tollbook.usage.live import read_live
from tollbook.usage.upkeep import tidy


@pytest.fixture
def book(project: Settings) -> Book:
    install_parameters(project.parameters)
    project.landing.mkdir(parents=True)
    return tollbook.open(project)


def land(book: Book, name: str, content: str) -> Path:
    path = book.settings.landing / "tollbook" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def rows(*ids: str) -> str:
    return csv_text(message(one, account="live-harbour-bank") for one in ids)


def outcome(followed: Followed | None) -> tuple[int, ...] | None:
    return None if followed is None else (followed.files, followed.posted, followed.refused, followed.waiting)


def test_a_file_is_taken_once_two_looks_find_it_unchanged(book: Book) -> None:
    follower = Follower(book)
    path = land(book, "a.csv", rows("m1"))
    assert follower.step() is None
    path.write_text(rows("m1", "m2"))
    land(book, "b.csv.part", rows("m3"))
    assert follower.step() is None
    assert outcome(follower.step()) == (1, 2, 0, 0)
    assert follower.step() is None
    assert [one.file for one in book.control_totals()] == ["tollbook/a.csv"]


def test_a_bad_file_is_refused_once_and_stops_nothing(book: Book) -> None:
    follower = Follower(book)
    land(book, "a.csv", "")
    land(book, "b.csv", rows("m1"))
    follower.step()
    assert outcome(follower.step()) == (2, 1, 1, 0)
    assert follower.step() is None
    land(book, "a.csv", rows("m2"))
    follower.step()
    assert outcome(follower.step()) == (1, 1, 0, 0)


def test_a_backlog_is_worked_off_in_small_batches(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "MOST_FILES", 2)
    for number in range(5):
        land(book, f"{number}.csv", rows(f"m{number}"))
    told: list[Followed] = []
    Follower(book, pause=0.01, tell=told.append).run(threading.Event(), once=True)
    assert [(one.files, one.waiting) for one in told] == [(2, 3), (2, 1), (1, 0)]


def test_others_see_how_it_goes(book: Book) -> None:
    follower, stop = Follower(book, pause=0.01), threading.Event()
    land(book, "a.csv", rows("m1"))
    follower.run(stop, once=True)
    state = book.documents.get("state", "follow")
    assert state
    assert (state["running"], state["batch"], state["pid"]) == (False, 1, os.getpid())
    assert read_live(book.documents, ["harbour-bank"])["harbour-bank"].batch == 1


class Away(TollbookError):
    """A store that is away for a while."""


def test_a_store_that_is_away_is_asked_again(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_LONGEST_PAUSE", 0.01)
    whole, failures = book.ingest, [Away("documents"), Away("documents")]

    def ingest(paths: list[Path]) -> object:
        if failures:
            raise failures.pop()
        return whole(paths)

    monkeypatch.setattr(book, "ingest", ingest)
    land(book, "a.csv", rows("m1"))
    told: list[Followed] = []
    troubles: list[str] = []
    follower = Follower(book, pause=0.01, tell=told.append, trouble=lambda what, _: troubles.append(what))
    follower.run(threading.Event(), once=True)
    assert (troubles, [one.posted for one in told]) == (["documents", "documents"], [1])


def test_a_failure_that_nobody_foresaw_is_said_without_its_words_and_tried_again(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[Exception] = [
        duckdb.IOException("https://x?sig=secret"),
        OSError("gone"),
        ValueError("+447700900123"),
    ]
    whole = book.ingest

    def ingest(paths: list[Path]) -> object:
        if failures:
            raise failures.pop()
        return whole(paths)

    monkeypatch.setattr(book, "ingest", ingest)
    monkeypatch.setattr(following, "_LONGEST_PAUSE", 0.01)
    land(book, "a.csv", rows("m1"))
    told: list[Followed] = []
    troubles: list[str] = []
    Follower(book, pause=0.01, tell=told.append, trouble=lambda what, _: troubles.append(what)).run(
        threading.Event(), once=True
    )
    assert [one.posted for one in told] == [1]
    assert [one.split()[1] for one in troubles] == ["ValueError", "OSError", "IOException"]
    assert not [one for one in troubles if "secret" in one or "447" in one]


def test_a_follower_that_only_fails_ends_for_its_keeper_to_start_anew(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ingest(_: list[Path]) -> object:
        raise duckdb.FatalException

    monkeypatch.setattr(book, "ingest", ingest)
    monkeypatch.setattr(following, "_LONGEST_PAUSE", 0.01)
    land(book, "a.csv", rows("m1"))
    troubles: list[str] = []
    with pytest.raises(duckdb.FatalException):
        Follower(book, pause=0.01, trouble=lambda what, _: troubles.append(what)).run(threading.Event())
    assert len(troubles) == following.MOST_SURPRISES - 1
    assert (book.documents.get("state", "follow") or {})["running"] is False


def test_small_files_of_the_ledger_are_put_together(book: Book) -> None:
    for number in range(4):
        land(book, f"{number:02}.csv", rows(f"m{number}"))
        book.ingest()
    assert len(book.ledger.table.files()) == 4
    assert tidy(book.ledger, files_a_day=3) == 3
    assert len(book.ledger.table.files()) == 1
    assert book.open_ledger().aggregate("sum(sign), max(batch)").fetchall() == [(4, 4)]
    assert book.usage("harbour-bank", date.min, date.max)["messages"].sum() == 4


def follow(book: Book, *options: str) -> "subprocess.Popen[bytes]":
    environment = {**os.environ, "TOLLBOOK_PROJECT": str(book.settings.project)}
    command = [sys.executable, "-m", "tollbook.cli", "follow", "--json", "--pause", "0.1", *options]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def test_killed_and_stopped_in_the_middle_it_loses_and_repeats_nothing(book: Book) -> None:
    """Traffic lands for some seconds; the follower is killed once, stopped by SIGTERM once, and ends what is left."""
    landed: list[int] = []
    traffic = threading.Thread(
        target=lambda: play(book.settings, rate=60, seconds=8, tell=lambda one: landed.append(one.messages))
    )
    traffic.start()
    with follow(book) as first:
        assert first.stdout
        first.stdout.readline()  # it is at work
        first.kill()
    with follow(book) as second:
        assert second.stdout
        second.stdout.readline()
        time.sleep(0.2)
        second.send_signal(signal.SIGTERM)
        assert second.wait(20) == 0
    state = book.documents.get("state", "follow")
    assert state
    assert state["running"] is False
    traffic.join()
    with follow(book, "--once") as third:
        out, _ = third.communicate(timeout=60)
        assert third.returncode == 0
    assert all(json.loads(line)["lag"] >= 0 for line in out.splitlines())
    totals = book.control_totals()
    assert all(one.balanced for one in totals)
    messages = book.open_ledger().aggregate("coalesce(sum(sign) filter (part <= 1), 0)").fetchall()
    assert messages == [(sum(landed),)]
    rolled = [book.usage(one, date.min, date.max)["messages"].sum() for one in book.client_ids()]
    assert sum(rolled) == sum(landed)


def test_live_traffic_is_the_same_for_the_same_seed_but_for_its_names() -> None:
    def shape(seed: int) -> list[tuple[str, ...]]:
        sent, late = Traffic(100, seed).between(1_000_000.0, 1_000_010.0)
        return [(one["client"], one["recipient"], one["status"], one["submitted_at"]) for one in [*sent, *late]]

    assert shape(1) == shape(1) != shape(2)
    assert len({one[0] for one in shape(1)}) == 6
