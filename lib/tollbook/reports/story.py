"""The month as a notebook tells it: each picture, headed by its finding, with its table, drawn once.

What has nothing to show is said in one line, so that a small client's story is short.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pandas as pd
from IPython.display import Image, Markdown, display

from tollbook.charts.pictures import picture, save_pictures
from tollbook.charts.sheet import PAGE
from tollbook.reports.choice import Choice, choices
from tollbook.reports.material import Material
from tollbook.reports.pictures import PICTURES
from tollbook.reports.words import translations

PINS: Final = {"file": "pinned in the client's file", "question": "pinned beside a question"}


@dataclass(frozen=True, slots=True)
class Story:
    """A client's month, told picture by picture in English.

    Attributes:
        pictures: those shown so far, by name.
    """

    material: Material
    pictures: dict[str, Image] = field(default_factory=dict)

    def tell(self, name: str) -> None:
        """Show a picture of `reports.pictures`, headed by its finding, and its table below it."""
        one = PICTURES[name]
        title = str(translations()["en"]["titles"][name])
        if not one.has(self.material):
            display(Markdown(f"*{title}: there is nothing to show this month.*"))  # type: ignore[no-untyped-call]
            return
        self.pictures[name] = image = picture(one.draw(self.material, PAGE))
        display(image)  # type: ignore[no-untyped-call]
        table = one.table(self.material)
        if len(table):
            display(table)  # type: ignore[no-untyped-call]

    def save(self, folder: Path) -> list[Path]:
        """Write the pictures shown so far as `<folder>/<name>.png`."""
        return save_pictures(folder, **self.pictures)


def choice_table(material: Material) -> pd.DataFrame:
    """Every picture in the order of the client's report, whether it is in it, and why."""
    titles = translations()["en"]["titles"]
    rows = {str(titles[one.name]): ["yes" if one.shown else "", _why(one)] for one in choices(material)}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["in the report", "why"])


def _why(one: Choice) -> str:
    if one.hidden:
        return "hidden in the client's file"
    parts = [PINS[one.pinned]] if one.pinned else []
    parts += [f"the data weighs {one.weight:.0f} of 100"] if one.weight else []
    parts += [f"the client's questions add {one.asked:.0f}"] if one.asked else []
    return "; ".join(parts) or "nothing that calls for it"
