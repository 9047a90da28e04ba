"""What every page consists of: framed panels, and the widgets around them."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import ipywidgets as widgets

from tollbook.dashboards import page
from tollbook.dashboards.controls import Controls

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


@dataclass(frozen=True, kw_only=True)
class View:
    """The widgets of a page that change; what they show is filled in by its dashboard.

    Attributes:
        figures: what gives way to `trouble`, the apology.
        panels: of the pictures, by name.
    """

    controls: Controls
    figures: widgets.VBox
    cards: widgets.HTML
    panels: dict[str, Panel]
    masthead: widgets.HTML = field(default_factory=widgets.HTML)
    span: widgets.HTML = field(default_factory=widgets.HTML)
    note: widgets.HTML = field(default_factory=widgets.HTML)
    alerts: widgets.HTML = field(default_factory=widgets.HTML)
    trouble: widgets.HTML = field(default_factory=widgets.HTML)

    @cached_property
    def root(self) -> widgets.VBox:
        """The whole page."""
        above = (self.masthead, self.controls, self.span, self.note, self.alerts, self.trouble)
        return box("tollbook", *above, self.figures)


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
