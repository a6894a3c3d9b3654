import numpy as np
import pytest
from tests import naive
from tests.faults.workspaces import (
    KINDS,
    LEAST,
    NASTY,
    QUICK,
    UNTRUNCATED,
    atomized,
    bare,
    gaussians_of,
    plates,
    supports_of,
    workspace_of,
)
from tests.naive import drop_gain, mixture_density

from seisweave.faults import _mixture_numba as mixing
from seisweave.faults.background import minimum_volume_box
from seisweave.faults.merge import merge_greedily
from seisweave.faults.refine import drop_faults, em_step, recount, refine
from seisweave.faults.workspace import Background
from seisweave.synthetic import PlantedOptions, plant_faults

REACH = 2.5


def merged(points, **settings):
    workspace = atomized(points, **settings)
    merge_greedily(workspace, reach=REACH)
    return workspace


def expectation_maximisation(workspace, steps):
    workspace.list_supports()
    for _ in range(steps):
        em_step(workspace)


def boxes_of(workspace):
    return [workspace.box_density(b) for b in range(len(workspace.inside))]


def log_likelihood(workspace):
    """Of all events, nothing left out."""
    mixture = list(gaussians_of(workspace).values())
    return np.log(mixture_density(workspace.ordered.xyz.T, mixture, sum(boxes_of(workspace)))).sum()


def bic_of(workspace):
    parts = len(workspace.rows) + len(workspace.inside)
    return -log_likelihood(workspace) + 0.5 * (10 * parts - 1) * np.log(len(workspace.ordered))


def total_weight(workspace):
    return workspace.parts.weight[workspace.rows].sum() + workspace.background.weight.sum()


def noise_and_a_fake(seed, n=300, fake=8):
    """Uniform noise; the events nearest to one of them are taken for a fault."""
    points = np.random.default_rng(seed).uniform(0, [40.0, 30.0, 15.0], size=(n, 3))
    near = np.argsort(((points - points[0]) ** 2).sum(axis=1))[:fake]
    label = np.full(n, -1)
    label[near] = 0
    return points, label


@pytest.mark.parametrize("kind", [k for k in NASTY if k != "far"])
def test_a_step_of_em_equals_the_naive_one(kind):
    workspace = atomized(NASTY[kind](np.random.default_rng(1), 90), strictness=UNTRUNCATED)
    points, before = workspace.ordered.xyz.T, gaussians_of(workspace)
    expected, box_weight = naive.em_step(points, list(before.values()), boxes_of(workspace), LEAST**2)
    expectation_maximisation(workspace, 1)
    np.testing.assert_allclose(workspace.background.weight, box_weight, rtol=1e-9)
    for (weight, mean, covariance), (w, m, c) in zip(expected, gaussians_of(workspace).values(), strict=True):
        np.testing.assert_allclose(w, weight, rtol=1e-6)
        np.testing.assert_allclose(m, mean, rtol=1e-7, atol=1e-7)
        np.testing.assert_allclose(c, covariance, rtol=1e-5, atol=1e-7 * np.abs(covariance).max())


def test_a_gaussian_left_with_less_than_one_event_keeps_its_shape():
    points = np.random.default_rng(3).uniform(0, 20, size=(60, 3))
    box = Background(np.array([0.9]), (minimum_volume_box(points),))
    gaussians = [(w, points[k], np.eye(3) * 2.0) for k, w in ((0, 0.004), (1, 0.03), (2, 0.15))]
    workspace = bare(points, gaussians, box, strictness=UNTRUNCATED)
    workspace.list_supports()
    slots = workspace.ordered.xyz.T
    expected, _ = naive.em_step(slots, gaussians, boxes_of(workspace), LEAST**2)
    events = [60 * g[0] for g in expected]
    assert events[0] < 1 < events[1] < 3 < events[2]
    expectation_maximisation(workspace, 1)
    ours = gaussians_of(workspace)
    for r in range(3):
        for mine, theirs in zip(ours[r], expected[r], strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-9)
    np.testing.assert_array_equal(ours[0][2], np.eye(3) * 2.0)


