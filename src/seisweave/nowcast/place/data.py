"""A catalog as the nowcast by place sees it: features and truths of every day, and the days that count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float, Float32

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time, in_short
from seisweave.errors import InputError
from seisweave.nowcast.channels import Channel, LaidChannels, LearnedChannel, lay_channels
from seisweave.nowcast.known import DAY, known_of
from seisweave.nowcast.maps import Steps, lay_steps, select_events
from seisweave.nowcast.place.chosen import WARM_UP, choose_place
from seisweave.nowcast.place.features import all_watched, daily_counts, place_features, place_targets
from seisweave.nowcast.place.options import PlaceOptions, PlaceSettings


@dataclass(frozen=True, eq=False)
class PlaceData:
    """Every day from the catalog's first (t of them).

    features are known at the start of each day, and may be let go of once networks are trained on them; counts are the
    neuron's; happened is what the days ahead then brought (`days`, from that one on), for each threshold; learnable
    says which days may be learned from: all of these were watched, and it is not before `learn_from`. events are all
    that features and ETAS are made from. laid are the covariates, where there are some, as they are, and shown as a
    network sees them, once they are standardised.
    """

    steps: Steps
    features: Float32[np.ndarray, "_ f rows columns"]
    counts: Float[np.ndarray, "t rows columns"]
    happened: Bool[np.ndarray, "t m rows columns"]
    learnable: Bool[np.ndarray, " t"]
    days: int = 1
    events: Catalog | None = None
    laid: LaidChannels | None = None
    shown: Float32[np.ndarray, "t c2 rows columns"] | None = None

    def learned(self, past: Bool[np.ndarray, " t"]) -> tuple[LearnedChannel, ...]:
        """How channels are standardised on the days of the past."""
        return () if self.laid is None else self.laid.learned(past)

    def standardised(self, learned: tuple[LearnedChannel, ...]) -> PlaceData:
        """The same days with channels as a network sees them."""
        return self if self.laid is None else replace(self, shown=self.laid.standardised(learned))

    def seen(self, rows: np.ndarray | slice) -> Float32[np.ndarray, "n f rows columns"]:
        """All that a network sees of some days: features, then channels."""
        if self.shown is None:
            return self.features[rows]
        return np.concatenate([self.features[rows], self.shown[rows]], axis=1)

    def before(self, day: np.datetime64) -> Bool[np.ndarray, " t"]:
        """Days to learn from whose days ahead end before a day."""
        return self.learnable & (self.steps.start + self.days * self.steps.step <= day)

    def between(self, *borders: np.datetime64) -> Bool[np.ndarray, " t"]:
        """Watched days from each border to before the next; their days ahead do not overlap, nor cross a border."""
        start, step, chosen = self.steps.start, self.steps.step, np.zeros(len(self.steps), bool)
        for first, end in pairwise(borders):
            rows = np.flatnonzero((start >= first) & (start + self.days * step <= end))
            chosen[rows[:: self.days]] = True
        return chosen & all_watched(self.steps, self.days)

    def known(self) -> tuple[np.ndarray, ...]:
        """What tells one catalog from another: days, counts, truths, which days may be learned from; and channels."""
        laid = () if self.laid is None else (self.laid.values, self.laid.age)
        return self.steps.start, self.counts, self.happened, self.learnable, *laid


def place_data(
    catalog: Catalog,
    options: PlaceOptions,
    *,
    start: str | None = None,
    end: str | None = None,
    complete_until: Instant | None = None,
    channels: Sequence[Channel] = (),
) -> PlaceData:
    """Look at a catalog, from the day of its first event or `start`, through the day before `end`.

    Region and thresholds that the options do not name are those of `choose_place`.

    By default the last day is the first that is not known whole, that of the last event: nothing of it counts, but it
    has features. With `complete_until` the catalog is complete until that instant, quiet days included. An `end` is
    taken at its word. channels are covariates: each day has of them what was known at its first instant.

    Errors: InputError for a catalog without events near the grid, or an end before it begins.
    """
    if options.box is None or options.magnitudes is None:
        options = choose_place(catalog, PlaceSettings(options), complete_until=complete_until).settings.place
    events = select_events(catalog, options.maps)
    if not len(events):
        raise InputError("no event of the catalog has a time, a magnitude and a wanted type; give one with such events")
    start = start or str(events.times.min().astype("datetime64[D]"))
    if end is None:
        known = known_of(catalog, complete_until)
        events, end = known.whole_steps(events), str(known.end() + DAY)
    steps = lay_steps(events, options.maps, start, end)
    first = steps.start[0] + WARM_UP if options.learn_from is None else as_time("learn_from", options.learn_from)
    return PlaceData(
        steps=steps,
        features=place_features(events, options, steps),
        counts=daily_counts(events, options, steps),
        happened=place_targets(events, options, steps),
        learnable=all_watched(steps, options.days) & (steps.start >= first),
        days=options.days,
        events=events,
        laid=lay_channels(channels, options.maps, steps.start, steps.step) if channels else None,
    )


def past_data(
    catalog: Catalog,
    settings: PlaceSettings,
    complete_until: Instant | None,
    channels: Sequence[Channel] = (),
) -> PlaceData:
    """The days to learn from, and without an end the one after them. Errors: InputError for days that are not known."""
    data = place_data(catalog, settings.place, end=settings.end, complete_until=complete_until, channels=channels)
    known = known_of(catalog, complete_until)
    if settings.end is not None and (end := as_time("end", settings.end)) > known.end():
        raise InputError(
            f"the catalog ends before {in_short(known.end())} ({known.why()}), the days up to {in_short(end)} are"
            f" unknown; {known.remedy(end, '--end')}"
        )
    return data
