"""An answer as a picture: a line over time, ranked bars otherwise; a single number needs none."""

from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from tollbook.charts.axes import count_axis, percent_axis
from tollbook.charts.names import shortened
from tollbook.charts.style import ACCENT, FAINT, INK, empty_note, figure, headline, house_style
from tollbook.charts.words import count, rate
from tollbook.questions.answering import Answer
from tollbook.questions.sayings import describe, value_name
from tollbook.questions.vocabulary import MEASURES

BARS, LINES = 12, 5


@house_style()
def answer_chart(answer: Answer, *, locale: str = "en") -> Figure:
    """Draw an answer; its sentence is the title, the question the subtitle."""
    question = answer.question
    rows = 1 if question.grain else min(len(answer.frame), BARS)
    fig = figure(9.0, 3.6 if question.grain else 1.35 + 0.35 * max(rows, 1))
    headline(fig, answer.said, describe(question))
    ax = fig.subplots()
    if answer.empty:
        empty_note(ax)
    elif question.grain:
        _over_time(ax, answer, locale)
    else:
        _ranked(ax, answer, locale)
    return fig


def _over_time(ax: Axes, answer: Answer, locale: str) -> None:
    question, name = answer.question, answer.question.measures[0]
    frame = answer.frame.dropna(subset=[question.grain])
    if question.dimensions:
        label = _labels(answer, frame)
        top = frame.assign(label=label).groupby("label")[name].sum().nlargest(LINES).index
        frame = frame.assign(label=label)[label.isin(top)]
        sns.lineplot(data=frame, x=question.grain, y=name, hue="label", ax=ax, errorbar=None)
        ax.legend(title=None, frameon=False)
    else:
        if f"{name}_before" in frame:
            ax.plot(frame[question.grain], _before(answer, frame), color=FAINT, linewidth=2)
        ax.plot(frame[question.grain], frame[name].astype(float), color=ACCENT, linewidth=2.4)
    ax.set(xlabel="", ylabel="")
    ax.set_ylim(0)
    ax.xaxis.set_major_locator(_dates())
    ax.xaxis.set_major_formatter(_date_text(question.grain))
    _axis(ax, name, locale)


def _before(answer: Answer, frame: pd.DataFrame) -> pd.Series:
    """The values compared with, as far as their period goes: a shorter month before ends, it does not fall to 0."""
    question, earlier = answer.question, answer.statement.earlier
    values = frame[f"{question.measures[0]}_before"].astype(float)
    if earlier is None:
        return values
    unit = {"day": "D", "week": "W", "month": "M"}[question.grain]
    places = pd.PeriodIndex(frame[question.grain], freq=unit).astype("int64")
    start = pd.Period(answer.statement.days.first, freq=unit).ordinal
    length = pd.Period(earlier.last, freq=unit).ordinal - pd.Period(earlier.first, freq=unit).ordinal
    return values.where(places - start <= length)


def _ranked(ax: Axes, answer: Answer, locale: str) -> None:
    name = answer.question.measures[0]
    frame = answer.frame.dropna(subset=[name]).head(BARS)
    values = frame[name].astype(float)
    ax.barh(range(len(frame)), values, height=0.62, color=ACCENT, linewidth=0)
    if f"{name}_before" in frame:
        earlier = frame[f"{name}_before"].astype(float)
        ax.plot(earlier, range(len(frame)), "|", color=INK, markersize=13, markeredgewidth=1.6)
    for row, value in enumerate(values):
        text = count(value, locale) if MEASURES[name].additive else rate(value, locale)
        ax.annotate(text, (value, row), (5, 0), textcoords="offset points", va="center", color=INK)
    ax.set_yticks(range(len(frame)), [shortened(str(one), 30) for one in _labels(answer, frame)], color=INK)
    ax.set(ylim=(len(frame) - 0.45, -0.55), xlim=(0, float(values.max()) * 1.25 or 1), xticks=[])
    ax.grid(visible=False)
    ax.spines["bottom"].set_visible(False)


def _labels(answer: Answer, frame: pd.DataFrame) -> pd.Series:
    names = answer.question.dimensions
    if not names:
        return pd.Series(["All"] * len(frame), index=frame.index)
    return pd.Series(
        [", ".join(value_name(name, row[name]) for name in names) for _, row in frame.iterrows()], index=frame.index
    )


def _axis(ax: Axes, name: str, locale: str) -> None:
    if MEASURES[name].additive:
        count_axis(ax.yaxis, locale)
    else:
        percent_axis(ax.yaxis, locale)


def _dates() -> Any:
    from matplotlib.dates import AutoDateLocator

    return AutoDateLocator(maxticks=9)  # type: ignore[no-untyped-call]


def _date_text(grain: str) -> Any:
    from matplotlib.dates import DateFormatter

    return DateFormatter("%b %Y" if grain == "month" else "%-d %b")  # type: ignore[no-untyped-call]
