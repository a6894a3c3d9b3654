"""Families of aftershocks placed on faults: each child near its parent, in the plane of the same fault.

The first event of a family lies anywhere on its fault, each child at a distance r in the plane with

    P(> r) = (1 + r²/d²)^(-3/2)        d = 0.5 km + ½ 10^(0.59 m - 2.44) km

where the second term is half the rupture length of the parent (Wells & Coppersmith 1994, Table 2A). What
would leave the fault is reflected at its edges.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int64

from seisweave.errors import InputError
from seisweave.synthetic.aftershocks import AftershockOptions, Sequences, draw_sequences, renumbered
from seisweave.synthetic.rectangles import FaultRectangles


@dataclass(frozen=True, eq=False)
class Families:
    """n events on faults, family by family and each family in order of time.

    local_km is where they lie: km along and down from the centre of their fault, and across it a standard
    normal number, to be multiplied by the thickness. parent is a row of the same events, -1 for none.
    """

    time_days: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]
    parent: Int64[np.ndarray, " n"]
    fault: Int64[np.ndarray, " n"]
    local_km: Float[np.ndarray, "n 3"]


def draw_families(
    n: int,
    faults: FaultRectangles,
    share: Float[np.ndarray, " g"],
    *,
    law: AftershockOptions,
    duration_days: float,
    rng: np.random.Generator,
) -> Families:
    """Draw n events on faults: whole families, but for the last; each fault gets its share of families.

    >>> flat = [np.array([value]) for value in (90.0, 30.0, 20.0, 10.0)]
    >>> one = FaultRectangles(*flat, np.zeros((1, 3)))
    >>> options = {"law": AftershockOptions(), "duration_days": 9.0, "rng": np.random.default_rng(1)}
    >>> drawn = draw_families(50, one, np.ones(1), **options)
    >>> bool((abs(drawn.local_km[:, :2]) <= [10, 5]).all())
    True
    """
    sequences = draw_sequences(n, duration_days, law, rng)
    fault = rng.choice(len(faults), size=n, p=share)[sequences.family]
    return _first(n, sequences, faults, fault, rng)


def draw_one_family(
    n: int, faults: FaultRectangles, on: int, *, law: AftershockOptions, duration_days: float, rng: np.random.Generator
) -> Families:
    """Draw the first n events of one family on one fault: its first event is as large as it takes.

    Raises InputError for aftershocks that trigger nothing.

    >>> flat = [np.array([value]) for value in (90.0, 30.0, 20.0, 10.0)]
    >>> one = FaultRectangles(*flat, np.zeros((1, 3)))
    >>> options = {"law": AftershockOptions(), "duration_days": 9.0, "rng": np.random.default_rng(1)}
    >>> drawn = draw_one_family(500, one, 0, **options)
    >>> len(drawn.parent), int((drawn.parent < 0).sum())
    (500, 1)
    """
    if law.branching_ratio <= 0 or law.alpha <= 0:
        raise InputError("a sequence needs aftershocks: give a branching ratio and alpha above 0")
    wanted = 2 * n * (1 - law.branching_ratio) / law.productivity  # twice as many as are kept
    magnitude = max(law.minimum_magnitude + np.log10(wanted) / law.alpha, law.minimum_magnitude)
    while True:
        sequences = draw_sequences(1, duration_days, law, rng, first_magnitude=float(magnitude))
        if len(sequences) >= n:
            return _first(n, sequences, faults, np.full(len(sequences), on), rng)
        magnitude += 0.1


def _first(
    n: int, sequences: Sequences, faults: FaultRectangles, fault: np.ndarray, rng: np.random.Generator
) -> Families:
    """Place all events and keep the first n, by family and by time."""
    local = _local_positions(sequences, faults, fault, rng)
    local[:, 2] = rng.standard_normal(len(local))
    kept = np.lexsort((sequences.time_days, sequences.family))[:n]
    return Families(
        time_days=sequences.time_days[kept],
        magnitude=sequences.magnitude[kept],
        parent=renumbered(sequences.parent, kept),
        fault=fault[kept],
        local_km=local[kept],
    )


def _local_positions(
    sequences: Sequences, faults: FaultRectangles, fault: np.ndarray, rng: np.random.Generator
) -> Float[np.ndarray, "n 3"]:
    """Place events in the plane of their fault: km along and down from its centre, and zero across."""
    sides = np.column_stack([faults.length_km, faults.width_km])
    local = np.zeros((len(fault), 3))
    for generation in range(int(sequences.generation.max(initial=-1)) + 1):
        rows = np.flatnonzero(sequences.generation == generation)
        side = sides[fault[rows]]
        if generation == 0:
            local[rows, :2] = (rng.random((len(rows), 2)) - 0.5) * side
        else:
            parent = sequences.parent[rows]
            moved = local[parent, :2] + _steps(sequences.magnitude[parent], rng)
            local[rows, :2] = _reflected(moved, side)
    return local


def _steps(magnitude: np.ndarray, rng: np.random.Generator) -> Float[np.ndarray, "n 2"]:
    """Draw the way from parents of these magnitudes to their children, km in the plane."""
    d = 0.5 + 0.5 * 10 ** (0.59 * magnitude - 2.44)
    r = d * np.sqrt((1 - rng.random(len(d))) ** (-2 / 3) - 1)
    azimuth = 2 * np.pi * rng.random(len(d))
    return r[:, None] * np.column_stack([np.cos(azimuth), np.sin(azimuth)])


def _reflected(offset: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Fold offsets back at the edges -side/2 and side/2, as often as it takes."""
    return side / 2 - np.abs((offset + side / 2) % (2 * side) - side)
