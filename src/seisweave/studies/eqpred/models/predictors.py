"""Predictors of rows 6-11: what nowcasts the next value of the novelty series (section IV-A and IV-C).

Each sees the series' channels (b, c, t) and gives, at every step, the nowcast of the next one. Those of 1-D
convolutions and dense layers see exactly `window` steps; a recurrent one is trained on blocks of the series whose first
`window` - 1 steps do not count, and nowcasts from exactly `window` steps.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from seisweave.studies.eqpred.models.layers import DenseWindow, SeriesNetwork, dense_after
from seisweave.studies.eqpred.models.options import NetworkOptions


class MlpPredictor(SeriesNetwork):
    """A dense network, of three layers unless given, on the flattened window."""

    def __init__(self, options: NetworkOptions, channels: int) -> None:
        super().__init__()
        self.options, units = options, options.units
        self.layers = nn.Sequential(
            DenseWindow(channels, units, options.window),
            *dense_after(units, options.layers),
        )

    def forward(self, x: Float[Tensor, "b c t"]) -> Float[Tensor, "b t"]:
        """Nowcasts of the step after each."""
        return self.layers(x)[:, 0]


class LstmPredictor(SeriesNetwork):
    """Layers of LSTM, two unless given, and a dense output."""

    recurrent = True

    def __init__(self, options: NetworkOptions, channels: int) -> None:
        super().__init__()
        self.options = options
        self.lstm = nn.LSTM(channels, options.units, num_layers=options.layers or 2, batch_first=True)
        self.leave = nn.Linear(options.units, 1)

    def forward(self, x: Float[Tensor, "b c t"]) -> Float[Tensor, "b t"]:
        """Nowcasts of the step after each."""
        y, _ = self.lstm(x.mT)  # (b, t, units)
        return self.leave(y)[..., 0]


class Conv1dPredictor(SeriesNetwork):
    """One 1-D convolution, whose kernel is the window, and a dense output."""

    def __init__(self, options: NetworkOptions, channels: int) -> None:
        super().__init__()
        self.options = options
        self.convolution = DenseWindow(channels, options.filters, options.window)
        self.leave = nn.Conv1d(options.filters, 1, 1)

    def forward(self, x: Float[Tensor, "b c t"]) -> Float[Tensor, "b t"]:
        """Nowcasts of the step after each."""
        return self.leave(nn.functional.relu(self.convolution(x)))[:, 0]
