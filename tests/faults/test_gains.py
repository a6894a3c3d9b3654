import numpy as np
import pytest
from tests.called import Called
from tests.faults.workspaces import (
    KINDS,
    LEAST,
    NASTY,
    QUICK,
    UNTRUNCATED,
    atomized,
    bare,
    gaussians_of,
    members_of,
    naive_twin,
    supports_of,
)
from tests.naive import gaussian_density, global_gain, local_gain, merged_gaussian, mixture_density

from seisweave.faults import _gains_numba, merge
from seisweave.faults import _merge_numba as merging
from seisweave.faults.state import PAIR

REACH = 2.5
GAINS = Called(_gains_numba)


def evaluated(workspace, reach=REACH):
    """(i, j) -> gain of all overlapping pairs."""
    workspace.find_pairs(reach, np.inf)
    workspace.evaluate_all()
    merge.evaluate_pending(workspace, merge._rule(workspace, reach))
    pairs, count = workspace.pairs, workspace.tally[PAIR]
    return {(int(pairs.first[q]), int(pairs.second[q])): pairs.gain[q] for q in range(count)}


def condition(workspace):
    """How much rounding a thin Gaussian far from the origin makes of the coordinates' own."""
    sigma = workspace.parts.shape[workspace.rows, 10:13]
    extent = np.abs(workspace.ordered.xyz).max()
    return 1e-12 * (1 + (sigma[:, 2] / sigma[:, 0]).max() ** 2 * 1e-2 + extent / sigma.min() * 1e-2)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow_without_compiler)])
