"""How a network by place is fitted to the past, and what it then says.

There is no early stopping, for which the latest years would have to be kept from training: the number of epochs was
chosen once, on years before 1995, and all of the past is learned from. Days on which nothing of the lowest threshold
came are most days; a share of them, each counted as many times as it stands for, teaches as much.

A network is surer of itself than the future bears out. Its rates are therefore corrected by

    ln λ' = shift + slope · (ln λ - c) + c        c the mean of ln λ where events came

both fitted to an earlier network's nowcasts of years that it had not seen, all thresholds together, with a normal prior
around 0 and 1.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Bool, Float, Float32

from seisweave.errors import InputError
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.place_features import LONG_TERM, feature_names
from seisweave.nowcast.place_network import PlaceNetwork
from seisweave.nowcast.place_options import PlaceNetworkOptions, PlaceOptions
from seisweave.nowcast.training import seeded, train

if TYPE_CHECKING:
    from seisweave.nowcast.place_data import PlaceData
    from seisweave.nowcast.training import Epoch

BLOCK = 256  # days a network looks at together: always as many, so that a day's nowcast never hangs on later ones
CHECK_EVERY = 10
SHIFT_PRIOR, SLOPE_PRIOR = 0.5, 0.25


@dataclass(frozen=True)
class Correction:
    """Shift and slope of the logarithm of rates, and the point c that the slope turns around."""

    shift: float = 0.0
    slope: float = 1.0
    centre: float = 0.0

    def __call__(self, log_rate: Float32[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
        """The corrected chance of at least one event."""
        corrected = self.shift + self.centre + self.slope * (log_rate.astype(np.float64) - self.centre)
        return np.clip(-np.expm1(-np.exp(np.minimum(corrected, 3.0))), 1e-9, 1.0 - 1e-9)


@dataclass(frozen=True, eq=False)
class PlaceDays:
    """Examples: days by row of features and truths, each with a weight."""

    features: torch.Tensor
    happened: torch.Tensor
    rows: torch.Tensor
    weight: torch.Tensor
    shuffled: bool = True

    def __len__(self) -> int:
        return len(self.rows)

    def pick(self, rows: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Features (b, f, h, w), truths (b, m, h, w) and weights (b)."""
        days = self.rows[rows]
        return self.features[days], self.happened[days], self.weight[rows]

    def share(self) -> None:
        """Move the maps to shared memory."""
        for tensor in (self.features, self.happened):
            tensor.share_memory_()


def new_network(options: PlaceNetworkOptions, place: PlaceOptions) -> PlaceNetwork:
    """An untrained network."""
    names = feature_names()
    return PlaceNetwork(len(names), len(place.magnitudes), names.index(LONG_TERM), options)


def fit_network(
    data: PlaceData,
    past: Bool[np.ndarray, " t"],
    settings: tuple[PlaceOptions, PlaceNetworkOptions],
    seed: int = 0,
    *,
    keep: Path | None = None,
    progress: Callable[[Epoch], None] | None = None,
) -> PlaceNetwork:
    """Train a network on past days; with `keep`, resumed from what that folder holds.

    Errors: InputError for a past without events.
    """
    place, options = settings
    rows = np.flatnonzero(past)
    if not data.happened[rows].any():
        raise InputError(f"no event of magnitude {place.magnitudes[0]} in {len(rows)} days; give a longer catalog")
    with seeded(seed):
        network = new_network(options, place)
    mean, scale = _moments(data.features, rows)
    network.prepare(mean, scale, _log_shares(data, rows, place))
    chosen, weight = _thinned(data.happened, rows, options.quiet_share, seed)
    features, happened = _tensor(data.features), _tensor(data.happened)
    examples = PlaceDays(features, happened, torch.from_numpy(chosen), torch.from_numpy(weight))
    checks = PlaceDays(features, happened, examples.rows[::CHECK_EVERY], examples.weight[::CHECK_EVERY])
    training = TrainingOptions(
        epochs=options.epochs,
        patience=options.epochs,
        batch=options.batch,
        learning_rate=options.learning_rate,
        schedule="cycle",
        seed=seed,
        accelerator=options.accelerator,
    )
    train(network, examples, checks, training, keep=keep, resume=keep is not None, progress=progress)
    return network


