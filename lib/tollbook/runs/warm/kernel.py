"""What a forked child does to be as good as a kernel that was started afresh."""

import atexit
import contextlib
import ctypes
import os
import random
import shutil
import signal
import sys
import tempfile
import time

from tollbook.runs.warm.wire import ADDRESS, INLINE, Launch

_PR_SET_PDEATHSIG = 1  # <sys/prctl.h>


def become_kernel(launch: Launch, printed: list[int]) -> None:
    """Turn this fresh fork into the kernel asked for; returns when the kernel is shut down.

    Args:
        launch: what it shall be.
        printed: files for its standard output and error; closed here.
    """
    owner = os.getppid()
    atexit._clear()  # noqa: SLF001 - what the warm process would tidy up at its end is not this child's
    _own_session(owner)
    _plain_signals()
    _streams(printed)
    _surroundings(launch)
    fresh_seeds()

    from ipykernel.kernelapp import IPKernelApp

    # ipykernel itself ends the kernel when its parent changes, where the system does not (macOS).
    app = IPKernelApp.instance(parent_handle=owner)
    app.initialize(launch.argv)  # type: ignore[no-untyped-call]
    _meet_libraries()
    app.start()  # type: ignore[no-untyped-call]


def _own_session(owner: int) -> None:
    """Away from the owner's terminal, and dead when the warm process is."""
    os.setsid()
    die_with_parent()
    if os.getppid() != owner:  # it died in between
        os._exit(1)


def die_with_parent() -> None:
    """Have the system kill this process when its parent ends, whatever either is doing. Linux only."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _plain_signals() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _streams(printed: list[int]) -> None:
    for number, file in enumerate([os.open(os.devnull, os.O_RDONLY), *printed]):
        os.dup2(file, number)
        os.close(file)


def _surroundings(launch: Launch) -> None:
    os.environ.clear()
    os.environ.update(launch.environment)
    os.environ.pop(ADDRESS, None)
    os.environ.setdefault("MPLBACKEND", INLINE)
    tempfile.tempdir = None  # look at TMPDIR again
    if hasattr(time, "tzset"):
        time.tzset()
    os.chdir(launch.cwd)
    sys.argv = ["ipykernel_launcher", *launch.argv]


def fresh_seeds() -> None:
    """Every child would draw the same "random" numbers otherwise."""
    random.seed()
    with contextlib.suppress(ImportError):
        import numpy as np

        np.random.seed()  # noqa: NPY002 - the old generator is the one that is shared


def _meet_libraries() -> None:
    """Let libraries that do something when they are imported in a kernel do it; here they were imported before."""
    sys.modules.pop("matplotlib_inline.backend_inline", None)  # without it no picture appears
    if pandas := sys.modules.get("pandas"):
        pandas.set_option("display.max_columns", 20)  # as in any notebook; it took the warm process for a terminal
    if widgets := sys.modules.get("ipywidgets"):
        widgets.register_comm_target()
    if "cmdstanpy" in sys.modules:
        private = tempfile.mkdtemp()
        atexit.register(shutil.rmtree, private, ignore_errors=True)
        for name, module in list(sys.modules.items()):
            if name.startswith("cmdstanpy") and hasattr(module, "_TMPDIR"):
                vars(module)["_TMPDIR"] = private  # each kernel its own, gone when it is
