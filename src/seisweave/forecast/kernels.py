"""Very many round Gaussians, summed fast: the form of smoothed seismicity.

The kernels stand in a k-d tree; at a place, near leaves are summed and far ones are replaced by the middle of their
bounds, so that the sum is right to a stated relative error (see `_kernel_sum_numba.log_sums`). Logarithms are taken
relative to the nearest kernel, so that places very far from all of them keep a finite log-density.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Float
from joblib import Parallel, delayed
from scipy.special import ndtr

from seisweave.errors import InputError
from seisweave.faults.points import OrderedPoints, order_points
from seisweave.forecast.mass import round_mass
from seisweave.forecast.volume import Volume
from seisweave.machine import available_cores

TOLERANCE = 1e-5  # of a density, relative; its logarithm is right to as much
_BLOCK = 256  # places a task


@dataclass(frozen=True, eq=False)
class Kernels:
    """Weighted round 3-D Gaussians (n of them): centres in local km, standard deviations in km, weights that sum to 1.

    Errors: InputError for no kernel, centres or widths that are not finite, widths and weights below or at zero.
    """

    xyz_km: Float[np.ndarray, "n 3"]
    sigma_km: Float[np.ndarray, " n"]
    weight: Float[np.ndarray, " n"]
    tolerance: float = TOLERANCE
    _ordered: OrderedPoints | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if len(self.xyz_km) == 0 or not np.isfinite(self.xyz_km).all():
            raise InputError(f"{len(self.xyz_km)} kernels, some of them without a place or none at all; give places")
        for name, value in (("sigma_km", self.sigma_km), ("weight", self.weight)):
            if not (np.isfinite(value) & (value > 0)).all():
                raise InputError(f"{name} of kernels goes down to {np.min(value)}; give finite values above 0")
        if not 0.0 < self.tolerance <= 0.1:
            raise InputError(f"tolerance is {self.tolerance}; give a relative error above 0 and up to 0.1")
        object.__setattr__(self, "weight", self.weight / self.weight.sum())

    def __len__(self) -> int:
        return len(self.weight)

    def widened(self, sigma_km: float | Float[np.ndarray, " n"]) -> Kernels:
        """The same kernels with other widths; the order of the tree is kept."""
        sigma = np.broadcast_to(np.asarray(sigma_km, float), self.weight.shape)
        return Kernels(self.xyz_km, sigma, self.weight, self.tolerance, self.ordered)

    def log_density(self, xyz_km: Float[np.ndarray, "m 3"], *, jobs: int | None = None) -> Float[np.ndarray, " m"]:
        """Logarithm of the density over all space, log(1/km³), to `tolerance`."""
        from seisweave.forecast._kernel_sum_numba import log_sums

        amplitude, steepness, node = self._tree
        places, result = np.ascontiguousarray(xyz_km, dtype=float), np.empty(len(xyz_km))

        def work(start: int) -> None:
            stop = min(start + _BLOCK, len(places))
            log_sums(places, start, stop, self.ordered.xyz, amplitude, steepness, node, self.tolerance, result)

        threads = min(jobs or available_cores(), 1 + len(places) // _BLOCK)
        Parallel(n_jobs=threads, require="sharedmem")(delayed(work)(s) for s in range(0, len(places), _BLOCK))
        return result

    def mass(self, volume: Volume) -> float:
        """Share of the whole that lies within a volume."""
        top, bottom = ((depth - self.xyz_km[:, 2]) / self.sigma_km for depth in volume.depth_km)
        between = ndtr(bottom) - ndtr(top)
        return float(self.weight @ (between * round_mass(volume.outline_km, self.xyz_km[:, :2], self.sigma_km)))

    @cached_property
    def ordered(self) -> OrderedPoints:
        """Centres in k-d order."""
        return self._ordered or order_points(self.xyz_km)

    @cached_property
    def _tree(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Amplitude and steepness of the kernels in k-d order, and the nodes."""
        from seisweave.forecast._kernel_sum_numba import NODE, sum_nodes

        sigma, weight = self.sigma_km[self.ordered.order], self.weight[self.ordered.order]
        amplitude, steepness = weight / (np.sqrt(2.0 * np.pi) * sigma) ** 3, 0.5 / sigma**2
        node = np.zeros((len(self.ordered.node), NODE))
        node[:, :6] = self.ordered.node[:, :6]
        sum_nodes(amplitude, steepness, node)
        return amplitude, steepness, node
