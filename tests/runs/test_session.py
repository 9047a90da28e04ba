"""A client's notebooks share a kernel, and none of them can tell."""

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tiny_project import TinyBook, concluding, write_client, write_notebook

import tollbook
from tollbook.period import Month
from tollbook.runs.execute import Stage
from tollbook.runs.kernel import Limits
from tollbook.runs.month import run_month
from tollbook.runs.spec import RunSpec
from tollbook.runs.work import Job, Worker, work
from tollbook.settings import Settings

OCTOBER = "2026-10"
NAMES = ("ingestion", "billing", "visualization")
# What a notebook can see of its kernel: cells before it must not have left anything.
LOOK = """
import decimal, os, sys, warnings
import matplotlib.pyplot as plt
import pandas as pd
from IPython import get_ipython
shell = get_ipython()
seen = {
    "names": sorted(name for name in globals() if name.startswith("left_")),
    "count": shell.execution_count,
    "precision": decimal.getcontext().prec,
    "rounding": decimal.getcontext().rounding,
    "width": pd.get_option("display.max_colwidth"),
    "size": plt.rcParams["font.size"],
    "figures": plt.get_fignums(),
    "variable": os.environ.get("LEFT"),
    "folder": os.path.basename(os.getcwd()),
    "path": "/left" in sys.path,
    "warns": len(warnings.filters),
    "prints": repr(shell.display_formatter.format(3)[0]),
    "loaded": "tollbook" in shell.extension_manager.loaded,
    "arithmetic": str(decimal.Decimal(1) / 3),
}
"""
LEAVE = """
left_behind = 1
decimal.getcontext().prec = 3
decimal.getcontext().rounding = decimal.ROUND_UP
pd.set_option("display.max_colwidth", 7)
plt.rcParams["font.size"] = 30
plt.figure()
os.environ["LEFT"] = "something"
os.chdir("/")
sys.path.append("/left")
warnings.simplefilter("ignore")
shell.display_formatter.formatters["text/plain"].for_type(int, lambda n, p, cycle: p.text("left"))
shell.run_line_magic("load_ext", "tollbook")
"""


def figures(settings: Settings, client: str, name: str) -> dict[str, Any]:
    path = settings.home / OCTOBER / client / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))["figures"]
    return found


def test_each_client_has_a_kernel_and_its_notebooks_share_it(tiny: Settings) -> None:
    # Both clients in step: a worker that is done first would help with the other one, in a kernel of its own.
    wait = """
import os, time
from pathlib import Path
Path(os.environ["TOLLBOOK_PROJECT"], f"{client}-{name}").touch()
end = time.monotonic() + 60
while len(list(Path(os.environ["TOLLBOOK_PROJECT"]).glob(f"*-{name}"))) < 2 and time.monotonic() < end:
    time.sleep(0.01)
"""
    for client in ("acme", "birch"):
        write_client(tiny, client)
    for name in NAMES:
        write_notebook(tiny, name, f"name = {name!r}", wait, concluding(name, figures='{"pid": os.getpid()}'))
    assert run_month(TinyBook(tiny), OCTOBER, notebooks=NAMES, workers=2).exit_code == 0
    acme, birch = ({figures(tiny, client, name)["pid"] for name in NAMES} for client in ("acme", "birch"))
    assert (len(acme), len(birch), len(acme | birch)) == (1, 1, 2)


def test_what_needs_the_notebook_before_it_has_its_kernel_too(tiny: Settings) -> None:
    names, clients = ("billing", "forecasting"), ("acme", "birch", "cedar")
    for client in clients:
        write_client(tiny, client)
    for name in names:
        write_notebook(tiny, name, "import os", concluding(name, figures='{"pid": os.getpid()}'))
    assert run_month(TinyBook(tiny), OCTOBER, notebooks=names, workers=1).exit_code == 0
    kernels = [{figures(tiny, client, name)["pid"] for name in names} for client in clients]
    assert [len(one) for one in kernels] == [1, 1, 1]
    assert len(set.union(*kernels)) == 3


def test_a_notebook_finds_nothing_that_the_one_before_left(tiny: Settings) -> None:
    write_client(tiny, "acme")
    for name in NAMES:
        write_notebook(tiny, name, LOOK, LEAVE, "print('seen')", concluding(name, figures="seen"))
    assert run_month(TinyBook(tiny), OCTOBER, notebooks=NAMES, workers=1).exit_code == 0
    first, *others = (figures(tiny, "acme", name) for name in NAMES)
    assert first["names"] == []
    assert first["arithmetic"] == "0.3333333333333333333333333333"
    assert others == [first, first]


