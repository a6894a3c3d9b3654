"""The columns of a catalog as a table with one row an event, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from seisweave.catalog.columns import Columns
from seisweave.catalog.mixture_text import format_mixtures, parse_mixtures
from seisweave.catalog.source import Source
from seisweave.catalog.tables.vocabulary import COVARIANCE, is_ours
from seisweave.catalog.uncertainty import LocationUncertainty, symmetric, upper_elements
from seisweave.catalog.usable_columns import usable_columns
from seisweave.errors import InputError


def to_frame(catalog: Columns) -> pd.DataFrame:
    """Columns time, longitude, latitude, depth_km, magnitude, its type if known, id, then what else the catalog has."""
    columns = {
        "time": catalog.times,
        "longitude": catalog.longitude,
        "latitude": catalog.latitude,
        "depth_km": catalog.depth_km,
        "magnitude": catalog.magnitude,
        "magnitude_type": catalog.magnitude_type,
        "id": catalog.ids,
        "quality": catalog.quality,
        "event_type": catalog.event_type,
        "n_phases": catalog.n_phases,
        **_error_columns(catalog.uncertainty),
    }
    return pd.DataFrame({name: value for name, value in columns.items() if value is not None})


def columns_of(frame: pd.DataFrame) -> dict[str, Any]:
    """The columns of a `Catalog` by their names there, of a table as `to_frame` makes it, or of any other.

    Columns of another table are recognised as those of a file are, with the same notes in `rejected`; an index with a
    name counts as a column.

    Errors: InputError for missing columns and values that cannot be read.
    """
    if is_ours(tuple(frame.columns)):
        return _our_columns(frame)
    from seisweave.catalog.tables.frames import rows_of_frame

    source = Source("the table", "", b"")
    return usable_columns(rows_of_frame(frame, source.path), source)


def _our_columns(frame: pd.DataFrame) -> dict[str, Any]:
    """Undo `to_frame`, to the last bit."""
    missing = [name for name in ("longitude", "latitude") if name not in frame]
    if missing:
        raise InputError(f"the table has no column {missing[0]!r} among {list(frame.columns)}; rename its columns")
    n = len(frame)
    return {
        "times": _times(frame),
        "longitude": _numbers(frame, "longitude"),
        "latitude": _numbers(frame, "latitude"),
        "depth_km": _numbers(frame, "depth_km"),
        "magnitude": _numbers(frame, "magnitude"),
        "ids": _strings(frame, "id") if "id" in frame else np.arange(1, n + 1).astype(str),
        "uncertainty": _errors_of(frame),
        "quality": _strings(frame, "quality") if "quality" in frame else None,
        "event_type": _strings(frame, "event_type") if "event_type" in frame else None,
        "n_phases": _numbers(frame, "n_phases") if "n_phases" in frame else None,
        "magnitude_type": _strings(frame, "magnitude_type") if "magnitude_type" in frame else None,
    }


def _error_columns(errors: LocationUncertainty | None) -> dict[str, Any]:
    if errors is None:
        return {}
    if errors.kind == "mixture":
        return {"mixture_km": format_mixtures(errors)}
    if errors.kind == "covariance":
        return dict(zip(COVARIANCE, upper_elements(np.array(errors.covariance_km2)).T, strict=True))
    return {"horizontal_km": errors.horizontal_km, "vertical_km": errors.vertical_km}


def _errors_of(frame: pd.DataFrame) -> LocationUncertainty | None:
    if "mixture_km" in frame:
        return parse_mixtures(_strings(frame, "mixture_km"))
    if all(name in frame for name in COVARIANCE):
        upper = np.stack([_numbers(frame, name) for name in COVARIANCE], axis=1)
        return LocationUncertainty(covariance_km2=symmetric(upper))
    if "horizontal_km" in frame or "vertical_km" in frame:
        return LocationUncertainty(_numbers(frame, "horizontal_km"), _numbers(frame, "vertical_km"))
    return None


def _times(frame: pd.DataFrame) -> np.ndarray:
    if "time" not in frame:
        return np.full(len(frame), np.datetime64("NaT", "us"))
    try:
        times = pd.to_datetime(frame["time"], utc=True, format="ISO8601")
        return times.dt.tz_localize(None).to_numpy().astype("datetime64[us]")
    except (ValueError, TypeError) as error:
        raise InputError(f"column time cannot be read: {_first_line(error)}; give times in UTC") from None


def _numbers(frame: pd.DataFrame, name: str) -> np.ndarray:
    if name not in frame:
        return np.full(len(frame), np.nan)
    try:
        return frame[name].to_numpy(dtype=float, na_value=np.nan)
    except (ValueError, TypeError) as error:
        raise InputError(f"column {name} is not numeric: {_first_line(error)}; convert it first") from None


def _strings(frame: pd.DataFrame, name: str) -> np.ndarray:
    return frame[name].astype(object).where(frame[name].notna(), "").to_numpy().astype(str)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
