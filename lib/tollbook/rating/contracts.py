"""Contracts: what a client pays for, as data in `parameters/clients/<client>.yaml`.

A client has dated contracts; a month is billed by the one in force on its first day. A contract is a list of
charges: usage charges (a meter and a price) and recurring fees.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from tollbook.errors import TollbookError
from tollbook.money import ZERO, Rounding, minor_digits
from tollbook.period import Month
from tollbook.rating.prices import Amount, Model, PriceModel, problems

SLUG = r"^[a-z0-9][a-z0-9-]{1,40}$"
Slug = Annotated[str, Field(pattern=SLUG)]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class BadClientFile(TollbookError):
    """A client's YAML that cannot be read or does not hold together."""

    def __init__(self, path: Path, fault: str) -> None:
        self.path = path
        super().__init__(f"{path}: {fault}; parameters/README.md lists the fields")


class NoContract(TollbookError):
    """A month before the client's first contract."""

    def __init__(self, client: str, month: Month) -> None:
        super().__init__(
            f"{client} has no contract in force on {month.first}: add one under contracts: "
            f"in parameters/clients/{client}.yaml"
        )


class Meter(Model):
    """Which usage a charge counts; an empty list means all.

    `statuses` are the final or latest statuses at which a message is billable (for example SMS on submit: every
    status but `rejected`; WhatsApp on delivery: `delivered`, `read`).
    """

    channels: tuple[str, ...] = ()
    directions: tuple[str, ...] = ("mt",)
    countries: tuple[Country, ...] = ()
    categories: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ("accepted", "sent", "delivered", "read", "undelivered", "expired", "unknown")
    counts: Literal["segments", "messages"] = "segments"


class CardPrice(Model):
    """Priced by destination from `parameters/rates/<card>.csv`."""

    model: Literal["rate_card"]
    card: Slug


class UsageCharge(Model):
    """A meter and its price, one invoice line."""

    kind: Literal["usage"]
    name: Slug
    label: str
    meter: Meter = Meter()
    price: Annotated[PriceModel | CardPrice, Field(discriminator="model")]
    tax: Slug = "standard"


class RecurringCharge(Model):
    """A monthly fee: `quantity` x `amount`, due whether or not there is usage."""

    kind: Literal["recurring"]
    name: Slug
    label: str
    amount: Amount
    quantity: Amount = Decimal(1)
    unit: str = "month"
    tax: Slug = "standard"


class Tax(Model):
    """A tax category: the rate in per cent and, where nothing is charged, the reason printed on the invoice."""

    rate: Amount = Field(ge=0, le=100)
    label: str
    note: str = ""


class Contract(Model):
    """The terms in force from `valid_from` until the next contract's."""

    valid_from: date
    currency: str
    rounding: Rounding = Rounding.HALF_UP
    payment_days: int = Field(30, ge=0)
    charges: tuple[Annotated[UsageCharge | RecurringCharge, Field(discriminator="kind")], ...] = Field(min_length=1)
    taxes: dict[Slug, Tax]

    @field_validator("currency")
    @classmethod
    def _known_currency(cls, code: str) -> str:
        try:
            minor_digits(code)
        except TollbookError as error:
            raise ValueError(str(error)) from error
        return code

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [charge.name for charge in self.charges]
        if len(set(names)) != len(names):
            raise ValueError(f"charge names must differ: {names}")
        missing = sorted({charge.tax for charge in self.charges} - set(self.taxes))
        if missing:
            raise ValueError(f"taxes has no {', '.join(missing)}")
        return self

    @property
    def cards(self) -> tuple[str, ...]:
        """Names of the rate cards this contract prices by."""
        return tuple(
            charge.price.card
            for charge in self.charges
            if isinstance(charge, UsageCharge) and isinstance(charge.price, CardPrice)
        )


class ReportWishes(Model):
    """What a client wants of the monthly report; what is not said follows the data.

    Attributes:
        pinned: pictures that come first, in this order, whatever the data says (names: `tollbook.reports.pictures`).
        hidden: pictures that never come.
        most: at most so many pictures.
        language: of the report; by default that of the client's locale.
    """

    pinned: tuple[Slug, ...] = ()
    hidden: tuple[Slug, ...] = ()
    most: int | None = Field(None, ge=1, le=20)
    language: Literal["en", "he"] | None = None


class Client(Model):
    """One client: who they are, where their traffic comes from, what they agreed to."""

    client: Slug
    name: str
    country: Country
    time_zone: str
    locale: str = "en"
    address: tuple[str, ...] = ()
    tax_id: str = ""
    accounts: dict[Slug, tuple[str, ...]] = Field(default_factory=dict)
    budget: Amount | None = Field(None, gt=ZERO)
    report: ReportWishes = ReportWishes()
    contracts: tuple[Contract, ...] = Field(min_length=1)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"{name!r} is not an IANA time zone such as Europe/London")
        ZoneInfo(name)
        return name

    @field_validator("contracts")
    @classmethod
    def _in_order(cls, contracts: tuple[Contract, ...]) -> tuple[Contract, ...]:
        starts = [contract.valid_from for contract in contracts]
        if starts != sorted(set(starts)):
            raise ValueError("contracts must be in order of valid_from, each date once")
        return contracts

    def contract(self, month: Month) -> Contract:
        """The contract in force on the first day of `month`.

        Raises:
            NoContract: the month lies before the first one.
        """
        in_force = [contract for contract in self.contracts if contract.valid_from <= month.first]
        if not in_force:
            raise NoContract(self.client, month)
        return in_force[-1]


def read_client(path: Path) -> Client:
    """Read one `parameters/clients/<client>.yaml`; the file's name is the client's id.

    Raises:
        BadClientFile: not YAML, a field that is wrong, missing or unknown (each is named), or another id inside.
    """
    try:
        client = Client.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadClientFile(path, f"cannot be read: {_one_line(error)}") from error
    except ValidationError as error:
        raise BadClientFile(path, problems(error)) from error
    if client.client != path.stem:
        raise BadClientFile(path, f"client: is {client.client!r}, but the file is named {path.stem!r}")
    return client


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
