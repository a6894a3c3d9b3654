"""Atomization by branch, and no proto-faults below the floor."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faults.point_sets import TIED, UNTIED
from tests.faults.test_atomize import as_sets, grown_linkage, tree_of
from tests.naive import added_up, by_branch, replay_tree

from seisweave.evaluation import adjusted_rand_index
from seisweave.faults import _branches_numba as compiled
from seisweave.faults.atomize import atomize
from seisweave.faults.below_floor import join_below_floor
from seisweave.faults.branches import label_below, label_by_branch
from seisweave.faults.floor import floor_of, spacing_km
from seisweave.faults.options import FaultOptions
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.faults.ward import ward_linkage
from seisweave.synthetic import PlantedOptions, plant_faults

KINDS = {**UNTIED, **TIED}


def proto_sets(label):
    return {points for points in as_sets(label) if label[min(points)] >= 0}


def children_of(linkage):
    return np.ascontiguousarray(linkage[:, :2].astype(np.int64))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [4, 9, 40])
def test_every_branch_is_cut_at_its_own_capacity(kind, n):
    _, linkage = tree_of(kind, n)
    assert proto_sets(label_by_branch(linkage)) == by_branch(linkage)


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=40))
@settings(max_examples=50)
def test_branches_of_trees_of_any_shape_are_cut_at_their_own_capacity(choices):
    linkage = grown_linkage(choices)
    label = label_by_branch(linkage)
    assert proto_sets(label) == by_branch(linkage)
    assert label.max() + 1 >= atomize(linkage).capacity
    first = [np.flatnonzero(label == k)[0] for k in range(label.max() + 1)]
    assert first == sorted(first)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_compiled_sums_and_marks_equal_the_slow_ones(choices, seed):
    linkage, rng = grown_linkage(choices), np.random.default_rng(seed)
    children, n = children_of(linkage), len(linkage) + 1
    value = rng.integers(0, 9, 2 * n - 1).astype(float)
    expected = added_up(children, value)
    compiled.add_up(children, value)
    np.testing.assert_array_equal(value, expected)
    chosen = rng.random(n - 1) < 0.3
    holders = [
        [m for m in np.flatnonzero(chosen).tolist() if i in replay_tree(linkage)[m + 1][n + m]] for i in range(n)
    ]
    highest = np.array([max(held, default=-1) for held in holders])
    label = label_below(children, chosen)
    np.testing.assert_array_equal(label < 0, highest < 0)
    assert proto_sets(label) == {frozenset(np.flatnonzero(highest == m)) for m in highest[highest >= 0]}


def test_fewer_than_four_points_make_no_proto_fault():
    assert (label_by_branch(ward_linkage(np.eye(3))) == -1).all()
    assert (label_by_branch(ward_linkage(np.eye(2, 3))) == -1).all()


@pytest.mark.parametrize("floor_km", [0.01, 0.3, 1.0, 30.0])
@pytest.mark.parametrize("kind", KINDS)
def test_the_proto_faults_of_a_narrow_node_are_one(kind, floor_km):
    points, linkage = tree_of(kind, 40)
    label = label_by_branch(linkage)
    joined = join_below_floor(linkage, label, floor_km)
    before, states, n = proto_sets(label), replay_tree(linkage), len(linkage) + 1

    def narrow(node):
        if node < n:
            return True
        a, b = linkage[node - n, :2].astype(int)
        mine, first, second = (points[states[max(0, k - n + 1)][k]] for k in (node, a, b))
        spread = mine.var(axis=0).sum() <= 3.0 * floor_km**2
        close = np.linalg.norm(first.mean(axis=0) - second.mean(axis=0)) <= 2.0 * floor_km
        return bool(spread and close and narrow(a) and narrow(b))

    nodes = [frozenset(states[m + 1][n + m]) for m in range(n - 1) if narrow(n + m)]
    several = [node for node in nodes if sum(proto <= node for proto in before) > 1]
    tops = {node for node in several if not any(node < other for other in several)}
    assert proto_sets(joined) == tops | {proto for proto in before if not any(proto <= top for top in tops)}
    if not tops:
        assert joined is label


def test_what_is_wider_than_the_floor_stays_as_the_cut_makes_it():
    planted = plant_faults(PlantedOptions(density_per_km2=0.3, n_faults=5))
    linkage = ward_linkage(planted.xyz_km)
    label = atomize(linkage).label
    assert join_below_floor(linkage, label, 0.05) is label


def swarm(seed):
    """Planted faults, and on top of them a swarm with twice as many events."""
    planted = plant_faults(PlantedOptions(density_per_km2=0.3, n_faults=12, seed=seed))
    centre = planted.xyz_km[planted.fault >= 0].mean(axis=0)
    events = np.random.default_rng(seed).normal(centre, 0.5, (2 * len(planted), 3))
    return planted, np.concatenate([planted.xyz_km, events])


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize(("criterion", "bar"), [("global", 0.65), ("local", 0.3)])
def test_faults_beside_a_swarm_are_found_by_branch(criterion, bar):
    planted, points = swarm(1)
    settings = {"criterion": criterion}

    def found(network):
        return adjusted_rand_index(planted.fault, network.label[: len(planted)])

    cut = reconstruct_faults(points, FaultOptions(atomize="cut", **settings))
    best = reconstruct_faults(points, FaultOptions(**settings))
    assert found(cut) < 0.1 < bar < found(best)
    assert best.atomized.by == "branch"
    assert best.atomized.bic == {"cut": cut.bic, "branch": best.bic}
    assert best.bic < cut.bic
    assert (best.atomized.left_out or 0.0) > 0.25


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("settings", [{}, {"subsets": 3}, {"refine": False}, {"criterion": "local", "subsets": 2}])
def test_best_is_the_one_of_the_two_with_the_lower_bic(settings):
    points = plant_faults(PlantedOptions(n_faults=6, density_per_km2=0.2, noise_share=0.3, seed=2)).xyz_km
    cut, branch, best = (
        reconstruct_faults(points, FaultOptions(atomize=a, **settings)) for a in ("cut", "branch", "best")
    )
    assert best.atomized.bic == {"cut": cut.bic, "branch": branch.bic}
    kept = min((cut, branch), key=lambda network: network.bic)
    assert best.atomized.by == kept.atomized.by
    np.testing.assert_array_equal(best.part, kept.part)
    np.testing.assert_array_equal(best.mixture.covariance_km2, kept.mixture.covariance_km2)
    np.testing.assert_array_equal(best.history.gain, kept.history.gain)


@pytest.mark.slow_without_compiler
def test_a_tight_cluster_is_one_proto_fault():
    rng = np.random.default_rng(3)
    fault = rng.normal((0.0, 0.0, 8.0), (6.0, 0.3, 3.0), (300, 3))
    cluster = (40.0, 0.0, 8.0) + rng.normal(size=(2000, 3)) * 0.01
    for tight in (cluster, np.full((2000, 3), (40.0, 0.0, 8.0)), cluster * [1.0, 0.0, 0.0] + [0.0, 0.0, 8.0]):
        network = reconstruct_faults(np.concatenate([fault, tight]), FaultOptions(min_sigma_km=0.05, atomize="branch"))
        assert network.n_proto < 60
        assert len(set(network.segment[300:])) == 1
        assert network.segment[300] >= 0
        assert set(network.segment[300:]).isdisjoint(network.segment[:300])


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("smaller", [300, 1024])
def test_a_mine_is_found_as_a_region_is(smaller):
    planted = plant_faults(PlantedOptions(n_faults=8, density_per_km2=0.3, seed=4))
    region = reconstruct_faults(planted.xyz_km)
    mine = reconstruct_faults(planted.xyz_km / smaller)
    assert region.min_sigma_km == 0.05
    assert 0.0 < mine.min_sigma_km < 1.0 / smaller
    found = adjusted_rand_index(planted.fault, mine.label)
    assert found > adjusted_rand_index(planted.fault, region.label) - 0.02 > 0.9
    same = reconstruct_faults(planted.xyz_km / smaller, FaultOptions(min_sigma_km=0.05 / smaller))
    assert adjusted_rand_index(region.label, same.label) > 0.99
    old = reconstruct_faults(planted.xyz_km / smaller, FaultOptions(min_sigma_km=0.05))
    assert adjusted_rand_index(planted.fault, old.label) < 0.5 * found


def test_the_floor_follows_the_spacing_of_the_events():
    points = np.random.default_rng(2).normal(size=(500, 3))
    spacing = spacing_km(points)
    distances = np.sort(np.linalg.norm(points[:, None] - points, axis=2), axis=1)
    assert spacing == pytest.approx(np.median(distances[:, 4]))
    assert floor_of(points) == 0.05
    assert floor_of(points * 0.01) == pytest.approx(0.2 * spacing * 0.01)
    assert floor_of(points[::-1] * 0.01, threads=2) == pytest.approx(floor_of(points * 0.01))
    repeated = np.repeat(points * 0.01, 6, axis=0)
    assert floor_of(repeated) == pytest.approx(floor_of(points * 0.01)), "places count where events coincide"
    assert floor_of(np.zeros((9, 3))) == floor_of(points[:4]) == 0.05
    assert floor_of(points, 0.3) == 0.3
