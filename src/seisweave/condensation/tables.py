"""Tables of a condensed catalog: the reduced set of points as a catalog, and what became of each event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from seisweave.errors import InputError

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.condensation.condensed import CondensedCatalog


def reduced_table(condensed: CondensedCatalog, catalog: Catalog) -> pd.DataFrame:
    """One row for each Gaussian that holds events, with the columns of a catalog; see `reduced_catalog`."""
    rows, parent = condensed.holding, condensed.gaussians.event[condensed.holding]
    longitude, latitude = _places(condensed, catalog, rows)
    return pd.DataFrame(
        {
            "time": catalog.times[parent],
            "longitude": longitude,
            "latitude": latitude,
            "depth_km": condensed.gaussians.mean_km[rows, 2],
            "magnitude": catalog.magnitude[parent],
            "id": _numbered(catalog.ids[parent]),
            "weight": condensed.weight[rows],
            "events": condensed.events_held,
            "largest_magnitude": _largest(catalog.magnitude, condensed.chosen)[rows],
        }
    )


def assigned_table(condensed: CondensedCatalog, catalog: Catalog) -> pd.DataFrame:
    """One row an event: its id, where it was, the Gaussian that holds it, where that is, and its share of the votes."""
    rows = condensed.chosen
    longitude, latitude = _places(condensed, catalog, rows)
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


def _places(condensed: CondensedCatalog, catalog: Catalog, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of Gaussians; a Gaussian at its event's hypocentre has that place exactly."""
    if condensed.projection is None or len(catalog) != condensed.n_events:
        raise InputError(
            f"the condensed catalog was not made of these {len(catalog)} events; give the catalog it was made of"
        )
    mean_km, parent = condensed.gaussians.mean_km[rows], condensed.gaussians.event[rows]
    longitude, latitude = condensed.projection.to_geographic(mean_km[:, 0], mean_km[:, 1])
    same = (mean_km == catalog.xyz_km(condensed.projection)[parent]).all(axis=1)
    return (
        np.where(same, catalog.longitude[parent], longitude),
        np.where(same, catalog.latitude[parent], latitude),
    )


def _largest(magnitude: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    largest = np.full(int(chosen.max()) + 1, -np.inf)
    np.maximum.at(largest, chosen, np.where(np.isnan(magnitude), -np.inf, magnitude))
    return np.where(np.isinf(largest), np.nan, largest)


def _numbered(ids: np.ndarray) -> np.ndarray:
    """Ids that are unique: those that repeat get a number from the second on (id.2, id.3)."""
    order = np.argsort(ids, kind="stable")
    start = np.concatenate([[True], ids[order][1:] != ids[order][:-1]])
    first = np.maximum.accumulate(np.where(start, np.arange(len(ids)), 0))
    count = np.empty(len(ids), np.int64)
    count[order] = np.arange(len(ids)) - first + 1
    return np.where(count > 1, np.char.add(np.char.add(ids, "."), count.astype(str)), ids)


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
            "id": _numbered(catalog.ids[parent]),
        }
    )
