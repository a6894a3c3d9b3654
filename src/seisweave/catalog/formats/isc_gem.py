"""The ISC-GEM catalog (its main CSV): names of the columns in the last comment, dates and times in one column.

smajax, sminax and strike are the ellipse of the epicentre, the first `unc` behind the depth that of the depth, km; as
everywhere at the ISC both are at 90 %, and become 1 sigma. The magnitude is Mw; its own uncertainty is not kept.
Format: http://www.isc.ac.uk/iscgem/, and Bondár et al. (Phys. Earth Planet. Inter. 239, 2015) for the errors.
"""

from __future__ import annotations

import re

import numpy as np

from seisweave.catalog.delimited import numbers, read_delimited, words
from seisweave.catalog.ellipsoids import ellipse_covariance, one_sigma
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.source import Source, lines_of, without_comments
from seisweave.catalog.times import read_times
from seisweave.catalog.uncertainty import LocationUncertainty
from seisweave.errors import InputError

_HEAD = re.compile(r"^#\s*(date\s*,\s*lat\s*,\s*lon\s*,\s*smajax\s*,\s*sminax\s*,\s*strike\s*,.*)$", re.M)
_PERCENT = 90.0
_NOTE = "ellipses and depth errors are at 90 % in the file, and 1 sigma here"


def recognises(source: Source) -> bool:
    """Whether a comment names these columns."""
    return bool(_HEAD.search(source.head()))


def read(source: Source) -> ParsedRows:
    """Read all rows. Errors: InputError where the depth or its error has no column."""
    found = _HEAD.search(source.head())
    names = [name.strip() for name in found[1].split(",")] if found else []
    if not {"depth", "mw"} <= set(names) or "unc" not in names[names.index("depth") :]:
        raise InputError(f"{source.path} is not the main catalog of ISC-GEM: no column for depth, its error or mw")
    places = [f"{name}{i}" if name in names[:i] else name for i, name in enumerate(names)]
    depth_error = places[names.index("unc", names.index("depth"))]
    table = read_delimited(without_comments(lines_of(source.data)), places)
    column = table.columns
    ellipse = [numbers(column[name]).value for name in ("smajax", "sminax", "strike")]
    magnitude = numbers(column["mw"])
    return ParsedRows(
        lines=table.lines,
        times=read_times(column["date"]),
        longitude=numbers(column["lon"]),
        latitude=numbers(column["lat"]),
        depth_km=numbers(column["depth"]),
        magnitude=magnitude,
        magnitude_type=np.where(np.isnan(magnitude.value), "", "Mw"),
        ids=words(column["eventid"]) if "eventid" in column else None,
        uncertainty=_covariances(ellipse, numbers(column[depth_error]).value),
        bad=table.bad,
        notes=(_NOTE,),
    )


def _covariances(ellipse: list[np.ndarray], depth_error: np.ndarray) -> LocationUncertainty:
    """Covariances of ellipses and depths at 90 %; NaN where a part is unknown."""
    full = np.zeros((len(depth_error), 3, 3))
    for i, (major, minor, strike, depth) in enumerate(zip(*ellipse, depth_error, strict=True)):
        known = major > 0 and minor > 0 and np.isfinite(strike) and depth > 0
        full[i, :2, :2] = ellipse_covariance(major, minor, strike, _PERCENT) if known else np.nan
        full[i, 2, 2] = one_sigma(depth, _PERCENT) ** 2 if known else np.nan
    return LocationUncertainty(covariance_km2=full)
