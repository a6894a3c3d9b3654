"""The timetable of a prospective table: the steps it is scored on, when what is fitted anew, and on which days."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seisweave.catalog.instants import as_time
from seisweave.nowcast.place.options import WindowOptions, years_later
from seisweave.nowcast.region.observed import Observed, observe
from seisweave.nowcast.region.options import NowcastOptions
from seisweave.nowcast.region.settings import Settings
from seisweave.studies.eqpred.days import Days, days_before
from seisweave.studies.eqpred.expanding_window import Target
from seisweave.studies.eqpred.options import TableInput

HORIZONS = (1, 7)  # steps
LOWER = 0.5  # magnitude units below the threshold, for the second target


@dataclass(frozen=True, eq=False)
class Timetable:
    """What all models are scored on: steps, borders of refits and their end, and the days of each training."""

    observed: Observed
    borders: tuple[np.datetime64, ...]
    trainings: tuple[Days, ...]

    def training_of(self, refit: int) -> int:
        """Number of the latest training at or before a refit."""
        return max(k for k, days in enumerate(self.trainings) if days.border <= self.borders[refit])

    @property
    def summary(self) -> dict[str, object]:
        """Its dates, for summary.json."""
        borders = [str(border)[:10] for border in self.borders]
        trained = [str(days.border)[:10] for days in self.trainings]
        return {"refits": borders[:-1], "end": borders[-1], "trained": trained}


def timetable_of(given: TableInput) -> Timetable:
    """Borders every few years, and the days before those of them at which networks are trained.

    >>> from seisweave.studies.eqpred.options import TableOptions
    >>> given = TableInput.simulated(TableOptions(protocol="prospective", retrain_years=10))
    >>> timetable_of(given).summary
    {'refits': ['2015-01-01'], 'end': '2020-01-01', 'trained': ['2015-01-01']}
    """
    catalog, options, maps = given.catalog, given.options, given.maps
    nowcast = NowcastOptions(threshold=options.extreme_from(), start=options.start, end=options.end, span=options.span)
    until, channels = given.complete_until, given.channels
    observed = observe(catalog, Settings(nowcast, maps), complete_until=until, channels=channels)
    end = str(observed.steps.start[-1] + observed.steps.step)[:10]
    refits = WindowOptions(start=options.first or "1995-01-01", end=end, every_years=options.every_years).refits
    trained = refits[:: max(1, round(options.retrain_years / options.every_years))]
    late = years_later(as_time("end", end), -options.every_years)  # what would be judged on less is not worth it
    trained = (trained[0], *(day for day in trained[1:] if as_time("border", day) <= late))
    trainings = [
        days_before(catalog, observed, border, nowcast, maps, validation_years=options.validation_years)
        for border in trained
    ]
    borders = tuple(as_time("border", day) for day in (*refits, end))
    return Timetable(observed, borders, tuple(trainings))


def targets_of(threshold: float, step_hours: float = 24.0) -> list[Target]:
    """Both magnitudes, the next step and the next seven.

    >>> [str(target) for target in targets_of(4.5)[:2]]
    ['M ≥ 4.5, next day', 'M ≥ 4.5, next 7 days']
    """
    return [Target(m, steps, step_hours) for m in (threshold, threshold - LOWER) for steps in HORIZONS]
