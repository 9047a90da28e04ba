"""Raw rows to usage records: a source mapping turned into DuckDB expressions over the macros of `sql/macros.sql`.

Nothing is formatted into SQL: names and constants travel as expressions. Every row comes out, either whole or with
the reason why it is refused.
"""

from collections.abc import Iterable, Mapping
from functools import reduce

import duckdb
from duckdb import (
    CaseExpression,
    CoalesceOperator,
    ColumnExpression,
    ConstantExpression,
    Expression,
    FunctionExpression,
    SQLExpression,
    StarExpression,
)

from tollbook.errors import TollbookError
from tollbook.usage.mapping import WORDS, FieldRule, Source
from tollbook.usage.readers import RawRows
from tollbook.usage.sql import statement

_TIMES = ("submitted_at", "status_at", "final_at")
_READ_AS = {
    "part": "read_count",
    "segments": "read_count",
    "quantity": "read_quantity",
    "cost": "read_money",
    "carrier_fee": "read_money",
    "recipient": "read_recipient",
}
_TEXTS = (
    "message_id", "channel", "direction", "category", "sender", "network", "mcc", "mnc", "country", "status",
    "error_raw", "encoding", "unit", "cost_currency", "campaign", "tags", "text", "account",
)  # fmt: skip
_REASONS = {
    "message_id": "missing_id",
    "recipient": "bad_recipient",
    "submitted_at": "bad_time",
    "status_at": "bad_time",
    "final_at": "bad_time",
    "direction": "bad_direction",
    "status": "bad_status",
    "segments": "bad_number",
    "part": "bad_number",
    "quantity": "bad_number",
    "cost": "bad_number",
    "carrier_fee": "bad_number",
}
REQUIRED = ("message_id", "recipient", "submitted_at", "direction", "status")
_EVENT_REQUIRED = ("message_id", "recipient", "direction", "status")
PLACE = ("file", "n", "item_n")
"""Where a row was: its file's place among those read, its own place over all of them, the item's place in the row."""
NULL = ConstantExpression(None)


class ColumnsMissing(TollbookError):
    """A header that lacks what the mapping needs; nothing of the file is posted."""

    def __init__(self, source: str, missing: list[str]) -> None:
        self.fault = f"the header has no column for {', '.join(missing)}"
        super().__init__(f"{self.fault}; add the column's name in parameters/sources/{source}.yaml")


