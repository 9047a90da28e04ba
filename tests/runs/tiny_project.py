"""A project small enough to run in seconds: clients and notebooks that do, or fail to do, one thing each."""

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from tollbook.runs.execute import Executed, Stage, execute
from tollbook.runs.kernel import Limits
from tollbook.runs.session import Session
from tollbook.runs.spec import RunSpec
from tollbook.settings import Settings
from tollbook.storage.sqlite import SqliteDocuments

FORMAT: Any = nbformat.v4  # untyped
PARAMETERS = (
    'client: str = "demo"  # client id\n'
    'month: str = "2026-10"  # month, YYYY-MM\n'
    'output: str = ""  # folder for the files'
)
CONCLUDE = """
from pathlib import Path
from typing import Any
from tollbook.runs.result import conclude
conclude(Path(output), "{name}", client, month, checks={{"both sides": ({left}, {right})}}, figures={figures})
"""
CLIENT = """
client: {client}
name: {name}
country: GB
time_zone: Europe/London
contracts:
  - valid_from: {since}
    currency: GBP
    charges:
      - {{kind: recurring, name: seat, label: Seat, amount: 10}}
    taxes:
      standard: {{rate: 20, label: VAT}}
"""


@dataclass
class TinyBook:
    """What a run needs of a book, with a ledger version to set."""

    settings: Settings
    batch: int = 1
    documents: SqliteDocuments = field(init=False)

    def __post_init__(self) -> None:
        self.documents = SqliteDocuments(self.settings.book / "documents.sqlite")


def make_tiny(folder: Path) -> Settings:
    for name in ("notebooks", "parameters/clients", "parameters/rates"):
        (folder / name).mkdir(parents=True)
    return Settings(project=folder, workers=2)


def write_client(settings: Settings, client: str, *, name: str = "Acme", since: str = "2025-01-01") -> Path:
    path = settings.parameters / "clients" / f"{client}.yaml"
    path.write_text(CLIENT.format(client=client, name=name, since=since), "utf-8")
    return path


def write_notebook(settings: Settings, name: str, *cells: str, parameters: str = PARAMETERS) -> Path:
    """A notebook with a title, the parameters cell and the given code cells."""
    made = FORMAT.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    made.cells = [
        FORMAT.new_markdown_cell(f"# {name.capitalize()} of the month\n\nA line of prose."),
        FORMAT.new_code_cell(parameters, metadata={"tags": ["parameters"]}),
        *(FORMAT.new_code_cell(cell.strip()) for cell in cells),
    ]
    path = settings.notebooks / f"{name}.ipynb"
    path.write_text(FORMAT.writes(made), "utf-8")
    return path


def concluding(name: str, *, left: str = "1", right: str = "1", figures: str = "{}") -> str:
    """The last cell of a notebook."""
    return CONCLUDE.format(name=name, left=left, right=right, figures=figures)


def execute_alone(
    spec: RunSpec,
    settings: Settings,
    stage: Stage,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> Executed:
    """Run a notebook in a kernel of its own."""
    with closing(Session(settings, limits)) as session:
        return execute(spec, stage, session)
