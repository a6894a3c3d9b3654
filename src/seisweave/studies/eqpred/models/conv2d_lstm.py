"""Row 4, Conv2D-LSTM: one 2-D convolution over each day's map, one LSTM over the days (section IV-A)."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from seisweave.studies.eqpred.models.layers import DayConvolution, SeriesNetwork
from seisweave.studies.eqpred.models.options import NetworkOptions


class Conv2dLstm(SeriesNetwork):
    """Maps in order of time in, the next day's number out."""

    def __init__(self, shape: tuple[int, int], options: NetworkOptions) -> None:
        super().__init__()
        self.options = options
        self.days = DayConvolution(shape, options.filters, options.kernel)
        self.lstm = nn.LSTM(self.days.features, options.units, batch_first=True)
        self.leave = nn.Linear(options.units, 1)

    def forward(self, maps: Float[Tensor, "b t h w"]) -> Float[Tensor, "b t"]:
        """Nowcasts of the step after each."""
        y, _ = self.lstm(self.days(maps))  # (b, t, units)
        return self.leave(y)[..., 0]
