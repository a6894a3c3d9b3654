"""The density that knows nothing: the same everywhere in the volume."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.forecast.volume import Volume


@dataclass(frozen=True)
class Uniform:
    """One over the volume, in 1/km³ (the third model of Figure 12 of Kamer et al. 2020)."""

    volume: Volume

    def log_density(self, xyz_km: Float[np.ndarray, "m 3"], *, jobs: int | None = None) -> Float[np.ndarray, " m"]:  # noqa: ARG002
        """Logarithm of the density, log(1/km³)."""
        return np.full(len(xyz_km), -np.log(self.volume.km3))

    def mass(self, volume: Volume) -> float:
        """Share within a volume: all of it in its own. Errors: ValueError for another volume."""
        if volume != self.volume:
            raise ValueError("a uniform density is asked for its mass in a volume that is not its own")
        return 1.0
