"""What a nowcast by place must beat: the cell's long-term rate, and one neuron on top of it.

    Poisson   λ(M, cell) = λ(M) × share of the cell among all events of the lowest threshold (plus ½ each), p = 1 - e^-λ
    frequency p(M, cell) = (n(M, cell) + prior) / days, the cell's own events of that size, with half an event as prior
    neuron    logit p = a + b ln(1 + events of at least m - 1 in the cell in the last day) + c ln(Poisson rate)

Sharing out by the lowest threshold is the stronger of the two rates: there are some thirty times more events of
magnitude 3 than of 4.5, and both happen in the same places. Gains are stated over the stronger.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Float32

from seisweave.nowcast.chosen_maps import TooFewEventsError
from seisweave.nowcast.place.sum_of_rates import chance_of, fit_sum

if TYPE_CHECKING:
    from seisweave.nowcast.place.data import PlaceData


def cell_poisson(happened: Bool[np.ndarray, "t m rows columns"]) -> Float[np.ndarray, "m rows columns"]:
    """Chance of each threshold in each cell on any day, its rate shared out by the lowest threshold.

    The rate of a cell is that of which so large a share of days with an event is expected.

    Errors: InputError for no days, or a threshold that was never reached.
    """
    days, total = len(happened), happened.sum(axis=(0, 2, 3))
    if not days or not total.all():
        raise TooFewEventsError(
            f"{total.tolist()} cell-days reach the thresholds in {days} days to learn from; give a longer catalog, or"
            " lower --magnitudes"
        )
    rate = -np.log1p(-happened.sum(axis=0) / (days + 1))
    weight = rate[0] + 0.5 / days
    return chance_of(rate.sum(axis=(1, 2))[:, None, None] * weight / weight.sum())


def cell_frequency(happened: Bool[np.ndarray, "t m rows columns"]) -> Float[np.ndarray, "m rows columns"]:
    """Chance of each threshold in each cell on any day, from the cell's own events of that size."""
    counts = happened.sum(axis=0) + 0.5
    total = happened.sum(axis=(0, 2, 3))[:, None, None]
    return counts * (total / counts.sum(axis=(1, 2), keepdims=True)) / len(happened)


@dataclass(frozen=True, eq=False)
class Neuron:
    """A neuron that was fitted: a, b, c of each threshold, and the rate it stands on."""

    rate: Float[np.ndarray, "m rows columns"]
    weights: Float[np.ndarray, "m 3"]

    def chances(self, counts: Float[np.ndarray, "t rows columns"]) -> Float[np.ndarray, "t m rows columns"]:
        """What it says, where so many events came in each cell the day before."""
        a, b, c = (self.weights[:, k, None, None] for k in range(3))
        logit = a + b * np.log1p(counts)[:, None] + c * np.log(self.rate)
        return np.clip(1.0 / (1.0 + np.exp(-logit)), 1e-9, 1.0 - 1e-9)

    def log_rates(self, counts: Float[np.ndarray, "t rows columns"]) -> Float32[np.ndarray, "t m rows columns"]:
        """The same as the logarithm of a number of events."""
        return np.log(-np.log1p(-self.chances(counts))).astype(np.float32)


def fit_neuron(
    counts: Float[np.ndarray, "t rows columns"],
    happened: Bool[np.ndarray, "t m rows columns"],
    rate: Float[np.ndarray, "m rows columns"],
    past: Bool[np.ndarray, " t"],
) -> Neuron:
    """Fit a neuron to past days, a threshold at a time."""
    weights = [_fit(counts[past], happened[past, k], np.log(rate[k])) for k in range(len(rate))]
    return Neuron(rate, np.array(weights))


def strong_neuron(data: PlaceData, past: Bool[np.ndarray, " t"]) -> Neuron:
    """The neuron on top of the cell Poisson, both from past days."""
    return fit_neuron(data.counts, data.happened, cell_poisson(data.happened[past]), past)


def strong_baselines(
    data: PlaceData, magnitudes: tuple[float, ...], past: Bool[np.ndarray, " t"], wanted: Bool[np.ndarray, " t"]
) -> dict[str, Float[np.ndarray, "w m rows columns"]]:
    """Chances on the wanted days of what knows all of the past: `poisson`, the `neuron` on it, rates that add up."""
    neuron = strong_neuron(data, past)
    return {
        "poisson": np.broadcast_to(neuron.rate, (int(wanted.sum()), *neuron.rate.shape)),
        "neuron": neuron.chances(data.counts[wanted]),
        "sums": fit_sum(data.features, data.happened, past, magnitudes).chances(data.features[wanted]),
    }


def _fit(counts: np.ndarray, happened: np.ndarray, log_rate: np.ndarray) -> Float[np.ndarray, " 3"]:
    """a, b, c of highest likelihood; days on which a cell had the same count are taken together."""
    from scipy.optimize import minimize

    cell = np.broadcast_to(np.arange(log_rate.size).reshape(log_rate.shape), counts.shape)
    pairs, kind = np.unique(counts.astype(np.int64) * log_rate.size + cell, return_inverse=True)
    seen, place = np.divmod(pairs, log_rate.size)
    n, came = np.bincount(kind.ravel()), np.bincount(kind.ravel(), happened.ravel())
    x = np.column_stack([np.ones(len(pairs)), np.log1p(seen), log_rate.ravel()[place]])

    def cost(weights: np.ndarray) -> tuple[float, np.ndarray]:
        logit = x @ weights
        chance = np.exp(-np.logaddexp(0.0, -logit))
        return float(n @ np.logaddexp(0.0, logit) - came @ logit), x.T @ (n * chance - came)

    return minimize(cost, np.array([0.0, 1.0, 1.0]), jac=True, method="BFGS").x