@pytest.mark.parametrize("kind", KINDS)
def test_em_never_lowers_the_likelihood(kind):
    workspace = merged(NASTY[kind](np.random.default_rng(2), 120), strictness=UNTRUNCATED)
    likelihood = [log_likelihood(workspace)]
    for _ in range(8):
        expectation_maximisation(workspace, 1)
        likelihood.append(log_likelihood(workspace))
        np.testing.assert_allclose(total_weight(workspace), 1.0, rtol=1e-6)
    assert (np.diff(likelihood) > -1e-6 * abs(likelihood[0])).all()
    assert likelihood[-1] > likelihood[0]


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("seed", range(3))
def test_truncated_em_lowers_the_likelihood_by_no_more_than_it_leaves_out(seed):
    workspace = merged(plant_faults(PlantedOptions(n_faults=6, geometry_seed=seed, seed=seed)).xyz_km)
    allowed = QUICK.cut * len(workspace.rows) * len(workspace.ordered)
    likelihood = [log_likelihood(workspace)]
    for _ in range(10):
        expectation_maximisation(workspace, 1)
        likelihood.append(log_likelihood(workspace))
    assert (np.diff(likelihood) > -allowed).all()
    assert likelihood[-1] > likelihood[0]


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("seed", range(5))
def test_refinement_lowers_the_bic(seed):
    workspace = merged(plant_faults(PlantedOptions(n_faults=6, geometry_seed=seed, seed=seed)).xyz_km)
    before = bic_of(workspace)
    refined = refine(workspace, reach=4.0)
    after = mixture_density(
        workspace.ordered.xyz.T,
        list(_triples(refined.gaussians)),
        sum(w / box.volume_km3 for w, box in zip(refined.background.weight, refined.background.boxes, strict=True)),
    )
    parts = len(refined.gaussians) + len(refined.background.boxes)
    exact = -np.log(after).sum() + 0.5 * (10 * parts - 1) * np.log(len(after))
    assert exact < before
    np.testing.assert_allclose(refined.bic, exact, rtol=1e-3)  # what truncation leaves out
    np.testing.assert_allclose(refined.gaussians.weight.sum() + refined.background.weight.sum(), 1.0, rtol=1e-6)
    assert len(refined.rows) == len(refined.gaussians)


def _triples(gaussians):
    for weight, mean, c in zip(gaussians.weight, gaussians.mean, gaussians.covariance, strict=True):
        yield weight, mean, c[[0, 1, 2, 1, 3, 4, 2, 4, 5]].reshape(3, 3)


@pytest.mark.parametrize("seed", range(4))
def test_a_fake_fault_in_noise_is_dropped_and_its_weight_goes_to_the_background(seed):
    workspace, dropped = workspace_of(*noise_and_a_fake(seed)), []
    expectation_maximisation(workspace, 3)
    assert drop_faults(workspace, dropped) == 1
    assert len(workspace.rows) == 0
    assert dropped[0][:2] == (0, 0)
    assert dropped[0][2] > 0
    np.testing.assert_allclose(workspace.background.weight, [1.0], rtol=1e-6)
    height = 1.0 / workspace.background.boxes[0].volume_km3
    np.testing.assert_allclose(workspace.points.density, height, rtol=1e-6)


def test_a_real_fault_stays():
    workspace, dropped = merged(plates(np.random.default_rng(3), 150)), []
    expectation_maximisation(workspace, 5)
    weight = np.sort(workspace.parts.weight[workspace.rows])
    drop_faults(workspace, dropped)
    assert weight[-1] == workspace.parts.weight[workspace.rows].max()


@pytest.mark.parametrize("kind", KINDS)
def test_dropping_conserves_weight_and_density(kind):
    workspace, dropped = atomized(NASTY[kind](np.random.default_rng(4), 120), strictness=UNTRUNCATED), []
    expectation_maximisation(workspace, 2)
    rows = set(workspace.rows)
    count = drop_faults(workspace, dropped)
    assert count == len(dropped) == len(rows) - len(workspace.rows)
    assert {row for _, row, _ in dropped} == rows - set(workspace.rows)
    np.testing.assert_allclose(total_weight(workspace), 1.0, rtol=1e-6)
    expected = mixture_density(
        workspace.ordered.xyz.T, list(gaussians_of(workspace).values()), sum(boxes_of(workspace))
    )
    np.testing.assert_allclose(workspace.points.density, expected, rtol=1e-6)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow_without_compiler) for seed in (1, 2))])
def test_nothing_is_dropped_that_the_naive_bic_would_keep_nor_the_other_way_round(seed):
    points = plates(np.random.default_rng(20 + seed), 130, n_plates=2, noise=0.5)
    workspace = atomized(points, strictness=UNTRUNCATED)
    expectation_maximisation(workspace, 20)
    gains = naive_drop_gains(workspace)
    dropped = []
    drop_faults(workspace, dropped)
    first = dropped[0][1] if dropped else None  # later ones meet another background
    lightest = [r for r in gains if gains[r] > 1e-6]
    assert (first is None) == (not lightest)
    if lightest:
        assert first == lightest[0]
        np.testing.assert_allclose(dropped[0][2], gains[first], rtol=1e-6)


