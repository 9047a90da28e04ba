"""More clients than the demo has: copies of its six under other names, each with usage of its own in the ledger."""

from collections.abc import Iterator

import yaml

import tollbook
from tollbook.settings import Settings
from tollbook.usage.ledger import BATCH
from tollbook.usage.rollups import refresh_rollups


def make_crowd(settings: Settings, count: int) -> list[str]:
    """Copy the project's clients and their entries, in turn, until there are `count`; all ids, in order.

    One commit holds the copies' entries: they lie in the same daily files as everyone's, as a month's intake of many
    clients would leave them.
    """
    folder = settings.parameters / "clients"
    originals = sorted(path.stem for path in folder.glob("*.yaml"))
    copies = list(_copies(originals, count))
    for original, copy in copies:
        client = yaml.safe_load((folder / f"{original}.yaml").read_text("utf-8"))
        client |= {"client": copy, "accounts": {}}
        (folder / f"{copy}.yaml").write_text(yaml.safe_dump(client, allow_unicode=True), "utf-8")
    book = tollbook.open(settings)
    if copies:
        book.open_ledger()
        book.connection.execute("create temp table copies (original varchar, copy varchar)")
        book.connection.executemany("insert into copies values (?, ?)", copies)
        batch = book.batch + 1
        rows = book.connection.sql(
            "select * replace (copy as client, ?::integer as batch) from ledger join copies on client = original "
            "order by day, client",
            params=[batch],
        ).project("* exclude (original, copy)")
        book.ledger.table.append(rows, transactions={BATCH: batch}, notes={})
        zones = {client.client: client.time_zone for client in book.clients().values()}
        refresh_rollups(book.connection, book.ledger, book.documents, zones=zones)
    return book.client_ids()[:count]


def _copies(originals: list[str], count: int) -> Iterator[tuple[str, str]]:
    for number in range(len(originals), count):
        original = originals[number % len(originals)]
        yield original, f"{original}-{number:03}"
