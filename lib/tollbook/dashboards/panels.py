"""The framed parts of a page: a heading, which states the finding, and its picture."""

from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets

from tollbook.dashboards import page

# A picture widget without a value shows the browser's broken-image sign; this is one clear pixel.
BLANK = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010804000000b51c0c02"
    "0000000b4944415478da6364600000000600023081d02f0000000049454e44ae426082"
)


@dataclass(frozen=True)
class Panel:
    """A framed part of the page: a heading, which states the finding, and its picture."""

    head: widgets.HTML
    image: widgets.Image
    view: widgets.VBox


def panel(*between: widgets.Widget, wide: bool) -> Panel:
    """A panel whose heading and picture are still to come, and what stands between the two."""
    head = widgets.HTML(page.panel_head("", ""))
    image = widgets.Image(value=BLANK, format="png")
    view = box("tb-panel tb-picture tb-pending" + (" tb-wide" if wide else ""), head, *between, image)
    return Panel(head, image, view)


def box(classes: str, *children: Any) -> widgets.VBox:
    """A box with CSS classes."""
    made = widgets.VBox(list(children))
    for name in classes.split():
        made.add_class(name)
    return made