def naive_drop_gains(workspace):
    """Row -> gain of dropping it, lightest first."""
    mixture, box = gaussians_of(workspace), boxes_of(workspace)[0]
    rows = sorted(mixture, key=lambda r: mixture[r][0])
    listed, points, box_weight = list(mixture.values()), workspace.ordered.xyz.T, workspace.background.weight[0]
    return {r: drop_gain(points, listed, box, list(mixture).index(r), box_weight, box) for r in rows}


@pytest.mark.parametrize("kind", KINDS)
def test_the_gain_of_dropping_equals_the_naive_one_wherever_it_matters(kind):
    workspace = atomized(NASTY[kind](np.random.default_rng(5), 90), strictness=UNTRUNCATED)
    expectation_maximisation(workspace, 10)
    assert_drop_gains_are_right(workspace)


@pytest.mark.parametrize("seed", [22])
def test_the_gain_of_dropping_is_right_also_where_the_background_is_too_light(seed):
    workspace = merged(plates(np.random.default_rng(seed), 200, noise=0.6), strictness=UNTRUNCATED)
    workspace.list_supports()
    assert_drop_gains_are_right(workspace)


def assert_drop_gains_are_right(workspace):
    weight = workspace.background.weight[0]
    for r, expected in naive_drop_gains(workspace).items():
        share = workspace.parts.weight[r] / weight
        arrays = workspace.points, workspace.parts, workspace.pools
        gain = mixing.drop_gain(*arrays, r, share, workspace.box_above(0), False, workspace.scratch[0])
        assert (gain > 0) == (expected > 0)
        if expected > 0:
            np.testing.assert_allclose(gain, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_the_local_gain_of_dropping_counts_the_members_alone(seed):
    workspace = merged(plates(np.random.default_rng(seed), 130), local=True)
    expectation_maximisation(workspace, 2)
    workspace.assign_members()
    box, weight = boxes_of(workspace)[0], workspace.background.weight[0]
    for r, table in supports_of(workspace).items():
        start, length = workspace.parts.members[r], workspace.parts.members_length[r]
        mine = workspace.pools.member[start : start + length]
        share = workspace.parts.weight[r] / weight
        density = workspace.points.density
        after = density - table + share * box
        naive = np.log(after[mine] / density[mine]).sum() + 5 * np.log(max(1, length))
        arrays = workspace.points, workspace.parts, workspace.pools
        gain = mixing.drop_gain(*arrays, r, share, workspace.box_above(0), True, workspace.scratch[0])
        np.testing.assert_allclose(gain, naive, rtol=1e-9)


def test_events_are_assigned_to_their_most_likely_part():
    workspace = merged(plates(np.random.default_rng(6), 140), strictness=UNTRUNCATED)
    workspace.list_supports()
    in_box = workspace.assign_members()
    table = supports_of(workspace)
    density = np.array([*table.values(), boxes_of(workspace)[0]])
    best = density.argmax(axis=0)
    np.testing.assert_array_equal(in_box, best == len(table))
    for k, r in enumerate(table):
        start, length = workspace.parts.members[r], workspace.parts.members_length[r]
        np.testing.assert_array_equal(workspace.pools.member[start : start + length], np.flatnonzero(best == k))


def test_recounting_makes_weights_the_shares_of_events():
    workspace = merged(plates(np.random.default_rng(7), 140), strictness=UNTRUNCATED)
    table = gaussians_of(workspace)
    recount(workspace)
    for r, (_, mean, covariance) in gaussians_of(workspace).items():
        assert workspace.parts.weight[r] == max(workspace.parts.members_length[r], 0.5) / 140
        np.testing.assert_array_equal(mean, table[r][1])
        np.testing.assert_array_equal(covariance, table[r][2])
    expected = mixture_density(
        workspace.ordered.xyz.T, list(gaussians_of(workspace).values()), sum(boxes_of(workspace))
    )
    np.testing.assert_allclose(workspace.points.density, expected, rtol=1e-6)
    np.testing.assert_allclose(total_weight(workspace), 1.0, rtol=0.02)


def test_without_a_background_nothing_is_dropped():
    points = np.random.default_rng(8).normal(size=(40, 3))
    workspace = workspace_of(points, np.zeros(40, dtype=int))
    assert workspace.inside == []
    assert drop_faults(workspace, []) == 0
