"""Planted focal mechanisms: slip on known planes, turned by errors of a known size, with either plane first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.nodal_planes import NodalPlanes, planes_of
from seisweave.errors import InputError


@dataclass(frozen=True, eq=False)
class PlantedMechanisms:
    """n focal mechanisms: the plane that is listed, and whether it is the one that slipped (else the other one is)."""

    listed: NodalPlanes
    listed_slipped: Bool[np.ndarray, " n"]
    error_deg: float

    def __len__(self) -> int:
        return len(self.listed)


def plant_mechanisms(slipped: NodalPlanes, *, error_deg: float = 15.0, seed: int = 0) -> PlantedMechanisms:
    """Mechanisms of slip on known planes (n), as a network would publish them: turned by errors, ambiguous.

    Every mechanism is turned as a whole by a rotation whose vector is normal, equally in all directions, of such a size
    that each of its two poles is off by error_deg in the root mean square (to first order). Each nodal plane is the one
    listed with probability 1/2.

    Errors: InputError for an error that is negative or not finite.

    >>> strike_slip = NodalPlanes(np.full(200, 320.0), np.full(200, 80.0), np.full(200, 180.0))
    >>> made = plant_mechanisms(strike_slip, error_deg=0.0, seed=1)
    >>> np.allclose(made.listed.strike_deg[made.listed_slipped], 320.0), bool(0.4 < made.listed_slipped.mean() < 0.6)
    (True, True)
    """
    if not 0 <= error_deg < np.inf:
        raise InputError(f"error_deg is {error_deg}: give 0 or more degrees")
    rng = np.random.default_rng(seed)
    turn = np.radians(error_deg) / np.sqrt(2.0) * rng.standard_normal((len(slipped), 3))
    pole, slip = _turned(slipped.pole, turn), _turned(slipped.slip, turn)
    listed_slipped = rng.random(len(slipped)) < 0.5
    swap = ~listed_slipped[:, None]
    listed = planes_of(np.where(swap, slip, pole), np.where(swap, pole, slip))
    return PlantedMechanisms(listed, listed_slipped, error_deg)


def _turned(vector: Float[np.ndarray, "n 3"], turn: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n 3"]:
    """Vectors turned about axes by their lengths in radians (Rodrigues)."""
    angle = np.linalg.norm(turn, axis=1, keepdims=True)
    axis = np.divide(turn, angle, out=np.zeros_like(turn), where=angle > 0)
    across = np.cross(axis, vector)
    along = (axis * vector).sum(axis=1, keepdims=True) * axis
    return vector * np.cos(angle) + across * np.sin(angle) + along * (1.0 - np.cos(angle))
