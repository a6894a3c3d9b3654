"""What a table is made of, and how much of it is made in one run; the command's flags are made from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Literal

from seisweave.errors import InputError

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog
    from seisweave.nowcast.maps import MapOptions
    from seisweave.progress import Progress

Protocol = Literal["paper", "prospective"]


@dataclass(frozen=True)
class TableOptions:
    """Which events, on which days, make the table.

    Errors: InputError for a value that cannot be.
    """

    protocol: Protocol = field(
        default="paper", metadata={"help": "As published, with a smoothing that sees the future, or the past only."}
    )
    threshold: float | None = field(
        default=None, metadata={"help": "Magnitude from which an event is extreme; 4.5 for a given catalog."}
    )
    start: str | None = field(default=None, metadata={"help": "First day, UTC; the catalog's by default."})
    end: str | None = field(default=None, metadata={"help": "End of the days to judge by; the catalog's by default."})
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
    """How much of a table is made in one run: seeds, fits at a time, minutes until no more is begun, few epochs."""

    seeds: int
    jobs: int
    minutes: float | None
    quick: bool


@dataclass(frozen=True, eq=False)
class TableInput:
    """What a table is made from: a catalog, which of its events on which days, and the grid of its maps."""

    catalog: Catalog
    options: TableOptions
    maps: MapOptions


@dataclass(frozen=True, eq=False)
class Fitting:
    """How fits are made: with what effort, kept in which folder, begun until when (s since 1970), and who is told."""

    effort: Effort
    folder: Path
    until: float = float("inf")
    progress: Progress | None = None

    @classmethod
    def begin(cls, effort: Effort, folder: Path, progress: Progress | None = None) -> Fitting:
        """From now on."""
        until = float("inf") if effort.minutes is None else time() + 60.0 * effort.minutes
        return cls(effort, folder, until, progress)

    @property
    def seeds(self) -> range:
        """The seeds of all fits."""
        return range(self.effort.seeds)
