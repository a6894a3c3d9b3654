"""The autoencoder of rows 6-8: four dense layers, with the bottleneck between the second and the third (section IV-A).

The paper has 3 to 5 dense layers, with 32, 64 or 128 neurons.
"""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from seisweave.nowcast.region.options import AutoencoderOptions

_UNITS = 128


class DenseAutoencoder(nn.Module):
    """Maps in, the same maps through a bottleneck out."""

    def __init__(self, shape: tuple[int, int], options: AutoencoderOptions) -> None:
        super().__init__()
        self.shape, cells = shape, shape[0] * shape[1]
        self.layers = nn.Sequential(
            *(nn.Linear(cells, _UNITS), nn.ReLU(), nn.Linear(_UNITS, options.bottleneck), nn.ReLU()),
            *(nn.Linear(options.bottleneck, _UNITS), nn.ReLU(), nn.Linear(_UNITS, cells)),
        )

    def forward(self, maps: Float[Tensor, "b h w"]) -> Float[Tensor, "b h w"]:
        """Reconstruct maps."""
        return self.layers(maps.flatten(1)).unflatten(1, self.shape)

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """Mean squared error of maps."""
        (maps,) = batch
        return (self(maps) - maps).square().mean()
