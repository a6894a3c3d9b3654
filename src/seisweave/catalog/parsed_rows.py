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

    depth_km is positive down, in km unless `depth_unit` says otherwise; ids may hold "" where there is none.
    depth_unit and depth_positive are what the source itself states of its depths, None where it does not; used and
    unused are columns of a table: ours=theirs, and names that are not read.
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
    magnitude_type: Shaped[np.ndarray, " n"] | None = None
    bad: tuple[BadRow, ...] = ()
    notes: tuple[str, ...] = ()
    depth_unit: str | None = None
    depth_positive: str | None = None
    used: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
