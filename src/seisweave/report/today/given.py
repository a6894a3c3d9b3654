"""What the page of today is made from: forecasts on record, and what else there is of network, catalog and scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.errors import InputError
from seisweave.etas.cell_mass import CellGrid
from seisweave.issued import IssuedForecast, issued_in, read_issued
from seisweave.report.today.options import TodayOptions
from seisweave.report.words import event_words

if TYPE_CHECKING:
    import pandas as pd

    from seisweave.catalog.catalog import Catalog
    from seisweave.faults.network import FaultNetwork
    from seisweave.issued import IssuedFile
    from seisweave.report.results.opened import ScoreTables
    from seisweave.report.traces import Traces

DAY = np.timedelta64(1, "D")
_FIRST = 5.0  # magnitude that is spoken of, where there is one
_RANGE = (0.025, 0.975)
_NEVER = np.datetime64("NaT", "us")
_QUIET = np.timedelta64(6, "h")  # that a catalog may be without events, and still be taken as known


@dataclass(frozen=True, eq=False)
class Said:
    """What one forecast on record said of the region as a whole: chances, numbers and their range (h, m)."""

    now: np.datetime64
    horizon_days: Float[np.ndarray, " h"]
    magnitudes: Float[np.ndarray, " m"]
    chance: Float[np.ndarray, "h m"]
    expected: Float[np.ndarray, "h m"]
    low: Float[np.ndarray, "h m"]
    high: Float[np.ndarray, "h m"]
    pseudo_prospective: bool

    @classmethod
    def of(cls, made: IssuedForecast) -> Said:
        """Without the cells."""
        low, high = range_of(made)
        parts = (made.horizon_days, made.magnitudes, made.chance, made.expected, low, high)
        return cls(made.now, *parts, made.pseudo_prospective)


@dataclass(frozen=True, eq=False)
class OfModel:
    """The latest forecast of a model, the one of about a day before (None: there is none), and the record.

    `said` is in order of time with the latest last; no two first windows overlap.
    """

    latest: IssuedForecast
    before: IssuedForecast | None = None
    said: tuple[Said, ...] = ()

    @property
    def name(self) -> str:
        """The model's short name."""
        return self.latest.model


@dataclass(frozen=True, eq=False)
class Given:
    """All that a page of today may tell of; the model that the first sentence is by comes first.

    catalog has no event from the latest `now` on: what came later is not known there. Whether windows that ended after
    `known_until` were quiet is not known.
    """

    models: tuple[OfModel, ...]
    network: FaultNetwork | None = None
    catalog: Catalog | None = None
    scores: ScoreTables | None = None
    traces: Traces | None = None
    options: TodayOptions = field(default_factory=TodayOptions)
    known_until: np.datetime64 = _NEVER

    @property
    def lead(self) -> OfModel:
        """The model of the first sentence."""
        return self.models[0]

    @property
    def now(self) -> np.datetime64:
        """The instant from which the first sentence speaks."""
        return self.lead.latest.now

    @cached_property
    def events(self) -> pd.DataFrame | None:
        """Time, longitude, latitude and magnitude of the catalog's events in the lead's region, in order of time.

        Without those whose time or magnitude is not known; None without a catalog.
        """
        import pandas as pd

        if self.catalog is None:
            return None
        catalog = self.catalog
        kept = in_region(self.lead.latest, catalog.longitude, catalog.latitude)
        kept &= np.isfinite(catalog.magnitude) & ~np.isnat(catalog.times)
        columns = {"time": catalog.times, "longitude": catalog.longitude, "latitude": catalog.latitude}
        columns |= {"magnitude": catalog.magnitude}
        table = pd.DataFrame({name: values[kept] for name, values in columns.items()})
        return table.sort_values("time", kind="stable", ignore_index=True)

    @property
    def magnitude(self) -> int:
        """Place of the magnitude that is spoken of first, among those of the lead."""
        wanted = self.options.magnitude
        return nearest(self.lead.latest.magnitudes, _FIRST if wanted is None else wanted)


def given_from(
    issued: Sequence[str | Path | IssuedForecast],
    *,
    network: FaultNetwork | None = None,
    catalog: Catalog | None = None,
    scores: ScoreTables | None = None,
    traces: Traces | None = None,
    options: TodayOptions | None = None,
) -> Given:
    """Take together what a page of today is made from.

    Arguments:
        issued: folders of forecasts on record, single files, or forecasts; the latest of each model is told.
        network: whose faults are drawn.
        catalog: events until now.
        scores: of past forecasts.
        traces: mapped faults.
        options: see `TodayOptions`.

    Errors: InputError for no forecast, and a damaged one.

    >>> from seisweave.issued.example import example_issued
    >>> given = given_from([example_issued("2019-07-05T04:00"), example_issued("2019-07-06T04:00")])
    >>> len(given.models), given.lead.before is None, len(given.lead.said)
    (1, False, 2)
    """
    options = options or TodayOptions()
    found = _files(issued)
    if not found:
        raise InputError(f"{_named(issued)}: no forecast on record; make one by `seisweave issue`")
    models = [_of_model([each for each in found if each.model == name], options) for name in _names(found)]
    models.sort(key=lambda each: (-each.latest.now.astype(np.int64), not each.latest.gives_numbers, each.name))
    _check_magnitude(models[0].latest, options)
    now = models[0].latest.now
    known = None if catalog is None else catalog[catalog.times < now]
    return Given(tuple(models), network, known, scores, traces, options, _known_until(catalog, now))


