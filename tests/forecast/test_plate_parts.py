"""Plates as part of a forecast: their density, mass and places, and what they bring on planted faults."""

from dataclasses import replace

import numpy as np
import pytest
from tests.naive_plates import plate_density

from seisweave.faults import FaultOptions, reconstruct_faults
from seisweave.faults.plates import Plates
from seisweave.forecast import ForecastOptions, Volume, open_forecast
from seisweave.forecast.build import network_forecast
from seisweave.forecast.cells import CellGrid, cell_masses
from seisweave.forecast.forecast import forecast_of
from seisweave.forecast.plate_parts import PlateParts
from seisweave.synthetic import southern_california_like

VOLUME = Volume((-118.0, -117.0, 33.5, 34.5), (0.0, 20.0))
ERROR_KM, SHARE = np.array([0.1, 0.4, 1.5]), np.array([0.5, 0.3, 0.2])


def two_plates():
    tilted = np.array([[0.0, 1.0, 0.0], [0.6, 0.0, 0.8], [0.8, 0.0, -0.6]])
    upright = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    return Plates(
        weight=np.array([0.7, 0.3]),
        centre_km=np.array([[0.0, 0.0, 9.0], [5.0, 12.0, 12.0]]),
        axes=np.array([tilted, upright]),
        length_km=np.array([18.0, 9.0]),
        width_km=np.array([8.0, 10.0]),
        sigma_km=np.array([0.2, 0.5]),
    )


def test_density_is_that_of_each_plate_under_every_class_of_error():
    plates, rng = two_plates(), np.random.default_rng(1)
    xyz = rng.uniform([-8, -12, 3], [12, 20, 18], (200, 3))
    rows = np.concatenate(
        [
            plates.centre_km,
            plates.axes.reshape(2, 9),
            np.outer(plates.length_km / 2, [-1, 1]),
            np.outer(plates.width_km / 2, [-1, 1]),
            np.column_stack([plates.sigma_km**2, np.log(plates.weight)]),
        ],
        axis=1,
    )
    unit = np.tile(np.eye(3), (200, 1, 1))
    slow = sum(plate_density(row, xyz, unit, ERROR_KM**2, SHARE).sum(axis=1) for row in rows)
    fast = np.exp(PlateParts(plates, ERROR_KM, SHARE).log_density(xyz))
    np.testing.assert_allclose(fast, slow, rtol=1e-6, atol=1e-12)


@pytest.mark.slow_without_compiler
def test_mass_is_the_integral_of_the_density_whole_and_by_cells():
    part, rng = PlateParts(two_plates(), ERROR_KM, SHARE), np.random.default_rng(2)
    volume = Volume((-117.6, -117.2, 33.8, 34.2), (0.0, 11.0))  # cuts both plates
    longitude, latitude = rng.uniform(-117.6, -117.2, 60_000), rng.uniform(33.8, 34.2, 60_000)
    depth = rng.uniform(0.0, 11.0, 60_000)
    here = replace(part, plates=replace(part.plates, centre_km=part.plates.centre_km + np.array([4.0, -3.0, 0.0])))
    density = np.exp(here.log_density(volume.xyz_km(longitude, latitude, depth)))
    thinner = np.cos(np.radians(latitude)) / np.cos(np.radians(34.0))  # of a degree of longitude
    inside = density * thinner * volume.km3
    error = inside.std() / np.sqrt(len(inside))
    assert 0.2 < here.mass(volume) < 0.9
    assert abs(inside.mean() - here.mass(volume)) < 4 * error + 2e-3
    forecast = forecast_of("plates", volume, [here], [1.0])
    masses = cell_masses(forecast, CellGrid.over(volume.box, 0.2)) * here.mass(volume)
    west, south = longitude < -117.4, latitude < 34.0
    for row, side in ((0, south), (1, ~south)):
        for column, where in ((0, west), (1, ~west)):
            cell = np.where(side & where, inside, 0.0)
            assert abs(cell.mean() - masses[row, column]) < 4 * cell.std() / np.sqrt(len(cell)) + 2e-3


def test_no_place_has_a_density_where_no_plate_is_near():
    part = PlateParts(two_plates(), ERROR_KM, SHARE)
    assert part.log_density(np.array([[500.0, 0.0, 5.0]])).tolist() == [-np.inf]
    assert part.log_density(np.zeros((0, 3))).shape == (0,)


@pytest.fixture(scope="module")
def learned_and_later():
    events = southern_california_like(seed=3, n_events=3000).catalog
    even = np.arange(len(events)) % 2 == 0
    return reconstruct_faults(events[even], FaultOptions(atomize="cut")), events[~even]


@pytest.mark.slow_without_compiler
def test_plates_describe_later_events_of_planted_faults_better(learned_and_later, tmp_path):
    network, later = learned_and_later
    volume = Volume((-121.0, -114.0, 32.0, 37.0), (-2.0, 25.0))
    places = later.longitude, later.latitude, later.depth_km
    inside = volume.contains(*places)
    score = {}
    for density in ("segments", "plates"):
        forecast = network_forecast(network, volume, ForecastOptions(density=density, floor=0.05))
        assert forecast.told["density"] == density
        log = forecast.log_density(*places)
        score[density] = log[inside].mean()
        again = open_forecast(forecast.write(tmp_path / f"{density}.nc"))
        np.testing.assert_array_equal(again.log_density(*places), log)
    assert score["plates"] > score["segments"] + 0.1
    assert network.faults.bic < network.bic  # and their BIC said so before


@pytest.mark.slow_without_compiler
def test_plates_move_with_the_projection(learned_and_later):
    network, later = learned_and_later
    options = ForecastOptions(density="plates", floor=0.05)
    near, far = (Volume((-121.0, east, 32.0, 37.0), (-2.0, 25.0)) for east in (-114.0, -113.0))
    places = later.longitude, later.latitude, later.depth_km
    one, other = (network_forecast(network, volume, options).log_density(*places) for volume in (near, far))
    inside = np.isfinite(one) & np.isfinite(other)
    assert np.median(np.abs(one[inside] - other[inside])) < 0.02
