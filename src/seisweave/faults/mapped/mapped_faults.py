"""Mapped faults: surfaces of triangles, or traces on the map, each with its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.errors import InputError
from seisweave.faults.mapped.part import Kind

if TYPE_CHECKING:
    from seisweave.catalog.projection import LocalProjection


@dataclass(frozen=True, eq=False)
class MappedFaults:
    """Mapped faults by name: p points, and t triangles of them (surfaces), or lines (traces; the last two points one).

    points are longitude, latitude (degrees) and depth_km, positive down and 0 for traces; with `local` they are x_km,
    y_km, depth_km. owner is the number of each triangle's or line's fault. notes say what was taken for granted.
    A trace is a surface whose dip nobody knows.

    >>> points = np.array([[-117.2, 33.5, 0.0], [-117.0, 33.3, 0.0]])
    >>> one = MappedFaults("traces", ("Elsinore",), points, np.array([[0, 1, 1]]), np.array([0]))
    >>> len(one), one.names
    (1, ('Elsinore',))
    """

    kind: Kind
    names: tuple[str, ...]
    points: Float[np.ndarray, "p 3"]
    pieces: Int[np.ndarray, "t 3"]
    owner: Int[np.ndarray, " t"]
    local: bool = False
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.names)

    def xyz_km(self, projection: LocalProjection | None) -> Float[np.ndarray, "p 3"]:
        """Points in the local km of a projection; those of local faults as they are, with any or none.

        Errors: InputError for degrees without a projection.
        """
        if self.local:
            return self.points
        if projection is None:
            raise InputError(
                "the network is in local km, mapped faults are in degrees; give mapped faults in the same km, with"
                " crs='local'"
            )
        x_km, y_km = projection.to_local(self.points[:, 0], self.points[:, 1])
        return np.column_stack([x_km, y_km, self.points[:, 2]])

    @cached_property
    def _on_top(self) -> Bool[np.ndarray, "t 3"]:
        """Which sides of the triangles are a surface's upper edge: of one triangle only, flat, its middle below."""
        sides = np.sort(np.stack([self.pieces, np.roll(self.pieces, -1, axis=1)], axis=2).reshape(-1, 2), axis=1)
        _, number, count = np.unique(sides, axis=0, return_inverse=True, return_counts=True)
        single = count[number.ravel()].reshape(-1, 3) == 1
        depth = self.points[:, 2][self.pieces]
        ends = np.stack([depth, np.roll(depth, -1, axis=1)], axis=2)
        third = np.roll(depth, -2, axis=1)
        return single & (ends.mean(axis=2) < third) & (np.ptp(ends, axis=2) < third - ends.min(axis=2))

    def lines_km(self, projection: LocalProjection | None) -> Float[np.ndarray, "s 2 2"]:
        """Lines on the map (x_km, y_km of both ends): traces, or the upper edges of surfaces."""
        xy = self.xyz_km(projection)[:, :2]
        return xy[self.pieces[:, :2]] if self.kind == "traces" else self.on_top(xy)

    def on_top(self, xy: Float[np.ndarray, "p 2"]) -> Float[np.ndarray, "s 2 2"]:
        """Both ends of the upper edges of surfaces, by the places of the points on some map."""
        on_top = self._on_top
        return np.stack([xy[self.pieces][on_top], xy[np.roll(self.pieces, -1, axis=1)][on_top]], axis=1)


def joined(one: Sequence[MappedFaults]) -> MappedFaults:
    """Several as one; faults of the same name become one fault.

    Errors: InputError for surfaces and traces together, which cannot be measured alike, and for none.
    """
    if not one:
        raise InputError("no mapped faults are given; give files of surfaces or of traces")
    if len({each.kind for each in one}) > 1:
        raise InputError(
            "surfaces and traces cannot be measured alike (the dip of a trace is not known); compare with one kind at a"
            " time"
        )
    names = list(dict.fromkeys(name for each in one for name in each.names))
    number = {name: k for k, name in enumerate(names)}
    starts = np.cumsum([0, *(len(each.points) for each in one)])
    return MappedFaults(
        one[0].kind,
        tuple(names),
        np.concatenate([each.points for each in one]),
        np.concatenate([each.pieces + start for each, start in zip(one, starts[:-1], strict=True)]),
        np.concatenate([np.array([number[name] for name in each.names])[each.owner] for each in one]),
        one[0].local,
        tuple(dict.fromkeys(note for each in one for note in each.notes)),
    )
