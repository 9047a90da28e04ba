"""What a run says while it goes: a live bar on a terminal, plain lines in a log, nothing to a program."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from tollbook.runs.spec import RunSpec


class Reporter(AbstractContextManager["Reporter"]):
    """Tells a console how far a run is; without a console it is silent.

    Args:
        console: where to; a live bar when it is a terminal, else a line for each notebook.
        total: how many notebooks there are to run.
    """

    def __init__(self, console: Console | None, total: int) -> None:
        self._console, self._total, self._ended, self._began = console, total, 0, time.monotonic()
        self._bar = _live_bar(console) if console and console.is_terminal and total else None
        self._task = self._bar.add_task("", total=total) if self._bar else None

    def __enter__(self) -> Self:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar:
            self._bar.stop()

    def running(self, specs: Sequence[RunSpec]) -> None:
        """What is being run now."""
        if self._bar and self._task is not None:
            now = ", ".join(f"{spec.client} {spec.notebook}" for spec in specs)
            self._bar.update(self._task, description=escape(now))

    def again(self, spec: RunSpec, reason: str) -> None:
        """A run is tried a second time."""
        self._line(f"[yellow]again[/]  {spec.client} {spec.notebook}: {escape(reason)}")

    def ended(self, spec: RunSpec, state: str, seconds: float, reason: str) -> None:
        """A run ended; failures are told at once, successes only where there is no bar."""
        self._ended += 1
        if self._bar and self._task is not None:
            self._bar.advance(self._task)
        if reason:
            self._line(f"[red]{state}[/]  {spec.client} {spec.notebook}: {escape(reason)}")
        elif not self._bar:
            count = f"{self._ended}/{self._total}"
            self._line(f"{state}  {spec.client} {spec.notebook}  {seconds:.1f} s  ({count}, {self._left()})")

    def _line(self, text: str) -> None:
        if self._console:
            self._console.print(text, highlight=False, soft_wrap=True)

    def _left(self) -> str:
        spent = time.monotonic() - self._began
        left = spent / self._ended * (self._total - self._ended)
        return f"about {left:.0f} s left" if left >= 1 else "done"


def _live_bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        BarColumn(bar_width=28),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        TextColumn("{task.description}", style="dim"),
        console=console,
        transient=True,
    )
