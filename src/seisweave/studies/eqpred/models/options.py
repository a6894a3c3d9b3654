"""Size of the networks that EQPRED is compared with; the ranges of Feng & Fox (2021), section IV-A."""

from __future__ import annotations

from dataclasses import dataclass, field

from seisweave.errors import InputError


@dataclass(frozen=True)
class NetworkOptions:
    """Size of a network; each kind uses what it needs.

    Errors: InputError for an invalid value.
    """

    window: int = field(default=10, metadata={"help": "Steps a nowcast looks back; the paper tries 3 to 100."})
    units: int = field(default=64, metadata={"help": "Neurons or recurrent units of a layer; paper: 32, 64, 128."})
    filters: int = field(default=8, metadata={"help": "Filters of a convolution; paper: 3 to 40."})
    kernel: int = field(default=5, metadata={"help": "Side of a 2-D convolution; paper: 3, 5, 7."})

    def __post_init__(self) -> None:
        for name in ("window", "units", "filters", "kernel"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; give 1 or more")
        if self.kernel % 2 == 0:
            raise InputError(f"kernel is {self.kernel}; give an odd side")
