"""Events as rows of a table in one layout, whichever columns their catalogs have, and back to the last bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import compute

from seisweave.catalog.catalog import Catalog, Provenance
from seisweave.catalog.joined import joined_errors
from seisweave.catalog.mixture_text import parse_mixtures
from seisweave.catalog.table import to_frame
from seisweave.catalog.tables.vocabulary import COVARIANCE
from seisweave.catalog.uncertainty import LARGEST_ERROR_KM, LocationUncertainty, symmetric
from seisweave.catalog.usable_columns import LARGEST, SMALLEST

pc: Any = compute  # its functions are made when it is loaded
_NUMBERS = ("longitude", "latitude", "depth_km", "magnitude", "n_phases", "horizontal_km", "vertical_km", *COVARIANCE)
_WORDS = ("magnitude_type", "quality", "event_type", "errors", "mixture_km")  # errors: their kind
VALUES = pa.schema(
    [
        ("id", pa.string()),
        ("time", pa.timestamp("us")),
        *((name, pa.float64()) for name in _NUMBERS),
        *((name, pa.string()) for name in _WORDS),
    ]
)
_RANGES = {  # of what may stand in them
    "longitude": (-180.0, 180.0),
    "latitude": (-90.0, 90.0),
    "depth_km": (-1e6, 1e6),
    "magnitude": (SMALLEST, LARGEST),
    "n_phases": (0.0, 1e9),
    **dict.fromkeys(("horizontal_km", "vertical_km"), (0.0, LARGEST_ERROR_KM)),
    **dict.fromkeys(COVARIANCE, (-(LARGEST_ERROR_KM**2), LARGEST_ERROR_KM**2)),
}


def check_values(rows: pa.Table) -> None:
    """Refuse events without a time or a place, and numbers that no event has. Errors: ValueError.

    >>> from seisweave.synthetic import southern_california_like
    >>> rows = rows_of(southern_california_like(n_events=20).catalog)
    >>> check_values(rows)
    >>> at = rows.schema.get_field_index("magnitude")
    >>> check_values(rows.set_column(at, "magnitude", pa.array([99.0] * 20)))
    Traceback (most recent call last):
    ValueError: magnitude is 99 somewhere, wanted is -9 to 10
    """
    for name in ("time", "longitude", "latitude"):
        if rows[name].null_count:
            raise ValueError(f"an event has no {name}")
    for name, (low, high) in _RANGES.items():
        numbers = rows[name].to_numpy()
        wrong = (numbers < low) | (numbers > high)
        if wrong.any():
            raise ValueError(f"{name} is {numbers[wrong][0]:g} somewhere, wanted is {low:g} to {high:g}")


def rows_of(catalog: Catalog) -> pa.Table:
    """A row an event, in the layout of the store: null where its catalog says nothing.

    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(n_events=20).catalog
    >>> catalog_of(rows_of(catalog)).depth_km.tolist() == catalog.depth_km.tolist()
    True
    """
    frame = to_frame(catalog)
    kind = "" if catalog.uncertainty is None else catalog.uncertainty.kind
    columns: list[Any] = []
    for each in VALUES:
        if each.name == "errors":
            columns.append(pa.array([kind] * len(catalog), pa.string()))
        elif each.name in frame:
            columns.append(pa.array(frame[each.name].to_numpy(), each.type, from_pandas=True))
        else:
            columns.append(pa.nulls(len(catalog), each.type))
    return pa.Table.from_arrays(columns, schema=VALUES)


def catalog_of(rows: pa.Table, provenance: Provenance | None = None) -> Catalog:
    """A catalog of rows, in their order; a column that is null throughout is one that it does not have.

    Errors of several kinds become those of the fullest, as where catalogs are joined.
    """
    said = {name: rows[name].null_count < len(rows) for name in (*_NUMBERS, *_WORDS)}
    return Catalog(
        times=rows["time"].to_numpy().astype("datetime64[us]"),
        longitude=_numbers(rows, "longitude"),
        latitude=_numbers(rows, "latitude"),
        depth_km=_numbers(rows, "depth_km"),
        magnitude=_numbers(rows, "magnitude"),
        ids=words(rows, "id"),
        uncertainty=_errors(rows),
        quality=words(rows, "quality") if said["quality"] else None,
        event_type=words(rows, "event_type") if said["event_type"] else None,
        provenance=provenance or Provenance(),
        n_phases=_numbers(rows, "n_phases") if said["n_phases"] else None,
        magnitude_type=words(rows, "magnitude_type") if said["magnitude_type"] else None,
    )


def words(rows: pa.Table, name: str) -> np.ndarray:
    """A column of text as an array, "" where it is null."""
    coded = rows[name].combine_chunks().dictionary_encode()
    known = np.array([*coded.dictionary.to_pylist(), ""], dtype=str)
    codes = coded.indices.to_numpy(zero_copy_only=False)
    return known[np.where(np.isnan(codes), len(known) - 1, codes).astype(np.int64)] if len(rows) else known[:0]


def degrees_apart(place: np.ndarray, row: Mapping[str, Any]) -> np.ndarray:
    """How far longitudes and latitudes (n, 2) are from those of a row, degrees: the larger of the two differences.

    Longitudes of either convention, across the date line too.

    >>> place = np.array([[179.9, 10.0], [-179.75, 10.5]])
    >>> degrees_apart(place, {"longitude": -179.75, "latitude": 10.0}).round(6).tolist()
    [0.35, 0.5]
    """
    aside = np.abs(place - (row["longitude"], row["latitude"]))
    aside[:, 0] = np.minimum(aside[:, 0] % 360.0, -aside[:, 0] % 360.0)
    return aside.max(axis=1)


def _numbers(rows: pa.Table, name: str) -> np.ndarray:
    return rows[name].to_numpy()


def _errors(rows: pa.Table) -> LocationUncertainty | None:
    kinds = [kind for kind in pc.unique(rows["errors"]).to_pylist() if kind is not None]
    if not set(kinds) - {""}:
        return None
    places = [np.flatnonzero(pc.equal(rows["errors"], kind).to_numpy()) for kind in kinds]
    parts = [_of_kind(rows.take(where), kind) for where, kind in zip(places, kinds, strict=True)]
    joined = joined_errors(parts, [len(where) for where in places])
    if joined is None or len(kinds) == 1:
        return joined
    return joined.take(np.argsort(np.concatenate(places)))


def _of_kind(rows: pa.Table, kind: str) -> LocationUncertainty | None:
    if kind == "mixture":
        return parse_mixtures(words(rows, "mixture_km"))
    if kind == "covariance":
        return LocationUncertainty(covariance_km2=symmetric(np.stack([_numbers(rows, n) for n in COVARIANCE], axis=1)))
    return LocationUncertainty(_numbers(rows, "horizontal_km"), _numbers(rows, "vertical_km")) if kind else None
