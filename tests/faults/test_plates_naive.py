"""Compiled loops of plates against slow, obvious versions of them, on random and nasty input."""

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.transform import Rotation
from tests.called import Called
from tests.faults.plate_sets import ROUND, angle_deg, blurred, on_plate, plate_of, random_errors
from tests.naive_plates import (
    across_log_likelihood,
    described,
    plate_density,
    plate_density_by_sum,
    plate_frame,
    side_log_likelihood,
    tilted_plane,
    variances_along,
)

from seisweave.catalog.uncertainty import symmetric, upper_elements
from seisweave.faults import _normal_numba
from seisweave.faults import _plates_numba as compiled
from seisweave.faults._tree_numba import lowest_below
from seisweave.faults.location_errors import LocationErrors
from seisweave.faults.plate_mixture import PlateMixture
from seisweave.gaussians.mixture import Mixture

normal_cdf = Called(_normal_numba).normal_cdf
ONE_CLASS = np.ones(1), np.ones(1)
CLASSES = np.square([0.05, 0.3, 2.0]), np.array([0.5, 0.3, 0.2])
NO_BOX = Mixture(*(np.zeros(shape) for shape in (0, (0, 3), (0, 3, 3), 0, (0, 3), (0, 3, 3), (0, 3))))


def scattered(rng, n):
    return on_plate(rng, n, sigma=1.0, sides=(26.0, 14.0))


