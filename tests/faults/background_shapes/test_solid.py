"""Solids: exact volumes, compiled membership against a naive one, places that fill them evenly."""

import numpy as np
import pytest
from scipy.spatial import ConvexHull, Delaunay
from scipy.spatial.transform import Rotation
from scipy.stats import kstest
from tests import naive_shapes

from seisweave.faults.background_shapes import _solids_numba as compiled
from seisweave.faults.background_shapes import alpha_shape, convex_hull, voronoi_cells
from seisweave.faults.background_shapes.solid import Solid, solid_of

CUBE = np.array([[x, y, z] for x in (0.0, 2) for y in (0.0, 2) for z in (0.0, 2)])
OCTAHEDRON = np.vstack([np.eye(3), -np.eye(3)])


def cloud(seed, n=40, sides=(9.0, 4.0, 1.0)):
    return np.random.default_rng(seed).normal(size=(n, 3)) * sides


def even(n, seed=0):
    return np.random.default_rng(seed).uniform(-1.0, 1.0, (n, 3))


@pytest.mark.parametrize(("points", "volume", "corners"), [(CUBE, 8.0, 8), (OCTAHEDRON, 4.0 / 3.0, 6)])
@pytest.mark.parametrize("seed", range(3))
def test_hulls_of_known_solids(points, volume, corners, seed):
    rng = np.random.default_rng(seed)
    within = rng.dirichlet(np.ones(len(points)), 20) @ points
    turned = np.vstack([points, within]) @ Rotation.random(rng=rng).as_matrix().T + [300.0, -200.0, 9.0]
    hull = convex_hull(turned)
    assert hull.volume_km3 == pytest.approx(volume, rel=1e-9)
    assert hull.parameters == 3 * corners + 1
    assert hull.relative_density(turned.T).all()
    np.testing.assert_allclose(hull.box.volume_km3, 8.0 if corners == 8 else hull.box.volume_km3)


@pytest.mark.parametrize("seed", range(4))
def test_a_hull_is_what_qhull_says(seed):
    points = cloud(seed)
    hull = convex_hull(points)
    assert hull.volume_km3 == pytest.approx(ConvexHull(points).volume, rel=1e-9)
    probe = cloud(seed + 10, 400, (12.0, 6.0, 2.0))
    np.testing.assert_array_equal(hull.relative_density(probe.T) > 0, Delaunay(points).find_simplex(probe) >= 0)


@pytest.mark.parametrize("make", [convex_hull, alpha_shape])
@pytest.mark.parametrize("seed", range(3))
def test_density_integrates_to_one(make, seed):
    """Monte Carlo over a box around it, within four standard errors."""
    solid = make(cloud(seed))
    low, high = solid.corner_km.min(axis=0) - 0.5, solid.corner_km.max(axis=0) + 0.5
    held = solid.relative_density((0.5 * (low + high) + 0.5 * (high - low) * even(20_000, seed)).T)
    around, share = np.prod(high - low), held.mean()
    error = around * np.sqrt(share * (1 - share) / len(held))
    assert abs(around * share - solid.volume_km3) < 4 * error
    assert 0.01 < share < 0.99


@pytest.mark.parametrize("seed", range(3))
def test_compiled_membership_is_the_naive_one(seed):
    points = cloud(seed, 11)
    for solid in (convex_hull(points), alpha_shape(points), *voronoi_cells(points, points[:3] * 0.1)):
        corners = solid.corner_km[solid.tetrahedron]
        probe = np.vstack([cloud(seed + 20, 40), solid.corner_km, corners.mean(axis=1), corners[:, :3].mean(axis=1)])
        far = np.array([[1e9, 0, 0], [0, -1e9, 0]])
        probe = np.ascontiguousarray(np.vstack([probe, far]).T)
        expected = naive_shapes.inside(probe, corners, solid._tolerance)
        np.testing.assert_array_equal(solid.relative_density(probe), expected)
        assert 0 < expected.sum() < len(expected)


@pytest.mark.parametrize("n", [1, 3, 30])
def test_compiled_lists_of_cells_are_the_naive_ones(n):
    rng = np.random.default_rng(n)
    low = rng.uniform(-1.0, 4.0, (n, 3))
    bounds = np.hstack([low, low + rng.uniform(0.0, 2.0, (n, 3))])
    bounds[0, 3:] = bounds[0, :3]  # of no extent
    origin, step, size = np.zeros(3), np.array([1.0, 0.7, 2.0]), np.array([4, 5, 2])
    cells = np.empty((n, 6), np.int64)
    compiled.find_cells(bounds, origin, step, size, cells)
    start = np.empty(41, np.int64)
    compiled.list_cells(cells, size, start, np.empty(0, np.int64))
    listed = np.empty(start[-1], np.int64)
    compiled.list_cells(cells, size, start, listed)
    expected = naive_shapes.cells_of(bounds, origin, step, size)
    for c, cell in enumerate(np.ndindex(4, 5, 2)):
        assert listed[start[c] : start[c + 1]].tolist() == expected.get(cell, [])


