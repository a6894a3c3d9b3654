import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from tests.naive_boxes import smallest_volume

from seisweave.errors import InputError
from seisweave.faults.background import Box, minimum_volume_box

CUBE = np.array([[x, y, z] for x in (0.0, 1.0) for y in (0.0, 1.0) for z in (0.0, 1.0)])


def assert_holds(box: Box, xyz: np.ndarray) -> None:
    local = np.abs((xyz - box.centre_km) @ box.axes.T)
    assert np.all(local <= box.half_km + 1e-9 * (1 + np.abs(xyz).max()))
    np.testing.assert_allclose(box.axes @ box.axes.T, np.eye(3), atol=1e-12)


@pytest.mark.parametrize("n", [4, 5, 6, 9, 14])
@pytest.mark.parametrize("seed", range(4))
def test_is_the_smallest_of_all_boxes_with_a_face_on_the_hull(n, seed):
    xyz = np.random.default_rng(seed).normal(size=(n, 3)) * [5.0, 2.0, 0.3]
    box = minimum_volume_box(xyz)
    assert_holds(box, xyz)
    np.testing.assert_allclose(box.volume_km3, smallest_volume(xyz), rtol=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_volume_does_not_change_when_points_are_moved_turned_or_shuffled(seed):
    rng = np.random.default_rng(seed)
    xyz = rng.normal(size=(60, 3)) * [9.0, 3.0, 1.0]
    turned = rng.permutation(xyz) @ Rotation.random(rng=rng).as_matrix().T + [400.0, -300.0, 12.0]
    before, after = minimum_volume_box(xyz), minimum_volume_box(turned)
    assert_holds(after, turned)
    np.testing.assert_allclose(after.volume_km3, before.volume_km3, rtol=1e-10)


@pytest.mark.parametrize("seed", range(10))
def test_is_no_larger_than_the_box_along_the_axes_or_along_the_principal_axes(seed):
    rng = np.random.default_rng(seed)
    xyz = rng.normal(size=(200, 3)) * [9.0, 3.0, 1.0] @ Rotation.random(rng=rng).as_matrix().T
    volume = minimum_volume_box(xyz).volume_km3
    principal = np.linalg.eigh(np.cov(xyz.T))[1]
    assert volume <= np.prod(np.ptp(xyz, axis=0)) * 1.001
    assert volume <= np.prod(np.ptp(xyz @ principal, axis=0)) * 1.02


@pytest.mark.parametrize("seed", range(10))
def test_a_turned_cuboid_is_its_own_box(seed):
    rng = np.random.default_rng(seed)
    sides = np.array([7.0, 2.0, 0.5])
    corners = (CUBE * sides) @ Rotation.random(rng=rng).as_matrix().T + rng.normal(size=3)
    inside = corners.T @ rng.dirichlet(np.ones(8), size=50).T
    box = minimum_volume_box(np.vstack([corners, inside.T]))
    np.testing.assert_allclose(np.sort(2 * box.half_km), np.sort(sides), rtol=1e-9)
    distance = np.linalg.norm(box.corners[:, None] - corners[None], axis=2)
    assert distance.min(axis=0).max() < 1e-8


@pytest.mark.parametrize(
    ("xyz", "sides"),
    [
        (np.zeros((1, 3)), [0.001, 0.001, 0.001]),
        (np.ones((7, 3)) * 3.0, [0.001, 0.001, 0.001]),
        (np.array([[0.0, 0, 0], [1.0, 2.0, 2.0]]), [3.0, 0.001, 0.001]),
        (np.linspace(0, 1, 9)[:, None] * [[2.0, 3.0, 6.0]] + 100.0, [7.0, 0.001, 0.001]),
        (np.array([[0.0, 0, 5], [5.0, 0, 5], [1.0, 1.0, 5]]), [5.0, 1.0, 0.001]),
        (CUBE * [4.0, 3.0, 0.0] + 7.0, [4.0, 3.0, 0.001]),
    ],
    ids=["one", "coincident", "two", "collinear", "triangle", "coplanar"],
)
def test_flat_sets_get_a_box_of_the_thinnest_side_allowed(xyz, sides):
    box = minimum_volume_box(xyz)
    assert_holds(box, xyz)
    np.testing.assert_allclose(np.sort(2 * box.half_km)[::-1], sides, rtol=1e-9)
    assert minimum_volume_box(xyz, thinnest_km=0.0).volume_km3 <= box.volume_km3


def test_duplicated_points_do_not_matter():
    xyz = np.random.default_rng(1).normal(size=(20, 3))
    twice = np.vstack([xyz, xyz])
    np.testing.assert_allclose(minimum_volume_box(twice).volume_km3, minimum_volume_box(xyz).volume_km3, rtol=1e-12)


def test_a_large_hull_is_searched_in_blocks():
    xyz = np.random.default_rng(2).normal(size=(600, 3))
    xyz /= np.linalg.norm(xyz, axis=1, keepdims=True)
    box = minimum_volume_box(xyz)
    assert_holds(box, xyz)
    assert 7.5 < box.volume_km3 < 8.0


@pytest.mark.parametrize("bad", [np.zeros((0, 3)), np.array([[0.0, np.nan, 0.0]]), np.array([[np.inf, 0.0, 0.0]])])
def test_no_points_and_bad_coordinates_are_refused(bad):
    with pytest.raises(InputError, match="finite"):
        minimum_volume_box(bad)
