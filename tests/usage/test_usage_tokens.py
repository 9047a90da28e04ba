"""The key of the recipient tokens: made once, however many make it at a time, for its owner's eyes only."""

import threading

from pydantic import SecretStr

from tollbook.settings import Settings
from tollbook.storage.files import open_files
from tollbook.usage.tokens import token_key


def test_a_key_that_is_given_is_taken(project: Settings) -> None:
    given = project.model_copy(update={"key": SecretStr("a secret")})
    assert token_key(given, open_files(given)) == b"a secret"
    assert "a secret" not in repr(given)


def test_the_key_is_made_once_even_by_many_at_a_time(project: Settings) -> None:
    keys: list[bytes] = []
    threads = [threading.Thread(target=lambda: keys.append(token_key(project, open_files(project)))) for _ in range(12)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    path = project.book / "token.key"
    assert set(keys) == {path.read_bytes()}
    assert len(keys[0]) == 64
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in project.book.iterdir()] == ["token.key"]
