"""Questions for a start: what a messaging client's bill makes worth asking, before anybody has asked anything."""

from tollbook.questions.question import Question, to_view
from tollbook.questions.steps import Step

BANK = (
    Question(compare="previous"),
    Question(dimensions=("country",), compare="previous"),
    Question(dimensions=("channel",), compare="previous"),
    Question(("segments",), ("country",)),
    Question(grain="day", compare="previous"),
    Question(("delivery_rate", "messages"), ("country",)),
    Question(("undelivered",), ("network",)),
    Question(("delivery_rate", "messages"), ("channel",)),
    Question(dimensions=("campaign",), compare="previous"),
    Question(("segments",), grain="month", period="last 12 months"),
    Question(dimensions=("status",)),
    Question(dimensions=("weekday",)),
    Question(dimensions=("hour",)),
    Question(grain="day", period="this month", compare="previous"),
)
# How people go on from these: the usual next question after each.
_NEXT = ((1, 3), (1, 5), (2, 7), (4, 1), (5, 6), (8, 5), (10, 6), (0, 1), (0, 2), (0, 4))


def bank_steps() -> list[Step]:
    """The bank as sessions of two questions each: what a learner knows of a client that never asked."""
    steps = []
    for number, (one, two) in enumerate(_NEXT):
        session = f"bank {number}"
        steps.append(Step(session, session, 1, None, None, to_view(BANK[one])))
        steps.append(Step(session, session, 2, 1, None, to_view(BANK[two])))
    return steps
