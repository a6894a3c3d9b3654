"""The temporal network for a series of codes: eq. 8 of Feng & Fox (2021) as it is printed.

    y_t = encode(X_t),    ŷ_t = TCN(y_i, y_{i+1}, ..., y_{t-1})

What is nowcast is the bottleneck itself, k numbers a day, not how badly the day was given back.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from seisweave.nowcast.region.options import TemporalOptions
from seisweave.nowcast.region.temporal import TemporalNetwork


class CodeNetwork(TemporalNetwork):
    """The codes of a series of days in, at each step the nowcast of the next day's out."""

    def __init__(self, options: TemporalOptions, channels: int, codes: int) -> None:
        super().__init__(options, channels)
        self.leave = nn.Conv1d(options.filters, codes, 1)

    def forward(self, x: Float[Tensor, "b c t"], state: list[Tensor] | None = None) -> Float[Tensor, "b t k"]:
        """Nowcasts of the step after each."""
        return self.leave(self.hidden(x, state)).mT

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """1 - NSE over all numbers of the steps that count: inputs (b, c, t), next codes (b, t, k), counts (b, t)."""
        inputs, targets, counts = batch
        errors = (self(inputs) - targets).square().mean(dim=2)
        return (errors * counts).sum() / counts.sum().clamp(min=1.0)
