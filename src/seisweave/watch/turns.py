"""One turn of a station: fetch, keep, assign, forecast, write the page; each step done once, whatever comes between.

A turn has one instant: what is asked for then is what its forecasts know, and their windows begin at it. A turn that
was broken off after its fetch is gone on with where its instant is not long past; else the next begins anew. Nothing
is lost and nothing there twice, since each step finds out for itself what it has to do:

- fetch: what the service has is held against the store, so that what is there already is no news;
- network: the events that came after it was made, or went on;
- forecasts: one file for each instant and model, never written again;
- page: from what is on record.

Without a fetch there is no forecast: a catalog that ends when the network was lost would be taken as quiet since.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from seisweave.catalog.instants import in_short
from seisweave.storage import make_folder
from seisweave.watch.clock import Clock
from seisweave.watch.fetching import fetch
from seisweave.watch.forecasting import issue
from seisweave.watch.networking import go_on
from seisweave.watch.options import Station
from seisweave.watch.paging import page
from seisweave.watch.state import read_state
from seisweave.watch.work import END, Means, Work

GONE_ON_WITH = np.timedelta64(30, "m")  # a turn whose instant is longer past is not gone on with


@dataclass(frozen=True)
class Turned:
    """How a turn ended: its number and instant, the steps that are done, and those that are not, with why."""

    number: int
    now: np.datetime64
    done: tuple[str, ...]
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def fetched(self) -> bool:
        """Whether the service gave what was asked for."""
        return "fetch" in self.done


def turn(station: Station, means: Means) -> Turned:
    """Do a turn, or go on with one that was broken off. Who calls holds the station's folder.

    Errors: InputError for a damaged state; OSError where it cannot be written. What fails in a step is told, and stands
    in `Turned.failed`.

    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from seisweave.catalog.fdsn_service import Pace
    >>> from seisweave.watch import SystemClock, WatchOptions
    >>> nowhere = Station(Path(mkdtemp()) / "station", WatchOptions("http://127.0.0.1:9", "2020-01-01"))
    >>> made = turn(nowhere, Means(SystemClock(), lambda line: None, pace=Pace(attempts=1)))
    >>> made.fetched, sorted(made.failed)
    (False, ['fetch'])
    """
    make_folder(station.folder)
    work = Work(station, means, read_state(station.folder))
    back = _begin(work)
    if work.step("fetch", fetch) and not back:
        for name, do in _steps(station).items():
            work.step(name, do)
        work.save(done=(*work.state.done, END))
    return Turned(work.state.turn, work.now, work.state.done, work.failed)


def _second(clock: Clock) -> np.datetime64:
    """The time of day, in whole seconds: what a turn is known by."""
    return clock.now().astype("datetime64[s]").astype("datetime64[us]")


def _begin(work: Work) -> bool:
    """Begin a turn in the state, unless the last one is to be gone on with; whether the clock is behind it."""
    now, state = _second(work.means.clock), work.state
    last, latest = state.instant, state.latest_instant
    if now == latest:  # a turn that took less than a second
        work.means.clock.wait(1.0)
        now = _second(work.means.clock)
    broken_off = "fetch" in state.done and END not in state.done
    if broken_off and last is not None and last <= now <= last + GONE_ON_WITH and last == latest:
        work.tell("begin", f"going on with the turn of {in_short(last)}")
        return False
    back = latest if latest is not None and now <= latest else None
    work.save(turn=state.turn + 1, now=str(now), done=())
    if back is not None:
        work.failed["clock"] = f"the clock says {in_short(now)}, and there was a turn at {in_short(back)} already"
        work.tell("clock", f"{work.failed['clock']}: nothing is issued until it is later")
    return back is not None


def _steps(station: Station) -> dict[str, Callable[[Work], str]]:
    """The steps after the fetch, by name."""
    steps: dict[str, Callable[[Work], str]] = {}
    if station.network is not None:
        steps["network"] = go_on
    for name in ("etas", "place"):
        if (step := getattr(station, name)) is not None:
            steps[name] = lambda work, name=name, step=step: issue(work, name, step)
    if station.page is not None:
        steps["page"] = page
    return steps
