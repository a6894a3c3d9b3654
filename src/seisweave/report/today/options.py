"""Options of the page of today."""

from __future__ import annotations

from dataclasses import dataclass, field

from seisweave.errors import InputError


@dataclass(frozen=True)
class TodayOptions:
    """What the page of today speaks of first, and how far back it looks.

    Errors: InputError for days that are not above 0.

    >>> TodayOptions(magnitude=4.0, region="Southern California").active_days
    7.0
    """

    magnitude: float | None = field(
        default=None, metadata={"help": "Magnitude of the first sentence (default: 5, or the nearest there is)."}
    )
    region: str = field(default="the region", metadata={"help": "The region's name, as it stands in the sentence."})
    active_days: float = field(default=7.0, metadata={"help": "A fault with events in so many days counts as active."})
    since_days: float = field(default=90.0, metadata={"help": "How far back a large event may lie, in days."})
    most_past: int = field(default=30, metadata={"help": "Past forecasts that are looked at, of each model."})

    def __post_init__(self) -> None:
        for name in ("active_days", "since_days", "most_past"):
            if not getattr(self, name) > 0:
                raise InputError(f"{name} is {getattr(self, name)}; give a number above 0")
