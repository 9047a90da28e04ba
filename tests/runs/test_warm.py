"""Warm kernels, spoken to as Jupyter speaks to kernels: one warm process for all tests here."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from tollbook.runs.warm import kernelspec
from tollbook.runs.warm.owner import WarmProcess, can_fork
from tollbook.runs.warm.wire import ADDRESS

pytestmark = pytest.mark.skipif(not can_fork(), reason="kernels are plain where a process cannot fork")
PRINT = "print({}, end='')"


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmProcess]:
    with WarmProcess(os.environ) as process:
        yield process


def made_manager() -> AsyncKernelManager:
    made = AsyncKernelManager(kernel_name=kernelspec.NAME, transport="ipc")
    made.connection_file = f"{tempfile.mkdtemp(prefix='tollbook-')}/kernel.json"
    made.kernel_spec_manager = KernelSpecManager()
    made.kernel_spec_manager.kernel_dirs.insert(0, str(kernelspec.SHARE / "kernels"))
    return made


@asynccontextmanager
async def kernel(address: str, **more: str) -> AsyncIterator[tuple[AsyncKernelManager, AsyncKernelClient]]:
    """A kernel and a client that may speak to it, both gone at the end."""
    manager = made_manager()
    await manager.start_kernel(env={**os.environ, ADDRESS: address, **more})
    client = manager.client()
    client.start_channels()
    try:
        await client.wait_for_ready(timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def run(client: AsyncKernelClient, code: str) -> str:
    """What a cell prints, or the forms of what it shows, or the name of its error."""
    said: list[str] = []

    def listen(message: dict[str, Any]) -> None:
        content = message["content"]
        if message["msg_type"] in {"display_data", "execute_result"}:
            said.extend(sorted(content["data"]))
        said.append(content.get("text", "") or content.get("ename", ""))

    await client.execute_interactive(code, output_hook=listen, timeout=60)
    return "".join(said)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text("utf-8")
    except FileNotFoundError:
        return False


def soon(happens: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def test_a_kernel_is_a_fork_with_everything_imported_and_its_own_surroundings(warm: WarmProcess) -> None:
    async def talk() -> None:
        async with kernel(warm.address, TZ="Asia/Jerusalem", ONLY_HERE="yes") as (manager, client):
            assert getattr(manager.provisioner, "warm", False)
            told = "[os.getppid(), os.getsid(0) == os.getpid(), os.environ.get('ONLY_HERE'), time.tzname[0]]"
            said = json.loads(await run(client, f"import os, time, json\nprint(json.dumps({told}))"))
            assert said == [warm.pid, True, "yes", "IST"]
            for name in ("pandas", "seaborn", "duckdb", "prophet", "tollbook.book", "tollbook.charts.usage"):
                assert await run(client, f"import sys; print('{name}' in sys.modules, end='')") == "True", name
            assert await run(client, PRINT.format("os.environ.get('TOLLBOOK_WARM')")) == "None"

    asyncio.run(talk())


def test_pictures_appear_by_pyplot_and_by_figure(warm: WarmProcess) -> None:
    async def talk() -> None:
        async with kernel(warm.address) as (_, client):
            assert "image/png" in await run(client, "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.show()")
            assert "image/png" in await run(client, "plt.subplots()[0]")

    asyncio.run(talk())


def test_two_kernels_draw_different_numbers(warm: WarmProcess) -> None:
    async def draw() -> str:
        async with kernel(warm.address) as (_, client):
            return await run(client, "import random, numpy; print(random.random(), numpy.random.rand())")

    async def both() -> tuple[str, str]:
        return await asyncio.gather(draw(), draw())

    one, two = asyncio.run(both())
    assert not set(one.split()) & set(two.split())


def test_no_thread_runs_in_the_warm_process(warm: WarmProcess) -> None:
    async def talk() -> None:
        async with kernel(warm.address):
            pass

    asyncio.run(talk())  # so that everything is imported
    assert len(list(Path(f"/proc/{warm.pid}/task").iterdir())) == 1


def test_interrupt_shutdown_and_a_violent_death_are_seen(warm: WarmProcess) -> None:
    async def talk() -> None:
        async with kernel(warm.address) as (manager, client):
            cell = asyncio.create_task(run(client, "import time; time.sleep(60)"))
            await asyncio.sleep(0.5)
            await manager.interrupt_kernel()
            assert "KeyboardInterrupt" in await cell
            assert await run(client, PRINT.format("1 + 1")) == "2"
            pid = manager.provisioner.pid  # type: ignore[union-attr]
            await manager.shutdown_kernel()
            assert not alive(pid)
        async with kernel(warm.address) as (manager, client):
            await run(client, "import subprocess; child = subprocess.Popen(['sleep', '60'])")
            child = int(await run(client, PRINT.format("child.pid")))
            assert await manager.is_alive()
            os.kill(manager.provisioner.pid, signal.SIGKILL)  # type: ignore[union-attr]
            assert await manager.provisioner.wait() == -signal.SIGKILL  # type: ignore[union-attr]
            assert soon(lambda: not alive(child)), "what it started goes with it"

    asyncio.run(asyncio.wait_for(talk(), 60))


def test_temporary_files_of_a_kernel_are_its_own(warm: WarmProcess, tmp_path: Path) -> None:
    async def talk() -> None:
        async with kernel(warm.address, TMPDIR=str(tmp_path)) as (manager, client):
            where = await run(client, "import tempfile, cmdstanpy; print(tempfile.mkdtemp(), cmdstanpy._TMPDIR)")
            assert all(Path(one).parent == tmp_path for one in where.split())
            await manager.shutdown_kernel()  # runs what is registered for the end
        assert names(tmp_path) == [Path(where.split()[0]).name]
        async with kernel(warm.address) as (_, client):
            assert "True" in await run(client, "import cmdstanpy, os; print(os.path.isdir(cmdstanpy._TMPDIR))")

    asyncio.run(talk())


# Without a warm process


async def which(address: str, log: Path, **more: str) -> bool:
    """Whether a kernel that works is a warm one; what is said about it goes to `log`."""
    manager = made_manager()
    with log.open("wb") as file:
        await manager.start_kernel(env={**os.environ, ADDRESS: address, **more}, stdout=file, stderr=file)
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=60)
    client.stop_channels()
    await manager.shutdown_kernel(now=True)
    return bool(getattr(manager.provisioner, "warm", False)) or getattr(manager.provisioner, "pgid", None) is None


def test_a_kernel_that_wants_another_interpreter_set_up_is_a_plain_one(warm: WarmProcess, tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert not asyncio.run(which(warm.address, log, PYTHONHASHSEED="7"))
    assert "a plain kernel, not a warm one: it wants another PYTHONHASHSEED" in log.read_text()


def test_where_no_warm_process_answers_the_kernel_is_a_plain_one(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert not asyncio.run(which(str(tmp_path / "nothing"), log))
    assert "does not answer" in log.read_text()


# Nothing outlives its owner


def test_a_warm_process_that_dies_takes_its_kernels_along_and_is_started_again() -> None:
    async def talk(own: WarmProcess) -> None:
        async with kernel(own.address) as (manager, _):
            first, pid = own.pid, manager.provisioner.pid  # type: ignore[union-attr]
            os.kill(first, signal.SIGKILL)
            assert soon(lambda: not alive(pid))
            assert not await manager.is_alive()
        async with kernel(own.address) as (manager, client):
            assert await run(client, PRINT.format("40 + 2")) == "42"
            assert getattr(manager.provisioner, "warm", False)
            assert own.pid != first

    with WarmProcess(os.environ, imports=["ipykernel.kernelapp"]) as own:
        asyncio.run(talk(own))
        last, folder = own.pid, own.folder
    assert not alive(last)
    assert not folder.exists()


OWNER = """
import asyncio, os, sys, time
sys.path.insert(0, {here!r})
from test_warm import WarmProcess, kernel
async def main():
    warm = WarmProcess(os.environ, imports=["ipykernel.kernelapp"])
    async with kernel(warm.address) as (manager, client):
        print(warm.pid, manager.provisioner.pid, flush=True)
        time.sleep(60)
asyncio.run(main())
"""


def test_an_owner_that_is_killed_leaves_nobody_behind() -> None:
    program = OWNER.format(here=str(Path(__file__).parent))
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        pids = [int(pid) for pid in owner.stdout.readline().split()]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
        owner.kill()
        assert soon(lambda: not any(alive(pid) for pid in pids))


# How Jupyter finds it


def test_the_kernelspec_is_found_on_its_path_and_installed_by_command(tmp_path: Path) -> None:
    assert kernelspec.available()
    place = kernelspec.install(prefix=str(tmp_path))
    assert place == tmp_path / "share" / "jupyter" / "kernels" / "tollbook"
    for path in (tmp_path / "share" / "jupyter", kernelspec.SHARE):
        listed = subprocess.run(
            [sys.executable, "-m", "jupyter", "kernelspec", "list", "--json"],
            env={**os.environ, "JUPYTER_PATH": str(path)},
            capture_output=True,
            check=True,
        )
        spec = json.loads(listed.stdout)["kernelspecs"]["tollbook"]["spec"]
        assert spec["display_name"] == "Tollbook (warm)"
        assert spec["metadata"]["kernel_provisioner"]["provisioner_name"] == "tollbook-warm"
