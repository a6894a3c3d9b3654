"""Settings of a comparison of focal mechanisms with a network."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from seisweave.errors import InputError
from seisweave.faults.common_events import Tolerance


@dataclass(frozen=True)
class MechanismOptions:
    """How mechanisms are matched with events, and how planes are preferred.

    Errors: InputError for an invalid value.

    >>> MechanismOptions(seconds=1.0).uncertainty_deg
    20.0
    """

    seconds: float = field(default=3.0, metadata={"help": "Events without a common id: so far apart in time, s."})
    km: float = field(default=5.0, metadata={"help": "Events without a common id: epicentres so far apart, km."})
    uncertainty_deg: float = field(
        default=20.0, metadata={"help": "Uncertainty (rms) of the planes of mechanisms that state none, degrees."}
    )
    scatter_deg: float | Literal["auto"] = field(
        default="auto",
        metadata={
            "help": "How far planes that slip leave their fault's plate (rms), degrees; auto: as the misfits say."
        },
    )
    draws: int = field(default=1000, metadata={"help": "Draws of shuffled faults, random planes and the bootstrap."})
    seed: int = field(default=0, metadata={"help": "Seed of these draws."})

    def __post_init__(self) -> None:
        Tolerance(self.seconds, self.km)
        if not 0 < self.uncertainty_deg <= 90:
            raise InputError(f"uncertainty_deg is {self.uncertainty_deg}: give degrees above 0, at most 90")
        if self.scatter_deg != "auto" and not (
            isinstance(self.scatter_deg, int | float) and 0 <= self.scatter_deg <= 90
        ):
            raise InputError(f"scatter_deg is {self.scatter_deg!r}: give degrees from 0 to 90, or auto")
        if self.draws < 1:
            raise InputError(f"draws is {self.draws}: give 1 or more")
        if not 0 <= self.seed < 2**32:
            raise InputError(f"seed is {self.seed}: give an integer from 0 to 4294967295")
