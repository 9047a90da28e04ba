"""Alerts raised once, whoever evaluates; sent once to each channel; what is away is told without its secrets."""

import json
import re
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import pytest
from pydantic import SecretStr

import tollbook
from checkout import copy_project, make_project
from document_server import free_port
from tollbook.alerts import Alert, Evaluation, Rounds, evaluate, evaluating, raise_alerts, read_alerts
from tollbook.book import Book
from tollbook.dashboards.attention import alerts_of
from tollbook.demo import write_demo
from tollbook.forecasting import Watched
from tollbook.period import Month
from tollbook.settings import Settings
from tollbook.storage.sqlite import SqliteDocuments

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def alert(client: str = "acme", occasion: str = "2026-10 80%") -> Alert:
    return Alert(client, "budget", occasion, NOW, f"{client} is at 80 %", {"total": "1"})


class Webhook(BaseHTTPRequestHandler):
    """Takes what is posted, once it is told to."""

    taken: ClassVar[list[dict[str, Any]]] = []
    status: ClassVar[int] = 204

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.status < 300:
            self.taken.append(body)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def webhook() -> Iterator[str]:
    Webhook.taken, Webhook.status = [], 204
    server = ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook?token=hush-hush"
    server.shutdown()
    server.server_close()


@pytest.fixture
def mailbox() -> Iterator[tuple[int, list[str]]]:
    """A mail server that takes everything: its port, and the messages."""
    messages: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve_mail, args=(listener, messages), daemon=True).start()
        yield listener.getsockname()[1], messages


