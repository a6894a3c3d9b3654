"""A declustered catalog: which cluster every event is of, and which events are kept as background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.declustering.options import DeclusterOptions
from seisweave.catalog.write import Written, write_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Declustered:
    """What a method makes of n events, which are those of `catalog`, in order of time.

    Arguments:
        catalog: the events that took part.
        cluster: number of each event's cluster, in the order they begin; -1 for events that are alone.
        is_background: the events that are kept: of every cluster its mainshock, the largest, and all that are alone.
            Stochastic declustering keeps the events that no other was drawn to have triggered.
        options: of the method.
        background_probability: the chance of each event that it is background; None where a method knows none.
        parent: the event that each came from, -1 for none; None where a method knows none.
        log_distance: log10 of eta to the nearest earlier event, NaN where there is none; None for other methods.
        found: numbers that the method found, by name, such as a threshold.
        notes: what was left out, and what a person should hear.

    >>> from seisweave.catalog.declustering.decluster import decluster
    >>> from seisweave.synthetic import etas_world
    >>> found = decluster(etas_world(seed=1).catalog)
    >>> found.n_clusters, len(found.background)
    (433, 1587)
    """

    catalog: Catalog
    cluster: Int[np.ndarray, " n"]
    is_background: Bool[np.ndarray, " n"]
    options: DeclusterOptions
    background_probability: Float[np.ndarray, " n"] | None = None
    parent: Int[np.ndarray, " n"] | None = None
    log_distance: Float[np.ndarray, " n"] | None = None
    found: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.catalog)

    @property
    def n_clusters(self) -> int:
        """Clusters of two events or more."""
        return int(self.cluster.max(initial=-1)) + 1

    @property
    def background_share(self) -> float:
        """The share of the events that is kept."""
        return float(self.is_background.mean())

    @property
    def background(self) -> Catalog:
        """The declustered catalog."""
        return self.catalog.take(self.is_background)

    def to_pandas(self) -> pd.DataFrame:
        """As a table: the columns of the catalog, then cluster, background (0 or 1), and what else is known."""
        more: dict[str, Any] = {"cluster": self.cluster, "background": self.is_background.astype(np.int8)}
        if self.background_probability is not None:
            more["background_probability"] = self.background_probability
        if self.parent is not None:
            more["parent"] = np.where(self.parent >= 0, self.catalog.ids[self.parent], "")
        return self.catalog.to_pandas().assign(**more)

    def write(self, path: str | Path, *, every_event: bool = False, force: bool = False) -> Written:
        """Write the declustered catalog as .csv or .parquet, or with `every_event` all events, those removed too.

        Both are catalogs that `read_catalog` reads, with the columns of `to_pandas`.

        Errors: InputError for another suffix, an existing file without `force`, and a place that cannot be written.
        """
        table = self.to_pandas()
        return write_table(table if every_event else table[self.is_background], path, force=force)
