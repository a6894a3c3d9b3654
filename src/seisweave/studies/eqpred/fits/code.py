"""The predictor of codes (eq. 8 as printed): what it is trained on, and what its nowcasts come to.

The paper takes its alarm from a threshold "defined in AE" and does not say how one is compared with k numbers. Here a
day's code is as far from the mean of the training days as its k numbers are on average, each over its own spread:

    d_t = √(Σ_k z_k² / k),    z_k = (y_k - mean_k) / spread_k

Truth and nowcast have such a distance each, and both are set against what 5 % of the training days exceed. NSE is that
of the numbers themselves, all k together.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Bool, Float

from seisweave.nowcast.examples import TensorRows
from seisweave.nowcast.region.novelty import INFERENCE_BATCH, smooth
from seisweave.nowcast.seeding import inference, seeded
from seisweave.progress import Progress
from seisweave.studies.eqpred.days import Days
from seisweave.studies.eqpred.fits.files import Fit
from seisweave.studies.eqpred.fits.trained import trained
from seisweave.studies.eqpred.models.code_network import CodeNetwork
from seisweave.studies.eqpred.models.registry import Part

_LEAST_DISTANCE = 1e-12


@dataclass(frozen=True, eq=False)
class Codes:
    """Standardised codes: what the network sees (c, t), and what it nowcasts (t, k), NaN where masked."""

    inputs: Float[np.ndarray, "c t"]
    target: Float[np.ndarray, "t k"]

    def examples(self, counted: Bool[np.ndarray, " t"]) -> TensorRows:
        """The whole series as one example; the steps to be nowcast that count are given."""
        counts = (counted & ~np.isnan(self.target).any(axis=1))[1:]
        whole = self.inputs[None, :, :-1], np.nan_to_num(self.target[1:])[None], counts[None]
        return TensorRows(tuple(torch.from_numpy(part.astype(np.float32)) for part in whole), shuffled=False)


def codes_of(raw: Float[np.ndarray, "t k"], days: Days) -> Codes:
    """In the paper's protocol smoothed codes in and out; in the prospective one both in, the codes themselves out."""
    smoothed = np.column_stack([smooth(each, days.nowcast.span, centred=days.paper) for each in raw.T])
    s, r = (_standardised(values, days.train) for values in (smoothed, raw))
    observed = (~np.isnan(raw[:, :1])).astype(float)
    seen = [s, observed] if days.paper else [s, r, observed]
    return Codes(np.nan_to_num(np.column_stack(seen)).T.astype(np.float32), s if days.paper else r)


def fit_codes(
    part: Part,
    days: Days,
    raw: Float[np.ndarray, "t k"],
    seed: int,
    *,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Fit:
    """Train on a series of codes; leaves `truth` and `forecast` (one step longer), distances, and the codes' NSE."""
    whole, window = codes_of(raw, days), part.options.window
    with seeded(seed):
        network = part.network(part.options, len(whole.inputs), raw.shape[1])
    first = window if days.paper else window + days.nowcast.span - 1
    late = np.arange(len(raw)) >= first
    learn, check = (whole.examples(rows & late) for rows in (days.train, days.validation))
    facts = trained(network, learn, check, part, seed, keep=keep, progress=progress)
    ends = np.arange(first, len(raw) + 1)
    made = np.full((len(raw) + 1, raw.shape[1]), np.nan)
    made[ends] = nowcast_codes(network, whole.inputs, ends)  # type: ignore[arg-type]
    judged = days.test & ~np.isnan(whole.target).any(axis=1) & ~np.isnan(made[:-1]).any(axis=1)
    series = {"truth": distance(whole.target, days), "forecast": distance(made, days)}
    if judged.any():
        facts["nse"] = _nse(made[:-1][judged], whole.target[judged])
    return Fit(series, facts)


def nowcast_codes(
    network: CodeNetwork, inputs: Float[np.ndarray, "c t"], ends: np.ndarray
) -> Float[np.ndarray, "steps k"]:
    """Nowcasts of some steps, each from the `window` steps before it; every batch has one size."""
    window = network.options.window
    views, out = np.lib.stride_tricks.sliding_window_view(inputs, window, axis=1), []
    for k in range(0, len(ends), INFERENCE_BATCH):
        part = ends[k : k + INFERENCE_BATCH]
        batch = np.zeros((INFERENCE_BATCH, len(inputs), window), np.float32)
        batch[: len(part)] = views[:, part - window].swapaxes(0, 1)
        with inference():
            out.append(network(torch.from_numpy(batch))[: len(part), -1].numpy())
    return np.concatenate(out)


def distance(z: Float[np.ndarray, "t k"], days: Days) -> Float[np.ndarray, " t"]:
    """How far codes are from the mean of the training days; its logarithm in the prospective protocol."""
    far = np.sqrt(np.square(z).mean(axis=1))
    return far if days.paper else np.log(np.maximum(far, _LEAST_DISTANCE))


def _standardised(values: Float[np.ndarray, "t k"], train: Bool[np.ndarray, " t"]) -> Float[np.ndarray, "t k"]:
    spread = np.nanstd(values[train], axis=0)
    return (values - np.nanmean(values[train], axis=0)) / np.where(spread > 0, spread, 1.0)


def _nse(made: Float[np.ndarray, "n k"], truth: Float[np.ndarray, "n k"]) -> float:
    """1 - Σ (ŷ - y)² / Σ (y - ȳ)², the mean that of each number."""
    spread = np.square(truth - truth.mean(axis=0)).sum()
    return float(1.0 - np.square(made - truth).sum() / spread) if spread > 0 else float("nan")
