"""Whose page this is, and which clients it may show: the one place where that is decided."""

from typing import Protocol


class HasClients(Protocol):
    """The part of a book that this question needs."""

    def client_ids(self) -> list[str]:
        """Every client of the book."""


def visible_clients(book: HasClients) -> tuple[str, ...]:
    """Ids of the clients that the person looking may see, in order.

    Every id that comes from a browser (a link, a list, a widget) is looked up here before it is used. All clients
    of the book are visible as long as no entitlements are kept.
    """
    return tuple(sorted(book.client_ids()))
