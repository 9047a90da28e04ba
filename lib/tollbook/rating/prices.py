"""Price models: a quantity in, an exact amount and the steps that explain it out.

Every model is a frozen pydantic value with one method, `rate(quantity) -> Rated`. Quantities and amounts are
`Decimal`; nothing is rounded here: the bill rounds once, per line.

Conventions, stated once:
- a tier's `up_to` is inclusive: 1,000 units fit whole into `up_to: 1000`;
- a fractional quantity is priced as it is, in the tier that holds it;
- a tier's `flat` is due as soon as one unit falls into the tier; at a quantity of zero nothing is due, unless
  `flat_at_zero` is set, which makes the first tier's flat due always;
- a package is charged whole as soon as it is begun.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from tollbook.errors import TollbookError
from tollbook.money import ZERO


class BadPrice(TollbookError):
    """A mapping that is not a price model."""

    def __init__(self, problems: str) -> None:
        self.problems = problems
        super().__init__(f"not a price model: {problems}")


class QuantityOutOfRange(TollbookError):
    """A quantity the model has no price for."""

    def __init__(self, quantity: Decimal | str, reason: str) -> None:
        self.quantity = quantity
        super().__init__(f"no price for a quantity of {quantity}: {reason}")


@dataclass(frozen=True, slots=True)
class Step:
    """One summand of an amount: `quantity` x `unit_price` + `flat`."""

    label: str
    quantity: Decimal
    unit_price: Decimal
    flat: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """What this step adds, unrounded."""
        return self.quantity * self.unit_price + self.flat


@dataclass(frozen=True, slots=True)
class Rated:
    """An exact amount and the steps that add up to it."""

    amount: Decimal
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, steps: list[Step]) -> Self:
        """The sum of `steps`."""
        return cls(sum((step.amount for step in steps), ZERO), tuple(steps))


def exact(value: object) -> object:
    """Refuse binary floats where money is read; YAML's `0.1` is read as its own text."""
    return repr(value) if isinstance(value, float) else value


Amount = Annotated[Decimal, BeforeValidator(exact)]


class Model(BaseModel):
    """What all rating values share: frozen, no unknown fields; money is `Amount`, never a float."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class PerUnit(Model):
    """One price for every unit."""

    model: Literal["per_unit"] = "per_unit"
    unit: Amount

    def rate(self, quantity: Decimal | int) -> Rated:
        """`quantity` x `unit`."""
        return Rated.of([Step("each", _checked(quantity), self.unit)])


class Flat(Model):
    """A fixed amount, whatever the quantity."""

    model: Literal["flat"] = "flat"
    amount: Amount

    def rate(self, quantity: Decimal | int) -> Rated:
        """The amount, once."""
        _checked(quantity)
        return Rated.of([Step("flat", ZERO, ZERO, self.amount)])


class Package(Model):
    """Blocks of `package_size` units, each begun block charged whole."""

    model: Literal["package"] = "package"
    package_size: Amount = Field(gt=0)
    package_amount: Amount
    free_units: Amount = Field(ZERO, ge=0)

    def rate(self, quantity: Decimal | int) -> Rated:
        """ceil((quantity - free) / size) x amount."""
        paid = max(_checked(quantity) - self.free_units, ZERO)
        packages = (paid / self.package_size).to_integral_value(ROUND_CEILING)
        return Rated.of([Step(f"packages of {self.package_size:f}", packages, self.package_amount)])


class Tier(Model):
    """A step of a tiered price: what a unit costs up to and including `up_to`, and a flat fee for entering it."""

    up_to: Amount | None = None
    unit: Amount = ZERO
    flat: Amount = ZERO


class _Tiered(Model):
    tiers: tuple[Tier, ...] = Field(min_length=1)
    flat_at_zero: bool = False

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        bounds = [tier.up_to for tier in self.tiers]
        if None in bounds[:-1]:
            raise ValueError("only the last tier may be without up_to")
        known = [bound for bound in bounds if bound is not None]
        if any(low >= high for low, high in zip([ZERO, *known], known, strict=False)):
            raise ValueError(f"up_to must rise from tier to tier, and start above 0: {[str(b) for b in known]}")
        return self

    def _index(self, quantity: Decimal) -> int:
        """The tier that holds `quantity`."""
        for index, tier in enumerate(self.tiers):
            if tier.up_to is None or quantity <= tier.up_to:
                return index
        raise QuantityOutOfRange(quantity, f"the last tier ends at {self.tiers[-1].up_to}")

    def _label(self, index: int) -> str:
        tier = self.tiers[index]
        low = self.tiers[index - 1].up_to if index else ZERO
        return f"over {low:,f}" if tier.up_to is None else f"{low:,f} to {tier.up_to:,f}"


class Graduated(_Tiered):
    """Each unit at the price of the tier it falls into."""

    model: Literal["graduated"] = "graduated"

    def rate(self, quantity: Decimal | int) -> Rated:
        """Sum over the tiers of (units in the tier x unit + flat if any unit is in it)."""
        whole = _checked(quantity)
        steps: list[Step] = []
        low = ZERO
        for index, tier in enumerate(self.tiers[: self._index(whole) + 1]):
            high = whole if tier.up_to is None else min(whole, tier.up_to)
            if high > low or (index == 0 and self.flat_at_zero):
                steps.append(Step(self._label(index), high - low, tier.unit, tier.flat))
            low = high
        return Rated.of(steps)


class Volume(_Tiered):
    """All units at the price of the tier that the whole quantity falls into."""

    model: Literal["volume"] = "volume"

    def rate(self, quantity: Decimal | int) -> Rated:
        """`quantity` x the unit of its tier + that tier's flat."""
        whole = _checked(quantity)
        if whole == 0 and not self.flat_at_zero:
            return Rated.of([])
        index = self._index(whole)
        tier = self.tiers[index]
        return Rated.of([Step(self._label(index), whole, tier.unit, tier.flat)])


