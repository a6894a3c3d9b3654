"""The time of day, which may jump, and the time that passes, which does not."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol, runtime_checkable

import numpy as np


@runtime_checkable
class Clock(Protocol):
    """What a station asks about time, so that tests can give it a month within seconds."""

    def now(self) -> np.datetime64:
        """The time of day, UTC, to the microsecond: that of the system, which may be set forward or back."""
        ...

    def passed_s(self) -> float:
        """Seconds since some instant; never goes back."""
        ...

    def wait(self, seconds: float) -> None:
        """Let so many seconds pass, whatever the time of day does meanwhile."""
        ...


class SystemClock:
    """The clocks of this machine.

    >>> clock = SystemClock()
    >>> before = clock.passed_s()
    >>> clock.wait(0.001)
    >>> clock.passed_s() > before
    True
    """

    def now(self) -> np.datetime64:
        """The time of day, UTC."""
        return np.datetime64(datetime.now(UTC).replace(tzinfo=None), "us")

    def passed_s(self) -> float:
        """Seconds of the monotonic clock."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(max(seconds, 0.0))
