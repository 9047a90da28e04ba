"""Prices of an amount: a percentage, graduated percentages, and a price that the record carries (cost-plus).

The quantity is an amount of money here: the supplier's cost or the carrier's fee of the metered usage
(`meter.counts: cost` or `carrier_fee`).
"""

from collections.abc import Sequence
from decimal import Decimal, localcontext
from typing import Literal

from pydantic import Field

from tollbook.money import PRECISION, ZERO
from tollbook.rating.steps import Amount, Model, Rated, Step, checked
from tollbook.rating.tiers import Tier, Tiered


class Percentage(Model):
    """A percentage of an amount, with a fixed fee, free events, a floor and a ceiling per event.

    Attributes:
        percent: of the amount.
        per_event: due for every event that is not free.
        free_events: so many first events are free; None: no limit of its own.
        free_amount: of the amounts so much comes free; None: no limit of its own. Without either nothing is free.
        event_minimum, event_maximum: of what one event costs, its fee included; a free event costs nothing.
    """

    model: Literal["percentage"] = "percentage"
    percent: Amount
    per_event: Amount = ZERO
    free_events: int | None = Field(None, ge=0)
    free_amount: Amount | None = Field(None, ge=0)
    event_minimum: Amount | None = None
    event_maximum: Amount | None = None

    def rate(self, quantity: Decimal | int) -> Rated:
        """The amount as one event."""
        whole = checked(quantity)
        return self.rate_events([whole] if whole else [])

    def rate_events(self, amounts: Sequence[Decimal]) -> Rated:
        """Each event's own amount, in order of time."""
        left = self.free_amount
        steps: list[Step] = []
        for number, amount in enumerate(amounts, 1):
            checked(amount)
            free = self._free(number, amount, left)
            left = None if left is None else left - free
            if free < amount:
                steps.append(self._step(number, amount - free))
        return Rated.of(steps)

    def _free(self, number: int, amount: Decimal, left: Decimal | None) -> Decimal:
        if self.free_events is None and self.free_amount is None:
            return ZERO
        if self.free_events is not None and number > self.free_events:
            return ZERO
        return amount if left is None else min(left, amount)

    def _step(self, number: int, amount: Decimal) -> Step:
        with localcontext(prec=PRECISION):
            cost = amount * self.percent / 100 + self.per_event
            if self.event_minimum is not None and cost < self.event_minimum:
                return Step(f"event {number}: minimum", ZERO, ZERO, self.event_minimum)
            if self.event_maximum is not None and cost > self.event_maximum:
                return Step(f"event {number}: maximum", ZERO, ZERO, self.event_maximum)
            return Step(f"event {number}: {self.percent:f} %", amount, self.percent / 100, self.per_event)


class GraduatedPercentage(Tiered):
    """Each part of an amount at the percentage of the tier it falls into; a tier's `unit` is per cent."""

    model: Literal["graduated_percentage"] = "graduated_percentage"

    def rate(self, quantity: Decimal | int) -> Rated:
        """Sum over the tiers of (amount in the tier x per cent + flat if any of it is in the tier)."""
        return Rated.of(
            Tier(unit=tier.unit, flat=tier.flat, per=Decimal(100)).step(f"{tier.unit:f} % of {label}", part)
            for label, tier, part in self.parts(self.quantity(quantity))
        )


class Dynamic(Model):
    """The price that the record carries, times `multiplier`, plus `markup` for every unit.

    Attributes:
        carried: which of the record's amounts: the supplier's `cost`, or the `carrier_fee` it passed on.
        multiplier: 1.15 is cost plus 15 %; 1 passes the amount on.
        markup: added per unit counted by the meter.
    """

    model: Literal["dynamic"] = "dynamic"
    carried: Literal["cost", "carrier_fee"] = "cost"
    multiplier: Amount = Field(Decimal(1), ge=0)
    markup: Amount = ZERO

    def rate(self, quantity: Decimal | int) -> Rated:
        """The quantity is the amount carried; no units are known, so no markup is added."""
        return self.price(checked(quantity), ZERO)

    def price(self, amount: Decimal, units: Decimal) -> Rated:
        """What usage that carries `amount` and counts `units` costs."""
        steps = [Step(f"carried {self.carried.replace('_', ' ')}", amount, self.multiplier)]
        steps += [Step("markup", units, self.markup)] if self.markup else []
        return Rated.of(steps)
