"""Forecasts of catalogs: pyCSEP reads them, and its tests give the same numbers."""

import warnings
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from seisweave import InputError
from seisweave.catalog import Catalog
from seisweave.etas import (
    Continuation,
    EtasBacktest,
    EtasDomain,
    EtasEvents,
    ForecastCatalogs,
    MagnitudeLaw,
    SimulateOptions,
    calibration,
    catalogs_of,
    cells_in,
    consistency_tests,
    expected_rates,
    read_catalogs,
    simulate,
    standard_form,
    write_catalogs,
)
from seisweave.etas.consistency import ConsistencyTest
from seisweave.etas.model import describe

DOMAIN = EtasDomain(np.array([[-118.0, 35.0], [-116.5, 35.0], [-116.5, 36.0], [-117.5, 36.5]]), 2.5, 0.1)
LAW = MagnitudeLaw(2.5, b=1.0, corner_magnitude=7.0, bin_width=0.1)


@pytest.fixture(scope="module")
def simulated():
    value = dict.fromkeys(standard_form().parameters(), 0.0)
    value |= {"background.uniform": 0.7, "main.productivity": -4.0, "main.productivity.magnitude": 1.2}
    value |= {"main.delay": -5.0, "main.width": 6.0, "main.rho": -0.5}
    lone = EtasEvents(*np.array([[18000.0], [0.0], [0.0], [4.5]]), 18000.1, 18001.1, DOMAIN.area_km2, 2.5)
    plain = describe(standard_form(), lone, value)
    setup = Continuation(standard_form(), value, value, plain.scales(), plain, LAW, DOMAIN.outline_km)
    return simulate(setup, SimulateOptions(150), jobs=1)


@pytest.fixture(scope="module")
def catalogs(simulated):
    return catalogs_of(simulated, DOMAIN)


def observed(n=7, seed=3):
    rng = np.random.default_rng(seed)
    x, y = rng.normal(-117.25, 0.2, n), rng.normal(35.6, 0.2, n)
    times = np.datetime64("2019-04-14", "us") + np.arange(n).astype("timedelta64[m]").astype("timedelta64[us]")
    return Catalog(times, x, y, np.full(n, np.nan), LAW.sample(n, rng), np.arange(n).astype(str))


def test_simulated_events_are_laid_on_the_map(simulated, catalogs):
    assert len(catalogs.catalog) + catalogs.n_outside == len(simulated.catalog)
    assert catalogs.n_outside > 0
    assert catalogs.n_catalogs == 150
    x, y = DOMAIN.projection.to_local(catalogs.longitude, catalogs.latitude)
    found = np.isin(np.round(x, 6), np.round(simulated.x_km, 6)) & np.isin(np.round(y, 6), np.round(simulated.y_km, 6))
    assert found.all()
    first, last = np.datetime64("2019-04-14T02:24", "us"), np.datetime64("2019-04-15T02:24", "us")
    assert ((catalogs.times >= first) & (catalogs.times <= last)).all()


def test_what_is_written_is_read(catalogs, tmp_path):
    few = catalogs.take(np.isin(catalogs.catalog % 7, (1, 2)))  # many are empty, the first and the last too
    read = read_catalogs(write_catalogs(few, tmp_path / "few.csv"))
    assert read.n_catalogs == 150
    for name in ("catalog", "times", "longitude", "latitude", "magnitude"):
        np.testing.assert_array_equal(getattr(read, name), getattr(few, name))
    nothing = catalogs.take(np.zeros(len(catalogs.catalog), bool))
    assert read_catalogs(write_catalogs(nothing, tmp_path / "none.csv")).n_catalogs == 150
    assert read_catalogs(tmp_path / "few.csv", 200).numbers[150:].tolist() == [0] * 50


