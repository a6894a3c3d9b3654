"""Clusters linked by interaction zones (Reasenberg 1985, J. Geophys. Res. 90, 5479-5495).

Each event, in order of time, looks ahead for a while tau and links the events within its zone:

    tau = -ln(1 - p) s / 10^(2 (dM - 1) / 3)    s days since the largest event of its cluster, of magnitude M
    dM = (1 - xk) M - xmeff                     tau within tau_min..tau_max; tau_min where there is no cluster yet

    r <= rfact a(m) + a(M), 30 km at most       a(m) = 0.011 · 10^(0.4 m) km, the radius of a crack of 30 bars

m is the magnitude of the event that looks ahead; r is the distance of the hypocentres less the errors of both. Clusters
that are linked become one. This is the variant of the USGS program CLUSTER2000 (Reasenberg's own, with its options
'adjust for errors'), from whose text it was taken; unlike it we keep fractions of a minute, take one error for all
events instead of one by quality, give an event without a cluster no second zone (the program leaves it undefined), and
keep of a cluster its largest event rather than an equivalent one of their summed moment. ZMAP's variant also links what
lies around the largest event, and never lets dM fall below 0; results differ accordingly.
"""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Int

from seisweave.catalog.declustering._reasenberg_numba import link_ahead
from seisweave.catalog.declustering.events import RADIUS_KM, TimedEvents
from seisweave.catalog.declustering.options import DeclusterOptions

_MOST_KM = 30.0  # one thickness of the crust


def cluster_of(events: TimedEvents, options: DeclusterOptions) -> Int[np.ndarray, " n"]:
    """One event of each event's cluster, the same for all of it; the event itself where it is alone."""
    leader = np.arange(len(events.magnitude))
    law = np.array(
        [
            options.tau_min_days,
            options.tau_max_days,
            -math.log1p(-options.confidence),
            options.magnitude_raise,
            options.effective_magnitude,
            options.radius_factor,
            options.epicentre_error_km,
            options.depth_error_km,
            _MOST_KM,
            RADIUS_KM,
        ]
    )
    radius_km = 0.011 * 10.0 ** (0.4 * events.magnitude)
    link_ahead(events.t_days, events.xyz_km, events.depth_km, events.magnitude, radius_km, law, leader)
    return leader
