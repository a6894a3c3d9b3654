"""What the temporal network sees of the novelty series, and what it is to say of the next step.

Prospective: in, the logarithms of the causally smoothed and the raw novelty; out, the *raw* one of the next step. To
nowcast its own smoothed series would be easy without any skill: neighbouring windows share all but one of their days.
Paper: in and out, the smoothed series alone. Either way one more channel says whether the step was observed; masked
steps read as the mean, and do not count.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool, Float
from torch import nn

from seisweave.nowcast.examples import TensorRows
from seisweave.nowcast.region.novelty import INFERENCE_BATCH
from seisweave.nowcast.seeding import inference


@dataclass(frozen=True)
class Standard:
    """Mean and standard deviation of the training days' novelty, smoothed and raw."""

    smoothed_mean: float
    smoothed_scale: float
    raw_mean: float
    raw_scale: float

    @classmethod
    def of(cls, raw: Float[np.ndarray, " t"], smoothed: Float[np.ndarray, " t"]) -> Standard:
        """Of training days, NaN left out."""
        values = [np.nanmean(smoothed), np.nanstd(smoothed), np.nanmean(raw), np.nanstd(raw)]
        return cls(*(float(value) for value in values))


@dataclass(frozen=True, eq=False)
class Sequence:
    """Standardised inputs (channels, t) and the series that is nowcast (t), NaN where masked."""

    inputs: Float[np.ndarray, "c t"]
    target: Float[np.ndarray, " t"]

    def examples(self, counted: Bool[np.ndarray, " t"]) -> TensorRows:
        """The whole series as one example; the steps to be nowcast that count are given."""
        n = self.inputs.shape[1]
        counts = (counted & ~np.isnan(self.target))[1:]
        whole = self.inputs[None, :, : n - 1], np.nan_to_num(self.target[1:])[None], counts[None]
        return TensorRows(tuple(torch.from_numpy(part.astype(np.float32)) for part in whole), shuffled=False)

    def windows(self, counted: Bool[np.ndarray, " t"], window: int) -> TensorRows:
        """The series cut into windows one after the other, for training with a carried state."""
        inputs, targets, counts = self.examples(counted).tensors
        pad = -inputs.shape[2] % window
        cut = [
            torch.nn.functional.pad(part, (0, pad)).unflatten(-1, (-1, window)) for part in (inputs, targets, counts)
        ]
        first = torch.zeros(cut[1].shape[1], 1)
        first[0] = 1.0
        return TensorRows((cut[0][0].movedim(1, 0).contiguous(), cut[1][0], cut[2][0], first), shuffled=False)


def sequence(
    raw: Float[np.ndarray, " t"],
    smoothed: Float[np.ndarray, " t"],
    standard: Standard,
    *,
    paper: bool,
    covariates: Float[np.ndarray, "k t1"] | None = None,
) -> Sequence:
    """Inputs and target of the temporal network.

    covariates are those of every step and the one after: beside a step stand those of the next, which is nowcast.
    """
    s = (smoothed - standard.smoothed_mean) / standard.smoothed_scale
    r = (raw - standard.raw_mean) / standard.raw_scale
    observed = (~np.isnan(raw)).astype(float)
    channels = [s, observed] if paper else [s, r, observed]
    channels += [] if covariates is None else list(covariates[:, 1:])
    return Sequence(np.nan_to_num(np.stack(channels)).astype(np.float32), s if paper else r)


def channels(*, paper: bool) -> int:
    """How many series the network sees, but for covariates."""
    return 2 if paper else 3


def nowcast_steps(
    network: nn.Module, inputs: Float[np.ndarray, "c t"], ends: np.ndarray
) -> Float[np.ndarray, " steps"]:
    """Nowcasts, standardised, of some steps, each from the `window` steps before it; the network's `options` hold that.

    Every batch has one size, so that a nowcast cannot depend on which others are made with it.
    """
    out = np.empty(len(ends), np.float32)
    window: int = network.options.window  # type: ignore[union-attr,assignment]
    views = np.lib.stride_tricks.sliding_window_view(inputs, window, axis=1)  # (c, t - window + 1, window)
    for k in range(0, len(ends), INFERENCE_BATCH):
        part = ends[k : k + INFERENCE_BATCH]
        batch = np.zeros((INFERENCE_BATCH, inputs.shape[0], window), np.float32)
        batch[: len(part)] = views[:, part - window].swapaxes(0, 1)
        with inference():
            out[k : k + len(part)] = network(torch.from_numpy(batch))[: len(part), -1].numpy()
    return out
