"""Tables of a condensed catalog: the reduced set of points as a catalog, and what became of each event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seisweave.condensation.condensed import CondensedCatalog, distinct_ids
from seisweave.errors import InputError

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog


def reduced_table(condensed: CondensedCatalog, catalog: Catalog) -> pd.DataFrame:
    """One row for each Gaussian that holds events, with the columns of a catalog; see `reduced_catalog`."""
    return condensed.reduced_catalog(catalog)


def assigned_table(condensed: CondensedCatalog, catalog: Catalog) -> pd.DataFrame:
    """One row an event: its id, where it was, the Gaussian that holds it, where that is, and its share of the votes."""
    rows = condensed.chosen
    longitude, latitude = condensed.places(catalog, rows)
    return pd.DataFrame(
        {
            "id": catalog.ids,
            "longitude": catalog.longitude,
            "latitude": catalog.latitude,
            "depth_km": catalog.depth_km,
            "gaussian": rows,
            "point": np.searchsorted(condensed.holding, rows),
            "gaussian_of": catalog.ids[condensed.gaussians.event[rows]],
            "new_longitude": longitude,
            "new_latitude": latitude,
            "new_depth_km": condensed.gaussians.mean_km[rows, 2],
            "vote_share": condensed.votes / condensed.options.assign_samples,
        }
    )


def drawn_table(condensed: CondensedCatalog, catalog: Catalog) -> pd.DataFrame:
    """As many points as events, drawn from the condensed density: weights count, uncertainties stay."""
    rng, weight = np.random.default_rng(condensed.options.seed), condensed.weight
    if condensed.projection is None:
        raise InputError("points are drawn for catalogs; this was condensed from local coordinates")
    rows = np.sort(rng.choice(len(weight), condensed.n_events, p=weight / weight.sum()))
    values, vectors = np.linalg.eigh(condensed.gaussians.covariance_km2[rows])
    normal = np.sqrt(np.maximum(values, 0.0)) * rng.standard_normal((len(rows), 3))
    xyz_km = condensed.gaussians.mean_km[rows] + np.einsum("nij,nj->ni", vectors, normal)
    longitude, latitude = condensed.projection.to_geographic(xyz_km[:, 0], xyz_km[:, 1])
    parent = condensed.gaussians.event[rows]
    return pd.DataFrame(
        {
            "time": catalog.times[parent],
            "longitude": longitude,
            "latitude": latitude,
            "depth_km": xyz_km[:, 2],
            "magnitude": catalog.magnitude[parent],
            "id": distinct_ids(catalog.ids[parent]),
        }
    )
