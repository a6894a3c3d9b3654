"""What networks learn from: examples that are picked by number, a batch at a time.

The values of a series or of maps are held once, as tensors; a batch is gathered from them by row numbers, so that
windows which overlap are never stored. Worker processes receive the tensors in shared memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Sampler

from seisweave.renamed import renamed_names

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)


@runtime_checkable
class Examples(Protocol):
    """n examples."""

    @property
    def shuffled(self) -> bool:
        """Whether training may take them in any order."""
        ...

    def __len__(self) -> int:
        """How many examples."""
        ...

    def pick(self, rows: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The examples of some rows (b), stacked along the first dimension of each tensor."""
        ...

    def share(self) -> None:
        """Move what is held to memory that other processes can read without a copy."""
        ...


@dataclass(frozen=True, eq=False)
class TensorRows:
    """Examples that are rows of tensors: maps (n, ...), or whole sequences (1, channels, time) with their targets."""

    tensors: tuple[torch.Tensor, ...]
    shuffled: bool = True

    def __len__(self) -> int:
        return len(self.tensors[0])

    def pick(self, rows: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Rows of each tensor."""
        return tuple(tensor[rows] for tensor in self.tensors)

    def share(self) -> None:
        """Move the tensors to shared memory."""
        for tensor in self.tensors:
            tensor.share_memory_()


@dataclass(frozen=True, eq=False)
class Windows:
    """Examples that are the last `length` steps of a series up to a step, and the target of the step after it.

    values (steps, ...), targets (steps, ...); `ends` are the steps to be nowcast: the window before step t holds
    t - length .. t - 1, its target is that of t.
    """

    values: torch.Tensor
    targets: torch.Tensor
    ends: torch.Tensor
    length: int
    shuffled: bool = True

    def __post_init__(self) -> None:
        if len(self.ends) and int(self.ends.min()) < self.length:
            raise ValueError(f"a window of {self.length} steps does not fit before step {int(self.ends.min())}")

    def __len__(self) -> int:
        return len(self.ends)

    def pick(self, rows: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Windows (b, length, ...) and targets (b, ...)."""
        ends = self.ends[rows]
        before = torch.arange(-self.length, 0)
        return self.values[ends[:, None] + before], self.targets[ends]

    def share(self) -> None:
        """Move series and targets to shared memory."""
        for tensor in (self.values, self.targets, self.ends):
            tensor.share_memory_()


class Batches(Sampler[torch.Tensor]):
    """Row numbers of each batch of an epoch; their order depends on seed and epoch alone.

    With several processes (`rank` of `world`) each takes its share of every batch, or all of one that is too small.
    """

    def __init__(self, examples: Examples, batch: int, seed: int, *, shuffle: bool) -> None:
        self.n, self.batch, self.seed, self.shuffle = len(examples), batch, seed, shuffle and examples.shuffled
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Called before every epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-self.n // self.batch)

    def __iter__(self) -> Iterator[torch.Tensor]:
        order = np.arange(self.n)
        if self.shuffle:
            order = np.random.default_rng((self.seed, self.epoch)).permutation(self.n)
        rank, world = _share_of_this_process()
        for k in range(0, self.n, self.batch):
            rows = order[k : k + self.batch]
            yield torch.from_numpy(rows[rank::world] if len(rows) >= world else rows)  # all take part in every step


def batches_of(examples: Examples, batch: int, *, seed: int, workers: int, shuffle: bool) -> DataLoader:
    """Load the batches of an epoch, with worker processes if asked for."""
    if workers:
        examples.share()
    return DataLoader(
        _Picked(examples),
        sampler=Batches(examples, batch, seed, shuffle=shuffle),
        batch_size=None,
        num_workers=workers,
        persistent_workers=workers > 0,
        generator=torch.Generator().manual_seed(0),  # otherwise the loader draws from the global one
    )


class _Picked(Dataset):
    """Examples behind the loader's interface: an index is the rows of a whole batch."""

    def __init__(self, examples: Examples) -> None:
        self.examples = examples

    def __getitem__(self, rows: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return self.examples.pick(rows)

    def __len__(self) -> int:
        return len(self.examples)


def _share_of_this_process() -> Sequence[int]:
    """Rank and number of the processes that train together."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_rank(), torch.distributed.get_world_size()
    return 0, 1