class Stairstep(_Tiered):
    """A fixed amount by the tier that the quantity falls into."""

    model: Literal["stairstep"] = "stairstep"

    def rate(self, quantity: Decimal | int) -> Rated:
        """The flat of the quantity's tier."""
        whole = _checked(quantity)
        if whole == 0 and not self.flat_at_zero:
            return Rated.of([])
        index = self._index(whole)
        return Rated.of([Step(self._label(index), ZERO, ZERO, self.tiers[index].flat)])


PriceModel = PerUnit | Flat | Package | Graduated | Volume | Stairstep
_ADAPTER: TypeAdapter[PriceModel] = TypeAdapter(Annotated[PriceModel, Field(discriminator="model")])


def price_model(mapping: Mapping[str, Any]) -> PriceModel:
    """The price model that a mapping (as read from YAML) describes.

    Raises:
        BadPrice: unknown model, missing or unknown field, tiers that do not rise.
    """
    try:
        return _ADAPTER.validate_python(dict(mapping))
    except ValidationError as error:
        raise BadPrice(problems(error)) from error


def read_price_model(path: Path) -> PriceModel:
    """The price model in a YAML file.

    Raises:
        BadPrice: no such file, not YAML, or not a price model.
    """
    try:
        mapping = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadPrice(f"{path} cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(mapping, Mapping):
        raise BadPrice(f"{path} must hold fields such as model: and unit:")
    return price_model(mapping)


def parse_quantity(text: str) -> Decimal:
    """A quantity as typed.

    Raises:
        QuantityOutOfRange: not a number of at least 0.
    """
    try:
        return _checked(Decimal(text))
    except InvalidOperation as error:
        raise QuantityOutOfRange(text, "it is not a number") from error


def problems(error: ValidationError) -> str:
    """What pydantic found, one clause per fault: `field: reason; field: reason`."""
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc']) or 'whole'}: {fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors()
    )


def _checked(quantity: Decimal | int) -> Decimal:
    whole = Decimal(quantity)
    if not whole.is_finite() or whole < 0:
        raise QuantityOutOfRange(whole, "a quantity is a finite number of at least 0")
    return whole
