"""Who gets in, and to what: the real server behind a header, asked from a trusted address and from others."""

import socket
import struct
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from running_server import running
from websocket import create_connection

from tollbook.dashboards.gate import plain_name
from tollbook.dashboards.seating import seats
from tollbook.dashboards.serve import BadNetwork, Door, OpenToAll
from tollbook.settings import Settings

HEADER = "X-MS-CLIENT-PRINCIPAL-NAME"
SCRIPT = "<script>alert(1)</script>"
ACCESS = {
    "people": {
        "ada@example.com": {"clients": ["harbour-bank"]},
        "ben@example.com": {"clients": ["monsoon-air"]},
    }
}


@pytest.fixture(scope="module")
def project(demo_project: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The demo's book with an access file and a client whose name is a script."""
    folder = tmp_path_factory.mktemp("gate")
    for name in ("notebooks", "outputs"):
        (folder / name).symlink_to(demo_project.project / name)
    (folder / "parameters" / "clients").mkdir(parents=True)
    for path in demo_project.parameters.iterdir():
        if path.name != "clients":
            (folder / "parameters" / path.name).symlink_to(path)
    for path in (demo_project.parameters / "clients").glob("*.yaml"):
        text = path.read_text("utf-8").replace("name: Harbour Bank plc", f'name: "Harbour {SCRIPT}"')
        (folder / "parameters" / "clients" / path.name).write_text(text, "utf-8")
    (folder / "parameters" / "access.yaml").write_text(yaml.safe_dump(ACCESS), "utf-8")
    return Settings(project=folder)


@pytest.fixture(scope="module")
def address(project: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    log = tmp_path_factory.mktemp("server") / "server.log"
    with running(project, log, "--header", HEADER, "--secret", "knock", "--pages", "9") as url:
        yield url


def get(address: str, path: str, **headers: str) -> tuple[int, str]:
    connection = HTTPConnection(urlsplit(address).netloc, timeout=60)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=named)
    answer = connection.getresponse()
    text = answer.read().decode("utf-8", "replace")
    connection.close()
    return answer.status, text


def ada(**more: str) -> dict[str, str]:
    return {HEADER: "ada@example.com", "X-Tollbook-Proxy": "knock", **more}


ACCOUNT = "/voila/render/account.ipynb"


def test_a_person_sees_their_client_and_its_name_is_text(address: str) -> None:
    status, text = get(address, f"{ACCOUNT}?client=harbour-bank", **ada())
    assert status == 200
    assert "Harbour" in text
    assert SCRIPT not in text
    assert "Monsoon" not in text


@pytest.mark.parametrize(
    "query", ["client=monsoon-air", "client=monsoon-air&month=2026-10", "client=../clients/monsoon-air"]
)
def test_another_clients_id_in_the_address_shows_nothing_of_it(address: str, query: str) -> None:
    status, text = get(address, f"{ACCOUNT}?{query}", **ada(Cookie="client=monsoon-air; username-127=ben"))
    assert status == 200
    assert "Monsoon" not in text
    assert "Harbour" in text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: "ada@example.com"},
        {HEADER: "ada@example.com", "X-Tollbook-Proxy": "guess"},
        {HEADER: "", "X-Tollbook-Proxy": "knock"},
        {HEADER: "ada@example.com, ben@example.com", "X-Tollbook-Proxy": "knock"},
        {"X-Tollbook-Proxy": "knock", "Cookie": "username-localhost=ada@example.com"},
        {"X-Tollbook-Proxy": "knock", "Authorization": "token ada@example.com"},
    ],
)
@pytest.mark.parametrize("path", ["/", ACCOUNT, "/voila/api/contents/"])
def test_nobody_comes_in_without_being_named_by_the_proxy(address: str, path: str, headers: dict[str, str]) -> None:
    status, text = get(address, path, **headers)
    assert status == 403
    assert "harbour" not in text.lower()


