"""A catalog as a nowcaster sees it: its steps, their maps, and what came in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time
from seisweave.errors import InputError
from seisweave.nowcast.channels import Channel, LaidChannels, lay_channels
from seisweave.nowcast.known import known_of
from seisweave.nowcast.maps import Steps, largest_magnitudes, lay_steps, select_events, weave_values
from seisweave.nowcast.region.settings import Settings
from seisweave.renamed import renamed_names

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)


@dataclass(frozen=True, eq=False)
class Observed:
    """t steps of a catalog: maps (NaN where nobody watched), largest magnitude, number of events as its logarithm.

    laid are the covariates of these steps and the one after, t + 1 in all, where there are some.
    """

    steps: Steps
    maps: Float[np.ndarray, "t h w"]
    largest: Float[np.ndarray, " t"]
    activity: Float[np.ndarray, " t"]
    laid: LaidChannels | None = None

    def __len__(self) -> int:
        return len(self.steps)

    def extreme(self, threshold: float) -> np.ndarray:
        """Whether an event of this magnitude or above came in each step (t, bool); False where nobody watched."""
        return np.nan_to_num(self.largest, nan=-np.inf) >= threshold


def observe(
    catalog: Catalog,
    settings: Settings,
    *,
    origin: np.datetime64 | None = None,
    since: np.datetime64 | None = None,
    until: np.datetime64 | None = None,
    complete_until: Instant | None = None,
    channels: Sequence[Channel] = (),
) -> Observed:
    """See a catalog as a nowcaster does, from `settings.nowcast.start` to `end`, or the part that some nowcasts need.

    Arguments:
        catalog: events; those wanted are selected by the settings.
        settings: of the nowcaster.
        origin: first instant of the steps it was trained on: steps fall alike, and by default begin there.
        since: first step that is to be nowcast; the steps it depends on are added before.
        until: end of the steps.
        complete_until: the instant until which no event is missing, so that days without events are quiet; by default
            the time of the last event, and a last step that it leaves unfinished is none of the steps.
        channels: covariates.

    Errors: InputError for a catalog that does not reach back so far, or has no event.
    """
    events = select_events(catalog, settings.maps)
    if not len(events):
        raise InputError("the catalog has no event that can be used (time, magnitude, type); give one with events")
    known = known_of(catalog, complete_until).until
    end = known if until is None else min(known, until)
    if settings.nowcast.end is not None and since is None and until is None:
        end = min(end, as_time("end", settings.nowcast.end))
    start = _start(events, settings, origin, since)
    steps = lay_steps(events, settings.maps, str(start), str(end))
    if len(steps) <= settings.reach:
        raise InputError(
            f"the catalog has {len(steps)} steps from {start} to {end}, and a nowcast looks back over {settings.reach};"
            " give a longer catalog, or train with a shorter --window"
        )
    events = events.take((events.times >= steps.start[0]) & (events.times < steps.start[-1] + steps.step))
    maps, _ = weave_values(events, settings.maps, steps)
    large = events.take(events.magnitude >= settings.nowcast.activity_magnitude)
    laid = None
    if channels:
        laid = lay_channels(channels, settings.maps, np.append(steps.start, steps.start[-1] + steps.step), steps.step)
    activity = _activity(large, settings, steps)
    return Observed(steps, maps, largest_magnitudes(events, settings.maps, steps), activity, laid)


def unfinished(catalog: Catalog, settings: Settings, complete_until: Instant | None = None) -> str:
    """What a fit does not count of a catalog's end, or takes as quiet, in one line; empty where that is nothing."""
    events, known = select_events(catalog, settings.maps), known_of(catalog, complete_until)
    if not len(events):
        return ""
    start, end = _start(events, settings, None, None), settings.nowcast.end
    if end is not None and as_time("end", end) <= known.end(start, settings.maps.step):
        return ""
    return known.note(start, settings.maps.step)


def _start(
    events: Catalog, settings: Settings, origin: np.datetime64 | None, since: np.datetime64 | None
) -> np.datetime64:
    """First instant of the steps wanted."""
    step, day = settings.maps.step, np.timedelta64(1, "D")
    first = events.times.min().astype("datetime64[D]").astype("datetime64[us]")
    if origin is None:
        return first if settings.nowcast.start is None else as_time("start", settings.nowcast.start)
    wanted = max(first, origin) if since is None else since - (settings.reach + 1) * step
    start = origin + step * np.ceil((wanted - origin) / step).astype(int)  # steps fall as they did in training
    if since is not None and start < first - day:
        raise InputError(
            f"the catalog begins on {str(first)[:10]}, and a nowcast for {str(since)[:10]} looks back to"
            f" {str(start)[:10]}; give a catalog that begins earlier"
        )
    return start


def _activity(events: Catalog, settings: Settings, steps: Steps) -> Float[np.ndarray, " t"]:
    """log(1 + number of events on the grid) of each step, NaN where nobody watched."""
    from dataclasses import replace

    counts, _ = weave_values(events, replace(settings.maps, value="count"), steps)
    return np.log1p(counts.reshape(len(steps), -1).sum(axis=1, dtype=np.float64))
