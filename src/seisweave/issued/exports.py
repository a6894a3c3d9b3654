"""Forecasts on record for other programs: JSON, GeoJSON of the cells, CSEP's gridded format."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.catalog.instants import in_iso, span_of
from seisweave.errors import InputError
from seisweave.forecast.csep_format import write_dat
from seisweave.forecast.gridded import ALL_DEPTHS_KM, GriddedRates
from seisweave.issued.record import IssuedForecast
from seisweave.issued.stored import name_of
from seisweave.storage import finite, write_text

FORMATS = ("json", "geojson", "csep")


def export_issued(made: IssuedForecast, folder: str | Path, formats: Sequence[str]) -> list[Path]:
    """Write a forecast beside its file on record, under the same name: .json, .geojson, and a .dat for each window.

    CSEP's grid is written where the model gives expected numbers, and for square cells alone.

    Errors: InputError for another format, and files that cannot be written.

    >>> from tempfile import mkdtemp
    >>> from seisweave.issued.example import example_issued
    >>> [path.suffix for path in export_issued(example_issued(), mkdtemp(), ["json", "csep"])]
    ['.json', '.dat', '.dat']
    """
    check_formats(formats)
    stem = name_of(vars(made)).removesuffix(".nc")
    place = Path(folder) / str(made.now)[:7]
    place.mkdir(parents=True, exist_ok=True)
    written = []
    for name, told in (("json", as_json), ("geojson", as_geojson)):
        if name in formats:
            write_text(place / f"{stem}.{name}", json.dumps(finite(told(made)), indent=1, allow_nan=False) + "\n")
            written.append(place / f"{stem}.{name}")
    if "csep" in formats and made.gives_numbers:
        for h, days in enumerate(made.horizon_days):
            written.append(write_dat(as_rates(made, h), place / f"{stem}-{days:g}d.dat"))
    return written


def check_formats(formats: Sequence[str]) -> None:
    """Refuse a format that is none. Errors: InputError."""
    for each in formats:
        if each not in FORMATS:
            raise InputError(f"also {each!r} is no format; choose among {', '.join(FORMATS)}")


def as_json(made: IssuedForecast) -> dict[str, Any]:
    """What is said of the region, as JSON values.

    >>> from seisweave.issued.example import example_issued
    >>> as_json(example_issued())["windows"][0]["magnitudes"][0]["chance"]
    0.6
    """
    windows = []
    for h, days in enumerate(made.horizon_days.tolist()):
        end = made.now + span_of(days)
        told = [_of_magnitude(made, h, m) for m in range(len(made.magnitudes))]
        windows.append({"days": days, "begins": in_iso(made.now), "ends": in_iso(end), "magnitudes": told})
    return {
        "kind": "seisweave issued forecast", "model": made.model, "pseudo_prospective": made.pseudo_prospective,
        "issued": in_iso(made.issued), "data_until": in_iso(made.now), "digest": made.digest,
        "model_sha256": made.model_digest, "inputs_sha256": dict(made.inputs), "version": made.version,
        "long_term": made.long_term, "notes": list(made.notes),
        "box": [made.lon_edges[0], made.lon_edges[-1], made.lat_edges[0], made.lat_edges[-1]], "windows": windows,
    }  # fmt: skip


def as_geojson(made: IssuedForecast) -> dict[str, Any]:
    """The cells of the region as polygons (RFC 7946) with chances by window and magnitude, the long-term ones beside.

    Properties are named like `chance_7d_m4` and `long_term_7d_m4`. Cells that cross the date line run on beyond 180.

    >>> from seisweave.issued.example import example_issued
    >>> made = as_geojson(example_issued())
    >>> len(made["features"]), sorted(made["features"][0]["properties"])[:2]
    (6, ['chance_1d_m3', 'chance_1d_m4'])
    """
    usual, features = made.long_term_cell_chance(), []
    for (y, x), (west, south, east, north) in zip(np.argwhere(made.inside), made.sides.T.tolist(), strict=True):
        corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        told = {}
        for h, days in enumerate(made.horizon_days):
            for m, magnitude in enumerate(made.magnitudes):
                which = f"{days:g}d_m{magnitude:g}"
                told[f"chance_{which}"] = float(f"{made.cell_chance[h, m, y, x]:.6g}")
                told[f"long_term_{which}"] = float(f"{usual[h, m, y, x]:.6g}")
        geometry = {"type": "Polygon", "coordinates": [corners]}
        features.append({"type": "Feature", "geometry": geometry, "properties": told})
    known = {name: value for name, value in as_json(made).items() if name != "windows"}
    return {"type": "FeatureCollection", "forecast": known, "features": features}


def as_rates(made: IssuedForecast, h: int) -> GriddedRates:
    """Expected numbers of a window by cell and magnitude bin, as CSEP has them; the last bin is open.

    Errors: InputError for a forecast of chances alone, and cells that are not square.

    >>> from seisweave.issued.example import example_issued
    >>> round(as_rates(example_issued(), 1).expected, 3)
    6.414
    """
    if not made.gives_numbers:
        raise InputError(f"{made.model} gives chances, and CSEP's grid holds expected numbers; export to json, geojson")
    sides = np.concatenate([np.diff(made.lon_edges), np.diff(made.lat_edges)]).round(6)
    if (sides != sides[0]).any():
        raise InputError(f"cells have sides of {sides.min():g} to {sides.max():g} degrees; CSEP's are square")
    y, x = np.nonzero(made.inside)
    above = made.cell_expected[h][:, y, x]
    rate = np.maximum(-np.diff(above, axis=0, append=np.zeros((1, len(y)))), 0.0).T
    days = f"{made.horizon_days[h]:g} days from {in_iso(made.now)}"
    return GriddedRates(
        made.sides[0], made.sides[1], float(sides[0]), ALL_DEPTHS_KM, made.magnitudes, rate,
        np.ones(len(y), int), f"{made.model}, {days}",
    )  # fmt: skip


def _of_magnitude(made: IssuedForecast, h: int, m: int) -> dict[str, Any]:
    told: dict[str, Any] = {
        "magnitude": float(made.magnitudes[m]), "chance": float(made.chance[h, m]),
        "long_term_chance": float(made.long_term_chance[h, m]), "expected": float(made.expected[h, m]),
        "long_term_expected": float(made.long_term_expected[h, m]),
    }  # fmt: skip
    known = made.quantiles[h, m].tolist() if np.isfinite(made.quantiles[h, m]).all() else []
    return told | {"quantiles": {f"{level:g}": each for level, each in zip(made.levels, known, strict=False)}}
