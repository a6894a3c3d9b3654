"""Values at places brought to the cells of maps: means over the area of each cell.

Source: first-order conservative remapping (Jones 1999, Mon. Weather Rev. 127, 2204-2210), of values that are constant
in boxes about their places: it averages what is finer than the cells, and shares out what is coarser.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Float32

from seisweave.nowcast.map_options import MapOptions

LEAST_COVERED = 0.5  # of a cell's area
_BLOCK = 512  # values that are brought to the cells at a time


def area_means(
    values: Float32[np.ndarray, "k y x"],
    latitude: Float[np.ndarray, " y"],
    longitude: Float[np.ndarray, " x"],
    maps: MapOptions,
) -> Float32[np.ndarray, "k rows columns"]:
    """Means of the known values over the area of each cell; NaN where these cover less than half of it.

    Latitudes and longitudes (degrees, by whatever turn of the globe) are those of the places' middles, in rising order.

    >>> finer = np.arange(4, dtype=np.float32).reshape(1, 2, 2)
    >>> middles = np.array([0.25, 0.75])
    >>> area_means(finer, middles, middles, MapOptions(box=(0.0, 1.0, 0.0, 1.0), cell_deg=1.0)).round(3)
    array([[[1.5]]], dtype=float32)
    """
    rows, columns = maps.shape
    west, _, south, _ = maps.edges
    across = _overlaps(np.sin(np.radians(_edges(south, maps.side_deg, rows))), _bounds(latitude, polar=True))
    edges, boxes = _edges(west, maps.side_deg, columns), _bounds(longitude)
    along = np.sum([_overlaps(edges, boxes + 360.0 * turn) for turn in range(-3, 4)], axis=0)
    y, x = np.flatnonzero(across.any(axis=0)), np.flatnonzero(along.any(axis=0))
    across, along = across[:, y], along[:, x].T
    out = np.full((len(values), rows, columns), np.nan, np.float32)
    for k in range(0, len(out), _BLOCK):
        given = values[k : k + _BLOCK][:, y][:, :, x].astype(np.float64)
        known = ~np.isnan(given)
        total, area = (across @ part @ along for part in (np.where(known, given, 0.0), known.astype(np.float64)))
        with np.errstate(invalid="ignore", divide="ignore"):
            out[k : k + _BLOCK] = np.where(area >= LEAST_COVERED, total / area, np.nan)
    return out


def _edges(first: float, side: float, n: int) -> Float[np.ndarray, " edges"]:
    return first + side * np.arange(n + 1.0)


def _bounds(middle: np.ndarray, *, polar: bool = False) -> Float[np.ndarray, "n 2"]:
    """Where the box about each of some rising places begins and ends; of latitudes, their sines."""
    halves = 0.5 * np.diff(middle)
    low = middle - np.concatenate([halves[:1], halves])
    high = middle + np.concatenate([halves, halves[-1:]])
    bounds = np.column_stack([low, high])
    return np.sin(np.radians(np.clip(bounds, -90.0, 90.0))) if polar else bounds


def _overlaps(edges: np.ndarray, bounds: np.ndarray) -> Float[np.ndarray, "cells places"]:
    """The share of each cell that each place covers."""
    low = np.maximum(edges[:-1, None], bounds[None, :, 0])
    high = np.minimum(edges[1:, None], bounds[None, :, 1])
    return np.maximum(high - low, 0.0) / np.diff(edges)[:, None]
