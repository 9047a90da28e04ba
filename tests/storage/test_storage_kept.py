"""What is kept for others to find: computed once, equal, and never in the way."""

import stat
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from tollbook.storage.kept import kept

Made = list[tuple[str, Decimal]]


def counted(made: Made) -> tuple[Callable[[], Made], list[int]]:
    calls: list[int] = []

    def make() -> Made:
        calls.append(1)
        return made

    return make, calls


def test_the_same_question_is_answered_once_and_equally(tmp_path: Path) -> None:
    make, calls = counted([("sms", Decimal("1.100"))])
    answers = [kept(tmp_path / "reads", ("cube", 7), make) for _ in range(3)]
    assert [str(answer) for answer in answers] == ["[('sms', Decimal('1.100'))]"] * 3
    assert len(calls) == 1
    kept(tmp_path / "reads", ("cube", 8), make)
    kept(tmp_path / "others", ("cube", 7), make)
    assert len(calls) == 3


def test_without_a_folder_nothing_is_kept() -> None:
    make, calls = counted([])
    assert [kept(None, "any", make), kept(None, "any", make)] == [[], []]
    assert len(calls) == 2


def test_a_place_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    make, calls = counted([("fax", Decimal(2))])
    assert [kept(tmp_path / "file", "any", make) for _ in range(2)] == [[("fax", Decimal(2))]] * 2
    assert len(calls) == 2


def test_only_this_user_may_enter_and_no_part_of_a_file_is_left(tmp_path: Path) -> None:
    kept(tmp_path / "reads", "any", lambda: 1)
    assert stat.S_IMODE((tmp_path / "reads").stat().st_mode) == 0o700
    assert [path.suffix for path in (tmp_path / "reads").iterdir()] == [""]
