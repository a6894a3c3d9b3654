"""Every forecast is one density: normalised over its volume, zero outside, the same after a stay on disk."""

import json

import numpy as np
import pytest

from seisweave import reconstruct_faults
from seisweave.catalog import LocalProjection
from seisweave.errors import InputError
from seisweave.faults import FaultOptions
from seisweave.forecast import (
    Volume,
    adaptive,
    cell_masses,
    fit_shares,
    from_faults,
    mix,
    open_forecast,
    triples,
    uniform,
    write_forecast,
)
from seisweave.forecast.build import replace_floor
from seisweave.forecast.cells import CellGrid
from seisweave.forecast.forecast import forecast_of
from seisweave.forecast.from_faults import moved
from seisweave.forecast.gaussian_parts import Gaussians
from seisweave.gaussians.mixture import Mixture, no_boxes
from seisweave.stored_netcdf import open_dataset


@pytest.fixture(scope="module")
def network(past):
    return reconstruct_faults(past[:200], FaultOptions(), jobs=1)


@pytest.fixture(scope="module")
def forecasts(past, network, small):
    """One of every kind, over a volume that cuts through all of them."""
    points = small.xyz_km(past.longitude, past.latitude, past.depth_km)[:300]
    points = np.concatenate([points, small.xyz_km(*small.sample(40, 2).T)])
    made = {
        "uniform": uniform(small),
        "triples": triples(points, small, 9.0),
        "triples with floor": triples(points, small, 3.0, floor=0.2),
        "adaptive": adaptive(points, small, 3, scale=2.0, floor=0.05),
        "faults": from_faults(network, small),
        "faults, own boxes": from_faults(network, small, pool_background=False),
    }
    return made | {"mixture": mix([made["faults"], made["adaptive"], made["uniform"]], [0.5, 0.3, 0.2])}


