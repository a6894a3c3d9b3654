"""From the coordinates of a file to longitude and latitude, or to local km; what cannot be in them is told."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.shown import shown
from seisweave.errors import InputError
from seisweave.faults.mapped.part import MappedPart

if TYPE_CHECKING:
    from pyproj import CRS

LOCAL = "local"  # km east and north, where the network's own coordinates are
_BEYOND_DEG = 10.0  # outside the area that a coordinate system is made for
_DEEPEST_KM, _HIGHEST_KM = 800.0, 10.0


def crs_of(part: MappedPart, given: str | None) -> str:
    """The coordinate system of a part: the one given, or else what its file says.

    Errors: InputError where neither says one that is known.
    """
    if given:
        return given
    if part.crs and _known(part.crs) is not None:
        return part.crs
    if part.crs:
        told = f"says that its coordinate system is {shown(part.crs[:60])!r}, which is not known"
    elif part.kind == "traces" and not part.file.lower().endswith(".shp") and _as_degrees(part.xy):
        return ""
    else:
        told = "does not say its coordinate system"
    raise InputError(f"{shown(part.file)} {told}; give it, like crs='EPSG:26711' (NAD27, UTM zone 11N), or crs='local'")


def check_crs(given: str | None) -> None:
    """Refuse a coordinate system that is not known."""
    if given and given != LOCAL and _known(given) is None:
        raise InputError(f"crs={given!r} is not known; give a code like EPSG:26711, a PROJ string, or {LOCAL}")


def to_degrees(part: MappedPart, system: str) -> Float[np.ndarray, "p 2"]:
    """Longitude and latitude (WGS84) of a part's points; local km for the system `local`.

    Errors: InputError for coordinates that cannot be in the system, and depths that are none.
    """
    _check_depth(part)
    if system == LOCAL:
        return part.xy * (part.unit_m or 1000.0) / 1000.0
    crs = _known(system or "EPSG:4326")
    assert crs is not None, "checked before"
    xy = part.xy
    if crs.is_geographic:
        if not _as_degrees(xy):
            raise _outside(part, system, "are no degrees, longitude first")
    else:
        if (np.abs(xy) <= [360.0, 90.0]).all():
            raise _outside(part, system, "look like degrees")
        factor = crs.axis_info[0].unit_conversion_factor or 1.0
        xy = xy * (part.unit_m or factor) / factor
    lonlat = np.column_stack(_transformer(system or "EPSG:4326").transform(xy[:, 0], xy[:, 1]))
    _check_area(part, system, crs, lonlat)
    return lonlat


def _as_degrees(xy: Float[np.ndarray, "p 2"]) -> bool:
    return bool((np.abs(xy) <= [360.0, 90.0]).all())


def _check_depth(part: MappedPart) -> None:
    deep, high = part.depth_km.max(initial=-np.inf), part.depth_km.min(initial=np.inf)
    if deep > _DEEPEST_KM or high < -_HIGHEST_KM:
        raise InputError(
            f"{shown(part.file)}: {shown(part.name)!r} lies {high:,.0f} to {deep:,.0f} km deep; look at its unit, and"
            " at whether z is an elevation or a depth (ZPOSITIVE)"
        )


def _check_area(part: MappedPart, system: str, crs: CRS, lonlat: Float[np.ndarray, "p 2"]) -> None:
    """Points that PROJ cannot place, or far outside the area of use."""
    if not np.isfinite(lonlat).all():
        raise _outside(part, system, "are nowhere on Earth")
    area = crs.area_of_use
    if area is None or crs.is_geographic:
        return
    middle = 0.5 * (area.west + area.east + (360.0 if area.east < area.west else 0.0))
    half = 0.5 * ((area.east - area.west) % 360.0 or 360.0) + _BEYOND_DEG
    east = np.mod(lonlat[:, 0] - middle + 180.0, 360.0) - 180.0
    low, high = area.south - _BEYOND_DEG, area.north + _BEYOND_DEG
    if (np.abs(east) > half).any() or (lonlat[:, 1] < low).any() or (lonlat[:, 1] > high).any():
        lon, lat = lonlat.mean(axis=0)
        raise _outside(part, system, f"lie at longitude {lon:.1f}, latitude {lat:.1f}, far outside its area")


def _outside(part: MappedPart, system: str, told: str) -> InputError:
    first = ", ".join(f"{value:.8g}" for value in part.xy[0])
    return InputError(
        f"{shown(part.file)}: coordinates of {shown(part.name)!r} ({first}, ...) {told} ({system[:60] or 'WGS84'});"
        " give the coordinate system they are in, like crs='EPSG:26711'"
    )


@lru_cache(maxsize=64)
def _known(system: str) -> CRS | None:
    """The coordinate system of a code, a PROJ string, WKT, or a whole name; never one that only sounds like it."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(system)
    except CRSError:
        return None
    coded = re.match(r"(\w+:\w+$|\+|urn:|https?:|[A-Z_]+\[|\{)", system.strip())
    return crs if coded or _plain(crs.name) == _plain(system) else None


def _plain(name: str) -> str:
    return " ".join(name.lower().replace("_", " ").split())


@lru_cache(maxsize=64)
def _transformer(system: str) -> Any:
    from pyproj import Transformer

    return Transformer.from_crs(_known(system), "EPSG:4326", always_xy=True)
