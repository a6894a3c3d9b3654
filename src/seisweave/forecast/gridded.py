"""Forecasts as CSEP knows them: expected numbers of events in bins of longitude, latitude and magnitude.

A forecast's share of each cell is multiplied by the expected number of events, which the past gives (its rate, times
the duration), and shared out over magnitudes by the Gutenberg-Richter law of the same past.
"""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.region import around
from seisweave.displayed import Displayed
from seisweave.errors import InputError
from seisweave.forecast.cells import CellGrid, cell_masses
from seisweave.forecast.forecast import Forecast
from seisweave.forecast.magnitudes import GutenbergRichter, fit_gutenberg_richter
from seisweave.forecast.options import GridOptions
from seisweave.forecast.volume import Volume

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import xarray as xr

_MOST_CELLS = 50_000
_ENOUGH = 20  # events above the first magnitude make its rate known without extrapolation
ALL_DEPTHS_KM = (-10.0, 800.0)  # of a flat forecast, which says nothing of depth
LAST_EDGE = 10.0  # upper end written for the last magnitude bin, as in the published files


@dataclass(frozen=True, eq=False, repr=False)
class GriddedRates(Displayed):
    """Expected events in c cells of one size and m magnitude bins (the last one open), over a depth range.

    west and south are the lower edges of cells in degrees; magnitude the lower edges of bins; flag is 1 where the
    cell counts; law, if known, is where the magnitudes come from, and total the expected number in the whole volume.
    Cells are in the order of the file.

    >>> from seisweave.forecast.forecast import uniform
    >>> from seisweave.forecast.volume import Volume
    >>> law = GutenbergRichter(b=1.0, b_error=0.05, completeness=2.0, n_complete=1000)
    >>> volume = Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0))
    >>> rates = grid_forecast(uniform(volume), law, expected=3.0, step_deg=0.5)
    >>> round(rates.expected, 3), round(rates.expected_above(5.95), 3)
    (3.0, 0.3)
    >>> len(rates.within((-118.0, -117.0, 33.0, 34.0)).west)
    4
    """

    west: Float[np.ndarray, " c"]
    south: Float[np.ndarray, " c"]
    step_deg: float
    depth_km: tuple[float, float]
    magnitude: Float[np.ndarray, " m"]
    rate: Float[np.ndarray, "c m"]
    flag: Int[np.ndarray, " c"]
    name: str = "forecast"
    law: GutenbergRichter | None = None
    total: float = float("nan")

    @property
    def expected(self) -> float:
        """Expected number of events in all bins that count."""
        return float(self.rate[self.flag == 1].sum())

    def expected_above(self, magnitude: float) -> float:
        """Expected number of events at or above a magnitude, by the law of the forecast, in the whole volume."""
        if self.law is None:
            raise InputError("the law of magnitudes of this gridded forecast is not known; make it from a catalog")
        return self.total * self.law.share_above(magnitude) / self.law.share_above(float(self.magnitude[0]))

    def within(self, box: tuple[float, float, float, float]) -> GriddedRates:
        """Cells that lie inside a box (west, east, south, north), counted in longitude as the box is."""
        west, east, south, north = box
        step, slack = self.step_deg, 1e-6
        east = east if east > west else east + 360.0
        lower = np.round(around(self.west + 0.5 * step, 0.5 * (west + east)) - 0.5 * step, 10)
        keep = (lower >= west - slack) & (lower + step <= east + slack)
        turned = self if np.array_equal(lower, self.west) else replace(self, west=lower)
        return turned.of_cells(keep & (self.south >= south - slack) & (self.south + step <= north + slack))

    def of_cells(self, keep: Bool[np.ndarray, " c"]) -> GriddedRates:
        """Some of the cells. Errors: InputError for none."""
        if not keep.any():
            raise InputError("no cell of the gridded forecast is left; give a region that it covers")
        return replace(self, west=self.west[keep], south=self.south[keep], rate=self.rate[keep], flag=self.flag[keep])

    def summary(self, years: float) -> dict[str, Any]:
        """What `summary.json` tells of the rates, which are expected in so many years."""
        told: dict[str, Any] = {"expected_events": self.expected}
        if self.law is not None:
            told["gutenberg_richter"] = asdict(self.law)
            told["complete_events_per_year"] = self.expected_above(self.law.completeness) / years
        return told

    def to_pandas(self) -> pd.DataFrame:
        """One row a cell and magnitude bin: west, south, east, north, magnitude (lower edge), expected events."""
        return import_module("seisweave.forecast.frames").rates_table(self)

    def to_xarray(self) -> xr.Dataset:
        """Expected events over cell and magnitude."""
        return import_module("seisweave.forecast.frames").rates_dataset(self)

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """`to_pandas` with the cells as polygons (WGS84). Errors: InputError without GeoPandas."""
        return import_module("seisweave.forecast.frames").with_cells(self.to_pandas())

    def to_csep(self, start: Any = None, end: Any = None) -> Any:
        """As a pyCSEP `GriddedForecast`."""
        return _to_csep(self, start, end)


def grid_from_past(forecast: Forecast, past: Catalog, options: GridOptions | None = None) -> GriddedRates | None:
    """Put a forecast on cells and magnitude bins at the rate of its past; None where the past does not tell a rate.

    Only events of the past inside the forecast's volume count. It tells a rate where its magnitudes have a law
    (`fit_gutenberg_richter`) and its times a span.
    """
    options = options or GridOptions()
    inside = past[forecast.volume.contains(past.longitude, past.latitude, past.depth_km)]
    times = inside.times[~np.isnat(inside.times)]
    try:
        law = fit_gutenberg_richter(inside.magnitude)
        years = float(np.ptp(times.astype("datetime64[s]").astype(float)) / (365.25 * 86400)) if len(times) else 0.0
        expected = expected_events(law, inside.magnitude, years, options.first_magnitude, options.years)
    except InputError:
        return None
    lower = np.round(np.arange(options.first_magnitude, 8.96, 0.1), 10)
    return grid_forecast(
        forecast, law, expected, step_deg=options.cell_deg or usual_step(forecast.volume), magnitude=lower
    )


