"""Row 3, Conv2D-FC: one 2-D convolution over each day's map, dense layers on a window of them (section IV-A)."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from seisweave.studies.eqpred.models.layers import DayConvolution, DenseWindow, SeriesNetwork
from seisweave.studies.eqpred.models.options import NetworkOptions


class Conv2dFc(SeriesNetwork):
    """Maps of a window in, the next day's number out."""

    def __init__(self, shape: tuple[int, int], options: NetworkOptions) -> None:
        super().__init__()
        self.options = options
        self.days = DayConvolution(shape, options.filters, options.kernel)
        self.dense = DenseWindow(self.days.features, options.units, options.window)
        self.leave = nn.Sequential(nn.ReLU(), nn.Conv1d(options.units, 1, 1))

    def forward(self, maps: Float[Tensor, "b t h w"]) -> Float[Tensor, "b t"]:
        """Nowcasts of the step after each."""
        return self.leave(self.dense(self.days(maps).mT))[:, 0]
