"""The events an ETAS model is fitted to or scored on: in order of time, on a plane, the history before the targets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer

from seisweave.errors import InputError
from seisweave.etas.incompleteness import Recorded


@dataclass(frozen=True, eq=False)
class EtasEvents:
    """n events, sorted by time; those that are targets lie within start..end and within the region.

    Arguments:
        t_days: days since any instant, growing; equal times do not trigger each other.
        x_km, y_km: on a plane.
        magnitude: the smallest that counts is min_magnitude.
        start, end: the span of the targets, in t_days.
        area_km2: of the region, over which the uniform background spreads.
        in_region: which events lie in it; all of them where not given.
        recorded: how completely they were recorded after large ones; completely where not given.

    Errors: InputError for lengths that differ, times that are not sorted, values that are not finite, no target.

    >>> two = EtasEvents(np.array([0.5, 3.0]), np.zeros(2), np.array([1.0, 2.0]), np.array([3.1, 2.6]), 1.0, 9.0, 100.0, 2.5)
    >>> two.targets.tolist()
    [1]
    """  # noqa: E501

    t_days: Float[np.ndarray, " n"]
    x_km: Float[np.ndarray, " n"]
    y_km: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]
    start: float
    end: float
    area_km2: float
    min_magnitude: float
    in_region: Bool[np.ndarray, " n"] | None = None
    recorded: Recorded | None = None

    def __post_init__(self) -> None:
        columns = {name: getattr(self, name) for name in ("t_days", "x_km", "y_km", "magnitude")}
        for name, column in columns.items():
            if len(column) != len(self.t_days) or not np.isfinite(column).all():
                raise InputError(f"{name} must hold {len(self.t_days)} finite numbers, one for each event")
        if (np.diff(self.t_days) < 0).any():
            raise InputError("events are not in order of time; sort them")
        if not self.start < self.end:
            raise InputError(f"the targets' span {self.start:g} .. {self.end:g} days is empty; give start before end")
        if not self.area_km2 > 0:
            raise InputError(f"area of the region is {self.area_km2:g} km²; give a positive one")

    def __len__(self) -> int:
        return len(self.t_days)

    @property
    def targets(self) -> Integer[np.ndarray, " m"]:
        """Indices of the events in the span and the region."""
        within = (self.t_days >= self.start) & (self.t_days < self.end)
        return np.flatnonzero(within if self.in_region is None else within & self.in_region)

    @property
    def over_min(self) -> Float[np.ndarray, " n"]:
        """Magnitudes over the smallest that counts."""
        return self.magnitude - self.min_magnitude
