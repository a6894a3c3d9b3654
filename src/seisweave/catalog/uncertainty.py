"""Errors of location: 1-sigma, full covariance or a mixture of Gaussians an event.

All are relative to the event's own hypocentre, in local km (x east, y north, depth positive down).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.errors import InputError


@dataclass(frozen=True, eq=False)
class LocationUncertainty:
    """Errors of location of n events, of one of three kinds; NaN where unknown. Arrays become read-only.

    `sigma`: horizontal_km and vertical_km (n), one standard deviation along each horizontal axis and depth.
    A known horizontal_km beside an unknown vertical_km is what a fixed depth looks like.
    `covariance`: covariance_km2 (n, 3, 3).
    `mixture`: Gaussians offsets[i]..offsets[i+1] belong to event i; offsets (n+1), weight (m), which sum to
    one for each event, mean_offset_km (m, 3) from the hypocentre, covariance_km2 (m, 3, 3).

    Errors: InputError for another combination of fields, shapes that do not fit, negative sigmas.

    >>> errors = LocationUncertainty(np.array([0.3, np.nan]), np.array([0.7, np.nan]))
    >>> errors.kind, len(errors), errors.covariances_km2()[0].diagonal().round(2).tolist()
    ('sigma', 2, [0.09, 0.09, 0.49])
    """

    horizontal_km: Float[np.ndarray, " n"] | None = None
    vertical_km: Float[np.ndarray, " n"] | None = None
    covariance_km2: Float[np.ndarray, "m 3 3"] | None = None
    offsets: Int[np.ndarray, " n_and_one"] | None = None
    weight: Float[np.ndarray, " m"] | None = None
    mean_offset_km: Float[np.ndarray, "m 3"] | None = None

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if value is not None:
                array = np.array(value, dtype=np.int64 if each.name == "offsets" else np.float64)
                if each.name in ("horizontal_km", "vertical_km", "covariance_km2") and self.offsets is None:
                    array[np.isinf(array).any(axis=tuple(range(1, array.ndim)))] = np.nan  # infinite: unknown
                array.flags.writeable = False
                object.__setattr__(self, each.name, array)
        _check(self)

    def __len__(self) -> int:
        if self.offsets is not None:
            return len(self.offsets) - 1
        first = self.horizontal_km if self.covariance_km2 is None else self.covariance_km2
        return 0 if first is None else len(first)

    @property
    def kind(self) -> str:
        """`sigma`, `covariance` or `mixture`."""
        given = {each.name for each in fields(self) if getattr(self, each.name) is not None}
        return next((kind for kind, names in _KINDS.items() if names == given), "")

    def covariances_km2(self) -> Float[np.ndarray, "n 3 3"]:
        """Covariance an event; NaN where unknown. A mixture gives that of the whole about its mean."""
        if self.horizontal_km is not None and self.vertical_km is not None:
            full = np.zeros((len(self), 3, 3))
            full[:, 0, 0] = full[:, 1, 1] = self.horizontal_km**2
            full[:, 2, 2] = self.vertical_km**2
            return full
        if self.offsets is None:
            return np.array(self.covariance_km2)
        return _overall_covariance(self)

    def sigmas_km(self) -> dict[str, Float[np.ndarray, " n"]]:
        """One standard deviation, km: `horizontal_km` along the worst horizontal direction, `vertical_km`."""
        if self.horizontal_km is not None and self.vertical_km is not None:
            return {"horizontal_km": self.horizontal_km, "vertical_km": self.vertical_km}
        full = self.covariances_km2()
        xx, yy, xy = full[:, 0, 0], full[:, 1, 1], full[:, 0, 1]
        worst = (xx + yy) / 2 + np.sqrt(((xx - yy) / 2) ** 2 + xy**2)
        return {"horizontal_km": np.sqrt(worst), "vertical_km": np.sqrt(full[:, 2, 2])}

    def take(self, rows: Any) -> LocationUncertainty:
        """Errors of some events: a boolean mask, positions or a slice."""
        chosen = np.atleast_1d(np.arange(len(self))[rows])
        if self.horizontal_km is not None and self.vertical_km is not None:
            return LocationUncertainty(self.horizontal_km[chosen], self.vertical_km[chosen])
        if self.offsets is None or self.covariance_km2 is None:
            assert self.covariance_km2 is not None
            return LocationUncertainty(covariance_km2=self.covariance_km2[chosen])
        return _take_mixture(self, chosen)

    def known(self) -> np.ndarray:
        """Which events (n) have any error given."""
        if self.horizontal_km is not None and self.vertical_km is not None:
            return ~(np.isnan(self.horizontal_km) & np.isnan(self.vertical_km))
        if self.offsets is not None:
            return np.diff(self.offsets) > 0
        return np.isfinite(np.array(self.covariance_km2).sum(axis=(1, 2)))

    def complete(self) -> Bool[np.ndarray, " n"]:
        """Which events (n) have an error in every direction; a variance of zero, of what was fixed, does not count."""
        if self.horizontal_km is not None and self.vertical_km is not None:
            return ~np.isnan(self.horizontal_km + self.vertical_km)
        fine = np.asarray((np.diagonal(np.array(self.covariance_km2), axis1=1, axis2=2) > 0).all(axis=1))
        if self.offsets is None:
            return fine
        bad = np.repeat(np.arange(len(self)), np.diff(self.offsets))[~fine]
        return np.asarray((np.diff(self.offsets) > 0) & (np.bincount(bad, minlength=len(self)) == 0))


LARGEST_ERROR_KM = 10_000.0  # half way round the Earth
_ROUNDED = 1e-3
_UPPER = np.triu_indices(3)
_KINDS = {
    "sigma": {"horizontal_km", "vertical_km"},
    "covariance": {"covariance_km2"},
    "mixture": {"covariance_km2", "offsets", "weight", "mean_offset_km"},
}


def _check(errors: LocationUncertainty) -> None:
    if not errors.kind:
        given = [each.name for each in fields(errors) if getattr(errors, each.name) is not None]
        raise InputError(f"location errors are given by {given}; give one of {[sorted(k) for k in _KINDS.values()]}")
    if errors.horizontal_km is not None and errors.vertical_km is not None:
        if errors.horizontal_km.shape != errors.vertical_km.shape or errors.horizontal_km.ndim != 1:
            raise InputError(
                f"horizontal_km {errors.horizontal_km.shape} and vertical_km {errors.vertical_km.shape}"
                " differ in shape; give one value of each an event"
            )
        if (errors.horizontal_km < 0).any() or (errors.vertical_km < 0).any():
            raise InputError("location errors are negative; use NaN where an error is unknown")
        return
    covariance = np.array(errors.covariance_km2)
    if covariance.ndim != 3 or covariance.shape[1:] != (3, 3):
        raise InputError(f"covariance_km2 has shape {covariance.shape}; give one 3x3 matrix an event")
    if errors.offsets is not None:
        _check_mixture(errors, len(covariance))


def _check_mixture(errors: LocationUncertainty, m: int) -> None:
    offsets, weight, mean = np.array(errors.offsets), np.array(errors.weight), np.array(errors.mean_offset_km)
    if offsets.ndim != 1 or len(offsets) < 1 or offsets[0] != 0 or offsets[-1] != m or (np.diff(offsets) < 0).any():
        raise InputError(f"offsets must rise from 0 to the number of Gaussians ({m}), got {offsets.tolist()[:5]}...")
    if weight.shape != (m,) or mean.shape != (m, 3):
        raise InputError(f"weight {weight.shape} and mean_offset_km {mean.shape} must be ({m},) and ({m}, 3)")


def _overall_covariance(errors: LocationUncertainty) -> np.ndarray:
    """Covariance of each event's mixture about its own mean; NaN for events without Gaussians."""
    full = np.full((len(errors), 3, 3), np.nan)
    offsets, weight = np.array(errors.offsets), np.array(errors.weight)
    mean, covariance = np.array(errors.mean_offset_km), np.array(errors.covariance_km2)
    for i in np.flatnonzero(np.diff(offsets) > 0):
        own = slice(offsets[i], offsets[i + 1])
        share = weight[own] / weight[own].sum()
        spread = mean[own] - share @ mean[own]
        full[i] = np.einsum("g,gij->ij", share, covariance[own]) + np.einsum("g,gi,gj->ij", share, spread, spread)
    return full


