"""What a reader gives: one mapped fault as its file has it, before its coordinates are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.shown import shown
from seisweave.errors import InputError

Kind = Literal["surfaces", "traces"]


@dataclass(frozen=True, eq=False)
class MappedPart:
    """A mapped fault (or a piece of one) of p points, in the coordinates of its file.

    xy are two coordinates, in units of `unit_m` metres where the file says so; depth_km is positive down (0 for
    traces). pieces are triangles of points, or lines, whose last two points are one. crs is what the file says of its
    coordinates, "" where it says nothing; told are other notes about it.
    """

    name: str
    file: str
    kind: Kind
    xy: Float[np.ndarray, "p 2"]
    depth_km: Float[np.ndarray, " p"]
    pieces: Int[np.ndarray, "t 3"]
    crs: str = ""
    unit_m: float | None = None
    told: tuple[str, ...] = field(default=())


def trace(name: str, file: str, xy: list[list[float]] | np.ndarray, crs: str = "") -> MappedPart:
    """A line on the map. Errors: InputError for coordinates that are no numbers."""
    points = np.asarray(xy, dtype=float).reshape(-1, 2)
    if not np.isfinite(points).all():
        raise InputError(f"{shown(file)}: trace {shown(name)!r} has coordinates that are no numbers; mend the file")
    first = np.arange(max(0, len(points) - 1))
    pieces = np.column_stack([first, first + 1, first + 1])
    return MappedPart(name, file, "traces", points, np.zeros(len(points)), pieces, crs)
