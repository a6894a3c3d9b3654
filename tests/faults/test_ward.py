import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.cluster import hierarchy
from scipy.spatial.transform import Rotation
from tests.faults.point_sets import TIED, UNTIED, rounded_catalog
from tests.naive import assert_greedy_ward_tree, ward_heights

from seisweave.errors import InputError
from seisweave.faults.ward import ward_linkage


def scipy_heights(points):
    """SciPy's heights of the same set near the origin, where SciPy itself is exact to a few ulp."""
    return hierarchy.ward(points)[:, 2]


def assert_valid(points, linkage):
    n = len(points)
    assert linkage.shape == (n - 1, 4)
    assert hierarchy.is_valid_linkage(linkage)
    assert hierarchy.is_monotonic(linkage)
    assert linkage[-1, 3] == n
    assert (linkage[:, 0] < linkage[:, 1]).all()


@pytest.mark.parametrize("kind", [k for k in UNTIED if k != "far"])
@pytest.mark.parametrize("n", [4, 7, 50, 160])
def test_heights_equal_those_of_scipy(kind, n):
    points = UNTIED[kind](np.random.default_rng(n), n)
    linkage = ward_linkage(points)
    assert_valid(points, linkage)
    scale = linkage[-1, 2]
    np.testing.assert_allclose(linkage[:, 2], scipy_heights(points), rtol=1e-12, atol=1e-15 * scale)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("kind", ["random", "clustered", "duplicated", "coplanar"])
