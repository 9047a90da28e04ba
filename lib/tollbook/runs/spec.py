"""What is run: one notebook for one client and month, and the parameters it may take.

Papermill turns every value it does not know into text and writes parameter names into the notebook unchecked, so
names, types and ids are checked here, before it sees them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tollbook.errors import TollbookError
from tollbook.period import Month
from tollbook.rating.contracts import SLUG

Parameter = str | int | bool | None

NOTEBOOKS = ("ingestion", "billing", "visualization", "forecasting", "questions")
NEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType({"forecasting": ("billing",)})

_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Parameters are kept in the executed notebook, twice: nothing secret may be one.
_SECRET = re.compile(r"(?:^|_)(?:token|secret|key|password|passwd|credential|sas)s?(?:_|$)")
_TYPES: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {
        "str": (str,),
        "int": (int,),
        "bool": (bool,),
        "None": (str, int, bool, type(None)),
        "Optional[str]": (str, type(None)),
        "Optional[int]": (int, type(None)),
        "Optional[bool]": (bool, type(None)),
    }
)


class BadId(TollbookError):
    """A client id that could leave its folder or a name no client can have."""

    def __init__(self, what: str, text: str) -> None:
        self.text = text
        super().__init__(f"{text!r} is not a {what}: use 2-41 of a-z, 0-9 and -, beginning with a letter or digit")


class UnknownNotebook(TollbookError):
    """A notebook name that is not one of the month's."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"unknown notebook {name!r}: choose from {', '.join(NOTEBOOKS)}")


class MissingNotebook(TollbookError):
    """One of the month's notebooks is not where it should be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is missing: restore it, or leave it out with --notebook")


class BadParameterName(TollbookError):
    """A parameter name that is no plain name, or that asks for a secret."""

    def __init__(self, notebook: str, name: str) -> None:
        self.name = name
        super().__init__(
            f"{notebook}.ipynb: parameter {name!r} is refused: use a-z, 0-9 and _; "
            "secrets belong in TOLLBOOK_... variables, never in a notebook"
        )


class UnknownParameter(TollbookError):
    """A parameter that the notebook's parameters cell does not declare."""

    def __init__(self, notebook: str, name: str, declared: Mapping[str, str]) -> None:
        self.name = name
        known = ", ".join(declared) or "none: tag one cell 'parameters'"
        super().__init__(f"{notebook}.ipynb has no parameter {name!r} (its parameters cell declares {known})")


class BadParameterType(TollbookError):
    """A value of another type than the parameters cell declares."""

    def __init__(self, notebook: str, name: str, declared: str, value: object) -> None:
        self.name = name
        super().__init__(
            f"{notebook}.ipynb: parameter {name} is declared {declared} but was given {value!r} "
            f"({type(value).__name__}); parameters are str, int, bool or None"
        )


@dataclass(frozen=True, slots=True)
class RunSpec:
    """One notebook for one client and month.

    Attributes:
        extra: more parameters than client, month and output, as (name, value) pairs.
    """

    client: str
    month: Month
    notebook: str
    extra: tuple[tuple[str, Parameter], ...] = ()

    def __post_init__(self) -> None:
        if not re.fullmatch(SLUG, self.client):
            raise BadId("client id", self.client)
        if not re.fullmatch(SLUG, self.notebook):
            raise BadId("notebook name", self.notebook)

    @property
    def key(self) -> str:
        """`2026-10/harbour-bank/billing`: the id of this run's state in the documents."""
        return f"{self.month}/{self.client}/{self.notebook}"

    def parameters(self, output: str) -> dict[str, Parameter]:
        """The values the notebook is given; `output` is the folder for its files."""
        return {"client": self.client, "month": str(self.month), "output": output, **dict(self.extra)}


def check_parameters(notebook: str, given: Mapping[str, Parameter], declared: Mapping[str, str]) -> None:
    """Hold values against the types (name -> annotation) of a notebook's parameters cell.

    Raises:
        BadParameterName: not a plain name, or one that names a secret.
        UnknownParameter: the cell does not declare it; Papermill would only log that and run with the default.
        BadParameterType: another type; Papermill would pass it on as text.
    """
    for name, value in given.items():
        if not _NAME.fullmatch(name) or _SECRET.search(name):
            raise BadParameterName(notebook, name)
        if name not in declared:
            raise UnknownParameter(notebook, name, declared)
        if type(value) not in _TYPES.get(declared[name], ()):  # exactly: a bool is an int, a subclass may hide code
            raise BadParameterType(notebook, name, declared[name], value)