def usual_step(volume: Volume) -> float:
    """Side of a cell where nobody says: 0.1 degrees as CSEP has it, or the next of 0.2, 0.5 and 1 for 50,000 cells.

    >>> usual_step(Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0)))
    0.1
    >>> usual_step(Volume((-180.0, 180.0, 80.0, 90.0), (0.0, 20.0)))
    0.5
    """
    west, east, south, north = volume.box
    return next((step for step in (0.1, 0.2, 0.5) if (east - west) * (north - south) / step**2 <= _MOST_CELLS), 1.0)


def expected_events(
    law: GutenbergRichter, magnitude: Float[np.ndarray, " n"], years: float, first: float, duration_years: float
) -> float:
    """Events at or above magnitude `first` in `duration_years`, at the rate of a past of `years`.

    Counted where the past has 20 such events and is complete there; else extrapolated from the completeness by b.

    >>> law = GutenbergRichter(b=1.0, b_error=0.05, completeness=2.0, n_complete=1000)
    >>> expected_events(law, np.array([2.0, 4.1]), years=10.0, first=4.0, duration_years=1.0)
    1.0
    """
    if not (years > 0 and duration_years > 0):
        raise InputError(f"a past of {years} and a future of {duration_years} years; both must be longer than 0")
    counted = int((magnitude >= first - 1e-9).sum())
    known = counted >= _ENOUGH and first >= law.completeness - 1e-9
    above = counted if known else law.n_complete * law.share_above(first)
    return above / years * duration_years


def grid_forecast(
    forecast: Forecast,
    law: GutenbergRichter,
    expected: float,
    *,
    step_deg: float = 0.1,
    magnitude: Float[np.ndarray, " m"] | None = None,
    like: GriddedRates | None = None,
) -> GriddedRates:
    """Put a forecast on cells and magnitude bins; `expected` is the number of events at or above the first bin.

    Cells are whole multiples of `step_deg` that tile the volume, bins 0.1 wide from 4.95 on; or those of `like`, a
    published forecast: then the shares are those of its cells, scaled to sum to one.

    >>> from seisweave.forecast.forecast import uniform
    >>> from seisweave.forecast.volume import Volume
    >>> law = GutenbergRichter(b=1.0, b_error=0.05, completeness=2.0, n_complete=1000)
    >>> volume = Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0))
    >>> rates = grid_forecast(uniform(volume), law, 3.0, step_deg=0.5, magnitude=np.array([3.95, 4.95]))
    >>> rates.rate.shape, rates.rate.sum(axis=0).round(2).tolist()
    ((48, 2), [2.7, 0.3])
    """
    if like is not None:
        step_deg, magnitude = like.step_deg, like.magnitude
    lower = np.round(np.arange(4.95, 9.0, 0.1), 10) if magnitude is None else magnitude
    if like is None:
        grid = CellGrid.over(forecast.volume.box, step_deg)
        share = cell_masses(forecast, grid)
        south, west = (edge.ravel() for edge in np.meshgrid(grid.lat_edge[:-1], grid.lon_edge[:-1], indexing="ij"))
        share, flag = share.ravel(), np.ones(share.size, int)
    else:
        west, south, flag = like.west, like.south, like.flag
        share = _shares_of_cells(forecast, like)
    rate = expected * share[:, None] * law.bin_shares(lower)
    own = ALL_DEPTHS_KM if forecast.volume.flat else forecast.volume.depth_km
    depth = own if like is None else like.depth_km
    return GriddedRates(west, south, step_deg, depth, lower, rate, flag, forecast.name, law, expected)


def _shares_of_cells(forecast: Forecast, like: GriddedRates) -> np.ndarray:
    box = (like.west.min(), like.west.max() + like.step_deg, like.south.min(), like.south.max() + like.step_deg)
    grid = CellGrid.over(tuple(float(b) for b in box), like.step_deg)  # type: ignore[arg-type]
    share = cell_masses(forecast, grid)
    row = np.rint((like.south - grid.lat_edge[0]) / like.step_deg).astype(int)
    column = np.rint((like.west - grid.lon_edge[0]) / like.step_deg).astype(int)
    return share[row, column] / share[row, column].sum()


def load_csep() -> None:
    """Import pyCSEP without what its own imports warn of. Errors: InputError where it is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import csep  # noqa: F401
        except ModuleNotFoundError:
            raise InputError("CSEP's tests need pyCSEP; install it with: pip install 'seisweave[csep]'") from None


def _to_csep(rates: GriddedRates, start: Any, end: Any) -> Any:
    load_csep()
    from csep.core.forecasts import GriddedForecast
    from csep.core.regions import CartesianGrid2D
    from csep.models import Polygon

    east, north = upper_edges(rates.west, rates.step_deg), upper_edges(rates.south, rates.step_deg)
    corners = zip(rates.west, east, rates.south, north, strict=True)
    polygons = [Polygon([(w, s), (w, n), (e, n), (e, s)]) for w, e, s, n in corners]
    step = float(north[0] - rates.south[0])  # as pyCSEP takes it from a file
    region = CartesianGrid2D(polygons, step, mask=rates.flag)
    return GriddedForecast(start, end, magnitudes=rates.magnitude, name=rates.name, region=region, data=rates.rate)


def upper_edges(lower: np.ndarray, step: float) -> np.ndarray:
    """Upper edges of cells, as the decimal numbers they are."""
    return np.round(lower + step, 10)
