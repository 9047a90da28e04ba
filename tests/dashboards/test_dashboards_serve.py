import json
import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from planted_book import PlantedBook
from pydantic import SecretStr
from running_server import running

from tollbook.dashboards.serve import (
    Door,
    NoDashboards,
    PortTaken,
    configuration,
    kernel_environment,
    serve,
    socket_folder,
    template_on_path,
)
from tollbook.dashboards.theme import Brand
from tollbook.settings import Settings

FIGURES = "1,234 messages"
NOTEBOOK = {
    "cells": [
        {
            "cell_type": "code",
            "id": "a",
            "metadata": {},
            "source": f"'{FIGURES}'",
            "outputs": [],
            "execution_count": None,
        }
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


# A server that is so busy that it hears of a cell's outputs seconds after the cell has ended.
BUSY = """
import asyncio
from nbclient import NotebookClient
poll = NotebookClient._async_poll_output_msg
async def late(*arguments):
    await asyncio.sleep(5)
    await poll(*arguments)
NotebookClient._async_poll_output_msg = late
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one notebook, a picture beside it and a secret above it."""
    project = tmp_path_factory.mktemp("project")
    folder = project / "notebooks" / "dashboards"
    folder.mkdir(parents=True)
    (project / "parameters").mkdir()
    (project / "parameters" / "brand.yaml").write_text("name: Acme & Co", "utf-8")
    (folder / "usage.ipynb").write_text(json.dumps(NOTEBOOK), "utf-8")
    (folder / "picture.png").write_bytes(b"png")
    (project / "secret.png").write_bytes(b"png")
    return project


@pytest.fixture(scope="module")
def address(project: Path) -> Iterator[str]:
    with running(Settings(project=project), project / "server.log") as url:
        yield url


def get(url: str) -> HTTPResponse:
    answer = urlopen(Request(url), timeout=60)  # noqa: S310 - our own server
    assert isinstance(answer, HTTPResponse)
    return answer


def test_the_first_page_lists_dashboards_under_the_brand(address: str) -> None:
    text = get(f"{address}/").read().decode()
    assert "Acme &amp; Co" in text
    assert 'href="/voila/render/usage.ipynb">Usage</a>' in text


def test_every_answer_forbids_other_hosts(address: str) -> None:
    policy = get(f"{address}/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "http" not in policy


def test_a_dashboard_names_no_other_host(address: str) -> None:
    text = get(f"{address}/voila/render/usage.ipynb").read().decode()
    assert "<title>Usage · Acme &amp; Co</title>" in text
    assert "tb-skeleton" in text
    assert not [word for word in text.split('"') if word.startswith(("http:", "https:", "//"))]


@pytest.mark.parametrize("query", ["?template=lab", "?theme=dark"])
def test_template_and_theme_are_not_the_visitors(address: str, query: str) -> None:
    assert "tb-skeleton" in get(f"{address}/voila/render/usage.ipynb{query}").read().decode()


@pytest.mark.parametrize(
    "path",
    [
        "voila/files/picture.png",
        "voila/files/usage.ipynb",
        "voila/files/../../secret.png",
        "voila/files/%2e%2e/%2e%2e/secret.png",
        "voila/render/../../secret.ipynb",
        "api/contents/",
        "api/terminals",
    ],
)
def test_nothing_but_dashboards_is_served(address: str, path: str) -> None:
    with pytest.raises(HTTPError) as refused:
        get(f"{address}/{path}")
    assert refused.value.code in {400, 403, 404, 405}


def test_a_page_of_a_busy_server_is_not_empty(project: Path, tmp_path: Path) -> None:
    with running(Settings(project=project), tmp_path / "server.log", before=BUSY) as url:
        assert FIGURES in get(f"{url}/voila/render/usage.ipynb").read().decode()


def test_a_missing_page_is_told_in_words(address: str) -> None:
    with pytest.raises(HTTPError) as missing:
        get(f"{address}/voila/tree/nowhere")
    assert "There is no such page" in missing.value.read().decode()


def test_a_taken_port_is_refused_before_anything_starts(book: PlantedBook) -> None:
    (book.settings.notebooks / "dashboards").mkdir(parents=True)
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(PortTaken, match="--port"):
            serve(book.settings, Door(other.getsockname()[1]), open_browser=False)


def test_a_project_without_dashboards_is_refused(book: PlantedBook) -> None:
    with pytest.raises(NoDashboards, match="notebooks"):
        serve(book.settings, Door(0), open_browser=False)


def test_the_settings_that_were_measured_are_set(tmp_path: Path) -> None:
    config = configuration(tmp_path, Brand(), Door(1))
    assert config.Voila.config_file_paths == []
    assert config.Voila.tornado_settings["disable_check_xsrf"] is True
    assert config.VoilaConfiguration.show_tracebacks is False
    assert config.VoilaConfiguration.file_allowlist == ["(?!)"]
    assert "anywidget" in config.VoilaConfiguration.extension_allowlist
    assert config.MappingKernelManager.cull_connected is False
    assert "prelaunch_hook" not in config.VoilaConfiguration


def test_kernels_find_the_project_of_the_server(book: PlantedBook) -> None:
    variables = kernel_environment(book.settings.model_copy(update={"key": SecretStr("secret")}))
    assert variables["TOLLBOOK_PROJECT"] == str(book.settings.project)
    assert variables["TOLLBOOK_MEMORY_LIMIT"] == "2GB"
    assert "secret" not in variables.values()


def test_sockets_get_a_short_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", "/var/folders/ab/cdefghijklmnopqrstuvwxyz0123456789/T")
    assert socket_folder() == "/tmp"  # noqa: S108
    monkeypatch.setattr("tempfile.tempdir", "/short")
    assert socket_folder() == "/short"


def test_the_template_travels_with_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_PATH", "/elsewhere")
    with template_on_path():
        import os

        ours, warm, theirs = os.environ["JUPYTER_PATH"].split(os.pathsep)
        assert (Path(ours) / "voila" / "templates" / "tollbook" / "index.html.j2").is_file()
        assert (Path(warm) / "kernels" / "tollbook" / "kernel.json").is_file()
        assert theirs == "/elsewhere"
    import os

    assert os.environ["JUPYTER_PATH"] == "/elsewhere"
