"""The autoencoder of rows 9-11: one 2-D convolution down, one up, a bottleneck between (section IV-C)."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from seisweave.studies.eqpred.models.options import ConvOptions


class ConvAutoencoder(nn.Module):
    """Maps in, the same maps through a bottleneck out."""

    def __init__(self, shape: tuple[int, int], options: ConvOptions) -> None:
        super().__init__()
        self.shape, filters = shape, options.filters
        small = (filters, -(-shape[0] // 2), -(-shape[1] // 2))
        flat = small[0] * small[1] * small[2]
        self.encoder = nn.Sequential(
            *(nn.Conv2d(1, filters, options.kernel, stride=2, padding=options.kernel // 2), nn.ReLU(), nn.Flatten()),
            *(nn.Linear(flat, options.bottleneck), nn.ReLU()),
        )
        self.decoder = nn.Sequential(
            *(nn.Linear(options.bottleneck, flat), nn.ReLU(), nn.Unflatten(1, small)),
            nn.ConvTranspose2d(filters, 1, 2, stride=2),
        )

    def forward(self, maps: Float[Tensor, "b h w"]) -> Float[Tensor, "b h w"]:
        """Reconstruct maps."""
        high, wide = self.shape
        return self.decoder(self.encoder(maps[:, None]))[:, 0, :high, :wide]

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """Mean squared error of maps."""
        (maps,) = batch
        return (self(maps) - maps).square().mean()
