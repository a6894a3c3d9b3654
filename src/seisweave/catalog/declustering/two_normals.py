"""Two normals that make up a distribution of one variable, by expectation and maximisation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

_BINS = 500  # values are counted in so many bins: within 0.1 % of their range, and fast for any number
_MOST_STEPS, _TOLERANCE = 2000, 1e-9
_NARROWEST = 0.1  # standard deviation, so that neither collapses on equal values
_STARTS = ((0.05, 0.6), (0.25, 0.75), (0.4, 0.95))  # quantiles that the means begin at


@dataclass(frozen=True)
class TwoNormals:
    """Weights, means and standard deviations of two normals, that of the smaller mean first.

    >>> two = TwoNormals((0.5, 0.5), (-6.0, -2.0), (1.0, 1.0))
    >>> round(two.crossing, 3), round(two.separation, 1)
    (-4.0, 4.0)
    """

    weight: tuple[float, float]
    mean: tuple[float, float]
    sd: tuple[float, float]

    @property
    def separation(self) -> float:
        """The distance of the means in root mean squares of the standard deviations.

        Source: D of Ashman, Bird & Zepf (1994), Astron. J. 108, 2348: two equal normals have two peaks from 2 on.
        """
        return (self.mean[1] - self.mean[0]) / float(np.sqrt((self.sd[0] ** 2 + self.sd[1] ** 2) / 2.0))

    @property
    def crossing(self) -> float:
        """Where between the means both are equally likely."""
        return float(np.interp(0.5, np.maximum.accumulate(self._share_between()), self._between()))

    def upper_share(self, value: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """The chance of each value to come from the upper normal; that at the means beyond them.

        Farther out the wider of the two wins, on both sides, which says nothing about what a value comes from.
        """
        inside = np.clip(value, *self.mean)
        low, high = (
            w / s * np.exp(-0.5 * ((inside - m) / s) ** 2)
            for w, m, s in zip(self.weight, self.mean, self.sd, strict=True)
        )
        return high / (low + high)

    def _between(self) -> np.ndarray:
        return np.linspace(*self.mean, 2001)

    def _share_between(self) -> np.ndarray:
        return self.upper_share(self._between())


def fit_two_normals(value: Float[np.ndarray, " n"]) -> TwoNormals:
    """The two normals of most likelihood for n values of which two at least differ, from the best of three starts.

    Source: Dempster, Laird & Rubin (1977, J. R. Stat. Soc. B 39, 1-38).

    >>> rng = np.random.default_rng(1)
    >>> two = fit_two_normals(np.concatenate([rng.normal(-6.0, 0.8, 4000), rng.normal(-2.0, 0.5, 6000)]))
    >>> np.round([*two.weight, *two.mean, *two.sd], 1).tolist()
    [0.4, 0.6, -6.0, -2.0, 0.8, 0.5]
    """
    count, edges = np.histogram(value, _BINS)
    x, n = 0.5 * (edges[1:] + edges[:-1])[count > 0], count[count > 0] / len(value)
    return max((_climb(x, n, np.quantile(value, start)) for start in _STARTS), key=lambda found: found[0])[1]


def _climb(x: np.ndarray, n: np.ndarray, mean: np.ndarray) -> tuple[float, TwoNormals]:
    """From two means to the nearest summit; its mean log likelihood."""
    weight, sd, last = np.full(2, 0.5), np.full(2, max(float(np.ptp(mean)) / 2.0, _NARROWEST)), -np.inf
    for _ in range(_MOST_STEPS):
        density = weight / sd * np.exp(-0.5 * ((x[:, None] - mean) / sd) ** 2) + 1e-300
        total = density.sum(axis=1)
        height = float(n @ np.log(total))
        if height - last < _TOLERANCE:
            break
        last = height
        share = n[:, None] * density / total[:, None]
        weight = share.sum(axis=0)
        mean = x @ share / weight
        sd = np.maximum(np.sqrt(((x[:, None] - mean) ** 2 * share).sum(axis=0) / weight), _NARROWEST)
    low, high = np.argsort(mean)
    pairs = [(float(each[low]), float(each[high])) for each in (weight, mean, sd)]
    return last, TwoNormals(*pairs)
