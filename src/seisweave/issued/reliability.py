"""Chances against what came of them: bins of chance, and the band that holds 95 % where the chances are right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

EDGES = np.array([0.0, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.97, 1.0])
_TAIL = 0.025
_EXACT = 2000  # chances, whose number of events is told exactly


@dataclass(frozen=True, eq=False)
class Reliability:
    """Of k bins that hold something: their number, chances (n), mean chance, those that came, and the band of these.

    >>> made = reliability(np.full(100, 0.25), np.arange(100) < 40)
    >>> made.came.tolist(), made.low.tolist(), made.high.tolist(), made.within.tolist()
    ([40], [17], [34], [False])
    """

    bin: Int[np.ndarray, " k"]
    n: Int[np.ndarray, " k"]
    chance: Float[np.ndarray, " k"]
    came: Int[np.ndarray, " k"]
    low: Int[np.ndarray, " k"]
    high: Int[np.ndarray, " k"]

    @property
    def within(self) -> Bool[np.ndarray, " k"]:
        """Whether what came lies within the band."""
        return (self.low <= self.came) & (self.came <= self.high)


def reliability(chance: Float[np.ndarray, " n"], happened: Bool[np.ndarray, " n"]) -> Reliability:
    """By bins of chance: how many came, and the numbers that 95 % of right chances lie within.

    The number that comes of independent chances is Poisson binomial; each tail beyond the band has 2.5 % at most.
    """
    bins = bin_of(chance)
    rows = []
    for k in np.unique(bins):
        here = chance[bins == k]
        low, high = band(here)
        rows.append((k, len(here), here.mean(), happened[bins == k].sum(), low, high))
    number, n, mean, came, low, high = (np.array(column) for column in zip(*rows, strict=True))
    return Reliability(number, n, mean, came.astype(int), low, high)


def bin_of(chance: Float[np.ndarray, " n"]) -> Int[np.ndarray, " n"]:
    """The bin of each chance; the last one holds 1 as well."""
    return np.clip(np.searchsorted(EDGES, chance, side="right") - 1, 0, len(EDGES) - 2)


def bins_of(chance: Float[np.ndarray, " n"], happened: Bool[np.ndarray, " n"]) -> Float[np.ndarray, "b 3"]:
    """By bin: how many, the sum of chances, how many came."""
    bins, n = bin_of(chance), len(EDGES) - 1
    return np.stack([np.bincount(bins, weight, n) for weight in (np.ones(len(chance)), chance, happened)], axis=1)


def band(chance: Float[np.ndarray, " n"]) -> tuple[int, int]:
    """The numbers of events that 95 % of independent events of these chances lie within.

    >>> band(np.full(1, 0.5)), band(np.full(1, 0.01))
    ((0, 1), (0, 0))
    """
    from scipy.stats import norm

    mean, deviation = float(chance.sum()), float(np.sqrt((chance * (1.0 - chance)).sum()))
    if len(chance) > _EXACT:
        reach = float(norm.ppf(1.0 - _TAIL)) * deviation
        return max(int(np.floor(mean - reach)), 0), min(int(np.ceil(mean + reach)), len(chance))
    mass = np.ones(1)
    for p in chance:
        mass = np.append(mass * (1.0 - p), 0.0) + np.append(0.0, mass * p)
    until = np.cumsum(mass)
    low = int(np.searchsorted(until, _TAIL, side="right"))
    return low, int(np.searchsorted(until, 1.0 - _TAIL - 1e-12))