def _check_magnitude(made: IssuedForecast, options: TodayOptions) -> None:
    wanted = options.magnitude
    if wanted is not None and place_of(made.magnitudes, wanted) is None:
        known = ", ".join(f"{magnitude:g}" for magnitude in made.magnitudes)
        raise InputError(f"magnitude {wanted:g} is not among those of the forecast; give one of {known}")


def _known_until(catalog: Catalog | None, now: np.datetime64) -> np.datetime64:
    """The last event of a catalog, or now where it goes on until then, but for some quiet hours."""
    times = np.zeros(0, "datetime64[us]") if catalog is None else catalog.times[~np.isnat(catalog.times)]
    if not len(times):
        return _NEVER
    return now if times.max() >= now - _QUIET else times.max()


def range_of(made: IssuedForecast) -> tuple[Float[np.ndarray, "h m"], Float[np.ndarray, "h m"]]:
    """Low and high end of the numbers: the quantiles nearest to those of 95 in 100; NaN where there are none."""
    if len(made.levels) < 2:
        return np.full_like(made.expected, np.nan), np.full_like(made.expected, np.nan)
    low, high = (nearest(made.levels, level) for level in _RANGE)
    return made.quantiles[..., low], made.quantiles[..., high]


def range_share(made: IssuedForecast) -> float:
    """The share of cases that the range holds."""
    if len(made.levels) < 2:
        return float("nan")
    low, high = (made.levels[nearest(made.levels, level)] for level in _RANGE)
    return float(high - low)


def nearest(values: Float[np.ndarray, " n"], value: float) -> int:
    """Place of the nearest value, the lower of two."""
    return int(np.argmin(np.abs(np.asarray(values) - value) + 1e-9 * np.arange(len(values))))


def place_of(values: Float[np.ndarray, " n"], value: float) -> int | None:
    """Place of a value; None where it is not among them.

    >>> place_of(np.array([3.0, 4.0]), 4.0), place_of(np.array([3.0, 4.0]), 3.5)
    (1, None)
    """
    at = np.flatnonzero(np.abs(values - value) < 1e-9)
    return int(at[0]) if len(at) else None


def row_of(made: IssuedForecast, days: float, magnitude: float) -> tuple[int, int] | None:
    """Places of a window and a magnitude in a forecast; None where it has no such."""
    try:
        return made.row(days, magnitude)
    except InputError:
        return None


def what_of(made: IssuedForecast, h: int, m: int) -> str:
    """A window and a magnitude in words."""
    return event_words(float(made.magnitudes[m]), float(made.horizon_days[h]))


def cells_of(
    made: IssuedForecast, longitude: Float[np.ndarray, " n"], latitude: Float[np.ndarray, " n"]
) -> Int[np.ndarray, "n 2"]:
    """Row and column of the cell that each place lies in; -1 outside the grid."""
    return np.stack(CellGrid(made.lon_edges, made.lat_edges).cell_of(longitude, latitude), axis=1)


def in_region(
    made: IssuedForecast, longitude: Float[np.ndarray, " n"], latitude: Float[np.ndarray, " n"]
) -> Bool[np.ndarray, " n"]:
    """Which places lie in a cell of the forecast's region."""
    at = cells_of(made, longitude, latitude)
    return (at[:, 0] >= 0) & made.inside[at[:, 0], at[:, 1]]


@dataclass(frozen=True, eq=False)
class _One:
    """A forecast that is there already, in the place of a file."""

    made: IssuedForecast

    @property
    def now(self) -> np.datetime64:
        return self.made.now

    @property
    def model(self) -> str:
        return self.made.model

    def read(self) -> IssuedForecast:
        return self.made


def _files(issued: Sequence[str | Path | IssuedForecast]) -> list[IssuedFile | _One]:
    found: list[IssuedFile | _One] = []
    for each in issued:
        if isinstance(each, IssuedForecast):
            found.append(_One(each))
        elif Path(each).is_dir():
            found += issued_in(each)
        else:
            found.append(_One(read_issued(each)))
    return sorted(found, key=lambda each: each.now)


def _names(found: Sequence[IssuedFile | _One]) -> list[str]:
    return sorted({each.model for each in found})


def _named(issued: Sequence[str | Path | IssuedForecast]) -> str:
    return str(issued[0]) if len(issued) and not isinstance(issued[0], IssuedForecast) else "today"


def _of_model(files: list[IssuedFile | _One], options: TodayOptions) -> OfModel:
    """Read the latest of a model's files, the one of a day before, and some of the others."""
    latest = files[-1].read()
    nows = np.array([each.now for each in files])
    ago = (latest.now - nows) / DAY
    day = int(np.argmin(np.abs(ago - 1.0)))
    before = files[day].read() if 0.5 <= ago[day] <= 1.5 else None
    window = float(latest.horizon_days[0])
    chosen = [len(files) - 1]
    while len(chosen) < options.most_past:
        earlier = np.flatnonzero(ago[: chosen[-1]] >= ago[chosen[-1]] + window - 1e-6)
        if not len(earlier):
            break
        chosen.append(int(earlier[-1]))
    said = [Said.of(latest if at == len(files) - 1 else files[at].read()) for at in reversed(chosen)]
    return OfModel(latest, before, tuple(said))
