"""A kind for the fuzz's own test: one example that takes its process along."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.fuzz import Outcome

DEADLY = 2


def prepare() -> None:
    """Nothing."""


def example(seed: int, folder: Path) -> Outcome:
    """One example."""
    if seed == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return Outcome("same")
