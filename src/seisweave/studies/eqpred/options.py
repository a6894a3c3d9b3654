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
from seisweave.nowcast.maps import MapOptions

if TYPE_CHECKING:
    import numpy as np

    from seisweave.catalog.catalog import Catalog
    from seisweave.progress import Progress

Protocol = Literal["paper", "prospective"]
BOX, CELL_DEG = (-120.0, -114.0, 32.0, 36.0), 0.1  # the grid of Feng & Fox (2021): 40 by 60 cells
_SIMULATED_EXTREMES = 60  # events that are extreme in the simulated catalog


@dataclass(frozen=True)
class TableOptions:
    """Which events, on which days, make the table.

    Errors: InputError for an invalid value.

    >>> TableOptions(protocol="prospective", every_years=1).retrain_years
    15
    """

    protocol: Protocol = field(
        default="paper", metadata={"help": "As published, with a smoothing that sees the future, or the past only."}
    )
    threshold: float | None = field(
        default=None, metadata={"help": "Magnitude from which an event is extreme; 4.5 for a given catalog."}
    )
    start: str | None = field(default=None, metadata={"help": "First day, UTC; the catalog's by default."})
    end: str | None = field(
        default=None,
        metadata={"help": "End of the days to judge by, to which the catalog is complete; the catalog's by default."},
    )
    span: int = field(default=5, metadata={"help": "Days of the LOESS smoothing; 1: none."})
    not_event_type: str | None = field(default=None, metadata={"help": "Leave out events of these types, like qb."})
    gaps: str = field(default="", metadata={"help": "Times nobody watched, as START/END, several with commas."})
    first: str | None = field(
        default=None, metadata={"help": "Prospective: first refit, and first day that is scored; 1995-01-01."}
    )
    every_years: int = field(default=5, metadata={"help": "Prospective: years between refits of what is cheap."})
    retrain_years: int = field(default=15, metadata={"help": "Prospective: years between trainings of networks."})
    validation_years: int = field(
        default=3, metadata={"help": "Prospective: last years of the past that networks are not trained on."}
    )
    trials: int = field(
        default=0, metadata={"help": "Random choices of settings tried for each model, on validation days, seed 0."}
    )

    def __post_init__(self) -> None:
        if self.trials < 0:
            raise InputError(f"trials is {self.trials}; give 0 or more")
        for name in ("every_years", "retrain_years", "validation_years"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; give 1 or more")


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
    """What a table is made from: a catalog, which of its events on which days, and the grid of its maps."""

    catalog: Catalog
    options: TableOptions
    maps: MapOptions

    @classmethod
    def of_catalog(cls, catalog: Catalog, options: TableOptions | None = None) -> TableInput:
        """A given catalog on the grid of the paper; extreme from magnitude 4.5, first refit in 1995 by default.

        >>> from seisweave.synthetic import southern_california_like
        >>> given = TableInput.of_catalog(southern_california_like(n_events=1000).catalog)
        >>> given.options.threshold, given.maps.shape
        (4.5, (40, 60))
        """
        options = options or TableOptions()
        options = replace(options, threshold=options.threshold or 4.5, first=options.first or "1995-01-01")
        maps = MapOptions(box=BOX, cell_deg=CELL_DEG, gaps=options.gaps, not_event_type=options.not_event_type)
        return cls(catalog, options, maps)

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
        options = replace(options, threshold=options.threshold or extreme, first=first, end=end)
        box = (-119.0, -115.0, 32.5, 35.5)
        maps = MapOptions(box=box, cell_deg=0.25, gaps=options.gaps, not_event_type=options.not_event_type)
        return cls(catalog, options, maps)

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
