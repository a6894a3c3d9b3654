"""Nowcasts from any instant: the clock is turned on until a step begins at it.

The models know whole steps (days, usually) and nothing of the time of day. So what came before an instant, with all
its times made later until the instant falls on the beginning of a step, is a catalog like any other: its steps end at
the instant, the last of them is whole, and no part of a step is counted as a step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time, in_short
from seisweave.errors import InputError
from seisweave.nowcast.known import DAY, MIDNIGHT
from seisweave.nowcast.times import gaps_of


@dataclass(frozen=True, eq=False)
class Turned:
    """What came before an instant, by a clock on which a step begins at it: all is `later` than it was."""

    catalog: Catalog
    now: np.datetime64
    begins: np.datetime64
    later: np.timedelta64

    def gaps(self, gaps: str) -> str:
        """Gaps in which nobody watched, by that clock."""
        return ",".join(f"{start + self.later}/{end + self.later}" for start, end in gaps_of(gaps))

    def note(self) -> str:
        """For how long the catalog has been quiet, in one line."""
        last = (self.catalog.times[~np.isnat(self.catalog.times)].max() - self.later).astype("datetime64[us]")
        return (
            f"taken as complete until {in_short(self.now)}; its last event before that was at {in_short(last)}"
            f" ({_span(self.now - last)} earlier)"
        )


def turned_to(catalog: Catalog, now: Instant, origin: np.datetime64 = MIDNIGHT, step: np.timedelta64 = DAY) -> Turned:
    """What came before an instant, later by less than a step, so that one of the steps from `origin` on begins at it.

    Errors: InputError for what is not a time, and where nothing came before it.

    >>> from seisweave.synthetic import EtasOptions, etas_world
    >>> turned = turned_to(etas_world(EtasOptions(days=50), seed=1).catalog, "1990-02-01T18:30")
    >>> str(turned.begins)[:16], str(turned.later)
    ('1990-02-02T00:00', '19800000000 microseconds')
    """
    instant = as_time("now", now)
    before = catalog.take(catalog.times < instant)
    if not len(before):
        raise InputError(f"now is {in_short(instant)}, and the catalog has no event before that; give a later one")
    steps = -int((origin - instant) // step)  # rounded up
    begins = origin + step * steps
    later = (begins - instant).astype("timedelta64[us]")
    return Turned(replace(before, times=before.times + later), instant, begins, later)


def check_alone(now: Instant | None, **others: object) -> None:
    """Refuse an instant beside another that says from when or until when. Errors: InputError."""
    given = [name for name, value in others.items() if value is not None]
    if now is not None and given:
        raise InputError(f"now={now} says from when and until when; leave out {' and '.join(given)}")


def _span(time: np.timedelta64) -> str:
    """A time as people say it.

    >>> [_span(np.timedelta64(minutes, "m")) for minutes in (40, 600, 30000)]
    ['40 minutes', '10.0 hours', '20.8 days']
    """
    minutes = float(time / np.timedelta64(1, "m"))
    if minutes < 120:
        return f"{minutes:.0f} minutes"
    return f"{minutes / 60:.1f} hours" if minutes < 2880 else f"{minutes / 1440:.1f} days"