KINDS = ["uniform", "triples", "triples with floor", "adaptive", "faults", "faults, own boxes", "mixture"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.slow_without_compiler
def test_integrates_to_one(kind, forecasts, even):
    mean, error = even(forecasts[kind], 20_000)
    assert error < 0.05
    assert abs(mean - 1.0) < 4 * error + 1e-3, (mean, error)


@pytest.mark.parametrize("kind", KINDS)
def test_cells_add_up_to_one(kind, forecasts):
    forecast = forecasts[kind]
    mass = cell_masses(forecast, CellGrid.over(forecast.volume.box, 0.1))
    assert (mass >= -1e-12).all()
    assert mass.sum() == pytest.approx(1.0, abs=2e-3)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_outside(kind, forecasts):
    west, east, south, north = forecasts[kind].volume.box
    lon = np.array([west - 0.01, east, -117.1, -117.1, -117.1, np.nan])
    lat = np.array([34.0, 34.0, south - 0.01, north, 34.0, 34.0])
    depth = np.array([5.0, 5.0, 5.0, 5.0, 15.1, 5.0])
    assert np.isneginf(forecasts[kind].log_density(lon, lat, depth)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_after_a_stay_on_disk(kind, forecasts, tmp_path):
    forecast = forecasts[kind]
    again = open_forecast(forecast.write(tmp_path / "forecast.nc"))
    write_forecast(forecast, tmp_path / "same.nc")
    assert open_forecast(tmp_path / "same.nc").told == again.told
    places = forecast.volume.sample(50, 7).T
    assert np.array_equal(forecast.log_density(*places), again.log_density(*places))
    assert (again.name, again.told, again.volume) == (forecast.name, dict(forecast.told), forecast.volume)


def test_cut_off_gaussian_by_hand(small):
    """A Gaussian centred on a face loses half its mass, and its density doubles."""
    lon, lat = small.projection.to_geographic(np.zeros(1), np.zeros(1))
    part = Gaussians(np.ones(1), np.zeros((1, 3)), 0.25 * np.eye(3)[None])
    forecast = forecast_of("half", small, [part], [1.0])
    assert forecast.mass[0] == pytest.approx(0.5)
    assert np.exp(forecast.log_density(lon, lat, np.zeros(1)))[0] == pytest.approx(
        2.0 / (np.sqrt(2 * np.pi) * 0.5) ** 3
    )


def test_parts_outside_are_left_out_and_shares_follow_the_mass(small):
    inside, outside = (Gaussians(np.ones(1), np.array([[x, 0.0, 7.0]]), np.eye(3)[None]) for x in (0.0, 500.0))
    half = Gaussians(np.ones(1), np.array([[0.0, 0.0, 0.0]]), np.eye(3)[None])
    forecast = forecast_of("three", small, [inside, outside, half], [1.0, 1.0, 1.0])
    np.testing.assert_allclose(forecast.weight, [2 / 3, 1 / 3], rtol=1e-9)
    with pytest.raises(InputError, match="inside the volume"):
        forecast_of("none", small, [outside], [1.0])


def test_pooled_background_keeps_its_weight(network, volume):
    forecast = from_faults(network, volume)
    share, inside = network.mixture.box_weight.sum(), forecast.mass[0]
    assert forecast.uniform_share == pytest.approx(share / (share + (1.0 - share) * inside))
    assert replace_floor(forecast, 0.3).uniform_share == pytest.approx(0.3)


def test_a_moved_network_has_the_same_density_at_the_same_place(network, small):
    assert network.projection is not None
    mixture = moved(network.mixture, network.projection, small.projection)
    lon, lat, depth = small.sample(200, 4).T
    old_x, old_y = network.projection.to_local(lon, lat)
    new_x, new_y = small.projection.to_local(lon, lat)
    old = network.mixture.log_density(np.stack([old_x, old_y, depth], axis=1))
    new = mixture.log_density(np.stack([new_x, new_y, depth], axis=1))
    near = old > -25
    assert near.sum() > 20
    np.testing.assert_allclose(new[near], old[near], atol=0.05)


def test_moving_to_the_same_place_changes_nothing(network):
    assert moved(network.mixture, network.projection, network.projection) is network.mixture


def test_moving_far_turns_by_the_convergence_of_meridians():
    """At 60 degrees north, 10 degrees east of the old centre, north has turned by about 10 sin 60 degrees."""
    old, new = LocalProjection(0.0, 60.0), LocalProjection(10.0, 60.0)
    x, y = old.to_local(np.array([10.0]), np.array([60.0]))
    thin = np.diag([100.0, 1.0, 1.0])
    one = Mixture(np.ones(1), np.array([[x[0], y[0], 5.0]]), thin[None], **no_boxes())
    axis = np.linalg.eigh(moved(one, old, new).covariance_km2[0])[1][:, -1]
    turned = np.degrees(np.arctan2(axis[1], axis[0]) + np.pi / 2) % 180 - 90
    assert abs(turned) == pytest.approx(10 * np.sin(np.radians(60)), abs=0.2)


def test_shares_that_made_the_events_are_found():
    rng = np.random.default_rng(8)
    x = np.where(rng.random(6000) < 0.3, rng.normal(0, 1, 6000), rng.normal(4, 1, 6000))
    log = np.stack([-0.5 * x**2, -0.5 * (x - 4) ** 2, np.full(6000, -np.inf)], axis=1)
    shares = fit_shares(log)
    np.testing.assert_allclose(shares, [0.3, 0.7, 0.0], atol=0.02)
    better = np.log(np.exp(log) @ shares).mean()
    for moved_share in ([0.35, 0.65, 0.0], [0.25, 0.75, 0.0]):
        assert better > np.log(np.exp(log) @ np.array(moved_share)).mean()


def test_what_cannot_be_mixed(small, volume, network):
    with pytest.raises(InputError, match="different volumes"):
        mix([uniform(small), uniform(volume)], [1.0, 1.0])
    with pytest.raises(InputError, match="share each"):
        mix([uniform(small)], [-1.0])
    with pytest.raises(InputError, match="floor"):
        uniform(small).with_floor(1.0)
    with pytest.raises(InputError, match="no past event"):
        triples(np.array([[9e4, 0.0, 5.0]]), small, 1.0)
    with pytest.raises(InputError, match="no part of the network"):
        from_faults(network, Volume((10.0, 11.0, 40.0, 41.0), (0.0, 20.0)))


@pytest.mark.parametrize("deep", [(-10.0, -1e-9), (0.0, 5.0)])
def test_a_volume_in_which_the_boxes_do_not_lie_so_is_refused(deep, network, volume, tmp_path):
    """One number of a file without a digest was changed."""
    data = open_dataset(from_faults(network, volume, pool_background=False).write(tmp_path / "forecast.nc"))
    changed = data.assign_attrs(volume=json.dumps([*json.loads(data.attrs["volume"])[:4], *deep]))
    changed.to_netcdf(tmp_path / "changed.nc", engine="h5netcdf")
    with pytest.raises(InputError, match="its volume is not that which the masses of its parts say"):
        open_forecast(tmp_path / "changed.nc")


def test_a_volume_in_which_the_kernels_do_not_lie_so_is_refused(forecasts, tmp_path):
    data = open_dataset(forecasts["adaptive"].write(tmp_path / "forecast.nc"))
    changed = data.assign_attrs(volume=json.dumps([*json.loads(data.attrs["volume"])[:4], 0.0, 1.5]))
    changed.to_netcdf(tmp_path / "changed.nc", engine="h5netcdf")
    with pytest.raises(InputError, match="its volume is not that which the masses of its parts say"):
        open_forecast(tmp_path / "changed.nc")


def test_files_that_are_no_forecast(tmp_path):
    (tmp_path / "forecast.nc").write_bytes(b"nothing")
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(InputError, match="forecast"):
            open_forecast(path)
