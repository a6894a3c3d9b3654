import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from tests.called import Called
from tests.naive import full, gaussian_density, log_gaussian, packed, thickened

from seisweave.faults import _density_numba
from seisweave.faults import points as points_module
from seisweave.faults._tree_numba import lowest_below
from seisweave.faults.points import order_points

compiled = Called(_density_numba)
SIGMAS = {
    "round": [1.0, 1.0, 1.0],
    "plate": [8.0, 4.0, 0.3],
    "thin": [100.0, 5.0, 0.05],
    "needle": [50.0, 0.05, 0.05],
    "nearly equal": [1.0, 1.0 + 1e-9, 1.0 - 1e-9],
    "huge": [1e4, 1e3, 1e2],
    "tiny": [1e-4, 1e-5, 1e-6],
}


def turned_covariance(kind, rng):
    axes = Rotation.random(rng=rng).as_matrix()
    return (axes * np.square(SIGMAS[kind])) @ axes.T


def shaped(weight, mean, covariance, least_variance=0.0):
    """Shape row of a Gaussian, the covariance as it is left behind, whether a variance was raised."""
    shape, c = np.empty(compiled.SHAPE), packed(covariance)
    raised = compiled.shape_gaussian(weight, np.asarray(mean, dtype=float), c, least_variance, shape)
    return shape, full(c), raised


def test_exponential_is_right_to_two_units_in_the_last_place():
    x = np.concatenate([np.linspace(-690, 690, 4001), np.linspace(-2, 2, 2001), [0.0, -0.0, 1e-300, -1e-17]])
    ours = np.array([compiled.exp_negative(v) for v in x])
    assert (np.abs(ours / np.exp(x) - 1.0) <= 2.5 * np.finfo(float).eps / 2).all()  # NumPy's own error: half a unit
    assert compiled.exp_negative(0.0) == 1.0


@pytest.mark.parametrize("kind", SIGMAS)
@pytest.mark.parametrize("seed", range(5))
def test_principal_axes_equal_those_of_numpy(kind, seed):
    covariance = turned_covariance(kind, np.random.default_rng(seed))
    axes, values = np.empty((3, 3)), np.empty(3)
    compiled.principal_axes(packed(covariance), axes, values)
    expected = np.linalg.eigvalsh(covariance)
    np.testing.assert_allclose(values, expected, rtol=1e-9, atol=1e-15 * expected[2])
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-14)
    np.testing.assert_allclose((axes.T * values) @ axes, covariance, atol=1e-14 * expected[2])


@given(st.lists(st.floats(-1e6, 1e6), min_size=9, max_size=9))
@settings(max_examples=200)
def test_principal_axes_of_any_matrix_rebuild_it(numbers):
    root = np.array(numbers).reshape(3, 3)
    covariance = root @ root.T
    axes, values = np.empty((3, 3)), np.empty(3)
    compiled.principal_axes(packed(covariance), axes, values)
    scale = np.abs(covariance).max() + 1e-300
    assert (np.diff(values) >= 0).all()
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-13)
    np.testing.assert_allclose((axes.T * values) @ axes / scale, covariance / scale, atol=1e-13)


@pytest.mark.parametrize("c", [np.zeros((3, 3)), np.eye(3), np.diag([3.0, 1.0, 2.0]), np.ones((3, 3))])
def test_principal_axes_of_special_matrices(c):
    axes, values = np.empty((3, 3)), np.empty(3)
    compiled.principal_axes(packed(c), axes, values)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(c), atol=1e-15)
    np.testing.assert_allclose((axes.T * values) @ axes, c, atol=1e-15)


@pytest.mark.parametrize("kind", SIGMAS)
@pytest.mark.parametrize("least", [0.0, 0.0025, 4.0])
def test_shape_holds_mean_inverse_peak_sigmas_and_axes(kind, least):
    rng = np.random.default_rng(3)
    covariance, mean = turned_covariance(kind, rng), rng.normal(size=3) * 100
    shape, left, raised = shaped(0.3, mean, covariance, least)
    expected = thickened(covariance, least)
    values = np.linalg.eigvalsh(expected)
    assert raised == (np.linalg.eigvalsh(covariance)[0] < least)
    np.testing.assert_allclose(left, expected if raised else covariance, rtol=1e-9, atol=1e-14 * values[2])
    np.testing.assert_array_equal(shape[:3], mean)
    product = full(shape[3:9]) @ expected
    np.testing.assert_allclose(product, np.eye(3), atol=1e-14 * values[2] / values[0])
    np.testing.assert_allclose(shape[9], log_gaussian(0.3, mean, expected, mean[None])[0], rtol=1e-9)
    np.testing.assert_allclose(shape[10:13], np.sqrt(values), rtol=1e-8)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_singular_covariances_are_thickened(rank):
    root = np.random.default_rng(rank).normal(size=(3, rank))
    shape, left, raised = shaped(1.0, np.zeros(3), root @ root.T, 0.05**2)
    assert raised
    assert np.isfinite(shape).all()
    np.testing.assert_allclose(np.linalg.eigvalsh(left)[: 3 - rank], 0.0025, rtol=1e-9)


