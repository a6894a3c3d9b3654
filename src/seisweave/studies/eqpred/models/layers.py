"""The loss of every network that nowcasts a series, and the causal layers they share."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def squared_error(outputs: Tensor, targets: Tensor, counts: Tensor) -> Tensor:
    """Mean squared error over the steps that count (b, t); of standardised targets this is 1 - NSE (eq. 6)."""
    return ((outputs - targets).square() * counts).sum() / counts.sum().clamp(min=1.0)


class DenseWindow(nn.Module):
    """A dense layer on the flattened last `window` steps, for every step at once: a convolution in time."""

    def __init__(self, channels: int, units: int, window: int) -> None:
        super().__init__()
        self.window = window
        self.convolution = nn.Conv1d(channels, units, window)

    def forward(self, x: Tensor) -> Tensor:
        """(b, c, t) -> (b, units, t); before the first step there are zeros."""
        return self.convolution(nn.functional.pad(x, (self.window - 1, 0)))


def dense_after(units: int, layers: int | None) -> nn.Sequential:
    """What follows a `DenseWindow`, the first of so many dense layers (3 unless given): (b, units, t) -> (b, 1, t)."""
    between = [part for _ in range((layers or 3) - 2) for part in (nn.ReLU(), nn.Conv1d(units, units, 1))]
    return nn.Sequential(*between, nn.ReLU(), nn.Conv1d(units, 1, 1))


class DayConvolution(nn.Module):
    """One 2-D convolution over each day's map, at half resolution, and the largest of 2×2 cells."""

    def __init__(self, shape: tuple[int, int], filters: int, kernel: int) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(1, filters, kernel, stride=2, padding=kernel // 2)
        self.pool = nn.MaxPool2d(2, ceil_mode=True)
        with torch.no_grad():
            self.features = int(self.pool(self.convolution(torch.zeros(1, 1, *shape))).numel())

    def forward(self, maps: Tensor) -> Tensor:
        """(b, t, h, w) -> (b, t, features)."""
        days = self.pool(torch.relu(self.convolution(maps.flatten(0, 1)[:, None])))
        return days.flatten(1).unflatten(0, maps.shape[:2])


class SeriesNetwork(nn.Module):
    """A network whose output at step t, a number, nowcasts step t + 1 from what it saw up to t."""

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """1 - NSE over the steps that count: inputs (b, ...), next values (b, t), which count (b, t)."""
        inputs, targets, counts = batch
        return squared_error(self(inputs), targets, counts)
