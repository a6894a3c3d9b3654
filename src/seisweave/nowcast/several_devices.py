"""One training spread over several processes that gives what one process gives, but for the rounding of sums.

Every process takes its share of each batch (`examples.Batches`). Three things make the steps those of the whole batch:

- normalisation by batches takes mean and variance over the shares of all processes (`SynchronisedNorm`); torch's own
  synchronised layer is for GPUs alone;
- the loss of a share counts by how many of the batch's examples it holds, since shares may differ by one;
- a batch with fewer examples than there are processes is taken whole by each, and counts once.

What a network draws itself while it learns (dropout, the codes of the variational autoencoder) is drawn by each
process, so that such a network is another one with each number of processes.
"""

from __future__ import annotations

import copy
import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from lightning.pytorch.strategies import DDPStrategy
from torch import Tensor, distributed, nn
from torch.multiprocessing.spawn import ProcessRaisedException
from torch.nn.modules.batchnorm import _BatchNorm

from seisweave.errors import InputError

LOGGERS = ("lightning", "lightning.pytorch", "lightning.fabric", "torch.multiprocessing.spawn")
_REFUSED = f"{InputError.__module__}.{InputError.__qualname__}: "


@dataclass(frozen=True)
class Share:
    """What one process's part of a batch counts: of its loss, in the mean over processes, and of its examples.

    >>> Share.of(5, rank=0, world=2).loss, Share.of(5, rank=1, world=2).loss
    (1.2, 0.8)
    >>> Share.of(1, rank=1, world=2)  # taken by both
    Share(loss=1.0, examples=0.5, counted=0)
    """

    loss: float
    examples: float
    counted: int

    @classmethod
    def of(cls, size: int, rank: int, world: int) -> Share:
        """That of a process in a batch of some size."""
        if size < world:
            return cls(1.0, 1.0 / world, size if rank == 0 else 0)
        mine = len(range(rank, size, world))
        return cls(world * mine / size, 1.0, mine)


class _Sum(torch.autograd.Function):
    """The sum of a tensor over all processes; so is its gradient."""

    @staticmethod
    def forward(_: Any, x: Tensor) -> Tensor:
        total = x.clone()
        distributed.all_reduce(total)
        return total

    @staticmethod
    def backward(_: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].contiguous().clone()
        distributed.all_reduce(total)
        return total


class SynchronisedNorm(_BatchNorm):
    """Normalisation by the mean and variance of a batch of which every process holds a share."""

    def __init__(self, like: _BatchNorm) -> None:
        super().__init__(like.num_features, like.eps, like.momentum, like.affine, like.track_running_stats)
        self._parameters, self._buffers = like._parameters, like._buffers
        self.share = 1.0  # of what this process holds, where others hold the same

    def _check_input_dim(self, input: Tensor) -> None:
        """Any number of dimensions behind the channels."""

    def forward(self, input: Tensor) -> Tensor:
        """(b, c, ...) -> (b, c, ...)."""
        if not (self.training and distributed.is_initialized()):
            return super().forward(input)
        axes, shape = [0, *range(2, input.ndim)], (1, -1, *[1] * (input.ndim - 2))
        counted = input.new_full((1,), self.share * input.numel() / input.shape[1])
        distributed.all_reduce(counted)
        mean = _Sum.apply(self.share * input.sum(dim=axes)) / counted  # type: ignore[operator]
        apart = input - mean.view(shape)
        variance = _Sum.apply(self.share * apart.square().sum(dim=axes)) / counted  # type: ignore[operator]
        self._remember(mean.detach(), variance.detach() * counted / (counted - 1.0).clamp(min=1.0))
        out = apart * torch.rsqrt(variance + self.eps).view(shape)
        return out * self.weight.view(shape) + self.bias.view(shape) if self.affine else out

    def _remember(self, mean: Tensor, variance: Tensor) -> None:
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked.add_(1)
        part = 1.0 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, part)
        self.running_var.lerp_(variance, part)


def synchronised(network: nn.Module) -> nn.Module:
    """A copy whose normalisations are synchronised, with the names and values of the network's weights."""
    made = copy.deepcopy(network)
    if isinstance(made, _BatchNorm):
        return SynchronisedNorm(made)
    for above in [*made.modules()]:
        for name, module in [*above.named_children()]:
            if isinstance(module, _BatchNorm):
                setattr(above, name, SynchronisedNorm(module))
    return made


def set_share(network: nn.Module, share: float) -> None:
    """Say what the examples of this process count in the next step."""
    for module in network.modules():
        if isinstance(module, SynchronisedNorm):
            module.share = share


class Quiet(DDPStrategy):
    """Processes of one training, which say nothing about how they found each other."""

    def __init__(self) -> None:
        super().__init__(start_method="spawn")

    def setup_environment(self) -> None:
        """The first thing that a new process does."""
        for name in LOGGERS:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        warnings.simplefilter("ignore")
        with _silence():
            super().setup_environment()


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing gets out, from libraries written in C neither."""
    kept = [(stream, os.dup(stream)) for stream in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        sys.stdout.flush()
        for stream, _ in kept:
            os.dup2(nowhere, stream)
        yield
    finally:
        sys.stdout.flush()
        for stream, before in kept:
            os.dup2(before, stream)
            os.close(before)
        os.close(nowhere)


@contextmanager
def told_here() -> Iterator[None]:
    """Raise here what another process refused. Errors: InputError."""
    try:
        yield
    except ProcessRaisedException as error:
        lines = [line for line in str(error).splitlines() if line.startswith(_REFUSED)]
        if not lines:
            raise
        raise InputError(lines[-1].removeprefix(_REFUSED)) from None
