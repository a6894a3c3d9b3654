"""Options of a network that goes on; the command's flags are made from them."""

from __future__ import annotations

from dataclasses import dataclass, field

from seisweave.errors import InputError


@dataclass(frozen=True)
class UpdateOptions:
    """How a network goes on.

    Errors: InputError for an invalid value.

    >>> UpdateOptions().agreement
    0.9
    """

    agreement: float = field(
        default=0.9,
        metadata={
            "help": "How far events that were there keep their faults and halos: the least adjusted Rand index, from 0"
            " (as the BIC leads) to 1 (nothing changes sides)."
        },
    )
    segment_agreement: float = field(
        default=0.8, metadata={"help": "The same of segments, which are the density and need not be followed."}
    )

    def __post_init__(self) -> None:
        for name in ("agreement", "segment_agreement"):
            if not 0.0 <= getattr(self, name) <= 1.0:
                raise InputError(f"{name} is {getattr(self, name)}; give a number from 0 to 1")
