"""The autoencoder of rows 6-8: four dense layers, with the bottleneck between the second and the third (section IV-A).

The paper has 3 to 5 dense layers, with 32, 64 or 128 neurons. Of an odd number one more stands before the bottleneck.
"""

from __future__ import annotations

from itertools import pairwise

from jaxtyping import Float
from torch import Tensor, nn

from seisweave.studies.eqpred.models.options import DenseOptions


class DenseAutoencoder(nn.Module):
    """Maps in, the same maps through a bottleneck out."""

    def __init__(self, shape: tuple[int, int], options: DenseOptions) -> None:
        super().__init__()
        self.shape, cells = shape, shape[0] * shape[1]
        above, below = -(-options.layers // 2), options.layers // 2
        sizes = [cells, *[options.units] * (above - 1), options.bottleneck, *[options.units] * (below - 1), cells]
        layers = [part for pair in pairwise(sizes) for part in (nn.Linear(*pair), nn.ReLU())]
        self.layers = nn.Sequential(*layers[:-1])

    def forward(self, maps: Float[Tensor, "b h w"]) -> Float[Tensor, "b h w"]:
        """Reconstruct maps."""
        return self.layers(maps.flatten(1)).unflatten(1, self.shape)

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """Mean squared error of maps."""
        (maps,) = batch
        return (self(maps) - maps).square().mean()
