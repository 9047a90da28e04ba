"""The forecast in its parts: coming days as bars, stacked by channel or destination, up to the whole."""

from collections.abc import Mapping
from typing import Literal

import pandas as pd
from matplotlib.figure import Figure

from tollbook.charts.axes import count_axis, day_axis, shade_weekends
from tollbook.charts.names import say, value_name
from tollbook.charts.sheet import PAGE, Sheet
from tollbook.charts.style import empty_note, house_style, titled
from tollbook.charts.usage import name_stack, stacked
from tollbook.charts.words import count, share
from tollbook.forecasting import Forecast


@house_style()
def forecast_parts_chart(
    parts: Mapping[str, Forecast],
    *,
    by: Literal["channel", "country"] = "channel",
    locale: str = "en",
    sheet: Sheet = PAGE,
) -> Figure:
    """What is expected a day, a bar a day, a colour a part; the bars are as high as the forecast of the whole.

    Args:
        parts: `Issued.parts`, or `forecast_parts`.
        by: what the parts are; destinations are countries.
        locale: of the numbers.
        sheet: what it is drawn for.
    """
    days = pd.DataFrame({name: one.mean for name, one in parts.items()})
    fig = titled(4.2, _finding(days, by, locale), say("forecast_parts_drawn"), sheet=sheet)
    ax = fig.subplots()
    if not days.to_numpy().sum():
        empty_note(ax, say("forecast_none"))
        return fig
    first, last = (pd.Timestamp(str(day)).date() for day in days.index[[0, -1]])
    stacked(ax, days, by, width=0.82)
    day_axis(ax, first, last, locale)
    shade_weekends(ax, first, last, locale)
    count_axis(ax.yaxis, locale)
    ax.set_ylim(0)
    name_stack(ax, days, by, locale)
    return fig


def _finding(days: pd.DataFrame, by: str, locale: str) -> str:
    sums = days.sum()
    whole = float(sums.sum())
    if not whole:
        return say("forecast_none")
    largest = str(sums.idxmax())
    return say(
        "forecast_parts",
        name=value_name(by, largest),
        share=share(float(sums[largest]) / whole, locale),
        n=count(whole, locale),
        days=len(days),
    )
