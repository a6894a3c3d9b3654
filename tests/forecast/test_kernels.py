import numpy as np
import pytest
from tests.naive_forecast import cell_sums, log_kernel_density, node_sums

from seisweave.errors import InputError
from seisweave.faults.points import order_points
from seisweave.forecast._cells_numba import add_kernels
from seisweave.forecast._kernel_sum_numba import NODE, sum_nodes
from seisweave.forecast.kernels import Kernels

CASES = {
    "one": (1, 2.0),
    "few": (5, 0.3),
    "coincident": (60, 1.0),
    "narrow": (400, 0.05),
    "wide": (400, 30.0),
    "mixed widths": (300, None),
}


def kernels_of(case, tolerance):
    n, sigma = CASES[case]
    rng = np.random.default_rng(n)
    centres = rng.normal(0, 1, (n, 3)) * [20, 10, 5] * (0 if case == "coincident" else 1)
    widths = np.exp(rng.uniform(-3, 3, n)) if sigma is None else np.full(n, sigma)
    return Kernels(centres, widths, rng.uniform(0.1, 1.0, n), tolerance)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("tolerance", [1e-2, 1e-5])
def test_sum_equals_the_naive_one_within_its_tolerance(case, tolerance):
    kernels = kernels_of(case, tolerance)
    rng = np.random.default_rng(9)
    near = kernels.xyz_km[rng.integers(0, len(kernels), 12)] + rng.normal(0, 0.2, (12, 3))
    far = rng.normal(0, 500, (4, 3))  # thousands of standard deviations from the narrow ones
    places = np.concatenate([near, far])
    naive = log_kernel_density(places, kernels.xyz_km, kernels.sigma_km, kernels.weight)
    ours = kernels.log_density(places)
    assert np.isfinite(ours).all()
    assert np.abs(np.expm1(ours - naive)).max() <= tolerance * 1.0001 + 1e-9


@pytest.mark.slow_without_compiler
def test_result_depends_on_neither_threads_nor_blocks():
    kernels = kernels_of("mixed widths", 1e-3)
    places = np.random.default_rng(1).normal(0, 10, (300, 3))
    alone = kernels.log_density(places, jobs=1)
    assert np.array_equal(alone, kernels.log_density(places, jobs=3))
    assert np.array_equal(alone[17:19], kernels.log_density(places[17:19]))


def test_nodes_hold_what_is_below_them():
    kernels = kernels_of("mixed widths", 1e-3)
    ordered = order_points(kernels.xyz_km)
    rng = np.random.default_rng(2)
    amplitude, steepness = rng.random((2, len(kernels)))
    node = np.zeros((len(ordered.node), NODE))
    sum_nodes(amplitude, steepness, node)
    np.testing.assert_allclose(node[1:, 6:], node_sums(amplitude, steepness, len(node) // 2)[1:], rtol=1e-12)


def test_cells_equal_the_naive_sum():
    rng = np.random.default_rng(3)
    lon, lat = rng.uniform(-1, 2, 40), rng.uniform(-1, 2, 40)
    sigma = np.exp(rng.uniform(-5, 0, (2, 40)))
    weight, lon_edge, lat_edge = rng.random(40), np.linspace(0, 1, 7), np.linspace(-0.2, 0.9, 5)
    mass = np.zeros((4, 6))
    add_kernels(lon, lat, *sigma, weight, lon_edge, lat_edge, mass)
    np.testing.assert_allclose(mass, cell_sums(lon, lat, *sigma, weight, lon_edge, lat_edge), atol=1e-10)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sigma_km": np.array([1.0, 0.0])}, "sigma_km"),
        ({"weight": np.array([1.0, np.nan])}, "weight"),
        ({"xyz_km": np.array([[0.0, 0, 0], [0, np.inf, 0]])}, "without a place"),
        ({"tolerance": 0.0}, "tolerance"),
    ],
)
def test_kernels_that_cannot_be(change, message):
    good = {"xyz_km": np.zeros((2, 3)), "sigma_km": np.ones(2), "weight": np.ones(2)}
    with pytest.raises(InputError, match=message):
        Kernels(**(good | change))
