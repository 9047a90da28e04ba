"""Tiered prices: graduated (each unit by its tier), volume (all units by the tier reached), stairstep (one amount).

A tier's `up_to` is inclusive unless `bounds: exclusive`; tiers meet without a gap, so a fractional quantity always
lies in one. `per` and `block` make a tier's price one for so many units (0.10 per 60 seconds) charged in whole blocks
(of 6 seconds): the price is divided once, at the end, so that nothing drifts from block to block.
"""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Decimal, localcontext
from typing import Literal, Self

from pydantic import Field, model_validator

from tollbook.money import PRECISION, ZERO
from tollbook.rating.steps import Amount, Fractions, Model, QuantityOutOfRange, Rated, Step, checked


class Tier(Model):
    """A step of a tiered price.

    Attributes:
        up_to: where the tier ends; None for the last.
        unit: the price of `per` units.
        flat: due once as soon as the tier is entered.
        per: how many units `unit` is the price of.
        block: units are charged in whole blocks of so many, a begun one whole; None: as they are.
    """

    up_to: Amount | None = None
    unit: Amount = ZERO
    flat: Amount = ZERO
    per: Amount = Field(Decimal(1), gt=0)
    block: Amount | None = Field(None, gt=0)

    def step(self, label: str, quantity: Decimal) -> Step:
        """What `quantity` units cost in this tier."""
        with localcontext(prec=PRECISION):
            units = quantity
            if self.block is not None:
                units = (quantity / self.block).to_integral_value(ROUND_CEILING) * self.block
            return Step(label, units / self.per, self.unit, self.flat)


class Tiered(Model):
    """What the three tiered prices share.

    Attributes:
        flat_at_zero: the first tier's flat is due even when nothing was used (default: nothing is due).
        bounds: whether a quantity equal to `up_to` still lies in the tier (inclusive) or already in the next.
        fractions: what becomes of part of a unit before the tier is chosen and priced.
    """

    tiers: tuple[Tier, ...] = Field(min_length=1)
    flat_at_zero: bool = False
    bounds: Literal["inclusive", "exclusive"] = "inclusive"
    fractions: Fractions = Fractions.EXACT

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        bounds = [tier.up_to for tier in self.tiers]
        if None in bounds[:-1]:
            raise ValueError("only the last tier may be without up_to")
        known = [bound for bound in bounds if bound is not None]
        if any(low >= high for low, high in zip([ZERO, *known], known, strict=False)):
            raise ValueError(f"up_to must rise from tier to tier, and start above 0: {[str(b) for b in known]}")
        return self

    def quantity(self, quantity: Decimal | int) -> Decimal:
        """The quantity as it is priced."""
        return self.fractions.of(checked(quantity))

    def index(self, quantity: Decimal) -> int:
        """The tier that holds `quantity`.

        Raises:
            QuantityOutOfRange: beyond the last tier.
        """
        for index, tier in enumerate(self.tiers):
            if tier.up_to is None or quantity < tier.up_to or (quantity == tier.up_to and self.bounds == "inclusive"):
                return index
        raise QuantityOutOfRange(quantity, f"the last tier ends at {self.tiers[-1].up_to}")

    def label(self, index: int) -> str:
        """`0 to 1,000`, `over 1,000`."""
        tier = self.tiers[index]
        low = self.tiers[index - 1].up_to if index else ZERO
        return f"over {low:,f}" if tier.up_to is None else f"{low:,f} to {tier.up_to:,f}"

    def parts(self, quantity: Decimal) -> Iterator[tuple[str, Tier, Decimal]]:
        """The tiers that `quantity` passes, each with its label and the units that fall into it.

        Raises:
            QuantityOutOfRange: beyond the last tier.
        """
        low = ZERO
        for index, tier in enumerate(self.tiers[: self.index(quantity) + 1]):
            high = quantity if tier.up_to is None else min(quantity, tier.up_to)
            if high > low or (index == 0 and self.flat_at_zero):
                yield self.label(index), tier, high - low
            low = high

    def free(self, quantity: Decimal) -> bool:
        """Whether nothing is due because nothing was used."""
        return quantity == 0 and not self.flat_at_zero


class Graduated(Tiered):
    """Each unit at the price of the tier it falls into."""

    model: Literal["graduated"] = "graduated"

    def rate(self, quantity: Decimal | int) -> Rated:
        """Sum over the tiers of (units in the tier x unit + flat if any unit is in it)."""
        return Rated.of(tier.step(label, units) for label, tier, units in self.parts(self.quantity(quantity)))


class Volume(Tiered):
    """All units at the price of the tier that the whole quantity falls into; a bill may fall when usage rises."""

    model: Literal["volume"] = "volume"

    def rate(self, quantity: Decimal | int) -> Rated:
        """`quantity` x the unit of its tier + that tier's flat."""
        whole = self.quantity(quantity)
        if self.free(whole):
            return Rated.of([])
        index = self.index(whole)
        return Rated.of([self.tiers[index].step(self.label(index), whole)])


class Stairstep(Tiered):
    """A fixed amount by the tier that the quantity falls into."""

    model: Literal["stairstep"] = "stairstep"

    def rate(self, quantity: Decimal | int) -> Rated:
        """The flat of the quantity's tier."""
        whole = self.quantity(quantity)
        if self.free(whole):
            return Rated.of([])
        index = self.index(whole)
        return Rated.of([Step(self.label(index), ZERO, ZERO, self.tiers[index].flat)])
