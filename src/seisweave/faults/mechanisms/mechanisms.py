"""Focal mechanisms: one nodal plane of each, how sure it is, and what tells whose mechanism it is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Shaped

from seisweave.catalog.nodal_planes import NodalPlanes
from seisweave.catalog.rejected import Rejected
from seisweave.errors import InputError


@dataclass(frozen=True, eq=False)
class Mechanisms:
    """Focal mechanisms of n events, in the order they were given.

    planes are the nodal planes that are listed, the auxiliary ones follow from them. uncertainty_deg is the root mean
    square angle by which the poles of both planes (the listed one, the auxiliary one) may be off, NaN where not given.
    ids are "" and times NaT where unknown; longitude, latitude and depth_km (positive down) NaN. rejected are rows of
    the source that could not be used, source and format say where they came from.

    Errors: InputError for unequal lengths.

    >>> one = Mechanisms(NodalPlanes(np.array([320.0]), np.array([80.0]), np.array([180.0])), ids=np.array(["a"]))
    >>> len(one), one.uncertainty_deg.tolist(), one.has_place.tolist()
    (1, [[nan, nan]], [False])
    """

    planes: NodalPlanes
    ids: Shaped[np.ndarray, " n"] | None = None
    times: Shaped[np.ndarray, " n"] | None = None
    longitude: Float[np.ndarray, " n"] | None = None
    latitude: Float[np.ndarray, " n"] | None = None
    depth_km: Float[np.ndarray, " n"] | None = None
    uncertainty_deg: Float[np.ndarray, "n 2"] | None = None
    quality: Shaped[np.ndarray, " n"] | None = None
    source: str = ""
    format: str = ""
    rejected: Rejected = field(default_factory=Rejected)

    def __post_init__(self) -> None:
        n = len(self.planes)
        unknown = {
            "ids": np.full(n, ""),
            "times": np.full(n, np.datetime64("NaT", "us")),
            "quality": np.full(n, ""),
            "uncertainty_deg": np.full((n, 2), np.nan),
            **{name: np.full(n, np.nan) for name in ("longitude", "latitude", "depth_km")},
        }
        for name, value in unknown.items():
            given = getattr(self, name)
            if given is None:
                object.__setattr__(self, name, value)
            elif given.shape != value.shape:
                raise InputError(f"{name} of {n} mechanisms has shape {given.shape}; give one value a mechanism")

    def __len__(self) -> int:
        return len(self.planes)

    def take(self, rows: np.ndarray) -> Mechanisms:
        """Mechanisms of a mask or of positions."""
        names = ("ids", "times", "longitude", "latitude", "depth_km", "uncertainty_deg", "quality")
        parts = {name: getattr(self, name)[rows] for name in names}
        return Mechanisms(
            self.planes.take(rows), **parts, source=self.source, format=self.format, rejected=self.rejected
        )

    @property
    def has_place(self) -> Bool[np.ndarray, " n"]:
        """Which mechanisms have longitude and latitude."""
        return np.isfinite(self.longitude) & np.isfinite(self.latitude)  # pyright: ignore[reportArgumentType,reportCallIssue]
