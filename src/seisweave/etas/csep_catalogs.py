"""Simulated catalogs as CSEP knows them: a forecast of many catalogs, in one text file.

A row for every event, lon,lat,mag,time_string,depth,catalog_id,event_id, by catalog; a catalog without events has a row
with nothing but its number, so that none is lost, the last ones neither (Savran et al. 2022, Seismol. Res. Lett. 93,
2858-2870: pyCSEP's "csep-csv"). Depths are not simulated: they are nan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float, Int64

from seisweave.catalog.polygon import inside
from seisweave.errors import InputError
from seisweave.etas.domain import EtasDomain, instants_of
from seisweave.etas.simulate import Simulated
from seisweave.storage import write_text

_COLUMNS = ("lon", "lat", "mag", "time_string", "depth", "catalog_id", "event_id")
_EVENT = ("catalog", "times", "longitude", "latitude", "magnitude")
_MOST_CATALOGS = 100_000_000


@dataclass(frozen=True, eq=False)
class ForecastCatalogs:
    """n events of many catalogs, by catalog: 0 .. n_catalogs - 1 of each event, times (UTC), degrees, magnitudes.

    n_outside: events that were left out, since they lie outside the region.

    Errors: InputError for catalogs out of order, or more than there are.

    >>> time = np.array(["2019-07-06T04:00"], "datetime64[us]")
    >>> two = ForecastCatalogs(np.array([1]), time, np.array([-117.5]), np.array([35.7]), np.array([4.1]), 2)
    >>> two.numbers.tolist()
    [0, 1]
    """

    catalog: Int64[np.ndarray, " n"]
    times: np.ndarray
    longitude: Float[np.ndarray, " n"]
    latitude: Float[np.ndarray, " n"]
    magnitude: Float[np.ndarray, " n"]
    n_catalogs: int
    n_outside: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.n_catalogs <= _MOST_CATALOGS:
            raise InputError(f"a forecast of {self.n_catalogs} catalogs; give 1 to {_MOST_CATALOGS:,}")
        if len(self.catalog) and (
            (np.diff(self.catalog) < 0).any() or self.catalog[0] < 0 or self.catalog[-1] >= self.n_catalogs
        ):
            raise InputError(f"catalogs are not numbered from 0 to {self.n_catalogs - 1} and in order; sort them")

    @property
    def numbers(self) -> Int64[np.ndarray, " c"]:
        """Events of each catalog."""
        return np.bincount(self.catalog, minlength=self.n_catalogs)

    def take(self, keep: Bool[np.ndarray, " n"]) -> ForecastCatalogs:
        """Some of the events, of as many catalogs."""
        columns = {name: getattr(self, name)[keep] for name in _EVENT}
        return replace(self, **columns, n_outside=self.n_outside + int((~keep).sum()))


def catalogs_of(simulated: Simulated, domain: EtasDomain) -> ForecastCatalogs:
    """The simulated events within a region, on the map and in time; those outside are counted.

    Arguments:
        simulated: in days since 1970, on the plane of the domain, as `EtasDomain.events` gives the past.
        domain: region and plane.

    >>> from seisweave.etas import Continuation, EtasEvents, MagnitudeLaw, SimulateOptions, simulate, standard_form
    >>> from seisweave.etas.model import describe
    >>> domain = EtasDomain.of_box((-118.0, -117.0, 35.0, 36.0), 2.5)
    >>> value = {name: 0.0 for name in standard_form().parameters()} | {"main.productivity": -9.0}
    >>> none = EtasEvents(*np.zeros((4, 0)), 18000.0, 18010.0, domain.area_km2, 2.5)
    >>> plain = describe(standard_form(), none, value)
    >>> law = MagnitudeLaw(2.5, b=1.0, corner_magnitude=8.0)
    >>> setup = Continuation(standard_form(), value, value, plain.scales(), plain, law, domain.outline_km)
    >>> catalogs = catalogs_of(simulate(setup, SimulateOptions(100)), domain)
    >>> str(catalogs.times.min())[:10], len(catalogs.times) + catalogs.n_outside > 900
    ('2019-04-14', True)
    """
    farthest = np.hypot(*domain.outline_km.T).max()
    near = np.hypot(simulated.x_km, simulated.y_km) <= 1.01 * farthest  # some lie where no map reaches
    longitude, latitude = domain.projection.to_geographic(simulated.x_km[near], simulated.y_km[near])
    kept = np.flatnonzero(near)[inside(domain.corners, longitude, latitude)]
    longitude, latitude = domain.projection.to_geographic(simulated.x_km[kept], simulated.y_km[kept])
    return ForecastCatalogs(
        simulated.catalog[kept],
        instants_of(simulated.t_days[kept]),
        longitude,
        latitude,
        simulated.magnitude[kept],
        simulated.options.n_catalogs,
        len(simulated.catalog) - len(kept),
    )


def write_catalogs(catalogs: ForecastCatalogs, path: str | Path) -> Path:
    r"""Write a forecast of catalogs in CSEP's format; pyCSEP's `load_catalog_forecast` reads it.

    >>> from tempfile import mkdtemp
    >>> time = np.array(["2019-07-06T04:00"], "datetime64[us]")
    >>> two = ForecastCatalogs(np.array([1]), time, np.array([-117.5]), np.array([35.7]), np.array([4.1]), 2)
    >>> print(write_catalogs(two, Path(mkdtemp()) / "two.csv").read_text().strip())
    lon,lat,mag,time_string,depth,catalog_id,event_id
    ,,,,,0,
    -117.5,35.7,4.1,2019-07-06T04:00:00.000000,nan,1,0
    """
    path, numbers = Path(path), catalogs.numbers
    first, empty = np.cumsum(numbers) - numbers, np.flatnonzero(numbers == 0)
    nothing, blank = np.full(len(empty), np.nan), np.full(len(empty), "")
    event = np.arange(len(catalogs.catalog)) - first[catalogs.catalog]
    table = pd.DataFrame(
        {
            "lon": np.append(catalogs.longitude, nothing),
            "lat": np.append(catalogs.latitude, nothing),
            "mag": np.append(catalogs.magnitude, nothing),
            "time_string": np.append(np.datetime_as_string(catalogs.times.astype("datetime64[us]"), unit="us"), blank),
            "depth": np.append(np.full(len(event), "nan"), blank),
            "catalog_id": np.append(catalogs.catalog, empty),
            "event_id": np.append(event.astype(str), blank),
        }
    ).sort_values("catalog_id", kind="stable")
    write_text(path, table.to_csv(index=False, lineterminator="\r\n"))
    return path


def read_catalogs(path: str | Path, n_catalogs: int | None = None) -> ForecastCatalogs:
    """Read a forecast of catalogs in CSEP's format.

    Arguments:
        path: the file; a header may be missing.
        n_catalogs: how many there are, where the last ones are empty and have no row.

    Errors: InputError for a file of another format, or catalogs that are not in order.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "three.csv"
    >>> _ = path.write_text("-117.5,35.7,4.1,2019-07-06T04:00:00,8.0,1,a")
    >>> read_catalogs(path, 3).numbers.tolist()
    [0, 1, 0]
    """
    path = Path(path)
    try:
        table = pd.read_csv(path, names=list(_COLUMNS), header=None, dtype=str, keep_default_na=False)
        if len(table) and table["lon"].iloc[0].lower() == "lon":
            table = table.iloc[1:]
        number = table["catalog_id"].astype(np.int64).to_numpy()
        happened = (table["time_string"] != "").to_numpy()
        events = table[happened]
        numbers = events[["lon", "lat", "mag"]].astype(float).to_numpy()
        times = pd.to_datetime(events["time_string"], format="ISO8601").to_numpy().astype("datetime64[us]")
    except (OSError, ValueError, AttributeError) as error:  # pandas' parser and time errors are ValueErrors
        told = " ".join(str(error).split())[:120]
        raise InputError(f"{path}: not a forecast of catalogs as CSEP writes them ({told})") from None
    wrong = ~np.isfinite(numbers).all(axis=1) | (np.abs(numbers[:, :2]) > [360.0, 90.0]).any(axis=1)
    if wrong.any():
        raise InputError(
            f"{path}: {int(wrong.sum())} events lie nowhere on Earth or have no magnitude; give longitude, latitude,"
            " magnitude"
        )
    if not len(number) and n_catalogs is None:
        raise InputError(f"{path}: holds no catalog; give the number of catalogs")
    if (np.diff(number) < 0).any():
        raise InputError(f"{path}: catalogs are out of order; sort the rows by catalog_id")
    n = int(number.max()) + 1 if n_catalogs is None else n_catalogs
    longitude, latitude, magnitude = numbers.T.copy()
    return ForecastCatalogs(number[happened], times, longitude, latitude, magnitude, n)
