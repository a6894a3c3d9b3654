"""Forecasts anywhere: turned round the Earth they stay the same; across the date line, round a pole, without depths."""

from dataclasses import replace

import numpy as np
import pytest

from seisweave.catalog import Catalog
from seisweave.errors import InputError
from seisweave.forecast import Volume, make_forecast, open_forecast
from seisweave.forecast.cells import CellGrid, cell_masses
from seisweave.forecast.csep_format import read_dat, write_dat
from seisweave.forecast.csep_tests import cell_of
from seisweave.forecast.default_volume import choose_volume
from seisweave.forecast.gridded import grid_forecast
from seisweave.forecast.magnitudes import GutenbergRichter
from seisweave.forecast.options import ForecastOptions
from seisweave.forecast.scores import scorable, score_forecasts

LAW = GutenbergRichter(1.0, 0.05, 2.0, 1000)
FIXED = {"model": "adaptive", "neighbours": 5, "scale": 0.5, "floor": 0.1}


def catalog_about(longitude, latitude, *, n=120, depth=True, seed=3):
    """Events of two lines that cross, within half a degree of a place."""
    rng = np.random.default_rng(seed)
    along, beside = rng.uniform(-0.4, 0.4, n), rng.normal(0.0, 0.02, n)
    first = np.arange(n) % 2 == 0
    lon = longitude + np.where(first, along, beside)
    return Catalog(
        times=np.datetime64("2015-01-01", "us") + np.sort(rng.integers(0, 8 * 365 * 86400, n)) * np.timedelta64(1, "s"),
        longitude=(lon + 180.0) % 360.0 - 180.0,
        latitude=latitude + np.where(first, beside, along),
        depth_km=rng.uniform(2.0, 18.0, n) if depth else np.full(n, np.nan),
        magnitude=np.round(2.0 + rng.exponential(0.43, n), 1),
        ids=np.arange(n).astype(str),
    )


@pytest.mark.parametrize("latitude", [-30.5, 42.5])
def test_a_turn_of_the_earth_changes_nothing(latitude):
    here, there = catalog_about(10.0, latitude), catalog_about(180.0, latitude)
    made = [make_forecast(past, ForecastOptions(**FIXED)) for past in (here, there)]
    assert made[1].volume.box[1] > 180.0
    logs = [m.log_density(c.longitude, c.latitude, c.depth_km) for m, c in zip(made, (here, there), strict=True)]
    np.testing.assert_allclose(logs[1], logs[0], atol=1e-6)
    masses = [cell_masses(m, CellGrid.over(m.volume.box, 0.1)) for m in made]
    np.testing.assert_allclose(masses[1], masses[0], atol=1e-6)
    assert masses[1].sum() == pytest.approx(1.0, abs=2e-3)


def test_volumes_across_the_date_line_are_one_however_they_are_written():
    given = [
        Volume.of(numbers)
        for numbers in ((179.0, -179.0, -31.0, -30.0, 0.0, 20.0), (179.0, 181.0, -31.0, -30.0, 0.0, 20.0))
    ]
    assert given[0] == given[1]
    assert Volume.of((181.0, 185.0, -31.0, -30.0, 0.0, 20.0)) == Volume.of((-179.0, -175.0, -31.0, -30.0, 0.0, 20.0))
    lon = np.array([179.0, 180.0, -180.0, -179.01, -179.0, 178.99, 0.0])
    inside = given[0].contains(lon, np.full(7, -30.5), np.full(7, 5.0))
    assert inside.tolist() == [True, True, True, True, False, False, False]
    assert given[0].km3 == pytest.approx(Volume.of((9.0, 11.0, -31.0, -30.0, 0.0, 20.0)).km3)


def test_a_grid_across_the_date_line_is_written_in_the_longitudes_of_csep(tmp_path):
    past = catalog_about(180.0, -30.5)
    made = make_forecast(past, ForecastOptions(**FIXED))
    rates = grid_forecast(made, LAW, 3.0, magnitude=np.array([3.95, 4.95]))
    path = write_dat(rates, tmp_path / "forecast.dat")
    table = np.loadtxt(path)
    assert table[:, :2].min() >= -180.0
    assert table[:, :2].max() <= 180.0
    again = read_dat(path)
    np.testing.assert_allclose(again.west, rates.west, atol=1e-9)
    cell = cell_of(again, past.longitude, past.latitude)
    assert (cell >= 0).all()
    np.testing.assert_array_less(again.west[cell] - 1e-9, np.mod(past.longitude, 360.0))
    assert (
        len(again.within((179.8, -179.8, -31.0, -30.0)).west)
        == len(again.within((179.8, 180.2, -31.0, -30.0)).west)
        > 0
    )


def test_round_a_pole():
    rng = np.random.default_rng(4)
    past = catalog_about(0.0, 80.0, n=80)
    past = replace(past, longitude=rng.uniform(-180, 180, 80), latitude=rng.uniform(84.0, 90.0, 80))
    made = make_forecast(past, ForecastOptions(**FIXED))
    west, east, _, north = made.volume.box
    assert (east - west, north) == (360.0, 90.0)
    cap = 2 * np.pi * 6371.0**2 * (1 - np.sin(np.radians(made.volume.box[2]))) * np.ptp(made.volume.depth_km)
    assert made.volume.km3 == pytest.approx(cap, rel=0.01)
    assert np.isfinite(made.log_density(past.longitude, past.latitude, past.depth_km)).all()
    assert cell_masses(made, CellGrid.over(made.volume.box, 5.0)).sum() == pytest.approx(1.0, abs=2e-3)


def test_epicentres_are_forecast_in_two_dimensions(tmp_path):
    past, later = catalog_about(13.0, 42.5, depth=False), catalog_about(13.0, 42.5, depth=False, seed=5)
    made = {model: make_forecast(past, ForecastOptions(model=model)) for model in ("mixed", "uniform")}
    assert made["mixed"].volume.flat
    assert scorable(later, flat=True).magnitude.size == len(later)
    assert score_forecasts(made, later).gains["mixed"][0].gain > 0.5
    with pytest.raises(InputError, match="faults are planes in depth"):
        make_forecast(past, ForecastOptions(model="faults"))
    again = open_forecast(made["mixed"].write(tmp_path / "flat.nc"))
    assert again.volume == made["mixed"].volume
    deep = make_forecast(catalog_about(13.0, 42.5), ForecastOptions(model="uniform"))
    with pytest.raises(InputError, match="in two dimensions"):
        score_forecasts({"flat": made["uniform"], "deep": deep}, later)


def test_the_line_says_how_many_are_outside_and_why():
    past = catalog_about(13.0, 42.5)
    past = replace(past, longitude=np.append(past.longitude[1:], -71.0))
    assert "; 1 of 120 events outside it" in choose_volume(past, ForecastOptions()).line
    given = ForecastOptions(volume=(12.0, 14.0, 42.0, 43.0, 0.0, 10.0))
    line, deep = choose_volume(past, given).line, int((past.depth_km[:-1] > 10.0).sum())
    assert f"1 of 120 events outside it, {deep} of 120 above or below it" in line


def test_a_catalog_wider_than_local_km_says_so():
    past = catalog_about(13.0, 42.5)
    past = replace(past, longitude=np.linspace(-60.0, 60.0, 120))
    with pytest.raises(InputError, match=r"reach from -60 to 60.1 east .* select a part with --box"):
        choose_volume(past, ForecastOptions())
