"""The autoencoder of rows 9-11: one 2-D convolution down, one up, a bottleneck between (section IV-C)."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from seisweave.nowcast.region.options import AutoencoderOptions

_FILTERS = 16


class ConvAutoencoder(nn.Module):
    """Maps in, the same maps through a bottleneck out."""

    def __init__(self, shape: tuple[int, int], options: AutoencoderOptions) -> None:
        super().__init__()
        self.shape = shape
        small = (_FILTERS, -(-shape[0] // 2), -(-shape[1] // 2))
        flat = small[0] * small[1] * small[2]
        self.encoder = nn.Sequential(
            *(nn.Conv2d(1, _FILTERS, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten()),
            *(nn.Linear(flat, options.bottleneck), nn.ReLU()),
        )
        self.decoder = nn.Sequential(
            *(nn.Linear(options.bottleneck, flat), nn.ReLU(), nn.Unflatten(1, small)),
            nn.ConvTranspose2d(_FILTERS, 1, 2, stride=2),
        )

    def forward(self, maps: Float[Tensor, "b h w"]) -> Float[Tensor, "b h w"]:
        """Reconstruct maps."""
        high, wide = self.shape
        return self.decoder(self.encoder(maps[:, None]))[:, 0, :high, :wide]

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """Mean squared error of maps."""
        (maps,) = batch
        return (self(maps) - maps).square().mean()