def test_pycsep_reads_what_is_written(catalogs, tmp_path):
    pytest.importorskip("csep")
    from csep.core.catalogs import CSEPCatalog

    few = catalogs.take(np.isin(catalogs.catalog % 7, (1, 2)))
    theirs = list(CSEPCatalog.load_ascii_catalogs(str(write_catalogs(few, tmp_path / "few.csv"))))
    assert [each.event_count for each in theirs] == few.numbers.tolist()
    for name in ("longitude", "latitude", "magnitude"):
        rows = np.concatenate([getattr(each, f"get_{name}s")() for each in theirs])
        np.testing.assert_array_equal(rows, getattr(few, name))
    ms = np.concatenate([each.get_epoch_times() for each in theirs])
    assert np.abs(ms - few.times.astype(np.int64) / 1000.0).max() <= 1.0
    assert all(np.isnan(each.get_depths()).all() for each in theirs)


@pytest.mark.parametrize(
    "text",
    ["", "no,catalog", "-117,95,4.0,2019-01-01T00:00:00,nan,0,", "-117,35,nan,2019-01-01T00:00:00,nan,0,",
     "-117,35,4,yesterday,nan,0,", "-117,35,4,2019-01-01T00:00:00,nan,1,\n-117,35,4,2019-01-01T00:00:00,nan,0,",
     "-117,35,4,2019-01-01T00:00:00,nan,-1,", "-117,35,4,2019-01-01T00:00:00,nan,x,"],
)  # fmt: skip
def test_other_files_are_refused(text, tmp_path):
    (tmp_path / "other.csv").write_text(text)
    with pytest.raises(InputError):
        read_catalogs(tmp_path / "other.csv")


def of_pycsep(catalogs, came, grid):
    """pyCSEP's own results, on events within the grid."""
    from csep.core import catalog_evaluations as theirs
    from csep.core.catalogs import CSEPCatalog
    from csep.core.forecasts import CatalogForecast

    region = grid.to_csep().region
    region.magnitudes = grid.magnitude

    def one(longitude, latitude, magnitude, k=None):
        rows = [("e", 0, y, x, 5.0, m) for x, y, m in zip(longitude, latitude, magnitude, strict=True)]
        return CSEPCatalog(data=rows, region=region, catalog_id=k)

    inner = within(catalogs, grid)
    edges = np.searchsorted(inner.catalog, np.arange(inner.n_catalogs + 1))
    parts = [
        one(inner.longitude[a:b], inner.latitude[a:b], inner.magnitude[a:b], k)
        for k, (a, b) in enumerate(pairwise(edges))
    ]
    forecast = CatalogForecast(catalogs=parts, region=region, n_cat=len(parts), name="ours")
    seen = within(came, grid)
    target = one(seen.longitude, seen.latitude, seen.magnitude)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            "N": theirs.number_test(forecast, target),
            "M": theirs.magnitude_test(forecast, target),
            "S": theirs.spatial_test(forecast, target),
            "PL": theirs.pseudolikelihood_test(forecast, target),
        }


def within(events, grid):
    """Those in the cells and at or above the first magnitude."""
    from seisweave.forecast.csep_tests import cell_of, magnitude_bin

    keep = (cell_of(grid, events.longitude, events.latitude) >= 0) & (magnitude_bin(grid, events.magnitude) >= 0)
    return events.take(keep)


@pytest.mark.parametrize("step", [0.1, 0.5])
@pytest.mark.parametrize("n", [1, 12, 60])
def test_statistics_and_quantiles_are_those_of_pycsep(catalogs, step, n):
    pytest.importorskip("csep")
    grid, came = cells_in(DOMAIN, step), observed(n)
    ours, theirs = consistency_tests(catalogs, came, grid), of_pycsep(catalogs, came, grid)
    for name, mine in ours.items():
        other = theirs[name]
        if other is None or other.status == "not-valid":
            assert mine.status == "not-valid"
            continue
        assert mine.status == other.status
        assert mine.statistic == pytest.approx(other.observed_statistic, rel=1e-12)
        np.testing.assert_allclose(mine.distribution, other.test_distribution, rtol=1e-12, atol=1e-12)
        assert (mine.at_least, mine.at_most) == pytest.approx(other.quantile, abs=1e-12)


