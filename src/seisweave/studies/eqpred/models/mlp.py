"""Row 1, MLP: three dense layers (unless given) on the flattened maps of a window (Feng & Fox 2021, section IV-A)."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from seisweave.studies.eqpred.models.layers import DenseWindow, SeriesNetwork, dense_after
from seisweave.studies.eqpred.models.options import NetworkOptions


class Mlp(SeriesNetwork):
    """Maps of a window in, the next day's number out."""

    def __init__(self, shape: tuple[int, int], options: NetworkOptions) -> None:
        super().__init__()
        self.options = options
        self.first = DenseWindow(shape[0] * shape[1], options.units, options.window)
        self.rest = dense_after(options.units, options.layers)

    def forward(self, maps: Float[Tensor, "b t h w"]) -> Float[Tensor, "b t"]:
        """Nowcasts of the step after each."""
        return self.rest(self.first(maps.flatten(2).mT))[:, 0]
