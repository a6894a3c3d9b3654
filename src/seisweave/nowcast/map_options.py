"""Which events go into which cells and steps of maps; the command's flags are made from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np

from seisweave.catalog.selection import Selection
from seisweave.errors import InputError
from seisweave.nowcast.times import gaps_of

Value = Literal["log_energy", "energy", "mean_magnitude", "max_magnitude", "count"]

USUAL_CELL_DEG = 0.1


@dataclass(frozen=True)
class MapOptions:
    """Which events go into which cells and steps.

    Errors: InputError for an invalid value.

    Without a box they are of the catalog's own region, see `choose_maps`.

    >>> MapOptions(box=(-120.0, -114.0, 32.0, 36.0)).shape
    (40, 60)
    """

    box: tuple[float, float, float, float] | None = field(
        default=None,
        metadata={
            "help": "West, east, south, north of the grid, degrees; west above east crosses the date line. The"
            " catalog's own region unless given."
        },
    )
    cell_deg: float | None = field(
        default=None,
        metadata={"help": "Side of a cell, degrees; 0.1, or by the size of the catalog's own region, unless given."},
    )
    step_hours: float = field(default=24.0, metadata={"help": "Length of a step, hours."})
    value: Value = field(
        default="log_energy",
        metadata={"help": "What a cell holds: log_energy, energy, mean_magnitude, max_magnitude or count."},
    )
    gaps: str = field(
        default="",
        metadata={"help": "Times nobody watched, like 2019-10-15T07:07/2019-12-12T07:44, several with commas."},
    )
    min_magnitude: float | None = field(default=None, metadata={"help": "Keep events of this magnitude or above."})
    event_type: str | None = field(
        default=None, metadata={"help": "Keep events of these types, like eq (earthquake) or eq,qb."}
    )
    not_event_type: str | None = field(
        default=None, metadata={"help": "Leave out events of these types, like qb (quarry blast)."}
    )

    def __post_init__(self) -> None:
        if self.cell_deg is not None and not 0 < self.cell_deg <= 90:
            raise InputError(f"cell_deg is {self.cell_deg}; give a side between 0 and 90 degrees")
        if not 1 / 60 <= self.step_hours <= 24 * 366:
            raise InputError(f"step_hours is {self.step_hours}; give between a minute and a year")
        if self.value not in get_args(Value):
            raise InputError(f"value is {self.value!r}; choose one of {', '.join(get_args(Value))}")
        gaps_of(self.gaps)
        if self.box is not None:
            self._check_box(self.box)

    def _check_box(self, box: tuple[float, float, float, float]) -> None:
        west, east, south, north = (float(edge) for edge in box)
        object.__setattr__(self, "box", (west, east, south, north))
        if self.cell_deg is None:
            object.__setattr__(self, "cell_deg", USUAL_CELL_DEG)
        Selection(box=self.box)
        for name, width in (("east", (east - west) % 360 or 360.0), ("north", north - south)):
            cells = width / self.side_deg
            if round(cells) < 1 or abs(cells - round(cells)) > 1e-6:
                raise InputError(f"{name} of the box is {cells:g} cells of {self.side_deg}° away; give a whole number")
        if self.shape[0] * self.shape[1] > 1_000_000:
            raise InputError(
                f"the grid has {self.shape[0]} by {self.shape[1]} cells; give a smaller box, or larger cells"
            )

    @property
    def edges(self) -> tuple[float, float, float, float]:
        """The box. Errors: InputError where it is still to be chosen."""
        if self.box is None:
            raise InputError("the region is still to be chosen; give a box, or take choose_maps(catalog, options)")
        return self.box

    @property
    def side_deg(self) -> float:
        """Side of a cell; the usual one as long as none is chosen."""
        return USUAL_CELL_DEG if self.cell_deg is None else self.cell_deg

    @property
    def shape(self) -> tuple[int, int]:
        """Rows (latitude) and columns (longitude)."""
        west, east, south, north = self.edges
        return round((north - south) / self.side_deg), round(((east - west) % 360 or 360.0) / self.side_deg)

    @property
    def step(self) -> np.timedelta64:
        """Length of a step."""
        return np.timedelta64(round(self.step_hours * 3_600_000_000), "us")
