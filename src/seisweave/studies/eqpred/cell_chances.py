"""Chances by cell: those of a region shared out by the long-term rate, and a linear model pooled over cells.

    shared out   p(cell) = 1 - (1 - p)^s        s the cell's share of the long-term rate
    pooled       ln λ(M, cell) = ln rate(M, cell) + b + w·z        z the features of the nowcast by place
    sums         rates that add up, where the network by place begins (`sum_of_rates.py`)

The linear model has one b and one w for all cells and all thresholds; as z does not depend on the threshold, the events
of all thresholds are summed and one Poisson regression is fitted on them, with a normal prior on w.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float

from seisweave.nowcast.newton import climb
from seisweave.nowcast.place.baselines import cell_poisson, strong_baselines
from seisweave.nowcast.place.data import PlaceData
from seisweave.nowcast.place.sum_of_rates import chance_of

PRIOR = 1.0  # standard deviation of a weight, a standard deviation of its feature


@dataclass(frozen=True, eq=False)
class CellChances:
    """Chances of the n scored days in each cell, for one threshold, of models that know cells."""

    day: np.ndarray
    happened: Bool[np.ndarray, "n rows columns"]
    poisson: Float[np.ndarray, "n rows columns"]
    neuron: Float[np.ndarray, "n rows columns"]
    linear: Float[np.ndarray, "n rows columns"]
    sums: Float[np.ndarray, "n rows columns"]

    @property
    def share(self) -> Float[np.ndarray, "n rows columns"]:
        """The share of each cell in the long-term rate, as it was known that day."""
        rate = -np.log1p(-self.poisson)
        return rate / rate.sum(axis=(1, 2), keepdims=True)

    def shared_out(self, probability: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n rows columns"]:
        """The chance of each cell, where a region's is given.

        >>> chances = np.full((1, 1, 2), 0.1)
        >>> made = CellChances(np.zeros(1), chances > 0.5, chances, chances, chances, chances)
        >>> made.shared_out(np.array([0.75])).round(3).tolist()
        [[[0.5, 0.5]]]
        """
        rate = -np.log1p(-np.clip(probability, 0.0, 1.0 - 1e-9))[:, None, None]
        return chance_of(rate * self.share)


def cell_chances(
    data: PlaceData, borders: tuple[np.datetime64, ...], magnitudes: tuple[float, ...]
) -> tuple[CellChances, ...]:
    """Chances for each threshold between borders, the last of which is the end; each from its border's past."""
    parts: dict[str, list[np.ndarray]] = {}
    for border, end in pairwise(borders):
        past, wanted = data.before(border), data.between(border, end)
        chances = strong_baselines(data, magnitudes, past, wanted)
        chances["linear"] = pooled_linear(data, cell_poisson(data.happened[past]), past, wanted)
        for name, values in (chances | {"happened": data.happened[wanted]}).items():
            parts.setdefault(name, []).append(values)
    day = data.steps.start[data.between(*borders)]
    whole = {name: np.concatenate(values) for name, values in parts.items()}
    return tuple(
        CellChances(day=day, **{name: values[:, k] for name, values in whole.items()}) for k in range(len(magnitudes))
    )


def pooled_linear(
    data: PlaceData, rate: Float[np.ndarray, "m rows columns"], past: Bool[np.ndarray, " t"], wanted: np.ndarray
) -> Float[np.ndarray, "w m rows columns"]:
    """Chances of the pooled linear model on the wanted days, fitted on the past ones."""
    z = np.moveaxis(data.features[past], 1, -1).astype(np.float64)  # (t, rows, columns, f)
    mean, scale = z.mean(axis=(0, 1, 2)), np.maximum(z.std(axis=(0, 1, 2)), 1e-3)
    events = data.happened[past].sum(axis=1).ravel().astype(np.float64)
    exposure = np.broadcast_to(rate.sum(axis=0), z.shape[:3]).ravel()
    weights = _fit((z.reshape(-1, z.shape[-1]) - mean) / scale, events, exposure)
    now = (np.moveaxis(data.features[wanted], 1, -1) - mean) / scale
    level = weights[0] + now @ weights[1:]  # (w, rows, columns)
    expected = rate * np.exp(np.minimum(level, 15.0))[:, None]
    return chance_of(np.minimum(expected, 20.0))


def _fit(z: Float[np.ndarray, "n f"], events: np.ndarray, exposure: np.ndarray) -> Float[np.ndarray, " f1"]:
    """Intercept and weights of highest posterior density."""
    x = np.column_stack([np.ones(len(z)), z])
    prior = np.append(0.0, np.full(z.shape[1], PRIOR**-2))

    def height(weights: np.ndarray) -> float:
        level = np.minimum(x @ weights, 30.0)
        return float(events @ level - exposure @ np.exp(level) - 0.5 * (prior * weights**2).sum())

    def step_from(weights: np.ndarray) -> np.ndarray:
        rate = exposure * np.exp(np.minimum(x @ weights, 30.0))
        curvature = (x * rate[:, None]).T @ x + np.diag(prior + 1e-9)
        return np.linalg.solve(curvature, x.T @ (events - rate) - prior * weights)

    return climb(height, step_from, x.shape[1], most_steps=25, least_step=1e-7, least_half=1e-10)
