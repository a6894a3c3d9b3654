"""Options of the nowcast by place: its cells and thresholds, its network, and the years it is tested on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Literal, get_args

import numpy as np

from seisweave.catalog.instants import as_time, first_instant
from seisweave.errors import InputError
from seisweave.nowcast.devices import check_accelerator
from seisweave.nowcast.known import DAY, MIDNIGHT
from seisweave.nowcast.map_options import MapOptions
from seisweave.renamed import renamed_fields

MOST_DAYS, USUAL_CELL_DEG, USUAL_CALIBRATION_YEARS = 365, 0.5, 5
Rates = Literal["sums", "etas"]


@dataclass(frozen=True)
class PlaceOptions:
    """The cells, and what is nowcast in them.

    Errors: InputError for an invalid value.

    What is not given is chosen from the catalog, see `choose_place`.

    >>> PlaceOptions(box=(-120.0, -114.0, 32.0, 36.0)).maps.shape
    (8, 12)
    """

    magnitudes: tuple[float, float, float, float] | None = field(
        default=None,
        metadata={
            "help": "Four thresholds in rising order, learned together; 3 3.5 4 4.5, or what the catalog bears, unless"
            " given."
        },
    )
    box: tuple[float, float, float, float] | None = field(
        default=None,
        metadata={
            "help": "West, east, south, north of the grid, degrees; west above east crosses the date line. The"
            " catalog's own region unless given."
        },
    )
    cell_deg: float | None = field(
        default=None,
        metadata={"help": "Side of a cell, degrees; 0.5, or by the size of the catalog's own region, unless given."},
    )
    days: int = field(default=1, metadata={"help": "Days ahead: an event within so many days."})
    gaps: str = field(
        default="",
        metadata={"help": "Times nobody watched, like 2019-10-15T07:07/2019-12-12T07:44, several with commas."},
    )
    learn_from: str | None = field(
        default=None,
        metadata={"help": "First day to learn from; what came before is remembered. A year after the first event."},
    )
    event_type: str | None = field(
        default=None, metadata={"help": "Keep events of these types, like eq (earthquake) or eq,qb."}
    )
    not_event_type: str | None = field(
        default=None, metadata={"help": "Leave out events of these types, like qb (quarry blast)."}
    )

    def __post_init__(self) -> None:
        if self.magnitudes is not None:
            object.__setattr__(self, "magnitudes", tuple(float(magnitude) for magnitude in self.magnitudes))
            steps = np.diff(self.thresholds)
            if not (len(self.thresholds) == 4 and np.isfinite(self.thresholds).all() and np.all(steps > 0)):
                raise InputError(f"magnitudes are {self.magnitudes}; give four thresholds in rising order")
        if not 1 <= self.days <= MOST_DAYS:
            raise InputError(f"days is {self.days}; give 1 to {MOST_DAYS}")
        if self.box is not None and self.cell_deg is None:
            object.__setattr__(self, "cell_deg", USUAL_CELL_DEG)
        object.__setattr__(self, "box", self.maps.box)
        if self.learn_from is not None:
            as_time("learn_from", self.learn_from)

    @property
    def thresholds(self) -> tuple[float, float, float, float]:
        """The magnitudes. Errors: InputError where they are still to be chosen."""
        if self.magnitudes is None:
            raise InputError("magnitudes are still to be chosen; give four, or take choose_place(catalog, settings)")
        return self.magnitudes

    @property
    def maps(self) -> MapOptions:
        """The grid, a map a day."""
        return MapOptions(
            box=self.box,
            cell_deg=self.cell_deg,
            gaps=self.gaps,
            event_type=self.event_type,
            not_event_type=self.not_event_type,
        )


@dataclass(frozen=True)
class PlaceNetworkOptions:
    """The size of the network, and how it is trained; chosen on the years before 1995 (docs/concepts/place.md).

    Errors: InputError for an invalid value.

    >>> PlaceNetworkOptions(epochs=0)
    Traceback (most recent call last):
    seisweave.errors.InputError: epochs is 0; give 1 or more
    """

    filters: int = field(default=24, metadata={"help": "Filters of each 3×3 convolution."})
    dropout: float = field(default=0.1, metadata={"help": "Share of the filters' values left out while training."})
    epochs: int = field(default=8, metadata={"help": "Epochs of training; all of them are run."})
    batch: int = field(default=64, metadata={"help": "Days a step."})
    learning_rate: float = field(default=2e-3, metadata={"help": "Highest step size, reached after a tenth of it all."})
    quiet_share: float = field(
        default=0.25, metadata={"help": "Share of the days without any event that are learned from, weighted in turn."}
    )
    calibration_years: int | None = field(
        default=None,
        metadata={
            "help": "Years of the past that an earlier network nowcasts, to calibrate on; 5, or half of a shorter past,"
            " unless given."
        },
    )
    calibration_fits: int = field(
        default=3,
        metadata={"help": "Earlier networks, one for each such stretch of years; fewer where too little is known."},
    )
    accelerator: str = field(default="cpu", metadata={"help": "Where to compute: auto, cpu, gpu, cuda, mps."})
    rates: Rates = field(
        default="etas",
        metadata={"help": "Rates it starts from: sums of textbook aftershocks, or etas: these and a fitted ETAS."},
    )

    def __post_init__(self) -> None:
        if self.rates not in get_args(Rates):
            raise InputError(f"rates is {self.rates!r}; choose one of {', '.join(get_args(Rates))}")
        for name in ("filters", "epochs", "batch", "calibration_years", "calibration_fits"):
            if getattr(self, name) is not None and getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; give 1 or more")
        check_accelerator(self.accelerator)
        if not 0.0 <= self.dropout < 1.0:
            raise InputError(f"dropout is {self.dropout}; give 0 to below 1")
        if not 0.0 < self.learning_rate < 1.0:
            raise InputError(f"learning_rate is {self.learning_rate}; give a number between 0 and 1")
        if not 0.0 < self.quiet_share <= 1.0:
            raise InputError(f"quiet_share is {self.quiet_share}; give a share above 0, up to 1")

    @property
    def years_to_calibrate(self) -> int:
        """The years to calibrate on; the usual five as long as none are chosen."""
        return USUAL_CALIBRATION_YEARS if self.calibration_years is None else self.calibration_years


@dataclass(frozen=True)
class PlaceSettings:
    """All that a nowcaster by place is trained with: its cells, its network, a seed, and where the past ends.

    seed is that of first weights and order of days; `end` is the day before which is learned, None for all days.

    >>> PlaceSettings(PlaceOptions(days=7), seed=3).place.days
    7
    """

    place: PlaceOptions = field(default_factory=PlaceOptions)
    network: PlaceNetworkOptions = field(default_factory=PlaceNetworkOptions)
    seed: int = 0
    end: str | None = None

    def __post_init__(self) -> None:
        if self.end is not None:
            first_instant("end", self.end, MIDNIGHT, DAY)


@renamed_fields(first="start")
@dataclass(frozen=True)
class WindowOptions:
    """The years that are scored, and when everything is fitted anew on all that came before.

    Errors: InputError for dates out of order.

    >>> WindowOptions(start="1995-01-01", end="2006-01-01").refits
    ('1995-01-01', '2000-01-01', '2005-01-01')
    """

    start: str = field(default="1995-01-01", metadata={"help": "First day that is scored, and first fit."})
    end: str = field(default="2026-01-01", metadata={"help": "Day after the last that is scored."})
    every_years: int = field(default=5, metadata={"help": "Years from one fit to the next."})
    plain_from: str | None = field(
        default=None, metadata={"help": "First day the plain baselines learn from; by default that of the network."}
    )

    etas: bool = field(default=True, metadata={"help": "Fit ETAS to the past of each fit, and score it beside."})

    def __post_init__(self) -> None:
        if self.every_years < 1:
            raise InputError(f"every_years is {self.every_years}; give 1 or more")
        if self.plain_from is not None:
            as_time("plain_from", self.plain_from)
        if first_instant("start", self.start, MIDNIGHT, DAY) >= first_instant("end", self.end, MIDNIGHT, DAY):
            raise InputError(f"start {self.start} is not before end {self.end}; give a later end")

    @property
    def refits(self) -> tuple[str, ...]:
        """Days of the fits."""
        first, end = as_time("start", self.start), as_time("end", self.end)
        days = (years_later(first, k) for k in range(0, 10_000, self.every_years))
        return tuple(str(day.astype("datetime64[D]")) for day in takewhile(lambda day: day < end, days))


@dataclass(frozen=True)
class BacktestOptions:
    """All that a backtest is made with: cells, network, the years that are scored; one network a seed and refit.

    >>> BacktestOptions(seeds=range(2)).seeds
    (0, 1)
    """

    place: PlaceOptions = field(default_factory=PlaceOptions)
    network: PlaceNetworkOptions = field(default_factory=PlaceNetworkOptions)
    window: WindowOptions = field(default_factory=WindowOptions)
    seeds: Sequence[int] = (0,)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seeds", tuple(self.seeds))
        if not self.seeds:
            raise InputError("seeds is empty; give one or more")


@renamed_fields(update_epochs="epochs", update_rate="learning_rate")
@dataclass(frozen=True)
class UpdateOptions:
    """How a network goes on learning; set beforehand, none of it was tuned.

    Errors: InputError for an invalid value.

    >>> UpdateOptions(replay=0)
    Traceback (most recent call last):
    seisweave.errors.InputError: replay is 0; give 1 or more
    """

    epochs: int = field(default=2, metadata={"help": "Epochs over the new days and the draw of old ones."})
    replay: int = field(default=2000, metadata={"help": "Old days that are drawn, at least as many as are new."})
    learning_rate: float = field(default=5e-4, metadata={"help": "Highest step size, reached after a tenth of it all."})

    def __post_init__(self) -> None:
        for name in ("epochs", "replay"):
            if getattr(self, name) < 1:
                raise InputError(f"{name} is {getattr(self, name)}; give 1 or more")
        if not 0.0 < self.learning_rate < 1.0:
            raise InputError(f"learning_rate is {self.learning_rate}; give a number between 0 and 1")


def years_later(day: np.datetime64, years: int) -> np.datetime64:
    """The same day some years later, or earlier; the first of March for a 29th of February that is not there.

    >>> str(years_later(np.datetime64("2000-02-29"), -5))
    '1995-03-01T00:00:00.000000'
    """
    month = day.astype("datetime64[M]")
    return (month + np.timedelta64(12 * years, "M")).astype("datetime64[us]") + (day.astype("datetime64[us]") - month)
