"""The widgets of the usage page and their places; what they show is filled in by `usage`."""

from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
from itables.widget import ITable

from tollbook.dashboards import page
from tollbook.dashboards.controls import Controls, Tabs
from tollbook.dashboards.headline import DEFINITIONS
from tollbook.dashboards.pictures import PICTURES
from tollbook.dashboards.table import destination_table

PERIODS = (("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"))
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


@dataclass(frozen=True)
class UsageView:
    """Every widget that changes, and `root`, which holds them all."""

    masthead: widgets.HTML
    controls: Controls
    span: widgets.HTML
    note: widgets.HTML
    alerts: widgets.HTML
    cards: widgets.HTML
    panels: dict[str, Panel]
    split: Tabs
    table_head: widgets.HTML
    table: ITable
    table_panel: widgets.VBox
    figures: widgets.VBox
    trouble: widgets.HTML
    root: widgets.VBox


def usage_view() -> UsageView:
    """The page without figures."""
    split = Tabs(label="Split usage by")
    panels = {one.name: panel(*([split] if one.name == "usage" else []), wide=one.wide) for one in PICTURES}
    cards, table_head, table = widgets.HTML(), widgets.HTML(), destination_table()
    pictures = box("tb-panels", *(one.view for one in panels.values()))
    table_panel = box("tb-panel tb-table", table_head, table)
    figures = box("tb-figures", cards, pictures, table_panel, widgets.HTML(page.definitions(DEFINITIONS)))
    masthead, span, note, alerts, trouble = (widgets.HTML() for _ in range(5))
    controls = Controls(periods=[list(pair) for pair in PERIODS])
    root = box("tollbook", masthead, controls, span, note, alerts, trouble, figures)
    return UsageView(
        masthead,
        controls,
        span,
        note,
        alerts,
        cards,
        panels,
        split,
        table_head,
        table,
        table_panel,
        figures,
        trouble,
        root,
    )


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
