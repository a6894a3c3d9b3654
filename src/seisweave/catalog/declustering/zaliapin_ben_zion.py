"""Clusters of nearest neighbours (Zaliapin & Ben-Zion 2013, J. Geophys. Res. Solid Earth 118, 2847-2864).

Every event has its nearest earlier neighbour in time, space and magnitude together (see `nearest`). In most catalogs
log10 of these distances has two modes: near ones of events that triggered each other, far ones of the background. Where
the two normals that fit it are equally likely is the threshold, and links below it make the clusters. A catalog without
two modes has no threshold: nothing in it is taken as a cluster, and a note says so.

The chance of an event to be background is the upper normal's share at its distance. The randomised thinning of
Zaliapin & Ben-Zion (2020), which takes out how the density of epicentres differs from place to place, is not here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.declustering._roots_numba import name_roots
from seisweave.catalog.declustering.events import TimedEvents
from seisweave.catalog.declustering.nearest import nearest_earlier
from seisweave.catalog.declustering.options import DeclusterOptions
from seisweave.catalog.declustering.two_normals import TwoNormals, fit_two_normals

_FEWEST = 30  # distances that two normals are fitted to


@dataclass(frozen=True, eq=False)
class Forest:
    """Links of n events: log10 of the distance, the parent (-1: none) and the first event of the cluster.

    threshold: of the links; None where there is none, and all events are alone. normals: None where none were fitted.
    """

    log_distance: Float[np.ndarray, " n"]
    parent: Int[np.ndarray, " n"]
    root: Int[np.ndarray, " n"]
    threshold: float | None
    normals: TwoNormals | None
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
    found = nearest_earlier(events, options.dimension, options.b, hypocentral=options.hypocentral, jobs=jobs, told=told)
    known = found.log_distance[found.parent >= 0]
    normals, threshold, note = None, options.threshold, ""
    if threshold is None and (len(known) < _FEWEST or not np.ptp(known) > 0):
        note = f"{len(known)} nearest neighbours are too few to tell clusters from background; give threshold=-5"
    elif threshold is None:
        normals = fit_two_normals(known)
        if normals.are_two_modes:
            threshold = normals.crossing
        else:
            note = (
                f"distances of nearest neighbours have one mode (two normals {normals.separation:.1f} standard"
                " deviations apart, 2 are wanted): nothing is taken as a cluster; give threshold=-5 to cut all the same"
            )
    parent = np.where(found.log_distance < (-np.inf if threshold is None else threshold), found.parent, -1)
    root = np.empty_like(parent)
    name_roots(parent, root)
    return Forest(found.log_distance, parent, root, threshold, normals, note)
