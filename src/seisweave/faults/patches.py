"""Patches: what the events of each plate tell of its plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.faults import _plates_numba as compiled
from seisweave.faults.plate_mixture import PlateMixture

_NOTHING = 1e6  # variance of what is not known


@dataclass(frozen=True, eq=False)
class Patches:
    """What g patches know of their planes.

    centre, unit axes along strike, down dip and across (rows), half sides (along strike, down dip; km), standard
    deviation across it freed of errors (km), and variances of its offset (km²) and of the slopes along both sides.
    """

    centre_km: Float[np.ndarray, "g 3"]
    axes: Float[np.ndarray, "g 3 3"]
    half_km: Float[np.ndarray, "g 2"]
    thickness_km: Float[np.ndarray, " g"]
    offset_variance: Float[np.ndarray, " g"]
    slope_variance: Float[np.ndarray, "g 2"]

    def __len__(self) -> int:
        return len(self.centre_km)


def patches_of(mixture: PlateMixture) -> tuple[Patches, Float[np.ndarray, "f 2"]]:
    """What the plates know of their planes, and how they bend along strike: coefficient of P₂ (km) and its variance."""
    told = mixture.describe()
    rows = mixture.plates
    half = 0.5 * np.stack([rows[:, 13] - rows[:, 12], rows[:, 15] - rows[:, 14]], axis=1)
    known, bend = np.empty((len(rows), 3)), np.empty((len(rows), 2))
    for k, row in enumerate(told):
        known[k], bend[k] = _information(row)
    side2 = half**2 / 3.0  # variance of a uniform side
    reliable = side2 / (side2 + told[:, 15:17])
    slope = known[:, 1:] / half**2 / reliable**2 + (1.0 - reliable) ** 2
    centre = rows[:, :3]
    patches = Patches(
        centre_km=centre.copy(),
        axes=rows[:, 3:12].reshape(-1, 3, 3).copy(),
        half_km=half,
        thickness_km=np.sqrt(rows[:, compiled.VARIANCE]),
        offset_variance=known[:, 0],
        slope_variance=slope,
    )
    return patches, bend


def _information(told: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
    """Variances of offset and slopes (as over half sides), and the bend with its variance, from a description."""
    normal = np.zeros((4, 4))
    normal[np.triu_indices(4)] = told[1:11]
    normal += np.triu(normal, 1).T
    try:
        plane = np.clip(np.diag(np.linalg.inv(normal[:3, :3])), 1e-12, _NOTHING)
        inverse = np.linalg.inv(normal)
    except np.linalg.LinAlgError:
        return np.full(3, _NOTHING), (0.0, _NOTHING)
    if told[0] < 20.0 or not 0.0 < inverse[3, 3] < _NOTHING:
        return plane, (0.0, _NOTHING)
    return plane, (float(inverse[3] @ told[11:15]), float(inverse[3, 3]))
