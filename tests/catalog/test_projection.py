import numpy as np
import pytest
from pyproj import Geod

from seisweave.catalog import LocalProjection
from seisweave.errors import InputError

GEOD = Geod(ellps="WGS84")
PLACES = [
    (-117.0, 34.5),
    (179.9, -38.0),
    (-179.8, 52.0),
    (25.0, 0.0),
    (10.0, 88.5),
    (140.0, -89.9),
    (8.0, 46.0),
]


def _scale_errors(centre, distance_km, seed=0, n=400):
    """Relative errors of short lengths in every direction, at points up to a distance from the centre."""
    rng = np.random.default_rng(seed)
    here = LocalProjection(*centre)
    far, azimuth = distance_km * np.sqrt(rng.uniform(0, 1, n)), rng.uniform(0, 360, n)
    lon, lat, _ = GEOD.fwd(np.full(n, centre[0]), np.full(n, centre[1]), azimuth, far * 1e3)
    lon2, lat2, _ = GEOD.fwd(lon, lat, rng.uniform(0, 360, n), np.full(n, 1000.0))
    (x, y), (x2, y2) = here.to_local(lon, lat), here.to_local(lon2, lat2)
    return np.abs(np.hypot(x2 - x, y2 - y) - 1.0), here, lon, lat


@pytest.mark.parametrize("centre", PLACES)
def test_scale_error_is_below_a_thousandth_over_600_km(centre):
    error, *_ = _scale_errors(centre, 300.0)
    assert error.max() < 0.0004  # 0.037 % stated
    corners, *_ = _scale_errors(centre, 300.0 * np.sqrt(2))
    assert corners.max() < 0.00076  # 0.074 % stated


@pytest.mark.parametrize("centre", PLACES)
def test_there_and_back_is_the_same_place(centre):
    _, here, lon, lat = _scale_errors(centre, 400.0)
    lon2, lat2 = here.to_geographic(*here.to_local(lon, lat))
    _, _, metres = GEOD.inv(lon, lat, lon2, lat2)
    assert np.max(metres) < 1e-3
    assert (np.abs(lon2) <= 180).all()


@pytest.mark.parametrize("centre", PLACES)
def test_the_projection_is_centred_on_the_points_wherever_they_are(centre):
    rng = np.random.default_rng(5)
    azimuth, far = rng.uniform(0, 360, 500), 300e3 * rng.uniform(0, 1, 500)
    lon, lat, _ = GEOD.fwd(np.full(500, centre[0]), np.full(500, centre[1]), azimuth, far)
    here = LocalProjection.centred_on(np.array(lon), np.array(lat))
    x, y = here.to_local(np.array(lon), np.array(lat))
    off = 10.0 if abs(centre[1]) > 80 else 0.5  # near a pole the axes turn with the centre
    assert abs(x.min() + x.max()) < off
    assert abs(y.min() + y.max()) < off
    assert np.hypot(x, y).max() < 330


def test_east_is_x_and_north_is_y():
    x, y = LocalProjection(10.0, 45.0).to_local(np.array([10.1, 10.0]), np.array([45.0, 45.1]))
    assert x[0] > 7
    assert abs(y[0]) < 0.01
    assert y[1] > 11
    assert abs(x[1]) < 1e-9


def test_a_centre_off_earth_or_no_points_are_refused():
    with pytest.raises(InputError, match="give degrees"):
        LocalProjection(-117.0, 134.0)
    with pytest.raises(InputError, match="no events"):
        LocalProjection.centred_on(np.array([]), np.array([]))
