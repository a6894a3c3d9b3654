import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.forecast import Volume
from seisweave.forecast.build import volume_of
from seisweave.forecast.mass import gaussian_masses, round_mass, slices
from seisweave.forecast.options import ForecastOptions


def test_area_is_that_of_the_ellipsoid(volume):
    from pyproj import Geod

    west, east, south, north = volume.box
    share = np.linspace(0, 1, 200)
    lon = np.concatenate([west + (east - west) * share, np.full(200, east), east - (east - west) * share, [west]])
    lat = np.concatenate([np.full(200, south), south + (north - south) * share, np.full(200, north), [south]])
    area = abs(Geod(ellps="WGS84").polygon_area_perimeter(lon, lat)[0]) / 1e6
    assert volume.km3 == pytest.approx(area * 20.0, rel=6e-4)  # of the projection's scale


def test_faces_belong_as_in_a_selection(volume):
    lon = np.array([-119.0, -115.0, -117.0, -117.0, -117.0, -117.0, -117.0])
    lat = np.array([34.0, 34.0, 32.5, 35.5, 34.0, 34.0, 34.0])
    depth = np.array([5.0, 5.0, 5.0, 5.0, 0.0, 20.0, np.nan])
    assert volume.contains(lon, lat, depth).tolist() == [True, False, True, False, True, True, False]


def test_sample_is_inside_and_even(volume):
    places = volume.sample(20_000, 1)
    assert volume.contains(*places.T).all()
    south, middle, north = np.sin(np.radians([32.5, 34.0, 35.5]))  # a degree of longitude is longer in the south
    assert (places[:, 1] < 34.0).mean() == pytest.approx((middle - south) / (north - south), abs=0.01)


@pytest.mark.parametrize(
    "numbers",
    [
        (-115.0, -119.0, 32.0, 36.0, 0.0, 20.0),
        (-119.0, -115.0, 36.0, 32.0, 0.0, 20.0),
        (-119.0, -115.0, 32.0, 36.0, 20.0, 0.0),
        (-119.0, -115.0, 32.0, np.nan, 0.0, 20.0),
        (-119.0, -50.0, 32.0, 36.0, 0.0, 20.0),
        (170.0, -120.0, 32.0, 36.0, 0.0, 20.0),
        (-180.0, 180.0, 20.0, 70.0, 0.0, 20.0),
    ],
)
def test_volumes_that_are_none(numbers):
    with pytest.raises(InputError, match="volume"):
        Volume.of(numbers)


def test_volume_about_events_holds_them(past):
    volume = volume_of(past, ForecastOptions())
    assert volume.contains(past.longitude, past.latitude, np.full(len(past), 5.0)).all()


def test_round_mass_against_products_of_the_normal_distribution():
    from scipy.special import ndtr

    rng = np.random.default_rng(2)
    square = np.array([[-3.0, -2.0], [5.0, -2.0], [5.0, 4.0], [-3.0, 4.0]])
    centre, sigma = rng.uniform(-8, 8, (300, 2)), rng.choice([0.01, 0.5, 3.0, 40.0], 300)
    across = ndtr((5 - centre[:, 0]) / sigma) - ndtr((-3 - centre[:, 0]) / sigma)
    up = ndtr((4 - centre[:, 1]) / sigma) - ndtr((-2 - centre[:, 1]) / sigma)
    np.testing.assert_allclose(round_mass(square, centre, sigma), across * up, atol=1e-10)


def test_round_mass_of_centres_on_corners_and_sides():
    square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    centre = np.array([[0.0, 0.0], [1.0, 1.0], [0.5, 0.0], [0.5, 1.0], [1.0, 0.5], [0.5, 0.5], [2.0, 0.5]])
    expected = [0.25, 0.25, 0.5, 0.5, 0.5, 1.0, 0.0]
    np.testing.assert_allclose(round_mass(square, centre, np.full(7, 0.01)), expected, atol=1e-12)


def test_round_mass_in_a_polygon_with_a_dent_adds_up():
    rng = np.random.default_rng(4)
    dent = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [2.0, 1.0], [0.0, 3.0]])
    left, right = dent[[0, 1, 3, 4]], dent[[1, 2, 3]]
    centre, sigma = rng.uniform(-1, 5, (100, 2)), rng.uniform(0.05, 3, 100)
    whole = round_mass(left, centre, sigma) + round_mass(right, centre, sigma)
    np.testing.assert_allclose(round_mass(dent, centre, sigma), whole, atol=1e-10)


def test_gaussian_mass_against_draws_from_it(small):
    rng = np.random.default_rng(6)
    root = rng.normal(0, 1, (6, 3, 3)) * [[8.0], [8.0], [4.0]]
    covariance = root @ root.transpose(0, 2, 1) + 0.01 * np.eye(3)
    mean = rng.uniform([-20, -20, 0], [20, 20, 15], (6, 3))
    masses = gaussian_masses(small.outline_km, small.depth_km, mean, covariance)
    for m, c, mass in zip(mean, covariance, masses, strict=True):
        drawn = rng.multivariate_normal(m, c, 40_000)
        lon, lat = small.projection.to_geographic(drawn[:, 0], drawn[:, 1])
        assert small.contains(lon, lat, drawn[:, 2]).mean() == pytest.approx(mass, abs=0.012)


def test_slices_keep_mass_mean_and_shape():
    covariance = np.array([[9.0, 2.0, 3.0], [2.0, 4.0, 1.0], [3.0, 1.0, 2.0]])
    share, centre, within = slices((-100.0, 100.0), np.array([1.0, 2.0, 3.0]), covariance)
    assert share.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(share @ centre, [1.0, 2.0], atol=1e-9)
    spread = (centre - [1.0, 2.0]).T @ ((centre - [1.0, 2.0]) * share[:, None]) + within
    np.testing.assert_allclose(spread, covariance[:2, :2], rtol=1e-6)
