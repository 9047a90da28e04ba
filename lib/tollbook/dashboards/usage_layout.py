"""The widgets of the usage page and their places; what they show is filled in by `usage`."""

from dataclasses import dataclass

import ipywidgets as widgets
from itables.widget import ITable

from tollbook.dashboards import page
from tollbook.dashboards.controls import Controls, Tabs
from tollbook.dashboards.panels import Panel, box, panel
from tollbook.dashboards.usage_pictures import PICTURES
from tollbook.dashboards.usage_table import destination_table
from tollbook.dashboards.usage_words import DEFINITIONS

PERIODS = (("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"))


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
