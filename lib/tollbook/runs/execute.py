"""Execute one notebook in a staging folder and verify it. The only module that calls Papermill.

A file that Papermill wrote proves nothing: when a kernel dies or a cell takes too long, cells that never ran are
marked `completed` and the notebook's metadata says there was no exception. So a run counts only when nothing was
raised, every code cell has an execution count, no output is an error and the result file holds.
"""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError

from tollbook.runs.content import content_sha256
from tollbook.runs.failures import (
    BadNotebook,
    CellFailed,
    CellTimedOut,
    KernelDied,
    KernelNotStarted,
    RunFailed,
    TookTooLong,
    TooMuchMemory,
)
from tollbook.runs.kernel import KERNEL, Limits, Watch
from tollbook.runs.notebook import forget_stage, join_streams, read_notebook, verify_cells, written
from tollbook.runs.page import report_page
from tollbook.runs.result import NoResult, Result, read_result, write_text
from tollbook.runs.session import Session
from tollbook.runs.spec import Parameter, RunSpec, check_parameters
from tollbook.settings import Settings

# Papermill and nbclient report by raising; what they also log must not land between a progress bar's lines.
logging.getLogger("papermill").addHandler(logging.NullHandler())


@dataclass(frozen=True, slots=True)
class Stage:
    """The folder of one run: `files/` is the notebook's `output`; the rest is evidence if it fails."""

    folder: Path

    @property
    def files(self) -> Path:
        """What will be published."""
        return self.folder / "files"

    @property
    def log(self) -> Path:
        """What the kernel process printed."""
        return self.folder / "kernel.log"

    def notebook(self, name: str) -> Path:
        """The notebook as far as it came, when it failed."""
        return self.folder / f"{name}.ipynb"


@dataclass(frozen=True, slots=True)
class Executed:
    """A verified run, its files in the stage.

    Attributes:
        parameters: without `output`, which is the stage's.
        content_sha256: of cells, sources, outputs and data files; equal for equal runs.
        started, ended: UTC, ISO 8601.
    """

    notebook_sha256: str
    parameters: dict[str, Parameter]
    content_sha256: str
    figures: dict[str, Any]
    started: str
    ended: str
    seconds: float
    peak_memory_mb: int


def declared_parameters(notebook: Any) -> dict[str, str]:
    """Name -> annotation of the parameters cell; empty when there is none."""
    from papermill import inspect_notebook

    return {name: found["inferred_type_name"] for name, found in inspect_notebook(notebook).items()}


def check_notebook(spec: RunSpec, settings: Settings) -> None:
    """Refuse a notebook that is missing or would not take the parameters of `spec`; runs nothing.

    Raises:
        MissingNotebook, BadNotebook, BadParameterName, UnknownParameter, BadParameterType: see there.
    """
    notebook, _ = read_notebook(settings.notebooks / f"{spec.notebook}.ipynb", KERNEL)
    check_parameters(spec.notebook, spec.parameters(""), declared_parameters(notebook))


def execute(spec: RunSpec, stage: Stage, session: Session, watch: Watch | None = None) -> Executed:
    """Run a notebook, verify it and render its page; everything stays in `stage`.

    Args:
        spec: which notebook, and for whom.
        stage: a folder that is not there yet.
        session: the kernel to run it in, no longer to be used when this raises.
        watch: looks after the kernel, for who wants to stop it.

    Raises:
        RunFailed: one subclass for each way to fail; the stage keeps the notebook and the kernel's log.
        MissingNotebook, BadParameterName, UnknownParameter, BadParameterType: nothing was started.
        NoResult: the notebook ran to its end but left no valid result.
    """
    settings, limits = session.settings, session.limits
    source, digest = read_notebook(settings.notebooks / f"{spec.notebook}.ipynb", KERNEL)
    parameters = spec.parameters(str(stage.files))
    check_parameters(spec.notebook, parameters, declared_parameters(source))
    stage.files.mkdir(parents=True)
    started, clock, watch = datetime.now(UTC), time.monotonic(), watch or Watch()
    watch.allow(limits.memory_mb, limits.notebook_seconds)
    with _evidence(stage.notebook(spec.notebook)) as seen:
        with _typed_failures(spec.notebook, limits, watch), session.kernel(watch, stage.log) as kernel:
            executed = _run_papermill(source, parameters, limits, seen=seen, **kernel)
        join_streams(executed)
        verify_cells(spec.notebook, executed)
        result = _verified_result(spec, stage)
        _stage_record(spec, executed, settings, stage)
    return Executed(
        notebook_sha256=digest,
        parameters={name: value for name, value in parameters.items() if name != "output"},
        content_sha256=content_sha256(executed, stage.files),
        figures=dict(result.figures),
        started=started.isoformat(timespec="seconds"),
        ended=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(time.monotonic() - clock, 3),
        peak_memory_mb=watch.peak_memory_mb,
    )


