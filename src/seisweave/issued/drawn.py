"""What drawn catalogs say of a region: chances, mean numbers and their quantiles, by window and magnitude.

Magnitudes are drawn alone, whatever came before. So the mean number of each magnitude is that of all events times the
share of the law; and the chance of one is that share, times the mean number of events up to the first such one (that
count less its compensator is a martingale, stopped there). That holds down to chances of which no catalog shows any;
where many catalogs show one, their share is told instead.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int64

LEVELS = (0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.995)
_ENOUGH = 400  # catalogs that show an event, for a chance within 5 %


@dataclass(frozen=True, eq=False)
class DrawnEvents:
    """n events of many catalogs within a region, by catalog and in order of time: days after the instant."""

    catalog: Int64[np.ndarray, " n"]
    t_days: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]
    n_catalogs: int


@dataclass(frozen=True, eq=False)
class DrawnNumbers:
    """Of h windows and m magnitudes: the chance of one or more, the mean number, quantiles at LEVELS."""

    chance: Float[np.ndarray, "h m"]
    expected: Float[np.ndarray, "h m"]
    quantiles: Float[np.ndarray, "h m q"]


def numbers_of(
    drawn: DrawnEvents,
    horizon_days: Float[np.ndarray, " h"],
    magnitudes: Float[np.ndarray, " m"],
    share: Float[np.ndarray, " m"],
) -> DrawnNumbers:
    """Chances, mean numbers and quantiles; share is that of the law of magnitudes.

    >>> rng = np.random.default_rng(1)
    >>> catalog = np.sort(rng.integers(0, 2000, 4000))  # two events a catalog, a tenth of them large
    >>> drawn = DrawnEvents(catalog, np.full(4000, 0.5), 3.0 + rng.exponential(0.4343, 4000), 2000)
    >>> made = numbers_of(drawn, np.array([1.0]), np.array([3.0, 4.0]), np.array([1.0, 0.1]))
    >>> made.expected.round(3).tolist(), made.chance.round(2).tolist()  # 1 - exp(-2), 1 - exp(-0.2)
    ([[2.0, 0.2]], [[0.86, 0.18]])
    """
    shape = len(horizon_days), len(magnitudes)
    chance, expected = np.zeros(shape), np.zeros(shape)
    quantiles = np.zeros((*shape, len(LEVELS)))
    for h, days in enumerate(horizon_days):
        within = drawn.t_days < days
        catalog, size = drawn.catalog[within], drawn.magnitude[within]
        expected[h] = share * len(catalog) / drawn.n_catalogs
        for m, magnitude in enumerate(magnitudes):
            large = size >= magnitude - 1e-9
            counts = np.bincount(catalog[large], minlength=drawn.n_catalogs)
            quantiles[h, m] = np.quantile(counts, LEVELS, method="inverted_cdf")
            chance[h, m] = _chance(catalog, large, counts, share[m])
    chance = np.maximum.accumulate(np.minimum.accumulate(np.minimum(chance, 1.0), axis=1), axis=0)
    return DrawnNumbers(chance, expected, np.maximum.accumulate(quantiles, axis=0))


def _chance(catalog: np.ndarray, large: np.ndarray, counts: np.ndarray, share: float) -> float:
    """Of one or more: the share of catalogs that show one, or where few do, that of the law until the first."""
    showing = int(np.sum(counts > 0))
    if showing >= _ENOUGH:
        return showing / len(counts)
    before = np.cumsum(large) - large  # large ones so far, in all catalogs
    first = np.searchsorted(catalog, catalog)  # of each event's catalog
    until = before == before[first]
    return float(share * until.sum() / len(counts))
