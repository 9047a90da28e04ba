import os
import subprocess
import sys

from tollbook.runs.memory import available_mb, group_memory_mb, memory_mb


def test_memory_of_a_live_process_and_of_none() -> None:
    assert memory_mb(os.getpid()) > 10
    assert memory_mb(2**22 + 1) == 0


def test_what_a_process_started_counts_with_it() -> None:
    child = "x = bytes(range(256)) * 400_000; print(); input()"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as parent:
        assert parent.stdout
        parent.stdout.readline()
        alone, both = memory_mb(parent.pid), group_memory_mb(parent.pid)
        parent.communicate(b"\n")
    assert both > alone + 90


def test_there_is_memory() -> None:
    assert available_mb() > 10