def _take_mixture(errors: LocationUncertainty, chosen: np.ndarray) -> LocationUncertainty:
    offsets = np.array(errors.offsets)
    count = np.diff(offsets)[chosen]
    fresh = np.concatenate([[0], np.cumsum(count)]).astype(np.int64)
    rows = np.repeat(offsets[chosen] - fresh[:-1], count) + np.arange(fresh[-1])
    return LocationUncertainty(
        covariance_km2=np.array(errors.covariance_km2)[rows],
        offsets=fresh,
        weight=np.array(errors.weight)[rows],
        mean_offset_km=np.array(errors.mean_offset_km)[rows],
    )


def impossible_errors(errors: LocationUncertainty) -> Bool[np.ndarray, " n"]:
    """Which events have errors that nothing can have: beyond 10,000 km, or matrices with a variance below zero.

    Matrices may be rounded: an eigenvalue may lie below zero by a thousandth of the largest. Mixtures are not looked
    at.

    >>> negative = np.diag([1.0, -4.0, 1.0])
    >>> impossible_errors(LocationUncertainty(covariance_km2=np.array([np.eye(3), negative]))).tolist()
    [False, True]
    """
    if errors.horizontal_km is not None and errors.vertical_km is not None:
        return (errors.horizontal_km > LARGEST_ERROR_KM) | (errors.vertical_km > LARGEST_ERROR_KM)
    if errors.offsets is not None:
        return np.zeros(len(errors), bool)
    full = np.array(errors.covariance_km2)
    diagonal = np.einsum("nii->ni", full)
    full[np.isnan(full + diagonal[:, :, None] + diagonal[:, None, :])] = 0.0
    beyond = np.asarray((np.abs(full) > LARGEST_ERROR_KM**2).any(axis=(1, 2)))
    values = np.linalg.eigvalsh(np.where(beyond[:, None, None], 0.0, full))
    return beyond | (values[:, 0] < -_ROUNDED * np.abs(values).max(axis=1))


