"""The ways in which a notebook's run fails, one class each."""

from pathlib import Path

from tollbook.errors import TollbookError


class RunFailed(TollbookError):
    """A notebook did not do what it should.

    Attributes:
        retry: trying again may help.
        overtime: it took all the time it may.
    """

    exit_code = 1
    retry = overtime = False


class BadNotebook(RunFailed):
    """A file that is no notebook, or one without the cells it needs."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path}: {fault}")


class CellFailed(RunFailed):
    """A cell raised."""

    def __init__(self, notebook: str, cell: int, name: str, value: str) -> None:
        self.cell, self.name = cell, name
        super().__init__(f"{notebook}.ipynb, cell {cell}: {name}: {value}")


class CellTimedOut(RunFailed):
    """A cell took longer than it may."""

    overtime = True

    def __init__(self, notebook: str, seconds: int) -> None:
        super().__init__(f"{notebook}.ipynb: a cell took longer than {seconds} s and was stopped")


class TookTooLong(RunFailed):
    """All cells together took longer than they may."""

    overtime = True

    def __init__(self, notebook: str, seconds: float) -> None:
        super().__init__(f"{notebook}.ipynb took longer than {seconds:g} s in all and was stopped")


class KernelDied(RunFailed):
    """The kernel process ended in the middle; most often the system took its memory back."""

    retry = True

    def __init__(self, notebook: str) -> None:
        super().__init__(f"{notebook}.ipynb: its kernel died (out of memory?); run with fewer --workers")


class TooMuchMemory(RunFailed):
    """The kernel held more memory than it may and was ended before the system ended something else."""

    def __init__(self, notebook: str, limit: int) -> None:
        super().__init__(f"{notebook}.ipynb took more than {limit:,} MB of memory and was stopped; use fewer --workers")


class KernelNotStarted(RunFailed):
    """No kernel answered in time."""

    retry = True

    def __init__(self, notebook: str, fault: str) -> None:
        super().__init__(f"{notebook}.ipynb: no kernel answered: {fault}")


class EndedEarly(RunFailed):
    """A cell never ran or left the notebook, which Papermill calls a success."""

    def __init__(self, notebook: str, cell: int, fault: str) -> None:
        self.cell = cell
        super().__init__(f"{notebook}.ipynb, cell {cell}: {fault}")
