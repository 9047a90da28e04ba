"""What a month's run is about: which clients and notebooks, and the fingerprint of everything that goes into each.

All of it is checked before the first kernel starts.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tollbook
from tollbook.errors import TollbookError
from tollbook.period import FutureMonth, Month
from tollbook.rating.contracts import SLUG, NoContract, read_client
from tollbook.runs.content import file_sha256
from tollbook.runs.execute import check_notebook
from tollbook.runs.spec import NOTEBOOKS, BadId, RunSpec, UnknownNotebook
from tollbook.settings import Settings


class UnknownClients(TollbookError):
    """Client ids for which there is no file."""

    def __init__(self, wanted: Sequence[str], folder: Path, known: Sequence[str]) -> None:
        self.wanted = tuple(wanted)
        super().__init__(f"no client {', '.join(wanted)} in {folder}; known: {', '.join(known) or 'none'}")


class NoClients(TollbookError):
    """A project without clients."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} has no clients: add <client>.yaml, or make sample ones with `tollbook demo`")


@dataclass(frozen=True, slots=True)
class Subject:
    """A client as a run sees it.

    Attributes:
        refused: why nothing can be run for it (its file is broken); "" when it can.
        idle: why there is nothing to run (no contract yet); "" when there is.
        file_sha256: of its YAML.
        rate_cards: name -> SHA-256 of the cards its contract prices by ("" where the file is missing).
    """

    client: str
    name: str = ""
    locale: str = "en"
    currency: str = ""
    refused: str = ""
    idle: str = ""
    file_sha256: str = ""
    rate_cards: tuple[tuple[str, str], ...] = ()


def chosen_month(month: Month | str, now: datetime | None = None) -> Month:
    """The month, if it has begun.

    Raises:
        BadMonth: not a month.
        FutureMonth: it has not begun anywhere.
    """
    found = month if isinstance(month, Month) else Month.parse(month)
    now = now or datetime.now(UTC)
    # The date line is half a day ahead of UTC: there a month begins earlier.
    if found > Month.of((now + timedelta(hours=14)).date()):
        raise FutureMonth(found, now)
    return found


def chosen_notebooks(names: Sequence[str] | None) -> tuple[str, ...]:
    """The notebooks asked for, each once, in the order in which they run; all of them for None.

    Raises:
        UnknownNotebook: a name that is not in NOTEBOOKS.
    """
    for name in names or ():
        if name not in NOTEBOOKS:
            raise UnknownNotebook(name)
    return tuple(name for name in NOTEBOOKS if not names or name in names)


def chosen_clients(settings: Settings, month: Month, ids: Sequence[str] | None) -> list[Subject]:
    """The clients asked for, or every client of the project, in order of id.

    A client whose file is broken is among them, marked `refused`: it must not stop the others.

    Raises:
        BadId: an id that is not a slug.
        UnknownClients: ids without a file.
        NoClients: the project has none.
    """
    folder = settings.parameters / "clients"
    known = sorted(path.stem for path in folder.glob("*.yaml"))
    for id_ in ids or ():
        if not re.fullmatch(SLUG, id_):
            raise BadId("client id", id_)
    unknown = sorted(set(ids or ()) - set(known))
    if unknown:
        raise UnknownClients(unknown, folder, known)
    if not known:
        raise NoClients(folder)
    return [read_subject(settings, month, id_) for id_ in known if not ids or id_ in ids]


def read_subject(settings: Settings, month: Month, id_: str) -> Subject:
    """One client with what its run depends on; a file that cannot be used is a value, not an exception."""
    path = settings.parameters / "clients" / f"{id_}.yaml"
    if not re.fullmatch(SLUG, id_):
        return Subject(id_, refused=str(BadId("client id", id_)))
    try:
        digest, client = file_sha256(path), read_client(path)
        contract = client.contract(month)
    except NoContract as error:
        return Subject(id_, name=client.name, locale=client.locale, file_sha256=digest, idle=str(error))
    except (TollbookError, OSError) as error:
        return Subject(id_, refused=str(error))
    cards = tuple((card, _sha256_or_none(settings.parameters / "rates" / f"{card}.csv")) for card in contract.cards)
    return Subject(
        id_, client.name, client.locale, contract.currency, file_sha256=digest, rate_cards=tuple(sorted(set(cards)))
    )


def check_notebooks(settings: Settings, month: Month, names: Sequence[str]) -> None:
    """Refuse notebooks that are missing or do not take client, month and output, before anything runs.

    Raises:
        MissingNotebook, BadNotebook, UnknownParameter, BadParameterType: see there.
    """
    for name in names:
        check_notebook(RunSpec("any-client", month, name), settings)


def fingerprint(spec: RunSpec, subject: Subject, settings: Settings, batch: int) -> str:
    """SHA-256 of all that decides what a run gives; equal fingerprints need no second run."""
    shared = ("defaults.yaml", "brand.yaml")
    inputs = {
        "library": tollbook.__version__,
        "notebook": _sha256_or_none(settings.notebooks / f"{spec.notebook}.ipynb"),
        "parameters": spec.parameters(""),
        "batch": batch,
        "client": subject.file_sha256,
        "rate_cards": subject.rate_cards,
        "shared": [_sha256_or_none(settings.parameters / name) for name in shared],
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _sha256_or_none(path: Path) -> str:
    with suppress(OSError):
        return file_sha256(path)
    return ""
