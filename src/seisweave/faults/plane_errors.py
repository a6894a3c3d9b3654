"""How well the events of a plane tell its strike, dip and sides: standard errors from their number and spread.

Of a plate with n events, uniform over length L and width W, and s² the mean (harmonic) of the variances across it, the
plane is a regression of the offset across it on the place along it, u, and down it, v. The variance of the slope along
a side of variance V = L² / 12 (or W² / 12), with the mean variance e² of location errors along it, is

    s² / (n V r),  r = V / (V + e²),

the second factor because places that are uncertain make slopes too small. Of a Gaussian with n events and the variances
λ₁, λ₂ (sides) and λ₃ (across), the angle between an axis and the normal has the variance λ λ₃ / (n (λ - λ₃)²) (Anderson
1963, Ann. Math. Statist. 34, 122, eq. 3.4). The slope down the dip is the error of the dip, that along the strike over
sin(dip) the error of the strike. An edge of a uniform side with blur s has the variance

    (L / n)² + L s / (0.903 n),

where L / n is the mean distance from the edge to the outermost event and 0.903 = ∫ φ²(z) / Φ(z) dz comes from the
Fisher information of a blurred edge; a side has two. The side √12 σ of a Gaussian has the variance L² / (2 n).

These are errors of the fit, given which events are the plane's and that they fill it so; not of the choice of planes,
for which `resample_faults` asks. What they cover on planted faults stands in the documentation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.faults.levels import Faults
from seisweave.gaussians.orientation import FaultPlanes

NOTHING_DEG = 180.0 / np.sqrt(12.0)  # standard deviation of a direction of which nothing is known
_EDGE = 0.9031972  # ∫ φ² / Φ


@dataclass(frozen=True, eq=False)
class PlaneErrors:
    """Standard errors of f planes: angles (at most 52°, as of any direction), sides, and of the normal (radians).

    tilt holds those of the normal towards the length and towards the width of a plane.
    """

    strike_deg: Float[np.ndarray, " f"]
    dip_deg: Float[np.ndarray, " f"]
    length_km: Float[np.ndarray, " f"]
    width_km: Float[np.ndarray, " f"]
    tilt: Float[np.ndarray, "f 2"]


def plate_errors(faults: Faults) -> PlaneErrors:
    """Standard errors of the plates of faults.

    >>> import seisweave as sw
    >>> network = sw.reconstruct_faults(np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3)))
    >>> errors = plate_errors(network.faults)
    >>> errors.strike_deg.round(1).tolist(), errors.dip_deg.round(1).tolist(), errors.length_km.round(1).tolist()
    ([0.1], [0.2], [0.2])
    """
    plates = faults.plates
    n = np.maximum(plates.weight * len(faults.fault_of_event), 1.0)
    precision, error2 = np.zeros(len(plates)), np.zeros(len(plates))
    for share, error_km in zip(faults.error_share, faults.error_km, strict=True):
        one = share / np.maximum(plates.sigma_km**2 + error_km**2, 1e-300)
        precision += one
        error2 += one * error_km**2
    across2 = np.divide(1.0, precision, out=np.zeros_like(precision), where=precision > 0)
    sides = np.stack([plates.length_km, plates.width_km], axis=1)
    side2 = sides**2 / 12.0
    tilt2 = across2[:, None] / (n[:, None] * side2) * (side2 + (error2 * across2)[:, None]) / side2
    blur = np.sqrt(across2)[:, None]
    edge2 = (sides / n[:, None]) ** 2 + sides * blur / (_EDGE * n[:, None])
    return _errors(plates.planes, tilt2, np.sqrt(2.0 * edge2))


def segment_errors(planes: FaultPlanes, n_events: Float[np.ndarray, " f"]) -> PlaneErrors:
    """Standard errors of planes read off Gaussians of so many events (their shares of all, added)."""
    n = np.maximum(n_events, 1.0)[:, None]
    sides = np.stack([planes.length_km, planes.width_km], axis=1)
    side2, across2 = sides**2 / 12.0, planes.thickness_km[:, None] ** 2 / 12.0
    apart2 = np.maximum((side2 - across2) ** 2, 1e-300)
    return _errors(planes, side2 * across2 / (n * apart2), sides / np.sqrt(2.0 * n))


def _errors(planes: FaultPlanes, tilt2: Float[np.ndarray, "f 2"], sides: Float[np.ndarray, "f 2"]) -> PlaneErrors:
    """Errors of strike and dip from variances of the normal's tilt towards both sides of a plane that is turned."""
    cos2 = np.cos(np.radians(planes.turn_deg)) ** 2
    along = np.sqrt(cos2 * tilt2[:, 0] + (1.0 - cos2) * tilt2[:, 1])
    down = np.sqrt((1.0 - cos2) * tilt2[:, 0] + cos2 * tilt2[:, 1])
    strike = np.degrees(along / np.maximum(np.sin(np.radians(planes.dip_deg)), 1e-12))
    nothing = np.radians(NOTHING_DEG)
    return PlaneErrors(
        strike_deg=np.minimum(strike, NOTHING_DEG),
        dip_deg=np.minimum(np.degrees(down), NOTHING_DEG),
        length_km=sides[:, 0],
        width_km=sides[:, 1],
        tilt=np.minimum(np.sqrt(tilt2), nothing),
    )
