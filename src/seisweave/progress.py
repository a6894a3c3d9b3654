"""What long work says of itself while it runs: one kind of step for every stage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Where work is: its stage, the share of all of it that is done, what it is about, and the seconds left.

    n_gaussians and gain are those of a reconstruction; gain is NaN elsewhere. left_s is NaN where nothing better is
    known than from the share that is done.

    >>> Step("merge", 0.25).done
    0.25
    """

    stage: str
    done: float
    n_gaussians: int = 0
    gain: float = float("nan")
    left_s: float = float("nan")


Progress = Callable[[Step], None]
