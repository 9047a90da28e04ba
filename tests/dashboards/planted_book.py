"""A book with planted usage: every number a page should show can be worked out by hand."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd

from tollbook.rating.contracts import Client
from tollbook.settings import Settings
from tollbook.storage.sqlite import SqliteDocuments

# A Monday morning in Europe; usage is posted up to and including this day.
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TODAY = NOW.date()
NAMES = {"acorn": "Acorn & Sons <Ltd>", "birch": "Birch", "silent": "Silent"}
COLUMNS = (
    "day", "hour", "channel", "direction", "country", "network", "category", "campaign", "status", "messages",
    "segments", "cost", "cost_currency",
)  # fmt: skip
# Messages a day: (channel, country, status) -> count; every message has two segments.
A_DAY = {
    "acorn": {("sms", "GB", "delivered"): 90, ("sms", "GB", "failed"): 10, ("whatsapp", "DE", "read"): 20},
    "birch": {("sms", "US", "delivered"): 7},
    "silent": {},
}
WAITED = {"sms": 2, "whatsapp": 6}  # classes of time until the receipt: within 5 seconds, within a minute


class PlantedBook:
    """Two clients with the same usage every day of a year, half of it at 08:00 and half at 18:00, and one without."""

    def __init__(self, folder: Path) -> None:
        (folder / "parameters").mkdir(exist_ok=True)
        self.settings = Settings(project=folder)
        self.rollup_batch = 3
        self.documents = SqliteDocuments(folder / "documents.sqlite")
        self.settings.parameters.joinpath("clients").mkdir()
        for client, name in NAMES.items():
            self.settings.parameters.joinpath("clients", f"{client}.yaml").write_text(f"name: {name}\n", "utf-8")
        self.reads: list[tuple[str, date, date]] = []

    def client_ids(self) -> list[str]:
        return list(NAMES)

    def client(self, client: str) -> Client:
        charge = {"kind": "recurring", "name": "fee", "label": "Fee", "amount": "1"}
        taxes = {"standard": {"rate": "20", "label": "VAT"}}
        contract = {"valid_from": "2024-01-01", "currency": "EUR", "taxes": taxes, "charges": [charge]}
        return Client.model_validate(
            {
                "client": client,
                "name": NAMES[client],
                "country": "GB",
                "time_zone": "Europe/London",
                "locale": "en-GB",
                "contracts": [contract],
            }
        )

    def last_day(self, client: str) -> date | None:
        return TODAY if A_DAY[client] else None

    def usage(self, client: str, first: date, last: date) -> pd.DataFrame:
        self.reads.append((client, first, last))
        begin, end = max(first, TODAY - timedelta(days=364)), min(last, TODAY)
        rows = [
            (pd.Timestamp(begin + timedelta(days=n)), hour, channel, "mt", country, "", "", "", status, count // parts,
             count // parts * 2, Decimal(0), "EUR")
            for n in range((end - begin).days + 1)
            for (channel, country, status), count in A_DAY[client].items()
            for hour, parts in ((8, 2), (18, 2))
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[us]")
        return frame.astype({"hour": "int64", "messages": "int64", "segments": "int64"})

    def receipts(self, client: str, first: date, last: date) -> pd.DataFrame:
        begin, end = max(first, TODAY - timedelta(days=364)), min(last, TODAY)
        rows = [
            (pd.Timestamp(begin + timedelta(days=n)), channel, country, WAITED[channel], count)
            for n in range((end - begin).days + 1)
            for (channel, country, status), count in A_DAY[client].items()
            if status in {"delivered", "read"}
        ]
        frame = pd.DataFrame(rows, columns=["day", "channel", "country", "class", "messages"])
        return frame.astype({"class": "int64", "messages": "int64"})
