"""Common questions: kinds and packs that are asked together, by client, role and over clients."""

from datetime import UTC, datetime, timedelta

from tollbook.questions.habits import by_role, common_kinds, packs
from tollbook.questions.journal import Entry
from tollbook.questions.question import Question

NOW = datetime(2026, 10, 20, tzinfo=UTC)
COST, FAILED, SECRET = (
    Question(("segments",), ("country",)),
    Question(("undelivered",), ("network",)),
    Question(filters=(("campaign", "=", "canary-4711"),)),
)


def asked(question: Question, client: str = "a-b", session: str = "s", *, days: int = 0, role: str = "client") -> Entry:
    return Entry(f"{client}{session}{question.hash}", client, session, "", role, "widget", NOW - timedelta(days=days),
                 question)  # fmt: skip


def test_recent_kinds_count_for_more_and_a_session_counts_once() -> None:
    log = [asked(COST, session=f"old {n}", days=120) for n in range(3)]
    log += [asked(FAILED, session="new"), asked(FAILED, session="new")]
    first, second = common_kinds(log)
    assert (first.questions, first.times, first.weight) == ((FAILED,), 1, 1.0)
    assert (second.questions, second.times, second.weight) == ((COST,), 3, 0.75)


def test_what_is_asked_together_is_a_pack() -> None:
    log = [asked(one, session=f"s{n}") for n in range(3) for one in (COST, FAILED)]
    log += [asked(COST, session="alone"), asked(SECRET, session="s1")]
    (pack,) = packs(log)
    assert set(pack.questions) == {COST, FAILED}
    assert pack.times == 3


def test_over_clients_only_what_three_of_them_ask_and_no_value_at_all() -> None:
    log = [asked(one, client=f"client-{n}", session=s) for n in range(3) for s in "ab" for one in (COST, SECRET)]
    log += [asked(FAILED, client=f"client-{n}") for n in range(2)]
    (kind,) = common_kinds(log, shared=True)
    assert (kind.questions, kind.clients) == ((COST,), 3)
    assert "canary" not in repr([*common_kinds(log, shared=True), *packs(log, shared=True)])


def test_each_role_has_its_own() -> None:
    log = [asked(COST, role="client"), asked(FAILED, role="analyst")]
    assert {role: kinds[0].questions for role, kinds in by_role(log).items()} == {
        "client": (COST,), "analyst": (FAILED,),
    }  # fmt: skip


def test_an_empty_log_has_none() -> None:
    assert common_kinds([]) == packs([]) == []
    assert by_role([]) == {}
