"""Until when a catalog is known: which steps it holds whole, and of which nothing is known.

A catalog does not say when it was asked for. The last thing known of it is its last event: the step (a day, usually)
that holds it has only begun, and steps after it may be quiet or not there yet. So a step counts where it ends no later
than the last event, of whatever size or type. Who knows more says so: a catalog that is complete until an instant holds
all steps before it, quiet ones too. What was not counted, or was taken as quiet, is told in one line.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time, in_short
from seisweave.errors import InputError
from seisweave.nowcast.step_words import length_of, step_words

DAY = np.timedelta64(1, "D")
MIDNIGHT = np.datetime64("1970-01-01", "us")  # days begin where this one did


@dataclass(frozen=True)
class Known:
    """A catalog is complete until an instant: as somebody stated, or else until its last event.

    Steps begin at an `origin` and are `step` long; by default they are days.
    """

    last_event: np.datetime64
    until: np.datetime64
    stated: bool

    def end(self, origin: np.datetime64 = MIDNIGHT, step: np.timedelta64 = DAY) -> np.datetime64:
        """End of the last whole step: the first instant of the first step that is not known whole.

        >>> cut = Known(*np.array(["2010-04-05T06:00", "2010-04-05T06:00"], "datetime64[us]"), stated=False)
        >>> str(cut.end())[:10]  # the day that has begun is not counted
        '2010-04-05'
        """
        return origin + step * int((self.until - origin) // step)

    def whole_steps(self, catalog: Catalog, origin: np.datetime64 = MIDNIGHT, step: np.timedelta64 = DAY) -> Catalog:
        """The events of the steps that are known whole."""
        return catalog.take(catalog.times < self.end(origin, step))

    def note(self, origin: np.datetime64 = MIDNIGHT, step: np.timedelta64 = DAY) -> str:
        """What is not counted, or taken as quiet, in one line; empty where nothing is."""
        end, name = self.end(origin, step), length_of(step)
        if not self.stated:
            return (
                f"the catalog's last event is at {in_short(self.last_event)}, so its last {name} is taken as unfinished"
                f" and not counted; give complete_until='{in_short(end + step)}' if it is complete"
            )
        said, quiet_from = [], origin + step * (int((self.last_event - origin) // step) + 1)
        if end > quiet_from:
            said.append(f"without an event from {in_short(quiet_from)} to before {in_short(end)}, taken as quiet")
        if self.until > end:
            said.append(f"complete for a part of the {name} from {in_short(end)} only, which is not counted")
        return f"the catalog is {'; '.join(said)}" if said else ""

    def why(self, step: np.timedelta64 = DAY) -> str:
        """Why no more is known, in words."""
        told = in_short(self.until)
        if self.stated:
            return f"it is complete until {told}"
        return f"its last event, at {told}, leaves its {step_words(step).one} unfinished"

    def remedy(self, wanted: np.datetime64, option: str) -> str:
        """What to give where more is wanted than is known."""
        return (
            f"give an earlier {option}, a newer catalog, or complete_until='{in_short(wanted)}' if no event before that"
            " is missing"
        )


def known_of(catalog: Catalog, complete_until: Instant | None = None) -> Known:
    """Until when a catalog is known.

    Errors: InputError for a catalog without times, and for what is not a time.
    """
    times = catalog.times[~np.isnat(catalog.times)]
    if not len(times):
        raise InputError("the catalog has no event that can be used (time, magnitude, type); give one with events")
    last = times.max().astype("datetime64[us]")
    if complete_until is None:
        return Known(last, last, stated=False)
    return Known(last, as_time("complete_until", complete_until), stated=True)
