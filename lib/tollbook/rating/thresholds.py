"""Thresholds: when a client's usage asks for somebody's attention, as data in `parameters/clients/<client>.yaml`."""

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from tollbook.rating.steps import Amount, Model

Share = Annotated[Amount, Field(gt=0, le=1)]


class Thresholds(Model):
    """What is watched; every threshold has a default, `null` switches one off.

    Attributes:
        budget: shares of the client's `budget`; the bill so far that passes one is told, once a month each.
        forecast: the chance, 0 to 1, of passing the budget by the month's end from which on it is told, once a month.
        delivery_drop: points of the delivery rate, 0 to 1, by which the last 24 hours lie under the 28 days before.
        silence_hours: hours without a message, where usage is usual in them.
        burst: times the usual messages of an hour of its weekday.
        unusual: days, new levels and silence that the weeks before did not let expect, worth at least so much in the
            contract's currency; judged by whole days.
        notify: mail addresses that are told besides the webhook.
    """

    budget: tuple[Share, ...] | None = (Decimal("0.8"), Decimal(1))
    forecast: Share | None = Decimal("0.5")
    delivery_drop: Share | None = Decimal("0.1")
    silence_hours: int | None = Field(3, ge=1, le=168)
    burst: Annotated[Amount, Field(gt=1)] | None = Decimal(5)
    unusual: Annotated[Amount, Field(ge=0)] | None = Decimal(0)
    notify: tuple[Annotated[str, Field(pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$")], ...] = ()
