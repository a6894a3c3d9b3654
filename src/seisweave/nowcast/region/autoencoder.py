"""The convolutional autoencoder of EQPRED: it learns what a normal day looks like.

Source: Feng & Fox (2021), section III-C, Figure 2: an encoder of 2-D convolutions with 4, 16, 32, 64 filters, batch
normalisation and ReLU, a bottleneck of k numbers, and a decoder that mirrors it with transposed convolutions. Short
skips carry the input of a stage past it (residual blocks), long skips add what an encoder stage gives to the decoder
stage of the same size. Either can be switched off, as in the paper's Table IV. The loss is the mean squared error and
an optional penalty Ω of the bottleneck (eq. 3), here its mean absolute value.

The paper gives no kernels and strides: here 3×3 down, with stride 1 in the first stage and 2 in the others, and 2×2
with stride 2 up, 3×3 at the end. Grids of any size are padded with zeros to a multiple of 8, and cropped again. The
short skips have no weights of their own: means of cells or filters make the sizes fit. With long skips, one of them at
full resolution, most of a map passes the bottleneck by (`docs/concepts/nowcast.md` measures it).
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from seisweave.nowcast.region.options import AutoencoderOptions

FILTERS = (4, 16, 32, 64)
STRIDES = (1, 2, 2, 2)
_SHRINKS = 8


class Down(nn.Module):
    """One stage of the encoder: more filters, and, but for the first, half the size."""

    def __init__(self, channels: int, filters: int, *, stride: int, short_skip: bool) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(channels, filters, 3, stride=stride, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(filters)
        self.stride, self.short_skip = stride, short_skip

    def forward(self, x: Tensor) -> Tensor:
        """(b, c, h, w) -> (b, f, h/s, w/s); the skip is the mean of s·s cells, in the first c of the f filters."""
        y = self.norm(self.convolution(x))
        if self.short_skip:
            past = nn.functional.avg_pool2d(x, self.stride) if self.stride > 1 else x
            y = y + nn.functional.pad(past, (0, 0, 0, 0, 0, y.shape[1] - past.shape[1]))
        return torch.relu(y)


class Up(nn.Module):
    """One stage of the decoder: fewer filters, and, but for the last, twice the size.

    A transposed convolution as wide as its stride is a 1×1 convolution to s·s times the filters, dealt out to s×s
    cells, and one of stride 1 is a convolution: the same function, in half the time on a CPU.
    """

    def __init__(self, channels: int, filters: int, *, stride: int, short_skip: bool) -> None:
        super().__init__()
        if stride == 1:
            self.convolution: nn.Module = nn.Conv2d(channels, filters, 3, padding=1)
        else:
            self.convolution = nn.Sequential(nn.Conv2d(channels, filters * stride**2, 1), nn.PixelShuffle(stride))
        self.stride, self.short_skip = stride, short_skip

    def forward(self, x: Tensor) -> Tensor:
        """(b, c, h, w) -> (b, f, sh, sw); the skip is the mean of groups of filters, each cell s·s times."""
        y = self.convolution(x)
        if self.short_skip:
            past = x.unflatten(1, (y.shape[1], -1)).mean(dim=2)
            y = y + (_repeated(past) if self.stride == 2 else past)
        return y


def _repeated(x: Tensor) -> Tensor:
    """(b, f, h, w) -> (b, f, 2h, 2w), each cell four times."""
    return nn.functional.interpolate(x, scale_factor=2.0, mode="nearest")


class Autoencoder(nn.Module):
    """Maps in, the same maps through a bottleneck out."""

    def __init__(self, shape: tuple[int, int], options: AutoencoderOptions) -> None:
        super().__init__()
        self.shape, self.options = shape, options
        self.padded = tuple(-(-side // _SHRINKS) * _SHRINKS for side in shape)
        self.small = (FILTERS[-1], self.padded[0] // _SHRINKS, self.padded[1] // _SHRINKS)
        short = options.short_skips
        stages = list(zip((1, *FILTERS), FILTERS, STRIDES, strict=False))
        self.downs = nn.ModuleList(Down(a, b, stride=s, short_skip=short) for a, b, s in stages)
        self.squeeze = nn.Linear(self.small[0] * self.small[1] * self.small[2], self.codes)
        self.widen = nn.Linear(options.bottleneck, self.squeeze.in_features)
        self.ups = nn.ModuleList(Up(b, a, stride=s, short_skip=short) for a, b, s in reversed(stages))

    @property
    def codes(self) -> int:
        """Numbers the encoder gives."""
        return self.options.bottleneck

    def forward(self, maps: Float[Tensor, "b h w"]) -> Float[Tensor, "b h w"]:
        """Reconstruct maps."""
        code, passed = self.encode(maps)
        return self.decode(code, passed)

    def encode(self, maps: Float[Tensor, "b h w"]) -> tuple[Tensor, list[Tensor]]:
        """The bottleneck (b, codes), and what each stage but the last gives (b, f, h', w')."""
        high, wide = self.shape
        x = nn.functional.pad(maps[:, None], (0, self.padded[1] - wide, 0, self.padded[0] - high))
        stages = []
        for down in self.downs:
            x = down(x)
            stages.append(x)
        return self.squeeze(x.flatten(1)), stages[:-1]

    def decode(self, code: Float[Tensor, "b k"], passed: list[Tensor]) -> Float[Tensor, "b h w"]:
        """Maps from bottlenecks and, unless switched off, the encoder's stages."""
        x = torch.relu(self.widen(code)).unflatten(1, self.small)  # (b, 64, h/8, w/8)
        for up in self.ups[:-1]:
            x = up(x)
            if self.options.long_skips:
                x = x + passed[-1]
                passed = passed[:-1]
            x = torch.relu(x)
        x = self.ups[-1](x)[:, 0]  # (b, padded h, padded w)
        return x[:, : self.shape[0], : self.shape[1]]

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """Mean squared error of maps, and the penalty (eq. 3)."""
        (maps,) = batch
        code, passed = self.encode(maps)
        error = (self.decode(code, passed) - maps).square().mean()
        return error + self.options.penalty * code.abs().mean() if self.options.penalty else error
