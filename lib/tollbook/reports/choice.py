"""Which pictures a client's report shows, and in which order: by the data and by what the client asks.

Every picture has a weight from what the month holds: how much moved, what is behind, what there is to compare. What
was asked lately adds to it (`reports.asked`), a pinned question puts its picture in front, and the wishes in the
client's file come before all. A weight of 0 leaves a picture out. A small client gets few pictures, because few
messages carry few findings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tollbook.charts.findings import behind, delivered_of
from tollbook.errors import TollbookError
from tollbook.reports.asked import asked_for, pinned_for
from tollbook.reports.material import Material
from tollbook.reports.pictures import PICTURES, committed, tiered_line
from tollbook.usage import summary
from tollbook.usage.latency import within

# Messages of the month below which a report has at most so many pictures.
SIZES: Final = ((1, 2), (1_000, 4), (10_000, 6), (100_000, 9))
LARGEST: Final = 12
HOUR: Final = 3600


class UnknownPicture(TollbookError):
    """A picture in `report:` of a client's file that there is none of."""

    def __init__(self, client: str, name: str) -> None:
        super().__init__(
            f"parameters/clients/{client}.yaml: report: there is no picture {name!r}; there are {', '.join(PICTURES)}"
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """A picture, whether the report shows it, and why.

    Attributes:
        weight: from the month's data, 0 to 100.
        asked: what the client's questions add to it, 0 to `ASKED`.
        pinned: `file` for a wish in the client's file, `question` for a pinned question, "" for neither.
        hidden: by a wish in the client's file.
    """

    name: str
    shown: bool
    weight: float
    asked: float = 0.0
    pinned: str = ""
    hidden: bool = False


def choose(material: Material) -> list[str]:
    """Names of the pictures to show, in order.

    Raises:
        UnknownPicture: a pinned or hidden name that is none.
    """
    return [one.name for one in choices(material) if one.shown]


def choices(material: Material) -> list[Choice]:
    """Every picture, those to show first, in order: pinned in the file, pinned by a question, then by weight.

    Raises:
        UnknownPicture: a pinned or hidden name that is none.
    """
    wishes = material.client.report
    for name in (*wishes.pinned, *wishes.hidden):
        if name not in PICTURES:
            raise UnknownPicture(material.client.client, name)
    there = {name for name, picture in PICTURES.items() if picture.has(material)}
    asked = {name: part for name, part in asked_for(material.interests).items() if name in there}
    pins = {name: "file" for name in wishes.pinned if name in there}
    pins |= {name: "question" for name in pinned_for(material.interests) if name in there and name not in pins}
    weights = weigh(material)
    front = [name for name in pins if name not in wishes.hidden]
    most = wishes.most or max(most_for(summary.total(material.usage)), len(front))

    def rank(name: str) -> tuple[bool, int, float]:
        place = front.index(name) if name in front else len(front)
        return name in wishes.hidden, place, -(weights[name] + asked.get(name, 0.0))

    ordered = sorted(PICTURES, key=rank)
    return [
        Choice(
            name, place < most and name not in wishes.hidden and bool(name in front or weights[name] or name in asked),
            weights[name], asked.get(name, 0.0), pins.get(name, ""), name in wishes.hidden,
        )
        for place, name in enumerate(ordered)
    ]  # fmt: skip


def most_for(messages: int) -> int:
    """How many pictures a month of so many messages gets at most."""
    return next((most for below, most in SIZES if messages < below), LARGEST)


def weigh(of: Material) -> dict[str, float]:
    """Every picture's weight, 0 to 100, in the catalogue's order."""
    return {name: round(_WEIGHTS[name](of), 3) for name in PICTURES}


def _destinations(of: Material) -> float:
    if len(of.destinations) < 2:
        return 0
    spread = 1 - float(of.destinations["share"].iloc[0])
    whole = of.destinations[["final", "delivered"]].sum()
    overall = int(whole["delivered"]) / max(int(whole["final"]), 1)
    late = any(
        behind(int(delivered), int(final), overall)
        for delivered, final in zip(of.destinations["delivered"], of.destinations["final"], strict=True)
    )
    return 30 + 40 * spread + 25 * late


def _delivery(of: Material) -> float:
    outcome = delivered_of(of.delivery)
    final = int(outcome["final"].sum())
    if not final:
        return 0
    return 20 if final < 30 else 50 + 30 * (int(outcome["delivered"].sum()) / final < 0.95)


def _funnel(of: Material) -> float:
    rate = of.headline.delivery_rate.now
    return 45 if rate is not None and rate < 0.97 and summary.total(of.usage) >= 1000 else 0


def _receipts(of: Material) -> float:
    counts = of.latency.sum()
    if counts.sum() < 100:
        return 0
    return 40 + 30 * ((within(counts, 0.95) or 0) > HOUR)


def _campaigns(of: Material) -> float:
    sent = max(int(of.usage.loc[of.usage["direction"] == "mt", "messages"].sum()), 1)
    part = int(of.campaigns["messages"].sum()) / sent
    return 40 + 40 * part if len(of.campaigns) > 1 and part >= 0.02 else 0


def _changes(of: Material) -> float:
    if of.split is None or not of.split.before:
        return 0
    moved = abs(float((of.split.after - of.split.before) / of.split.before))
    return 40 + min(50.0, 500 * moved) if moved >= 0.005 else 0


_WEIGHTS: Final[dict[str, Callable[[Material], float]]] = {
    "usage": lambda _: 100,
    "pace": lambda of: 0 if of.over else 80,
    "channels": lambda of: 75 if len(of.daily.columns[of.daily.sum() > 0]) > 1 else 0,
    "unusual": lambda of: 85 if of.unusual["unusual"].any() else 0,
    "destinations": _destinations,
    "movers": lambda of: 35 if of.places.shape[1] > 2 and summary.total(of.usage) >= 1000 else 0,
    "delivery": _delivery,
    "funnel": _funnel,
    "receipts": _receipts,
    "hours": lambda of: 38 if summary.total(of.usage) >= 500 else 0,
    "campaigns": _campaigns,
    "senders": lambda of: 25 if len(of.cohorts) and int(of.cohorts["senders"].sum()) > 1 else 0,
    "bill": lambda of: 90 if of.bill.lines else 0,
    "changes": _changes,
    "commitment": lambda of: 72 if committed(of) is not None else 0,
    "tiers": lambda of: 70 if tiered_line(of) is not None else 0,
}
