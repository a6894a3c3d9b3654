"""The loop of `reasenberg`: each event looks ahead for as long as its cluster is active, and links what is near."""

import math

import numpy as np
from numba import njit

from seisweave.catalog.declustering._roots_numba import root_of

_LOOP = {"cache": True, "nogil": True, "error_model": "numpy"}


@njit(**_LOOP)
def _distance(a, b, za, zb, earth_km, epicentre_error_km, depth_error_km):
    """Of hypocentres, less the errors of both; unknown depths count for nothing."""
    dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    along = 2.0 * earth_km * math.asin(min(1.0, math.sqrt(dx * dx + dy * dy + dz * dz) / (2.0 * earth_km)))
    down = za - zb
    if math.isnan(down):
        down = 0.0
    r = math.hypot(along, down)
    if r == 0.0:
        return 0.0
    return r - 2.0 * math.hypot(epicentre_error_km * along / r, depth_error_km * down / r)


@njit(**_LOOP)
def _joined(i, j, leader, born, largest, magnitude):
    """Put the clusters of two events together, that which was born first keeps its name and its largest of equals."""
    k, m = root_of(leader, i), root_of(leader, j)
    if born[k] < 0 or (0 <= born[m] < born[k]):
        k, m = m, k
    leader[m] = k
    if magnitude[largest[m]] > magnitude[largest[k]]:
        largest[k] = largest[m]


@njit(**_LOOP)
def link_ahead(t, xyz, depth, magnitude, radius_km, law, leader):
    """Link events in order of time; leader is 0, 1, 2, ... before, and the name of each event's cluster after.

    law: shortest and longest look-ahead (days), -ln(1 - p), xk, xmeff, rfact, errors of epicentres and depths (km),
    largest zone and radius of the Earth (km).
    """
    tau_min, tau_max, top, xk, xmeff, rfact, epicentre_error_km, depth_error_km, most_km, earth_km = law
    born, largest, n_born = np.full(t.size, -1), leader.copy(), 0  # born: -1 for events that are alone
    for i in range(t.size):
        root = root_of(leader, i)
        tau = tau_min
        since = t[i] - t[largest[root]]
        if born[root] >= 0 and since > 0.0:
            above = (1.0 - xk) * magnitude[largest[root]] - xmeff
            tau = min(max(top * since / 10.0 ** (2.0 * (above - 1.0) / 3.0), tau_min), tau_max)
        for j in range(i + 1, t.size):
            if t[j] - t[i] > tau:
                break
            root = root_of(leader, i)
            if root_of(leader, j) == root:
                continue
            zone = rfact * radius_km[i] + (radius_km[largest[root]] if born[root] >= 0 else 0.0)
            far = _distance(xyz[i], xyz[j], depth[i], depth[j], earth_km, epicentre_error_km, depth_error_km)
            if far > min(zone, most_km):
                continue
            if born[root] < 0 and born[root_of(leader, j)] < 0:
                born[root] = n_born
                n_born += 1
            _joined(i, j, leader, born, largest, magnitude)
    for i in range(t.size):
        leader[i] = root_of(leader, i)
