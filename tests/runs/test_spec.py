from typing import Any

import pytest

from tollbook.period import Month
from tollbook.runs.spec import (
    NEEDS,
    NOTEBOOKS,
    BadId,
    BadParameterName,
    BadParameterType,
    RunSpec,
    UnknownParameter,
    check_parameters,
)

DECLARED = {"client": "str", "days": "int", "dry": "bool", "note": "None", "seed": "Optional[int]"}
OCTOBER = Month(2026, 10)


@pytest.mark.parametrize(
    "client", ["../../etc", "", "a", "Acme", "a b", "{c.__class__}", "acme\n", "-acme", "a/b", "x" * 42, "אבג"]
)
def test_an_id_that_could_leave_its_folder_is_refused(client: str) -> None:
    with pytest.raises(BadId):
        RunSpec(client, OCTOBER, "billing")
    with pytest.raises(BadId):
        RunSpec("acme", OCTOBER, client)


def test_parameters_are_the_clients_and_the_months() -> None:
    spec = RunSpec("acme", OCTOBER, "billing", extra=(("days", 7),))
    assert spec.parameters("/stage") == {"client": "acme", "month": "2026-10", "output": "/stage", "days": 7}
    assert spec.key == "2026-10/acme/billing"


@pytest.mark.parametrize(
    ("name", "value"),
    [("client", "acme"), ("days", 7), ("dry", True), ("note", None), ("note", "x"), ("seed", None), ("seed", 3)],
)
def test_declared_types_pass(name: str, value: Any) -> None:
    check_parameters("billing", {name: value}, DECLARED)


@pytest.mark.parametrize(
    ("name", "value"),
    [("client", 7), ("days", "7"), ("days", True), ("dry", 1), ("days", 7.0), ("client", None), ("note", 1.5)],
)
def test_another_type_is_refused(name: str, value: Any) -> None:
    with pytest.raises(BadParameterType, match=name):
        check_parameters("billing", {name: value}, DECLARED)


def test_a_misspelt_name_is_refused_and_the_right_ones_are_told() -> None:
    with pytest.raises(UnknownParameter, match=r"cleint.*client, days"):
        check_parameters("billing", {"cleint": "acme"}, DECLARED)


@pytest.mark.parametrize("name", ["x=0\nimport os", "api_key", "token", "db_password", "Client", "a.b"])
def test_names_that_are_code_or_ask_for_secrets_are_refused(name: str) -> None:
    with pytest.raises(BadParameterName):
        check_parameters("billing", {name: "x"}, {name: "str"})


def test_what_a_notebook_needs_runs_before_it() -> None:
    for name, needs in NEEDS.items():
        assert all(NOTEBOOKS.index(need) < NOTEBOOKS.index(name) for need in needs)