def test_heights_equal_those_of_scipy_for_thousands_of_points(kind):
    points = UNTIED[kind](np.random.default_rng(5), 4000)
    linkage = ward_linkage(points)
    assert_valid(points, linkage)
    np.testing.assert_allclose(linkage[:, 2], scipy_heights(points), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("seed", range(3))
def test_heights_equal_those_of_scipy_on_hypocentres_rounded_to_ten_metres(seed):
    # ties on this grid are few; where there are none between competing pairs the tree is unique
    points = rounded_catalog(np.random.default_rng(seed), 250)
    linkage = ward_linkage(points)
    assert_valid(points, linkage)
    assert_greedy_ward_tree(points[:120], ward_linkage(points[:120]))
    top = slice(-125, None)  # lower merges may differ among equals
    np.testing.assert_allclose(linkage[top, 2], scipy_heights(points)[top], rtol=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_far_from_the_origin_heights_carry_the_rounding_of_their_own_scale(seed):
    near = np.round(np.random.default_rng(seed).normal(size=(100, 3)) * 10 * 2**20) / 2**20
    far = near + np.array([2.0**21, -(2.0**22), 8.0])  # both sets are exact in binary, so that distances are the same
    assert (far - np.array([2.0**21, -(2.0**22), 8.0]) == near).all()
    np.testing.assert_allclose(ward_linkage(far)[:, 2], ward_linkage(near)[:, 2], rtol=1e-9)
    np.testing.assert_allclose(ward_linkage(near)[:, 2], scipy_heights(near), rtol=1e-12)


@pytest.mark.parametrize("kind", [*UNTIED, *TIED])
def test_every_merge_joins_a_nearest_pair(kind):
    points = {**UNTIED, **TIED}[kind](np.random.default_rng(1), 60)
    assert_greedy_ward_tree(points, ward_linkage(points))


@pytest.mark.parametrize("n", [8, 27, 60, 100])
def test_every_merge_joins_a_nearest_pair_on_perfect_lattices(n):
    points = TIED["lattice"](np.random.default_rng(n), n)
    assert_valid(points, ward_linkage(points))
    assert_greedy_ward_tree(points, ward_linkage(points))


@given(arrays(np.float64, st.tuples(st.integers(2, 25), st.just(3)), elements=st.integers(-4, 4).map(float)))
@settings(max_examples=60)
def test_every_merge_joins_a_nearest_pair_whatever_the_ties(points):
    linkage = ward_linkage(points, threads=1)
    assert_valid(points, linkage)
    assert_greedy_ward_tree(points, linkage)


@given(arrays(np.float64, st.tuples(st.integers(2, 20), st.just(3)), elements=st.floats(-1e3, 1e3, width=32)))
@settings(max_examples=60)
def test_every_merge_joins_a_nearest_pair_of_any_points(points):
    linkage = ward_linkage(points, threads=1)
    assert_valid(points, linkage)
    assert_greedy_ward_tree(points, linkage)


@pytest.mark.parametrize("kind", ["random", "clustered", "coplanar"])
def test_heights_equal_those_of_the_brute_force_loop(kind):
    points = UNTIED[kind](np.random.default_rng(3), 40)
    np.testing.assert_allclose(ward_linkage(points)[:, 2], ward_heights(points), rtol=1e-10)


@pytest.mark.parametrize("kind", ["clustered", "small integers", "coincident"])
@pytest.mark.parametrize("threads", [2, 4])
@pytest.mark.slow_without_compiler
def test_does_not_depend_on_the_number_of_threads(kind, threads):
    points = {**UNTIED, **TIED}[kind](np.random.default_rng(2), 9000)  # more than one block of queries
    np.testing.assert_array_equal(ward_linkage(points, threads=threads), ward_linkage(points, threads=1))


@pytest.mark.parametrize("kind", ["random", "clustered", "duplicated"])
def test_order_of_the_points_does_not_change_the_heights(kind):
    rng = np.random.default_rng(4)
    points = UNTIED[kind](rng, 120)
    shuffled = rng.permutation(points)
    np.testing.assert_allclose(ward_linkage(shuffled)[:, 2], ward_linkage(points)[:, 2], rtol=1e-12, atol=1e-14)


def test_the_same_clusters_come_out_in_any_order_of_the_points():
    rng = np.random.default_rng(6)
    points, order = UNTIED["clustered"](rng, 150), rng.permutation(150)
    cut = hierarchy.fcluster(ward_linkage(points), 20, "maxclust")
    shuffled = hierarchy.fcluster(ward_linkage(points[order]), 20, "maxclust")
    pairs = {(a, b) for a, b in zip(cut[order], shuffled, strict=True)}
    assert len(pairs) == len(set(cut)) == len(set(shuffled))


@pytest.mark.parametrize("n", [0, 1])
def test_nothing_to_merge_gives_an_empty_tree(n):
    assert ward_linkage(np.zeros((n, 3))).shape == (0, 4)


def test_two_and_three_points():
    points = np.array([[0.0, 0, 0], [3.0, 4.0, 0], [0, 0, 100.0]])
    np.testing.assert_allclose(ward_linkage(points[:2]), [[0, 1, 5, 2]])
    expected = np.sqrt(4 / 3) * np.linalg.norm(points[2] - points[:2].mean(axis=0))
    np.testing.assert_allclose(ward_linkage(points), [[0, 1, 5, 2], [2, 3, expected, 3]])


def test_coincident_points_merge_at_height_zero():
    linkage = ward_linkage(np.full((50, 3), -3.3))
    assert_valid(np.zeros((50, 3)), linkage)
    assert (linkage[:, 2] == 0).all()


def test_heights_stay_in_order_where_rounding_would_turn_equal_ones_round():
    corners = np.array([[1.0, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])  # all three merges have the same height
    for seed in range(80):
        rng = np.random.default_rng(seed)
        points = Rotation.random(rng=rng).apply(corners * rng.uniform(0.1, 3.0)) + rng.normal(size=3)
        linkage = ward_linkage(points, threads=1)
        assert_valid(points, linkage)
        np.testing.assert_allclose(linkage[:, 2], linkage[0, 2], rtol=1e-14)


def test_negative_zero_is_zero():
    linkage = ward_linkage(np.array([[0.0, 0, 0], [-0.0, 0, 0], [1.0, 0, 0]]))
    np.testing.assert_allclose(linkage[0], [0, 1, 0, 2])


def test_the_input_is_left_alone():
    points = np.random.default_rng(0).normal(size=(40, 3))
    before = points.copy()
    ward_linkage(points)
    np.testing.assert_array_equal(points, before)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_coordinates_that_are_not_finite_are_refused_with_their_row(bad):
    points = np.zeros((5, 3))
    points[3, 1] = bad
    with pytest.raises(InputError, match="row 3"):
        ward_linkage(points)


@pytest.mark.parametrize("shape", [(5, 2), (5, 4), (5,), (5, 3, 1)])
def test_another_shape_is_refused(shape, without_type_checks):
    with pytest.raises(InputError):
        ward_linkage(np.zeros(shape))
