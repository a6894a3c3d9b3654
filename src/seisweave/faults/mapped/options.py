"""How a network is compared with mapped faults."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from seisweave.errors import InputError

Level = Literal["faults", "segments"]


@dataclass(frozen=True)
class MappedOptions:
    """What agrees with a mapped fault, and how chance is drawn.

    Errors: InputError for a number out of range, or a level that is not known.

    >>> MappedOptions().near_km, MappedOptions().parallel_deg
    (2.0, 30.0)
    """

    level: Level = field(default="faults", metadata={"help": "What is compared: faults, or their segments."})
    near_km: float = field(
        default=2.0, metadata={"help": "A fault agrees whose median distance from mapped ones is below this, km."}
    )
    parallel_deg: float = field(
        default=30.0, metadata={"help": "And whose median angle to the nearest ones is below this, degrees."}
    )
    draws: int = field(default=1000, metadata={"help": "How often the faults are moved and turned for chance."})
    move_km: float | None = field(
        default=None, metadata={"help": "Farthest that they are moved, km; anywhere in the region where not given."}
    )
    seed: int = field(default=0, metadata={"help": "Seed of the draws."})

    def __post_init__(self) -> None:
        if self.level not in ("faults", "segments"):
            raise InputError(f"level is {self.level!r}; give faults or segments")
        if not (0.0 < self.near_km < math.inf):
            raise InputError(f"near_km is {self.near_km}; give km above 0")
        if not (0.0 < self.parallel_deg <= 90.0):
            raise InputError(f"parallel_deg is {self.parallel_deg}; give degrees above 0, up to 90")
        if self.draws < 1:
            raise InputError(f"draws is {self.draws}; give 1 or more (1000 for intervals)")
        if self.move_km is not None and not (0.0 < self.move_km < math.inf):
            raise InputError(f"move_km is {self.move_km}; give km above 0, or leave it out")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; give 0 or more")