# name: events and covariances of their errors, of a number generator and how many
EVENTS = {
    "random": lambda rng, n: (scattered(rng, n), random_errors(rng, n)),
    "coincident": lambda rng, n: (np.tile(scattered(rng, 1), (n, 1)), np.tile(random_errors(rng, 1), (n, 1))),
    "pairs": lambda rng, n: (scattered(rng, n)[np.arange(n) // 2], random_errors(rng, n)),
    "one event": lambda rng, n: (scattered(rng, 1), random_errors(rng, 1)),
    "coplanar": lambda rng, n: (on_plate(rng, n, sigma=0.0), random_errors(rng, n)),
    "collinear": lambda rng, n: (on_plate(rng, n, sides=(20.0, 0.0), sigma=0.0), random_errors(rng, n)),
    "no errors": lambda rng, n: (scattered(rng, n), np.zeros((n, 6))),
    "huge errors": lambda rng, n: (scattered(rng, n), random_errors(rng, n, 300.0)),
    "far away": lambda rng, n: (scattered(rng, n) + np.array([0.0, 300.0, 0.0]), random_errors(rng, n)),
}
PLATES = {
    "dipping": plate_of(),
    "flat": plate_of(dip=0.0),
    "vertical": plate_of(strike=0.0, dip=90.0),
    "overturned": plate_of(strike=250.0, dip=89.9),
    "thin": plate_of(sigma=1e-4),
    "thick": plate_of(sigma=6.0),
    "tiny": plate_of(sides=(0.02, 0.01), sigma=0.05, weight=1e-3),
}
every_plate = pytest.mark.parametrize("plate", PLATES.values(), ids=PLATES)
every_set = pytest.mark.parametrize("events", EVENTS.values(), ids=EVENTS)
one_class_and_more = pytest.mark.parametrize("classes", [ONE_CLASS, CLASSES], ids=["one class", "three classes"])


def compiled_densities(plate, xyz, upper, classes, least=0.0, cut=-1.0):
    """Densities by class at all points, zero where the whole does not exceed the cut."""
    n = len(xyz)
    value, density, slot = np.empty((n, len(classes[0]))), np.empty(n), np.empty(n, np.int64)
    arrays = np.ascontiguousarray(xyz.T), np.ascontiguousarray(upper.T), classes[0], np.log(classes[1])
    with np.errstate(divide="ignore"):
        limits = np.log(np.broadcast_to(least, n)), np.broadcast_to(cut, n).copy()
    middle = n // 2
    ranges = np.array([[0, middle], [middle, n]])
    found = compiled.densities(plate, *arrays, ranges, *limits, slot, density, value)
    np.testing.assert_allclose(density[:found], value[:found].sum(axis=1), rtol=1e-12)
    whole = np.zeros(value.shape)
    whole[slot[:found]] = value[:found]
    return whole


def fitted(plate, xyz, upper, classes, share, times=1, least=1e-8):
    """A plate after some steps of the compiled fit, and the weight of the last."""
    plate, room, slot, weight = plate.copy(), np.empty((share.size, 5)), np.arange(len(xyz)), 0.0
    arrays = np.ascontiguousarray(xyz.T), np.ascontiguousarray(upper.T)
    for _ in range(times):
        weight = compiled.maximise(plate, *arrays, classes[0], least, slot, share, room)
    return plate, weight


def shares(rng, n, classes):
    return rng.uniform(0.01, 1.0, (n, len(classes[0]))) / len(classes[0])


# ---------------------------------------------------------------- density


@every_plate
@every_set
@one_class_and_more
def test_density_is_that_of_scipy(plate, events, classes):
    xyz, upper = events(np.random.default_rng(0), 40)
    fast = compiled_densities(plate, xyz, upper, classes)
    slow = plate_density(plate, xyz, symmetric(upper), *classes)
    place, error = plate_frame(plate, xyz), variances_along(plate, symmetric(upper))
    beyond = np.maximum(np.abs(place) - [plate[13], plate[15], 0.0], 0.0)
    sigma = np.sqrt(plate[16] + classes[0][:, None] * error[:, None])
    distance = np.sqrt(np.square(beyond[:, None] / sigma).sum(axis=2))
    edge = np.sqrt(np.square(beyond[:, None, :2] / sigma[..., :2]).sum(axis=2))
    exact = (edge < 7) & (distance < 10)
    np.testing.assert_allclose(fast, np.where(exact, slow, fast), rtol=2e-6, atol=1e-250)
    assert (np.abs(fast - slow) <= 1e-2 * slow + 1e-14 * slow.max())[distance < 7.5].all()
    assert (fast - slow <= 1e-2 * slow + 1e-14 * slow.max()).all()  # far from a plate there may be nothing


@one_class_and_more
def test_one_error_for_all_is_that_error_for_each(classes):
    xyz, _ = EVENTS["random"](np.random.default_rng(8), 300)
    one = random_errors(np.random.default_rng(9), 1)
    each = compiled_densities(plate_of(), xyz, np.tile(one, (300, 1)), classes)
    np.testing.assert_array_equal(compiled_densities(plate_of(), xyz, one, classes), each)
    share = shares(np.random.default_rng(10), 300, classes)
    for ours, theirs in zip(
        fitted(plate_of(), xyz, one, classes, share),
        fitted(plate_of(), xyz, np.tile(one, (300, 1)), classes, share),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)
    described = [np.empty(17), np.empty(17)]
    for upper, out in zip((one, np.tile(one, (300, 1))), described, strict=True):
        arrays = np.ascontiguousarray(xyz.T), np.ascontiguousarray(upper.T)
        compiled.describe(plate_of(), *arrays, classes[0], np.arange(300), share, out)
    np.testing.assert_array_equal(*described)


@one_class_and_more
def test_only_points_above_their_cut_are_kept(classes):
    rng = np.random.default_rng(14)
    xyz, upper = EVENTS["random"](rng, 400)
    whole = compiled_densities(plate_of(), xyz, upper, classes)
    cut = whole.sum(axis=1) * rng.choice([0.5, 2.0], 400)
    kept = compiled_densities(plate_of(), xyz, upper, classes, cut=cut)
    np.testing.assert_array_equal(kept, np.where((whole.sum(axis=1) > cut)[:, None], whole, 0.0))


def test_the_normal_distribution_is_that_of_scipy():
    x = np.concatenate([np.linspace(-9, 9, 20_001), [-8.0, 8.0, np.nextafter(8, 0), np.nextafter(-8, 0), -40, 40, 0]])
    found = np.array([normal_cdf(float(each)) for each in x])
    np.testing.assert_allclose(found, stats.norm.cdf(x), rtol=0, atol=1e-13)
    inside = x > -8
    np.testing.assert_allclose(found[inside], stats.norm.cdf(x[inside]), rtol=1e-8)


@one_class_and_more
def test_only_densities_that_cannot_reach_the_least_are_zero(classes):
    rng = np.random.default_rng(13)
    xyz, upper = EVENTS["random"](rng, 400)
    whole, least = compiled_densities(plate_of(), xyz, upper, classes), rng.lognormal(-9, 3, 400)
    some = compiled_densities(plate_of(), xyz, upper, classes, least)
    np.testing.assert_array_equal(some, np.where(some == 0, 0.0, whole))
    assert (whole[some == 0] <= np.broadcast_to(least[:, None], whole.shape)[some == 0]).all()
    assert 10 < ((some == 0) & (whole > 0)).sum() < 0.9 * whole.size


@pytest.mark.parametrize("angles", [(30.0, 70.0), (0.0, 0.0), (120.0, 90.0)])
@pytest.mark.parametrize("sigmas", [(0.4, 0.4, 0.4), (1.5, 0.5, 0.3), (0.0, 0.0, 2.0)])
def test_density_is_a_rectangle_spread_by_thickness_and_error(angles, sigmas):
    rng = np.random.default_rng(1)
    plate = plate_of(*angles, sides=(6.0, 4.0), sigma=0.2)
    axes = plate[3:12].reshape(3, 3)
    error = axes.T @ np.diag(np.square(sigmas)) @ axes  # along the sides of the plate, where the two agree exactly
    xyz = on_plate(rng, 25, *angles, sides=(9.0, 7.0), sigma=0.5)
    upper = upper_elements(np.tile(error, (len(xyz), 1, 1)))
    summed = [plate_density_by_sum(plate, point, error) for point in xyz]
    np.testing.assert_allclose(compiled_densities(plate, xyz, upper, ONE_CLASS)[:, 0], summed, rtol=2e-3, atol=2e-5)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("size", [0.0, 0.4])
def test_density_integrates_to_the_weight_whatever_the_error(size):
    rng = np.random.default_rng(2)
    plate = plate_of(sides=(6.0, 4.0), sigma=0.3, weight=0.3)
    upper = np.tile(random_errors(rng, 1, size), (40_000, 1))
    local = rng.uniform(-1, 1, (len(upper), 3)) * [9.0, 8.0, 6.0]
    value = compiled_densities(
        plate, plate[:3] + local @ plate[3:12].reshape(3, 3), upper, CLASSES if size else ONE_CLASS
    )
    total = value.sum(axis=1) * 18 * 16 * 12
    assert abs(total.mean() - 0.3) < 4 * total.std() / np.sqrt(len(total))


@pytest.mark.slow_without_compiler
def test_events_drawn_from_a_plate_and_moved_by_their_errors_have_its_density():
    # the mean of a function of the place under the density, and over events that are drawn
    rng = np.random.default_rng(3)
    n, plate = 40_000, plate_of(sides=(6.0, 4.0), sigma=0.3)
    axes = plate[3:12].reshape(3, 3)
    error = upper_elements(axes.T @ np.diag([1.0, 0.2, 0.5]) @ axes[None])
    drawn = blurred(rng, on_plate(rng, n, sides=(6.0, 4.0), sigma=0.0), np.tile(error + 0.09 * ROUND, (n, 1)))
    places = plate[:3] + (rng.uniform(-1, 1, (n, 3)) * [8.0, 6.0, 4.0]) @ axes
    density = compiled_densities(plate, places, np.tile(error, (n, 1)), ONE_CLASS)[:, 0] * 16 * 12 * 8
    for seen in (np.abs, np.square):
        expected = seen(plate_frame(plate, drawn)).mean(axis=0)
        there = density[:, None] * seen(plate_frame(plate, places))
        assert (np.abs(there.mean(axis=0) - expected) < 5 * there.std(axis=0) / np.sqrt(n)).all()


# ---------------------------------------------------------------- reach


def reached(mixture, plate, cut):
    """Mask of the slots that are in the compiled ranges, after checks of the ranges themselves."""
    lowest = mixture.ordered.node.copy()
    lowest_below(np.log(cut), lowest)
    mixture.node[:, 6] = lowest[:, 6]
    ranges = np.full((len(mixture.node) // 2 + 1, 2), -1)
    log_share = np.log(mixture.share)
    count = compiled.reach_ranges(plate, mixture.node, mixture.n, mixture.scale2, log_share, ranges)
    found = ranges[:count]
    assert (found[:, 0] < found[:, 1]).all()
    assert (found[1:, 0] > found[:-1, 1]).all()  # ascending, and never two where one would do
    within = np.zeros(mixture.n, bool)
    for start, stop in found:
        within[start:stop] = True
    return within


@pytest.mark.slow_without_compiler
@every_plate
@every_set
@one_class_and_more
def test_no_point_above_the_cut_is_left_out_of_the_ranges(plate, events, classes):
    rng = np.random.default_rng(4)
    near, errors_near = events(rng, 200)
    away = rng.uniform(-80, 80, (400, 3))
    xyz, upper = np.concatenate([near, away]), np.concatenate([errors_near, random_errors(rng, 400)])
    mixture = PlateMixture(xyz, LocationErrors(upper, np.sqrt(classes[0]), classes[1], ""), NO_BOX, least_sigma_km=0.01)
    value = plate_density(plate, mixture.xyz.T, symmetric(mixture.error.T), *classes).sum(axis=1)
    for cut in (rng.lognormal(-12, 6, mixture.n), np.maximum(value * rng.uniform(0.5, 1.5, mixture.n), 1e-250)):
        within = reached(mixture, plate, cut)
        assert within[value > cut].all()


def test_ranges_leave_out_most_of_what_is_far_away():
    rng = np.random.default_rng(5)
    xyz = np.concatenate([on_plate(rng, 300), rng.uniform(-300, 300, (3000, 3))])
    errors = LocationErrors(np.tile(0.04 * ROUND, (len(xyz), 1)), np.ones(1), np.ones(1), "")
    mixture = PlateMixture(xyz, errors, NO_BOX, least_sigma_km=0.01)
    assert reached(mixture, plate_of(), np.full(mixture.n, 1e-12)).sum() < 600


@pytest.mark.parametrize("turn", range(4))
def test_errors_that_are_long_askew_are_reached(turn):
    # variances along x, y and z are three times smaller than along the diagonal
    rng = np.random.default_rng(turn)
    diagonal = Rotation.from_rotvec(np.pi / 2 * turn * np.array([0, 0, 1])).apply([1.0, 1.0, 1.0]) / np.sqrt(3)
    upper = upper_elements(np.tile(np.outer(diagonal, diagonal), (400, 1, 1)))
    plate = plate_of()
    plate[9:12] = diagonal
    plate[3:6] = np.cross(diagonal, [0, 0, 1.0]) / np.linalg.norm(np.cross(diagonal, [0, 0, 1.0]))
    plate[6:9] = np.cross(plate[9:12], plate[3:6])
    xyz = plate[:3] + np.outer(rng.uniform(3.0, 6.0, 400), diagonal)
    mixture = PlateMixture(xyz, LocationErrors(upper, np.ones(1), np.ones(1), ""), NO_BOX, least_sigma_km=0.01)
    value = plate_density(plate, mixture.xyz.T, symmetric(mixture.error.T), *ONE_CLASS).sum(axis=1)
    cut = np.full(mixture.n, np.median(value))
    assert reached(mixture, plate, cut)[value > cut].all()


def test_an_event_that_only_all_classes_together_lift_above_the_cut_is_reached():
    xyz = plate_of()[:3] + np.zeros((30, 3))
    classes = np.full(5, 1e-6), np.full(5, 0.2)
    errors = LocationErrors(np.tile(ROUND, (30, 1)), np.sqrt(classes[0]), classes[1], "")
    mixture = PlateMixture(xyz, errors, NO_BOX, least_sigma_km=0.01)
    value = plate_density(plate_of(), xyz, symmetric(mixture.error.T), *classes).sum(axis=1)
    assert reached(mixture, plate_of(), 0.9 * value).all()


# ---------------------------------------------------------------- fit


@every_plate
@every_set
@one_class_and_more
def test_the_plane_is_that_of_weighted_least_squares(plate, events, classes):
    rng = np.random.default_rng(6)
    xyz, upper = events(rng, 40)
    share = shares(rng, len(xyz), classes)
    better, weight = fitted(plate, xyz, upper, classes, share)
    assert np.isfinite(better).all()
    np.testing.assert_allclose(weight, share.sum())
    axes = better[3:12].reshape(3, 3)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-9)
    assert abs(better[5]) < 1e-9  # along the strike
    assert (better[[13, 15]] > better[[12, 14]]).all()
    place = plate_frame(plate, xyz)[:, :2]
    spread = np.linalg.svd(place - place.mean(axis=0), compute_uv=False) if len(xyz) > 2 else np.zeros(2)
    if spread[1] < 1e-3:  # no plane is known: it is only moved
        assert angle_deg(better[9:12], plate[9:12]) < 1e-5
        return
    point, normal = tilted_plane(plate, xyz, symmetric(upper), classes[0], share)
    assert angle_deg(better[9:12], normal) < 1e-4
    assert abs((better[:3] - point) @ normal) < 1e-6 * (1 + np.abs(xyz).max())


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("size", [0.0, 0.3, 3.0])
@one_class_and_more
def test_edges_are_where_the_likelihood_is_highest(size, classes):
    rng = np.random.default_rng(7)
    upper = random_errors(rng, 300, size)
    xyz = blurred(rng, on_plate(rng, 300, sides=(20.0, 6.0)), upper)
    share = shares(rng, 300, classes)
    plate, _ = fitted(plate_of(sides=(14.0, 9.0)), xyz, upper, classes, share, times=40)
    place, error = plate_frame(plate, xyz), variances_along(plate, symmetric(upper))
    for side in (0, 1):
        at, whole = place[:, side], share.sum(axis=1)
        precision = (share / (plate[16] + classes[0] * error[:, [side]])).sum(axis=1)
        sigma = np.sqrt(whole / precision)  # an event of several classes counts once
        edges = plate[12 + 2 * side : 14 + 2 * side]
        length = edges[1] - edges[0]
        best = side_log_likelihood(edges, at, sigma, whole)
        for step in length * np.array([-0.3, -0.1, -0.03, -0.01, 0.01, 0.03, 0.1, 0.3]):
            for low, high in ((step, 0.0), (0.0, step), (step, step), (step, -step)):
                tried = edges + np.array([low, high])
                if abs(tried - edges).max() > 0 and (tried[0] < (at - sigma).min() or tried[1] > (at + sigma).max()):
                    continue  # no further out than a σ beyond the outermost event
                assert side_log_likelihood(tried, at, sigma, whole) <= best + 0.02


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("start", [0.02, 0.5, 5.0])
@pytest.mark.parametrize("size", [0.0, 0.2])
def test_the_variance_goes_to_where_the_likelihood_is_highest(start, size):
    rng = np.random.default_rng(8)
    upper = random_errors(rng, 400, size)
    xyz = blurred(rng, on_plate(rng, 400, sigma=0.4), upper)
    share = shares(rng, 400, ONE_CLASS)
    plates = [fitted(plate_of(sigma=start), xyz, upper, ONE_CLASS, share, times)[0] for times in (0, 1, 2, 40)]
    away = [abs(np.log(plate[16] / plates[-1][16])) for plate in plates[:3]]
    assert away[0] > away[1] > away[2]
    final = plates[-1]
    assert 0.3**2 < final[16] < 0.5**2
    offset, error = plate_frame(final, xyz)[:, 2], variances_along(final, symmetric(upper))[:, 2:]
    best = across_log_likelihood(final[16], offset, error, share)
    for factor in (0.5, 0.8, 0.95, 1.05, 1.25, 2.0):
        assert across_log_likelihood(factor * final[16], offset, error, share) < best


def test_no_plate_gets_thinner_than_allowed():
    rng = np.random.default_rng(9)
    xyz, share = on_plate(rng, 60, sigma=0.0), np.ones((60, 1))
    plate, _ = fitted(plate_of(), xyz, np.zeros((60, 6)), ONE_CLASS, share, times=40, least=0.03**2)
    np.testing.assert_allclose(plate[16], 0.03**2, rtol=1e-12)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("angles", [(30.0, 70.0), (0.0, 0.0), (10.0, 2.0), (300.0, 90.0)])
def test_repeated_fits_end_on_the_rectangle_that_the_events_lie_on(angles):
    rng = np.random.default_rng(10)
    xyz = on_plate(rng, 800, *angles, centre=(3.0, -2.0, 9.0), sigma=0.05)
    start = plate_of(angles[0] + 4, angles[1] + 3, sides=(10.0, 5.0), sigma=1.0)
    plate, _ = fitted(start, xyz, np.zeros((800, 6)), ONE_CLASS, np.ones((800, 1)), times=40)
    assert angle_deg(plate[9:12], plate_of(*angles)[9:12]) < 0.1
    assert abs(np.sqrt(plate[16]) - 0.05) < 0.005
    if angles[1] > 0:  # a flat one has no strike
        np.testing.assert_allclose(plate[:3], [3.0, -2.0, 9.0], atol=0.15)
        np.testing.assert_allclose([plate[13] - plate[12], plate[15] - plate[14]], [20.0, 10.0], rtol=0.02)


def test_nothing_held_leaves_a_plate_finite():
    plate, weight = fitted(plate_of(), np.zeros((0, 3)), np.zeros((0, 6)), ONE_CLASS, np.zeros((0, 1)))
    assert weight == 0.0
    assert np.isfinite(plate).all()
    np.testing.assert_allclose(plate[:16], plate_of()[:16], atol=1e-12)


def test_sides_are_laid_along_strike_and_dip_whatever_they_were():
    rng = np.random.default_rng(11)
    for normal in [*rng.normal(size=(50, 3)), [0, 0, 1.0], [0, 0, -3.0], [1.0, 0, 0], [1e-12, 0, 1.0]]:
        plate = plate_of(360 * rng.random(), 90 * rng.random())
        compiled.lay_along_strike(plate, np.array(normal))
        axes = plate[3:12].reshape(3, 3)
        np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-9)
        np.testing.assert_allclose(axes[2], np.array(normal) / np.linalg.norm(normal), atol=1e-12)
        assert axes[0, 2] == 0.0


# ---------------------------------------------------------------- description


@every_plate
@every_set
@one_class_and_more
def test_description_is_the_normal_matrix_of_the_regression(plate, events, classes):
    rng = np.random.default_rng(12)
    xyz, upper = events(rng, 40)
    share, out = shares(rng, len(xyz), classes), np.full(17, np.nan)
    arrays = np.ascontiguousarray(xyz.T), np.ascontiguousarray(upper.T)
    compiled.describe(plate, *arrays, classes[0], np.arange(len(xyz)), share, out)
    total, normal, right, mean = described(plate, xyz, symmetric(upper), classes[0], share)
    np.testing.assert_allclose(out[0], total)
    scale = np.sqrt(np.diag(normal))
    np.testing.assert_allclose(out[1:11], normal[np.triu_indices(4)], atol=1e-9 * scale.max() ** 2)
    np.testing.assert_allclose(out[11:15], right, atol=1e-9 * scale.max() * np.sqrt(normal[0, 0]))
    np.testing.assert_allclose(out[15:], mean, rtol=1e-9, atol=1e-300)


def test_a_plate_without_events_is_described_by_zeros():
    out = np.full(17, np.nan)
    nothing = np.zeros((3, 0)), np.zeros((6, 0)), np.ones(1), np.zeros(0, np.int64), np.zeros((0, 1))
    compiled.describe(plate_of(), *nothing, out)
    assert (out == 0).all()