def test_content_is_the_same_as_in_a_kernel_of_its_own(tiny: Settings, tmp_path: Path) -> None:
    for name in NAMES:
        write_notebook(tiny, name, LOOK, LEAVE, "left_behind", concluding(name, figures="seen"))
    jobs = [Job(RunSpec("acme", Month(2026, 10), name), tiny, Stage(tmp_path / name), Limits()) for name in NAMES]
    with Worker() as worker:
        shared = [worker(job).executed for job in jobs]
    alone = [
        work(Job(job.spec, tiny, Stage(tmp_path / "alone" / job.spec.notebook), Limits())).executed for job in jobs
    ]
    assert all(shared)
    assert [one and one.content_sha256 for one in shared] == [one and one.content_sha256 for one in alone]


def test_what_fails_after_another_notebook_is_tried_in_a_kernel_of_its_own(tiny: Settings) -> None:
    for client in ("always", "patched"):
        write_client(tiny, client)
    fails = "import json\nassert client == 'patched' and not hasattr(json, 'patched')"
    write_notebook(tiny, "ingestion", "import json\njson.patched = True", concluding("ingestion"))
    write_notebook(tiny, "billing", fails, concluding("billing"))
    for client, state in (("always", "failed"), ("patched", "published")):
        summary = run_month(TinyBook(tiny), OCTOBER, clients=[client], notebooks=["ingestion", "billing"], workers=1)
        part = summary.rows[0].notebooks["billing"]
        assert (part.state, part.attempts) == (state, 2)


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_a_shared_kernel_that_dies_or_is_overfull_costs_the_notebook_a_second_attempt(tiny: Settings) -> None:
    for client in ("dies", "hoards"):
        write_client(tiny, client)
    hoard = "import builtins, os\nif client == 'hoards': builtins.hoard = bytes(range(256)) * 1_000_000"
    second = """
import os, signal, time
from pathlib import Path
once = Path(os.environ["TOLLBOOK_PROJECT"], "died")
if client == "dies" and not once.exists():
    once.touch()
    os.kill(os.getpid(), signal.SIGKILL)
if client == "hoards":
    more = [bytes(range(256)) * 200_000 for _ in range(6) if not time.sleep(0.2)]
"""
    write_notebook(tiny, "ingestion", hoard, concluding("ingestion"))
    write_notebook(tiny, "billing", second, concluding("billing"))
    write_notebook(tiny, "visualization", "", concluding("visualization"))
    summary = run_month(TinyBook(tiny), OCTOBER, notebooks=NAMES, workers=1, limits=Limits(memory_mb=480))
    found = {(row.client, name): part for row in summary.rows for name, part in row.notebooks.items()}
    assert {key: part.state for key, part in found.items()} == dict.fromkeys(found, "published")
    assert {key for key, part in found.items() if part.attempts == 2} == {("dies", "billing"), ("hoards", "billing")}


def test_a_kernel_killed_between_two_notebooks_is_seen_at_once(tiny: Settings, tmp_path: Path) -> None:
    pid = "import os\nopen(output + '/pid.csv', 'w').write(str(os.getpid()))"
    for name in NAMES:
        write_notebook(tiny, name, pid, concluding(name))
    jobs = [Job(RunSpec("acme", Month(2026, 10), name), tiny, Stage(tmp_path / name), Limits()) for name in NAMES]
    with Worker() as worker:
        assert worker(jobs[0]).executed
        os.kill(int((jobs[0].stage.files / "pid.csv").read_text()), signal.SIGKILL)
        answer = worker(jobs[1])
        assert (answer.reason, answer.retry) == (
            "billing.ipynb: no kernel answered: it has died",
            True,
        )
        assert worker(replace(jobs[1], stage=Stage(tmp_path / "again"), attempt=2)).executed


def test_each_notebook_keeps_what_the_kernel_printed_in_its_time(tiny: Settings, tmp_path: Path) -> None:
    for name in NAMES:
        write_notebook(tiny, name, f"import sys\nsys.__stderr__.write('from {name}')", concluding(name))
    with Worker() as worker:
        for name in NAMES:
            stage = Stage(tmp_path / name)
            assert worker(Job(RunSpec("acme", Month(2026, 10), name), tiny, stage, Limits())).executed
            assert [each for each in NAMES if f"from {each}" in stage.log.read_text("utf-8")] == [name]


def test_the_same_book_is_given_only_where_the_settings_say_so(tiny: Settings) -> None:
    assert tollbook.open(tiny) is not tollbook.open(tiny)
    shared = tiny.model_copy(update={"one_book": True})
    assert tollbook.open(shared) is tollbook.open(shared)
