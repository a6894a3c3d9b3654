"""What is issued: windows, magnitudes, cells, and how many catalogs are drawn for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from seisweave.errors import InputError
from seisweave.issued.rules import LEAST_DAYS, MOST_DAYS

HORIZONS = (1.0, 7.0, 30.0)
_STEP, _HIGHEST = 0.5, 7.0  # of the usual magnitudes


@dataclass(frozen=True)
class IssueOptions:
    """Windows, magnitudes and cells of what is issued.

    Windows and magnitudes that are not given: 1, 7 and 30 days; every half unit from the model's smallest to 7. Models
    that were fitted to one window and to some magnitudes keep these.

    Errors: InputError for values out of range.

    >>> IssueOptions(horizon_days=[7.0, 1.0]).horizons
    (1.0, 7.0)
    """

    horizon_days: list[float] | None = field(
        default=None, metadata={"help": "Lengths of the windows, days; 1, 7 and 30 unless given. Several times."}
    )
    magnitudes: list[float] | None = field(
        default=None, metadata={"help": "An event of this or more; every half unit unless given. Several times."}
    )
    cell_deg: float = field(default=0.25, metadata={"help": "Side of a cell, degrees, for models that have none."})
    n_catalogs: int = field(default=10_000, metadata={"help": "Catalogs that are drawn, for models that draw."})
    seed: int = field(default=1, metadata={"help": "Seed of all draws."})
    pseudo_prospective: bool = field(
        default=False, metadata={"help": "Issue even though the windows have begun; the forecast says so for ever."}
    )

    def __post_init__(self) -> None:
        for days in self.horizon_days or ():
            if not LEAST_DAYS <= days <= MOST_DAYS:
                raise InputError(f"horizon_days is {days:g}; give {LEAST_DAYS:g} to {MOST_DAYS:,.0f} days")
        for magnitude in self.magnitudes or ():
            if not -5.0 <= magnitude <= 12.0:
                raise InputError(f"magnitudes has {magnitude:g}; give one from -5 to 12")
        if not 0.01 <= self.cell_deg <= 30.0:
            raise InputError(f"cell_deg is {self.cell_deg:g}; give 0.01 to 30 degrees")
        if self.n_catalogs < 100:
            raise InputError(f"n_catalogs is {self.n_catalogs}; give 100 or more")
        if self.seed < 0:
            raise InputError(f"seed is {self.seed}; give 0 or more")

    @property
    def horizons(self) -> tuple[float, ...]:
        """The windows in order."""
        return tuple(sorted(set(self.horizon_days or HORIZONS)))

    def above(self, least: float) -> tuple[float, ...]:
        """The magnitudes in order, for a model that knows events from `least` on. Errors: InputError for lower ones."""
        if self.magnitudes:
            if min(self.magnitudes) < least - 1e-9:
                raise InputError(
                    f"magnitude {min(self.magnitudes):g} is below {least:g}, the model's smallest; give higher ones"
                )
            return tuple(sorted(set(self.magnitudes)))
        first = -int(-(least - 1e-9) // _STEP)
        return tuple(_STEP * k for k in range(first, max(first, round(_HIGHEST / _STEP)) + 1))
