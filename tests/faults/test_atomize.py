import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faults.point_sets import TIED, UNTIED
from tests.naive import assert_greedy_ward_tree, clusters_after, holding_capacity

from seisweave.faults import atomize as ours
from seisweave.faults.atomize import atomize, cut_into_subsets, cut_tree
from seisweave.faults.ward import ward_linkage

KINDS = {**UNTIED, **TIED}


def tree_of(kind, n, seed=0):
    points = KINDS[kind](np.random.default_rng(seed), n)
    return points, ward_linkage(points)


def as_sets(label):
    return {frozenset(np.flatnonzero(label == k)) for k in np.unique(label)}


def grown_linkage(choices):
    """A linkage array of any shape: merge m joins two of the clusters there are, as `choices` says."""
    n = len(choices) + 1
    alive, size, rows = list(range(n)), dict.fromkeys(range(n), 1), []
    for m, choice in enumerate(choices):
        a = alive.pop(choice % len(alive))
        b = alive.pop((choice // 7) % len(alive))
        size[n + m] = size[a] + size[b]
        alive.append(n + m)
        rows.append([min(a, b), max(a, b), float(m), size[n + m]])
    return np.array(rows, dtype=float)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [4, 9, 40, 90])
def test_holding_capacity_equals_that_of_cutting_after_every_merge(kind, n):
    _, linkage = tree_of(kind, n)
    assert ours.holding_capacity(linkage) == holding_capacity(linkage)


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=40))
@settings(max_examples=200)
def test_holding_capacity_is_right_for_trees_of_any_shape(choices):
    linkage = grown_linkage(choices)
    assert ours.holding_capacity(linkage) == holding_capacity(linkage)


def test_of_equal_cuts_the_one_with_the_most_clusters_is_taken():
    # four points near 0 and one at 1: one valid cluster before and after the last merge
    points = np.array([[0.0, 0, 0], [0.1, 0, 0], [0, 0.1, 0], [0, 0, 0.1], [9.0, 0, 0]])
    atoms = atomize(ward_linkage(points))
    assert (atoms.capacity, atoms.n_clusters) == (1, 2)
    assert atoms.label.tolist() == [0, 0, 0, 0, -1]


def test_fewer_than_four_points_hold_nothing():
    atoms = atomize(ward_linkage(np.eye(3)))
    assert (atoms.capacity, atoms.n_clusters) == (0, 3)
    assert (atoms.label == -1).all()


@pytest.mark.parametrize("kind", KINDS)
def test_labels_are_the_clusters_of_four_or_more_in_order_of_their_first_point(kind):
    _, linkage = tree_of(kind, 80)
    atoms, (n_merges, capacity) = atomize(linkage), holding_capacity(linkage)
    clusters = clusters_after(linkage, n_merges)
    expected = {frozenset(c) for c in clusters if len(c) >= 4}
    assert {s for s in as_sets(atoms.label) if atoms.label[min(s)] >= 0} == expected
    assert atoms.n_clusters == len(clusters)
    assert atoms.capacity == capacity == atoms.label.max() + 1
    first = [np.flatnonzero(atoms.label == k)[0] for k in range(capacity)]
    assert first == sorted(first)


@pytest.mark.parametrize("n_merges", [0, 1, 20, 59])
def test_cut_tree_keeps_the_first_merges_only(n_merges):
    _, linkage = tree_of("clustered", 60)
    label = cut_tree(linkage, n_merges)
    assert as_sets(label) == {frozenset(c) for c in clusters_after(linkage, n_merges)}
    assert label[0] == 0
    assert label.max() == 60 - n_merges - 1


@pytest.mark.parametrize("subsets", [1, 2, 3, 7, 30])
@pytest.mark.parametrize("kind", ["random", "clustered", "duplicated"])
def test_the_tree_of_a_subset_is_the_tree_of_its_points_alone(kind, subsets):
    points, linkage = tree_of(kind, 100)
    found = cut_into_subsets(linkage, subsets)
    assert len(found) == subsets
    for rows, own in found:
        alone = ward_linkage(points[rows])
        np.testing.assert_allclose(own[:, 2], alone[:, 2], rtol=1e-12, atol=1e-14)
        assert (own[:, 0] < own[:, 1]).all()
        assert_greedy_ward_tree(points[rows], own)


@pytest.mark.parametrize("subsets", [1, 2, 5, 60])
@pytest.mark.parametrize("kind", KINDS)
def test_subsets_are_a_partition_into_the_clusters_of_the_cut(kind, subsets):
    _, linkage = tree_of(kind, 60)
    found = [rows for rows, _ in cut_into_subsets(linkage, subsets)]
    assert {frozenset(rows) for rows in found} == {frozenset(c) for c in clusters_after(linkage, 60 - subsets)}
    assert all((np.diff(rows) > 0).all() for rows in found)
    assert sorted(np.concatenate(found)) == list(range(60))
