"""One reconstruction under way: its options, threads, clock and checkpoint, and what it says about its progress."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from time import perf_counter

from seisweave.faults.checkpoint import Checkpoint
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions


@dataclass(frozen=True)
class Step:
    """Where a reconstruction is: its stage, the share of the whole work that is done, and what it is about."""

    stage: str
    done: float
    n_gaussians: int = 0
    gain: float = float("nan")


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Run:
    """Options, threads, and the clock of one reconstruction; passes progress on."""

    def __init__(self, options: FaultOptions, threads: int, progress: Callable[[Step], None]) -> None:
        self.options, self.threads, self.progress = options, threads, progress
        self.checkpoint = Checkpoint(None, {})
        self.seconds: dict[str, float] = {}
        self._stage, self._since = "", perf_counter()

    def enter(self, stage: str, done: float) -> None:
        """A new stage begins, when this share of the whole work is done."""
        self._book()
        self._stage = stage
        self.tell(done)

    def tell(self, done: float, n_gaussians: int = 0, gain: float = float("nan")) -> None:
        """Report progress."""
        self.progress(Step(self._stage, done, n_gaussians, gain))

    def leave(self, network: FaultNetwork) -> FaultNetwork:
        """The last stage is over: the network with the seconds of all stages."""
        self._book()
        self.tell(1.0, network.n_faults)
        return replace(network, seconds=self.seconds)

    def _book(self) -> None:
        now = perf_counter()
        if self._stage:
            self.seconds[self._stage] = round(now - self._since, 4)
        self._since = now
