"""When a run is killed, and how it ended; every change of files in a folder is looked at, and may be the moment."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "shutil.rmtree")
LONGEST_S = 300.0


@dataclass(frozen=True)
class Moment:
    """When a run is to be killed: after so many seconds, or before its change of files of this number."""

    seconds: float = float("inf")
    change: int = -1


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (-9: killed), what it said, how many files it changed, seconds."""

    code: int
    said: Any
    changes: int
    seconds: float


def count_changes(folder: Path, counted: Path, kill: Moment) -> None:
    """In this process look at every change of files in a folder, a byte in `counted` for each; end before one."""
    tally, place = os.open(counted, os.O_WRONLY | os.O_CREAT | os.O_APPEND), os.fsencode(folder)

    def look(event: str, arguments: tuple) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if not (writes or event in _CHANGES) or not arguments or isinstance(arguments[0], int):
            return
        if os.fsencode(arguments[0] or b"").startswith(place):
            if os.fstat(tally).st_size == kill.change:
                os.kill(os.getpid(), signal.SIGKILL)
            os.write(tally, b".")

    sys.addaudithook(look)


def wait_for(child: int, seconds: float) -> int:
    """Wait for a process, and kill it after so many seconds, at the latest after `LONGEST_S`; its exit code."""
    until = time.monotonic() + min(seconds, LONGEST_S)
    while (ended := os.waitpid(child, os.WNOHANG))[0] == 0:
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.002)
    return os.waitstatus_to_exitcode(ended[1])
