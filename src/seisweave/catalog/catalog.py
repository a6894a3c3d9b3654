"""The earthquake catalog: one frozen record that every part of seisweave starts from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from seisweave.catalog.uncertainty import LocationUncertainty


@dataclass(frozen=True)
class Provenance:
    """Where a catalog came from: source (path or name), SHA-256 of its bytes, and the format it was read as."""

    source: str = ""
    sha256: str = ""
    format: str = ""


@dataclass(frozen=True, eq=False)
class Catalog:
    """A set of earthquakes (n events), in the order they were given.

    times are UTC, datetime64[us], NaT where unknown; longitude and latitude in degrees (WGS84, longitude
    -180..180); depth_km positive down; magnitude NaN where none was computed; ids are strings, unique.
    """

    times: np.ndarray
    longitude: np.ndarray
    latitude: np.ndarray
    depth_km: np.ndarray
    magnitude: np.ndarray
    ids: np.ndarray
    uncertainty: LocationUncertainty | None = None
    quality: np.ndarray | None = None
    event_type: np.ndarray | None = None
    provenance: Provenance = field(default_factory=Provenance)

    def __len__(self) -> int:
        return len(self.longitude)
