"""Examples for networks that nowcast every step of a block at once: overlapping blocks of maps, or of a series.

A block holds `window` - 1 steps that only warm up, and `stride` steps that count; the next block begins `stride` later.
Each map is looked at once or twice an epoch instead of `window` times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Bool

from seisweave.nowcast.examples import TensorRows
from seisweave.nowcast.region.sequence import Sequence

MAP_STRIDE, SERIES_STRIDE = 32, 64


@dataclass(frozen=True, eq=False)
class Blocks:
    """Blocks of maps: values (steps, h, w), next targets (steps), first steps (n), which steps of each count (n, t)."""

    values: torch.Tensor
    targets: torch.Tensor
    first: torch.Tensor
    counts: torch.Tensor
    shuffled: bool = True

    def __len__(self) -> int:
        return len(self.first)

    def pick(self, rows: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Maps (b, t, h, w), the value of the step after each (b, t), which count (b, t)."""
        steps = self.first[rows][:, None] + torch.arange(self.counts.shape[1])
        return self.values[steps], self.targets[steps + 1], self.counts[rows]

    def share(self) -> None:
        """Move all to shared memory."""
        for tensor in (self.values, self.targets, self.first, self.counts):
            tensor.share_memory_()


def map_blocks(values: torch.Tensor, targets: torch.Tensor, counted: Bool[np.ndarray, " t"], window: int) -> Blocks:
    """Blocks of maps whose steps to be nowcast are counted; values and targets (t) without NaN."""
    first, counts = _lay(counted, window, MAP_STRIDE)
    return Blocks(values, targets, first, counts)


def series_blocks(sequence: Sequence, counted: Bool[np.ndarray, " t"], window: int) -> TensorRows:
    """Blocks of a series, to be taken all at once."""
    first, counts = _lay(counted & ~np.isnan(sequence.target), window, SERIES_STRIDE)
    steps = first[:, None] + torch.arange(counts.shape[1])
    inputs = torch.from_numpy(sequence.inputs)[:, steps].movedim(0, 1).contiguous()  # (n, c, t)
    targets = torch.from_numpy(np.nan_to_num(sequence.target).astype(np.float32))
    return TensorRows((inputs, targets[steps + 1], counts), shuffled=False)


def _lay(counted: Bool[np.ndarray, " t"], window: int, stride: int) -> tuple[torch.Tensor, torch.Tensor]:
    """First step of each block that holds a counted one, and which of its steps count (their *next* is counted)."""
    length, n = window - 1 + stride, len(counted)
    length = min(length, n - 1)
    first = np.arange(0, max(n - length, 1), stride)
    if first[-1] + length < n - 1:
        first = np.append(first, n - 1 - length)
    counts = counted[first[:, None] + 1 + np.arange(length)]
    counts[:, : window - 1] = False
    done = first[:-1] + length  # the last block may reach back into the one before
    again = first[1:, None] + np.arange(length) < done[:, None]
    counts[1:] &= ~again
    kept = counts.any(axis=1)
    return torch.from_numpy(first[kept]), torch.from_numpy(counts[kept].astype(np.float32))
