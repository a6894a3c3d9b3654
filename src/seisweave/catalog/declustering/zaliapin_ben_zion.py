"""Clusters of nearest neighbours (Zaliapin & Ben-Zion 2013, J. Geophys. Res. Solid Earth 118, 2847-2864).

Every event has its nearest earlier neighbour in time, space and magnitude together (see `nearest`). In most catalogs
log10 of these distances has two modes: near ones of events that triggered each other, far ones of the background. Where
the two normals that fit it are equally likely is the threshold, and links below it make the clusters.

Any distribution can be fitted by two normals, that of independent events too. So nothing is taken as a cluster, and a
note says so, where the normals are less than 1.7 standard deviations apart, or where the same events at independent
times, places shuffled among them, have 0.8 times as many links below the threshold. Both numbers are our choice, made
on simulated worlds: Poisson ones mostly stay below 1.5 or above 0.8, those of ETAS have 1.7 to 2.9 and 0.1 to 0.7.

The chance of an event to be background is the upper normal's share at its distance. The randomised thinning of
Zaliapin & Ben-Zion (2020), which takes out how the density of epicentres differs from place to place, is not here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.declustering._roots_numba import name_roots
from seisweave.catalog.declustering.events import TimedEvents
from seisweave.catalog.declustering.nearest import Nearest, nearest_earlier
from seisweave.catalog.declustering.options import DeclusterOptions
from seisweave.catalog.declustering.two_normals import TwoNormals, fit_two_normals

_FEWEST = 30  # distances that two normals are fitted to
_APART, _LIKE_CHANCE = 1.7, 0.8
_SEED = 1  # of the shuffled catalog
_ADVICE = " give eta_threshold=-5 to cut all the same"
_NOTHING = f": nothing is taken as a cluster;{_ADVICE}"


@dataclass(frozen=True, eq=False)
class Forest:
    """Links of n events: log10 of the distance, the parent (-1: none) and the first event of the cluster.

    threshold: of the links; None where there is none, and all events are alone. normals: None where none were fitted.
    linked, by_chance: shares of links below where the normals cross, of the events and of the shuffled ones.
    """

    log_distance: Float[np.ndarray, " n"]
    parent: Int[np.ndarray, " n"]
    root: Int[np.ndarray, " n"]
    threshold: float | None
    normals: TwoNormals | None = None
    linked: float = float("nan")
    by_chance: float = float("nan")
    note: str = ""

    @property
    def background_probability(self) -> Float[np.ndarray, " n"] | None:
        """The upper normal's share, 1 for events that have no earlier one; None without two modes."""
        if self.normals is None or self.threshold is None:
            return None
        return np.where(np.isfinite(self.log_distance), self.normals.upper_share(self.log_distance), 1.0)


def forest_of(
    events: TimedEvents, options: DeclusterOptions, *, jobs: int = 1, told: Callable[[float], None] | None = None
) -> Forest:
    """Link every event to its nearest earlier neighbour, where that is nearer than the threshold."""

    def of(some: TimedEvents, first: float, last: float) -> Nearest:
        def share(done: float) -> None:
            if told is not None:
                told(first + (last - first) * done)

        deep = options.hypocentral
        return nearest_earlier(some, options.dimension, options.b, hypocentral=deep, jobs=jobs, told=share)

    given = options.eta_threshold
    found = of(events, 0.0, 0.5 if given is None else 1.0)
    known = found.log_distance[found.parent >= 0]
    if given is not None:
        return _linked(found, given)
    if len(known) < _FEWEST or not np.ptp(known) > 0:
        return _linked(
            found, None, note=f"{len(known)} nearest neighbours are too few to tell clusters from background;{_ADVICE}"
        )
    normals = fit_two_normals(known)
    cut = normals.crossing
    linked, by_chance = (float((each < cut).mean()) for each in (known, of(shuffled(events), 0.5, 1.0).log_distance))
    if normals.separation < _APART:
        note = f"distances of nearest neighbours have one mode (two normals {normals.separation:.1f} apart){_NOTHING}"
    elif by_chance > _LIKE_CHANCE * linked:
        note = f"{linked:.0%} of the links are short, and {by_chance:.0%} with the places shuffled{_NOTHING}"
    else:
        return _linked(found, cut, normals=normals, linked=linked, by_chance=by_chance)
    return _linked(found, None, normals=normals, linked=linked, by_chance=by_chance, note=note)


def shuffled(events: TimedEvents) -> TimedEvents:
    """The same places and the same magnitudes, both in another order, at times that are independent and even."""
    rng = np.random.default_rng(_SEED)
    order = rng.permutation(len(events.t_days))
    times = np.sort(rng.uniform(0.0, events.t_days[-1], len(order)))
    return TimedEvents(times, events.xyz_km[order], events.depth_km[order], rng.permutation(events.magnitude))


def _linked(found: Nearest, threshold: float | None, **more: Any) -> Forest:
    """The forest of all links below the threshold."""
    parent = np.where(found.log_distance < (-np.inf if threshold is None else threshold), found.parent, -1)
    root = np.empty_like(parent)
    name_roots(parent, root)
    return Forest(found.log_distance, parent, root, threshold, **more)