def test_global_gains_equal_eq_3_on_all_points(kind, seed):
    workspace = atomized(NASTY[kind](np.random.default_rng(seed), 70), strictness=UNTRUNCATED)
    points, mixture = workspace.ordered.xyz.T, list(gaussians_of(workspace).values())
    gains = evaluated(workspace)
    assert len(gains) > 0
    for (i, j), gain in gains.items():  # rows are 0, 1, ... before any merge
        naive = global_gain(points, mixture, workspace.points.base, i, j, LEAST**2)
        np.testing.assert_allclose(gain, naive, rtol=1e-9, atol=70 * condition(workspace) + 1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_truncated_gains_equal_eq_3_with_small_densities_left_out(kind):
    workspace = atomized(NASTY[kind](np.random.default_rng(3), 70))
    cut, base, points = workspace.points.cut, workspace.points.base, workspace.ordered.xyz.T
    supports, mixture = supports_of(workspace), gaussians_of(workspace)
    now = base + sum(supports.values())
    for (i, j), gain in evaluated(workspace).items():
        merged = gaussian_density(*merged_gaussian(mixture[i], mixture[j], LEAST**2), points)
        merged[merged <= cut] = 0.0
        then = np.maximum(now - supports[i] - supports[j] + merged, base)
        naive = np.log(then / now).sum() + 5 * np.log(len(points))
        np.testing.assert_allclose(gain, naive, rtol=1e-9, atol=70 * condition(workspace) + 1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_truncation_changes_the_log_density_by_less_than_its_share_for_each_gaussian(kind):
    workspace = atomized(NASTY[kind](np.random.default_rng(4), 70))
    mixture = list(gaussians_of(workspace).values())
    exact = mixture_density(workspace.ordered.xyz.T, mixture, workspace.points.base)
    left_out = np.log(exact / workspace.points.density)
    assert (left_out > -1e-9).all()  # truncation only ever takes away
    assert (left_out <= QUICK.cut * len(mixture)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_supports_hold_every_density_above_the_cut(kind):
    workspace = atomized(NASTY[kind](np.random.default_rng(5), 70))
    workspace.list_supports()  # a second time: now the cut is a share of the whole mixture
    for r, table in supports_of(workspace).items():
        density = gaussian_density(*gaussians_of(workspace)[r], workspace.ordered.xyz.T)
        unclear = np.abs(density / workspace.points.cut - 1) < 1e-6
        expected = np.where(density > workspace.points.cut, density, 0.0)
        np.testing.assert_allclose(table[~unclear], expected[~unclear], rtol=1e-6)


def test_the_effect_of_a_pair_is_the_relative_change_of_the_density_by_blocks():
    workspace = atomized(NASTY["plates"](np.random.default_rng(6), 200), strictness=UNTRUNCATED)
    mixture, points = gaussians_of(workspace), workspace.ordered.xyz.T
    now = workspace.points.density
    assert workspace.n_blocks > 3
    for q, (i, j) in enumerate(evaluated(workspace)):
        merged = merged_gaussian(mixture[i], mixture[j], LEAST**2)
        change = gaussian_density(*merged, points) - sum(gaussian_density(*mixture[k], points) for k in (i, j))
        expected = np.bincount(workspace.points.block, np.abs(change / now), workspace.n_blocks)
        np.testing.assert_allclose(workspace.pairs.effect[q], expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow_without_compiler)])
def test_local_gains_equal_those_of_the_members_alone(kind, seed):
    workspace = atomized(NASTY[kind](np.random.default_rng(seed), 70), local=True)
    points, mixture, members = workspace.ordered.xyz.T, gaussians_of(workspace), members_of(workspace)
    bounds = evaluated(workspace)
    assert len(bounds) > 0
    arrays = workspace.points, workspace.parts, workspace.pools
    for (i, j), bound in bounds.items():
        naive = local_gain(mixture[i], mixture[j], points[members[i]], points[members[j]], LEAST**2)
        gain = GAINS.local_gain(*arrays, i, j, LEAST**2)
        np.testing.assert_allclose(gain, naive, rtol=1e-9, atol=70 * condition(workspace) + 1e-9)
        assert gain <= bound + 1e-9 * (1 + abs(bound))


def test_a_gaussian_without_members_has_nothing_to_lose_locally():
    workspace = bare(np.random.default_rng(0).normal(size=(20, 3)), [(0.5, np.zeros(3), np.eye(3))] * 2)
    workspace.set_members(np.where(np.arange(20) < 6, 0, -1))
    gain = GAINS.local_gain(workspace.points, workspace.parts, workspace.pools, 0, 1, LEAST**2)
    np.testing.assert_allclose(gain, 5 * np.log(6))


def test_gains_are_the_same_whoever_computes_them(monkeypatch):
    points = NASTY["plates"](np.random.default_rng(7), 150)
    alone = evaluated(atomized(points))
    monkeypatch.setattr(merge, "_THREADS_PAY", 0)
    assert evaluated(atomized(points, threads=3)) == alone


@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_the_books_still_balance_after_all_merges(kind, local):
    workspace = atomized(NASTY[kind](np.random.default_rng(8), 100), local=local)
    merge.merge_greedily(workspace, reach=REACH)
    assert len(workspace.merges) > 3 or kind == "duplicated"
    np.testing.assert_allclose(workspace.parts.weight[workspace.rows].sum() + workspace.background.weight.sum(), 1.0)
    members = members_of(workspace)
    assert sum(len(m) for m in members.values()) == len(set(np.concatenate(list(members.values()))))
    for r, m in members.items():
        here = workspace.ordered.xyz[:, m]
        moments = workspace.parts.moments[r]
        assert moments[0] == len(m)
        np.testing.assert_allclose(moments[1:4], here.mean(axis=1), rtol=1e-10, atol=1e-9)
        scatter = np.cov(here, bias=True)[np.triu_indices(3)] * len(m)
        np.testing.assert_allclose(moments[4:], scatter, rtol=1e-8, atol=1e-9 * (1 + np.abs(scatter).max()))


@pytest.mark.parametrize("kind", KINDS)
def test_the_density_is_that_of_the_base_and_all_supports_after_every_merge(kind, monkeypatch):
    workspace = atomized(NASTY[kind](np.random.default_rng(8), 100))
    evaluated(workspace)
    monkeypatch.setattr(merge, "REPORT_EVERY", 1)
    while merge._merge_some(workspace, merge._rule(workspace, REACH)) == merging.ENOUGH:
        density = workspace.points.base + sum(supports_of(workspace).values())
        np.testing.assert_allclose(workspace.points.density, density, rtol=1e-9)
    assert len(workspace.merges) > 0 or kind == "duplicated"


@pytest.mark.parametrize("kind", KINDS)
def test_merging_matches_moments(kind):
    workspace = atomized(NASTY[kind](np.random.default_rng(9), 80), strictness=UNTRUNCATED)
    before = naive_twin(workspace, REACH)
    merge.merge_greedily(workspace, reach=REACH)
    for i, j, _ in workspace.merges:
        before.merge(i, j)
    after = gaussians_of(workspace)
    assert set(after) == set(before.gaussians)
    for r, (weight, mean, covariance) in before.gaussians.items():
        np.testing.assert_allclose(after[r][0], weight)
        np.testing.assert_allclose(after[r][1], mean, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(after[r][2], covariance, rtol=1e-7, atol=1e-9 * np.abs(covariance).max())
    assert {r: set(m) for r, m in before.members.items()} == {r: set(m) for r, m in members_of(workspace).items()}
