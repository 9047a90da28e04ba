"""Change streams of a collection that is a source: they ring, bring what comes too late to be looked at, and resume."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

import tollbook
from checkout import need
from cloud_servers import Cloud
from document_server import DocumentServer, server_command
from gateway import Gateway
from tollbook.settings import Settings
from tollbook.usage.following import Followed, Follower

NEVER = 600.0  # seconds between two looks: what is taken in meanwhile, a stream has rung for


@pytest.fixture(scope="module")
def streaming(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DocumentServer]:
    need(server_command(streams=True), "java and what tests/storage/servers/fetch brings")
    server = DocumentServer(tmp_path_factory.mktemp("streaming"), streams=True)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def gateway(streaming: DocumentServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gateway:
    return Gateway(streaming, tmp_path, monkeypatch)


class Following:
    """A follower at work in a thread, what it took in and what it complained of."""

    def __init__(self, settings: Settings) -> None:
        self.batches: list[Followed] = []
        self.troubles: list[str] = []
        self._settings = settings

    @property
    def posted(self) -> int:
        return sum(one.posted for one in self.batches)

    @contextmanager
    def at_work(self, pause: float = NEVER) -> Iterator[None]:
        stop = threading.Event()
        book = tollbook.open(self._settings)
        follower = Follower(
            book, pause=pause, tell=self.batches.append, trouble=lambda what, _: self.troubles.append(what)
        )
        thread = threading.Thread(target=follower.run, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(60)
            assert not thread.is_alive()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def streams(gateway: Gateway, before: str = "") -> bool:
    """Whether a change that nobody looks for is heard of: the stream is open, and its token another one."""
    gateway.messages.insert_one({"no": "message"})
    heard = gateway.book.documents.get("state", "stream gateway") or {"token": before}
    return str(heard["token"]) != before


def messages(gateway: Gateway) -> int:
    return int(gateway.book.usage("harbour-bank", date.min, date.max)["messages"].sum())


def test_a_change_is_taken_in_without_waiting_for_the_next_look(gateway: Gateway) -> None:
    following = Following(gateway.book.settings)
    with following.at_work():
        until(lambda: streams(gateway))
        gateway.write(1, 2, 3)
        until(lambda: following.posted == 3)
        gateway.write(2, state="delivered", later=5)
        until(lambda: following.posted == 4)
    assert following.troubles == []
    assert messages(gateway) == 3


def test_a_document_too_late_for_the_overlap_is_brought_once(gateway: Gateway) -> None:
    following = Following(gateway.book.settings)
    with following.at_work():
        until(lambda: streams(gateway))
        gateway.write(100)
        until(lambda: following.posted == 1)
        gateway.write(5, 6)
        until(lambda: following.posted == 3)
        gateway.write(101)
        until(lambda: following.posted == 4)
    assert sum(one.duplicate for one in following.batches) == 0
    assert gateway.taken() == (0, 4)


def test_what_came_late_while_nobody_followed_is_brought_by_the_token(gateway: Gateway) -> None:
    following = Following(gateway.book.settings)
    with following.at_work():
        until(lambda: streams(gateway))
        gateway.write(100)
        until(lambda: following.posted == 1)
    gateway.write(5, 101)
    assert gateway.taken() == (1, 2), "a look alone cannot find number 5"
    with following.at_work(0.1):
        until(lambda: following.posted == 2)
    assert messages(gateway) == 3
    assert following.troubles == []


@pytest.mark.parametrize("token", ['{"_data": "zz"}', "no token"])
def test_a_token_that_the_server_does_not_know_is_said_and_the_watermark_goes_on(gateway: Gateway, token: str) -> None:
    gateway.book.documents.put("state", "stream gateway", {"token": token})
    gateway.write(1, 2)
    following = Following(gateway.book.settings)
    with following.at_work(0.1):
        until(lambda: following.posted == 2 and following.troubles)
        until(lambda: streams(gateway, token))
        gateway.write(3)
        until(lambda: following.posted == 3)
    (said,) = following.troubles
    assert said.startswith("source gateway: its change stream begins anew, as it cannot go on (")
    assert messages(gateway) == 3


def test_a_collection_that_is_dropped_is_listened_to_anew(gateway: Gateway) -> None:
    following = Following(gateway.book.settings)
    with following.at_work(0.1):
        until(lambda: streams(gateway))
        gateway.write(1)
        until(lambda: following.posted == 1)
        gateway.messages.drop()
        gateway.write(2)
        until(lambda: following.posted == 2)
    assert messages(gateway) == 2


def test_a_server_killed_under_the_stream_loses_and_repeats_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    need(server_command(streams=True), "java and what tests/storage/servers/fetch brings")
    (tmp_path / "server").mkdir()
    server = DocumentServer(tmp_path / "server", streams=True)
    server.start()
    try:
        gateway = Gateway(server, tmp_path / "project", monkeypatch)
        following = Following(gateway.book.settings)
        with following.at_work(0.2):
            until(lambda: streams(gateway))
            for first in (10, 30, 50):
                gateway.write(*range(first, first + 4))
                server.kill()
                time.sleep(0.5)
                server.start()
                gateway.write(first // 10, *range(first + 4, first + 8))
            until(lambda: following.posted == 27)
        assert messages(gateway) == 27
        assert [one for one in following.troubles if "stream" in one] == []
    finally:
        server.kill()


def test_a_server_without_streams_is_read_by_watermark_and_that_is_said_once(
    cloud: Cloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gateway = Gateway(cloud.documents, tmp_path, monkeypatch)
    following = Following(gateway.book.settings)
    with following.at_work(0.1):
        until(lambda: following.troubles)
        gateway.write(1, 2)
        until(lambda: following.posted == 2)
        gateway.write(3)
        until(lambda: following.posted == 3)
    (said,) = following.troubles
    assert said.startswith("source gateway: no change stream (code ")
    assert messages(gateway) == 3
