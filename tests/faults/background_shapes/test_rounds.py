"""Spheres and isotropic Gaussians: against known solids, a naive search, and Monte Carlo."""

import numpy as np
import pytest
from scipy.stats import kstest, norm
from tests.naive_shapes import smallest_radius

from seisweave.faults.background_shapes import RoundGaussian, Sphere, round_gaussian, smallest_sphere
from seisweave.faults.background_shapes.rounds import round_of

CENTRE = np.array([3.0, -2.0, 8.0])
REGULAR = {  # known spheres: (points, radius)
    "two": (np.array([[0.0, 0, 0], [0, 6, 0]]), 3.0),
    "triangle": (np.array([[1.0, 0, 0], [-0.5, np.sqrt(0.75), 0], [-0.5, -np.sqrt(0.75), 0]]), 1.0),
    "tetrahedron": (np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]), np.sqrt(3.0)),
    "cube": (np.array([[x, y, z] for x in (0.0, 2) for y in (0.0, 2) for z in (0.0, 2)]), np.sqrt(3.0)),
    "obtuse": (np.array([[0.0, 0, 0], [10, 0, 0], [5, 1, 0]]), 5.0),
    "on a line": (np.linspace(0.0, 8.0, 9)[:, None] * [1.0, 0, 0], 4.0),
    "one place": (np.ones((5, 3)), 0.0),
}


@pytest.mark.parametrize("name", REGULAR)
def test_smallest_spheres_that_are_known(name):
    points, radius = REGULAR[name]
    sphere = smallest_sphere(points + CENTRE)
    assert sphere.radius_km == pytest.approx(radius, abs=1e-9)
    assert sphere.relative_density((points + CENTRE).T).all()


@pytest.mark.parametrize("n", [4, 5, 9, 14])
@pytest.mark.parametrize("seed", range(3))
def test_smallest_sphere_is_that_of_all_subsets(n, seed):
    points = np.random.default_rng(seed).normal(size=(n, 3)) * [5.0, 2.0, 0.3]
    assert smallest_sphere(points).radius_km == pytest.approx(smallest_radius(points), rel=1e-6)


def test_smallest_sphere_of_many_and_of_repeated_points():
    rng = np.random.default_rng(2)
    direction = rng.normal(size=(20_000, 3))
    points = CENTRE + 4.0 * direction / np.linalg.norm(direction, axis=1, keepdims=True)
    sphere = smallest_sphere(np.vstack([points, points]))
    assert sphere.radius_km == pytest.approx(4.0, abs=1e-3)
    assert sphere.relative_density(points.T).all()


@pytest.mark.parametrize("shape", [Sphere(CENTRE, 2.5), RoundGaussian(CENTRE, 1.2)])
def test_density_integrates_to_one(shape):
    unit = np.random.default_rng(4).uniform(-1.0, 1.0, (200_000, 3))
    half = 7.0
    density = shape.relative_density((CENTRE + half * unit).T) / shape.volume_km3
    mass, error = (2 * half) ** 3 * density.mean(), (2 * half) ** 3 * density.std() / np.sqrt(len(unit))
    assert abs(mass - 1.0) < 4 * error < 0.1


def test_places_are_even_in_a_ball_and_normal_in_a_gaussian():
    unit = np.random.default_rng(5).uniform(-1.0, 1.0, (5000, 3))
    offset = Sphere(CENTRE, 2.0).place(unit) - CENTRE
    radius = np.linalg.norm(offset, axis=1)
    assert kstest(radius, lambda r: np.clip(r / 2.0, 0.0, 1.0) ** 3).pvalue > 1e-3
    for axis in range(3):  # of an even direction each coordinate is even
        assert kstest(offset[:, axis] / radius, lambda c: 0.5 * (1.0 + c)).pvalue > 1e-3
    normal = RoundGaussian(CENTRE, 1.5).place(unit)
    for axis in range(3):
        assert kstest(normal[:, axis], norm(CENTRE[axis], 1.5).cdf).pvalue > 1e-3
    assert np.isfinite(RoundGaussian(CENTRE, 1.5).place(np.array([[-1.0, 1.0, 0.0]]))).all()


def test_the_gaussian_of_points_makes_them_most_likely():
    points = np.random.default_rng(6).normal(CENTRE, [1.0, 2.0, 3.0], (400, 3))
    best = round_gaussian(points)

    def log_likelihood(shape):
        return (np.log(shape.relative_density(points.T)) - np.log(shape.volume_km3)).sum()

    for other in (
        RoundGaussian(best.centre_km, 1.02 * best.sigma_km),
        RoundGaussian(best.centre_km, 0.98 * best.sigma_km),
        RoundGaussian(best.centre_km + np.array([0.1, 0, 0]), best.sigma_km),
    ):
        assert log_likelihood(other) < log_likelihood(best)


@pytest.mark.parametrize("shape", [Sphere(CENTRE / 7, 1 / 3), RoundGaussian(CENTRE / 7, 1 / 3)])
def test_a_round_shape_is_known_by_its_box(shape):
    again = round_of(shape.kind, shape.box)
    assert type(again) is type(shape)
    assert again.volume_km3 == shape.volume_km3
    assert again.parameters == 5
    np.testing.assert_array_equal(again.centre_km, shape.centre_km)
