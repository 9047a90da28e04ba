"""The command line in processes of its own, with all that libraries log written down, and everything it printed."""

import os
import subprocess
import sys
from pathlib import Path

from tollbook.settings import Settings

_SITE = """
import logging, os
logging.basicConfig(level=logging.DEBUG, filename=os.environ["VERBOSE"] + f"/{os.getpid()}.log")
"""


class Verbose:
    """Runs commands; `folder` then holds a debug log of each process, kernels included, and what was printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._commands = 0
        (folder / "site").mkdir()
        (folder / "site" / "sitecustomize.py").write_text(_SITE)
        (folder / "logs").mkdir()

    def run(self, settings: Settings, *arguments: str) -> "subprocess.CompletedProcess[str]":
        environment = {
            **os.environ,
            **as_environment(settings),
            "PYTHONPATH": str(self.folder / "site"),
            "VERBOSE": str(self.folder / "logs"),
        }
        command = [sys.executable, "-m", "tollbook.cli", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        self._commands += 1
        for name in ("stdout", "stderr"):
            place = self.folder / "logs" / f"{self._commands:02}-{arguments[0]}.{name}"
            place.write_text(getattr(done, name))
        return done

    def good(self, settings: Settings, *arguments: str) -> str:
        """What a command that must succeed prints."""
        done = self.run(settings, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


def as_environment(settings: Settings) -> dict[str, str]:
    """Settings of a project in the cloud as its machine would have them."""
    assert settings.azure_connection_string
    assert settings.mongodb_uri
    return {
        "TOLLBOOK_PROJECT": str(settings.project),
        "TOLLBOOK_HOME": settings.blob,
        "TOLLBOOK_AZURE_CONNECTION_STRING": settings.azure_connection_string.get_secret_value(),
        "TOLLBOOK_MONGODB_URI": settings.mongodb_uri.get_secret_value(),
    }
