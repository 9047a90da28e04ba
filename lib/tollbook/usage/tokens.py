"""The key of the recipient tokens: one for a book, for ever, or the same number becomes two recipients."""

import secrets

from tollbook.settings import Settings
from tollbook.storage.files import Files


def token_key(settings: Settings, files: Files) -> bytes:
    """`TOLLBOOK_KEY`, else a key made once and kept in the book, for its owner's eyes only (mode 600)."""
    if settings.key is not None:
        return settings.key.get_secret_value().encode()
    return files.create(settings.book / "token.key", secrets.token_hex(32).encode())
