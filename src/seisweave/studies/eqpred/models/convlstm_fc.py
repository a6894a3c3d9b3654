"""Row 5, ConvLSTM2D-FC: one convolutional LSTM over the maps, a dense output (section IV-A).

Shi et al. (2015): the gates of an LSTM are 2-D convolutions of input and state. As in Keras's ConvLSTM2D there are no
peepholes; the input is convolved with a stride of 2, so that the state has half the resolution of the maps.
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from seisweave.studies.eqpred.models.layers import SeriesNetwork
from seisweave.studies.eqpred.models.options import NetworkOptions


class ConvLstmFc(SeriesNetwork):
    """Maps in order of time in, the next day's number out."""

    def __init__(self, shape: tuple[int, int], options: NetworkOptions) -> None:
        super().__init__()
        self.options = options
        self.small = tuple(-(-side // 2) for side in shape)
        k, f = options.kernel, options.filters
        self.of_input = nn.Conv2d(1, 4 * f, k, stride=2, padding=k // 2)
        self.of_state = nn.Conv2d(f, 4 * f, k, padding=k // 2, bias=False)
        self.leave = nn.Linear(f * self.small[0] * self.small[1], 1)

    def forward(self, maps: Float[Tensor, "b t h w"]) -> Float[Tensor, "b t"]:
        """Nowcasts of the step after each."""
        b, t = maps.shape[:2]
        given = self.of_input(maps.flatten(0, 1)[:, None]).unflatten(0, (b, t))  # (b, t, 4f, h/2, w/2)
        state = cell = maps.new_zeros(b, self.options.filters, *self.small)
        out = []
        for step in range(t):
            enter, forget, leave, fresh = (given[:, step] + self.of_state(state)).chunk(4, dim=1)
            cell = torch.sigmoid(forget) * cell + torch.sigmoid(enter) * torch.tanh(fresh)
            state = torch.sigmoid(leave) * torch.tanh(cell)
            out.append(self.leave(state.flatten(1))[:, 0])
        return torch.stack(out, dim=1)
