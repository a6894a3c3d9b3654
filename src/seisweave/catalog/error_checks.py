"""Whether a catalog's location errors can be what they say: held against its extent, its depths and its rounding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from seisweave.catalog.columns import Columns
from seisweave.catalog.region import span_of
from seisweave.errors import InputError

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog

_LARGEST_KM = 50.0  # a network's median horizontal error is below; so is one of 1900
_DEEPEST_KM = 200.0
_SHARE, _TIMES, _FINER = 0.1, 100.0, 1000.0
_FEW, _ENOUGH = 5, 10  # of fewer events the extent says nothing; of fewer, only that their errors are not larger
_KM_PER_DEGREE = 111.195
_LOOKED_AT = 2000  # coordinates whose decimals are counted


def implausible_errors(catalog: Columns) -> list[str]:
    """What is wrong with the location errors as a whole, a sentence each; nothing where none are known.

    Medians are looked at: a horizontal error above 50 km or above a tenth of the diagonal of the catalog's box (of
    five to nine events: above the diagonal), a depth error above 200 km, one of both above a hundred times the other,
    and a horizontal error a thousand times below the last decimal of the coordinates.

    >>> from dataclasses import replace
    >>> from seisweave.catalog.uncertainty import LocationUncertainty
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(n_events=50).catalog
    >>> implausible_errors(catalog)
    []
    >>> metres = LocationUncertainty(np.full(50, 320.0), np.full(50, 700.0))
    >>> implausible_errors(replace(catalog, uncertainty=metres))[0]
    'the median horizontal error is 320 km, more than the 50 km of any network'
    """
    if catalog.uncertainty is None or not len(catalog):
        return []
    sigma = catalog.uncertainty.sigmas_km()
    horizontal, vertical = (_median(sigma[name]) for name in ("horizontal_km", "vertical_km"))
    found = []
    extent, rounding = _extent_km(catalog), _rounding_km(catalog)
    if horizontal > _LARGEST_KM:
        found.append(f"the median horizontal error is {horizontal:.3g} km, more than the 50 km of any network")
    many = len(catalog) >= _ENOUGH
    if len(catalog) >= _FEW and 0 < extent * (_SHARE if many else 1.0) < horizontal:
        found.append(
            f"the median horizontal error is {horizontal:.3g} km, above {'a tenth of ' if many else ''}the catalog's"
            f" extent of {extent:.3g} km"
        )
    if vertical > _DEEPEST_KM:
        found.append(f"the median depth error is {vertical:.3g} km, more than most earthquakes are deep")
    if horizontal > _TIMES * vertical or vertical > _TIMES * horizontal:
        found.append(f"the median errors are {horizontal:.3g} km horizontally and {vertical:.3g} km in depth")
    if horizontal * _FINER < rounding:
        found.append(
            f"the median horizontal error is {horizontal:.3g} km, a thousand times below the last decimal of the"
            f" coordinates ({rounding:.3g} km)"
        )
    return found


def with_error_notes(catalog: Catalog) -> Catalog:
    """The catalog with what is implausible about its errors among its notes."""
    found = implausible_errors(catalog)
    if not found:
        return catalog
    note = f"{'; '.join(found)}: are the errors in another unit? give --error-unit m, or check them"
    return replace(catalog, rejected=replace(catalog.rejected, notes=(*catalog.rejected.notes, note)))


def refuse_implausible_errors(catalog: Columns) -> None:
    """Refuse a catalog whose errors are implausible. Errors: InputError, which says how they are trusted."""
    found = implausible_errors(catalog)
    if found:
        raise InputError(
            f"{'; '.join(found)}: weights would move by errors that cannot be; read them in their unit, or give"
            " --trust-errors (trust_errors=True) if they are right"
        )


def _median(column: np.ndarray) -> float:
    known = column[np.isfinite(column) & (column > 0)]
    return float(np.median(known)) if len(known) else np.nan


def _extent_km(catalog: Columns) -> float:
    """Diagonal of the narrowest box about the epicentres, km."""
    west, east = span_of(np.array(catalog.longitude))
    east = ((east - west) % 360.0) * np.cos(np.radians(float(np.median(catalog.latitude))))
    return float(np.hypot(east, np.ptp(catalog.latitude))) * _KM_PER_DEGREE


def _rounding_km(catalog: Columns) -> float:
    """Last decimal of the coordinates, km: of the finer one of longitude and latitude."""
    step = max(1, len(catalog) // _LOOKED_AT)
    values = np.concatenate([catalog.longitude[::step], catalog.latitude[::step]])
    for decimals in range(7):
        if np.allclose(values, np.round(values, decimals), rtol=0.0, atol=1e-9):
            return _KM_PER_DEGREE * 10.0**-decimals
    return 0.0
