"""The nearest triangle, by the tree and one by one."""

import numpy as np
import pytest
from tests import naive_mapped as naive

from seisweave.faults.mapped.nearest import NearestTree
from seisweave.faults.mapped.rectangles import Rectangles, beside


def _random(rng, n):
    return rng.normal(0, 5, (n, 1, 3)) + rng.normal(0, 1, (n, 3, 3))


def _flat(rng, n):
    return _random(rng, n) * [1.0, 1.0, 0.0]


def _lines(rng, n):
    return _flat(rng, n)[:, [0, 1, 1]]


def _slivers(rng, n):
    thin = _random(rng, n)
    thin[:, 2] = thin[:, 0] + 0.3 * (thin[:, 1] - thin[:, 0]) + 1e-4 * rng.normal(size=(n, 3))
    return thin


def _coincident(rng, n):
    return np.repeat(_random(rng, 3), -(-n // 3), axis=0)[:n]


SETS = [_random, _flat, _lines, _slivers, _coincident]


@pytest.mark.parametrize("make", SETS)
@pytest.mark.parametrize("n", [1, 4, 5, 33])
def test_the_tree_finds_what_one_by_one_finds(make, n):
    rng = np.random.default_rng(n)
    corners, owner = make(rng, n), np.arange(n)
    tree = NearestTree.of(corners, owner)
    corner, middle = corners[0, 1], corners.mean(axis=1)[:3]
    points = np.concatenate([rng.normal(0, 6, (12, 3)), corner[None], middle, [[500.0, -300.0, 40.0]]])
    distance, found = tree.nearest(points)
    each = naive.distances(points, corners)
    np.testing.assert_allclose(distance, each.min(axis=1), atol=2e-5)
    np.testing.assert_allclose(each[np.arange(len(points)), found], each.min(axis=1), atol=2e-5)


@pytest.mark.parametrize("make", [_random, _lines])
def test_plates_are_asked_as_one_by_one(make):
    rng = np.random.default_rng(7)
    tree = NearestTree.of(make(rng, 30), rng.integers(0, 6, 30))
    centre, along = rng.normal(0, 4, (3, 1, 3)), rng.normal(0, 3, (3, 3))
    down = np.cross(along, rng.normal(size=(3, 3)))
    corners = centre + np.stack([0 * along, along, along + down, down], axis=1)
    plates = Rectangles.on_map(corners, rng.uniform(0, 360, 3)) if make is _lines else Rectangles.of(corners)
    found = beside(plates, tree)
    for k in range(3):
        median, mean, angle, share, _ = naive.beside(
            plates.corners_km[k], plates.normal[k], tree.corners_km, tree.normal, tree.owner
        )
        assert found.distance_km[k] == pytest.approx(median, abs=2e-5)
        assert found.mean_distance_km[k] == pytest.approx(mean, abs=2e-5)
        assert found.angle_deg[k] == pytest.approx(angle, abs=1e-3)
        assert found.share[k] == pytest.approx(share)


def test_what_has_no_size_is_left_out():
    line = [[0.0, 0, 0], [1, 1, 1], [2, 2, 2]]
    tree = NearestTree.of(np.array([line, [[0.0, 0, 5], [3, 0, 5], [0, 3, 5]]]), np.array([0, 1]))
    assert len(tree) == 1
    assert tree.nearest(np.zeros((1, 3)))[1].tolist() == [1]


def test_the_normal_of_a_line_is_horizontal_and_across():
    tree = NearestTree.of(np.array([[[0.0, 0, 0], [0, 5, 0], [0, 5, 0]]]), np.array([0]))
    assert np.abs(tree.normal[0]).tolist() == [1.0, 0.0, 0.0]
