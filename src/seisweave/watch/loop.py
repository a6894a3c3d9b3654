"""A station that runs: turn after turn, one copy of it at a time, through whatever ends a turn early."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from seisweave.locks import Held, hold
from seisweave.stored_files import in_a_line
from seisweave.watch.options import Station
from seisweave.watch.turns import Turned, turn
from seisweave.watch.work import Means, told

RETRY_S = 600.0  # after a turn that was not done, at most
_LOOK_EVERY_S = 5.0


def watch(station: Station, means: Means, *, once: bool = False) -> Turned:
    """Do turns until the process is ended; with `once` one, which is what comes back.

    Waiting is by the monotonic clock: a time of day that jumps makes no turn come sooner or later. Another copy that is
    at work in the folder is waited for; with `once` it is an error.

    Errors: Held (an InputError) with `once`, for a station where another copy is at work; InputError for a damaged
    state; OSError with `once` where nothing can be written.

    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from seisweave.catalog.fdsn_service import Pace
    >>> from seisweave.watch import SystemClock, WatchOptions
    >>> nowhere = Station(Path(mkdtemp()) / "station", WatchOptions("http://127.0.0.1:9", "2020-01-01"))
    >>> watch(nowhere, Means(SystemClock(), lambda line: None, pace=Pace(attempts=1)), once=True).number
    1
    """
    with _alone(station, means, wait=not once):
        while True:
            begun = means.clock.passed_s()
            made = _turned(station, means, once=once)
            if once and made is not None:
                return made
            every_s = station.watch.every_s
            pause_s = every_s if made is not None and made.fetched else min(every_s, RETRY_S)
            means.clock.wait(begun + pause_s - means.clock.passed_s())


def _turned(station: Station, means: Means, *, once: bool) -> Turned | None:
    """A turn; None where the disk did not even take that it has begun."""
    try:
        return turn(station, means)
    except OSError as error:
        if once:
            raise
        means.say(f"not done: {told(error)}")
        return None


@contextmanager
def _alone(station: Station, means: Means, *, wait: bool) -> Iterator[None]:
    """Hold the station's folder; wait for another copy that does."""
    waits = False
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(hold(station.folder))
                break
            except Held as error:
                if not wait:
                    raise
                if not waits:
                    means.say(f"waiting: {in_a_line(error)}")
                waits = True
                means.clock.wait(_LOOK_EVERY_S)
        yield
