"""Edits: what one step changed, made again elsewhere."""

import pytest

from tollbook.questions.edits import Edits, carry, edit_of
from tollbook.questions.steps import EMPTY, Step, View
from tollbook.questions.trail import Trail

COUNT = (("count", "*"),)
BY_CITY = View(("city",))
IN_MAY = View(("city",), COUNT, (("month", "=", "May"),))
COST_BY_SHOP_IN_MAY = View(("shop",), (("sum", "cost"),), (("month", "=", "May"),), ("sum(cost)", "desc"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (EMPTY, BY_CITY),
        (BY_CITY, IN_MAY),
        (IN_MAY, COST_BY_SHOP_IN_MAY),
        (COST_BY_SHOP_IN_MAY, EMPTY),
        (IN_MAY, View(("city",), COUNT, (("month", "=", "June"),))),
    ],
)
def test_an_edit_made_again_where_it_was_made_leads_to_the_same_view(before: View, after: View) -> None:
    assert carry(before, edit_of(before, after)) == after


def test_an_edit_fits_views_it_was_never_made_from() -> None:
    swap = edit_of(IN_MAY, COST_BY_SHOP_IN_MAY)  # another column, another total, an order: three changes at once
    elsewhere = View(("region",), COUNT, (("channel", "!=", "post"),))
    made = View(("shop",), (("sum", "cost"),), (("channel", "!=", "post"),), ("sum(cost)", "desc"))
    assert carry(elsewhere, swap) == made


def test_an_edit_does_not_fit_where_what_it_takes_out_is_missing() -> None:
    two = View(("city", "shop"))
    assert carry(View(("shop", "region")), edit_of(two, View(("shop",)))) is None


def test_what_was_changed_elsewhere_is_offered_here_though_nobody_asked_it() -> None:
    edits = Edits()
    for number in range(3):
        trail = Trail(f"s{number}", "u")
        trail.add(Step(f"s{number}", "u", 1, None, None, IN_MAY))
        edits.add(trail.stand(1), COST_BY_SHOP_IN_MAY)
    trail = Trail("other", "u")
    trail.add(Step("other", "u", 1, None, None, View(("region",))))
    offered = edits.carried(trail.stand(1))
    wanted = View(("shop",), (("sum", "cost"),), (), ("sum(cost)", "desc"))
    assert offered[wanted] > 0.3
