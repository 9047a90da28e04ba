"""Small tables that stand beside the pictures: the same numbers, written as on the invoice."""

import pandas as pd

from tollbook.billing.bill import Bill
from tollbook.billing.documents.labels import Labels
from tollbook.charts.findings import delivered_of
from tollbook.charts.names import campaign_name, channel_name, country_name, spoken, weekday_name
from tollbook.charts.words import count, money, rate, share, signed
from tollbook.rating.contracts import Contract, UsageCharge
from tollbook.rating.rater import meter
from tollbook.usage.cube import cells_of
from tollbook.usage.summary import OTHER, Compared, Headline

NONE, MINUS, PLUS_MINUS = "\N{EN DASH}", "\N{MINUS SIGN}", "\N{PLUS-MINUS SIGN}"


def headline_table(headline: Headline, locale: str = "en") -> pd.DataFrame:
    """Messages, segments, delivery rate and top destination, each with the period before and the change."""
    place = "Nowhere" if headline.destination is None else country_name(headline.destination)
    rows = {
        "Messages": _count_row(headline.messages, locale),
        "Segments": _count_row(headline.segments, locale),
        "Delivery rate": _rate_row(headline.delivery_rate, locale),
        f"Share of the top destination, {place}": _rate_row(headline.destination_share, locale),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["this period", "period before", "change"])


def channel_table(days: pd.DataFrame, before: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """Messages by channel, their share, and the period before (both as given by `by_day`)."""
    now, earlier = days.sum(), before.sum()
    keys = sorted(set(now.index) | set(earlier.index), key=lambda key: (-now.get(key, 0), str(key)))
    whole = max(int(now.sum()), 1)
    rows = {
        channel_name(str(key)): [
            count(now.get(key, 0), locale), share(now.get(key, 0) / whole, locale), count(earlier.get(key, 0), locale)
        ]
        for key in keys
    }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index", columns=["messages", "share", "period before"])


def ranking_table(table: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """`destinations` or `campaigns`, with names instead of codes."""
    named = country_name if table.index.name == "country" else campaign_name
    return pd.DataFrame(
        {
            "messages": [count(value, locale) for value in table["messages"]],
            "segments": [count(value, locale) for value in table["segments"]],
            "share": [share(value, locale) for value in table["share"]],
            "delivery rate": [_rate(value, locale) for value in table["delivery_rate"]],
        },
        index=["All others" if key == OTHER else named(str(key)) for key in table.index],
    )


def busiest_table(hours: pd.DataFrame, locale: str = "en", *, limit: int = 5) -> pd.DataFrame:
    """The busiest hours of the week (`by_hour`), most first."""
    counts = hours.to_numpy().ravel()
    ranked = [int(place) for place in (-counts).argsort(kind="stable")[:limit] if counts[place]]
    return pd.DataFrame(
        {
            "messages": [count(counts[place], locale) for place in ranked],
            "share": [share(counts[place] / counts.sum(), locale) for place in ranked],
        },
        index=[f"{weekday_name(place // 24)} {place % 24:02d}:00" for place in ranked],
    )


def outcome_table(table: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """Outgoing messages by channel (`delivery`): all, final, delivered or read, delivery rate."""
    outcome = delivered_of(table)
    rates = outcome["delivered"] / outcome["final"].where(outcome["final"] > 0)
    return pd.DataFrame(
        {
            "messages": [count(value, locale) for value in table.sum(axis="columns")],
            "final": [count(value, locale) for value in outcome["final"]],
            "delivered": [count(value, locale) for value in outcome["delivered"]],
            "delivery rate": [_rate(value, locale) for value in rates],
        },
        index=[channel_name(str(key)) for key in table.index],
    )


def bill_table(bill: Bill, locale: str = "en") -> pd.DataFrame:
    """The bill's lines, taxes and total."""
    labels = Labels.spoken(spoken(), locale, bill.currency)
    rows = [[line.label, labels.counted(line.quantity, line.unit), line.amount] for line in bill.lines]
    rows += [["Net", "", bill.net]]
    rows += [[tax.label, "", tax.amount] for tax in bill.taxes]
    rows += [["Total", "", bill.total]]
    table = pd.DataFrame(rows, columns=["line", "quantity", "amount"])
    return (
        table.assign(amount=[money(amount, bill.currency, locale) for amount in table["amount"]])
        .set_index("line")
        .rename_axis(None)
    )


def metered_messages(bill: Bill, contract: Contract, usage: pd.DataFrame) -> pd.DataFrame:
    """Messages of each usage line, counted twice: from the usage frame by the contract's meter, and on the bill.

    Columns (int64): `metered`, `billed`, `unpriced` (metered, but no price covers them); index: the charge's name.
    On a bill that holds, metered = billed + unpriced.
    """
    cells = cells_of(usage)
    lines = {line.charge: line for line in bill.lines}
    rows = {
        charge.name: (
            sum(one.messages for one in meter(cells, charge.meter)),
            sum(item.messages for item in lines[charge.name].items),
            sum(one.messages for one in bill.unrated if one.charge == charge.name),
        )
        for charge in contract.charges
        if isinstance(charge, UsageCharge)
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["metered", "billed", "unpriced"], dtype="int64")


def _count_row(figure: Compared, locale: str) -> list[str]:
    change = NONE if figure.relative is None else signed(figure.relative, locale)
    return [count(figure.now or 0, locale), NONE if figure.before is None else count(figure.before, locale), change]


def _rate_row(figure: Compared, locale: str) -> list[str]:
    points = figure.difference
    change = NONE if points is None else _signed(f"{abs(points) * 100:.1f} points", round(points, 3))
    return [_rate(figure.now, locale), _rate(figure.before, locale), change]


def _signed(text: str, value: float) -> str:
    return f"{PLUS_MINUS}{text}" if not value else f"{'+' if value > 0 else MINUS}{text}"


def _rate(value: float | None, locale: str) -> str:
    return NONE if value is None or pd.isna(value) else rate(value, locale)
