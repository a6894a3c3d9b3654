"""Networks and maps whose truth is known: walls, and a network whose plates lie on them, beside them or elsewhere."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from tests.faults.plate_sets import axes_of

import seisweave as sw
from seisweave.faults.mapped import MappedFaults
from seisweave.faults.plates import Plates


@cache
def small_network(seed=1):
    """A real network of few events in local km; its plates are replaced by those a test wants."""
    xyz_km = np.random.default_rng(seed).normal((0, 0, 8), (0.2, 5.0, 3.0), (120, 3))
    return sw.reconstruct_faults(xyz_km)


def network_of(plates, n_events=10, events_km=None):
    """A network with these plates (strike, dip, centre, length, width), at most 12, each with as many events on it."""
    network, n = small_network(), len(plates)
    strike, dip, centre, length, width = zip(*plates, strict=True) if n else ((),) * 5
    axes = np.array([axes_of(s, d) for s, d in zip(strike, dip, strict=True)]).reshape(-1, 3, 3)
    sides = np.array(length, float), np.array(width, float)
    made = Plates(np.full(n, 1.0 / max(n, 1)), np.array(centre, float).reshape(-1, 3), axes, *sides, np.full(n, 0.1))
    label = np.append(np.repeat(np.arange(n), n_events), np.full(network.n_events - n * n_events, -1))
    faults = replace(
        network.faults,
        plates=made,
        fault_of_event=label,
        system=np.arange(n),
        links=np.zeros((0, 2), np.int64),
    )
    source = None if events_km is None else pd.DataFrame(events_km, columns=["x_km", "y_km", "depth_km"])
    return replace(network, faults=faults, source=source)


def wall(name, strike, dip, centre, sides, step=5.0):
    """A mapped surface: a rectangle of triangles, sides of about `step` km."""
    axes, (length, width) = axes_of(strike, dip), sides
    u, v = (np.linspace(-0.5, 0.5, max(2, round(side / step) + 1)) * side for side in (length, width))
    uu, vv = np.meshgrid(u, v, indexing="ij")
    points = np.array(centre) + uu.ravel()[:, None] * axes[0] + vv.ravel()[:, None] * axes[1]
    at = np.arange(len(points)).reshape(len(u), len(v))
    one, two, three, four = at[:-1, :-1].ravel(), at[1:, :-1].ravel(), at[1:, 1:].ravel(), at[:-1, 1:].ravel()
    pieces = np.concatenate([np.column_stack([one, two, three]), np.column_stack([one, three, four])])
    return MappedFaults("surfaces", (name,), points, pieces, np.zeros(len(pieces), np.int64), local=True)


def line(name, *corners):
    """A mapped trace."""
    points = np.column_stack([np.array(corners, float), np.zeros(len(corners))])
    first = np.arange(len(points) - 1)
    pieces = np.column_stack([first, first + 1, first + 1])
    return MappedFaults("traces", (name,), points, pieces, np.zeros(len(pieces), np.int64), local=True)
