"""`%load_ext tollbook`: `%%sql` on the book's own DuckDB, by the magic_duckdb package, results as pandas.

The views are `ledger` (after `book.open_ledger(...)`) and whatever was registered on `book.connection`;
`-o name` keeps the result. The notebook's `book` is used, or one is opened under that name.
"""

from typing import Any

from tollbook.book import Book


def load(shell: Any) -> None:
    """Give an IPython shell the magics `%sql` and `%%sql`, connected to its `book`."""
    import magic_duckdb

    import tollbook

    book = shell.user_ns.get("book")
    if not isinstance(book, Book):
        book = tollbook.open()
        shell.push({"book": book})
    magic_duckdb.MAGIC_NAME = "sql"
    magic_duckdb.load_ipython_extension(shell)
    shell.run_line_magic("sql", "-co book.connection")
