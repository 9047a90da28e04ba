"""What-if: a price or a tier of the contract in force is moved, and past months are billed by both. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Any

import pandas as pd
from pydantic import ValidationError

from tollbook.billing.simulating import Simulated, simulate
from tollbook.errors import TollbookError
from tollbook.money import PRECISION
from tollbook.period import Month
from tollbook.rating.charges import CardPrice, MatrixPrice, UsageCharge
from tollbook.rating.contracts import Client, Contract
from tollbook.rating.exchange import ExchangeTable
from tollbook.rating.prices import Flat, Package, PerUnit, problems
from tollbook.rating.rates import RateCard
from tollbook.rating.tiers import Tiered

Cards = Mapping[str, RateCard]


class CannotMove(TollbookError):
    """A charge whose price has nothing to move, or a tier moved beyond its neighbours."""

    def __init__(self, charge: str, why: str) -> None:
        super().__init__(f"charge {charge} cannot be moved: {why}")


@dataclass(frozen=True, slots=True)
class Move:
    """One change of a contract.

    Attributes:
        charge: a usage charge.
        percent: by how much its price changes; of a tiered price, that of one tier.
        tier: which, counted from 0.
        up_to: where that tier ends from now on; None: where it does.
    """

    charge: str
    percent: Decimal = Decimal(0)
    tier: int = 0
    up_to: Decimal | None = None


def movable(contract: Contract) -> list[UsageCharge]:
    """The usage charges whose price can be moved."""
    kinds = (PerUnit, Flat, Package, CardPrice, Tiered)
    return [one for one in contract.charges if isinstance(one, UsageCharge) and isinstance(one.price, kinds)]


def what_if(
    client: Client,
    move: Move,
    months: Sequence[Month],
    usage: pd.DataFrame,
    cards: Cards,
    *,
    exchange: ExchangeTable | None = None,
) -> list[Simulated]:
    """Months billed by the contract in force in the last of them, as it is and with the move.

    Raises:
        CannotMove: see there.
    """
    contract = client.contract(months[-1]).model_copy(update={"valid_from": months[0].first})
    base = client.model_copy(update={"contracts": (contract,)})
    changed, prices = moved(contract, move, cards)
    tried = client.model_copy(update={"contracts": (changed,)})
    return simulate(base, tried, months, usage, prices, exchange=exchange)


def moved(contract: Contract, move: Move, cards: Cards) -> tuple[Contract, Cards]:
    """The contract and the cards after a move; a moved card carries its name with `moved-` before it.

    Raises:
        CannotMove: the charge has no price that can be moved, or the tier's end passes its neighbour's.
    """
    found = next((one for one in movable(contract) if one.name == move.charge), None)
    if found is None:
        names = ", ".join(one.name for one in movable(contract)) or "none"
        raise CannotMove(move.charge, f"charges that can be: {names}")
    with localcontext(prec=PRECISION):
        factor = 1 + move.percent / 100
    price = found.price
    if isinstance(price, CardPrice):
        card = cards[price.card]
        scaled = RateCard(f"moved-{card.name}", [replace(one, price=one.price * factor) for one in card.rates], "")
        price, cards = CardPrice(model="rate_card", card=scaled.name), {**cards, scaled.name: scaled}
    else:
        price = _moved_price(price, move, factor)
    charges = tuple(one.model_copy(update={"price": price}) if one is found else one for one in contract.charges)
    return contract.model_copy(update={"charges": charges}), cards


def _moved_price(price: Any, move: Move, factor: Decimal) -> Any:
    assert not isinstance(price, MatrixPrice)  # noqa: S101 - `movable` leaves it out
    fields = price.model_dump()
    if isinstance(price, Tiered):
        if not 0 <= move.tier < len(price.tiers):
            raise CannotMove(move.charge, f"it has {len(price.tiers)} tiers")
        tier = fields["tiers"][move.tier]
        tier["unit"], tier["flat"] = tier["unit"] * factor, tier["flat"] * factor
        tier["up_to"] = tier["up_to"] if move.up_to is None else move.up_to
    else:
        name = {"per_unit": "unit", "flat": "amount", "package": "package_amount"}[price.model]
        fields[name] *= factor
    try:
        return type(price).model_validate(fields)
    except ValidationError as error:
        raise CannotMove(move.charge, problems(error)) from error
