"""A variational autoencoder of the same size, for the comparison of Feng & Fox (2021), Table II.

Kingma & Welling (2014): the encoder gives mean and logarithm of the variance of a normal code; training draws from it
and pays its divergence from the standard normal; afterwards the mean is taken. Long skips, which would let maps pass
the drawn code by, are always off.
"""

from __future__ import annotations

from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor

from seisweave.nowcast.region.autoencoder import Autoencoder, AutoencoderOptions

_DIVERGENCE = 1e-3  # weight of the divergence beside the mean error of a cell: about one over 2,400 cells, rounded up


class VariationalAutoencoder(Autoencoder):
    """Maps in, maps from a normally distributed code out."""

    def __init__(self, shape: tuple[int, int], options: AutoencoderOptions) -> None:
        super().__init__(shape, replace(options, long_skips=False))

    @property
    def codes(self) -> int:
        """Means and log-variances."""
        return 2 * self.options.bottleneck

    def forward(self, maps: Float[Tensor, "b h w"]) -> Float[Tensor, "b h w"]:
        """Reconstruct maps from the means of their codes."""
        mean, _ = self.encode(maps)[0].chunk(2, dim=1)
        return self.decode(mean, [])

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """Mean squared error and divergence; the code is drawn while training, its mean taken otherwise."""
        (maps,) = batch
        mean, log_variance = self.encode(maps)[0].chunk(2, dim=1)
        noise = torch.randn_like(mean) if self.training else torch.zeros_like(mean)
        error = (self.decode(mean + noise * torch.exp(log_variance / 2), []) - maps).square().mean()
        divergence = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(dim=1).mean()
        return error + _DIVERGENCE * divergence
