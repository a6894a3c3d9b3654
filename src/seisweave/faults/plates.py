"""Plates: faults as rectangles with a thickness, each with its density of hypocentres.

A plate is uniform in its rectangle and normal across it. An event that is located with the error covariance C lies on
it with the density

    p(x) = N(w; 0, σ² + nᵀCn) · U(u; sᵀCs) · U(v; dᵀCd)

where u, v, w are its offsets along the plate's strike s, down its dip d and across it (n), σ is the standard deviation
across and U a uniform side whose ends are blurred by the error and by σ. Not in Kamer et al. (2020), whose faults are
Gaussians; the Bayesian idea of errors that differ event by event follows extreme deconvolution (Bovy, Hogg & Roweis
2011).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from seisweave.gaussians.orientation import FaultPlanes, planes_along


@dataclass(frozen=True, eq=False)
class Plates:
    """Rectangles of f faults in local km (x east, y north, depth positive down).

    axes are the unit vectors of each plate, one a row: along its strike (horizontal), down its dip, across it. sigma_km
    is the standard deviation of hypocentres across the plate, freed of location errors. Weights are shares of all
    events.

    >>> one = (np.array([0.9]), np.array([[0.0, 0.0, 8.0]]), np.array([[[0.0, 1, 0], [0, 0, 1], [1, 0, 0]]]))
    >>> plates = Plates(*one, np.array([20.0]), np.array([12.0]), np.array([0.1]))
    >>> plates.planes.corners_km[0, :, 1:].round(1).tolist()
    [[-10.0, 2.0], [10.0, 2.0], [10.0, 14.0], [-10.0, 14.0]]
    """

    weight: Float[np.ndarray, " f"]
    centre_km: Float[np.ndarray, "f 3"]
    axes: Float[np.ndarray, "f 3 3"]
    length_km: Float[np.ndarray, " f"]
    width_km: Float[np.ndarray, " f"]
    sigma_km: Float[np.ndarray, " f"]

    def __len__(self) -> int:
        return len(self.weight)

    @cached_property
    def planes(self) -> FaultPlanes:
        """Strike, dip, length, width, thickness (√12 σ, as of a uniform layer) and corners of every plate."""
        sides = np.stack([self.length_km, self.width_km, np.sqrt(12.0) * self.sigma_km], axis=1)
        return planes_along(self.centre_km, self.axes[:, [0, 2]], sides)

    def density(
        self, xyz_km: Float[np.ndarray, "m 3"], error_km: Float[np.ndarray, " k"], error_share: Float[np.ndarray, " k"]
    ) -> Float[np.ndarray, " m"]:
        """Weighted density of all plates together at places, 1/km³, for errors of k classes with their shares.

        Errors are equal in all directions. More than ten standard deviations from a plate, or eight beyond its edges,
        its density is zero.

        >>> one = (np.array([0.9]), np.array([[0.0, 0.0, 8.0]]), np.array([[[0.0, 1, 0], [0, 0, 1], [1, 0, 0]]]))
        >>> plates = Plates(*one, np.array([20.0]), np.array([12.0]), np.array([0.1]))
        >>> on_it_and_away = np.array([[0.0, 0.0, 8.0], [5.0, 0.0, 8.0]])
        >>> plates.density(on_it_and_away, np.array([0.3]), np.ones(1)).round(6).tolist()
        [0.004731, 0.0]
        """
        total = np.zeros(len(xyz_km))
        for density in self._densities(xyz_km, error_km, error_share):
            total += density
        return total

    def part_densities(
        self, xyz_km: Float[np.ndarray, "m 3"], error_km: Float[np.ndarray, " k"], error_share: Float[np.ndarray, " k"]
    ) -> Float[np.ndarray, "m f"]:
        """The same of every plate by itself."""
        own = np.zeros((len(xyz_km), len(self)))
        for k, density in enumerate(self._densities(xyz_km, error_km, error_share)):
            own[:, k] = density
        return own

    def _densities(
        self, xyz_km: np.ndarray, error_km: np.ndarray, error_share: np.ndarray
    ) -> Iterator[Float[np.ndarray, " m"]]:
        """Densities of one plate after the other, in one array."""
        from seisweave.faults import _plates_numba as compiled

        n, k = len(xyz_km), len(error_km)
        xyz, one = np.ascontiguousarray(xyz_km.T), np.array([[1.0], [0.0], [0.0], [1.0], [0.0], [1.0]])
        log_share = np.log(np.maximum(error_share, 1e-300))
        everything = np.array([[0, n]]), np.full(n, -np.inf), np.full(n, -1.0)
        slot, density, value = np.empty(n, np.int64), np.empty(n), np.empty((n, k))
        for row in self.rows():
            compiled.densities(row, xyz, one, error_km**2, log_share, *everything, slot, density, value)
            yield density

    def rows(self) -> Float[np.ndarray, "f 18"]:
        """Plates as `_plates_numba` wants them."""
        half = 0.5 * np.stack([-self.length_km, self.length_km, -self.width_km, self.width_km], axis=1)
        numbers = np.stack([self.sigma_km**2, np.log(np.maximum(self.weight, 1e-300))], axis=1)
        return np.concatenate([self.centre_km, self.axes.reshape(-1, 9), half, numbers], axis=1)
