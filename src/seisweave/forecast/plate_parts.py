"""Plates of faults as part of a forecast: rectangles with a thickness, blurred by errors like those of the past.

Later events are located no better than those that the plates were fitted to. So their density is that of the plates
under every class of error of the network's own events, weighted by the class's share; see `seisweave.faults.plates`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import ndtri

from seisweave.faults.plates import Plates
from seisweave.forecast.gaussian_parts import share_inside
from seisweave.forecast.volume import Volume

_DRAWS = 1 << 14
_BLOCK = 50_000  # places at once


@dataclass(frozen=True, eq=False)
class PlateParts:
    """Plates in the local km of the volume, and k classes of errors (km) with their shares; both weights sum to one."""

    plates: Plates
    error_km: Float[np.ndarray, " k"]
    error_share: Float[np.ndarray, " k"]

    def log_density(self, xyz_km: Float[np.ndarray, "m 3"], *, jobs: int | None = None) -> Float[np.ndarray, " m"]:  # noqa: ARG002
        """Logarithm of the density over all space, log(1/km³); -inf where no plate is near."""
        errors = self.error_km, self.error_share
        starts = range(0, max(1, len(xyz_km)), _BLOCK)
        blocks = [self.plates.density(xyz_km[s : s + _BLOCK], *errors) for s in starts]
        with np.errstate(divide="ignore"):
            return np.log(np.concatenate(blocks))

    def mass(self, volume: Volume) -> float:
        """Share of the whole within a volume, from 16,384 evenly spread places a plate: right to about 1e-3."""
        return float(sum(weight * share_inside(volume, xyz_km) for weight, xyz_km in self.places()))

    def places(self) -> Iterator[tuple[float, Float[np.ndarray, "m 3"]]]:
        """Weight of each plate, and places spread evenly over its density, local km."""
        from scipy.stats import qmc

        unit = qmc.Sobol(6, rng=0).random(_DRAWS)
        shares = np.cumsum(self.error_share)
        error = self.error_km[np.minimum(np.searchsorted(shares, unit[:, 0] * shares[-1]), len(shares) - 1)]
        within, normal = unit[:, 1:3] - 0.5, ndtri(np.clip(unit[:, 3:], 1e-12, 1.0 - 1e-12))
        plates = self.plates
        sides = np.stack([plates.length_km, plates.width_km], axis=1)
        for f, weight in enumerate(plates.weight):
            spread = np.sqrt(plates.sigma_km[f] ** 2 + error**2)
            local = spread[:, None] * normal
            local[:, :2] += within * sides[f]
            yield float(weight), plates.centre_km[f] + local @ plates.axes[f]