def test_calibration_is_that_of_pycsep(catalogs):
    pytest.importorskip("csep")
    from csep.core.catalog_evaluations import calibration_test

    grid = cells_in(DOMAIN, 0.25)
    days = [observed(n, seed=n) for n in (3, 5, 9, 14)]
    ours = calibration([consistency_tests(catalogs, each, grid)["S"] for each in days])
    theirs = calibration_test([of_pycsep(catalogs, each, grid)["S"] for each in days])
    np.testing.assert_allclose(ours.quantile, theirs.test_distribution, atol=1e-12)
    assert (ours.distance, ours.p_value) == pytest.approx((theirs.observed_statistic, theirs.quantile), rel=1e-12)


def test_a_day_without_events_has_a_number_alone(catalogs):
    found = consistency_tests(catalogs, observed(0), cells_in(DOMAIN))
    assert {name: each.status for name, each in found.items()} == {
        "N": "normal", "M": "not-valid", "S": "not-valid", "PL": "not-valid"
    }  # fmt: skip
    assert found["N"].at_least == 1.0
    with pytest.raises(InputError, match="none of 1"):
        calibration([found["S"]])
    with pytest.raises(InputError, match="do not mix"):
        calibration(list(found.values()))


def test_catalogs_without_events_leave_a_number_alone(catalogs):
    nothing = catalogs.take(np.zeros(len(catalogs.catalog), bool))
    found = consistency_tests(nothing, observed(), cells_in(DOMAIN))
    assert found["N"].at_most == 1.0
    assert [found[name].status for name in ("M", "S", "PL")] == ["not-valid"] * 3


def test_quantiles_of_a_forecast_of_its_own_are_uniform(catalogs):
    """Each catalog among the others: what a true model's days look like."""
    grid, quantile = cells_in(DOMAIN, 0.5), []
    for k in range(0, 60):
        mine = catalogs.catalog == k
        day = Catalog(
            *(getattr(catalogs, name)[mine] for name in ("times", "longitude", "latitude")),
            np.full(int(mine.sum()), np.nan), catalogs.magnitude[mine], np.arange(mine.sum()).astype(str),
        )  # fmt: skip
        quantile.append(consistency_tests(catalogs, day, grid)["PL"])
    assert calibration(quantile).p_value > 0.01
    tilted = [replace(each, at_most=each.at_most**3) for each in quantile]
    assert calibration(tilted).p_value < 0.01


def test_mean_rates_count_every_event_once(catalogs):
    grid = cells_in(DOMAIN, 0.25)
    rates = expected_rates(catalogs, grid)
    assert rates.expected * 150 == pytest.approx(len(within(catalogs, grid).catalog))
    fewer = replace(grid, flag=(np.arange(len(grid.west)) > 3).astype(int))
    assert expected_rates(catalogs, fewer).expected < rates.expected


def test_cells_lie_across_the_date_line():
    domain = EtasDomain(np.array([[179.5, -20.0], [180.5, -20.0], [180.5, -19.0], [179.5, -19.0]]), 5.0)
    assert sorted(cells_in(domain, 0.5).west.tolist()) == [179.5, 179.5, 180.0, 180.0]


def test_catalogs_that_are_out_of_order_are_refused():
    two = np.array([1, 0])
    with pytest.raises(InputError, match="sort"):
        ForecastCatalogs(two, np.full(2, "2019", "datetime64[us]"), np.zeros(2), np.zeros(2), np.zeros(2), 2)
    assert ConsistencyTest.of("N", 1.0, np.zeros(0)).status == "not-valid"


def test_forecasts_pass_where_what_came_is_not_among_the_worst():
    """Numbers in neither tail; likelihoods not low; distances of magnitudes not large."""
    tests = {
        name: [
            ConsistencyTest.of(name, x, np.arange(100.0)) for x in (1.0, float("nan") if name == "S" else 50.0, 98.5)
        ]
        for name in ("N", "M", "S", "PL")
    }
    made = EtasBacktest(np.arange(3.0), np.ones(3, int), np.ones(3), tests, 0)
    assert made.passed("N").tolist() == [False, True, False]
    assert made.passed("M").tolist() == [True, True, False]
    assert made.passed("S").tolist() == [False, True]
    assert made.pass_rate("PL") == pytest.approx(2 / 3)
    assert made.calibration("S").quantile.tolist() == [0.02, 0.99]
