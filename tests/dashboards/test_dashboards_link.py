import pytest

from tollbook.dashboards.link import Choice, choose, read_link

CLIENTS, MONTHS = ("acorn", "birch"), ("2026-11", "2026-10")


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("client=birch&period=7d", {"client": "birch", "period": "7d"}),
        ("period=2026-10", {"period": "2026-10"}),
        ("client=birch&token=secret&voila=1", {"client": "birch"}),
        ("", {}),
        ("client=%FF", {}),
        ("client=" + "a" * 600, {}),
        ("&".join(f"x{n}=1" for n in range(20)), {}),
    ],
)
def test_only_client_and_period_of_a_sane_query_are_read(query: str, asked: dict[str, str]) -> None:
    assert read_link(query) == asked


@pytest.mark.parametrize(
    ("asked", "choice", "refused"),
    [
        ({}, Choice("acorn", "30d"), False),
        ({"client": "birch", "period": "90d"}, Choice("birch", "90d"), False),
        ({"client": "birch", "period": "2026-10"}, Choice("birch", "2026-10"), False),
        ({"period": "month"}, Choice("acorn", "2026-11"), False),
        ({"client": "cedar"}, Choice("acorn", "30d"), True),
        ({"client": "../acorn"}, Choice("acorn", "30d"), True),
        ({"client": "birch", "period": "2031-01"}, Choice("birch", "30d"), True),
        ({"client": "birch", "period": "__import__('os')"}, Choice("birch", "30d"), True),
    ],
)
def test_what_is_not_on_the_lists_is_refused(asked: dict[str, str], choice: Choice, *, refused: bool) -> None:
    assert choose(asked, clients=CLIENTS, months=MONTHS) == (choice, refused)
