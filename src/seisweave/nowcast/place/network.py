"""The network that nowcasts where: recent features of each cell and its neighbours in, rates of several sizes out.

    s = ln Σ_k v_k exp(x_k)
    log λ(M, cell) = s + g_M + w_M · y + u_M · ReLU(W ReLU(K₂ * ReLU(K₁ * y)))

with x the features (`features.py`), y those and s, standardised, and covariates (`channels.py`), K₁ and K₂ convolutions
of 3×3 and W one of 1×1. The first two terms are where training begins, and stay as they are: rates that add up, fitted
before, as in `sum_of_rates.py`. Covariates begin with the w of `lean.py`.
Layers that add logarithms multiply rates, and would have to learn from few events that aftershocks come on top of what
a place has anyway. The chance of at least one event is 1 - exp(-λ); the loss is the log loss, summed over cells and
over all thresholds. Events of magnitude 4.5 are too few to learn from alone; those of magnitude 3, which follow the
same laws, show the network what to look for, and what is found for them is shared by all thresholds but for the last
layer.

Triggering knows neither east nor north, so that each training day is shown in a random one of the eight orientations
of a square.

No such network is in Feng & Fox (2021), who nowcast a whole region at once.
"""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from seisweave.nowcast.place.correction import MOST_LOG_RATE
from seisweave.nowcast.place.options import PlaceNetworkOptions

_LEAST = 1e-12


class PlaceNetwork(nn.Module):
    """Features of cells in, the logarithm of the rate of each threshold out.

    Arguments:
        n_features, n_magnitudes: features in, thresholds out.
        options: see `PlaceNetworkOptions`.
        n_channels: maps in that follow the features, and are standardised already: two for each covariate, its values
            and where they are missing.
    """

    log_weight: Tensor
    log_share: Tensor
    mean: Tensor
    scale: Tensor

    def __init__(self, n_features: int, n_magnitudes: int, options: PlaceNetworkOptions, n_channels: int = 0) -> None:
        super().__init__()
        self.n_features = n_features
        self.register_buffer("log_weight", torch.zeros(n_features, 1, 1))
        self.register_buffer("log_share", torch.zeros(n_magnitudes, 1, 1))
        self.register_buffer("mean", torch.zeros(n_features + 1, 1, 1))
        self.register_buffer("scale", torch.ones(n_features + 1, 1, 1))
        self.neighbours = nn.Conv2d(n_features + 1 + n_channels, options.filters, 3, padding=1)
        self.further = nn.Conv2d(options.filters, options.filters, 3, padding=1)
        self.drop = nn.Dropout(options.dropout)
        self.mix = nn.Conv2d(options.filters, options.filters, 1)
        self.curved = nn.Conv2d(options.filters, n_magnitudes, 1, bias=False)
        self.straight = nn.Conv2d(n_features + 1 + n_channels, n_magnitudes, 1)
        for parameter in (self.curved.weight, *self.straight.parameters()):
            nn.init.zeros_(parameter)
        with torch.no_grad():  # where none was missing to learn from, that one is changes nothing
            self.neighbours.weight[:, n_features + 2 :: 2] = 0.0

    def prepare(self, log_weight: Tensor, log_share: Tensor, mean: Tensor, scale: Tensor) -> None:
        """Begin from the past: ln v (f), g (m), means and scales of features and their sum (f + 1)."""
        self.log_weight.copy_(log_weight[:, None, None])
        self.log_share.copy_(log_share[:, None, None])
        self.mean.copy_(mean[:, None, None])
        self.scale.copy_(scale[:, None, None])

    def lean(self, intercept: float, weights: Tensor) -> None:
        """Begin from what the channels add to the logarithm of every rate: weights (c)."""
        with torch.no_grad():
            self.straight.weight[:, self.n_features + 1 :, 0, 0] = weights
            self.straight.bias.add_(intercept)  # type: ignore[union-attr]

    def forward(self, seen: Float[Tensor, "b fc h w"]) -> Float[Tensor, "b m h w"]:
        """The logarithm of the number of events expected of each threshold in each cell."""
        features, channels = seen[:, : self.n_features], seen[:, self.n_features :]
        added = torch.logsumexp(features + self.log_weight, 1, keepdim=True)
        y = torch.cat([(torch.cat([features, added], 1) - self.mean) / self.scale, channels], 1)
        hidden = self.drop(torch.relu(self.neighbours(y)))
        hidden = torch.relu(self.mix(torch.relu(self.further(hidden))))
        return added + self.log_share + self.straight(y) + self.curved(hidden)

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """Log loss in nats a day, summed over cells and thresholds; any orientation while training."""
        features, happened, weight = batch
        if self.training:
            features, happened = turned(features, happened)
        return (log_loss(self(features), happened) * weight[:, None, None, None]).sum() / len(features)


def log_loss(log_rate: Float[Tensor, "b m h w"], happened: Bool[Tensor, "b m h w"]) -> Float[Tensor, "b m h w"]:
    """-ln(1 - exp(-λ)) where an event came, λ where none did."""
    rate = torch.exp(log_rate.clamp(-30.0, MOST_LOG_RATE))
    return torch.where(happened, -torch.log(-torch.expm1(-rate) + _LEAST), rate)


def turned(features: Tensor, happened: Tensor) -> tuple[Tensor, Tensor]:
    """Both in one random orientation of the eight of a square."""
    west, south, across = (torch.rand(3) < 0.5).tolist()
    axes = [axis for axis, wanted in ((-1, west), (-2, south)) if wanted]
    features, happened = features.flip(axes), happened.flip(axes)
    if across:
        features, happened = features.transpose(-1, -2), happened.transpose(-1, -2)
    return features, happened