def _run_papermill(source: Any, parameters: dict[str, Parameter], limits: Limits, **options: Any) -> Any:
    """The executed notebook; the options are those of `engine.ENGINE`."""
    from papermill import execute_notebook

    from tollbook.runs.engine import ENGINE

    return execute_notebook(
        source,
        None,
        parameters=parameters,
        engine_name=ENGINE,
        kernel_name=KERNEL,
        language="python",
        progress_bar=False,
        autosave_cell_every=0,
        execution_timeout=limits.cell_seconds,
        **options,
    )


@contextmanager
def _evidence(path: Path) -> Iterator[list[Any]]:
    """Takes a notebook that runs; when it fails, it is written to `path` as far as it came."""
    seen = list[Any]()
    try:
        yield seen
    except BaseException:
        with suppress(OSError):  # a full disk must not hide why it failed
            for notebook in seen:
                write_text(path, written(notebook))
        raise


@contextmanager
def _typed_failures(notebook: str, limits: Limits, watch: Watch) -> Iterator[None]:
    from papermill import PapermillExecutionError

    try:
        yield
    except PapermillExecutionError as error:
        value = re.sub(r"\x1b\[[0-9;]*m", "", error.evalue)
        raise CellFailed(notebook, error.cell_index, error.ename, value) from error
    except CellTimeoutError as error:
        raise CellTimedOut(notebook, limits.cell_seconds) from error
    except DeadKernelError as error:
        raise _why_dead(notebook, limits, watch) from error
    except RuntimeError as error:  # how jupyter_client says that a kernel did not answer or died at its start
        raise KernelNotStarted(notebook, str(error)) from error


def _why_dead(notebook: str, limits: Limits, watch: Watch) -> RunFailed:
    if watch.overfull:
        return TooMuchMemory(notebook, limits.memory_mb)
    return TookTooLong(notebook, limits.notebook_seconds) if watch.overtime else KernelDied(notebook)


def _verified_result(spec: RunSpec, stage: Stage) -> Result:
    file = f"{spec.notebook}.json"
    result = read_result(stage.files / file)
    about = (result.notebook, result.client, result.month)
    if about != (spec.notebook, spec.client, str(spec.month)):
        raise NoResult(file, f"is about {' '.join(about)}, not {spec.notebook} {spec.client} {spec.month}")
    if not result.ok or not result.checks or not all(check.equal for check in result.checks.values()):
        raise NoResult(file, "says that totals differ")
    return result


def _stage_record(spec: RunSpec, notebook: Any, settings: Settings, stage: Stage) -> None:
    """Write the executed notebook and its page beside the files that the notebook wrote."""
    published = Path(settings.home.name, str(spec.month), spec.client).as_posix()
    text = forget_stage(notebook, f"{spec.notebook}.ipynb", str(stage.files), published)
    for suffix, body in ((".ipynb", text), (".html", report_page(spec, notebook))):
        path = stage.files / f"{spec.notebook}{suffix}"
        if path.exists():
            raise BadNotebook(path, "is the runner's file: let the notebook write under another name")
        write_text(path, body)
