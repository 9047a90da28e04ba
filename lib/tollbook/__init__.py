"""Tollbook: billing, insight and forecasting for business mobile messaging.

`book = tollbook.open()` is where a notebook begins; see `tollbook.book.Book`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tollbook.book import Book
    from tollbook.settings import Settings

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(settings: "Settings | None" = None) -> "Book":  # noqa: A001 - reads as `tollbook.open()`
    """The book of the project around the working directory, or of `settings`; see `Settings.one_book`.

    Raises:
        NoProject: no folder with `parameters/` from here upwards.
    """
    from tollbook.book import Book, one_book
    from tollbook.settings import Settings

    chosen = settings or Settings()
    return one_book(chosen) if chosen.one_book else Book(chosen)


def load_ipython_extension(shell: object) -> None:
    """`%load_ext tollbook`: see `tollbook.sql_magic`."""
    from tollbook.sql_magic import load

    load(shell)
