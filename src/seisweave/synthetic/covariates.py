"""A world whose events follow a covariate: what a day holds raises or lowers the rate of the next.

    λ(t, cell) = μ exp(β z(t - 1, cell) - β²/2)

with z a field of standard normal values that change from day to day as an autoregression: a part common to all cells,
and each cell's own. Events are Poisson, so that nothing but z tells more of a day than its mean rate; with the β that
was planted, a perfect nowcast gains β²/2 nats an event over that (the mean of ln λ/μ where events come). Magnitudes
follow Gutenberg & Richter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Shaped

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError

if TYPE_CHECKING:
    import xarray as xr

_FIRST = np.datetime64("2000-01-01", "us")
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class CovariateOptions:
    """How large the world is, and how much its covariate says.

    Errors: InputError for an invalid value.

    >>> CovariateOptions(beta=1.0).gain_nats
    0.5
    """

    days: int = field(default=2000, metadata={"help": "Days of the world, from 2000-01-01 on."})
    box: tuple[float, float, float, float] = field(
        default=(-118.0, -116.0, 33.0, 35.0), metadata={"help": "West, east, south, north, degrees."}
    )
    cell_deg: float = field(default=0.5, metadata={"help": "Side of a cell with a value of its own, degrees."})
    events_per_day: float = field(default=1.0, metadata={"help": "Mean number of events in the box."})
    beta: float = field(default=0.8, metadata={"help": "Logarithm of the factor that one standard deviation is worth."})
    memory: float = field(default=0.8, metadata={"help": "What is left of a value on the next day, 0 to below 1."})
    common: float = field(default=0.5, metadata={"help": "Share of the variance that all cells have in common."})
    minimum_magnitude: float = field(default=3.0, metadata={"help": "Smallest magnitude."})

    def __post_init__(self) -> None:
        if self.days < 2 or self.events_per_day <= 0.0 or self.cell_deg <= 0.0:
            raise InputError(f"days is {self.days}; give 2 or more, and events and cells above 0")
        if not 0.0 <= self.memory < 1.0 or not 0.0 <= self.common <= 1.0:
            raise InputError(f"memory is {self.memory}, common {self.common}; give 0 to below 1, and 0 to 1")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of cells."""
        west, east, south, north = self.box
        return max(round((north - south) / self.cell_deg), 1), max(round((east - west) / self.cell_deg), 1)

    @property
    def gain_nats(self) -> float:
        """What a perfect nowcast gains over the mean rate, nats an event."""
        return 0.5 * self.beta**2


@dataclass(frozen=True, eq=False)
class CovariateWorld:
    """Events, and the covariate of each day (t) and cell that led them.

    >>> world = covariate_world(CovariateOptions(days=300), seed=1)
    >>> world.covariate.shape, len(world.catalog)
    ((300, 4, 4), 248)
    >>> world.dataset().sizes["time"]
    300
    """

    catalog: Catalog
    day: Shaped[np.ndarray, " t"]
    covariate: Float[np.ndarray, "t rows columns"]
    options: CovariateOptions

    def shuffled(self, seed: int) -> CovariateWorld:
        """The same events, and the days of the covariate in another order: it tells nothing."""
        order = np.random.default_rng((seed, 1)).permutation(len(self.day))
        return CovariateWorld(self.catalog, self.day, self.covariate[order], self.options)

    def dataset(self, name: str = "strain") -> xr.Dataset:
        """The covariate by the CF conventions, each value known at the end of its day."""
        import xarray as xr

        west, _, south, _ = self.options.box
        side, (rows, columns) = self.options.cell_deg, self.options.shape
        middle = {
            "latitude": south + side * (np.arange(rows) + 0.5),
            "longitude": west + side * (np.arange(columns) + 0.5),
        }
        units = {"latitude": "degrees_north", "longitude": "degrees_east"}
        axes = {kind: (kind, value, {"standard_name": kind, "units": units[kind]}) for kind, value in middle.items()}
        time = self.day.astype("datetime64[ns]")
        values = ("time", "latitude", "longitude"), self.covariate.astype(np.float32), {"units": "1"}
        known = ("time", (self.day + _DAY).astype("datetime64[ns]"), {"long_name": "instant from which it was known"})
        return xr.Dataset(
            {name: values, "known_from": known},
            {"time": ("time", time, {"standard_name": "time"}), **axes},
            {"Conventions": "CF-1.11"},
        )


def covariate_world(options: CovariateOptions | None = None, *, seed: int = 0) -> CovariateWorld:
    """Draw a world; of the first day nothing is told.

    The last event, of the smallest magnitude, comes at the first instant after the last day: all days are whole.

    >>> world = covariate_world(CovariateOptions(days=2000, beta=1.0), seed=1)
    >>> day = (world.catalog.times[:-1] - world.day[0]) // np.timedelta64(1, "D")
    >>> n, yesterday = np.bincount(day.astype(int), minlength=2000)[1:], world.covariate.mean(axis=(1, 2))[:-1]
    >>> bool(n[yesterday > 0].mean() > 1.5 * n[yesterday < 0].mean())
    True
    """
    options, rng = options or CovariateOptions(), np.random.default_rng(seed)
    rows, columns = options.shape
    common = _autoregression(rng, (options.days, 1, 1), options.memory)
    own = _autoregression(rng, (options.days, rows, columns), options.memory)
    z = np.sqrt(options.common) * common + np.sqrt(1.0 - options.common) * own
    led = np.concatenate([np.zeros((1, rows, columns)), z[:-1]])
    mean = options.events_per_day / (rows * columns)
    n = rng.poisson(mean * np.exp(options.beta * led - 0.5 * options.beta**2))
    day, row, column = (np.repeat(index, n.ravel()) for index in np.unravel_index(np.arange(n.size), n.shape))
    west, _, south, _ = options.box
    within = rng.random((3, len(day)))
    time = np.append(day + within[0], options.days)
    order = np.argsort(time, kind="stable")
    magnitude = options.minimum_magnitude + rng.exponential(1.0 / np.log(10.0), len(day)).clip(max=4.0)
    longitude = np.append(west + options.cell_deg * (column + within[1]), west + 0.5 * options.cell_deg)
    latitude = np.append(south + options.cell_deg * (row + within[2]), south + 0.5 * options.cell_deg)
    catalog = Catalog(
        times=_FIRST + (time[order] * 86_400_000_000).astype("timedelta64[us]"),
        longitude=longitude[order],
        latitude=latitude[order],
        depth_km=np.full(len(time), 8.0),
        magnitude=np.append(magnitude, options.minimum_magnitude)[order],
        ids=np.arange(len(time)).astype(str),
    )
    return CovariateWorld(catalog, _FIRST + _DAY * np.arange(options.days), z, options)


def _autoregression(rng: np.random.Generator, shape: tuple[int, int, int], memory: float) -> np.ndarray:
    """Standard normal series, of each of which a part is left on the next day."""
    from scipy.signal import lfilter

    fresh = rng.normal(size=shape)
    fresh[1:] *= np.sqrt(1.0 - memory**2)
    return np.asarray(lfilter([1.0], [1.0, -memory], fresh, axis=0))