def define_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Load the reading macros into a connection."""
    connection.execute(statement("macros"))


def select_records(raw: RawRows, source: Source) -> duckdb.DuckDBPyRelation:
    """One row per raw row: those of `PLACE` it has, the fields these files give, `status_raw`, `reason`, `raw`.

    Args:
        raw: the opened files.
        source: their mapping.

    Raises:
        ColumnsMissing: a needed field has none of its columns in these files.
    """
    rules = rules_of(source)
    if raw.columns:
        _check_columns(raw, rules, source)
    given = given_fields(raw, source)
    places = [ColumnExpression(name) for name in PLACE if name in raw.relation.columns]
    each = source.format.each if source.format.type == "jsonl" else ""
    said = raw.relation.select(*places, *(_text(raw, rules[name], each).alias(_said(name)) for name in given))
    texts = {name: ColumnExpression(_said(name)) if name in given else _constant(rule) for name, rule in rules.items()}
    values = [_read(name, rules[name], texts).alias(name) for name in given]
    unchecked = said.select(*places, *values, *(ColumnExpression(_said(name)) for name in given))
    checked = [_checked(name, ColumnExpression(name)).alias(name) for name in given]
    read = unchecked.select(*places, *checked, *(ColumnExpression(_said(name)) for name in given))
    known = {name: ColumnExpression(name) if name in given else _value(name, rules[name], texts) for name in rules}
    reason = _reason(rules, required(source), texts, known)
    judged = read.select(StarExpression(), reason.alias("reason"))
    shown = CaseExpression(ColumnExpression("reason").isnotnull(), _shown([one for one in given if one != "text"]))
    raw_status = [texts["status"].alias("status_raw")]
    return judged.select(
        *places, *(ColumnExpression(name) for name in given), *raw_status, ColumnExpression("reason"),
        shown.otherwise(NULL).alias("raw"),
    )  # fmt: skip


def rules_of(source: Source) -> dict[str, FieldRule]:
    """The mapping's rules, the account's among them."""
    account = {"account": FieldRule(**{"from": source.client.columns})} if source.client.columns else {}
    return {**source.fields, **account}


def given_fields(raw: RawRows, source: Source) -> list[str]:
    """The fields that these files say something of; all others are the same in every row."""
    rules = rules_of(source)
    if not raw.columns:
        return [name for name, rule in rules.items() if rule.columns]
    return [name for name, rule in rules.items() if any(column in raw.columns for column in rule.columns)]


def whole(rows: duckdb.DuckDBPyRelation, source: Source) -> duckdb.DuckDBPyRelation:
    """The rows of `select_records`, put into a table, with `PLACE` and every field.

    Fields that the files do not give are constants, or NULL.
    """
    rules = rules_of(source)
    texts = {name: _constant(rule) for name, rule in rules.items()}
    there = set(rows.columns)
    # What is read straight into a table stands there in the order of its files.
    numbered = [] if "n" in there else [SQLExpression("rowid + 1").alias("n"), SQLExpression("1").alias("item_n")]
    return rows.select(
        StarExpression(),
        *numbered,
        *(
            (_value(name, rules[name], texts) if name in rules else NULL).cast(_type(name)).alias(name)
            for name in (*_TIMES, *_READ_AS, *_TEXTS)
            if name not in there
        ),
    )


def _said(name: str) -> str:
    return f"{name} as said"


def _constant(rule: FieldRule) -> Expression:
    return ConstantExpression(rule.value).cast("varchar")


def required(source: Source) -> tuple[str, ...]:
    """The fields without which a row is refused; an event needs no submission time, but one of its own."""
    return REQUIRED if source.events is None else _EVENT_REQUIRED


def _type(name: str) -> str:
    if name in _TIMES:
        return "timestamptz"
    numbers = {"read_count": "integer", "read_money": "decimal(18, 8)", "read_quantity": "decimal(18, 6)"}
    return numbers.get(_READ_AS.get(name, ""), "varchar")


def _call(macro: str, *arguments: Expression) -> Expression:
    return FunctionExpression(macro, *arguments)


def _check_columns(raw: RawRows, rules: dict[str, FieldRule], source: Source) -> None:
    needed = (*required(source), *(["account"] if source.client.columns else []))
    missing = [
        f"{name} ({' or '.join(rules[name].columns)})"
        for name in needed
        if rules[name].value is None and not any(column in raw.columns for column in rules[name].columns)
    ]
    if missing:
        raise ColumnsMissing(source.source, missing)


def _text(raw: RawRows, rule: FieldRule, each: str) -> Expression:
    """The first of the rule's columns that holds something, else its constant."""
    if not raw.columns:
        found = [_call("filled", _json_text(column, each)) for column in rule.columns]
    else:
        present = (raw.columns[column] for column in rule.columns if column in raw.columns)
        found = [_call("filled", ColumnExpression(column)) for column in present]
    return _first(found if rule.value is None and found else [*found, _constant(rule)])


def _json_text(path: str, each: str) -> Expression:
    """A dotted path, read from the record's element where it begins with the list's name, else from the line."""
    inside = bool(each) and path.startswith(f"{each}.")
    steps = path.removeprefix(f"{each}.").split(".") if inside else path.split(".")
    where = "$" + "".join(f'."{step}"' for step in steps)
    return _call("json_extract_string", ColumnExpression("item" if inside else "doc"), ConstantExpression(where))


