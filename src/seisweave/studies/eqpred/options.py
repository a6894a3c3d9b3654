"""What a table is made of, and how much of it is made in one run; the command's flags are made from it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Literal

from seisweave.catalog.instants import as_time
from seisweave.errors import InputError
from seisweave.nowcast.known import DAY, known_of
from seisweave.nowcast.map_options import MapOptions, Value

if TYPE_CHECKING:
    import numpy as np

    from seisweave.catalog.catalog import Catalog
    from seisweave.nowcast.channels import Channel
    from seisweave.progress import Progress

Protocol = Literal["paper", "prospective"]
BOX, CELL_DEG = (-120.0, -114.0, 32.0, 36.0), 0.1  # the grid of Feng & Fox (2021): 40 by 60 cells
EXTREME_FROM = 4.5  # magnitude; that of Feng & Fox (2021)
_SIMULATED_BOX, _SIMULATED_CELL_DEG = (-119.0, -115.0, 32.5, 35.5), 0.25
_SIMULATED_EXTREMES = 60  # events that are extreme in the simulated catalog


@dataclass(frozen=True)
class TableOptions:
    """Which events, in which cells and steps, make the table.

    Errors: InputError for an invalid value.

    >>> TableOptions(protocol="prospective", every_years=1).retrain_years
    15
    >>> TableOptions(thresholds="4.0,4.2,4.5").side_by_side
    (4.0, 4.2, 4.5)
    """

    protocol: Protocol = field(
        default="paper", metadata={"help": "As published, with a smoothing that sees the future, or the past only."}
    )
    threshold: float | None = field(
        default=None, metadata={"help": "Magnitude from which an event is extreme; 4.5 for a given catalog."}
    )
    thresholds: str = field(
        default="", metadata={"help": "Several of them, like 4.0,4.2,4.5: a table each, and all side by side."}
    )
    box: tuple[float, float, float, float] | None = field(
        default=None,
        metadata={"help": "West, east, south, north of the maps, degrees; -120 -114 32 36 for a given catalog."},
    )
    cell_deg: float | None = field(default=None, metadata={"help": "Side of a cell, degrees; 0.1 for a given catalog."})
    step_hours: float = field(default=24.0, metadata={"help": "Length of a step, hours."})
    value: Value = field(
        default="log_energy",
        metadata={"help": "What a cell holds: log_energy, energy, mean_magnitude, max_magnitude or count."},
    )
    start: str | None = field(default=None, metadata={"help": "First day, UTC; the catalog's by default."})
    end: str | None = field(
        default=None,
        metadata={"help": "End of the days to judge by, to which the catalog is complete; the catalog's by default."},
    )
    span: int = field(default=5, metadata={"help": "Steps of the LOESS smoothing; 1: none."})
    not_event_type: str | None = field(
        default=None, metadata={"help": "Leave out events of these types, like qb (quarry blast)."}
    )
    gaps: str = field(
        default="",
        metadata={"help": "Times nobody watched, like 2019-10-15T07:07/2019-12-12T07:44, several with commas."},
    )
    first: str | None = field(
        default=None, metadata={"help": "Prospective: first refit, and first day that is scored; 1995-01-01."}
    )
    every_years: int = field(default=5, metadata={"help": "Prospective: years between refits of what is cheap."})
    retrain_years: int = field(default=15, metadata={"help": "Prospective: years between trainings of networks."})
    validation_years: int = field(
        default=3, metadata={"help": "Prospective: last years of the past that networks are not trained on."}
    )
    trials: int = field(
        default=0, metadata={"help": "Random choices of settings tried for each network, on validation days, seed 0."}
    )
    code: bool = field(
        default=False, metadata={"help": "A row more: EQPRED that nowcasts the code itself, as eq. 8 is printed."}
    )

    def __post_init__(self) -> None:
        if self.trials < 0:
            raise InputError(f"trials is {self.trials}; give 0 or more")
        for name in ("every_years", "retrain_years", "validation_years"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; give 1 or more")
        if self.thresholds and self.threshold is not None:
            raise InputError(f"threshold is {self.threshold}, and thresholds is {self.thresholds!r}; give one of them")
        if self.thresholds and len(set(self.side_by_side)) < 2:
            raise InputError(f"thresholds is {self.thresholds!r}; give two or more magnitudes, or --threshold")

    def extreme_from(self, usual: float = EXTREME_FROM) -> float:
        """The threshold, or the usual one where none is given."""
        return usual if self.threshold is None else self.threshold

    @property
    def side_by_side(self) -> tuple[float, ...]:
        """The thresholds of several tables; none where there is one. Errors: InputError for what is no magnitude."""
        try:
            made = tuple(float(part) for part in self.thresholds.split(",")) if self.thresholds else ()
        except ValueError:
            made = (math.nan,)
        if not all(-5.0 <= magnitude <= 10.0 for magnitude in made):
            raise InputError(f"thresholds is {self.thresholds!r}; give magnitudes from -5 to 10, like 4.0,4.2,4.5")
        return made

    def maps(self, box: tuple[float, float, float, float], cell_deg: float) -> MapOptions:
        """The grid: as given, or else this box and cells of this side."""
        return MapOptions(
            box=self.box or box,
            cell_deg=cell_deg if self.cell_deg is None else self.cell_deg,
            step_hours=self.step_hours,
            value=self.value,
            gaps=self.gaps,
            not_event_type=self.not_event_type,
        )


@dataclass(frozen=True)
class Effort:
    """How much of a table is made in one run: seeds 0, 1, ..., minutes until no more fit is begun, few epochs.

    >>> Effort(quick=True).seeds
    5
    """

    seeds: int = 5
    minutes: float | None = None
    quick: bool = False


@dataclass(frozen=True, eq=False)
class TableInput:
    """What a table is made from: a catalog, which of its events on which days, the grid of its maps, and covariates."""

    catalog: Catalog
    options: TableOptions
    maps: MapOptions
    channels: tuple[Channel, ...] = ()

    @classmethod
    def of_catalog(cls, catalog: Catalog, options: TableOptions | None = None) -> TableInput:
        """A given catalog on the grid of the paper; extreme from magnitude 4.5, first refit in 1995 by default.

        >>> from seisweave.synthetic import southern_california_like
        >>> given = TableInput.of_catalog(southern_california_like(n_events=1000).catalog)
        >>> given.options.threshold, given.maps.shape
        (4.5, (40, 60))
        """
        options = options or TableOptions()
        threshold = None if options.thresholds else options.extreme_from()
        options = replace(options, threshold=threshold, first=options.first or "1995-01-01")
        return cls(catalog, options, options.maps(BOX, CELL_DEG))

    @classmethod
    def simulated(cls, options: TableOptions | None = None) -> TableInput:
        """A small simulated catalog, on a grid as coarse as it is small; its sixty largest events are extreme.

        >>> TableInput.simulated().options.threshold
        3.9
        """
        from seisweave.synthetic import southern_california_like

        options = options or TableOptions()
        catalog = southern_california_like(seed=1, n_events=6000).catalog
        extreme = math.floor(10 * sorted(catalog.magnitude)[-_SIMULATED_EXTREMES]) / 10
        first, end = options.first or "2015-01-01", options.end or "2020-01-01"  # of ten years from 2010 on
        threshold = None if options.thresholds else options.extreme_from(extreme)
        options = replace(options, threshold=threshold, first=first, end=end)
        return cls(catalog, options, options.maps(_SIMULATED_BOX, _SIMULATED_CELL_DEG))

    def with_threshold(self, threshold: float) -> TableInput:
        """The same for one of several thresholds."""
        return replace(self, options=replace(self.options, threshold=threshold, thresholds=""))

    @property
    def complete_until(self) -> np.datetime64 | None:
        """The named end of the days, up to which the catalog is complete, but no later than the last event's day.

        None where no end is named: then the day of the last event is unfinished.
        """
        if self.options.end is None:
            return None
        return min(as_time("end", self.options.end), known_of(self.catalog).end() + DAY)


@dataclass(frozen=True, eq=False)
class Fitting:
    """How fits are made: with what effort, kept in which folder, how many at a time, begun until when, who is told.

    `until` is in seconds since 1970.
    """

    effort: Effort
    folder: Path
    jobs: int = 1
    until: float = float("inf")
    progress: Progress | None = None

    @classmethod
    def begin(cls, effort: Effort, folder: Path, *, jobs: int = 1, progress: Progress | None = None) -> Fitting:
        """From now on.

        >>> Fitting.begin(Effort(), Path("fits")).until
        inf
        """
        until = float("inf") if effort.minutes is None else time() + 60.0 * effort.minutes
        return cls(effort, folder, jobs, until, progress)

    @property
    def seeds(self) -> range:
        """The seeds of all fits."""
        return range(self.effort.seeds)
