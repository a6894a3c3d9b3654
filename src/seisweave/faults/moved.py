"""Hypocentres moved by their own errors of location.

With errors from the catalog an event moves by a draw from its own covariance. Where a network has estimated the errors,
as classes with a standard error each, an event first draws its class: with the probability that its distance from the
plane of its fault leaves to each, or by the shares of the classes where it lies on no fault.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.uncertainty import symmetric
from seisweave.faults.levels import Faults


@dataclass(frozen=True, eq=False)
class OwnErrors:
    """Errors of n events: covariance (xx, xy, xz, yy, yz, zz; km²), times scale² with the probability of each of k.

    origin is "catalog" or "estimated".
    """

    covariance: Float[np.ndarray, "n 6"]
    scale: Float[np.ndarray, " k"]
    probability: Float[np.ndarray, "n k"]
    origin: str


def own_errors(
    xyz_km: Float[np.ndarray, "n 3"], covariance: Float[np.ndarray, "n 6"] | None, faults: Faults
) -> OwnErrors:
    """The errors of a network's events: those of the catalog, or where it has none (None) those that were estimated."""
    n = len(xyz_km)
    if covariance is not None:
        return OwnErrors(covariance, np.ones(1), np.ones((n, 1)), "catalog")
    unit = np.tile([1.0, 0.0, 0.0, 1.0, 0.0, 1.0], (n, 1))
    return OwnErrors(unit, faults.error_km, _class_probability(xyz_km, faults), "estimated")


def _class_probability(xyz_km: np.ndarray, faults: Faults) -> Float[np.ndarray, "n k"]:
    """Probability of each class for each event, from its share and the event's distance from the plane of its fault."""
    probability = np.tile(faults.error_share / faults.error_share.sum(), (len(xyz_km), 1))
    on = np.flatnonzero(faults.fault_of_event >= 0)
    fault, plates = faults.fault_of_event[on], faults.plates
    across = ((xyz_km[on] - plates.centre_km[fault]) * plates.axes[fault, 2]).sum(axis=1)
    variance = plates.sigma_km[fault, None] ** 2 + faults.error_km**2
    log = np.log(np.maximum(probability[on], 1e-300)) - 0.5 * (across[:, None] ** 2 / variance + np.log(variance))
    likely = np.exp(log - log.max(axis=1, keepdims=True))
    probability[on] = likely / likely.sum(axis=1, keepdims=True)
    return probability


def moved(
    xyz_km: Float[np.ndarray, "n 3"], errors: OwnErrors, rows: Int[np.ndarray, " m"], rng: np.random.Generator
) -> Float[np.ndarray, "m 3"]:
    """The hypocentres in these rows, each moved by a draw from its error."""
    cumulative = errors.probability[rows].cumsum(axis=1)
    drawn = rng.random((len(rows), 1)) * cumulative[:, -1:]
    scale = errors.scale[np.minimum((cumulative <= drawn).sum(axis=1), len(errors.scale) - 1)]
    values, vectors = np.linalg.eigh(symmetric(errors.covariance[rows]))
    along = np.sqrt(np.maximum(values, 0.0)) * rng.standard_normal((len(rows), 3))
    return xyz_km[rows] + scale[:, None] * np.einsum("mij,mj->mi", vectors, along)
