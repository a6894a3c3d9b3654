"""Settings of a comparison of two networks."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from seisweave.errors import InputError
from seisweave.faults.common_events import Tolerance


@dataclass(frozen=True)
class MatchOptions:
    """When events, and plates, are the same.

    Errors: InputError for an invalid value.

    >>> MatchOptions(reach_km=1.0).angle_deg
    30.0
    """

    seconds: float = field(default=3.0, metadata={"help": "Events without a common id: so far apart in time, s."})
    km: float = field(default=5.0, metadata={"help": "Events without a common id: epicentres so far apart, km."})
    reach_km: float = field(default=2.0, metadata={"help": "Plates are the same where they are so near, km."})
    angle_deg: float = field(default=30.0, metadata={"help": "And turned by no more than this, degrees."})
    min_common: int = field(
        default=5,
        metadata={"help": "A fault with fewer common events, or under a tenth of its own, goes by its plate."},
    )

    def __post_init__(self) -> None:
        Tolerance(self.seconds, self.km)
        if not 0 < self.reach_km < np.inf:
            raise InputError(f"reach_km is {self.reach_km}: give a positive number")
        if not 0 < self.angle_deg <= 90:
            raise InputError(f"angle_deg is {self.angle_deg}: give degrees above 0, at most 90")
        if self.min_common < 1:
            raise InputError(f"min_common is {self.min_common}: give 1 or more")
