"""Questions and answers in words: one plain sentence, with the numbers it rests on."""

from decimal import Decimal

import pandas as pd

from tollbook.charts.names import campaign_name, channel_name, country_name
from tollbook.charts.words import against, count, during, rate, share
from tollbook.questions.compiling import Statement
from tollbook.questions.question import Question
from tollbook.questions.vocabulary import DIMENSIONS, GRAINS, MEASURES

_CATEGORIES = {
    "otp": "one-time codes", "marketing": "marketing", "service": "service messages", "utility": "utility messages",
}  # fmt: skip


def _category_name(category: str) -> str:
    return _CATEGORIES.get(category, category) or "no category"


_NAMES = {
    "country": country_name, "channel": channel_name, "campaign": campaign_name, "category": _category_name,
}  # fmt: skip
# With a value, and without it; {} is the value.
_WITH = {
    "country": ("to {}", "except to {}"),
    "channel": ("sent as {}", "except {}"),
    "network": ("on network {}", "except on network {}"),
    "direction": ("only {}", "without {}"),
    "category": ("only {}", "without {}"),
    "status": ("that {}", "except those that {}"),
    "hour": ("at hour {}", "except at hour {}"),
    "weekday": ("on {}", "except on {}"),
}
_MISSING = {"country": "an unknown country", "channel": "an unknown channel", "network": "unknown"}
_HAPPENED = {"failed": "failed", "expired": "expired", "undelivered": "were not delivered"}  # others: "were ..."
_COMMON_NOUNS = ("category", "direction", "status")  # their values begin a sentence with a capital; names stay
_WAYS = {"mo": "incoming messages", "mt": "outgoing messages"}


def describe(question: Question) -> str:
    """The question in words: `Messages by country, without incoming messages, last month`."""
    text = " and ".join(MEASURES[name].label for name in question.measures)
    by = [DIMENSIONS[name].label for name in question.dimensions] + ([question.grain] if question.grain else [])
    text += f" by {' and '.join(by)}" if by else ""
    whole = text if not by else ""  # "messages that failed", but "messages by country, that failed"
    for name, how, value in question.filters:
        said = _filter(name, how, value)
        text += f" {said}" if said.startswith("that ") and text == whole else f", {said}"
    text += f", {question.period}"
    text += {"": "", "previous": ", against the period before", "year": ", against a year before"}[question.compare]
    fewest = question.order is not None and question.order[1] == "asc" and question.order[0] in question.measures
    if question.limit:
        text += f", {'bottom' if fewest else 'top'} {question.limit}"
    elif fewest:
        text += ", the smallest first"
    return text[:1].upper() + text[1:]


def _filter(name: str, how: str, value: object) -> str:
    """A filter as people say it: `to Germany or France`, `without incoming messages`, `with any campaign`."""
    label = DIMENSIONS[name].label
    if how == "contains":
        return f"with \u201c{value}\u201d in the {label}"
    if value == "" and name not in _MISSING:
        return f"with any {label}" if how == "!=" else f"without a {label}"
    values = value if isinstance(value, tuple) else (value,)
    named = " or ".join(_MISSING.get(name, "none") if one == "" else _filtered(name, one) for one in values)
    with_it, without_it = _WITH.get(name, (f"in {label} {{}}", f"except {label} {{}}"))
    return (without_it if how == "!=" else with_it).format(named)


def _filtered(name: str, value: object) -> str:
    """A value inside a filter's phrase: a status is what happened to the messages."""
    if name != "status":
        return value_name(name, value)
    return "have no known outcome" if value == "unknown" else _HAPPENED.get(str(value), f"were {value}")


def value_name(dimension: str, value: object) -> str:
    """A value of a dimension as people call it."""
    if dimension == "direction" and value in _WAYS:
        return _WAYS[str(value)]
    if dimension == "hour" and str(value).isdigit():
        return f"{int(str(value)):02d}:00"
    known = _NAMES.get(dimension)
    return known(str(value)) if known else str(value) or f"no {DIMENSIONS[dimension].label}"


def sentence(question: Question, frame: pd.DataFrame, statement: Statement, locale: str = "en") -> str:
    """What the answer says, in one sentence; never a number that the frame does not hold."""
    when = during(statement.days.first, statement.days.last)
    name = question.measures[0]
    values = frame[name].astype(float) if len(frame) else pd.Series(dtype=float)
    if not len(values.dropna()) or (MEASURES[name].additive and not values.fillna(0).any()):
        return f"Nothing {when} matches this question"
    keys = [*question.dimensions, *([question.grain] if question.grain else [])]
    if not keys:
        return f"{_figure(name, values.iloc[0], locale)} {when}{_against(question, frame, statement, locale)}"
    fewest = question.order == (name, "asc")
    ranked = values.fillna(float("inf" if fewest else "-inf")).to_numpy()
    top = frame.iloc[int(ranked.argmin() if fewest else ranked.argmax())]
    label = ", ".join(_key(key, top[key]) for key in keys if not pd.isna(top[key]))
    if keys[0] in _COMMON_NOUNS or label.startswith("no "):
        label = label[:1].upper() + label[1:]
    text = f"{label} had the {'fewest' if fewest else 'most'} {MEASURES[name].label} {when}: "
    text += count(float(top[name]), locale)
    if not MEASURES[name].additive:
        which = "lowest" if fewest else "highest"
        return f"{label} had the {which} {MEASURES[name].label} {when}: {rate(float(top[name]), locale)}"
    if question.limit is None:
        text += f" of {count(float(values.sum()), locale)}, {share(float(top[name]) / float(values.sum()), locale)}"
    return text + _against(question, frame, statement, locale)


def _against(question: Question, frame: pd.DataFrame, statement: Statement, locale: str) -> str:
    """All rows against the period compared with, when there is one and it had anything."""
    name = question.measures[0]
    if statement.earlier is None or not MEASURES[name].additive:
        return ""
    earlier = during(statement.earlier.first, statement.earlier.last)
    now, then = float(frame[name].fillna(0).sum()), float(frame[f"{name}_before"].fillna(0).sum())
    if not then:
        return f"; there were none {earlier}"
    return f"; in all {against(now / then - 1, '', locale)} {earlier} ({count(then, locale)})"


def _figure(name: str, value: float, locale: str) -> str:
    if not MEASURES[name].additive:
        return f"A {MEASURES[name].label} of {rate(value, locale)}"
    return f"{count(Decimal(str(value)), locale)} {MEASURES[name].label}"


def told(frame: pd.DataFrame, locale: str = "en") -> pd.DataFrame:
    """An answer's frame for reading: the same rows and columns as text, headed by what each is called."""
    columns = {}
    for name in frame.columns:
        measure = MEASURES.get(name.removesuffix("_before"))
        if measure is None:
            columns[{**DIMENSIONS, **GRAINS}[name].label] = [
                "" if pd.isna(one) else _key(name, one) for one in frame[name]
            ]
        else:
            figure = count if measure.additive else rate
            label = f"{measure.label}, before" if name.endswith("_before") else measure.label
            columns[label] = ["" if pd.isna(one) else figure(float(one), locale) for one in frame[name]]
    return pd.DataFrame(columns)


def _key(key: str, value: object) -> str:
    if key in GRAINS:
        return f"{pd.Timestamp(str(value)):%-d %B %Y}" if key != "month" else f"{pd.Timestamp(str(value)):%B %Y}"
    return value_name(key, value)
