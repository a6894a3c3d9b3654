from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from tests.faults.workspaces import (
    KINDS,
    LEAST,
    NASTY,
    QUICK,
    STRICT,
    UNTRUNCATED,
    atomized,
    gaussians_of,
    naive_twin,
    plates,
)
from tests.naive import bic, mixture_density

from seisweave.faults import merge
from seisweave.faults.merge import merge_greedily
from seisweave.faults.state import SUPPORT
from seisweave.synthetic import PlantedOptions, plant_faults

REACH = 2.5


def assert_same_merges(ours, naive, tolerance):
    assert [merge[:2] for merge in ours] == [merge[:2] for merge in naive]
    np.testing.assert_allclose([m[2] for m in ours], [m[2] for m in naive], rtol=1e-7, atol=tolerance)


def planted(n_faults, seed):
    options = PlantedOptions(n_faults=n_faults, density_per_km2=0.3, geometry_seed=seed + 1, seed=seed)
    return plant_faults(options).xyz_km


def exact_bic(workspace):
    """BIC of eq. 2 with every density counted everywhere."""
    mixture = list(gaussians_of(workspace).values())
    density = mixture_density(workspace.ordered.xyz.T, mixture, workspace.points.base)
    return bic(density, len(mixture) + len(workspace.inside))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow_without_compiler)])
def test_strict_merging_makes_the_merges_of_the_naive_loop(kind, seed):
    workspace = atomized(NASTY[kind](np.random.default_rng(seed), 80), strictness=STRICT)
    naive = naive_twin(workspace, REACH)
    assert merge_greedily(workspace, reach=REACH) == len(workspace.merges)
    assert_same_merges(workspace.merges, naive.merge_greedily(local=False), 1e-4)
    np.testing.assert_allclose(workspace.points.density, naive.density(), rtol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow_without_compiler)])
def test_local_merging_makes_the_merges_of_the_naive_loop(kind, seed):
    workspace = atomized(NASTY[kind](np.random.default_rng(seed), 80), local=True)
    naive = naive_twin(workspace, REACH)
    merge_greedily(workspace, reach=REACH)
    assert_same_merges(workspace.merges, naive.merge_greedily(local=True), 1e-6)


@pytest.mark.slow_without_compiler
def test_strict_merging_of_more_faults_makes_the_merges_of_the_naive_loop():
    workspace = atomized(plates(np.random.default_rng(11), 170, n_plates=4), strictness=STRICT)
    naive = naive_twin(workspace, REACH)
    merge_greedily(workspace, reach=REACH)
    assert len(workspace.merges) > 12
    assert_same_merges(workspace.merges, naive.merge_greedily(local=False), 1e-4)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("seed", range(3))
def test_evaluating_only_gains_in_doubt_costs_less_than_one_percent_of_the_bic(seed):
    points = planted(6, seed)
    quick = atomized(points)
    merge_greedily(quick, reach=REACH)
    strict = atomized(points, strictness=STRICT)
    merge_greedily(strict, reach=REACH)
    assert len(strict.merges) > 20
    assert exact_bic(quick) <= exact_bic(strict) * 1.01


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("seed", range(3))
def test_when_merging_ends_no_overlapping_pair_gains(seed):
    workspace = atomized(planted(5, seed))
    merge_greedily(workspace, reach=REACH)
    naive = naive_twin(workspace, REACH)
    pairs = naive.candidates()
    assert len(pairs) > 0
    # what truncation leaves out of a gain: at most three densities of the cut at every point, seldom a tenth of it
    assert max(naive.gain(i, j, local=False) for i, j in pairs) < 0.3 * QUICK.cut * len(naive.points)


def test_pairs_that_had_to_wait_are_looked_at_before_merging_ends():
    waiting = replace(UNTRUNCATED, at_first=0)  # all pairs of merged Gaussians wait
    workspace = atomized(plates(np.random.default_rng(1), 120), strictness=waiting)
    merge_greedily(workspace, reach=REACH)
    naive = naive_twin(workspace, REACH)
    assert max(naive.gain(i, j, local=False) for i, j in naive.candidates()) < 1e-3


