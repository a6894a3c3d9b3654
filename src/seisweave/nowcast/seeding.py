"""Randomness and threads of a computation: seeded anew, one thread at work, both as before afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw from generators seeded anew, one thread at work; both are as before afterwards."""
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=devices), _one_thread():
        torch.manual_seed(seed_of(seed))
        yield


@contextmanager
def inference() -> Iterator[None]:
    """Compute without gradients, by one thread: more are slower on small maps, and sums would depend on how many."""
    with torch.inference_mode(), _one_thread():
        yield


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def seed_of(*numbers: int) -> int:
    """One seed from several numbers, such as that of a fit and that of an epoch.

    >>> seed_of(1, 2) != seed_of(2, 1)
    True
    """
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)
