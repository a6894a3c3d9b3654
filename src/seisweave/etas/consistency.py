"""CSEP's tests of forecasts that are catalogs: whether what came is as what was simulated.

    N   number of events
    M   sum over magnitude bins k of [log10(n_obs s_k + 1) - log10(n_obs S_k + 1)]^2, s_k the catalog's share of events
        in the bin, S_k that of all catalogs, n_obs the number that came
    S   mean over events of the logarithm of the forecast's share of their cell
    PL  sum over events of the logarithm of the expected number in their cell, less the expected number

Each statistic of the observed catalog is held against those of all simulated ones. Source: Savran et al. (2020), BSSA
110, 1799-1817, as pyCSEP computes them; and with a forecast of each of many days, quantiles that are not uniform tell
of a forecast that is not calibrated. No grid of a single catalog is kept: an event is a cell and a bin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int64

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.polygon import inside
from seisweave.errors import InputError
from seisweave.etas.csep_catalogs import ForecastCatalogs
from seisweave.etas.domain import EtasDomain
from seisweave.forecast.csep_tests import cell_of, magnitude_bin
from seisweave.forecast.gridded import ALL_DEPTHS_KM, GriddedRates

_LARGEST_MAGNITUDE = 9.0


@dataclass(frozen=True, eq=False)
class ConsistencyTest:
    """One test: statistic of what came, and those of the simulated catalogs that have one.

    Arguments:
        test: N, M, S or PL.
        statistic: NaN where nothing came that it could be made of.
        distribution: of the simulated catalogs; those without events have no M and no S.
        at_least, at_most: shares of the distribution that are not below, and not above, the statistic; NaN with it.
        status: "normal"; "undersampled" where events came in cells that no simulated one did, and were left out;
            "not-valid".

    >>> ConsistencyTest.of("N", 3.0, np.array([1.0, 2.0, 3.0, 5.0])).at_most
    0.75
    """

    test: str
    statistic: float
    distribution: Float[np.ndarray, " k"]
    at_least: float
    at_most: float
    status: str = "normal"

    @classmethod
    def of(
        cls, test: str, statistic: float, distribution: Float[np.ndarray, " k"], status: str = "normal"
    ) -> ConsistencyTest:
        """With both shares."""
        if np.isnan(statistic) or not len(distribution):
            return cls(test, float("nan"), distribution, float("nan"), float("nan"), "not-valid")
        n = len(distribution)
        above, below = (distribution >= statistic).sum() / n, (distribution <= statistic).sum() / n
        return cls(test, statistic, distribution, float(above), float(below), status)


@dataclass(frozen=True, eq=False)
class Calibration:
    """Of quantiles of many forecasts: their distance from uniform ones (Kolmogorov-Smirnov), and its p-value.

    >>> Calibration("N", np.array([0.5]), 0.5, 1.0).p_value
    1.0
    """

    test: str
    quantile: Float[np.ndarray, " d"]
    distance: float
    p_value: float


def cells_in(
    domain: EtasDomain, step_deg: float = 0.1, magnitude: Float[np.ndarray, " m"] | None = None
) -> GriddedRates:
    """The cells of a domain whose middle lies in its polygon, without rates; magnitudes in steps of 0.1 by default.

    Errors: InputError for no cell.

    >>> grid = cells_in(EtasDomain.of_box((-118.0, -117.0, 35.0, 36.0), 2.5), step_deg=0.5)
    >>> grid.west.tolist(), grid.magnitude[:2].tolist()
    ([-118.0, -117.5, -118.0, -117.5], [2.5, 2.6])
    """
    low, high = (np.floor(v / step_deg + 1e-9) for v in (domain.corners.min(axis=0), domain.corners.max(axis=0)))
    west, south = (np.round(step_deg * np.arange(a, b + 1), 10) for a, b in zip(low, high, strict=True))
    south, west = (each.ravel() for each in np.meshgrid(south, west, indexing="ij"))
    kept = inside(domain.corners, west + 0.5 * step_deg, south + 0.5 * step_deg)
    if not kept.any():
        raise InputError(f"no cell of {step_deg:g} degrees has its middle in the region; give smaller ones")
    if magnitude is None:
        magnitude = np.round(np.arange(domain.min_magnitude, _LARGEST_MAGNITUDE, 0.1), 10)
    n = int(kept.sum())
    none = np.zeros((n, len(magnitude)))
    return GriddedRates(west[kept], south[kept], step_deg, ALL_DEPTHS_KM, magnitude, none, np.ones(n, int), "simulated")


def expected_rates(catalogs: ForecastCatalogs, grid: GriddedRates) -> GriddedRates:
    """Mean numbers of the catalogs' events in the cells and magnitude bins of a grid.

    >>> time = np.array(["2019-07-06T04:00"], "datetime64[us]")
    >>> two = ForecastCatalogs(np.array([1]), time, np.array([-117.2]), np.array([35.7]), np.array([4.1]), 2)
    >>> expected_rates(two, cells_in(EtasDomain.of_box((-118.0, -117.0, 35.0, 36.0), 2.5), 0.5)).expected
    0.5
    """
    return _rates(_binned(catalogs, grid), grid)


def consistency_tests(catalogs: ForecastCatalogs, observed: Catalog, grid: GriddedRates) -> dict[str, ConsistencyTest]:
    """N, M, S and PL of what came, on the cells and magnitude bins of a grid; what lies elsewhere does not count.

    Arguments:
        catalogs: of the forecast.
        observed: events of the forecast's time span.
        grid: cells, those flagged, and magnitudes; its rates play no part.

    >>> rng, domain = np.random.default_rng(1), EtasDomain.of_box((-118.0, -117.0, 35.0, 36.0), 2.5)
    >>> n, time = 400, np.datetime64("2019-07-06", "us")
    >>> x, y, m = rng.uniform(-118.0, -117.0, n), rng.uniform(35.0, 36.0, n), 2.5 + rng.exponential(0.4, n)
    >>> catalogs = ForecastCatalogs(np.sort(rng.integers(0, 100, n)), np.full(n, time), x, y, m, 100)
    >>> none = np.full(9, np.nan)
    >>> nine = Catalog(np.full(9, time), x[:9], y[:9], none, m[:9], np.arange(9).astype(str))
    >>> found = consistency_tests(catalogs, nine, cells_in(domain, 0.25))
    >>> found["N"].statistic, found["N"].at_least < 0.05  # four were expected
    (9.0, True)
    """
    of_all, n = _binned(catalogs, grid), catalogs.n_catalogs
    came = _binned(_one(observed), grid)
    mean = _rates(of_all, grid)
    numbers = np.bincount(of_all.catalog, minlength=n).astype(float)
    return {
        "N": ConsistencyTest.of("N", float(len(came.cell)), numbers),
        "M": _magnitudes(of_all, came, numbers, mean),
        "S": _places(of_all, came, mean, normalised=True),
        "PL": _places(of_all, came, mean, normalised=False),
    }


def calibration(tests: Sequence[ConsistencyTest]) -> Calibration:
    """Whether the quantiles (at_most) of one test, of many forecasts, are uniform, as those of a true model are.

    Tests without a statistic are left out. Statistics that are whole numbers, such as N, have quantiles that are
    uniform only where many differ.

    Errors: InputError for none that is left, or several tests at once.

    >>> few = [ConsistencyTest.of("N", n, np.arange(10.0)) for n in (1.0, 4.0, 8.0)]
    >>> round(calibration(few).distance, 2)
    0.23
    """
    from scipy.stats import kstest

    names = {each.test for each in tests}
    quantile = np.array([each.at_most for each in tests if each.status != "not-valid"])
    if len(names) > 1:
        raise InputError(f"quantiles of the tests {', '.join(sorted(names))} do not mix; give those of one")
    if not len(quantile):
        raise InputError(f"none of {len(tests)} tests has a statistic; give forecasts of days on which events came")
    found = kstest(quantile, "uniform")
    return Calibration(names.pop(), quantile, float(found.statistic), float(found.pvalue))


@dataclass(frozen=True, eq=False)
class _Binned:
    """n events within a grid: catalog, cell and magnitude bin of each; sorted by catalog and cell."""

    catalog: Int64[np.ndarray, " n"]
    cell: Int64[np.ndarray, " n"]
    bin: Int64[np.ndarray, " n"]
    n_catalogs: int


def _one(observed: Catalog) -> ForecastCatalogs:
    zero = np.zeros(len(observed), np.int64)
    return ForecastCatalogs(
        zero, observed.times, observed.longitude, observed.latitude, observed.magnitude, n_catalogs=1
    )


def _binned(catalogs: ForecastCatalogs, grid: GriddedRates) -> _Binned:
    cell = cell_of(grid, catalogs.longitude, catalogs.latitude)
    number = magnitude_bin(grid, catalogs.magnitude)
    counts = np.flatnonzero((cell >= 0) & (number >= 0) & (grid.flag[cell] == 1))
    order = counts[np.lexsort((cell[counts], catalogs.catalog[counts]))]
    return _Binned(catalogs.catalog[order], cell[order], number[order], catalogs.n_catalogs)


def _rates(of_all: _Binned, grid: GriddedRates) -> GriddedRates:
    flat = np.bincount(of_all.cell * len(grid.magnitude) + of_all.bin, minlength=grid.rate.size)
    return replace(grid, rate=flat.reshape(grid.rate.shape) / of_all.n_catalogs)


def _magnitudes(
    of_all: _Binned, came: _Binned, numbers: Float[np.ndarray, " c"], mean: GriddedRates
) -> ConsistencyTest:
    n_obs, bins = len(came.bin), len(mean.magnitude)
    if n_obs == 0 or not len(of_all.bin):
        return ConsistencyTest.of("M", float("nan"), np.zeros(0))
    union = mean.rate.sum(axis=0)
    wanted = np.log10(union * (n_obs / union.sum()) + 1.0)
    found = np.flatnonzero(numbers)
    row = np.searchsorted(found, of_all.catalog)
    counts = np.bincount(row * bins + of_all.bin, minlength=len(found) * bins).reshape(-1, bins)
    shares = counts * (n_obs / numbers[found])[:, None]
    distribution = ((wanted - np.log10(shares + 1.0)) ** 2).sum(axis=1)
    observed = ((wanted - np.log10(np.bincount(came.bin, minlength=bins) + 1.0)) ** 2).sum()
    return ConsistencyTest.of("M", float(observed), distribution)


def _places(of_all: _Binned, came: _Binned, mean: GriddedRates, *, normalised: bool) -> ConsistencyTest:
    """S where normalised, else PL."""
    name, by_cell = "S" if normalised else "PL", mean.rate.sum(axis=1)
    expected = float(by_cell.sum())
    known = by_cell[came.cell] > 0.0
    if not known.any():  # nothing came, or all of it where nothing was simulated
        return ConsistencyTest.of(name, float("nan"), np.zeros(0))
    seen = _Binned(came.catalog[known], came.cell[known], came.bin[known], 1)
    share = by_cell / expected if normalised else by_cell

    def statistics(events: _Binned) -> Float[np.ndarray, " k"]:
        place, number = np.unique(np.stack([events.catalog, events.cell]), axis=1, return_counts=True)
        total = np.bincount(place[0], number * np.log(share[place[1]]), minlength=events.n_catalogs)
        if not normalised:
            return total - expected
        n = np.bincount(events.catalog, minlength=events.n_catalogs)
        return total[n > 0] / n[n > 0]

    status = "normal" if known.all() else "undersampled"
    return ConsistencyTest.of(name, float(statistics(seen)[0]), statistics(of_all), status)
