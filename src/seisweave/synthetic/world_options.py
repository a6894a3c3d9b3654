"""Which world to make."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from seisweave.errors import InputError
from seisweave.synthetic.location_errors import ErrorKind

WorldKind = Literal[
    "region",
    "sequence",
    "rough",
    "blasts",
    "uneven",
    "rectangles",
    "swarm",
    "mine",
    "curved",
    "listric",
    "segmented",
    "en_echelon",
    "intersecting",
    "coplanar",
]


@dataclass(frozen=True)
class WorldOptions:
    """Which world to make; what is None is as the kind has it (a table stands in docs/concepts/synthetic.md).

    Errors: InputError for an invalid value.

    >>> WorldOptions(kind="rough", roughness=0.02).seed
    1
    """

    kind: WorldKind = field(default="region", metadata={"help": "Kind of world."})
    n_events: int | None = field(
        default=None, metadata={"help": "Number of events; not for rectangles and swarm, whose density says it."}
    )
    seed: int = field(default=1, metadata={"help": "Seed of the events (of the whole world where a region is drawn)."})
    geometry_seed: int = field(default=1, metadata={"help": "Seed of the planes, but for those of a region."})
    density_per_km2: float | None = field(
        default=None, metadata={"help": "Events per square kilometre, for rectangles and swarm."}
    )
    roughness: float | None = field(
        default=None, metadata={"help": "Root mean square height of surfaces above their planes, of the length."}
    )
    errors: ErrorKind | None = field(default=None, metadata={"help": "How location errors are drawn."})
    error_km: float = field(
        default=0.5, metadata={"help": "Constant error, or median of lognormal horizontal ones, km."}
    )
    error_scale: float = field(default=1.0, metadata={"help": "Factor on all location errors."})
    misstated: float = field(default=1.0, metadata={"help": "Reported standard errors, of the true ones."})
    background_share: float | None = field(default=None, metadata={"help": "Share of background events."})
    branching_ratio: float | None = field(
        default=None, metadata={"help": "Aftershocks an event triggers; 0 fills planes evenly."}
    )
    swarm_events: int = field(default=4000, metadata={"help": "Events of the swarm, for swarm."})
    extent_km: float | None = field(
        default=None, metadata={"help": "Scale the whole world, errors too, to this longest side, km."}
    )

    def __post_init__(self) -> None:
        if self.kind not in get_args(WorldKind):
            raise InputError(f"kind is {self.kind!r}: give one of {', '.join(get_args(WorldKind))}")
        if self.errors is not None and self.errors not in get_args(ErrorKind):
            raise InputError(f"errors is {self.errors!r}: give one of {', '.join(get_args(ErrorKind))}")
        if self.n_events is not None and self.n_events < 10:
            raise InputError(f"n_events is {self.n_events}: give 10 or more")
        for name in ("seed", "geometry_seed", "swarm_events"):
            if not 0 <= getattr(self, name) < 2**32:
                raise InputError(f"{name} is {getattr(self, name)}: give an integer from 0 to 4294967295")
        for name in ("misstated", "density_per_km2", "extent_km", "error_km"):
            if getattr(self, name) is not None and not 0 < getattr(self, name) < np.inf:
                raise InputError(f"{name} is {getattr(self, name)}: give a positive number")
        for name in ("roughness", "error_scale"):
            if getattr(self, name) is not None and not 0 <= getattr(self, name) < np.inf:
                raise InputError(f"{name} is {getattr(self, name)}: give 0 or more")
        for name in ("background_share", "branching_ratio"):
            if getattr(self, name) is not None and not 0 <= getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}: give 0 or more, and less than 1")
        self._check_counts()

    def _check_counts(self) -> None:
        by_density = self.kind in ("rectangles", "swarm")
        if by_density and self.n_events is not None:
            raise InputError(f"a world of kind {self.kind} takes density_per_km2 in place of n_events")
        if not by_density and self.density_per_km2 is not None:
            raise InputError(f"a world of kind {self.kind} takes n_events in place of density_per_km2")
