"""The pictures of the account page: why the bill moved, what it is made of, and what is expected."""

from typing import TYPE_CHECKING

from tollbook.charts import findings, findings_month
from tollbook.dashboards.account_reading import AccountReading, Outlook
from tollbook.dashboards.picture import Picture, names_above_bars

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ON_PHONE = 75  # days of the forecast picture: 45 to come and a month before
NOTHING = ("There is no bill to compare with", "No contract, or another currency, in the month before")


def _change_words(reading: AccountReading) -> tuple[str, str]:
    if reading.split is None:
        return NOTHING
    before, locale = reading.month.shift(-1), reading.client.locale
    finding = findings_month.change(reading.split, reading.bill.currency, before, locale)
    compared = before.label() if reading.over else f"as many days of {before.label()}"
    return finding, f"Why the bill moved, against {compared}: volume, new destinations, mix, prices, fees"


def _change_figure(reading: AccountReading) -> "Figure":
    from tollbook.charts.changes import bill_changes
    from tollbook.charts.style import empty_note, figure

    if reading.split is None:
        fig = figure(9.0, 2.0)
        empty_note(fig.subplots())
        return fig
    return bill_changes(reading.split, reading.bill.currency, reading.month, locale=reading.client.locale)


def _change_height(reading: AccountReading) -> int:
    steps = sum(1 for amount in reading.split.effects().values() if amount) if reading.split else 1
    return 60 + 46 * (steps + 2)


def _bill_words(reading: AccountReading) -> tuple[str, str]:
    return findings.bill(reading.bill, reading.client.locale), f"What {reading.month.label()} is made of"


def _bill_figure(reading: AccountReading) -> "Figure":
    from tollbook.charts.bill import bill_lines

    return bill_lines(reading.bill, locale=reading.client.locale)


def _bill_height(reading: AccountReading) -> int:
    from tollbook.charts.bill import waterfall

    return 60 + 46 * len(waterfall(reading.bill, reading.client.locale))


def _outlook_words(outlook: Outlook | None) -> tuple[str, str]:
    if outlook is None:
        return "The forecast is being worked out", "Messages by day"
    from tollbook.forecasting import outlook_finding

    if outlook.nothing:
        return "No messages so far, and none expected", "Messages by day"
    first, *_ = outlook_finding(outlook.coming, outlook.locale).split(". ")
    return first.rstrip("."), "Messages by day, with 80% and 95% intervals"


def _outlook_figure(outlook: Outlook) -> "Figure":
    from tollbook.charts.forecast import forecast_chart

    return forecast_chart(outlook.history, outlook.coming, title="", locale=outlook.locale)


def _near_days(fig: "Figure") -> None:
    """A phone has room for half of the days, and for no names beside and above them."""
    from tollbook.dashboards.fit import last_days, without_end_labels

    without_end_labels(fig.axes[0])
    last_days(fig.axes[0], ON_PHONE)


PICTURES = (
    Picture("changes", _change_words, _change_figure, _change_height, wide=True, for_phone=names_above_bars),
    Picture("bill", _bill_words, _bill_figure, _bill_height, wide=True, for_phone=names_above_bars),
    Picture("outlook", _outlook_words, _outlook_figure, lambda _: 360, wide=True, for_phone=_near_days),
)