def _serve_mail(listener: socket.socket, messages: list[str]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        with connection, connection.makefile("rw", newline="\r\n", encoding="utf-8") as talk:

            def say(line: str, talk: Any = talk) -> None:
                talk.write(f"{line}\n")
                talk.flush()

            say("220 test")
            for line in talk:
                word = line.strip().upper()[:4]
                if word == "DATA":
                    say("354 go on")
                    messages.append("".join(iter(talk.readline, ".\r\n")))
                say({"EHLO": "250 test", "QUIT": "221 bye"}.get(word, "250 ok"))
                if word == "QUIT":
                    break


@pytest.fixture(scope="module")
def taken_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small demo months, two of whose clients are over their (lowered) budget."""
    settings = make_project(tmp_path_factory.mktemp("alerts") / "project")
    write_demo(settings, months=2, scale=0.02)
    for name, lowered in (("harbour-bank", "1500.00"), ("monsoon-air", "5000.00")):
        path = settings.parameters / "clients" / f"{name}.yaml"
        path.write_text(re.sub(r"budget: [\d.]+", f"budget: {lowered}", path.read_text(), count=1))
    tollbook.open(settings).ingest()
    return settings.project


@pytest.fixture
def book(taken_in: Path, tmp_path: Path) -> Book:
    """A copy of its own for each test."""
    return tollbook.open(Settings(project=copy_project(taken_in, tmp_path / "project")))


def test_an_alert_is_raised_once_however_many_evaluate(tmp_path: Path) -> None:
    documents = SqliteDocuments(tmp_path / "documents.sqlite")
    raised: list[Alert] = []
    threads = [threading.Thread(target=lambda: raised.extend(raise_alerts(documents, [alert()]))) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert raised == [alert()]
    assert read_alerts(documents, ["acme", "bolt"], since=NOW) == [alert()]
    assert read_alerts(documents, ["bolt"], since=NOW) == []
    assert read_alerts(documents, ["acme"], since=NOW + timedelta(seconds=1)) == []


def test_a_months_budgets(book: Book, webhook: str, mailbox: tuple[int, list[str]]) -> None:
    port, mails = mailbox
    book.settings = book.settings.model_copy(
        update={
            "alert_webhook": SecretStr(webhook),
            "smtp": SecretStr(f"smtp://127.0.0.1:{port}"),
            "alert_to": "finance@example.com, ops@example.com",
        }
    )
    month = Month(2026, 10)
    first = evaluate(book, month=month, now=NOW)
    assert first.troubles == ()
    assert {(one.client, one.kind) for one in first.raised} >= {("harbour-bank", "budget"), ("monsoon-air", "budget")}
    assert evaluate(book, month=month, now=NOW).raised == ()
    assert len(Webhook.taken) == len(mails) == len(first.raised)
    bank = next(one for one in Webhook.taken if one["alert"]["client"] == "harbour-bank")
    assert bank["text"].startswith("Harbour")
    assert bank["alert"]["figures"]["total"] == str(book.bill("harbour-bank", month).total)
    mail = next(one for one in mails if "client harbour-bank" in one)
    assert "To: finance@example.com, ops@example.com" in mail
    assert "Subject: Budget: " in mail
    assert {one.sent for one in read_alerts(book.documents, book.client_ids(), since=NOW)} == {("webhook", "mail")}


def test_a_webhook_that_is_away_is_asked_again_and_its_token_is_never_said(book: Book, webhook: str) -> None:
    book.settings = book.settings.model_copy(update={"alert_webhook": SecretStr(webhook)})
    Webhook.status = 503
    first = evaluate(book, month=Month(2026, 10), now=NOW)
    assert first.raised
    assert len(first.troubles) == 1
    assert "503" in first.troubles[0]
    assert "hush" not in first.troubles[0]
    Webhook.status = 200
    assert evaluate(book, month=Month(2026, 10), now=NOW + timedelta(hours=1)).troubles == ()
    assert len(Webhook.taken) == len(first.raised)


def test_a_mail_server_that_is_away_stops_nothing(book: Book) -> None:
    place = SecretStr(f"smtp://robot:hush@127.0.0.1:{free_port()}")
    book.settings = book.settings.model_copy(update={"smtp": place, "alert_to": "ops@example.com"})
    evaluation = evaluate(book, month=Month(2026, 10), now=NOW)
    assert evaluation.raised
    assert ["hush" in one for one in evaluation.troubles] == [False]


def test_what_was_raised_is_read_through_the_book(book: Book) -> None:
    book.evaluate(Month(2026, 10))
    found = book.alerts(book.client_ids())
    assert {one.client for one in found} >= {"harbour-bank", "monsoon-air"}
    assert book.alerts(["carmel-clinic"]) == []


def test_turns_come_round_to_every_client(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluating, "_TURN_SECONDS", 0.0001)
    seen: list[str] = []

    def noted(_: object, *, clients: list[str], send: bool, days: bool) -> Evaluation:
        assert isinstance(days, bool)
        seen.extend([*clients, *(["sent"] if send else [])])
        return Evaluation((), ())

    monkeypatch.setattr(evaluating, "evaluate", noted)
    rounds = Rounds()
    for _ in range(20):
        assert rounds.turn(book) == ()
    assert seen == [*book.client_ids(), "sent"]


def test_surprises_reach_the_alerts_that_dashboards_read(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted day of twenty times its usual messages, worth what the contract makes of them."""
    real = book.usage

    def planted(client: str, first: date, last: date) -> pd.DataFrame:
        found = real(client, first, last)
        long = [found.assign(day=found["day"] - pd.Timedelta(weeks=8 * back)) for back in range(1, 6)]
        frame = pd.concat([*long, found], ignore_index=True) if first == date.min else found
        wild = frame["day"] == pd.Timestamp("2026-10-21")
        return frame.assign(messages=frame["messages"].where(~wild, frame["messages"] * 20))

    monkeypatch.setattr(book, "usage", planted)
    first = evaluate(book, clients=["harbour-bank"], month=Month(2026, 10), now=NOW, days=True)
    (found,) = [one for one in first.raised if one.kind == "unusual"]
    assert found.occasion == "2026-10-21 more"
    assert Decimal(found.figures["amount"]) > 0
    assert "worth £" in found.text
    assert found in alerts_of(book.documents, ["harbour-bank"], now=NOW)["harbour-bank"]
    assert evaluate(book, clients=["harbour-bank"], month=Month(2026, 10), now=NOW, days=True).raised == ()


def test_whole_days_are_looked_at_once_a_day(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_SETTLED", 0), ("_ROUND_SECONDS", 0.0), ("_TURN_SECONDS", 60.0)):
        monkeypatch.setattr(evaluating, name, value)
    looks: list[str] = []

    def watch(client: str, **_: object) -> Watched:
        looks.append(client)
        return Watched(pd.DataFrame(), (), None)

    monkeypatch.setattr(book, "watch", watch)
    rounds = Rounds()
    for _ in range(3):
        rounds.turn(book)
    assert len(looks) == len(set(looks)) > 0
