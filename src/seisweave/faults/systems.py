"""Systems: chains of faults that meet end to end and bend into each other.

Two plates are linked where an end of one meets an end of the other, or the upper or lower edge of one that of the other
(within a tenth of the shorter of the two, or three standard deviations of both across), and their planes differ by less
than 45°. Faults that cross are not linked. A bent or listric fault is one system of few planes.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.plates import Plates

_ANGLE = 45.0  # degrees between normals
_GAP = 0.1  # of the shorter edge
_AT = np.linspace(-0.4, 0.4, 5)  # along an edge


def links_of(plates: Plates) -> Int[np.ndarray, "m 2"]:
    """The pairs of plates that meet, each with the lower number first."""
    edges, normal, f = _edges(plates), plates.axes[:, 2], len(plates)
    pairs = [(i, j) for i in range(f) for j in range(i + 1, f) if _meet(plates, edges, normal, i, j)]
    return np.array(pairs, np.int64).reshape(-1, 2)


def systems_of(links: Int[np.ndarray, "m 2"], f: int) -> Int[np.ndarray, " f"]:
    """Number of the system of each of f faults with these links, from 0, in the order of their first faults."""
    system = np.arange(f)
    for i, j in links:
        system[system == max(system[i], system[j])] = min(system[i], system[j])
    return np.unique(system, return_inverse=True)[1]


def _edges(plates: Plates) -> Float[np.ndarray, "f 4 5 3"]:
    """Five points on each of the four edges: the two ends along strike, the upper and the lower one."""
    along = 0.5 * plates.axes[:, 0] * plates.length_km[:, None]
    down = 0.5 * plates.axes[:, 1] * plates.width_km[:, None]
    edges = np.empty((len(plates), 4, 5, 3))
    for k, (middle, side) in enumerate(((along, down), (-along, down), (down, along), (-down, along))):
        edges[:, k] = plates.centre_km[:, None] + middle[:, None] + 2.0 * _AT[:, None] * side[:, None]
    return edges


def _meet(plates: Plates, edges: np.ndarray, normal: np.ndarray, i: int, j: int) -> bool:
    reach = 0.5 * (
        np.hypot(plates.length_km[i], plates.width_km[i]) + np.hypot(plates.length_km[j], plates.width_km[j])
    )
    if np.linalg.norm(plates.centre_km[i] - plates.centre_km[j]) > 1.2 * reach:
        return False
    if abs(normal[i] @ normal[j]) < np.cos(np.radians(_ANGLE)):
        return False
    long = [(plates.width_km[k],) * 2 + (plates.length_km[k],) * 2 for k in (i, j)]
    for a in range(4):
        for b in range(4):
            if (a < 2) != (b < 2):
                continue
            gap = np.linalg.norm(edges[i, a][:, None] - edges[j, b][None], axis=-1)
            apart = 0.5 * (np.median(gap.min(axis=0)) + np.median(gap.min(axis=1)))
            if apart < max(_GAP * min(long[0][a], long[1][b]), 3.0 * (plates.sigma_km[i] + plates.sigma_km[j])):
                return True
    return False
