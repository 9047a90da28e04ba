"""A hosted language model as a reader of questions in words: off unless `TOLLBOOK_QUESTION_MODEL` names an address.

It is sent the words and the names a question may use, never a value, a client or any usage, and may only give back a
question in canonical form, which is checked like any other. What it makes of the words runs nothing by itself.
"""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Any

from tollbook.errors import TollbookError
from tollbook.questions.question import OPERATORS
from tollbook.questions.timespan import NAMED
from tollbook.questions.vocabulary import COMPARISONS, DIMENSIONS, GRAINS, MEASURES
from tollbook.questions.wording import Hook

SECONDS = 10.0
LARGEST = 20_000  # bytes of an answer; a question is a few hundred


class ModelUnusable(TollbookError):
    """The hosted model did not answer, or not in JSON."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"hosted model: {problem[:200]}; ask in other words, or unset TOLLBOOK_QUESTION_MODEL")


def hosted_model(address: str) -> Hook:
    """A hook for `wording.understand` that posts to `address`, https or this machine's http.

    Raises:
        ModelUnusable: the address is neither; when called: no answer in time, or none that is a JSON object.
    """
    if not address.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ModelUnusable("its address must begin with https://")

    def ask(words: str) -> Mapping[str, Any]:
        names = {"measures": list(MEASURES), "dimensions": list(DIMENSIONS), "grains": list(GRAINS),
                 "compare": ["", *COMPARISONS], "operators": list(OPERATORS), "periods": [*NAMED, "last N days",
                 "last N months", "YYYY-MM"]}  # fmt: skip
        body = json.dumps({"words": words, "may_use": names}).encode()
        request = urllib.request.Request(  # noqa: S310 - checked above
            address, data=body, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as reply:  # noqa: S310 - checked above
                found = json.loads(reply.read(LARGEST))
        except (urllib.error.URLError, OSError, ValueError) as error:
            raise ModelUnusable(str(error)) from error
        if not isinstance(found, dict):
            raise ModelUnusable("its answer is no JSON object")
        return found

    return ask
