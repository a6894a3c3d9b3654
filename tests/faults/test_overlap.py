import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from tests.faults.workspaces import KINDS, NASTY, atomized, bare, members_of
from tests.naive import NaiveBox, fitted_box, full, growth_to_touch

from seisweave.faults.state import PAIR

POINTS = np.random.default_rng(0).normal(size=(30, 3)) * 20


def overlapping(gaussians, reach=1.0):
    """Pairs that are listed for Gaussians without members."""
    workspace = bare(POINTS, gaussians)
    workspace.find_pairs(reach, np.inf)
    return listed(workspace)


def listed(workspace):
    count = workspace.tally[PAIR]
    return {
        (int(i), int(j)) for i, j in zip(workspace.pairs.first[:count], workspace.pairs.second[:count], strict=True)
    }


def turned(sigmas, rng):
    axes = Rotation.random(rng=rng).as_matrix()
    return (axes * np.square(sigmas)) @ axes.T


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("sigmas", [[2.2, 2.0, 1.8], [6, 3, 0.2], [20, 0.6, 0.4]], ids=["round", "plate", "needle"])
def test_pairs_are_those_that_a_linear_program_finds_overlapping(sigmas, seed):
    rng = np.random.default_rng(seed)
    gaussians = [(0.1, rng.normal(size=3) * 4, turned(sigmas, rng)) for _ in range(14)]
    boxes = [fitted_box(mean, covariance, np.zeros((0, 3)), 1.0) for _, mean, covariance in gaussians]
    growth = {(i, j): growth_to_touch(boxes[i], boxes[j]) for i in range(14) for j in range(i + 1, 14)}
    assert min(abs(s - 1) for s in growth.values()) > 1e-9  # none is on the edge, so that rounding cannot decide
    assert overlapping(gaussians) == {pair for pair, s in growth.items() if s <= 1}
    assert 3 < len(overlapping(gaussians)) < 86


def test_plates_that_cross_without_a_corner_inside_each_other_overlap():
    standing, lying = np.diag([25.0, 0.01, 25.0]), np.diag([100.0, 100.0, 0.01])
    assert overlapping([(0.1, np.zeros(3), standing), (0.1, np.zeros(3), lying)]) == {(0, 1)}


@pytest.mark.parametrize(("gap", "pairs"), [(1e-6, set()), (-1e-6, {(0, 1)})])
def test_boxes_side_by_side_overlap_only_when_they_touch(gap, pairs):
    gaussians = [(0.1, np.zeros(3), np.eye(3)), (0.1, np.array([2.0 + gap, 0.5, 0.5]), np.eye(3))]
    assert overlapping(gaussians) == pairs


def test_edges_that_pass_each_other_do_not_overlap():
    # two sticks at a right angle, 0.3 apart where they pass: only the cross product of their axes separates them
    tilt = Rotation.from_euler("zyx", [30, 40, 50], degrees=True).as_matrix()
    first, second = np.diag([100.0, 0.01, 0.01]), np.diag([0.01, 100.0, 0.01])
    apart = [(0.1, np.zeros(3), tilt @ first @ tilt.T), (0.1, tilt @ [0, 0, 0.3], tilt @ second @ tilt.T)]
    near = [apart[0], (0.1, tilt @ [0, 0, 0.19], apart[1][2])]
    assert overlapping(apart) == set()
    assert overlapping(near) == {(0, 1)}


def test_a_wider_reach_finds_more_pairs():
    rng = np.random.default_rng(5)
    gaussians = [(0.1, rng.normal(size=3) * 8, turned([3, 1, 0.3], rng)) for _ in range(20)]
    assert overlapping(gaussians, 1.0) < overlapping(gaussians, 2.5) < overlapping(gaussians, 6.0)


def test_the_list_of_pairs_grows_when_it_must():
    gaussians = [(0.01, np.zeros(3), np.eye(3) * (1 + k)) for k in range(60)]
    workspace = bare(POINTS, gaussians)
    workspace.pairs = type(workspace.pairs)(*[array[:10] for array in workspace.pairs])
    workspace.find_pairs(1.0, np.inf)
    assert len(listed(workspace)) == 60 * 59 // 2


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reach", [0.5, 2.5])
def test_boxes_hold_the_sigmas_and_all_members(kind, reach):
    workspace = atomized(NASTY[kind](np.random.default_rng(1), 60))
    workspace.find_pairs(reach, np.inf)
    parts, points = workspace.parts, workspace.ordered.xyz.T
    for r, members in members_of(workspace).items():
        axes = parts.shape[r, 13:22].reshape(3, 3)
        away = np.abs((points[members] - parts.box_centre[r]) @ axes.T)
        tolerance = 1e-9 * (1 + np.abs(points).max())
        assert (away <= parts.box_half[r] + tolerance).all()
        naive = fitted_box(parts.mean[r], full(parts.covariance[r]), points[members], reach)
        if np.diff(np.log(parts.shape[r, 10:13])).min() > 1e-3:  # or the axes are anybody's choice
            np.testing.assert_allclose(np.prod(parts.box_half[r]), np.prod(naive.half), rtol=1e-5)
        corners = parts.box_centre[r] + [
            (np.array([a, b, c]) * parts.box_half[r]) @ axes for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)
        ]
        expected = [*corners.min(axis=0), *corners.max(axis=0)]
        np.testing.assert_allclose(parts.bounds[r], expected, atol=tolerance)


def test_naive_growth_of_two_cubes_is_half_their_distance():
    cube = NaiveBox(np.zeros(3), np.eye(3), np.ones(3))
    assert abs(growth_to_touch(cube, NaiveBox(np.array([5.0, 1, 0]), np.eye(3), np.ones(3))) - 2.5) < 1e-9
