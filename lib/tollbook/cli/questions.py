"""The command line's questions: `tollbook ask`, `tollbook suggest`, `tollbook questions ...`."""

import json
import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from tollbook.cli.app import ClientArgument, JsonOption, app, err, group, open_book, out, plain, print_json, say
from tollbook.errors import TollbookError

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

ROWS = 40  # of an answer on the screen

questions_app = group("questions", "The log of questions and the learner.")


class BadLogFile(TollbookError):
    """A schema or a log that cannot be read."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path}: {problem}; expected schema.json and sessions.jsonl in the neutral form")


@app.command()
def ask(
    client: ClientArgument,
    words: Annotated[str, typer.Argument(help='The question, as in "messages by country last month".')],
    *,
    sql: Annotated[bool, typer.Option("--sql", help="Show the SQL too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Ask in words; the answer says how the question was understood."""
    from tollbook.questions.desk import open_desk
    from tollbook.questions.sayings import describe, told
    from tollbook.questions.vocabulary import MEASURES

    desk = open_desk(open_book(), client)
    understood = desk.understand(words)
    found = desk.ask(understood.question, via="text")
    if as_json:
        print_json({
            "client": client,
            "question": understood.question.canonical(),
            "described": describe(understood.question),
            "understood": [{"words": text, "as": meaning} for text, meaning in understood.reading],
            "unknown": list(understood.unknown),
            "remarks": list(understood.remarks),
            "alternatives": [describe(one) for one in understood.alternatives],
            "answer": found.said,
            "rows": json.loads(found.frame.to_json(orient="records", date_format="iso")),
            "sql": found.statement.sql,
            "parameters": dict(found.statement.parameters),
        })  # fmt: skip
        return
    say(f"understood: {describe(understood.question)}")
    for text in (*(f"not understood: {word}" for word in understood.unknown), *understood.remarks):
        say(text)
    for one in understood.alternatives:
        say(f"or did you mean: {describe(one)}")
    out.print()
    say(found.said)
    table = Table(box=box.SIMPLE_HEAD)
    shown = told(found.frame.head(ROWS), desk.usage.locale)
    figures = shown.columns[-sum(name.removesuffix("_before") in MEASURES for name in found.frame.columns) :]
    for name in shown.columns:
        table.add_column(name, justify="right" if name in figures else "left")
    for row in shown.itertuples(index=False):
        table.add_row(*(plain(value) for value in row))
    out.print(table)
    if len(found.frame) > ROWS:
        say(f"{len(found.frame) - ROWS} more rows: `--json` has all of them")
    if sql:
        say(found.statement.sql, wrap=False)


@app.command()
def suggest(client: ClientArgument, *, as_json: JsonOption = False) -> None:
    """Suggest what to ask next, with what speaks for each question."""
    from tollbook.questions.desk import open_desk

    found = open_desk(open_book(), client).suggest()
    if as_json:
        print_json([
            {"question": one.question.canonical(), "text": one.text, "why": one.why, "slot": one.slot,
             "chance": one.chance, "interest": one.interest}
            for one in found
        ])  # fmt: skip
        return
    for number, one in enumerate(found, start=1):
        say(f"{number}. {one.text}")
        say(f"   {one.why}")


@questions_app.command("common")
def common(
    client: Annotated[str, typer.Argument(help="Client id; without one: kinds that at least three clients ask.")] = "",
    *,
    as_json: JsonOption = False,
) -> None:
    """Show what accounts ask every month: kinds of questions, by role, and packs asked together."""
    from tollbook.questions import journal
    from tollbook.questions.habits import by_role, common_kinds, packs
    from tollbook.questions.sayings import describe

    book = open_book()
    whose = [book.client(client).client] if client else book.client_ids()
    log = [entry for one in whose for entry in journal.entries(book.documents, one)]
    shared = not client
    found = {"asked most": common_kinds(log, shared=shared), "asked together": packs(log, shared=shared)}
    if client:
        found |= {f"asked by {role}": habits for role, habits in by_role(log).items()}
    if as_json:
        print_json({
            title: [{"questions": [q.canonical() for q in one.questions], "weight": one.weight, "times": one.times,
                     "clients": one.clients} for one in habits]
            for title, habits in found.items()
        })  # fmt: skip
        return
    for title, habits in found.items():
        say(f"{title}:" if habits else f"{title}: nothing yet")
        for one in habits:
            say(f"  {_often(one.times)}, weight {one.weight:.1f}: {' + '.join(describe(q) for q in one.questions)}")


