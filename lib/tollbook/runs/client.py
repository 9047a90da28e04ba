"""How the runner speaks to its own kernel: without the waits that Jupyter needs for kernels it does not know."""

import time
from queue import Empty

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import KernelManager

_RECONNECT_MS = 5  # a kernel that is being forked is there in a few; ZeroMQ would look again after 100


class Client(AsyncKernelClient):
    """Ready as soon as the kernel has answered and is heard, and no heartbeat: the kernel is a process of ours.

    Jupyter's own waits a fifth of a second for messages that might still come from before; nbclient looks only at
    those that answer its own requests.
    """

    def start_channels(self, *channels: bool, **named: bool) -> None:
        """Open the channels, but for the heartbeat, whose thread takes a tenth of a second to stop."""
        self.context.setsockopt(zmq.RECONNECT_IVL, _RECONNECT_MS)
        super().start_channels(*channels, **{**named, "hb": False})

    # jupyter_client declares its method as a plain function and gives a coroutine.
    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - its name there
        """Return when the kernel answers and its output arrives.

        Raises:
            RuntimeError: it died first, or did not answer within `timeout` seconds.
        """
        end = time.monotonic() + (timeout or float("inf"))
        answered = heard = False
        self.kernel_info()
        while not (answered and heard):
            answered = answered or await self._answered()
            # Output sent before the subscription reached the kernel is lost: then ask again.
            heard = heard or await self._heard()
            if answered and not heard:
                self.kernel_info()
            if not answered and not await self._is_there():
                raise RuntimeError("it died before it answered")
            if time.monotonic() > end:
                raise RuntimeError(f"nothing within {timeout:.0f} seconds")

    async def _answered(self) -> bool:
        try:
            message = await self.get_shell_msg(timeout=1)
        except Empty:
            return False
        self._handle_kernel_info_reply(message)
        return True

    async def _heard(self) -> bool:
        try:
            await self.get_iopub_msg(timeout=0.1)
        except Empty:
            return False
        return True

    async def _is_there(self) -> bool:
        return not isinstance(self.parent, KernelManager) or bool(await self.parent.is_alive())  # type: ignore[misc]
