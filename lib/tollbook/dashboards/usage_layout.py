"""The widgets of the usage page and their places; what they show is filled in by `usage`."""

from dataclasses import dataclass

import ipywidgets as widgets
from itables.widget import ITable

from tollbook.dashboards import page
from tollbook.dashboards.controls import Controls, Tabs
from tollbook.dashboards.panels import View, box, panel
from tollbook.dashboards.usage_pictures import PICTURES
from tollbook.dashboards.usage_table import destination_table
from tollbook.dashboards.usage_words import DEFINITIONS

PERIODS = (("7d", "7 days"), ("30d", "30 days"), ("90d", "90 days"))


@dataclass(frozen=True, kw_only=True)
class UsageView(View):
    """The usage page's own widgets besides."""

    split: Tabs
    table_head: widgets.HTML
    table: ITable
    table_panel: widgets.VBox


def usage_view() -> UsageView:
    """The page without figures."""
    split = Tabs(label="Split usage by", name="by")
    panels = {one.name: panel(*([split] if one.name == "usage" else []), wide=one.wide) for one in PICTURES}
    cards, table_head, table = widgets.HTML(), widgets.HTML(), destination_table()
    pictures = box("tb-panels", *(one.view for one in panels.values()))
    table_panel = box("tb-panel tb-table", table_head, table)
    figures = box("tb-figures", cards, pictures, table_panel, widgets.HTML(page.definitions(DEFINITIONS)))
    controls = Controls(periods=[list(pair) for pair in PERIODS])
    return UsageView(
        controls=controls, figures=figures, cards=cards, panels=panels, split=split, table_head=table_head, table=table,
        table_panel=table_panel,
    )  # fmt: skip
