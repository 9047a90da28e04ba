"""The widgets of the account page and their places; what they show is filled in by `account`."""

from dataclasses import dataclass

import ipywidgets as widgets

from tollbook.dashboards import page
from tollbook.dashboards.account_controls import Invoices, Questions, WhatIf
from tollbook.dashboards.account_pictures import PICTURES
from tollbook.dashboards.account_words import DEFINITIONS
from tollbook.dashboards.controls import Controls
from tollbook.dashboards.panels import Panel, View, box, panel


@dataclass(frozen=True, kw_only=True)
class AccountView(View):
    """The account page's own widgets besides."""

    invoices: Invoices
    what_if: WhatIf
    questions: Questions
    answer: Panel
    terms: widgets.HTML


def account_view() -> AccountView:
    """The page without figures."""
    panels = {picture.name: panel(wide=picture.wide) for picture in PICTURES}
    cards, terms = widgets.HTML(), widgets.HTML()
    invoices, what_if, questions, answer = Invoices(), WhatIf(), Questions(), panel(wide=True)
    answer.view.layout.display = "none"
    answer.view.remove_class("tb-pending")
    pictures = box("tb-panels", *(one.view for one in panels.values()))
    figures = box(
        "tb-figures",
        cards,
        pictures,
        box(
            "tb-panel tb-on-screen",
            widgets.HTML(page.panel_head("What if", "The last whole month, priced again")),
            what_if,
        ),
        box("tb-panel tb-on-screen", widgets.HTML(page.panel_head("Worth asking", "One click answers")), questions),
        answer.view,
        box(
            "tb-panel",
            widgets.HTML(page.panel_head("Invoices", "Drafts change with usage; final ones never do")),
            invoices,
        ),
        box("tb-panel", widgets.HTML(page.panel_head("Contract", "The terms in words")), terms),
        widgets.HTML(page.definitions(DEFINITIONS)),
    )
    figures.add_class("tb-stack")
    return AccountView(
        controls=Controls(periods=[]), figures=figures, cards=cards, panels=panels, invoices=invoices, what_if=what_if,
        questions=questions, answer=answer, terms=terms,
    )  # fmt: skip
