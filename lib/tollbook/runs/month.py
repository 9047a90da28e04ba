"""Run a month: what `tollbook run` calls. All is checked first, then the fleet goes out."""

from collections.abc import Sequence

from rich.console import Console

import tollbook
from tollbook.period import Month
from tollbook.runs.fleet import Fleet
from tollbook.runs.kernel import Limits
from tollbook.runs.lock import month_to_itself
from tollbook.runs.memory import available_mb
from tollbook.runs.plan import check_notebooks, chosen_clients, chosen_month, chosen_notebooks
from tollbook.runs.progress import Reporter
from tollbook.runs.states import Ledger, States
from tollbook.runs.summary import RunSummary
from tollbook.runs.workforce import fitting, hired, workforce
from tollbook.settings import Settings
from tollbook.storage.files import open_files


def run_month(  # noqa: PLR0913 - the options of `tollbook run`, each by name
    book_or_settings: Ledger | Settings,
    month: Month | str,
    *,
    clients: Sequence[str] | None = None,
    notebooks: Sequence[str] | None = None,
    workers: int | None = None,
    scheduler: str = "",
    only_failed: bool = False,
    force: bool = False,
    progress: Console | None = None,
    limits: Limits = Limits(),  # noqa: B008 - frozen
) -> RunSummary:
    """Run a month's notebooks and publish them to outputs/<month>/.

    Args:
        book_or_settings: an open book, or the settings to open one with.
        month: one that has begun.
        clients: ids; None for every client of the project.
        notebooks: names out of NOTEBOOKS; None for all.
        workers: processes, each with one kernel; None for the setting (as many as there are cores), or for fewer
            where the memory is short.
        scheduler: address of a Dask scheduler whose workers do the work instead, such as `tcp://host:8786`.
        only_failed: only what failed, or was stopped, the last time.
        force: also what is published for the same inputs.
        progress: a console to tell how it goes; silent for None.
        limits: how long things may take, and the kernel to use.

    Returns:
        The summary; its `exit_code` is 1 if any client failed. Ctrl-C ends the run, not this call.

    Raises:
        BadMonth, FutureMonth, BadId, UnknownClients, NoClients, UnknownNotebook, MissingNotebook, UnknownParameter,
        BadParameterType, AlreadyRunning, NoDask, NoScheduler: before anything runs.
    """
    book = tollbook.open(book_or_settings) if isinstance(book_or_settings, Settings) else book_or_settings
    settings, month = book.settings, chosen_month(month)
    names = chosen_notebooks(notebooks)
    subjects = chosen_clients(settings, month, clients)
    check_notebooks(settings, month, names)
    with month_to_itself(settings, month, book.documents) as lease:
        states = States(book.documents, book.batch, lambda: book.batch)
        fleet = Fleet(states, settings, month, open_files(settings), lease)
        fleet.bring()
        specs = fleet.wanted(subjects, names, only_failed=only_failed)
        pending = specs if force else fleet.without_valid(specs)
        with Reporter(progress, len(pending)) as reporter:
            if pending and scheduler:
                fleet.run(pending, hired(scheduler, settings, states, limits), reporter)
            elif pending:
                size = min(workers or fitting(settings.workers, available_mb()), len(pending))
                fleet.run(pending, workforce(settings, size, limits), reporter)
        return fleet.conclude(everyone=not only_failed)
