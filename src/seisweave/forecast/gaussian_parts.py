"""Gaussians of any shape, and backgrounds, tilted boxes as a rule: a fault network's parts as those of a forecast."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.forecast.mass import gaussian_masses
from seisweave.forecast.volume import Volume
from seisweave.gaussians.backgrounds import Shape
from seisweave.gaussians.mixture import Mixture, no_boxes

_DRAWS = 1 << 16
_TABLE = 4_000_000  # numbers in the largest table held at once


@dataclass(frozen=True, eq=False)
class Gaussians:
    """Weighted Gaussians (g of them) in the local km of the volume; weights sum to one."""

    weight: Float[np.ndarray, " g"]
    mean_km: Float[np.ndarray, "g 3"]
    covariance_km2: Float[np.ndarray, "g 3 3"]

    def log_density(self, xyz_km: Float[np.ndarray, "m 3"], *, jobs: int | None = None) -> Float[np.ndarray, " m"]:  # noqa: ARG002
        """Logarithm of the density over all space, log(1/km³); finite however far away."""
        root = np.linalg.cholesky(self.covariance_km2)
        to_round = np.linalg.inv(root)
        peak = np.log(self.weight) - np.log(np.einsum("gii->gi", root)).sum(axis=1) - 1.5 * np.log(2 * np.pi)
        block = max(1, _TABLE // (3 * len(peak)))
        blocks = [
            _log_sum(xyz_km[s : s + block], self.mean_km, to_round, peak) for s in range(0, max(1, len(xyz_km)), block)
        ]
        return np.concatenate(blocks)

    def mass(self, volume: Volume) -> float:
        """Share of the whole that lies within a volume."""
        masses = gaussian_masses(volume.outline_km, volume.depth_km, self.mean_km, self.covariance_km2)
        return float(self.weight @ masses)

    def inflated(self, factor: float) -> Gaussians:
        """The same Gaussians with standard deviations `factor` times as large."""
        return Gaussians(self.weight, self.mean_km, factor**2 * self.covariance_km2)


@dataclass(frozen=True, eq=False)
class Boxes:
    """The backgrounds of a network: weighted uniform boxes of any orientation, or other shapes; weights sum to one."""

    mixture: Mixture

    @classmethod
    def of(
        cls,
        weight: Float[np.ndarray, " b"],
        centre_km: Float[np.ndarray, "b 3"],
        axes: Float[np.ndarray, "b 3 3"],
        half_km: Float[np.ndarray, "b 3"],
        *,
        shapes: tuple[Shape, ...] = (),
    ) -> Boxes:
        """From the boxes and shapes of a `Mixture`."""
        fields = dict(zip(no_boxes(), (weight / weight.sum(), centre_km, axes, half_km), strict=True))
        return cls(Mixture(np.zeros(0), np.zeros((0, 3)), np.zeros((0, 3, 3)), **fields, shapes=shapes))

    def log_density(self, xyz_km: Float[np.ndarray, "m 3"], *, jobs: int | None = None) -> Float[np.ndarray, " m"]:  # noqa: ARG002
        """Logarithm of the density over all space, log(1/km³); -inf outside all boxes."""
        return self.mixture.log_density(xyz_km)

    def mass(self, volume: Volume, draws: int = _DRAWS) -> float:
        """Share of the whole within a volume, from 65,536 evenly spread places a box: right to about 1e-4."""
        return float(sum(weight * share_inside(volume, xyz_km) for weight, xyz_km in self.places(draws)))

    def places(self, draws: int = _DRAWS) -> Iterator[tuple[float, Float[np.ndarray, "m 3"]]]:
        """Weight of each box, and places spread evenly over it, local km."""
        from scipy.stats import qmc

        unit = 2.0 * qmc.Sobol(3, rng=0).random(draws) - 1.0
        for b, weight in enumerate(self.mixture.box_weight):
            yield float(weight), self.mixture.background_places(b, unit)


def share_inside(volume: Volume, xyz_km: np.ndarray) -> float:
    """Share of places in local km that lie within a volume."""
    lon, lat = volume.projection.to_geographic(xyz_km[:, 0], xyz_km[:, 1])
    return float(volume.contains(lon, lat, xyz_km[:, 2]).mean())


def _log_sum(xyz_km: np.ndarray, mean: np.ndarray, to_round: np.ndarray, peak: np.ndarray) -> np.ndarray:
    """Log-density at a block of places, relative to the largest Gaussian at each."""
    exponent = np.empty((len(xyz_km), len(peak)))
    for g in range(len(peak)):
        scaled = (xyz_km - mean[g]) @ to_round[g].T
        exponent[:, g] = peak[g] - 0.5 * np.einsum("ij,ij->i", scaled, scaled)
    largest = exponent.max(axis=1, initial=-np.inf)
    return largest + np.log(np.exp(exponent - largest[:, None]).sum(axis=1))
