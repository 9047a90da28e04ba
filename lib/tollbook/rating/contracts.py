"""Contracts: what a client pays for, as data in `parameters/clients/<client>.yaml`.

A client has dated contracts; a month is billed by the one in force on its first day. A contract is a list of charges
(`charges`), what changes their sum (discounts, a commitment, prepaid credit), and how it is taxed and rounded.
"""

from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from tollbook.errors import TollbookError
from tollbook.money import ZERO, Rounding, minor_digits
from tollbook.period import Month
from tollbook.rating.charges import (
    SLUG,
    Allowance,
    CardPrice,
    Charge,
    Commitment,
    Country,
    Discount,
    MatrixPrice,
    Meter,
    OneOffCharge,
    Prepaid,
    RecurringCharge,
    Slug,
    UsageCharge,
)
from tollbook.rating.prices import problems
from tollbook.rating.steps import Amount, Model
from tollbook.rating.taxes import Tax, tax_of_supply
from tollbook.rating.thresholds import Thresholds

__all__ = [
    "SLUG", "Allowance", "BadClientFile", "CardPrice", "Charge", "Client", "Commitment", "Contract", "Country",
    "Discount", "MatrixPrice", "Meter", "NoContract", "OneOffCharge", "Prepaid", "RecurringCharge", "Slug", "Tax",
    "UsageCharge", "parse_client", "read_client", "with_contract",
]  # fmt: skip


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


class Contract(Model):
    """The terms in force from `valid_from` until the next contract's.

    Attributes:
        entity: the legal entity that invoices; every entity numbers its own invoices.
        seller: its country. With it, a tax category that `taxes` does not state follows from the place of supply.
        exchange: which day's rate turns prices and costs in other currencies into `currency`.
    """

    valid_from: date
    currency: str
    entity: Slug = "main"
    seller: Country | None = None
    rounding: Rounding = Rounding.HALF_UP
    payment_days: int = Field(30, ge=0)
    exchange: Literal["last-day", "first-day"] = "last-day"
    charges: tuple[Annotated[Charge, Field(discriminator="kind")], ...] = Field(min_length=1)
    discounts: tuple[Discount, ...] = ()
    commitment: Commitment | None = None
    prepaid: tuple[Prepaid, ...] = ()
    taxes: dict[Slug, Tax] = Field(default_factory=dict)

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
        reducing: list[Discount | Commitment] = [*self.discounts, *([self.commitment] if self.commitment else [])]
        _refuse_twice("charge", [*(one.name for one in self.charges), *(one.name for one in reducing)])
        _refuse_twice("prepaid", [one.name for one in self.prepaid])
        known = {charge.name for charge in self.charges}
        for one in reducing:
            if strange := sorted(set(one.charges) - known):
                raise ValueError(f"{one.name} names charges that are not there: {', '.join(strange)}")
        wanted = {charge.tax for charge in self.charges} | ({self.commitment.tax} if self.commitment else set())
        missing = sorted(wanted - set(self.taxes) - ({"standard"} if self.seller else set()))
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

    @property
    def remembers(self) -> bool:
        """Whether a month's bill depends on the months before: rollover, a term of several months, prepaid credit."""
        rollover = any(
            isinstance(one, UsageCharge) and one.allowance and one.allowance.rollover for one in self.charges
        )
        return bool(rollover or self.prepaid or (self.commitment and self.commitment.every != "month"))


def _refuse_twice(what: str, names: Sequence[str]) -> None:
    if len(set(names)) != len(names):
        raise ValueError(f"{what} names must differ: {list(names)}")


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


FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where libyaml is there


@cache
def known_zones() -> frozenset[str]:
    """All IANA zones; looking them up takes as long as reading a client."""
    return frozenset(available_timezones())


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
    alerts: Thresholds = Thresholds()
    report: ReportWishes = ReportWishes()
    contracts: tuple[Contract, ...] = Field(min_length=1)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        if name not in known_zones():
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

    def tax(self, contract: Contract, category: str, month: Month) -> Tax:
        """The tax of a category in a month: as the contract states it, else by the place of supply.

        Raises:
            NoTaxRate: a domestic supply in a country without a known rate.
        """
        stated = contract.taxes.get(category)
        if stated is not None:
            return stated
        return tax_of_supply(contract.seller or self.country, self.country, month.last, customer_tax_id=self.tax_id)


def read_client(path: Path) -> Client:
    """Read one `parameters/clients/<client>.yaml`; the file's name is the client's id.

    Raises:
        BadClientFile: not YAML, a field that is wrong, missing or unknown (each is named), or another id inside.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadClientFile(path, f"cannot be read: {_one_line(error)}") from error
    return parse_client(path, text)


def parse_client(path: Path, text: str) -> Client:
    """`read_client` of a text already read; `path` gives the id and stands in messages.

    Raises:
        BadClientFile: as `read_client`.
    """
    try:
        client = Client.model_validate(yaml.load(text, Loader=FAST))  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise BadClientFile(path, f"cannot be read: {_one_line(error)}") from error
    except ValidationError as error:
        raise BadClientFile(path, problems(error)) from error
    if client.client != path.stem:
        raise BadClientFile(path, f"client: is {client.client!r}, but the file is named {path.stem!r}")
    return client


def with_contract(client: Client, path: Path, starts: date) -> Client:
    """The client under one other contract from a day on: the YAML of `path`, to be tried.

    Raises:
        BadClientFile: not YAML, or a field that is wrong (named).
    """
    try:
        mapping = yaml.safe_load(path.read_text("utf-8"))
        if not isinstance(mapping, dict):
            raise BadClientFile(path, "must hold the fields of one contract, such as currency: and charges:")
        contract = Contract.model_validate({**mapping, "valid_from": starts})
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadClientFile(path, f"cannot be read: {_one_line(error)}") from error
    except ValidationError as error:
        raise BadClientFile(path, problems(error)) from error
    return client.model_copy(update={"contracts": (contract,)})


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
