"""Where things are: one Settings, from environment variables (`TOLLBOOK_...`) over defaults.

The project is the folder that holds `parameters/` and `notebooks/`: the working directory or the nearest one
above it.
"""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Self

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


class Settings(BaseSettings):
    """Folders and secrets of one Tollbook. Every field can be set as `TOLLBOOK_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="TOLLBOOK_", frozen=True, extra="ignore")

    project: Path = Field(default_factory=lambda: find_project(Path.cwd()))
    home: Path = Path("outputs")
    parameters: Path = Path("parameters")
    notebooks: Path = Path("notebooks")
    key: SecretStr | None = None
    workers: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1)
    memory_limit: str = "2GB"

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

    def token_key(self) -> bytes:
        """The key of the recipient tokens: `TOLLBOOK_KEY`, else one made once and kept in the book (mode 600)."""
        if self.key is not None:
            return self.key.get_secret_value().encode()
        path = self.book / "token.key"
        if not path.exists():
            self.book.mkdir(parents=True, exist_ok=True)
            handle, made = tempfile.mkstemp(dir=self.book)
            with os.fdopen(handle, "wb") as file:
                file.write(secrets.token_hex(32).encode())
            with contextlib.suppress(FileExistsError):
                os.link(made, path)
            Path(made).unlink()
        return path.read_bytes()
