"""Options of a nowcast, stage by stage; the command's flags are made from them. Those of the maps are in `maps.py`."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from seisweave.catalog.instants import as_time
from seisweave.errors import InputError

WIDTH = 3  # of the temporal network's convolutions


@dataclass(frozen=True)
class NowcastOptions:
    """What is nowcast, on which days it is learned, and by which protocol.

    The prospective protocol knows the past only. The paper protocol smooths with centred LOESS, which sees the future,
    and scores against the smoothed series itself: it reproduces published figures and says nothing about earthquakes.

    Errors: InputError for an invalid value.

    >>> NowcastOptions(protocol="paper").centred  # smoothing sees the future
    True
    """

    protocol: Literal["prospective", "paper"] = field(
        default="prospective",
        metadata={"help": "The past only (prospective), or as published: not causal, for comparison (paper)."},
    )
    threshold: float | None = field(
        default=None,
        metadata={"help": "Magnitude from which an event is extreme; 4.5, or what the catalog bears, unless given."},
    )
    start: str | None = field(default=None, metadata={"help": "First step, UTC; the catalog's by default."})
    train_end: str | None = field(
        default=None, metadata={"help": "End of training; after 70 % of the steps by default."}
    )
    val_end: str | None = field(default=None, metadata={"help": "End of validation; after 80 % by default."})
    end: str | None = field(default=None, metadata={"help": "End of the steps to judge by; the catalog's by default."})
    span: int = field(default=5, metadata={"help": "Steps of the LOESS smoothing; 1: none."})
    alarm_share: float = field(
        default=0.05, metadata={"help": "Share of the steps before the test that are given an alarm."}
    )
    activity_magnitude: float = field(
        default=2.0,
        metadata={
            "help": "The probability also knows how many events of this magnitude and above the step before had."
        },
    )

    def __post_init__(self) -> None:
        if self.protocol not in ("prospective", "paper"):
            raise InputError(f"protocol is {self.protocol!r}; choose prospective or paper")
        if self.threshold is not None and not -5.0 <= self.threshold <= 10.0:
            raise InputError(f"threshold is {self.threshold}; give a magnitude from -5 to 10")
        if not 1 <= self.span <= 365:
            raise InputError(f"span is {self.span}; give 1 (no smoothing) to 365 steps")
        if not 0.0 < self.alarm_share < 1.0:
            raise InputError(f"alarm_share is {self.alarm_share}; give a share between 0 and 1")
        given = [(n, getattr(self, n)) for n in ("start", "train_end", "val_end", "end") if getattr(self, n)]
        times = [(name, as_time(name, text)) for name, text in given]
        for (first, early), (second, late) in pairwise(times):
            if early > late or (early == late and (first, second) != ("val_end", "end")):  # no test is a choice
                raise InputError(f"{first} {early} is not before {second} {late}; give times in this order")

    @property
    def extreme_from(self) -> float:
        """The threshold. Errors: InputError where it is still to be chosen."""
        if self.threshold is None:
            raise InputError(
                "the threshold is still to be chosen; give one, or take choose_settings(catalog, settings)"
            )
        return self.threshold

    @property
    def centred(self) -> bool:
        """Whether smoothing sees the future."""
        return self.protocol == "paper"


@dataclass(frozen=True)
class AutoencoderOptions:
    """The shape of the autoencoder, and what its loss adds to the error.

    Errors: InputError for an invalid value.

    >>> AutoencoderOptions(long_skips=False).bottleneck  # all of a map passes through 16 numbers
    16
    """

    bottleneck: int = field(default=16, metadata={"help": "Numbers in the bottleneck; the paper tries 16 to 1024."})
    short_skips: bool = field(default=True, metadata={"help": "Carry the input of each stage past it."})
    long_skips: bool = field(default=True, metadata={"help": "Add encoder stages to decoder stages of their size."})
    penalty: float = field(
        default=0.0, metadata={"help": "Weight of the bottleneck's mean absolute value in the loss."}
    )
    variational: bool = field(default=False, metadata={"help": "A variational autoencoder of the same size instead."})

    def __post_init__(self) -> None:
        if not 1 <= self.bottleneck <= 65536:
            raise InputError(f"bottleneck is {self.bottleneck}; give 1 to 65536 (the paper has 16)")
        if not 0.0 <= self.penalty < 1e6:
            raise InputError(f"penalty is {self.penalty}; give 0 or more")


@dataclass(frozen=True)
class TemporalOptions:
    """Shape and training of the temporal network.

    Errors: InputError for an invalid value.

    >>> TemporalOptions(window=80).blocks, TemporalOptions(window=80).reach
    (5, 18)
    """

    window: int = field(default=80, metadata={"help": "Steps a nowcast looks back; the paper tries 3 to 100."})
    filters: int = field(default=16, metadata={"help": "Filters of each convolution."})
    attention: bool = field(default=True, metadata={"help": "Local temporal attention after the convolutions."})
    temporal_epochs: int = field(default=300, metadata={"help": "Most epochs of training the temporal network."})
    temporal_patience: int = field(default=60, metadata={"help": "Epochs without a better validation loss, there."})
    temporal_learning_rate: float = field(default=3e-3, metadata={"help": "Step size of Adam, there."})
    stateful: bool = field(
        default=False, metadata={"help": "Train window by window with a carried state, as in the paper; slow."}
    )

    def __post_init__(self) -> None:
        if not WIDTH <= self.window <= 1000:
            raise InputError(f"window is {self.window}; give {WIDTH} to 1000 steps (the paper has 3 to 100)")
        for name in ("filters", "temporal_epochs", "temporal_patience"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; give 1 or more")
        if not 0.0 < self.temporal_learning_rate < 10.0:
            raise InputError(f"temporal_learning_rate is {self.temporal_learning_rate}; give a number between 0 and 10")

    @property
    def blocks(self) -> int:
        """As many blocks as fit into the window: b of them reach 2^(b+1) - 1 steps."""
        return int(math.log2(self.window + 1)) - 1

    @property
    def reach(self) -> int:
        """Steps the attention spans, so that the whole network spans the window."""
        return self.window - (2 ** (self.blocks + 1) - 1) + 1
