"""Every error of the library is a TollbookError of its own with a message that can be acted on."""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import tollbook
from tollbook.errors import TollbookError


ROOMS = ("errors", "money", "period", "settings", "storage", "usage", "rating", "billing")


def error_classes() -> Iterator[type[Exception]]:
    for module in pkgutil.walk_packages(tollbook.__path__, "tollbook."):
        if module.name.split(".")[1] in ROOMS:
            found = vars(importlib.import_module(module.name)).values()
            yield from (one for one in found if isinstance(one, type) and issubclass(one, Exception))


def test_every_error_we_define_has_the_one_base_and_says_when_it_is_raised() -> None:
    ours = {one for one in error_classes() if one.__module__.startswith("tollbook.")}
    assert TollbookError in ours
    assert len(ours) > 15
    for one in ours:
        assert issubclass(one, TollbookError), one
        assert one.__doc__, one


def test_messages_of_money_name_the_place_and_the_remedy() -> None:
    from tollbook.rating.cards import BadRateCard
    from tollbook.rating.contracts import BadClientFile

    refused = str(BadRateCard(Path("a.csv"), "no price", 7))
    assert refused == "a.csv, line 7: no price; parameters/README.md describes rate cards"
    assert "c.yaml: wrong; parameters/README.md lists the fields" in str(BadClientFile(Path("c.yaml"), "wrong"))
