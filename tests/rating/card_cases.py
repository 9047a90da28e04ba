"""Rate cards written as a reader sees them: one row per line, blank cells for any."""

from pathlib import Path

from tollbook.rating.cards import RateCard, read_card

HEADER = "channel,direction,country,network,category,unit,price,currency,valid_from,valid_to"


def write_card(folder: Path, text: str, *, header: str = HEADER, name: str = "card") -> Path:
    """A card file from rows indented in a test."""
    path = folder / f"{name}.csv"
    path.write_text("\n".join([header, *(line.strip() for line in text.strip().splitlines())]) + "\n", "utf-8")
    return path


def card_of(folder: Path, text: str, *, header: str = HEADER, name: str = "card") -> RateCard:
    return read_card(write_card(folder, text, header=header, name=name))
