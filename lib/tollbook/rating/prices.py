"""Price models: a quantity in, an exact amount and the steps that explain it out.

Every model is a frozen pydantic value with one method, `rate(quantity) -> Rated`. Quantities and amounts are
`Decimal`; nothing is rounded here: the bill rounds once, per line.

Conventions, stated once; each is the default of an option of the model:
- a tier's `up_to` is inclusive: 1,000 units fit whole into `up_to: 1000` (`bounds`);
- a fractional quantity is priced as it is, in the tier that holds it (`fractions`);
- a tier's `flat` is due as soon as one unit falls into the tier; at a quantity of zero nothing is due
  (`flat_at_zero`);
- a package is charged whole as soon as it is begun (`rounding`), and none is due at zero (`minimum_packages`);
- a period is rated whole: what is added to it later costs the difference (`difference`), so packages and tiers are
  never begun anew by a split.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation, localcontext
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, TypeAdapter, ValidationError

from tollbook.errors import TollbookError
from tollbook.money import PRECISION, ZERO
from tollbook.rating.percentages import Dynamic, GraduatedPercentage, Percentage
from tollbook.rating.steps import Amount, Fractions, Model, QuantityOutOfRange, Rated, Step, checked
from tollbook.rating.tiers import Graduated, Stairstep, Tier, Volume

__all__ = [
    "Amount", "BadPrice", "Dynamic", "Flat", "Fractions", "Graduated", "GraduatedPercentage", "Model", "Package",
    "PerUnit", "Percentage", "PriceModel", "QuantityOutOfRange", "Rated", "Stairstep", "Step", "Tier", "Volume",
    "difference", "parse_quantity", "price_model", "problems", "read_price_model",
]  # fmt: skip


class BadPrice(TollbookError):
    """A mapping that is not a price model."""

    def __init__(self, problems: str) -> None:
        self.problems = problems
        super().__init__(f"not a price model: {problems}")


class PerUnit(Model):
    """One price for every unit."""

    model: Literal["per_unit"] = "per_unit"
    unit: Amount
    fractions: Fractions = Fractions.EXACT

    def rate(self, quantity: Decimal | int) -> Rated:
        """`quantity` x `unit`."""
        return Rated.of([Step("each", self.fractions.of(checked(quantity)), self.unit)])


class Flat(Model):
    """A fixed amount, whatever the quantity; `at_zero: false` waives it when nothing was used."""

    model: Literal["flat"] = "flat"
    amount: Amount
    at_zero: bool = True

    def rate(self, quantity: Decimal | int) -> Rated:
        """The amount, once."""
        if not checked(quantity) and not self.at_zero:
            return Rated.of([])
        return Rated.of([Step("flat", ZERO, ZERO, self.amount)])


class Package(Model):
    """Blocks of `package_size` units.

    Attributes:
        free_units: not counted.
        rounding: a begun package is charged whole (up), only full ones are (down), the nearest number (half-up), or
            parts of one at their share (exact).
        minimum_packages: due in any case.
    """

    model: Literal["package"] = "package"
    package_size: Amount = Field(gt=0)
    package_amount: Amount
    free_units: Amount = Field(ZERO, ge=0)
    rounding: Fractions = Fractions.UP
    minimum_packages: int = Field(0, ge=0)

    def rate(self, quantity: Decimal | int) -> Rated:
        """(quantity - free) / size, rounded, x amount."""
        with localcontext(prec=PRECISION):
            paid = max(checked(quantity) - self.free_units, ZERO)
            packages = max(self.rounding.of(paid / self.package_size), Decimal(self.minimum_packages))
        return Rated.of([Step(f"packages of {self.package_size:f}", packages, self.package_amount)])


PriceModel = (
    PerUnit | Flat | Package | Graduated | Volume | Stairstep | Percentage | GraduatedPercentage | Dynamic
)  # fmt: skip
_ADAPTER: TypeAdapter[PriceModel] = TypeAdapter(Annotated[PriceModel, Field(discriminator="model")])


def difference(model: PriceModel, before: Decimal | int, now: Decimal | int) -> Decimal:
    """What later usage costs: the whole as of now less the whole as it was, in the tiers it truly falls in."""
    with localcontext(prec=PRECISION):
        return model.rate(now).amount - model.rate(before).amount


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
        return checked(Decimal(text))
    except InvalidOperation as error:
        raise QuantityOutOfRange(text, "it is not a number") from error


def problems(error: ValidationError) -> str:
    """What pydantic found, one clause per fault: `field: reason; field: reason`."""
    return "; ".join(
        f"{'.'.join(str(part) for part in fault['loc']) or 'whole'}: {fault['msg'].removeprefix('Value error, ')}"
        for fault in error.errors()
    )