@pytest.mark.parametrize("kind", SIGMAS)
@pytest.mark.parametrize("offset", [0.0, 1e5])
def test_density_equals_the_naive_one(kind, offset):
    rng = np.random.default_rng(4)
    covariance, mean = turned_covariance(kind, rng), rng.normal(size=3) + offset
    points = mean + rng.multivariate_normal(np.zeros(3), covariance, 200, method="eigh") * 2
    shape, _, _ = shaped(0.01, mean, covariance)
    out = np.empty(200)
    compiled.density_on(shape, np.ascontiguousarray(points.T), 0, 200, out)
    # distances carry the rounding of the coordinates and of the inverse of a thin covariance
    condition = (np.max(SIGMAS[kind]) / np.min(SIGMAS[kind])) ** 2
    tolerance = 1e-13 + 1e-14 * condition + 1e-15 * offset / np.min(SIGMAS[kind])
    np.testing.assert_allclose(out, gaussian_density(0.01, mean, covariance, points), rtol=50 * tolerance)


def test_density_on_writes_the_asked_slots_from_the_first_place():
    points = np.random.default_rng(5).normal(size=(3, 50))
    shape, _, _ = shaped(1.0, np.zeros(3), np.eye(3))
    whole, part = np.empty(50), np.full(50, -1.0)
    compiled.density_on(shape, points, 0, 50, whole)
    compiled.density_on(shape, points, 13, 21, part)
    np.testing.assert_array_equal(part[:8], whole[13:21])
    assert (part[8:] == -1).all()


def test_density_far_away_is_the_smallest_that_is_told_from_zero():
    shape, _, _ = shaped(1.0, np.zeros(3), np.eye(3))
    out = np.empty(1)
    compiled.density_on(shape, np.array([[1e8], [0.0], [0.0]]), 0, 1, out)
    np.testing.assert_allclose(out, np.exp(-690.0), rtol=1e-13)


def supports(kind, n, seed, lowest=-12.0, highest=2.0):
    """Slots a Gaussian reaches with a cut of its own at every point, and its naive density there."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(n, 3)) * [30.0, 20.0, 5.0]
    if kind == "coplanar":
        points[:, 2] = 3.0
    if kind == "duplicated":
        points = points[rng.integers(n // 4, size=n)]
    ordered = order_points(points)
    covariance, mean = turned_covariance("plate", rng), points[0]
    shape, _, _ = shaped(0.1, mean, covariance)
    cut = np.exp(rng.uniform(lowest, highest, n)) * 1e-5
    node = ordered.node.copy()
    lowest_below(np.log(cut), node)
    ranges = np.zeros((len(node) // 2 + 1, 2), np.int64)
    slots, values = np.empty(n, np.int32), np.empty(n)
    length = compiled.list_support(shape, cut, ordered.xyz, node, ranges, np.empty(n), slots, values)
    found = compiled.support_ranges(shape, node, n, ranges)
    return (
        ordered,
        cut,
        gaussian_density(0.1, mean, covariance, ordered.xyz.T),
        slots[:length],
        values[:length],
        ranges[:found],
    )


@pytest.mark.parametrize("kind", ["random", "coplanar", "duplicated"])
@pytest.mark.parametrize("n", [10, 24, 100, 400])
@pytest.mark.parametrize("seed", range(2))
def test_support_is_every_point_where_the_density_exceeds_the_cut(kind, n, seed):
    _, cut, density, slots, values, _ = supports(kind, n, seed)
    np.testing.assert_array_equal(slots, np.flatnonzero(density > cut))
    np.testing.assert_allclose(values, density[slots], rtol=1e-11)


@pytest.mark.parametrize("seed", range(4))
def test_support_reaches_exactly_as_far_as_the_cut(seed, monkeypatch):
    monkeypatch.setattr(points_module, "_LEAF", 1)
    rng = np.random.default_rng(seed)
    covariance = turned_covariance("plate", rng)
    values, vectors = np.linalg.eigh(covariance)
    along = [
        s * r * np.sqrt(values[a]) * vectors[:, a] for a in range(3) for s in (-1, 1) for r in np.linspace(0.1, 8, 30)
    ]
    ordered = order_points(np.array(along) + 10.0)
    shape, _, _ = shaped(0.2, np.full(3, 10.0), covariance)
    density = gaussian_density(0.2, np.full(3, 10.0), covariance, ordered.xyz.T)
    for factor, expected in ((1 - 1e-6, 180), (1 + 1e-6, 0)):
        cut, node = density * factor, ordered.node.copy()
        lowest_below(np.log(cut), node)
        arrays = np.zeros((len(node), 2), np.int64), np.empty(180), np.empty(180, np.int32), np.empty(180)
        assert compiled.list_support(shape, cut, ordered.xyz, node, *arrays) == expected


@pytest.mark.parametrize("seed", range(6))
def test_ranges_ascend_do_not_touch_and_hold_the_support(seed):
    ordered, _, _, slots, _, ranges = supports("random", 400, seed)
    held = np.concatenate([np.arange(a, b) for a, b in ranges])
    assert np.isin(slots, held).all()
    assert (ranges[:, 0] < ranges[:, 1]).all()
    assert (ranges[1:, 0] > ranges[:-1, 1]).all()
    assert len(held) < len(ordered)  # or the tree is good for nothing


def test_a_gaussian_below_every_cut_has_no_support():
    _, _, _, slots, _, ranges = supports("random", 100, 0, lowest=40.0, highest=41.0)
    assert len(slots) == len(ranges) == 0