@pytest.mark.parametrize("seed", range(3))
def test_when_local_merging_ends_no_overlapping_pair_gains(seed):
    workspace = atomized(plates(np.random.default_rng(seed), 150), local=True)
    merge_greedily(workspace, reach=REACH)
    naive = naive_twin(workspace, REACH)
    assert max((naive.gain(i, j, local=True) for i, j in naive.candidates()), default=-1.0) <= 1e-9


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("local", [False, True])
@pytest.mark.parametrize("threads", [2, 4])
def test_merges_do_not_depend_on_the_number_of_threads(local, threads, monkeypatch):
    monkeypatch.setattr(merge, "_THREADS_PAY", 0)  # always by threads
    points = planted(6, 0)
    alone, several = atomized(points, local=local), atomized(points, local=local, threads=threads)
    for workspace in (alone, several):
        merge_greedily(workspace, reach=REACH)
    assert several.merges == alone.merges
    np.testing.assert_array_equal(several.points.density, alone.points.density)
    for ours, theirs in zip(several.gaussians.__dict__.values(), alone.gaussians.__dict__.values(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("local", [False, True])
def test_all_gains_of_merges_are_positive_and_rows_are_used_up(local):
    workspace = atomized(plates(np.random.default_rng(4), 150), local=local)
    start = len(workspace.rows)
    merge_greedily(workspace, reach=REACH)
    gone = [j for _, j, _ in workspace.merges]
    assert all(gain > 0 for _, _, gain in workspace.merges)
    assert all(i < j for i, j, _ in workspace.merges)
    assert len(set(gone)) == len(gone) == start - len(workspace.rows)
    assert set(workspace.rows) == set(range(start)) - set(gone)


def test_global_gains_add_up_to_the_fall_of_the_bic():
    workspace = atomized(plates(np.random.default_rng(5), 120), strictness=STRICT)
    before = exact_bic(workspace)
    merge_greedily(workspace, reach=REACH)
    gained = sum(gain for _, _, gain in workspace.merges)
    np.testing.assert_allclose(before - exact_bic(workspace), gained, rtol=1e-5)


def test_backgrounds_stay_as_they_are():
    workspace = atomized(plates(np.random.default_rng(6), 120, noise=0.4))
    before = workspace.background
    merge_greedily(workspace, reach=REACH)
    assert workspace.background is before


def test_a_small_pool_grows_while_merging():
    points = plates(np.random.default_rng(7), 150)
    roomy, tight = atomized(points, strictness=STRICT), atomized(points, strictness=STRICT)
    packed = int(tight.tally[SUPPORT])
    tight.pools = tight.pools._replace(
        slot=tight.pools.slot[: packed + 2].copy(),
        value=tight.pools.value[: packed + 2].copy(),
        member=tight.pools.member[: 2 * len(points)].copy(),
    )
    tight.pairs = type(tight.pairs)(*[array[:20].copy() for array in tight.pairs])
    for workspace in (roomy, tight):
        merge_greedily(workspace, reach=REACH)
    assert tight.merges == roomy.merges


def test_merging_rests_after_so_many_merges_at_the_latest(monkeypatch):
    monkeypatch.setattr(merge, "REPORT_EVERY", 3)
    workspace, left = atomized(plates(np.random.default_rng(8), 150)), []
    start = len(workspace)
    merge_greedily(workspace, reach=REACH, pause=lambda: left.append(len(workspace)))
    assert len(workspace) == start - len(workspace.merges)
    assert len(left) >= len(workspace.merges) // 3 > 3
    assert all(0 <= before - after <= 3 for before, after in pairwise([start, *left, len(workspace)]))


def test_one_gaussian_has_nobody_to_merge_with():
    workspace = atomized(np.random.default_rng(9).normal(size=(4, 3)))
    assert merge_greedily(workspace, reach=REACH) == 0
    assert len(workspace.rows) == 1
    assert workspace.parts.weight[0] == 1.0
    assert np.linalg.eigvalsh(gaussians_of(workspace)[0][2])[0] >= 0.99 * LEAST**2