def log_rates(
    network: PlaceNetwork, features: Float32[np.ndarray, "t f rows columns"]
) -> Float32[np.ndarray, "t m rows columns"]:
    """What the network expects of each day: the logarithm of the number of events, before correction."""
    made = []
    with seeded(0), torch.no_grad():
        for k in range(0, len(features), BLOCK):
            block = np.zeros((BLOCK, *features.shape[1:]), np.float32)
            given = features[k : k + BLOCK]
            block[: len(given)] = given
            made.append(network(torch.from_numpy(block)).numpy()[: len(given)])
    return np.concatenate(made)


def fit_correction(
    log_rate: Float32[np.ndarray, "t m rows columns"], happened: Bool[np.ndarray, "t m rows columns"]
) -> Correction:
    """Shift and slope of highest posterior probability; none where no event came."""
    from scipy.optimize import minimize

    if not happened.any():
        return Correction()
    value = np.minimum(log_rate.astype(np.float64), 3.0)
    centre = float(value[happened].mean())
    came, other = value[happened] - centre, value[~happened] - centre

    def cost(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        shift, slope = parameters
        rate, rest = (np.exp(np.minimum(centre + shift + slope * x, 5.0)) for x in (came, other))
        pull = -rate / np.expm1(rate)
        total = rest.sum() - np.log(-np.expm1(-rate)).sum()
        total += 0.5 * (shift / SHIFT_PRIOR) ** 2 + 0.5 * ((slope - 1) / SLOPE_PRIOR) ** 2
        by_shift = rest.sum() + pull.sum() + shift / SHIFT_PRIOR**2
        by_slope = (rest * other).sum() + (pull * came).sum() + (slope - 1) / SLOPE_PRIOR**2
        return total, np.array([by_shift, by_slope])

    found = minimize(cost, np.array([0.0, 1.0]), jac=True, method="BFGS")
    return Correction(float(found.x[0]), float(found.x[1]), centre)


def _tensor(array: np.ndarray) -> torch.Tensor:
    """The same memory as a tensor, which nobody writes to: another process may have mapped it for reading only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return torch.from_numpy(array)


def _moments(features: np.ndarray, rows: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and standard deviation of each feature over past days and all cells."""
    moments = [(x.mean(), x.std()) for x in (features[rows, k].astype(np.float64) for k in range(features.shape[1]))]
    mean, scale = np.array(moments).T
    return torch.from_numpy(mean.astype(np.float32)), torch.from_numpy(np.maximum(scale, 1e-3).astype(np.float32))


def _log_shares(data: PlaceData, rows: np.ndarray, place: PlaceOptions) -> torch.Tensor:
    """a_M: what makes the long-term feature a daily rate; Gutenberg & Richter from the two lowest thresholds."""
    long_term = np.exp(data.features[rows, feature_names().index(LONG_TERM)].astype(np.float64)).sum()
    n = data.happened[rows].sum(axis=(0, 2, 3)) + 0.5
    magnitudes = np.array(place.magnitudes)
    slope = np.log(n[0] / n[1]) / (magnitudes[1] - magnitudes[0])
    shares = np.log(n[0] / long_term) - slope * (magnitudes - magnitudes[0])
    return torch.from_numpy(shares.astype(np.float32))


def _thinned(happened: np.ndarray, rows: np.ndarray, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """All days with an event, a random share of the others, and the weights that make up for it."""
    active = happened[rows, 0].any(axis=(1, 2))
    quiet = rows[~active]
    kept = np.random.default_rng((seed, 1)).permutation(quiet)[: round(share * len(quiet))]
    days = np.concatenate([rows[active], kept])
    weight = np.ones(len(days), np.float32)
    weight[int(active.sum()) :] = len(quiet) / max(len(kept), 1)
    order = np.argsort(days)
    return days[order], weight[order]
