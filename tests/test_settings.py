"""Settings: where the project is, what the environment may change, and a key that is made once."""

from pathlib import Path

import pytest

from tollbook.errors import TollbookError
from tollbook.runs.kernel import kernel_environment
from tollbook.settings import BadDefaults, NoProject, Settings, find_project


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
    assert (settings.project, settings.workers) == (folder, 3)
    assert "a secret" not in repr(settings)


def test_an_empty_variable_is_none_at_all(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`TOLLBOOK_HOME=` made the working directory the home, and its ledger seemed to be gone."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TOLLBOOK_HOME", "")
    assert Settings().home == folder / "outputs"


def test_a_home_on_blob_keeps_a_folder_as_this_machines_copy(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOLLBOOK_HOME", "az://books/tollbook")
    settings = Settings(project=folder)
    assert (settings.blob, settings.home) == (
        "az://books/tollbook",
        folder / "outputs" / "blob" / "books" / "tollbook",
    )


def test_what_a_kernel_is_told_opens_the_same_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(project=folder, home="az://books/tollbook", azure_connection_string="AccountKey=secret")
    for name, value in kernel_environment(settings, folder).items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings
    assert "secret" not in repr(settings)


@pytest.mark.parametrize("secret", ["key", "mongodb_uri", "azure_key", "azure_connection_string"])
def test_no_secret_may_stand_in_a_file_of_the_project(folder: Path, secret: str) -> None:
    (folder / "parameters" / "defaults.yaml").write_text(f"{secret}: hush\n")
    with pytest.raises(BadDefaults, match="may hold only"):
        Settings(project=folder)
