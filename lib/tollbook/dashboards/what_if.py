"""The what-if panel of the billing notebook: a price or a tier is moved, twelve months change at once."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from html import escape

import ipywidgets as widgets
import pandas as pd

from tollbook.billing.simulating import Simulated, months_up_to
from tollbook.billing.what_if import CannotMove, Move, movable, what_if
from tollbook.book import Book
from tollbook.charts.rendering import to_png
from tollbook.charts.what_if import change_by_month
from tollbook.period import Month
from tollbook.rating.cards import RateCard
from tollbook.rating.tiers import Tiered


def what_if_panel(book: Book, client: str, last: Month | str, *, months: int = 12) -> widgets.VBox:
    """Controls, and from the first move on a picture of the months up to `last`.

    Nothing is read or priced before: a page that nobody moves anything on does not wait for it. The rollups are read
    once, each move is priced anew.

    Args:
        book: the book.
        client: whose contract, the one in force in `last`.
        last: the last month.
        months: how many.
    """
    whose, end = book.client(client), book.month(last)
    chosen = months_up_to(end, months, whose)

    @cache
    def ground() -> tuple[pd.DataFrame, dict[str, RateCard]]:
        return book.usage(client, chosen[0].first, end.last), book.cards(whose.contract(end).cards)

    def price(move: Move) -> list[Simulated]:
        return what_if(whose, move, chosen, *ground(), exchange=book.exchange)

    charges = {one.label: (one.name, one.price) for one in movable(whose.contract(end))}
    if not charges:
        return widgets.VBox([widgets.HTML("The contract has no price that can be moved.")])
    return _panel({label: (name, _ends(model)) for label, (name, model) in charges.items()}, price, whose.locale)


def _ends(model: object) -> list[Decimal | None]:
    """Where the tiers of a price end; one without an end for a price without tiers."""
    return [tier.up_to for tier in model.tiers] if isinstance(model, Tiered) else [None]


Charges = dict[str, tuple[str, list[Decimal | None]]]


def _panel(charges: Charges, price: Callable[[Move], list[Simulated]], locale: str) -> widgets.VBox:
    charge = widgets.Dropdown(options=list(charges), description="Charge")
    tier = widgets.Dropdown(description="Tier")
    percent = widgets.FloatSlider(min=-50, max=50, step=1, value=-10, description="Price, %", continuous_update=False)
    up_to = widgets.IntText(description="Tier ends at")
    says = widgets.HTML("Move a price or a tier: the months as they would be appear here.")
    image = widgets.Image(format="png", layout=widgets.Layout(max_width="100%"))

    def ends() -> list[Decimal | None]:
        return charges[str(charge.value)][1]

    def choose_charge(_: object = None) -> None:
        tier.options = [(f"{at + 1} of {len(ends())}", at) for at in range(len(ends()))]
        choose_tier()

    def choose_tier(_: object = None) -> None:
        end = ends()[tier.value or 0]
        up_to.disabled = end is None
        up_to.value = int(end or 0)

    def draw(_: object = None) -> None:
        end = ends()[tier.value or 0]
        moved_end = Decimal(up_to.value) if end is not None else None
        move = Move(charges[str(charge.value)][0], Decimal(str(percent.value)), tier.value or 0, moved_end)
        try:
            figure = change_by_month(price(move), locale=locale)
        except CannotMove as error:
            says.value = escape(str(error))
            return
        says.value = ""
        image.value, image.alt = to_png(figure), str(figure.get_label())

    choose_charge()
    charge.observe(choose_charge, "value")
    tier.observe(choose_tier, "value")
    for control in (charge, tier, percent, up_to):
        control.observe(draw, "value")
    return widgets.VBox([widgets.HBox([charge, tier]), widgets.HBox([percent, up_to]), says, image])
