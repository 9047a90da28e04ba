"""The book: what a notebook opens. It knows where things are and hands out the parts; the work is done in them."""

from tollbook.book.book import Book, one_book
from tollbook.book.ground import UnknownClient
from tollbook.book.usage import NothingIngested

__all__ = ["Book", "NothingIngested", "UnknownClient", "one_book"]