def test_a_header_from_outside_the_proxys_network_is_worth_nothing(
    project: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    log = tmp_path_factory.mktemp("server") / "server.log"
    with running(project, log, "--header", HEADER, "--proxy", "10.9.8.0/24") as url:
        assert get(url, "/", **{HEADER: "ada@example.com", "X-Forwarded-For": "10.9.8.7"})[0] == 403


@pytest.fixture
def two_seats(project: Settings, tmp_path: Path) -> Iterator[str]:
    with running(project, tmp_path / "server.log", "--header", HEADER, "--secret", "knock", "--pages", "2") as url:
        yield url


def test_a_kernel_is_its_persons_alone_and_seats_are_counted(two_seats: str) -> None:
    address = two_seats
    _, text = get(address, ACCOUNT, **ada())
    kernel = text.split('"kernelId": "')[1].split('"')[0]
    ben = {HEADER: "ben@example.com", "X-Tollbook-Proxy": "knock"}
    assert get(address, f"/api/kernels/{kernel}", **ben)[0] == 403
    assert get(address, f"/api/kernels/{kernel}/channels", **ben)[0] == 403
    assert get(address, f"/api/kernels/{kernel}", **ada())[0] == 200
    answers = [get(address, ACCOUNT, **ben) for _ in range(3)]
    assert answers[-1][0] == 503
    assert "Every seat is taken" in answers[-1][1]


SOON = "import tollbook.dashboards.serve as it; it.IDLE_SECONDS, it.SWEEP_SECONDS = 2, 1"


def test_a_seat_whose_browser_died_goes_to_who_waits(project: Settings, tmp_path: Path) -> None:
    door = ("--header", HEADER, "--secret", "knock", "--pages", "1")
    ben = {HEADER: "ben@example.com", "X-Tollbook-Proxy": "knock"}
    with running(project, tmp_path / "server.log", *door, before=SOON) as address:
        _, text = get(address, ACCOUNT, **ada())
        kernel = text.split('"kernelId": "')[1].split('"')[0]
        channels = f"{address.replace('http', 'ws')}/api/kernels/{kernel}/channels"
        browser = create_connection(channels, header=[f"{name}: {value}" for name, value in ada().items()])
        time.sleep(5)  # longer than an unused page may stay
        status, text = get(address, ACCOUNT, **ben)
        assert (status, "Every seat is taken" in text) == (503, True)
        assert '<meta http-equiv="refresh"' in text
        assert browser.sock is not None
        browser.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        browser.sock.close()  # a reset: neither the page nor the websocket says goodbye
        until = time.monotonic() + 60
        while (status := get(address, ACCOUNT, **ben)[0]) == 503 and time.monotonic() < until:
            time.sleep(0.5)
        assert status == 200
        assert get(address, f"/api/kernels/{kernel}", **ada())[0] == 404


@pytest.mark.parametrize("path", ["/voila/files/../../parameters/access.yaml", "/voila/static/../../../etc/passwd",
                                  "/static/etc/passwd", "/voila/templates/tollbook/../../../../gate.py",
                                  "/voila/render/../../parameters/access.yaml"])  # fmt: skip
def test_no_file_of_the_server_is_read_by_an_address(address: str, path: str) -> None:
    status, text = get(address, path, **ada())
    assert status in {302, 400, 403, 404, 405, 500}  # 302: to /voila/files, which gives nothing away
    assert "people" not in text
    assert "root:" not in text


@pytest.mark.parametrize("name", ["", " ", "a,b", "a;b", "a\nb", "x" * 300])
def test_a_header_that_is_no_name(name: str) -> None:
    assert not plain_name(name)


def test_a_server_for_everybody_is_refused() -> None:
    with pytest.raises(OpenToAll, match="--header"):
        Door(host="0.0.0.0").check()  # noqa: S104 - that is the point
    with pytest.raises(BadNetwork, match="proxy"):
        Door(header=HEADER, proxies=("everywhere",)).check()


def test_a_page_of_another_name_cannot_borrow_the_single_users_browser(demo_project: Settings, tmp_path: Path) -> None:
    with running(demo_project, tmp_path / "server.log") as url:
        assert get(url, "/", Host="evil.example")[0] == 403
        assert get(url, "/")[0] == 200


def test_seats_follow_the_machines_memory() -> None:
    assert [seats(memory) for memory in (1_000, 8_000, 16_000)] == [4, 33, 70]
