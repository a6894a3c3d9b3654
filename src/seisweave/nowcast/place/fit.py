"""How a network by place is fitted to the past, and what it then says.

There is no early stopping, for which the latest years would have to be kept from training: the number of epochs was
chosen once, on years before 1995, and all of the past is learned from. Days on which nothing of the lowest threshold
came are most days; a share of them, each counted as many times as it stands for, teaches as much.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from jaxtyping import Bool, Float32, Int

from seisweave.nowcast.chosen_maps import TooFewEventsError
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.place.features import feature_names
from seisweave.nowcast.place.lean import fit_lean
from seisweave.nowcast.place.network import PlaceNetwork
from seisweave.nowcast.place.options import PlaceNetworkOptions, PlaceOptions, PlaceSettings, years_later
from seisweave.nowcast.place.sum_of_rates import SumOfRates, fit_sum
from seisweave.nowcast.seeding import seeded
from seisweave.nowcast.training import train

if TYPE_CHECKING:
    from seisweave.nowcast.history import Epoch
    from seisweave.nowcast.place.data import PlaceData

BLOCK = 256  # days a network looks at together: always as many, so that a day's nowcast never depends on later ones
CHECK_EVERY = 10


@dataclass(frozen=True, eq=False)
class PlaceDays:
    """Examples: days by row of features, channels if there are some, and truths, each with a weight."""

    features: torch.Tensor
    shown: torch.Tensor | None
    happened: torch.Tensor
    rows: torch.Tensor
    weight: torch.Tensor
    shuffled: bool = True

    def __len__(self) -> int:
        return len(self.rows)

    def pick(self, rows: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Features and channels (b, f + c, h, w), truths (b, m, h, w) and weights (b)."""
        days = self.rows[rows]
        seen = self.features[days] if self.shown is None else torch.cat([self.features[days], self.shown[days]], 1)
        return seen, self.happened[days], self.weight[rows]

    def share(self) -> None:
        """Move the maps to shared memory."""
        for tensor in (self.features, self.shown, self.happened):
            if tensor is not None:
                tensor.share_memory_()


def new_network(options: PlaceNetworkOptions, place: PlaceOptions, channels: int = 0) -> PlaceNetwork:
    """An untrained network that knows so many covariates."""
    n_features = len(feature_names()) + (options.rates == "etas")
    return PlaceNetwork(n_features, len(place.thresholds), options, 2 * channels)


def fit_network(
    data: PlaceData,
    past: Bool[np.ndarray, " t"],
    settings: PlaceSettings,
    *,
    keep: Path | None = None,
    progress: Callable[[Epoch], None] | None = None,
) -> PlaceNetwork:
    """Train a network on past days; with `keep`, resumed from what that folder holds.

    Errors: InputError for a past without events.
    """
    place, options, seed = settings.place, settings.network, settings.seed
    rows = np.flatnonzero(past)
    if not data.happened[rows].any():
        raise TooFewEventsError(
            f"no event of magnitude {place.thresholds[0]} in {len(rows)} days; give a longer catalog"
        )
    with seeded(seed):
        network = new_network(options, place, 0 if data.shown is None else data.shown.shape[1] // 2)
    added = fit_sum(data.features, data.happened, past, place.thresholds)
    network.prepare(*map(_as_float32, (added.log_weight, added.log_share, *_moments(data.features, rows, added))))
    if data.shown is not None:
        lean = fit_lean(added.log_rate(data.features[past]), data.shown[past], data.happened[past, 0])
        network.lean(lean.intercept, _as_float32(lean.weights))
    chosen = thinned(data.happened, rows, options.quiet_share, seed)
    train_on(network, data, chosen, settings, keep=keep, progress=progress)
    return network


@dataclass(frozen=True, eq=False)
class DaysToLearn:
    """Rows of days (n) in order of time, and how much each counts."""

    rows: Int[np.ndarray, " n"]
    weight: Float32[np.ndarray, " n"]


def train_on(
    network: PlaceNetwork,
    data: PlaceData,
    days: DaysToLearn,
    settings: PlaceSettings,
    *,
    keep: Path | None = None,
    progress: Callable[[Epoch], None] | None = None,
) -> None:
    """Train a network, from the weights it has, on some days, each as much as it counts."""
    options = settings.network
    features, happened = _tensor(data.features), _tensor(data.happened)
    shown = None if data.shown is None else _tensor(data.shown)
    examples = PlaceDays(features, shown, happened, torch.from_numpy(days.rows), torch.from_numpy(days.weight))
    checks = replace(examples, rows=examples.rows[::CHECK_EVERY], weight=examples.weight[::CHECK_EVERY])
    training = TrainingOptions(
        epochs=options.epochs,
        patience=options.epochs,
        batch=options.batch,
        learning_rate=options.learning_rate,
        learning_rate_schedule="cycle",
        seed=settings.seed,
        accelerator=options.accelerator,
    )
    train(network, examples, checks, training, keep=keep, resume=keep is not None, progress=progress)


def log_rates(
    network: PlaceNetwork, seen: Float32[np.ndarray, "t f rows columns"]
) -> Float32[np.ndarray, "t m rows columns"]:
    """What the network expects of each day: the logarithm of the number of events, before correction."""
    made = []
    with seeded(0), torch.no_grad():
        for k in range(0, len(seen), BLOCK):
            block = np.zeros((BLOCK, *seen.shape[1:]), np.float32)
            given = seen[k : k + BLOCK]
            block[: len(given)] = given
            made.append(network(torch.from_numpy(block)).numpy()[: len(given)])
    return np.concatenate(made)


def earlier_fits(data: PlaceData, border: np.datetime64, options: PlaceNetworkOptions) -> list[np.datetime64]:
    """Borders of the earlier networks to calibrate on, the first first, each asked until the next.

    One that would know fewer years than it is asked about, or no event of some threshold, is left out; never the last.
    """
    years, made = options.years_to_calibrate, []
    for k in range(options.calibration_fits, 0, -1):
        start = years_later(border, -k * years)
        past = data.before(start)
        enough = past.sum() * data.steps.step >= years * np.timedelta64(365, "D")
        if k == 1 or (enough and data.happened[past].any(axis=(0, 2, 3)).all()):
            made.append(start)
    return made


def _tensor(array: np.ndarray) -> torch.Tensor:
    """The same memory as a tensor, which nobody writes to: another process may have mapped it for reading only."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return torch.from_numpy(array)


def _moments(features: np.ndarray, rows: np.ndarray, added: SumOfRates) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of each feature, and of the sum, over past days and all cells."""
    series = [features[rows, k].astype(np.float64) for k in range(features.shape[1])]
    mean, scale = np.array([(x.mean(), x.std()) for x in (*series, added.log_rate(features[rows]))]).T
    return mean, np.maximum(scale, 1e-3)


def _as_float32(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(array.astype(np.float32))


def thinned(
    happened: Bool[np.ndarray, "t m rows columns"], rows: Int[np.ndarray, " n"], share: float, seed: int
) -> DaysToLearn:
    """All days with an event, a random share of the others, and the weights that make up for it."""
    active = happened[rows, 0].any(axis=(1, 2))
    quiet = rows[~active]
    kept = np.random.default_rng((seed, 1)).permutation(quiet)[: round(share * len(quiet))]
    days = np.concatenate([rows[active], kept])
    weight = np.ones(len(days), np.float32)
    weight[int(active.sum()) :] = len(quiet) / max(len(kept), 1)
    order = np.argsort(days)
    return DaysToLearn(days[order], weight[order])
