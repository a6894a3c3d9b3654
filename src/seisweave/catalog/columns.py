"""The columns of a catalog, as code needs them that looks at events without making a new `Catalog`."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Shaped

from seisweave.catalog.uncertainty import LocationUncertainty


@runtime_checkable
class Columns(Protocol):
    """n events in columns, as `Catalog` has them: units and unknown values are told there.

    Writers, checks and selections ask for this rather than for `Catalog`, so that its own methods can call them.
    """

    def __len__(self) -> int: ...

    @property
    def times(self) -> Shaped[np.ndarray, " n"]:
        """UTC, datetime64[us]."""
        ...

    @property
    def longitude(self) -> Float[np.ndarray, " n"]:
        """Degrees east."""
        ...

    @property
    def latitude(self) -> Float[np.ndarray, " n"]:
        """Degrees north."""
        ...

    @property
    def depth_km(self) -> Float[np.ndarray, " n"]:
        """Km, positive down."""
        ...

    @property
    def magnitude(self) -> Float[np.ndarray, " n"]:
        """NaN where none was computed."""
        ...

    @property
    def ids(self) -> Shaped[np.ndarray, " n"]:
        """Unique strings."""
        ...

    @property
    def uncertainty(self) -> LocationUncertainty | None:
        """Errors of location."""
        ...

    @property
    def quality(self) -> Shaped[np.ndarray, " n"] | None:
        """The source's own letter or word."""
        ...

    @property
    def event_type(self) -> Shaped[np.ndarray, " n"] | None:
        """The source's own word."""
        ...

    @property
    def magnitude_type(self) -> Shaped[np.ndarray, " n"] | None:
        """The scale of each magnitude, as the source names it."""
        ...

    @property
    def n_phases(self) -> Float[np.ndarray, " n"] | None:
        """Phases a location rests on."""
        ...
