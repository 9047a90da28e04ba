"""The words of a report in one language: `labels.yaml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def translations() -> Mapping[str, Mapping[str, Any]]:
    """`labels.yaml`: language -> key -> text, or a mapping by picture."""
    read: dict[str, dict[str, Any]] = yaml.safe_load(files(__package__).joinpath("labels.yaml").read_text("utf-8"))
    return read


@dataclass(frozen=True, slots=True)
class Words:
    """One language's words; the language is `en` or `he`."""

    language: str
    texts: Mapping[str, Any]

    def __getitem__(self, key: str) -> str:
        return str(self.texts[key])

    def of(self, kind: str, picture: str) -> str:
        """The text of a picture: `titles` or `notes`."""
        return str(self.texts[kind][picture])


def language_of(locale: str, wish: str | None = None) -> str:
    """The report's language: the one wished for, else the client's where there are words for it, else English."""
    return wish or next((name for name in translations() if locale.replace("-", "_").split("_")[0] == name), "en")
