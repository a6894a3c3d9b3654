"""A polygon on the map: read from a file or a line of text, and which points lie inside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from seisweave.errors import InputError


def parse_polygon(text: str) -> Float[np.ndarray, "corners 2"]:
    """Corners (longitude, latitude in degrees) of 'lon,lat lon,lat lon,lat' or of a file of lon lat rows.

    The polygon closes by itself; lines starting with # or > are left out. Errors: InputError for anything but
    at least three pairs of numbers on Earth.

    >>> parse_polygon("-117,34 -116,34 -116,35").tolist()
    [[-117.0, 34.0], [-116.0, 34.0], [-116.0, 35.0]]
    """
    pairs = [pair.split(",") for pair in text.split()]
    if len(pairs) < 3 or any(len(pair) != 2 for pair in pairs):
        pairs = _rows_of(Path(text))
    try:
        corners = np.array([[float(number) for number in pair] for pair in pairs])
    except ValueError:
        corners = np.zeros((0, 2))
    if corners.ndim != 2 or len(corners) < 3 or corners.shape[1] != 2 or not np.isfinite(corners).all():
        raise InputError(f"polygon {text!r} needs three or more pairs of numbers, lon lat; see lon,lat lon,lat lon,lat")
    if (np.abs(corners) > [360, 90]).any():
        raise InputError(f"polygon {text!r} leaves the Earth; give lon,lat pairs in degrees, longitude first")
    return corners


def inside(
    corners: Float[np.ndarray, "corners 2"],
    longitude: Float[np.ndarray, " n"],
    latitude: Float[np.ndarray, " n"],
) -> Bool[np.ndarray, " n"]:
    """Which points lie inside, by the even-odd rule on the map of longitude and latitude (degrees).

    Points on a western or southern side are inside, those on the others are not. Sides are straight in longitude and
    latitude; the polygon may cross the date line, but not hold a pole.
    """
    steps = np.diff(corners[:, 0], prepend=corners[0, 0])
    x = corners[:, 0] - 360.0 * np.cumsum(np.floor((steps + 180.0) / 360.0))
    y = corners[:, 1]
    middle = (x.min() + x.max()) / 2
    lon = longitude - 360.0 * np.floor((longitude - middle + 180.0) / 360.0)
    odd = np.zeros(len(lon), bool)
    for x0, y0, x1, y1 in zip(x, y, np.roll(x, -1), np.roll(y, -1), strict=True):
        if y0 != y1:
            crosses = (latitude >= min(y0, y1)) & (latitude < max(y0, y1))
            odd ^= crosses & (lon < x0 + (latitude - y0) * (x1 - x0) / (y1 - y0))
    return odd


def _rows_of(path: Path) -> list[list[str]]:
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except (OSError, ValueError):
        raise InputError(
            f"polygon {str(path)!r} is no readable file and no pairs of numbers; give lon,lat lon,lat lon,lat"
        ) from None
    rows = [line.replace(",", " ").split() for line in lines if not line.startswith(("#", ">"))]
    return [row for row in rows if row]
