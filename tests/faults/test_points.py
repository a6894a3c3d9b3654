import numpy as np
import pytest
from tests.faults.point_sets import TIED, UNTIED

from seisweave.faults.points import order_points

KINDS = {**UNTIED, **TIED}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 5, 24, 25, 200])
def test_slots_are_the_points_reordered(kind, n):
    points = KINDS[kind](np.random.default_rng(n), n)
    ordered = order_points(points)
    assert sorted(ordered.order) == list(range(n))
    np.testing.assert_array_equal(ordered.xyz.T, points[ordered.order])
    assert len(ordered) == n


@pytest.mark.parametrize("kind", KINDS)
def test_every_node_is_the_box_of_its_slots(kind):
    points = KINDS[kind](np.random.default_rng(8), 300)
    ordered = order_points(points)
    n_leaves = len(ordered.node) // 2
    for k in range(1, 2 * n_leaves):
        first, last = k, k
        while first < n_leaves:
            first, last = 2 * first, 2 * last + 1
        slots = slice((first - n_leaves) * 300 // n_leaves, (last - n_leaves + 1) * 300 // n_leaves)
        box = ordered.xyz[:, slots]
        np.testing.assert_array_equal(ordered.node[k, :6], [*box.min(axis=1), *box.max(axis=1)])


def test_children_split_the_widest_side_at_its_median():
    points = UNTIED["random"](np.random.default_rng(9), 400) * [1.0, 50.0, 1.0]
    ordered = order_points(points)
    half = len(ordered) // 2
    assert ordered.xyz[1, :half].max() < ordered.xyz[1, half:].min()


def test_order_depends_on_the_places_of_the_points_only():
    rng = np.random.default_rng(10)
    points = UNTIED["random"](rng, 300)
    a, b = order_points(points), order_points(rng.permutation(points))
    np.testing.assert_array_equal(a.node, b.node)
