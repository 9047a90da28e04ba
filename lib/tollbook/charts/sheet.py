"""What a picture is drawn for: the same function gives the picture of a page, a panel or a printed report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a picture is going to stand.

    Attributes:
        size: width and height in inches; None leaves it to the picture, which knows how many rows it has.
        headline: whether finding, subtitle and source are drawn. Without, the page around it says them; the finding
            stays the figure's label, for the alternative text.
    """

    size: tuple[float, float] | None = None
    headline: bool = True


PAGE = Sheet()
"""On its own, with its words."""
