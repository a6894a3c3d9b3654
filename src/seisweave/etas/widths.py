"""Power laws in space as mixtures of normals, whose convolutions and shares of cells are then easy.

    ρ/π Z^ρ (r² + Z)^-(1+ρ) = ∫ N(r; variance 1/(2u)) Z^ρ u^(ρ-1) e^(-uZ) du / Γ(ρ)

The precision follows a gamma law. The trapezoidal rule in ln u is right to 1e-6. Variances of normals add when one is
laid on the other; sums lie between the widths of the rule, and are shared by the two next to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma, log

import numpy as np
from jaxtyping import Float

from seisweave.etas._cell_mass_numba import spread_on

_STEP = 0.7  # of ln u: right to exp(-pi² / step)
_SHARPEST, _WIDEST = 40.0, 4000.0  # u Z beyond which there is nothing; km whose shape no cell sees
_GENERATIONS = 4  # one after the other


@dataclass(frozen=True, eq=False)
class Widths:
    """Normals of k variances, the widest first: u = 1 / (2 variance), 1/km².

    >>> widths = Widths.down_to(1.0)
    >>> round(float(widths.of_power_law(np.array([4.0]), 0.6).sum()), 2)  # but for what lies beyond 4000 km
    1.0
    """

    u: Float[np.ndarray, " k"]

    @classmethod
    def down_to(cls, z: float) -> Widths:
        """Those that power laws with Z (km²) of so much or more are made of."""
        first, last = log(0.5 / _WIDEST**2), log(_SHARPEST / z)
        return cls(np.exp(first + _STEP * np.arange(int(np.ceil((last - first) / _STEP)) + 1)))

    def of_power_law(self, z: Float[np.ndarray, " n"], rho: float) -> Float[np.ndarray, "n k"]:
        """The share of each normal in power laws."""
        v = np.outer(z, self.u)
        return _STEP / gamma(rho) * v**rho * np.exp(-v)

    def spread_on(
        self, first: Float[np.ndarray, "n k"], step: Float[np.ndarray, "n k"], again: float
    ) -> Float[np.ndarray, "n k"]:
        """Where descendants of the second generation on lie, if direct offspring lie as in `first`.

        Each generation is spread by `step` from the one before; of those in one, `again` as many are in the next.

        >>> widths = Widths.down_to(1.0)
        >>> law = widths.of_power_law(np.array([4.0]), 0.6)
        >>> spread = widths.spread_on(law, law, 0.5)
        >>> wide = widths.u < 0.005  # standard deviations above 10 km
        >>> round(float(law[:, wide].sum()), 2), round(float(spread[:, wide].sum()), 2)
        (0.12, 0.37)
        """
        apart = np.exp(-_STEP * np.arange(len(self.u)))
        found = np.zeros_like(first)
        spread_on(first, step, again, _GENERATIONS, np.log1p(apart) / _STEP, found)
        return found
