"""Many forecasts of the past, each issued from what came before it, simulated, and tested on what came.

CSEP's tests N, M, S and PL of every span are made on the fly; of its catalogs nothing but their verdicts is kept. A
forecast passes N where neither tail of its numbers beyond what came holds less than 2.5 %, and M, S and PL where what
came is not among the 5 % of its catalogs that fit worst (Savran et al. 2020, BSSA 110, 1799-1817). Quantiles over all
spans say whether the forecasts are calibrated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import as_time, in_short
from seisweave.errors import InputError
from seisweave.etas.consistency import Calibration, ConsistencyTest, calibration, cells_in, consistency_tests
from seisweave.etas.continuation import Continuation
from seisweave.etas.csep_catalogs import catalogs_of
from seisweave.etas.domain import EtasDomain, day_of, days_of, instant_of
from seisweave.etas.model import EtasModel
from seisweave.etas.simulate import SimulateOptions, simulate
from seisweave.forecast.gridded import GriddedRates
from seisweave.keeping import Checkpoint
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step
from seisweave.spreading import on_a_cluster, spread

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

TESTS = ("N", "M", "S", "PL")
_N_TAIL, _WORST = 0.025, 0.05
_COLUMNS = ("statistic", "at_least", "at_most", "undersampled")


@dataclass(frozen=True)
class EtasBacktestOptions:
    """Which spans are forecast, and how.

    Errors: InputError for values out of range.

    >>> EtasBacktestOptions("2019-01-01", "2020-01-01").days
    1.0
    """

    start: str = field(metadata={"help": "First instant that a forecast is issued at, UTC."})
    end: str = field(metadata={"help": "No span reaches beyond this time."})
    days: float = field(default=1.0, metadata={"help": "Length of a forecast's span, days."})
    every_days: float = field(default=1.0, metadata={"help": "Days from one forecast to the next."})
    n_catalogs: int = field(default=10_000, metadata={"help": "Catalogs a forecast."})
    seed: int = field(default=1, metadata={"help": "Seed of all draws."})
    cell_deg: float = field(default=0.1, metadata={"help": "Side of the cells of the tests, degrees."})

    def __post_init__(self) -> None:
        for name in ("days", "every_days", "cell_deg"):
            if not 0.0 < getattr(self, name) < 1e5:
                raise InputError(f"{name} is {getattr(self, name):g}; give more than 0")
        SimulateOptions(self.n_catalogs, self.seed)
        if not len(self.instants()):
            raise InputError(
                f"no span of {self.days:g} days fits between {self.start} and {self.end}; give a later --end"
            )

    def instants(self) -> np.ndarray:
        """Days since 1970 at which forecasts are issued."""
        first, last = (day_of(as_time(name, getattr(self, name))) for name in ("start", "end"))
        return np.arange(first, last - self.days + 1e-9, self.every_days)


@dataclass(frozen=True, eq=False)
class EtasBacktest:
    """d forecasts: when each was issued, how many events came and were expected, and the tests by name.

    >>> quiet = ConsistencyTest.of("N", 0.0, np.array([0.0, 0.0, 1.0]))
    >>> some = EtasBacktest(np.array([18000.0]), np.array([0]), np.array([0.33]), {"N": [quiet]}, 0)
    >>> some.pass_rate("N")
    1.0
    """

    t_days: np.ndarray
    n_came: np.ndarray
    expected: np.ndarray
    tests: Mapping[str, Sequence[ConsistencyTest]]
    n_cut: int

    def passed(self, test: str) -> np.ndarray:
        """Of each forecast whose test has a statistic: whether it passes."""
        valid = [each for each in self.tests[test] if each.status != "not-valid"]
        low, high = (np.array([getattr(each, name) for each in valid]) for name in ("at_most", "at_least"))
        if test == "N":
            return np.minimum(low, high) > _N_TAIL
        return (high if test == "M" else low) > _WORST

    def pass_rate(self, test: str) -> float:
        """The share of forecasts that pass a test, of those where it has a statistic; NaN where there is none."""
        passed = self.passed(test)
        return float(passed.mean()) if len(passed) else float("nan")

    def calibration(self, test: str) -> Calibration | None:
        """Whether the quantiles of a test are uniform; None where it never had a statistic."""
        return calibration(self.tests[test]) if len(self.passed(test)) else None

    def table(self) -> pd.DataFrame:
        """One row a forecast."""
        import pandas as pd

        table = {
            "issued": [str(instant_of(float(t))) for t in self.t_days],
            "expected": self.expected,
            "came": self.n_came,
        }
        for name, each in self.tests.items():
            for column in _COLUMNS[:3]:
                table[f"{name}_{column}"] = [getattr(one, column) for one in each]
            table[f"{name}_status"] = [one.status for one in each]
        return pd.DataFrame(table)


def backtest_etas(
    model: EtasModel,
    catalog: CatalogLike,
    options: EtasBacktestOptions,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: str | Path | None = None,
) -> EtasBacktest:
    """Issue forecasts at regular instants, each from the events before it, and test them on those that came.

    Arguments:
        model: fitted to events before the first instant.
        catalog: history and targets.
        options: instants, span, catalogs, cells.
        jobs: threads; all cores by default. Results do not depend on it. On a dask cluster forecasts are made side by
            side.
        progress: called with a `Step` after every forecast.
        keep: folder for verdicts, from which a run that was interrupted goes on.

    Errors: InputError for instants at which the model already knew what came, or beyond the catalog's end.

    >>> from seisweave.etas import EtasOptions, fit_etas
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=600).catalog
    >>> model = fit_etas(catalog, EtasOptions("standard", completeness=2.0, fit_until="2018-01-01"))
    >>> made = backtest_etas(model, catalog, EtasBacktestOptions("2018-01-01", "2019-01-01", 30.0, 90.0, 200))
    >>> len(made.t_days), 0.0 <= made.pass_rate("N") <= 1.0
    (4, True)
    """
    catalog, jobs = as_catalog(catalog), jobs or available_cores()
    instants, domain = options.instants(), model.domain
    _check_span(model, catalog, options)
    grid = cells_in(domain, options.cell_deg)
    last = instant_of(float(instants[-1]) + options.days)
    counted = catalog.take(domain.counts(catalog))
    when = days_of(counted.times)
    setup = Continuation.after(model, catalog, last, options.days, jobs=jobs)
    draws = SimulateOptions(options.n_catalogs)
    jobs_of_one = 1 if on_a_cluster() else jobs
    identity = {"etas": [model.value, vars(options)], "sha256": catalog.provenance.sha256}
    with Checkpoint(keep, identity) as checkpoint:
        kept = checkpoint.load("verdicts")
        rows = [] if kept is None else list(kept["rows"])
        pieces = [
            (setup.between(instant, instant + options.days), replace(draws, seed=options.seed + k),
             counted.take((when >= instant) & (when < instant + options.days)), domain, grid, jobs_of_one)
            for k, instant in enumerate(instants.tolist()) if k >= len(rows)
        ]  # fmt: skip
        verdicts = spread(_verdicts, pieces, jobs=1)
        while len(rows) < len(instants):
            if progress is not None:
                progress(Step(f"forecast {len(rows) + 1} of {len(instants)}", len(rows) / len(instants)))
            rows.append(next(verdicts))
            checkpoint.save("verdicts", {"rows": np.array(rows)})
    found = np.array(rows)
    width = len(_COLUMNS)
    tests = {
        name: [_of_row(name, row[3 + width * k : 3 + width * (k + 1)]) for row in found] for k, name in enumerate(TESTS)
    }
    return EtasBacktest(instants, found[:, 0].astype(int), found[:, 1], tests, int(found[:, 2].sum()))


def _verdicts(
    setup: Continuation, draws: SimulateOptions, came: Catalog, domain: EtasDomain, grid: GriddedRates, jobs: int
) -> np.ndarray:
    """One forecast, and its tests on what came, as a row."""
    made = simulate(setup, draws, jobs=jobs)
    catalogs = catalogs_of(made, domain)
    tests = consistency_tests(catalogs, came, grid)
    numbers = [len(came), len(catalogs.catalog) / draws.n_catalogs, int(made.cut.sum())]
    return np.array([*numbers, *(value for name in TESTS for value in _as_row(tests[name]))])


def _check_span(model: EtasModel, catalog: CatalogLike, options: EtasBacktestOptions) -> None:
    assert model.fitted_to is not None
    known, first = as_time("end of the fit", model.fitted_to.end), as_time("start", options.start)
    if first < known:
        raise InputError(
            f"start {in_short(first)} is before {in_short(known)}, until when the model was fitted; forecasts are"
            " tested on later events"
        )
    times = as_catalog(catalog).times
    times = times[~np.isnat(times)]
    end = instant_of(float(options.instants()[-1]) + options.days)
    if not len(times) or times.max() < end - np.timedelta64(round(options.days * 86_400), "s"):
        ends = in_short(times.max()) if len(times) else "nowhere"
        raise InputError(f"the catalog ends at {ends}, before the last span, to {in_short(end)}; give an earlier --end")


def _as_row(test: ConsistencyTest) -> list[float]:
    return [test.statistic, test.at_least, test.at_most, float(test.status == "undersampled")]


def _of_row(name: str, row: np.ndarray) -> ConsistencyTest:
    """Without the distribution, which is not kept."""
    statistic, at_least, at_most, undersampled = row.tolist()
    status = "not-valid" if np.isnan(statistic) else "undersampled" if undersampled else "normal"
    return ConsistencyTest(name, statistic, np.zeros(0), at_least, at_most, status)
