"""From questions to pictures: what a client asked and pinned says which pictures of the month answer it."""

from typing import Final

from tollbook.questions.interests import Interests
from tollbook.questions.question import Question

ASKED: Final = 30.0  # weight that the most asked picture gains; the others gain in proportion
BY_DIMENSION: Final = {
    "country": "destinations", "network": "destinations", "channel": "channels", "campaign": "campaigns",
    "hour": "hours", "weekday": "hours", "status": "delivery",
}  # fmt: skip
BY_MEASURE: Final = {"delivery_rate": "delivery", "undelivered": "delivery", "segments": "tiers"}


def pictures_for(question: Question) -> tuple[str, ...]:
    """The pictures that answer a question, or come near it; the usage over time where nothing is nearer."""
    keys = [*question.dimensions, *(name for name, *_ in question.filters)]
    found = [BY_DIMENSION[name] for name in keys if name in BY_DIMENSION]
    found += [BY_MEASURE[name] for name in question.measures if name in BY_MEASURE]
    if "destinations" in found and (question.compare or question.grain):
        found.append("movers")  # countries over time
    return tuple(dict.fromkeys(found)) or ("usage",)


def asked_for(interests: Interests) -> dict[str, float]:
    """What questions add to the weights of pictures, 0 to `ASKED`; the latest and most frequent add most."""
    counts: dict[str, float] = {}
    for question, times in interests.asked:
        for name in pictures_for(question):
            counts[name] = counts.get(name, 0.0) + times
    most = max(counts.values(), default=1.0)
    return {name: round(ASKED * times / most, 1) for name, times in counts.items()}


def pinned_for(interests: Interests) -> list[str]:
    """The picture that answers each pinned question best, the first pinned first."""
    return list(dict.fromkeys(pictures_for(question)[0] for question in interests.pinned))
