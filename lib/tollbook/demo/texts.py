"""Texts with a known number of segments, for the one source that reports texts.

Lengths per segment count are those of GSM 03.38: 160 characters or 153 a part; UCS-2 (Hebrew): 70 or 67.
"""

from functools import cache
from importlib.resources import files

import yaml

_LONGEST = {"he": (0, 70, 134, 201, 268), "en": (0, 160, 306, 459, 612), "de": (0, 160, 306, 459, 612)}


@cache
def texts(language: str, segments: int) -> tuple[str, ...]:
    """Texts in `language` (he, en, de) that take exactly `segments` (1 to 4), one per opening sentence."""
    sentences = _sentences()[language]
    return tuple(_text(sentences, start, _LONGEST[language][segments - 1]) for start in range(len(sentences)))


def _text(sentences: tuple[str, ...], start: int, longer_than: int) -> str:
    """Sentences in turn until the text is longer than what fits into one segment less."""
    text = sentences[start]
    for step in range(1, 100):
        if len(text) > longer_than:
            break
        text += " " + sentences[(start + step) % len(sentences)]
    return text


@cache
def _sentences() -> dict[str, tuple[str, ...]]:
    text = files(__package__).joinpath("texts.yaml").read_text("utf-8")
    return {language: tuple(lines) for language, lines in yaml.safe_load(text).items()}
