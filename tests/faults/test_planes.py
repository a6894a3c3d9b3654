"""Joining patches to planes: the evidence, the joining, and what a patch tells."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from tests import naive_plates
from tests.called import Called
from tests.faults.plate_sets import LEAST, axes_of, on_plate, segments_of

from seisweave.faults import _planes_numba
from seisweave.faults.location_errors import known_errors
from seisweave.faults.patches import Patches, patches_of
from seisweave.faults.planes import GAP, REACH, _neighbours, _points, join_planes
from seisweave.faults.plate_mixture import PlateMixture
from seisweave.faults.roughness import bend_of, roughness_of

compiled = Called(_planes_numba)
NOBODY = np.full(50, -1)


def patches(centre, strike, dip=90.0, half=(5.0, 3.0), known=1e-4):
    """Patches that know offset and slopes with these variances."""
    n = len(centre)
    axes = np.array([axes_of(s, d) for s, d in zip(np.full(n, strike), np.full(n, dip), strict=True)]).reshape(-1, 3, 3)
    return Patches(
        centre_km=np.array(centre, dtype=float),
        axes=axes,
        half_km=np.tile(np.array(half, dtype=float), (n, 1)),
        thickness_km=np.full(n, 0.1),
        offset_variance=np.full(n, known),
        slope_variance=np.full((n, 2), known),
    )


def random_patches(rng, n, spread=0.3):
    """Patches near three planes."""
    plane = rng.integers(3, size=n)
    along = rng.uniform(-25, 25, n)
    strike = np.array([20.0, 95.0, 150.0])[plane]
    away = np.column_stack([np.sin(np.radians(strike)), np.cos(np.radians(strike)), np.zeros(n)])
    centre = along[:, None] * away + [0, 0, 8.0] + spread * rng.normal(size=(n, 3))
    return patches(centre, strike + rng.normal(0, 3, n), rng.normal(85, 4, n), known=10 ** rng.uniform(-5, -2))


def chained(groups, n):
    """The next patch of the group of each patch."""
    following = np.full(n, -1)
    for group in groups:
        following[group[:-1]] = group[1:]
    return following


def partition(label):
    return {frozenset(np.flatnonzero(label == k).tolist()) for k in np.unique(label)}


# ---------------------------------------------------------------- evidence


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("roughness2", [0.0, 0.01, 4.0])
def test_evidence_is_the_marginal_likelihood_of_a_dense_normal(seed, roughness2):
    rng = np.random.default_rng(seed)
    points, noise = _points(random_patches(rng, 9))
    first, second = [0, 3, 4], [1, 7]
    fast = compiled.log_bayes_factor(points, noise, 0, 1, chained([first, second], 9), roughness2)
    np.testing.assert_allclose(
        fast, naive_plates.log_bayes_factor(points, noise, first, second, roughness2), rtol=1e-6, atol=1e-6
    )


@pytest.mark.parametrize("kind", ["coincident", "coplanar", "far", "tiny", "unknown"])
def test_evidence_of_nasty_patches_is_that_of_a_dense_normal(kind):
    rng = np.random.default_rng(5)
    points, noise = _points(random_patches(rng, 4))
    if kind == "coincident":
        points[1] = points[0]
    elif kind == "coplanar":
        points[..., 0] = 0.0
    elif kind == "far":
        points += [3e3, -5e3, 0.0]
    elif kind == "tiny":
        points, noise = 1e-3 * points, 1e-6 * noise
    else:
        noise[0] = 1e5
    fast = compiled.log_bayes_factor(points, noise, 0, 1, NOBODY[:4], 1e-9)
    slow = naive_plates.log_bayes_factor(points, noise, [0], [1], 1e-9)
    np.testing.assert_allclose(fast, slow, rtol=1e-4, atol=1e-4)


def test_evidence_for_one_plane_under_two_apart_rises_with_roughness():
    apart = _points(patches([[0.0, 0, 8], [1.0, 9, 8]], [0.0, 0.0]))
    gains = [compiled.log_bayes_factor(*apart, 0, 1, NOBODY[:2], r**2) for r in (0.01, 0.1, 0.5)]
    assert gains[0] < -30
    assert (np.diff(gains) > 0).all()
    assert gains[-1] > 0
    one = _points(patches([[0.0, 0, 8], [0.0, 9, 8]], [0.0, 0.0]))
    assert compiled.log_bayes_factor(*one, 0, 1, NOBODY[:2], 1e-4) > 0


# ---------------------------------------------------------------- joining


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("roughness", [0.05, 0.5])
def test_joining_is_greedy_by_evidence(seed, roughness):
    rng = np.random.default_rng(seed)
    some = random_patches(rng, 14)
    points, noise = _points(some)
    first, second = _neighbours(some)
    pairs = {frozenset((int(i), int(j))) for i, j in zip(first, second, strict=True)}
    label = np.empty(len(points), np.int64)
    compiled.join(points, noise, first.copy(), second.copy(), roughness**2, label)
    assert partition(label) == naive_plates.join(points, noise, pairs, roughness**2)
    assert all(label[min(group)] == min(group) for group in partition(label))


@pytest.mark.parametrize("seed", range(6))
def test_groups_are_numbered_in_the_order_of_their_first_patches(seed):
    label = join_planes(random_patches(np.random.default_rng(seed), 30), 0.4)
    _, at = np.unique(label, return_index=True)
    assert (np.diff(at) > 0).all()
    assert label.max() + 1 == len(at) < 30


@pytest.mark.parametrize("seed", range(3))
def test_joining_does_not_depend_on_the_order_of_the_patches(seed):
    rng = np.random.default_rng(seed)
    some, order = random_patches(rng, 25, spread=0.1), rng.permutation(25)
    mixed = Patches(**{name: values[order] for name, values in vars(some).items()})
    one, other = join_planes(some, 0.3), join_planes(mixed, 0.3)
    assert {frozenset(order[list(group)].tolist()) for group in partition(other)} == partition(one)


@pytest.mark.parametrize("scale", [1e-3, 1e2])
def test_joining_does_not_depend_on_the_unit_of_length(scale):
    some = random_patches(np.random.default_rng(3), 25)
    scaled = Patches(
        centre_km=scale * some.centre_km,
        axes=some.axes,
        half_km=scale * some.half_km,
        thickness_km=scale * some.thickness_km,
        offset_variance=scale**2 * some.offset_variance,
        slope_variance=some.slope_variance,
    )
    np.testing.assert_array_equal(join_planes(scaled, 0.3 * scale), join_planes(some, 0.3))


def test_no_patch_and_one_patch():
    none = patches(np.zeros((0, 3)), np.zeros(0))
    assert join_planes(none, 0.1).tolist() == []
    assert join_planes(patches([[0.0, 0, 8]], [30.0]), 0.1).tolist() == [0]
    assert (bend_of(none, np.zeros((0, 2))), roughness_of(none, 0.1)) == (0.0, 0.0)


def test_patches_without_neighbours_stay_alone():
    far = patches([[0.0, 0, 8], [0.0, 900, 8], [0.0, 2000, 8]], np.zeros(3))
    assert join_planes(far, 0.1).tolist() == [0, 1, 2]


def test_neighbours_are_those_that_a_search_of_all_pairs_finds():
    rng = np.random.default_rng(8)
    some = random_patches(rng, 40)
    some.half_km[:] *= rng.uniform(0.2, 2.0, (40, 2))
    first, second = _neighbours(some)
    assert (first < second).all()
    found, apart = set(zip(first.tolist(), second.tolist(), strict=True)), 0
    spread = np.column_stack([some.half_km / np.sqrt(3), some.thickness_km])
    for i in range(40):
        for j in range(i + 1, 40):
            between = some.centre_km[j] - some.centre_km[i]
            along = between / np.linalg.norm(between)
            extent = sum(np.linalg.norm(some.axes[k] @ along * spread[k]) for k in (i, j))
            distance, wider = np.linalg.norm(between), 2.0 * some.half_km[[i, j], 1].max()
            near = distance <= REACH * extent and distance - np.sqrt(3) * extent <= GAP * wider
            assert ((i, j) in found) == near
            apart += distance <= REACH * extent and not near
    assert apart


@pytest.mark.parametrize(("gap", "label"), [(4.0, [0, 0]), (7.0, [0, 0]), (8.0, [0, 1])])
def test_long_faults_in_line_are_one_where_the_gap_is_small_for_their_width(gap, label):
    ends = patches([[0.0, 0, 8], [0.0, 50.0 + gap, 8]], np.zeros(2), half=(25.0, 6.0))
    assert join_planes(ends, 0.1).tolist() == label


def test_a_chain_of_patches_does_not_go_around_a_bend():
    turn = np.arange(0.0, 91.0, 10.0)
    step = 8.0 * np.column_stack([np.sin(np.radians(turn)), np.cos(np.radians(turn)), np.zeros(10)])
    label = join_planes(patches(np.cumsum(step, axis=0) + np.array([0, 0, 8.0]), turn, known=1e-3), 0.2)
    assert label[0] != label[-1]
    assert label.max() >= 2


# ---------------------------------------------------------------- what a patch tells


def test_points_of_a_patch_together_know_what_the_patch_knows():
    # the weighted regression through the five points gives back the variances of offset and slopes
    some = patches([[1.0, 2, 8]], [40.0], 70.0)
    for offset, slope in ((1e-4, (1e-4, 3e-4)), (1e-2, (0.5, 0.2))):
        patch = Patches(**{**vars(some), "offset_variance": np.array([offset]), "slope_variance": np.array([slope])})
        points, noise = _points(patch)
        u, v, w = ((points[0] - patch.centre_km[0]) @ patch.axes[0].T).T
        np.testing.assert_allclose(w, 0, atol=1e-12)
        rows = np.column_stack([np.ones(5), u, v])
        variance = np.diag(np.linalg.inv(rows.T @ (rows / noise[0][:, None])))
        np.testing.assert_allclose(variance, [offset, *slope], rtol=1e-6)


def told(seed, n=400, sigma=0.1, size=0.1, bend=0.0):
    """Patches of the plates of two sets of events, and the curvature of the plates."""
    rng, sides = np.random.default_rng(seed), (20.0, 10.0)
    xyz = []
    for k in range(6):
        axes, centre = axes_of(60.0 * k, 75.0), np.array([40.0 * k, 0.0, 8.0])
        local = (on_plate(rng, n, 60.0 * k, 75.0, centre, sides, sigma) - centre) @ axes.T
        local[:, 2] += bend * 20.0 * (1.5 * (local[:, 0] / 10.0) ** 2 - 0.5)
        xyz.append(centre + local @ axes)
    xyz, label = np.concatenate(xyz), np.repeat(np.arange(6), n)
    covariance = np.tile(size**2 * np.array([1.0, 0, 0, 1, 0, 1]), (len(xyz), 1))
    xyz += size * rng.standard_normal(xyz.shape)
    mixture = PlateMixture(xyz, known_errors(covariance), segments_of(xyz, label).mixture, least_sigma_km=LEAST)
    mixture.begin(label)
    mixture.run(10)
    return patches_of(mixture)


@pytest.mark.slow_without_compiler
def test_plates_know_their_offsets_and_slopes_as_well_as_they_say():
    offsets, slopes = [], []
    for seed in range(5):
        some, _ = told(seed)
        for k in range(6):
            centre, truth = np.array([40.0 * k, 0.0, 8.0]), axes_of(60.0 * k, 75.0)
            # a point of the true plane seen from the plate, and how the true plane tilts in the plate's own frame
            normal = some.axes[k] @ truth[2]
            across = (centre - some.centre_km[k]) @ truth[2] / normal[2]
            offsets.append(across**2 / some.offset_variance[k])
            slopes.extend((normal[:2] / normal[2]) ** 2 / some.slope_variance[k])
    assert 0.4 < np.mean(offsets) < 2.0
    assert 0.4 < np.mean(slopes) < 2.0


@pytest.mark.slow_without_compiler
def test_exact_planes_bend_next_to_nothing_and_bent_ones_as_much_as_they_do():
    exact = [bend_of(*told(seed)) for seed in range(3)]
    little, much = (np.mean([bend_of(*told(seed, bend=bend)) for seed in range(2)]) for bend in (0.01, 0.03))
    assert max(exact) < 0.0015
    np.testing.assert_allclose(much / little, 3.0, rtol=0.15)
    some, _ = told(0)
    assert roughness_of(some, 0.001) < roughness_of(some, 0.01)


@pytest.mark.slow_without_compiler
def test_bends_no_larger_than_their_own_errors_are_none():
    some, curvature = told(3)
    error = np.sqrt(curvature[:, 1])
    assert bend_of(some, np.column_stack([0.999 * error, curvature[:, 1]])) == 0.0
    assert bend_of(some, np.column_stack([1.1 * error, curvature[:, 1]])) > 0.0


@pytest.mark.slow_without_compiler
def test_bend_and_roughness_go_with_the_unit_of_length():
    some, curvature = told(1, bend=0.02)
    lengths = {name: 1e-3 * getattr(some, name) for name in ("centre_km", "half_km", "thickness_km")}
    scaled = Patches(**{**vars(some), **lengths, "offset_variance": 1e-6 * some.offset_variance})
    bend = bend_of(some, curvature)
    np.testing.assert_allclose(bend_of(scaled, curvature * [1e-3, 1e-6]), bend, rtol=1e-9)
    np.testing.assert_allclose(roughness_of(scaled, bend), 1e-3 * roughness_of(some, bend), rtol=1e-9)


def test_a_round_patch_and_one_of_a_few_events_know_no_bend():
    some, curvature = told(2, n=12)
    assert np.isfinite(curvature).all()
    assert (curvature[:, 1] == 1e6).all()
    assert bend_of(some, curvature) == 0.0


def test_planes_joined_turn_with_the_map():
    some = random_patches(np.random.default_rng(9), 25, spread=0.1)
    turn = Rotation.from_euler("z", 33, degrees=True).as_matrix()
    turned = Patches(**{**vars(some), "centre_km": some.centre_km @ turn.T, "axes": some.axes @ turn.T})
    np.testing.assert_array_equal(join_planes(turned, 0.3), join_planes(some, 0.3))
