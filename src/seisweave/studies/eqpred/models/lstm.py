"""Row 2, LSTM: a dense layer on each day's map, two layers of LSTM unless given, a dense output (section IV-A)."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from seisweave.studies.eqpred.models.layers import SeriesNetwork
from seisweave.studies.eqpred.models.options import NetworkOptions


class Lstm(SeriesNetwork):
    """Maps in order of time in, the next day's number out."""

    def __init__(self, shape: tuple[int, int], options: NetworkOptions) -> None:
        super().__init__()
        self.options = options
        self.enter = nn.Linear(shape[0] * shape[1], options.units)
        self.lstm = nn.LSTM(options.units, options.units, num_layers=options.layers or 2, batch_first=True)
        self.leave = nn.Linear(options.units, 1)

    def forward(self, maps: Float[Tensor, "b t h w"]) -> Float[Tensor, "b t"]:
        """Nowcasts of the step after each."""
        y, _ = self.lstm(self.enter(maps.flatten(2)))  # (b, t, units)
        return self.leave(y)[..., 0]
