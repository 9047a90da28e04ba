"""Settings: where the project is, what the environment may change, and a key that is made once."""

import threading
from pathlib import Path

import pytest

from tollbook.errors import TollbookError
from tollbook.settings import NoProject, Settings, find_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "parameters").mkdir()
    return tmp_path


def test_the_project_is_found_from_below(folder: Path) -> None:
    deep = folder / "notebooks" / "dashboards"
    deep.mkdir(parents=True)
    assert find_project(deep) == folder


def test_no_project_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoProject, match="TOLLBOOK_PROJECT") as caught:
        find_project(tmp_path)
    assert isinstance(caught.value, TollbookError)
    assert caught.value.exit_code == 2


def test_folders_hang_below_the_project_unless_absolute(folder: Path, tmp_path: Path) -> None:
    settings = Settings(project=folder, home=tmp_path / "elsewhere")
    assert settings.parameters == folder / "parameters"
    assert settings.landing == tmp_path / "elsewhere" / "landing"
    assert settings.book == tmp_path / "elsewhere" / "book"


def test_the_environment_sets_fields(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLLBOOK_PROJECT", str(folder))
    monkeypatch.setenv("TOLLBOOK_WORKERS", "3")
    monkeypatch.setenv("TOLLBOOK_KEY", "a secret")
    settings = Settings()
    assert (settings.project, settings.workers, settings.token_key()) == (folder, 3, b"a secret")
    assert "a secret" not in repr(settings)


def test_the_key_is_made_once_even_by_many_at_a_time(folder: Path) -> None:
    settings = Settings(project=folder)
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(settings.token_key())) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    path = settings.book / "token.key"
    assert set(keys) == {path.read_bytes()}
    assert len(keys[0]) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in settings.book.iterdir()] == ["token.key"]