@questions_app.command("refit")
def refit(
    client: Annotated[list[str] | None, typer.Argument(help="Client ids; default: all.")] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Refit every client's learner on its log, tell drift, and answer its common questions ahead; run it nightly."""
    from dataclasses import asdict

    from tollbook.questions.desk import open_desk
    from tollbook.questions.nightly import refit as run

    book = open_book()
    found = [run(open_desk(book, one)) for one in client or book.client_ids()]
    if as_json:
        print_json([asdict(one) for one in found])
        return
    for one in found:
        hit = "nothing to tell yet" if one.hit3 is None else f"{one.hit3:.0%} of next moves were among three predicted"
        say(f"{one.client}: {one.questions} questions, {hit}, {one.prepared} answers lie ready")
        if one.alarms:
            say(f"  alarm: people began to ask otherwise {_often(one.alarms)}; older questions count for less since")


@questions_app.command("export")
def export(
    client: ClientArgument,
    folder: Annotated[Path, typer.Argument(help="Where schema.json and sessions.jsonl are written.")],
) -> None:
    """Write a client's own log in the neutral form, for a replay here or elsewhere."""
    from tollbook.questions import journal
    from tollbook.questions.desk import open_desk
    from tollbook.questions.steps import write_schema

    desk = open_desk(open_book(), client)
    folder.mkdir(parents=True, exist_ok=True)
    about = write_schema(desk.ground.schema, rows=len(desk.ground.cells))
    (folder / "schema.json").write_text(json.dumps(about, ensure_ascii=False, indent=1) + "\n", "utf-8")
    rows = journal.export(desk.log)
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)
    (folder / "sessions.jsonl").write_text(lines, "utf-8")
    say(f"{len(rows)} questions of {client} in {folder / 'sessions.jsonl'}")


@questions_app.command("replay")
def replay(
    schema: Annotated[Path, typer.Argument(help="schema.json of a log in the neutral form.")],
    sessions: Annotated[Path, typer.Argument(help="sessions.jsonl of the same log.")],
    *,
    protocol: Annotated[list[str] | None, typer.Option(help="folds, prequential or cold; default: all three.")] = None,
    seed: Annotated[list[int] | None, typer.Option(help="Of the folds; repeatable; default 0, 1, 2.")] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Processes that share the folds; 0: one a core.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Replay a log: how often the next move and the next question are predicted, beside baselines."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    from tollbook.questions import replay as run
    from tollbook.questions.replaying import PROTOCOLS, SEEDS

    fields, steps = _read_json(schema), list(_read_lines(sessions))
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    results = {}
    with Progress(*columns, console=err, transient=True) as bar:
        for name in protocol or PROTOCOLS:
            told = partial(_tell, bar, bar.add_task(name, total=1.0))
            results[name] = run(
                fields, steps, protocol=name, seeds=seed or SEEDS, jobs=jobs or os.cpu_count() or 1, progress=told
            )
    if as_json:
        print_json(results)
        return
    for name, one in results.items():
        tables = (
            {name: one} if "models" in one else {f"{name} {size}": each for size, each in one["trained_on"].items()}
        )
        for title, each in tables.items():
            out.print(_table(f"{one['schema']}: {title}", each["models"]))
        if one.get("online_gain") is not None:
            say(f"online gain in hit@3 over the same learner frozen: {one['online_gain']:+.3f}")


def _often(times: int) -> str:
    return "once" if times == 1 else f"{times} times"


def _tell(bar: "Progress", task: "TaskID", share: float) -> None:
    bar.update(task, completed=share)


def _table(title: str, models: dict[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    heads = ("model", "type hit@1", "column hit@3", "move hit@3", "move MRR", "exact hit@10", "unseen hit@10")
    for head in heads:
        table.add_column(head, justify="left" if head == "model" else "right", no_wrap=head == "model")
    for name, one in models.items():
        figures = (one["type"]["hit1"], one["column"]["hit3"], one["move"]["hit3"], one["move"]["mrr"],
                   one["exact"]["hit10"], one["unseen"]["hit10"])  # fmt: skip
        table.add_row(name, *("none" if value is None else f"{value:.3f}" for value in figures))
    return table


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise BadLogFile(path, str(error)) from error


def _read_lines(path: Path) -> Any:
    """Each line as JSON; a broken one as text, which the replay refuses by its row number."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise BadLogFile(path, str(error)) from error
    for line in lines:
        if line.strip():
            try:
                yield json.loads(line)
            except ValueError:
                yield line