def unknown_where(errors: LocationUncertainty, rows: Bool[np.ndarray, " n"]) -> LocationUncertainty:
    """The errors with those of some events unknown; not of mixtures."""
    if errors.horizontal_km is not None and errors.vertical_km is not None:
        horizontal, vertical = (np.where(rows, np.nan, each) for each in (errors.horizontal_km, errors.vertical_km))
        return LocationUncertainty(horizontal, vertical)
    covariance = np.where(rows[:, None, None], np.nan, np.array(errors.covariance_km2))
    return LocationUncertainty(covariance_km2=covariance)


def symmetric(upper: Float[np.ndarray, "n 6"]) -> Float[np.ndarray, "n 3 3"]:
    """Covariances from their elements xx xy xz yy yz zz.

    >>> symmetric(np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]]))[0].tolist()
    [[1.0, 2.0, 3.0], [2.0, 4.0, 5.0], [3.0, 5.0, 6.0]]
    """
    full, (row, column) = np.zeros((len(upper), 3, 3)), _UPPER
    full[:, row, column] = full[:, column, row] = upper
    return full


def upper_elements(full: Float[np.ndarray, "n 3 3"]) -> Float[np.ndarray, "n 6"]:
    """The elements xx xy xz yy yz zz of covariances: undoes `symmetric`."""
    return full[:, _UPPER[0], _UPPER[1]]
