"""Work for a crew: importable, because workers are spawned."""

import os
import signal
import time


def shout(word: str) -> str:
    if word == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "hang":
        time.sleep(60)
    return word.upper()
