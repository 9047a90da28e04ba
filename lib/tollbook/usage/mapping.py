"""Source mappings: how one vendor's export becomes usage records, as data in `parameters/sources/<source>.yaml`.

`parameters/README.md` documents the vocabulary for the people who write these files.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Annotated, Literal, Self
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from tollbook.errors import TollbookError
from tollbook.usage.record import CHANNELS, DIRECTIONS, RECORD_FIELDS, STATUS_RANK, UNITS

TimeFormat = Literal["iso", "rfc2822", "epoch_s", "epoch_ms", "compact", "smpp"]
_COMPUTED = {"client", "source", "recipient_token", "recipient_masked", "is_final", "flags", "source_file"}
FIELDS = (set(RECORD_FIELDS) - _COMPUTED - {"source_line", "status_raw"}) | {"recipient", "text", "network"}
_NEEDED = {"message_id", "recipient", "submitted_at", "channel", "direction", "status"}
WORDS: Mapping[str, tuple[str, ...]] = {
    "channel": CHANNELS,
    "direction": DIRECTIONS,
    "status": tuple(STATUS_RANK),
    "unit": UNITS,
}


class BadMapping(TollbookError):
    """A source mapping that cannot be read or does not hold together."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        super().__init__(f"{path}: {fault}; parameters/README.md lists the vocabulary")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _as_tuple(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_as_tuple)]


class FieldRule(_Strict):
    """Where a field comes from and how its text is read.

    Attributes:
        columns: (`from`) columns or JSON paths; the first that holds something is taken.
        value: a constant, taken when no column gives anything.
        time: accepted time formats, tried in order.
        zone: the IANA zone of times that carry none; without it such times are refused.
        values: the source's word -> ours; a word that is not listed refuses the row.
        times: a number is multiplied by this: "0.00001" turns thousandths of a cent into dollars.
        per: `segment` where an amount is for each segment.
    """

    columns: Names = Field((), alias="from")
    value: str | None = None
    time: Annotated[tuple[TimeFormat, ...], BeforeValidator(_as_tuple)] = ()
    zone: str | None = None
    values: dict[str, str] = Field(default_factory=dict)
    times: Decimal = Decimal(1)
    per: Literal["", "segment"] = ""

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, zone: str | None) -> str | None:
        if zone is not None and zone not in available_timezones():
            raise ValueError(f"{zone} is no IANA time zone, such as Asia/Jerusalem or UTC")
        return zone

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.columns and self.value is None:
            raise ValueError("give a column to read (from:) or a constant (value:)")
        return self


class Format(_Strict):
    """How the bytes are laid out.

    Attributes:
        type: `csv` (also Parquet, by a file's ending), `jsonl`, `json` (a document, a list of them, or one a line),
            `xml`, or `text` (lines that have a pattern).
        delimiter, quote: of CSV.
        each: path to the list that holds one record per element; every list on the way is taken element by element
            (in `jsonl`, one list).
        pattern: of `text`: regular expressions whose named groups are the columns; the first that a line has is taken.
        skip: of `text`: lines that are no records.
    """

    type: Literal["csv", "jsonl", "json", "xml", "text"]
    delimiter: str = Field(",", min_length=1, max_length=1)
    quote: str = Field('"', max_length=1)
    each: str = ""
    pattern: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = ()
    skip: str = ""

    @field_validator("pattern", "skip")
    @classmethod
    def _compiles(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for pattern in (value,) if isinstance(value, str) else value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern} is no regular expression: {error}") from error
        return value

    @model_validator(mode="after")
    def _pattern_of_text(self) -> Self:
        if (self.type == "text") != bool(self.pattern):
            raise ValueError("a pattern is needed for type text, and for no other")
        return self


class ClientRule(_Strict):
    """Whose usage a row is: the account in a column, or in a folder of the file's path below the landing folder."""

    columns: Names = Field((), alias="from")
    folder: int | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.columns) == (self.folder is not None):
            raise ValueError("give either from: (a column) or folder: (1 is the first below the landing folder)")
        return self


class Events(_Strict):
    """That rows without a submission time are events; they find their message among those of the last days."""

    look_back: int = Field(35, ge=1, le=400)


