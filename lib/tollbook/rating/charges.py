"""Charges: the lines of a contract. A usage charge is a meter and a price; the others are fees."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from tollbook.money import ZERO
from tollbook.rating.prices import PriceModel
from tollbook.rating.steps import Amount, Model
from tollbook.usage.record import CHANNELS, FINAL_STATUSES, OPEN_STATUSES

SLUG = r"^[a-z0-9][a-z0-9-]{1,40}$"
Slug = Annotated[str, Field(pattern=SLUG)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Channel = Literal["sms", "mms", "rcs", "whatsapp", "viber", "email", "voice", "fax", "seat"]
Status = Literal[
    "accepted", "sent", "unknown", "expired", "undelivered", "failed", "rejected", "cancelled", "delivered", "read",
    "received",
]  # fmt: skip
Every = Literal["month", "quarter", "year"]
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}


class Meter(Model):
    """Which usage a charge counts; an empty list means all.

    Attributes:
        statuses: the latest statuses at which a message is billable (SMS on submit: every status but `rejected`;
            a fee for failed ones: `failed, undelivered`).
        channel_statuses: the same for single channels, in place of `statuses` (WhatsApp on delivery:
            `whatsapp: [delivered, read]`).
        exempt_errors: the source's error codes whose messages are not counted.
        sender_types: alphanumeric, short_code, toll_free, long_code.
        counts: segments, messages, the source's own `quantity` (minutes, pages), or the amount of money that the
            record carries: the supplier's `cost`, or the `carrier_fee`.
    """

    channels: tuple[Channel, ...] = ()
    directions: tuple[Literal["mt", "mo"], ...] = ("mt",)
    countries: tuple[Country, ...] = ()
    categories: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ("accepted", "sent", "delivered", "read", "undelivered", "expired", "unknown")
    channel_statuses: dict[Channel, tuple[Status, ...]] = Field(default_factory=dict)
    exempt_errors: tuple[str, ...] = ()
    sender_types: tuple[str, ...] = ()
    counts: Literal["segments", "messages", "quantity", "cost", "carrier_fee"] = "segments"

    def billable(self, channel: str) -> tuple[str, ...]:
        """The statuses at which a message of `channel` is billable; none named means all."""
        return self.channel_statuses.get(channel, self.statuses)  # type: ignore[call-overload, no-any-return]


class CardPrice(Model):
    """Priced by destination from `parameters/rates/<card>.csv`."""

    model: Literal["rate_card"]
    card: Slug


class MatrixRow(Model):
    """A price for the usage whose named dimensions have these values."""

    channel: str = ""
    direction: str = ""
    country: str = ""
    category: str = ""
    network: str = ""
    sender_type: str = ""
    unit: Amount


class MatrixPrice(Model):
    """A small table in the contract itself: the first row that fits prices the usage; none fits: it has no price."""

    model: Literal["matrix"]
    prices: tuple[MatrixRow, ...] = Field(min_length=1)


Price = Annotated[PriceModel | CardPrice | MatrixPrice, Field(discriminator="model")]


class Rollover(Model):
    """Unused free units go over to the next month, at most `maximum` of them at any time."""

    maximum: Amount = Field(gt=0)


class Allowance(Model):
    """Free units every month, taken by the earliest usage first."""

    units: Amount = Field(gt=0)
    rollover: Rollover | None = None


class _Charge(Model):
    name: Slug
    label: str
    tax: Slug = "standard"


class UsageCharge(_Charge):
    """A meter and its price, one invoice line.

    Attributes:
        allowance: free units, before anything is priced.
        minimum, maximum: what the line costs at least and at most, before discounts.
    """

    kind: Literal["usage"]
    meter: Meter = Meter()
    price: Price
    allowance: Allowance | None = None
    minimum: Amount | None = Field(None, ge=0)
    maximum: Amount | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise ValueError(f"minimum {self.minimum} is above maximum {self.maximum}")
        return self


class QuantityChange(Model):
    """From this day on, so many (seats, numbers)."""

    on: date
    quantity: Amount = Field(ge=0)


class RecurringCharge(_Charge):
    """A fee of `quantity` x `amount`, due whether or not there is usage.

    Attributes:
        every: month, quarter or year; a fee for longer than a month is due in the first month of its term, which is
            counted from the month of `starts` (January without one).
        starts, ends: first day, and first day no longer, of the fee.
        changes: other quantities from a day on.
        prorate: by calendar days of the month or term, or not at all (a begun one is due whole).
    """

    kind: Literal["recurring"]
    amount: Amount
    quantity: Amount = Decimal(1)
    unit: str = "month"
    every: Every = "month"
    starts: date | None = None
    ends: date | None = None
    changes: tuple[QuantityChange, ...] = ()
    prorate: Literal["day", "none"] = "day"

    @model_validator(mode="after")
    def _dated(self) -> Self:
        if self.starts and self.ends and self.starts >= self.ends:
            raise ValueError(f"starts {self.starts} is not before ends {self.ends}")
        days = [change.on for change in self.changes]
        if days != sorted(set(days)):
            raise ValueError("changes must be in order of their day, each day once")
        if self.changes and self.every != "month":
            raise ValueError("changes of quantity are for monthly fees; write a second fee for a longer term")
        return self


class OneOffCharge(_Charge):
    """A fee due once, in the month of `on` (a set-up, a registration)."""

    kind: Literal["once"]
    on: date
    amount: Amount
    quantity: Amount = Decimal(1)
    unit: str = "fee"


Charge = UsageCharge | RecurringCharge | OneOffCharge


class Band(Model):
    """A discount from an amount on."""

    above: Amount = Field(ZERO, ge=0)
    percent: Amount = Field(ge=0, le=100)


class Discount(Model):
    """A reduction of lines: in per cent, by a fixed amount (at most what is there), or by the band their sum reaches.

    Attributes:
        charges: the charges it applies to; empty: all of them.
        starts, ends: first day, and first day no longer; a month counts when its first day lies within.
    """

    name: Slug
    label: str
    charges: tuple[Slug, ...] = ()
    percent: Amount | None = Field(None, ge=0, le=100)
    amount: Amount | None = Field(None, ge=0)
    bands: tuple[Band, ...] = ()
    starts: date | None = None
    ends: date | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if sum((self.percent is not None, self.amount is not None, bool(self.bands))) != 1:
            raise ValueError("a discount has one of percent, amount and bands")
        edges = [band.above for band in self.bands]
        if edges != sorted(set(edges)):
            raise ValueError("bands must rise: each above once, in order")
        return self


class Commitment(Model):
    """What the client undertakes to spend in a term; what is missing is billed at its end.

    Attributes:
        charges: the charges that count towards it, after discounts; empty: all usage charges.
        every: the term, counted from the month of `starts`.
        overage_factor: what is spent beyond the commitment costs so many times its price.
        true_up: whether what is missing is billed.
    """

    name: Slug = "commitment"
    label: str = "Commitment not used"
    amount: Amount = Field(gt=0)
    every: Every = "month"
    starts: date | None = None
    charges: tuple[Slug, ...] = ()
    tax: Slug = "standard"
    overage_factor: Amount = Field(Decimal(1), ge=1)
    true_up: bool = True


class Prepaid(Model):
    """Credit paid before; it pays invoices, tax included, from the month of `on` until `until` (then it lapses)."""

    name: Slug
    label: str
    amount: Amount = Field(gt=0)
    on: date
    until: date | None = None


assert set(CHANNELS) == set(Channel.__args__)  # type: ignore[attr-defined]  # noqa: S101 - one list, two forms
assert {*OPEN_STATUSES, *FINAL_STATUSES} == set(Status.__args__)  # type: ignore[attr-defined]  # noqa: S101 - same