@pytest.mark.parametrize("seed", range(2))
def test_places_fill_a_solid_evenly(seed):
    """Of places in one cube each part of a solid has the share of its volume, and each tetrahedron is filled evenly."""
    solid = alpha_shape(cloud(seed))
    unit = even(4000, seed)
    places = solid.place(unit)
    assert solid.relative_density(places.T).all()
    one = solid_of("hull", np.array([[0.0, 0, 0], [3, 0, 0], [0, 2, 0], [0, 0, 1]]), np.arange(4)[None], 1)
    x, y, z = (one.place(unit) / [3.0, 2.0, 1.0]).T
    for share in (x, y, z, 1.0 - x - y - z):  # of a corner's share of an even place: 1 - (1 - s)³
        assert kstest(share, lambda s: 1.0 - (1.0 - s) ** 3).pvalue > 1e-3
    half = places[:, 0] < np.median(solid.corner_km[:, 0])
    below = solid.relative_density(np.ascontiguousarray(places[half].T)).sum()
    assert below == half.sum()
    fine = solid.volumes_km3 > 0.02 * solid.volume_km3
    for t in np.flatnonzero(fine):
        alone = Solid("alpha", solid.corner_km, solid.tetrahedron[[t]], 1)
        share = solid.volumes_km3[t] / solid.volume_km3
        assert abs(alone.relative_density(places.T).mean() - share) < 5 * np.sqrt(share / len(places))


def test_an_alpha_shape_leaves_hollows_and_gaps_out():
    rng = np.random.default_rng(5)
    direction = rng.normal(size=(1500, 3))
    shell = direction / np.linalg.norm(direction, axis=1, keepdims=True) * rng.uniform(4.0, 5.0, (1500, 1))
    solid = alpha_shape(shell)
    full = 4.0 / 3.0 * np.pi * (5.0**3 - 4.0**3)
    assert solid.relative_density(shell.T).all()
    assert 0.8 * full < solid.volume_km3 < full < 0.6 * convex_hull(shell).volume_km3
    assert solid.relative_density(np.zeros((3, 1)))[0] == 0.0
    assert solid.parameters > convex_hull(shell).parameters


@pytest.mark.parametrize("seed", range(3))
def test_an_alpha_shape_holds_every_point_and_lies_in_the_hull(seed):
    points = cloud(seed, 60)
    solid, hull = alpha_shape(np.vstack([points, points[:5]])), convex_hull(points)
    assert solid.relative_density(points.T).all()
    assert solid.volume_km3 <= hull.volume_km3 * (1 + 1e-9)
    assert len(np.unique(solid.tetrahedron)) == len(solid.corner_km) == 60


@pytest.mark.parametrize("n", [4, 5, 6, 12])
def test_an_alpha_shape_of_few_points(n):
    points = cloud(n, n)
    solid = alpha_shape(points)
    assert solid.relative_density(points.T).all()
    if n < 6:  # nothing to leave out
        assert solid.volume_km3 == pytest.approx(convex_hull(points).volume_km3)


def test_an_alpha_shape_of_a_plane_and_a_point():
    points = np.vstack([np.random.default_rng(1).normal(size=(8, 3)) * [1.0, 1.0, 0.0], [[0.0, 0.0, 1.0]]])
    assert alpha_shape(points).volume_km3 == pytest.approx(convex_hull(points).volume_km3)


@pytest.mark.parametrize("k", [1, 2, 7])
def test_voronoi_cells_fill_the_hull_without_overlap(k):
    points = cloud(k, 80)
    site = points[np.random.default_rng(k).permutation(80)[:60]].reshape(-1, 3)[: 60 - 60 % k].reshape(k, -1, 3)
    site = site.mean(axis=1)
    cells, hull = voronoi_cells(points, site), convex_hull(points)
    assert sum(cell.volume_km3 for cell in cells) == pytest.approx(hull.volume_km3, rel=1e-9)
    assert sum(cell.parameters for cell in cells) == hull.parameters + (4 * k - 1 if k > 1 else 0)
    probe = hull.place(even(2000, k))
    held = np.array([cell.relative_density(probe.T) for cell in cells])
    nearest = ((probe[:, None] - site) ** 2).sum(axis=2).argmin(axis=1)
    np.testing.assert_array_equal(held.argmax(axis=0), nearest)
    np.testing.assert_array_equal(held.sum(axis=0), 1.0)


def test_a_long_solid_has_a_grid_that_is_not_too_large(monkeypatch):
    from seisweave.faults.background_shapes import solid as module

    points = cloud(3, 30, (500.0, 5.0, 0.01))
    probe = np.ascontiguousarray(np.vstack([points, cloud(4, 100, (500.0, 5.0, 0.01))]).T)
    fine = convex_hull(points).relative_density(probe)
    monkeypatch.setattr(module, "_MOST_LISTED", 1)
    coarse = convex_hull(points)
    np.testing.assert_array_equal(coarse.relative_density(probe), fine)
    assert coarse._grid.size.tolist() == [1, 1, 1]


def test_moved_corners_take_the_solid_along():
    solid = alpha_shape(cloud(1))
    moved = solid.moved(lambda xyz: 2.0 * xyz + [10.0, 0.0, 0.0], solid.box)
    assert moved.volume_km3 == pytest.approx(8.0 * solid.volume_km3)
    assert moved.parameters == solid.parameters
    np.testing.assert_array_equal(moved.relative_density(2.0 * solid.corner_km.T + [[10.0], [0.0], [0.0]]), 1.0)