def _first(candidates: list[Expression]) -> Expression:
    return CoalesceOperator(*candidates) if len(candidates) > 1 else candidates[0]


def _value(name: str, rule: FieldRule, texts: Mapping[str, Expression]) -> Expression:
    """The field's text read as what the field is; NULL where it cannot be that."""
    return _checked(name, _read(name, rule, texts))


def _checked(name: str, value: Expression) -> Expression:
    """The value, where it can be one; it is looked at twice, and so best a column."""
    return _call("sane", value) if name in _TIMES else value


def _read(name: str, rule: FieldRule, texts: Mapping[str, Expression]) -> Expression:
    text = texts[name]
    if name in _TIMES:
        zone = ConstantExpression(rule.zone).cast("varchar")
        found = [_call(f"read_{layout}", text, zone) for layout in rule.time or ("iso",)]
        # Seconds read as milliseconds are a time, but none of ours: the next layout is tried then.
        return found[0] if len(found) == 1 else _first([_call("sane", one) for one in found])
    if name in _READ_AS:
        return _scaled(_call(_READ_AS[name], text), name, rule, texts)
    words = rule.values or {word: word for word in WORDS.get(name, ())}
    return _looked_up(text, words) if words else text


def _scaled(number: Expression, name: str, rule: FieldRule, texts: Mapping[str, Expression]) -> Expression:
    """The number in our unit: multiplied where the mapping says so."""
    if rule.times != 1:
        number = _call("times", number, ConstantExpression(rule.times)).cast(_type(name))
    if rule.per == "segment":
        segments = texts.get("segments", NULL.cast("varchar"))
        number = _call("times", number, _call("read_count", segments)).cast(_type(name))
    return number


def _looked_up(text: Expression, table: dict[str, str]) -> Expression:
    """The source's word in our words; NULL for a word that is not listed. Constants given as `value:` are ours."""
    ours = dict.fromkeys(table.values())
    words = {**{word: word for word in ours}, **table}
    cases = [(text == ConstantExpression(word), ConstantExpression(meaning)) for word, meaning in words.items()]
    head, *rest = cases
    return reduce(lambda chain, case: chain.when(*case), rest, CaseExpression(*head)).otherwise(NULL)


def _reason(
    rules: Mapping[str, FieldRule],
    needed: tuple[str, ...],
    texts: Mapping[str, Expression],
    known: Mapping[str, Expression],
) -> Expression:
    """Why the row is refused, by the first field that fails; NULL when it is whole."""
    failures = [(_fails(name, needed, texts, known), ConstantExpression(reason)) for name, reason in _reasons(rules)]
    if "submitted_at" not in needed:
        times = _first([known[name] for name in _TIMES[:2] if name in rules])
        failures.append((times.isnull(), ConstantExpression("bad_time")))
    head, *rest = failures
    return reduce(lambda chain, case: chain.when(*case), rest, CaseExpression(*head)).otherwise(NULL)


def _reasons(rules: Mapping[str, FieldRule]) -> Iterable[tuple[str, str]]:
    yield from ((name, reason) for name, reason in _REASONS.items() if name in rules)
    yield from ((name, "bad_value") for name in rules if name not in _REASONS and (rules[name].values or name in WORDS))


def _fails(
    name: str, needed: tuple[str, ...], texts: Mapping[str, Expression], known: Mapping[str, Expression]
) -> Expression:
    """A required field without a value, or any field whose text is there and cannot be read."""
    unread = known[name].isnull()
    return unread if name in needed else unread & texts[name].isnotnull()


def _shown(names: Iterable[str]) -> Expression:
    """The row as JSON for the quarantine: long numbers masked, the message's text left out."""
    pairs = [part for name in names for part in (ConstantExpression(name), ColumnExpression(_said(name)))]
    return _call("mask_numbers", _call("json_object", *pairs).cast("varchar"))
