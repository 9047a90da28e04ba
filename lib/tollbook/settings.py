"""Where things are: one Settings, from environment variables (`TOLLBOOK_...`) over defaults.

The project is the folder that holds `parameters/` and `notebooks/`: the working directory or the nearest one
above it.
"""

import os
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from tollbook.errors import TollbookError


class NoProject(TollbookError):
    """No folder with `parameters/` from here upwards."""

    def __init__(self, start: Path) -> None:
        self.start = start
        super().__init__(
            f"no Tollbook project at or above {start}: change to the folder that holds parameters/ and notebooks/, "
            "or set TOLLBOOK_PROJECT"
        )


def find_project(start: Path) -> Path:
    """The nearest folder at or above `start` that holds `parameters/`.

    Raises:
        NoProject: there is none.
    """
    for folder in (start, *start.parents):
        if (folder / "parameters").is_dir():
            return folder
    raise NoProject(start)


class BadDefaults(TollbookError):
    """A `parameters/defaults.yaml` that cannot be used."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        super().__init__(f"{path}: {fault}")


def read_defaults(path: Path, known: set[str]) -> dict[str, Any]:
    """The settings a project gives itself; {} without such a file.

    Raises:
        BadDefaults: not YAML, or a key that is no setting.
    """
    if not path.exists():
        return {}
    try:
        found = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadDefaults(path, f"cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(found, dict) or not set(found) <= known:
        raise BadDefaults(path, f"may hold only {', '.join(sorted(known))}")
    return found


SECRETS = {"key", "mongodb_uri", "azure_key", "azure_connection_string", "alert_webhook", "smtp", "question_model"}
"""Fields that may not stand in a file of the project."""
BLOB_SCHEMES = ("az://", "abfs://", "abfss://")


def _safe_parts(blob: str) -> list[str]:
    """Container and prefix as names of folders."""
    return [part for part in blob.partition("://")[2].partition("?")[0].split("/") if part not in {"", ".", ".."}]


class Settings(BaseSettings):
    """Folders, limits and secrets of one Tollbook.

    A field is what the caller says, else the environment (`TOLLBOOK_<FIELD>`), else `parameters/defaults.yaml`.

    Attributes:
        home: landing files, the book and outputs: a folder, or `az://container/prefix`, which is kept as `blob`; the
            folder is then this machine's copy.
        blob: where the home lasts when it is on Azure Blob Storage; "" when the folder is all there is.
        azure_account: the storage account's name, or the address of its blob service.
        azure_key: its key; without it and a connection string, managed identity or `az login` opens the account.
        azure_connection_string: account and key (or a shared access signature) in one.
        key: secret of the recipient tokens, at most 64 bytes; made once and kept in the book when not given.
        mongodb_uri: where documents are kept, `mongodb://...`; in SQLite beside the ledger when not given.
        question_model: address of a hosted model that reads questions in words; off when not given.
        alert_webhook: address that every alert is posted to.
        smtp: mail server for alerts, `smtp://user:password@host:587` (STARTTLS) or `smtps://...`.
        alert_from: the address that alerts come from.
        alert_to: addresses, with commas between, for clients that name none.
        workers: notebooks, and database threads, at once.
        memory_limit: of the database, such as `2GB`.
        person: whose book is opened: it hands out the clients that `parameters/access.yaml` gives this person. All
            clients when empty: whoever can read the files needs no leave.
        one_book: `tollbook.open()` gives the same book each time: `tollbook run` says so to a kernel in which the
            notebooks of one client run one after the other.
    """

    model_config = SettingsConfigDict(env_prefix="TOLLBOOK_", env_ignore_empty=True, frozen=True, extra="ignore")

    project: Path = Field(default_factory=lambda: find_project(Path.cwd()))
    home: Path = Path("outputs")
    blob: str = ""
    azure_account: str = ""
    azure_key: SecretStr | None = None
    azure_connection_string: SecretStr | None = None
    parameters: Path = Path("parameters")
    notebooks: Path = Path("notebooks")
    key: SecretStr | None = None
    mongodb_uri: SecretStr | None = None
    question_model: SecretStr | None = None
    alert_webhook: SecretStr | None = None
    smtp: SecretStr | None = None
    alert_from: str = "tollbook@localhost"
    alert_to: str = ""
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    memory_limit: str = "2GB"
    person: str = ""
    one_book: bool = False

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Fill what neither the caller nor the environment says from `parameters/defaults.yaml`."""
        project = Path(given.get("project") or find_project(Path.cwd()))
        path = project / given.get("parameters", "parameters") / "defaults.yaml"
        known = set(cls.model_fields) - {"project", "parameters", "person", "one_book"} - SECRETS
        found = {**read_defaults(path, known), **given}
        if str(found.get("home", "")).startswith(BLOB_SCHEMES):
            # A folder of its own: what is kept no longer is removed from the copy.
            found |= {"blob": str(found["home"]), "home": Path("outputs", "blob", *_safe_parts(str(found["home"])))}
        return found

    @model_validator(mode="after")
    def _anchor(self) -> Self:
        object.__setattr__(self, "project", self.project.resolve())
        for name in ("home", "parameters", "notebooks"):
            object.__setattr__(self, name, self.project / getattr(self, name))
        return self

    @property
    def landing(self) -> Path:
        """Where sources drop their files."""
        return self.home / "landing"

    @property
    def book(self) -> Path:
        """The ledger, the documents and the quarantine."""
        return self.home / "book"
