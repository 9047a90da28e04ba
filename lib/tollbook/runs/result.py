"""The result a notebook leaves: its checks and figures as JSON, written by its last cell.

The executed notebook is the record, this file is what other programs read. Decimals are strings in it.
"""

import json
import math
import os
import tempfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from tollbook.errors import TollbookError


class ReconciliationFailed(TollbookError):
    """Totals that must be equal are not."""

    exit_code = 1

    def __init__(self, notebook: str, pairs: Mapping[str, tuple[object, object]]) -> None:
        self.pairs = dict(pairs)
        told = "; ".join(f"{name}: {left} is not {right}" for name, (left, right) in pairs.items())
        super().__init__(
            f"{notebook} does not reconcile: {told}. Nothing is published; find the difference and run again"
        )


class NothingChecked(TollbookError):
    """A notebook that concludes without comparing anything."""

    def __init__(self, notebook: str) -> None:
        super().__init__(f"{notebook} concludes without checks: compare at least one pair of totals")


class BadFigure(TollbookError):
    """A figure that JSON cannot hold exactly."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(
            f"figure {name!r} is a {type(value).__name__}: give a str, int, float, bool, Decimal, date or None"
        )


class NoResult(TollbookError):
    """The result file is missing, broken or about something else."""

    exit_code = 1

    def __init__(self, name: str, fault: str) -> None:
        super().__init__(f"{name}: {fault}; the last cell of the notebook has to call book.conclude(...)")


class Check(BaseModel):
    """One pair of totals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    left: JsonValue
    right: JsonValue
    equal: bool


class Result(BaseModel):
    """What `<notebook>.json` holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    notebook: str
    client: str
    month: str
    checks: dict[str, Check]
    figures: dict[str, JsonValue]
    ok: bool


def conclude(
    folder: Path,
    notebook: str,
    client: str,
    month: str,
    *,
    checks: Mapping[str, tuple[Any, Any]],
    figures: Mapping[str, Any],
) -> None:
    """Write `<folder>/<notebook>.json` whole or not at all, then raise if a pair differs.

    Args:
        folder: where the notebook's files go.
        notebook: its name, without `.ipynb`.
        client: client id.
        month: YYYY-MM.
        checks: what is compared -> (left, right); compared by `==`, so that 1.0 and 1.00 are equal.
        figures: name -> value, shown in the month's summary: `records`, `quarantined`, `total`, `currency`, ...

    Raises:
        NothingChecked: no pair was given.
        BadFigure: a value JSON cannot hold.
        ReconciliationFailed: naming each pair that differs; the file is written all the same, with `ok` false.
    """
    if not checks:
        raise NothingChecked(notebook)
    held = {
        name: {"left": plain(name, left), "right": plain(name, right), "equal": bool(left == right)}
        for name, (left, right) in checks.items()
    }
    differ = {name: checks[name] for name, check in held.items() if not check["equal"]}
    write_json(
        folder / f"{notebook}.json",
        {
            "notebook": notebook,
            "client": client,
            "month": str(month),
            "checks": held,
            "figures": {name: plain(name, value) for name, value in figures.items()},
            "ok": not differ,
        },
    )
    if differ:
        raise ReconciliationFailed(notebook, differ)


def read_result(path: Path) -> Result:
    """The result in `path`.

    Raises:
        NoResult: no such file, or not what `conclude` writes.
    """
    try:
        return Result.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise NoResult(path.name, "was not written") from error
    except (OSError, ValidationError) as error:
        raise NoResult(path.name, f"cannot be read ({type(error).__name__})") from error


def write_json(path: Path, value: object) -> None:
    """Write JSON beside `path`, then put it in its place in one step: a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_text(path, text)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text in one step; after a crash the old file or the new one is there, never a part."""
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(made).chmod(0o644)  # mkstemp gives 600, which a web server in front could not read
        Path(made).replace(path)
    except BaseException:
        Path(made).unlink(missing_ok=True)
        raise


def plain(name: str, value: Any) -> Any:
    """`value` as JSON holds it: Decimal as text, dates as ISO text, NumPy scalars as Python's, NaN as null.

    Raises:
        BadFigure: anything else.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(name, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(name, each) for each in value]
    if hasattr(value, "item") and not isinstance(value, str | bytes):  # a NumPy scalar
        value = value.item()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, str | int | float):
        return value
    raise BadFigure(name, value)
