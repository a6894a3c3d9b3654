"""pyCSEP's tests of gridded forecasts, on the same targets.

N: number; M: magnitudes; S: places; L: all together; CL: all together, given the number (Schorlemmer et al. 2007;
Zechar et al. 2010, BSSA 100, 1184-1195); T and W: the gain per event over a reference, by Student's and Wilcoxon's
tests (Rhoades et al. 2011). A forecast passes N, M, S, L or CL where its quantile is not below 2.5 % (nor, for N, above
97.5 %).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.catalog.region import around
from seisweave.errors import InputError
from seisweave.forecast.gridded import ALL_DEPTHS_KM, GriddedRates, load_csep
from seisweave.storage import write_text

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog

LEVEL = 0.025


@dataclass(frozen=True)
class CsepVerdict:
    """One test of one forecast. T and W are against `reference`.

    statistic is what the test is about: observed events (N), a joint log-likelihood (M, S, L, CL), the gain per event
    (T), the test statistic (W). low and high bound the gain (T) or the simulated statistic (2.5 and 97.5 %); quantile
    is that of the observation among the simulated, for W the p-value, for T NaN. passes: for T and W, that it is
    significantly better than the reference.

    >>> from seisweave.forecast import GutenbergRichter, Volume, grid_forecast, uniform
    >>> from seisweave.synthetic import southern_california_like
    >>> volume, law = Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0)), GutenbergRichter(1.0, 0.05, 2.0, 1000)
    >>> rates = grid_forecast(uniform(volume), law, 5.0, step_deg=0.5, magnitude=np.array([2.95, 3.95]))
    >>> targets = southern_california_like(n_events=250).catalog
    >>> number = csep_tests([rates], targets, simulations=20)[0]  # five expected, many more came
    >>> number.test, number.statistic > number.high, number.passes
    ('N', True, False)
    """

    forecast: str
    test: str
    reference: str
    statistic: float
    low: float
    high: float
    quantile: float
    passes: bool


def csep_tests(
    forecasts: Sequence[GriddedRates],
    targets: Catalog,
    *,
    reference: str | None = None,
    simulations: int = 1000,
    seed: int = 1,
) -> list[CsepVerdict]:
    """Run pyCSEP's N, M, S, L and CL tests on each forecast, and T and W on each against a reference.

    Forecasts must have the same cells and magnitudes; targets outside of those are left out. The reference is the name
    of one of the forecasts, the last one unless given.

    Errors: InputError for different cells, no target inside, an unknown reference.

    >>> from seisweave.forecast import GutenbergRichter, Volume, grid_forecast, uniform
    >>> from seisweave.synthetic import southern_california_like
    >>> volume, law = Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0)), GutenbergRichter(1.0, 0.05, 2.0, 1000)
    >>> rates = grid_forecast(uniform(volume), law, 5.0, step_deg=0.5, magnitude=np.array([2.95, 3.95]))
    >>> targets = southern_california_like(n_events=250).catalog
    >>> {verdict.test: verdict.passes for verdict in csep_tests([rates], targets, simulations=50)}["M"]
    True
    """
    import warnings

    names = [forecast.name for forecast in forecasts]
    against = names[-1] if reference is None else reference
    if against not in names or len(set(names)) < len(names):
        raise InputError(
            f"reference {against!r} of the forecasts {', '.join(names)}; give one of them, each with its own name"
        )
    _check_same_bins(forecasts)
    gridded = {forecast.name: forecast.to_csep() for forecast in forecasts}
    observed = csep_catalog(targets, forecasts[0], gridded[names[0]].region)
    verdicts = []
    with warnings.catch_warnings():  # pyCSEP warns of few events and of logarithms of zero; the table shows both
        warnings.simplefilter("ignore")
        for name in names:
            verdicts += _consistency(gridded[name], observed, simulations, seed)
            if name != against:
                verdicts += _comparison(gridded[name], gridded[against], observed)
    return verdicts


def targets_inside(targets: Catalog, rates: GriddedRates) -> Catalog:
    """Events in the cells that count, in the depth range, and at or above the first magnitude."""
    cell = cell_of(rates, targets.longitude, targets.latitude)
    counts = (cell >= 0) & (rates.flag[cell] == 1)
    deep = (targets.depth_km >= rates.depth_km[0]) & (targets.depth_km <= rates.depth_km[1])
    deep |= np.isnan(targets.depth_km) & (tuple(rates.depth_km) == ALL_DEPTHS_KM)
    return targets[counts & deep & (magnitude_bin(rates, targets.magnitude) >= 0)]


def cell_of(rates: GriddedRates, longitude: np.ndarray, latitude: np.ndarray) -> np.ndarray:
    """Cell of each place, -1 for none; places on an edge belong to the cell east and north of it, as in pyCSEP."""
    longitude = eastings(rates, longitude)
    west, south = (edge_index(v, np.unique(low)) for v, low in ((longitude, rates.west), (latitude, rates.south)))
    xs, ys = np.unique(rates.west), np.unique(rates.south)
    table = np.full((len(ys) + 1, len(xs) + 1), -1)  # the last row and column stand for outside
    table[np.searchsorted(ys, rates.south), np.searchsorted(xs, rates.west)] = np.arange(len(rates.west))
    return table[south, west]


def eastings(rates: GriddedRates, longitude: np.ndarray) -> np.ndarray:
    """Longitudes as the cells count them: beyond 180 where these lie on both sides of the date line."""
    if len(rates.west) and rates.west.max() + rates.step_deg > 180.0 + 1e-9:
        return around(longitude, 0.5 * float(rates.west.min() + rates.west.max() + rates.step_deg))
    return longitude


def magnitude_bin(rates: GriddedRates, magnitude: np.ndarray) -> np.ndarray:
    """Bin of each magnitude, -1 below the first; the last bin is open. NaN is below."""
    known = np.where(np.isnan(magnitude), -99.0, magnitude)
    return edge_index(known, rates.magnitude, open_end=True)


def edge_index(value: np.ndarray, lower: np.ndarray, *, open_end: bool = False) -> np.ndarray:
    """Which of evenly spaced bins a value falls into, given their lower edges; -1 for none.

    A value that equals an edge to rounding belongs to the bin above it. The slack is that of pyCSEP's `bin1d_vec`: one
    unit of rounding of the value and of the first edge, so that the same event lands in the same bin. The last bin is
    as wide as the others, or open.
    """
    value, lower = np.asarray(value, float), np.asarray(lower, float)
    rounding = np.finfo(float).eps
    first, step = lower[0], lower[1] - lower[0] if len(lower) > 1 else 1.0
    slack = abs(first) * rounding
    index = np.floor((value - first + np.abs(value) * rounding + slack) / (step - slack))
    last = len(lower) - 1
    if open_end or len(lower) == 1:
        index = np.minimum(index, last)
    return np.where((index < 0) | (index > last), -1, index).astype(int)


def csep_catalog(targets: Catalog, rates: GriddedRates, region: Any = None) -> Any:
    """Targets inside a gridded forecast as a pyCSEP catalog. Errors: InputError for none."""
    load_csep()
    from csep.core.catalogs import CSEPCatalog

    inside = targets_inside(targets, rates)
    if len(inside) == 0:
        raise InputError(f"none of {len(targets)} targets lies in the forecast's cells and magnitudes; give others")
    if np.isnat(inside.times).any():
        raise InputError("some targets have no time, which CSEP needs; select those with one")
    ms = inside.times.astype("datetime64[ms]").astype(np.int64)
    longitude = eastings(rates, inside.longitude)
    columns = (inside.ids, ms, inside.latitude, longitude, inside.depth_km, inside.magnitude)
    rows = [tuple(row) for row in zip(*(column.tolist() for column in columns), strict=True)]
    region = rates.to_csep().region if region is None else region
    region.magnitudes = rates.magnitude
    return CSEPCatalog(data=rows, region=region, name="targets")


def write_verdicts(verdicts: Sequence[CsepVerdict], path: str | Path) -> None:
    """Write verdicts as CSV, a row each."""
    import pandas as pd

    write_text(Path(path), pd.DataFrame([asdict(verdict) for verdict in verdicts]).to_csv(index=False))


def _check_same_bins(forecasts: Sequence[GriddedRates]) -> None:
    first = forecasts[0]
    for other in forecasts[1:]:
        same = all(np.array_equal(getattr(first, f), getattr(other, f)) for f in ("west", "south", "magnitude", "flag"))
        if not same:
            raise InputError(f"forecasts {first.name} and {other.name} have different bins; put them on the same ones")


def _consistency(forecast: Any, observed: Any, simulations: int, seed: int) -> list[CsepVerdict]:
    from csep.core import poisson_evaluations

    poisson: Any = poisson_evaluations  # without types of its own
    number = poisson.number_test(forecast, observed)
    low, high = _poisson_bounds(forecast.event_count)
    below, above = (float(q) for q in number.quantile)
    passes = min(below, above) >= LEVEL
    verdicts = [
        CsepVerdict(forecast.name, "N", "", float(number.observed_statistic), low, high, min(below, above), passes)
    ]
    for test, run in (
        ("M", poisson.magnitude_test),
        ("S", poisson.spatial_test),
        ("L", poisson.likelihood_test),
        ("CL", poisson.conditional_likelihood_test),
    ):
        result = run(forecast, observed, num_simulations=simulations, seed=seed, verbose=False)
        low, high = map(float, np.percentile(result.test_distribution, [100 * LEVEL, 100 * (1 - LEVEL)]))
        quantile = float(np.atleast_1d(result.quantile)[0])
        statistic = float(result.observed_statistic)
        verdicts.append(CsepVerdict(forecast.name, test, "", statistic, low, high, quantile, quantile >= LEVEL))
    return verdicts


def _comparison(forecast: Any, reference: Any, observed: Any) -> list[CsepVerdict]:
    from csep.core import poisson_evaluations

    poisson: Any = poisson_evaluations
    if observed.event_count < 2:
        return []
    t = poisson.paired_t_test(forecast, reference, observed)
    low, high = (float(bound) for bound in t.test_distribution)
    gain = float(t.observed_statistic)
    w = poisson.w_test(forecast, reference, observed)
    p_value = float(np.atleast_1d(w.quantile)[0])
    better = gain > 0 and p_value < 2 * LEVEL
    nan = float("nan")
    return [
        CsepVerdict(forecast.name, "T", reference.name, gain, low, high, nan, low > 0),
        CsepVerdict(forecast.name, "W", reference.name, float(w.observed_statistic), nan, nan, p_value, better),
    ]


def _poisson_bounds(expected: float) -> tuple[float, float]:
    from scipy.stats import poisson

    return float(poisson.ppf(LEVEL, expected)), float(poisson.ppf(1 - LEVEL, expected))
