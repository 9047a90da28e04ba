"""What a filter is offered: frequent values, words of them, and what the session had last."""

import os
import subprocess
import sys

from tollbook.questions.conditions import Conditions, Offer
from tollbook.questions.steps import Field, Schema, Step, View
from tollbook.questions.trail import Trail

REMARKS = ("late: heavy weather", "late: crew", "weather at the hub")
SCHEMA = Schema("any", {
    "remark": Field("remark", "text", 400, top=REMARKS),
    "line": Field("line", "dimension", 6, top=("north", "south", "east", "west")),
    "delay": Field("delay", "measure", 90, quantiles=(0, 5, 30)),
})  # fmt: skip


def offers(column: str, *asked: View) -> list[Offer]:
    trail = Trail("s", "u")
    for number, view in enumerate(asked, start=1):
        trail.add(Step("s", "u", number, None, None, view))
    return Conditions(SCHEMA).offers(trail.stand(None), column, 40)


def test_a_text_is_offered_words_of_its_frequent_values_as_well() -> None:
    found = [one.condition for one in offers("remark")]
    assert ("contains", "weather") in found
    assert ("contains", REMARKS[0]) in found
    assert ("=", "weather") not in found
    assert found.index(("contains", "weather")) < found.index(("contains", "hub"))


def test_frequent_values_come_first_and_thresholds_are_quantiles() -> None:
    assert offers("line")[0].condition == ("=", "north")
    assert (">", 5.0) in [one.condition for one in offers("delay")]
    assert ("between", (5, 30)) in [one.condition for one in offers("delay")]


def test_an_offer_knows_the_value_and_the_operator_of_the_filter_before() -> None:
    found = {one.condition: one for one in offers("line", View(filters=(("line", "=", "south"),)))}
    assert found["=", "east"].beside == 1
    assert found["=", "north"].beside == -1
    assert found["=", "east"].like_last == 1
    assert found["!=", "east"].like_last == 0
    assert found["=", "south"].used == 1


def test_what_went_along_with_a_value_in_other_sessions_is_offered_where_it_was_used() -> None:
    learned = Conditions(SCHEMA)
    one = View(filters=(("line", "=", "south"),))
    trail = Trail("s", "u", [])
    trail.add(Step("s", "u", 1, None, None, one))
    learned.add(trail.stand(1), "remark", ("contains", "ice on the wing"))
    near = Trail("t", "v", [])
    near.add(Step("t", "v", 1, None, None, one))
    told = {offer.condition: offer.along for offer in learned.offers(near.stand(1), "remark", 60)}
    assert told["contains", "ice on the wing"] > 0
    assert told["contains", "weather"] == 0
    apart = {offer.condition: offer.along for offer in learned.offers(Trail("w", "v").stand(None), "remark", 60)}
    assert apart["contains", "ice on the wing"] == 0


OFFERED = """
from tollbook.questions.conditions import Conditions
from tollbook.questions.steps import Field, Schema, Step, View
from tollbook.questions.trail import Trail

trail = Trail("s", "u")
for number, host in enumerate(("amber", "birch", "cedar", "dogwood", "elm", "fir"), start=1):
    trail.add(Step("s", "u", number, None, None, View(filters=(("host", "=", host),))))
conditions = Conditions(Schema("any", {"host": Field("host", "dimension", 900)}))
print([one.condition for one in conditions.offers(trail.stand(None), "host", 12)])
"""


def test_every_process_offers_the_same_in_the_same_order() -> None:
    """Equal chances stood in the order of a set, which differs between processes: suggestions changed by themselves."""
    said = [
        subprocess.run(
            [sys.executable, "-c", OFFERED], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2", "3")
    ]
    assert said[0]
    assert said[0] == said[1] == said[2]
