"""What a picture is drawn for: the same function gives the picture of a page, a panel or a printed report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """Where a picture is going to stand.

    Attributes:
        size: width and height in inches; None leaves the height to the picture, which knows how many rows it has.
        width: in inches, where there is no size. Type is as large on any sheet: a narrow one is for print, where it is
            hardly reduced, and for small screens.
        headline: whether finding, subtitle and source are drawn. Without, the page around it says them; the finding
            stays the figure's label, for the alternative text.
    """

    size: tuple[float, float] | None = None
    width: float = 9.0
    headline: bool = True


PAGE = Sheet()
"""On its own, with its words."""

PRINT = Sheet(width=7.2, headline=False)
"""In a report on paper or in a browser, which says the words itself."""
