"""A kernel in which a client's notebooks run one after the other, each as if it were the first.

What one of them has imported, opened and read, the next finds there; names and settings it does not, see `afresh`. A
kernel never sees two clients, and one in which a notebook failed is ended.
"""

import asyncio
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jupyter_core.utils import run_sync

from tollbook.runs.kernel import Limits, Watch, kernel_class, kernel_environment
from tollbook.settings import Settings

_LOOK_SECONDS = 0.5  # it may have died since the last notebook
_AFRESH = "__import__('tollbook.runs.afresh', fromlist=['begin']).begin()"  # leaves no name behind


class Session:
    """One kernel, started when it is first lent.

    Args:
        settings: which book its notebooks open: the same one, once.
        limits: which kernel it is, and how long it may take to start.

    Attributes:
        settings, limits: as given.
        lent: how many notebooks it was lent to.
    """

    def __init__(self, settings: Settings, limits: Limits) -> None:
        self.settings, self.limits, self.lent = settings, limits, 0
        self._private = Path(tempfile.mkdtemp(prefix="tollbook-"))
        self._log = (self._private / "kernel.log").open("a+b")
        environment = kernel_environment(settings.model_copy(update={"one_book": True}), self._private, limits.warm)
        self._manager = kernel_class(
            limits.kernel, environment=environment, cwd=settings.notebooks, private=self._private, log=self._log
        )()
        self._client: Any = None

    @contextmanager
    def kernel(self, watch: Watch, log: Path) -> Iterator[dict[str, Any]]:
        """The kernel for one notebook, as nbclient takes it: `km` and `kc`.

        Args:
            watch: looks after the kernel meanwhile.
            log: gets what the kernel process prints meanwhile.

        Raises:
            RuntimeError: it does not start, or does not answer any more.
        """
        printed = self._log.seek(0, os.SEEK_END)
        try:
            run_sync(self._ready)()
            watch.begin(getattr(self._manager.provisioner, "pid", None) or 0)
            yield {"km": self._manager, "kc": self._client}
        finally:
            watch.end()
            self._log.seek(printed)
            log.write_bytes(self._log.read())

    def close(self) -> None:
        """End the kernel and remove what it left."""
        try:
            run_sync(self._end)()
        finally:
            self._log.close()
            # In the background, for some disks take milliseconds for each file.
            threading.Thread(target=shutil.rmtree, args=(self._private,), kwargs={"ignore_errors": True}).start()

    async def _ready(self) -> None:
        self.lent += 1
        if not self._client:
            await self._manager.start_kernel()
            self._client = self._manager.client()
            self._client.start_channels()
            await self._client.wait_for_ready(timeout=self.limits.start_seconds)
            self._client.allow_stdin = False
        seconds = self.limits.start_seconds
        reply = asyncio.ensure_future(self._client.execute(_AFRESH, silent=True, reply=True, timeout=seconds))
        while not reply.done():
            await asyncio.wait({reply}, timeout=_LOOK_SECONDS)
            if not reply.done() and not await self._manager.is_alive():
                reply.cancel()
                raise RuntimeError("it has died")
        try:
            content = reply.result()["content"]
        except TimeoutError as error:
            raise RuntimeError(f"nothing within {seconds} seconds") from error
        if content["status"] != "ok":
            raise RuntimeError(f"it could not begin afresh: {content}")

    async def _end(self) -> None:
        waiting = asyncio.all_tasks() - {asyncio.current_task()}  # a notebook that was broken off
        for one in waiting:
            one.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        if self._client:
            self._client.stop_channels()
        if self._manager.has_kernel:
            with suppress(RuntimeError):  # it has just died
                await self._manager.shutdown_kernel(now=True)
        await self._manager.cleanup_resources()
