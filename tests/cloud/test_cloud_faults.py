"""Servers killed under a follower and a run, a full disk, a read-only folder: nothing lost or twice, a clear word."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest

import tollbook
from blob_server import KEY, BlobServer
from checkout import make_project
from cloud_servers import Cloud
from document_server import DocumentServer
from tollbook.book import Book
from tollbook.demo import write_demo
from tollbook.demo.install import install_parameters
from tollbook.demo.live import Landed, play
from tollbook.errors import TollbookError
from tollbook.runs.month import run_month
from tollbook.settings import Settings
from verbose import as_environment


def follow(settings: Settings, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tollbook.cli", "follow", "--pause", "0.2", *options]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, env={**os.environ, **as_environment(settings)}, stdout=pipe, stderr=pipe, text=True
    )


def interrupt(server: BlobServer | DocumentServer, seconds: float) -> None:
    """Kill a server under whoever talks to it, and start it again."""
    server.kill()
    time.sleep(seconds)
    server.start()


def played(settings: Settings, landed: list[Landed]) -> None:
    """Traffic that tries again while Blob is away, as a gateway would: what it could not land it does not count."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with suppress(TollbookError):
            play(settings, rate=40, seconds=until - time.monotonic(), seed=len(landed), tell=landed.append)


def test_both_servers_killed_under_a_follower(mortal_cloud: Cloud, tmp_path: Path) -> None:
    settings = mortal_cloud.settings(tmp_path / "project")
    install_parameters(settings.parameters)
    landed: list[Landed] = []
    traffic = threading.Thread(target=played, args=(settings, landed))
    with follow(settings) as follower:
        traffic.start()
        assert follower.stdout
        follower.stdout.readline()  # the first batch is in
        for server in (mortal_cloud.documents, mortal_cloud.blob, mortal_cloud.documents, mortal_cloud.blob):
            interrupt(server, 0.7)
            time.sleep(1.5)
        traffic.join()
        follower.terminate()
        _, said = follower.communicate(timeout=90)
        assert follower.returncode == 0, said
    with follow(settings, "--once") as rest:
        _, more = rest.communicate(timeout=90)
        assert rest.returncode == 0, more
    book = tollbook.open(settings)
    totals = book.control_totals()
    names = {one.name for one in landed}
    assert {one.file for one in totals} >= names
    assert all(one.balanced and one.state == "posted" for one in totals)
    messages = book.open_ledger().aggregate("sum(sign) filter (part <= 1), count(*)").fetchall()[0]
    ids = book.connection.sql("select count(distinct message_id) from ledger").fetchall()[0][0]
    assert messages[0] == ids >= sum(one.messages for one in landed)
    assert sum(book.usage(one, date.min, date.max)["messages"].sum() for one in book.client_ids()) == ids
    assert KEY[:20] not in said + more


def test_the_document_server_killed_under_a_run(mortal_cloud: Cloud, tmp_path: Path) -> None:
    settings = mortal_cloud.settings(tmp_path / "project")
    write_demo(settings, months=1, scale=0.01)
    book = tollbook.open(settings)
    book.ingest()
    expected = book.bill("harbour-bank", "2026-10").total
    chosen = {"clients": ["harbour-bank"], "notebooks": ["ingestion", "billing"]}
    killer = threading.Thread(target=interrupt_now_and_then, args=(mortal_cloud.documents,))
    killer.start()
    run_month(settings, "2026-10", **chosen)  # type: ignore[arg-type]
    killer.join()
    after = run_month(settings, "2026-10", **chosen)  # type: ignore[arg-type]
    assert [(row.state, row.total) for row in after.rows if row.client == "harbour-bank"] in (
        [("unchanged", expected)],
        [("published", expected)],
    )


def interrupt_now_and_then(server: DocumentServer) -> None:
    for _ in range(3):
        time.sleep(2)
        interrupt(server, 0.5)


def test_blob_killed_in_the_middle_of_an_upload_leaves_the_run_unpublished(mortal_cloud: Cloud, tmp_path: Path) -> None:
    settings = mortal_cloud.settings(tmp_path / "project")
    book = tollbook.open(settings)
    folder = settings.home / "invoices"
    folder.mkdir(parents=True)
    for number in range(40):
        (folder / f"{number}.pdf").write_bytes(bytes([number]) * 300_000)
    keeper = threading.Thread(target=lambda: book.files.keep(folder))
    keeper.start()
    interrupt(mortal_cloud.blob, 1.0)
    keeper.join()
    kept = {one.name: one.size for one in book.files.find(folder)}
    assert kept == {f"invoices/{number}.pdf": 300_000 for number in range(40)}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Mounts (again) a file system of its own with these options; where nobody may mount, the test is skipped."""
    place = tmp_path / "disk"
    place.mkdir()

    def mount(options: str) -> Path:
        again = "remount," if os.path.ismount(place) else ""
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", again + options, "tmpfs", str(place)], check=False)
        if done.returncode:
            pytest.skip("needs the right to mount a tmpfs")
        return place

    yield mount
    subprocess.run(["umount", "--lazy", str(place)], check=False)


def command(settings: Settings, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "TOLLBOOK_PROJECT": str(settings.project), "TOLLBOOK_HOME": str(settings.home)}
    program = [sys.executable, "-m", "tollbook.cli", *arguments]
    return subprocess.run(program, env=environment, capture_output=True, text=True, check=False)


def small_book(folder: Path, home: Path) -> Book:
    """A demo month whose landing files lie on another disk than its book."""
    made = make_project(folder)
    write_demo(made, months=1, scale=0.02)
    (home / "landing").symlink_to(made.landing)
    return tollbook.open(made.model_copy(update={"home": home}))


def test_a_full_disk_is_said_and_what_was_begun_is_taken_up_again(
    tmp_path: Path, small_disk: Callable[[str], Path]
) -> None:
    book = small_book(tmp_path / "project", small_disk("size=256k"))
    full = command(book.settings, "ingest")
    assert full.returncode == 2, full.stderr[-3000:]
    assert "Traceback" not in full.stderr
    assert "full" in full.stderr or "space" in full.stderr
    small_disk("size=64m")
    assert command(book.settings, "ingest").returncode == 0
    assert command(book.settings, "doctor").returncode == 0
    whole = tollbook.open(Settings(project=tmp_path / "project"))
    whole.ingest()
    assert book.bill("harbour-bank", "2026-10").total == whole.bill("harbour-bank", "2026-10").total


def test_a_read_only_home_is_said(tmp_path: Path, small_disk: Callable[[str], Path]) -> None:
    book = small_book(tmp_path / "project", small_disk("size=64m"))
    small_disk("ro")
    refused = command(book.settings, "ingest")
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr
    assert "read-only" in refused.stderr.lower() or "readonly" in refused.stderr
