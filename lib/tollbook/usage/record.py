"""The usage record: its fields, the values they may take, and what a ledger entry adds to them.

One record is one message to one recipient, or one part of it where the source reports parts.
Its key is `(source, message_id, recipient_token, part)`.
"""

from types import MappingProxyType

CHANNELS = ("sms", "mms", "rcs", "whatsapp", "viber", "email", "voice", "fax", "seat")
DIRECTIONS = ("mt", "mo")
UNITS = ("segment", "message", "page", "minute", "seat")

# The later a status stands here, the more it says; final ones beat open ones whatever their place.
OPEN_STATUSES = ("accepted", "sent")
FINAL_STATUSES = (
    "unknown",
    "expired",
    "undelivered",
    "failed",
    "rejected",
    "cancelled",
    "delivered",
    "read",
    "received",
)
STATUS_RANK = MappingProxyType({status: rank for rank, status in enumerate((*OPEN_STATUSES, *FINAL_STATUSES))})

RECORD_FIELDS = MappingProxyType(
    {
        "client": "varchar",
        "source": "varchar",
        "message_id": "varchar",
        "recipient_token": "varchar",
        "part": "smallint",
        "submitted_at": "timestamptz",
        "final_at": "timestamptz",
        "status_at": "timestamptz",
        "channel": "varchar",
        "direction": "varchar",
        "category": "varchar",
        "sender": "varchar",
        "recipient_masked": "varchar",
        "country": "varchar",
        "mcc": "varchar",
        "mnc": "varchar",
        "status": "varchar",
        "is_final": "boolean",
        "status_raw": "varchar",
        "error_raw": "varchar",
        "encoding": "varchar",
        "segments": "integer",
        "quantity": "decimal(18, 6)",
        "unit": "varchar",
        "cost": "decimal(18, 8)",
        "cost_currency": "varchar",
        "carrier_fee": "decimal(18, 8)",
        "campaign": "varchar",
        "tags": "varchar",
        "flags": "varchar",
        "source_file": "varchar",
        "source_line": "bigint",
    }
)
"""Field -> DuckDB type, in the order of the ledger's columns. Times are UTC with microseconds."""

ENTRY_FIELDS = MappingProxyType(
    {**RECORD_FIELDS, "batch": "bigint", "sign": "tinyint", "posted_at": "timestamptz", "day": "date"}
)
"""A ledger entry: the record, the batch that wrote it, +1 or -1, when, and the UTC day of `submitted_at`."""

KEY = ("source", "message_id", "recipient_token", "part")

FACTS = (
    "submitted_at",
    "status_at",
    "category",
    "sender",
    "country",
    "mcc",
    "mnc",
    "status_raw",
    "error_raw",
    "segments",
    "quantity",
    "unit",
    "cost",
    "cost_currency",
    "carrier_fee",
    "campaign",
)
"""What makes two reports of one key the same report."""
