"""The rows that the reader of a format yields, before it is known which of them can be used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Shaped

from seisweave.catalog.delimited import Values
from seisweave.catalog.rejected import BadRow
from seisweave.catalog.source import Lines
from seisweave.catalog.uncertainty import LocationUncertainty


@dataclass(frozen=True, eq=False)
class ParsedRows:
    """What a format read: columns of n rows, the lines they came from, lines set aside already, and remarks.

    depth_km is positive down; ids may hold "" where there is none.
    """

    lines: Lines
    times: Values
    longitude: Values
    latitude: Values
    depth_km: Values
    magnitude: Values
    ids: Shaped[np.ndarray, " n"] | None = None
    uncertainty: LocationUncertainty | None = None
    quality: Shaped[np.ndarray, " n"] | None = None
    event_type: Shaped[np.ndarray, " n"] | None = None
    n_phases: Shaped[np.ndarray, " n"] | None = None
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
