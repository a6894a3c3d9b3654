"""The temporal network of EQPRED: causal dilated convolutions and local attention nowcast the next step of a series.

Source: Feng & Fox (2021), section III-D, eqs. 5-8. Residual blocks of 1-D convolutions of width 3, block i with
dilation 2^i; then local temporal attention: query·key products, scaled by √d, softmax over the lower triangle of a
local window, weighted sum of the values; then one number a step, the nowcast of the *next* step. The output at step t
depends on the inputs t - window + 1 .. t alone: as many blocks as fit into `window`, the rest of it is the attention's.

The loss is 1 - NSE (eq. 6, with the squares it is printed without), against the variance of the training days, so
that the losses of parts of a series add up to that of the whole. The paper trains with batches of one and a state
carried from window to window; a causal convolution's state is its last inputs, and the whole series at once gives the
same outputs and, the loss being a sum, the same gradient in one fast step. Both are here: `Stateful` is the former.
"""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from seisweave.nowcast.region.options import WIDTH, TemporalOptions


class CausalConvolution(nn.Module):
    """A dilated convolution that sees the present and the past."""

    def __init__(self, channels: int, filters: int, dilation: int) -> None:
        super().__init__()
        self.before = (WIDTH - 1) * dilation
        self.convolution = nn.Conv1d(channels, filters, WIDTH, dilation=dilation)

    def forward(self, x: Tensor, past: Tensor | None) -> tuple[Tensor, Tensor]:
        """(b, c, t) and what came before it (b, c, before; None: zeros) -> (b, f, t), and what came before the end."""
        x = torch.cat([x.new_zeros(*x.shape[:2], self.before) if past is None else past, x], dim=2)
        return self.convolution(x), x[:, :, x.shape[2] - self.before :]


class Block(nn.Module):
    """A residual block."""

    def __init__(self, filters: int, dilation: int) -> None:
        super().__init__()
        self.convolution = CausalConvolution(filters, filters, dilation)

    def forward(self, x: Tensor, past: Tensor | None) -> tuple[Tensor, Tensor]:
        """(b, f, t) -> (b, f, t), and the block's state."""
        y, now = self.convolution(x, past)
        return x + torch.relu(y), now


class LocalAttention(nn.Module):
    """Each step attends to itself and the `reach` - 1 steps before it."""

    def __init__(self, filters: int, reach: int) -> None:
        super().__init__()
        self.reach, self.scale = reach, 1.0 / math.sqrt(filters)
        self.query, self.key, self.value = (nn.Conv1d(filters, filters, 1) for _ in range(3))

    def forward(self, x: Tensor, past: Tensor | None) -> tuple[Tensor, Tensor]:
        """(b, f, t) -> (b, f, t), and the last inputs; steps before the first are left out, not read as zeros."""
        seen = x if past is None else torch.cat([past, x], dim=2)
        n, missing = x.shape[2], self.reach - 1 - (seen.shape[2] - x.shape[2])
        query = self.query(x) * self.scale
        keys, values = (nn.functional.pad(part(seen), (missing, 0)) for part in (self.key, self.value))
        # a shift at a time: faster by half than one product over all windows, unfolded
        scores = torch.stack([(query * keys[:, :, k : k + n]).sum(dim=1) for k in range(self.reach)])  # (reach, b, t)
        place = torch.arange(self.reach, device=x.device)[:, None] + torch.arange(n, device=x.device)
        scores = scores.masked_fill((place < missing)[:, None], -torch.inf)
        weights = scores.softmax(dim=0)[:, :, None]
        y = x
        for k in range(self.reach):
            y = y + weights[k] * values[:, :, k : k + n]
        return y, seen[:, :, max(0, seen.shape[2] - self.reach + 1) :]


class TemporalNetwork(nn.Module):
    """A series in, at each step the nowcast of the next one out.

    Inputs (b, channels, t), standardised. The state is what each layer needs of its past.
    """

    def __init__(self, options: TemporalOptions, channels: int = 2) -> None:
        super().__init__()
        self.options = options
        self.enter = nn.Conv1d(channels, options.filters, 1)
        self.blocks = nn.ModuleList(Block(options.filters, 2**i) for i in range(options.blocks))
        self.attention = LocalAttention(options.filters, options.reach) if options.attention else None
        self.leave = nn.Conv1d(options.filters, 1, 1)

    def forward(self, x: Float[Tensor, "b c t"], state: list[Tensor] | None = None) -> Float[Tensor, "b t"]:
        """Nowcasts of the step after each; with a state, which is brought up to date, those of a series going on."""
        return self.leave(self.hidden(x, state))[:, 0]

    def hidden(self, x: Float[Tensor, "b c t"], state: list[Tensor] | None = None) -> Float[Tensor, "b f t"]:
        """What the last layer is given at each step."""
        pasts: list[Tensor | None] = [*state] if state else [None] * (len(self.blocks) + 1)
        y, now = self.enter(x), []
        for block, past in zip(self.blocks, pasts, strict=False):
            y, past = block(y, past)
            now.append(past)
        if self.attention is not None:
            y, past = self.attention(y, pasts[-1])
            now.append(past)
        if state is not None:
            state[:] = [past.detach() for past in now]
        return y

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """1 - NSE over the steps that count: inputs (b, c, t), next values (b, t), which count (b, t)."""
        inputs, targets, counts = batch
        return _error(self(inputs), targets, counts)


class Stateful(nn.Module):
    """A temporal network trained as in the paper: batches of one window, in order, the state carried along.

    A batch is a window (1, c, t), its next values and which count, and whether a new series begins with it (1).
    """

    def __init__(self, network: TemporalNetwork) -> None:
        super().__init__()
        self.network = network
        self._state: list[Tensor] = []

    def loss(self, batch: tuple[Tensor, ...]) -> Tensor:
        """1 - NSE of the window, after all that came before."""
        inputs, targets, counts, first = batch
        if bool(first.any()):
            self._state = []
        return _error(self.network(inputs, self._state), targets, counts)


def _error(outputs: Tensor, targets: Tensor, counts: Tensor) -> Tensor:
    """Mean squared error over the steps that count; of standardised targets this is 1 - NSE."""
    return ((outputs - targets).square() * counts).sum() / counts.sum().clamp(min=1.0)
