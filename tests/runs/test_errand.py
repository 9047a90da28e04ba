"""What travels to another machine: enough, and no secret."""

import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tiny_project import write_client, write_notebook

from tollbook.period import Month
from tollbook.runs.errand import Errand, in_common, packed_folder, packed_folders, run_errand, unpack
from tollbook.runs.kernel import Limits
from tollbook.runs.publish import NotPublishable
from tollbook.runs.spec import RunSpec
from tollbook.settings import Settings
from tollbook.storage.files import open_files

RUN = datetime(2026, 11, 1, 4, 10, tzinfo=UTC)


def errand(settings: Settings, *, batch: int = 0, library: str = "") -> Errand:
    shared = in_common(settings, open_files(settings), batch=batch, run=RUN)
    made = Errand(RunSpec("acme", Month(2026, 10), "billing"), Limits(), 1, **shared)
    return Errand(**{**{name: getattr(made, name) for name in made.__slots__}, "library": library or made.library})


@pytest.fixture
def settings(tiny: Settings) -> Settings:
    write_client(tiny, "acme")
    write_notebook(tiny, "billing")
    return tiny


def test_no_secret_is_sent(settings: Settings) -> None:
    secret = settings.model_copy(
        update={"key": "s3cret-key", "mongodb_uri": "mongodb://u:s3cret@h/", "azure_key": "s3cret-azure"}
    )
    assert b"s3cret" not in pickle.dumps(errand(secret))
    packed = next((settings.home / "runs" / "projects").glob("*.zip")).read_bytes()
    assert b"s3cret" not in packed


def test_the_same_project_is_packed_into_the_same_bytes(settings: Settings, tmp_path: Path) -> None:
    packed = packed_folders(settings.parameters, settings.notebooks)
    (settings.parameters / "clients" / "acme.yaml").touch()
    assert packed_folders(settings.parameters, settings.notebooks) == packed
    unpack(packed, tmp_path / "there")
    assert sorted(path.name for path in (tmp_path / "there").rglob("*") if path.is_file()) == [
        "acme.yaml",
        "billing.ipynb",
    ]


def test_only_plain_files_come_back(tmp_path: Path) -> None:
    (tmp_path / "here" / "files").mkdir(parents=True)
    (tmp_path / "here" / "files" / "a.csv").write_text("1")
    unpack(packed_folder(tmp_path / "here"), tmp_path / "there")
    assert (tmp_path / "there" / "files" / "a.csv").read_text() == "1"
    (tmp_path / "here" / "link").symlink_to("/etc/passwd")
    with pytest.raises(NotPublishable, match="link is no ordinary file"):
        packed_folder(tmp_path / "here")


@pytest.mark.parametrize(
    ("differs", "said"),
    [
        ({"batch": 7}, "its ledger is at batch 0, the run's at 7"),
        ({"library": "0.0.9"}, "the run 0.0.9"),
        ({}, "does not see the run in"),
    ],
)
def test_a_worker_that_would_compute_something_else_refuses(
    settings: Settings, differs: dict[str, object], said: str
) -> None:
    answer = run_errand(errand(settings, **differs), 1).answer  # type: ignore[arg-type]
    assert said in answer.reason
    assert answer.executed is None
