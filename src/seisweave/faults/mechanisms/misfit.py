"""How well mechanisms agree with faults, and how well they would by chance.

The misfit of a mechanism is the angle between the plane of its fault and the nearer of its two nodal planes. Two
controls say what that is worth. In *shuffled*, all faults of the network exchange their planes: what is left is what
its faults have in common, and it is the harder control. In *random*, each fault has a plane of any orientation. The
interval of the mean misfit is that of a bootstrap of whole faults, whose events are alike; of single events where fewer
than five faults hold mechanisms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.nodal_planes import angles_between

_FEWEST = 5  # faults, for drawing whole ones
_LIMITS = (2.5, 97.5)


@dataclass(frozen=True)
class Spread:
    """A mean and the limits that hold 95 % of its draws, degrees; NaN where nothing can be drawn.

    >>> str(Spread(20.0, 15.0, 25.0))
    '20.0° (15.0° to 25.0°)'
    """

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.1f}° ({self.low:.1f}° to {self.high:.1f}°)"


@dataclass(frozen=True)
class Misfit:
    """Mean misfit of the better nodal planes, degrees, beside shuffled faults and random planes.

    p_shuffled and p_random are one-sided: the share of draws with a mean misfit as small as ours, that one counted.
    """

    observed: Spread
    shuffled: Spread
    random: Spread
    p_shuffled: float
    p_random: float
    n_mechanisms: int
    n_faults: int
    draws: int


def better_angle(poles: Float[np.ndarray, "m 2 3"], normal: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, " m"]:
    """Angle between each plane and the nearer of two nodal planes, degrees."""
    return angles_between(poles, np.repeat(normal[:, None], 2, axis=1)).min(axis=1)


def misfit_of(
    poles: Float[np.ndarray, "m 2 3"],
    fault: Int[np.ndarray, " m"],
    normals: Float[np.ndarray, "f 3"],
    *,
    draws: int = 1000,
    seed: int = 0,
) -> Misfit:
    """Mean misfit of m mechanisms to their faults, with controls; poles are those of both nodal planes.

    >>> poles = np.array([[[1.0, 0, 0], [0, 1, 0]], [[0, 0, 1], [1, 0, 0]]])
    >>> found = misfit_of(poles, np.array([0, 1]), np.array([[1.0, 0, 0], [0, 0.6, 0.8]]), draws=50)
    >>> round(found.observed.value, 1), found.n_faults
    (18.4, 2)
    """
    rng = np.random.default_rng(seed)
    held, of_held = np.unique(fault, return_inverse=True)
    angle, shuffles = better_angle(poles, normals[fault]), draws if len(normals) > 1 else 0
    groups = of_held if len(held) >= _FEWEST else np.arange(len(angle))
    shuffled = np.array([
        better_angle(poles, normals[rng.permutation(len(normals))[fault]]).mean() for _ in range(shuffles)
    ])  # fmt: skip
    random = np.array([better_angle(poles, _random(rng, len(held))[of_held]).mean() for _ in range(draws)])
    observed = float(angle.mean())
    return Misfit(
        observed=_spread(_bootstrap(rng, angle, groups, draws), observed),
        shuffled=_spread(shuffled),
        random=_spread(random),
        p_shuffled=_p_value(shuffled, observed),
        p_random=_p_value(random, observed),
        n_mechanisms=len(angle),
        n_faults=len(held),
        draws=draws,
    )


def _random(rng: np.random.Generator, n: int) -> np.ndarray:
    """Unit vectors in all directions alike."""
    vector = rng.standard_normal((n, 3))
    return vector / np.linalg.norm(vector, axis=1, keepdims=True)


def _bootstrap(rng: np.random.Generator, angle: np.ndarray, groups: np.ndarray, draws: int) -> np.ndarray:
    """Means over groups drawn with replacement."""
    total, size = np.bincount(groups, angle), np.bincount(groups)
    drawn = rng.integers(0, len(size), (draws, len(size)))
    return total[drawn].sum(axis=1) / size[drawn].sum(axis=1)


def _spread(draws: np.ndarray, value: float | None = None) -> Spread:
    if not len(draws):
        return Spread(np.nan, np.nan, np.nan)
    low, high = np.percentile(draws, _LIMITS)
    return Spread(float(draws.mean()) if value is None else value, float(low), float(high))


def _p_value(draws: np.ndarray, observed: float) -> float:
    return float((1 + (draws <= observed).sum()) / (1 + len(draws))) if len(draws) else np.nan