class Collection(_Strict):
    """A MongoDB collection of messages whose documents become landing files; see `tollbook.usage.pulling`.

    Attributes:
        name: of the collection; the database is the address's.
        watermark: a field with the moment of a document's last change; it should have an index.
        uri: the environment variable with the address, `mongodb://...`; a reader's rights are enough.
        overlap: seconds for which documents with an earlier watermark than the last are still looked for.
        batch: documents a file.
    """

    name: str = Field(min_length=1)
    watermark: str = Field(min_length=1)
    uri: str = Field("TOLLBOOK_MONGODB_URI", pattern=r"^[A-Z][A-Z0-9_]*$")
    overlap: int = Field(10, ge=0, le=3600)
    batch: int = Field(5000, ge=1, le=100_000)


class Source(_Strict):
    """One source: which files are its own, how they are laid out, and a rule per field."""

    source: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,40}$")
    title: str = ""
    files: Names = Field(min_length=1)
    format: Format
    client: ClientRule
    events: Events | None = None
    collection: Collection | None = None
    fields: dict[str, FieldRule]

    @field_validator("fields", mode="before")
    @classmethod
    def _shorthand(cls, fields: object) -> object:
        """`sender: from` is short for `sender: {from: from}`."""
        if not isinstance(fields, Mapping):
            return fields
        return {name: {"from": rule} if isinstance(rule, str | list) else rule for name, rule in fields.items()}

    @model_validator(mode="before")
    @classmethod
    def _files_of_collection(cls, given: object) -> object:
        """A collection's files and their format need not be said."""
        if isinstance(given, Mapping) and given.get("collection"):
            return {"files": [f"{given.get('source')}/**/*.jsonl"], "format": {"type": "jsonl"}, **given}
        return given

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if unknown := sorted(set(self.fields) - FIELDS):
            raise ValueError(f"unknown fields {', '.join(unknown)}; known: {', '.join(sorted(FIELDS))}")
        needed = _NEEDED if self.events is None else (_NEEDED - {"submitted_at"}) | {"status_at"}
        if missing := sorted(needed - set(self.fields)):
            raise ValueError(f"fields lacks {', '.join(missing)}")
        for name, allowed in WORDS.items():
            if name in self.fields:
                rule = self.fields[name]
                given = {*rule.values.values(), *([] if rule.value is None else [rule.value])}
                if wrong := sorted(given - set(allowed)):
                    raise ValueError(f"fields.{name}: {', '.join(wrong)} is none of {', '.join(allowed)}")
        return self

    def owns(self, path: PurePosixPath) -> bool:
        """Whether a file, by its path below the landing folder, belongs to this source."""
        return any(_matches(pattern, path) for pattern in self.files)


def _matches(pattern: str, path: PurePosixPath) -> bool:
    """Glob over a whole relative path: `*` stays inside a folder, `**/` spans any number of them."""
    tokens = re.split(r"(\*\*/|\*|\?)", pattern)
    meaning = {"**/": "(?:[^/]+/)*", "*": "[^/]*", "?": "[^/]"}
    return re.fullmatch("".join(meaning.get(token, re.escape(token)) for token in tokens), str(path)) is not None


def read_mapping(path: Path) -> Source:
    """Read one `parameters/sources/<source>.yaml`; the file's name is the source's.

    Raises:
        BadMapping: not YAML, an unknown or missing key (each is named), or another name inside.
    """
    try:
        mapping = Source.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadMapping(path, f"cannot be read: {' '.join(str(error).split())}") from error
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc'])) or 'whole'}: {fault['msg']}" for fault in error.errors())
        raise BadMapping(path, "; ".join(faults).replace("Value error, ", "")) from error
    if mapping.source != path.stem:
        raise BadMapping(path, f"source: is {mapping.source!r}, but the file is named {path.stem!r}")
    return mapping


def read_mappings(folder: Path) -> list[Source]:
    """Every mapping in `parameters/sources`, by name; one that has not changed is not read again."""
    found = [(path, path.stat()) for path in sorted(folder.glob("*.yaml"))]
    return [_read_mapping(path, about.st_mtime_ns, about.st_size) for path, about in found]


@lru_cache(maxsize=256)
def _read_mapping(path: Path, _changed: int, _size: int) -> Source:
    return read_mapping(path)
