"""Options of the condensation; the command's flags are made from them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seisweave.errors import InputError


@dataclass(frozen=True)
class CondensationOptions:
    """How the weights of badly located events move onto well located ones.

    Errors: InputError for an invalid value.

    >>> CondensationOptions(vote="reference").samples
    100
    """

    vote: Literal["current", "reference"] = field(
        default="current",
        metadata={
            "help": "Targets count with the weight they have gathered (current), or, as in the published program,"
            " with the weight they began with, and only within a box about the source (reference)."
        },
    )
    rounds: int = field(
        default=32,
        metadata={"help": "Times a Gaussian gives of what it has left, before the next one does; reference: once."},
    )
    samples: int = field(default=100, metadata={"help": "Points drawn from each Gaussian that gives weight away."})
    assign_samples: int = field(default=1000, metadata={"help": "Points drawn from each event to assign it."})
    min_sigma_km: float = field(
        default=0.01, metadata={"help": "Smallest standard deviation along any axis of a Gaussian, km."}
    )
    seed: int = field(default=0, metadata={"help": "Seed of all points that are drawn."})

    trust_errors: bool = field(
        default=False,
        metadata={"help": "Condense a catalog whose location errors look implausible, in another unit perhaps."},
    )

    def __post_init__(self) -> None:
        if self.vote not in ("current", "reference"):
            raise InputError(f"vote is {self.vote!r}; choose current or reference")
        for name, most in (("samples", 10_000), ("assign_samples", 30_000), ("rounds", 1000)):
            if not 1 <= getattr(self, name) <= most:
                raise InputError(f"{name} is {getattr(self, name)}; give 1 to {most}")
        if not 0.0 < self.min_sigma_km < 10.0:
            raise InputError(f"min_sigma_km is {self.min_sigma_km}; give a length between 0 and 10 km")
        if not 0 <= self.seed < 2**63:
            raise InputError(f"seed is {self.seed}; give 0 to 2^63 - 1")
