"""The widgets of the account page that talk to the kernel: invoices with their files, the what-if, the questions.

What a browser sends is a wish of any shape: whoever listens checks it.
"""

from pathlib import Path

import anywidget
import traitlets

HERE = Path(__file__).parent


class Invoices(anywidget.AnyWidget):
    """A table of documents. A press on PDF or CSV arrives as the message {"number", "as"}; the file goes back as bytes.

    Attributes:
        rows: {"number": "" for the draft, "name", "month", "state", "total"} in order.
        files: whether files can be had; not while figures are hidden.
    """

    _esm = HERE / "invoices.js"
    rows: traitlets.List[dict[str, str]] = traitlets.List().tag(sync=True)
    files = traitlets.Bool(True).tag(sync=True)


class WhatIf(anywidget.AnyWidget):
    """A slider of messages, -50 to 100 per cent, and what follows from it in words."""

    _esm = HERE / "what_if.js"
    percent = traitlets.Int(0).tag(sync=True)
    said = traitlets.Unicode("").tag(sync=True)


class Questions(anywidget.AnyWidget):
    """Suggested questions. A press arrives as the message {"how": picked | pinned | dismissed, "at": place in `items`}.

    Attributes:
        items: {"text", "why", "pinned"} in order.
        empty: what stands there when there are none.
    """

    _esm = HERE / "questions.js"
    items: traitlets.List[dict[str, object]] = traitlets.List().tag(sync=True)
    empty = traitlets.Unicode("").tag(sync=True)
