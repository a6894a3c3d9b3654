"""Fewer events that stand for all of the past, where what each cell expects is computed at one instant.

Of thousands of old events each brings next to nothing to a window, and all together a good part. Those that bring most
are kept; of the others some are, evenly over the map, each with a chance in proportion to what it brings, and count as
many times as that chance is smaller than one (systematic sampling, Madow 1949, Ann. Math. Stat. 20, 333-354): all cells
keep what they have, and the same events are kept each time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int64

from seisweave.etas.cell_kernels import CellKernels
from seisweave.etas.cell_mass import GeographicPlaces
from seisweave.etas.events import EtasEvents

_STRIP_DEG = 0.1  # of the strips of latitude that are gone through from west to east


@dataclass(frozen=True, eq=False)
class TriggeringEvents:
    """Events that trigger, what they bring by the kernels, and where they lie."""

    events: EtasEvents
    kernels: CellKernels
    place: GeographicPlaces

    def thinned(self, first: float, most: int) -> TriggeringEvents:
        """At most so many of them, for windows from `first` on, that bring as much."""
        if len(self.events) <= most:
            return self
        chance = _chances(_brought(self.kernels, self.events, first), most)
        along = np.lexsort((self.place.longitude, np.floor(self.place.latitude / _STRIP_DEG)))
        kept = np.sort(along[_systematic(chance[along])])
        columns = {name: getattr(self.events, name)[kept] for name in ("t_days", "x_km", "y_km", "magnitude")}
        strike = None if self.place.strike is None else self.place.strike[kept]
        each = [
            replace(
                kernel,
                sources=replace(
                    kernel.sources,
                    **{name: getattr(kernel.sources, name)[kept] for name in ("c", "log_z", "log_e")},
                    log_k=kernel.sources.log_k[kept] - np.log(chance[kept]),
                ),
            )
            for kernel in self.kernels.each
        ]
        return TriggeringEvents(
            replace(self.events, **columns, in_region=None, recorded=None),
            replace(self.kernels, each=each),
            GeographicPlaces(self.place.longitude[kept], self.place.latitude[kept], strike),
        )


def _brought(kernels: CellKernels, events: EtasEvents, first: float) -> Float[np.ndarray, " n"]:
    """Events of the window that each brings, their descendants too."""
    total, column = np.zeros(len(events)), 0
    for kernel in kernels.each:
        decay = kernel.exponentials.decay
        own = slice(column, column := column + len(decay))
        fading = kernel.exponentials.weight(kernel.sources.c) * np.exp(-np.outer(first - events.t_days, decay))
        total += np.exp(kernel.sources.log_k) * (fading @ kernels.in_all.state[own])
    return total


def _chances(brought: Float[np.ndarray, " n"], most: int) -> Float[np.ndarray, " n"]:
    """Of each to be kept: in proportion to what it brings, 1 at most, `most` in all.

    >>> _chances(np.array([8.0, 1.0, 1.0]), 2).tolist()
    [1.0, 0.5, 0.5]
    """
    sure = np.zeros(len(brought), bool)
    while True:
        rest = brought[~sure].sum()
        chance = np.where(sure, 1.0, brought * (most - sure.sum()) / max(rest, 1e-300))
        more = ~sure & (chance >= 1.0)
        if not more.any():
            return chance
        sure |= more


def _systematic(chance: Float[np.ndarray, " n"]) -> Int64[np.ndarray, " k"]:
    """Which are kept: wherever the sum of chances passes a half.

    >>> _systematic(np.array([1.0, 0.5, 0.5])).tolist()
    [0, 2]
    """
    passed = np.floor(np.cumsum(chance) + 0.5 - 1e-9).astype(np.int64)
    return np.flatnonzero(np.diff(passed, prepend=0) > 0)
