"""What every price model shares: exact quantities in; an exact amount and the steps that add up to it out."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict

from tollbook.errors import TollbookError
from tollbook.money import PRECISION, ZERO


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
        with localcontext(prec=PRECISION):
            return self.quantity * self.unit_price + self.flat


@dataclass(frozen=True, slots=True)
class Rated:
    """An exact amount and the steps that add up to it."""

    amount: Decimal
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, steps: Iterable[Step]) -> Self:
        """The sum of `steps`."""
        known = tuple(steps)
        return cls(add(step.amount for step in known), known)


class Fractions(StrEnum):
    """What becomes of part of a unit before it is priced (minutes of voice, megabytes); priced as it is by default."""

    EXACT = "exact"
    UP = "up"
    DOWN = "down"
    HALF_UP = "half-up"

    def of(self, quantity: Decimal) -> Decimal:
        """`quantity` in whole units by this rule."""
        if self is Fractions.EXACT:
            return quantity
        modes = {Fractions.UP: ROUND_CEILING, Fractions.DOWN: ROUND_FLOOR, Fractions.HALF_UP: ROUND_HALF_UP}
        return quantity.to_integral_value(modes[self])


def add(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum: never rounded on the way."""
    with localcontext(prec=PRECISION):
        return sum(amounts, ZERO)


def exact(value: object) -> object:
    """Refuse binary floats where money is read; YAML's `0.1` is read as its own text."""
    return repr(value) if isinstance(value, float) else value


Amount = Annotated[Decimal, BeforeValidator(exact)]


class Model(BaseModel):
    """What all rating values share: frozen, no unknown fields; money is `Amount`, never a float."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def checked(quantity: Decimal | int) -> Decimal:
    """A quantity that can be priced.

    Raises:
        QuantityOutOfRange: below 0, or not finite.
    """
    whole = Decimal(quantity)
    if not whole.is_finite() or whole < 0:
        raise QuantityOutOfRange(whole, "a quantity is a finite number of at least 0")
    return whole
