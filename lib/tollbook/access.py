"""Who may see which clients: `parameters/access.yaml`, read anew whenever it changes.

A book opened for a person (`Settings.person`) hands out these clients and no others; that holds for everything it
hands out, so a page, a notebook or a widget cannot forget to ask.
"""

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator, model_validator

from tollbook.errors import TollbookError

FILE = "access.yaml"


class NoAccessFile(TollbookError):
    """A person asks and nothing says what people may see: then nobody sees anything."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} does not exist: it says who may see which clients (parameters/README.md shows one)")


class BadAccessFile(TollbookError):
    """An access file that cannot be used; until it is mended nobody sees anything."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        super().__init__(f"{path}: {fault}")


class OperatorsOnly(TollbookError):
    """Something that holds several clients' data at once, asked for in a book that was opened for a person."""

    def __init__(self, what: str, person: str = "somebody") -> None:
        super().__init__(f"{what} holds all clients' data and is not shown to {person}: only to who runs Tollbook")


class Grant(BaseModel):
    """What one person may see: clients by id, the clients of teams, or all there are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    clients: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    all_clients: bool = False


class Access(BaseModel):
    """The whole file: teams by name, people by the name that the sign-in gives them, in small letters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    teams: dict[str, tuple[str, ...]] = {}
    people: dict[str, Grant] = {}

    @field_validator("people")
    @classmethod
    def _small_letters(cls, people: dict[str, Grant]) -> dict[str, Grant]:
        small = {name.strip().casefold(): grant for name, grant in people.items()}
        if len(small) < len(people):
            raise ValueError("a person is named twice: upper and lower case are one")
        return small

    @model_validator(mode="after")
    def _teams_exist(self) -> Self:
        for person, grant in self.people.items():
            if missing := set(grant.teams) - set(self.teams):
                raise ValueError(f"{person}: no team {', '.join(sorted(missing))}")
        return self

    def seen_by(self, person: str, clients: Collection[str]) -> frozenset[str]:
        """Those of `clients` that a person may see; none for a person who is not named."""
        grant = self.people.get(person.strip().casefold())
        if grant is None:
            return frozenset()
        if grant.all_clients:
            return frozenset(clients)
        named = {*grant.clients, *(client for team in grant.teams for client in self.teams[team])}
        return frozenset(named & set(clients))


def read_access(parameters: Path) -> Access:
    """The access file of a project, as it is now.

    Raises:
        NoAccessFile: there is none.
        BadAccessFile: not YAML, or a field is not what it should be; the field is named.
    """
    path = parameters / FILE
    try:
        state = path.stat()
    except FileNotFoundError:
        raise NoAccessFile(path) from None
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=4)
def _read(path: Path, _modified: int, _size: int) -> Access:
    try:
        return Access.model_validate(yaml.safe_load(path.read_text("utf-8")) or {})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadAccessFile(path, f"cannot be read: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, one['loc'])) or 'file'}: {one['msg']}" for one in error.errors())
        raise BadAccessFile(path, "; ".join(faults)) from error
