"""A mixture of plates, halos and boxes: expectation, maximisation, and what is kept when parts come and go."""

import numpy as np
import pytest
from scipy import stats
from tests.faults.plate_sets import LEAST, ROUND, angle_deg, blurred, on_plate, plate_of, random_errors, segments_of
from tests.naive_plates import plate_density

from seisweave.catalog.uncertainty import symmetric
from seisweave.faults import plate_mixture
from seisweave.faults.halos import give_to_halos
from seisweave.faults.location_errors import estimated_errors, known_errors
from seisweave.faults.plate_mixture import FEWEST, PlateMixture
from seisweave.faults.plate_moves import best_cut, cut_straddlers, give_back

COUNTS = (300, 200, 250, 120)
LABEL = np.repeat([0, 1, 2, -1], COUNTS)
ERRORS = {
    "known": lambda covariance: known_errors(covariance),
    "none": lambda covariance: known_errors(0 * covariance),
    "too large": lambda covariance: known_errors(100 * covariance),
    "estimated": lambda covariance: estimated_errors(len(covariance), 0.2),
}
every_kind_of_error = pytest.mark.parametrize("errors", ERRORS.values(), ids=ERRORS)


def world(seed):
    """Events of three faults, two of them near each other, and of none; the covariances of their errors."""
    rng = np.random.default_rng(seed)
    xyz = [
        on_plate(rng, COUNTS[0]),
        on_plate(rng, COUNTS[1], 120, 60, (5, 12, 9), (15, 8)),
        on_plate(rng, COUNTS[2], 30, 85, (14, -4, 8), (18, 9), 0.15),
        rng.uniform([-15, -15, 0], [25, 25, 18], (COUNTS[3], 3)),
    ]
    covariance = random_errors(rng, sum(COUNTS), 0.2)
    return blurred(rng, np.concatenate(xyz), covariance), covariance


def mixture_of(xyz, errors, label=LABEL, steps=0, **settings):
    mixture = PlateMixture(xyz, errors, segments_of(xyz, label).mixture, least_sigma_km=LEAST, **settings)
    mixture.begin(label)
    if steps:
        mixture.run(steps)
    return mixture


def weights_of(mixture):
    return np.exp(mixture.plates[:, 17]).sum() + mixture.halo_weight.sum() + mixture.box_weight.sum()


# ---------------------------------------------------------------- expectation


@pytest.mark.slow_without_compiler
@every_kind_of_error
def test_density_is_the_sum_of_all_parts_but_for_what_was_cut_off(errors):
    xyz, covariance = world(0)
    mixture = mixture_of(xyz, errors(covariance), steps=3)
    mixture.add_halo(np.arange(100), np.ones(100))
    mixture.expect()
    mixture.expect()  # the cut is that of the density before
    points = mixture.xyz.T
    dense = mixture.base.copy()
    for plate in mixture.plates:
        dense += plate_density(plate, points, symmetric(mixture.error.T), mixture.scale2, mixture.share).sum(axis=1)
    dense += mixture.halo_weight[0] * stats.multivariate_normal(mixture.halo_mean[0], mixture.halo_covariance[0]).pdf(
        points
    )
    assert (mixture.total <= dense * (1 + 1e-5)).all()
    assert (mixture.total >= dense * (1 - 5 * plate_mixture._CUT)).all()
    np.testing.assert_allclose(mixture.log_likelihood, np.log(mixture.total).sum())


@pytest.mark.slow_without_compiler
def test_the_most_likely_part_is_given_in_the_order_of_the_events():
    xyz, covariance = world(1)
    mixture = mixture_of(xyz, known_errors(covariance), steps=5)
    part, probability = mixture.most_likely()
    density = [plate_density(p, xyz, symmetric(covariance), np.ones(1), np.ones(1))[:, 0] for p in mixture.plates]
    back = np.empty(len(xyz))
    back[mixture.ordered.order] = mixture.base
    density = np.column_stack([*density, back])
    best = density.argmax(axis=1)
    np.testing.assert_array_equal(part, np.where(best == 3, -1, best))
    np.testing.assert_allclose(probability, density.max(axis=1) / density.sum(axis=1), rtol=1e-3)


@pytest.mark.slow_without_compiler
@every_kind_of_error
def test_bits_do_not_depend_on_the_number_of_threads(errors):
    xyz, covariance = world(2)
    one, other = (mixture_of(xyz, errors(covariance), steps=4, threads=t) for t in (1, 5))
    np.testing.assert_array_equal(one.plates, other.plates)
    np.testing.assert_array_equal(one.total, other.total)
    np.testing.assert_array_equal(one.describe(), other.describe())


# ---------------------------------------------------------------- maximisation


@pytest.mark.slow_without_compiler
@every_kind_of_error
@pytest.mark.parametrize("seed", range(3))
def test_no_step_lowers_the_likelihood_but_by_rounding(errors, seed):
    xyz, covariance = world(seed)
    mixture, course = mixture_of(xyz, errors(covariance)), []
    for _ in range(20):
        mixture.expect()
        course.append(mixture.log_likelihood)
        mixture.maximise()
    assert len(mixture.plates) == 3
    assert np.diff(course).min() > -2e-5 * abs(course[0])  # edges and the cut are only nearly those of EM
    assert course[-1] - course[0] > 10


@pytest.mark.slow_without_compiler
@every_kind_of_error
def test_weights_sum_to_one_after_every_step(errors):
    xyz, covariance = world(3)
    mixture = mixture_of(xyz, errors(covariance), steps=1)
    mixture.add_halo(np.arange(40), np.full(40, 0.5))
    for _ in range(3):
        mixture.expect()
        mixture.maximise()
        np.testing.assert_allclose(weights_of(mixture), 1.0, rtol=1e-6)
        np.testing.assert_allclose(mixture.share.sum(), 1.0, rtol=1e-5)


@pytest.mark.slow_without_compiler
def test_shares_of_error_classes_are_found():
    rng = np.random.default_rng(4)
    worse = rng.random(3000) < 0.3
    xyz = on_plate(rng, 3000, sigma=0.02) + np.where(worse, 1.5, 0.15)[:, None] * rng.standard_normal((3000, 3))
    errors = estimated_errors(3000, 0.5)
    mixture = mixture_of(xyz, errors, np.zeros(3000, int), steps=25)
    typical = np.exp(mixture.share @ np.log(errors.scale))
    assert 0.15 < typical < 0.6
    assert abs(mixture.share[errors.scale > 0.6].sum() - 0.3) < 0.1


def test_bic_counts_ten_numbers_a_part_and_the_classes():
    xyz, covariance = world(5)
    for errors, classes in ((known_errors(covariance), 1), (estimated_errors(len(xyz), 0.2), 5)):
        mixture = mixture_of(xyz, errors, steps=2)
        penalty = 0.5 * (10 * 4 - 1 + classes - 1) * np.log(len(xyz))
        np.testing.assert_allclose(mixture.bic, penalty - mixture.log_likelihood)


# ---------------------------------------------------------------- parts that come and go


@pytest.mark.parametrize("seed", [125, 178, 224, 243, 263])
def test_events_at_one_place_are_never_cut_apart(seed):
    rng = np.random.default_rng(seed)
    xyz = on_plate(rng, 300, strike=rng.uniform(0, 360), dip=rng.uniform(30, 90))
    share = rng.uniform(0.3, 0.95)
    same, kind = rng.random(300) < share, rng.integers(0, 4)
    if kind == 3:  # three hypocentres
        xyz[same] = xyz[rng.integers(0, 3, same.sum())]
    else:  # one epicentre, as old catalogs round them
        xyz[same, :2] = xyz[0, :2]
        xyz[same, 2] = np.round(xyz[same, 2]) if kind == 1 else xyz[same, 2]
    mixture = mixture_of(xyz, known_errors(random_errors(rng, 300, 0.1)), np.zeros(300, int))
    mixture.expect()
    plate = mixture.plates[0]
    cut = best_cut(mixture, plate, np.arange(300))
    along = plate[3 + 3 * cut.side : 6 + 3 * cut.side] @ (mixture.xyz - plate[:3, None])
    assert min((along < cut.place_km).sum(), (along >= cut.place_km).sum()) >= 10
    cut_straddlers(mixture)
    assert np.isfinite(mixture.plates).all()


def test_groups_of_few_events_get_no_plate():
    xyz, covariance = world(6)
    label = np.full(len(xyz), -1)
    label[: int(FEWEST) - 1], label[300:500] = 0, 1
    assert len(mixture_of(xyz, known_errors(covariance), label).plates) == 1
    nothing = mixture_of(xyz, known_errors(covariance), np.full(len(xyz), -1), steps=3)
    assert nothing.plates.shape == (0, 18)
    assert (nothing.most_likely()[0] == -1).all()
    np.testing.assert_allclose(nothing.box_weight.sum(), 1.0)


@pytest.mark.slow_without_compiler
def test_plates_of_one_group_become_one():
    rng = np.random.default_rng(7)
    xyz = on_plate(rng, 600)
    label = (xyz[:, 1] > 0).astype(int)
    mixture = mixture_of(xyz, known_errors(np.tile(1e-4 * ROUND, (600, 1))), label, steps=4)
    assert len(mixture.plates) == 2
    mixture.rejoin(np.array([0, 0]))
    mixture.run(10)
    (plate,) = mixture.plates
    assert angle_deg(plate[9:12], plate_of()[9:12]) < 0.3
    np.testing.assert_allclose([np.ptp(plate[12:14]), np.ptp(plate[14:16])], [20, 10], rtol=0.05)


def test_a_halo_has_the_moments_of_its_events():
    rng = np.random.default_rng(8)
    xyz = rng.normal(size=(500, 3)) * [3.0, 2.0, 1.0]
    mixture = mixture_of(xyz, known_errors(np.zeros((500, 6))), np.full(500, -1))
    share = rng.random(500)
    mixture.add_halo(np.arange(500), share)
    points = mixture.xyz
    np.testing.assert_allclose(mixture.halo_weight, share.sum() / 500)
    np.testing.assert_allclose(mixture.halo_mean[0], np.average(points, axis=1, weights=share))
    np.testing.assert_allclose(mixture.halo_covariance[0], np.cov(points, aweights=share, ddof=0), rtol=1e-6)


def test_a_halo_of_one_place_is_no_thinner_than_a_plate():
    mixture = mixture_of(np.tile([[1.0, 2, 3]], (30, 1)), known_errors(np.zeros((30, 6))), np.full(30, -1))
    mixture.add_halo(np.arange(30), np.ones(30))
    np.testing.assert_allclose(np.linalg.eigvalsh(mixture.halo_covariance[0]), LEAST**2)


# ---------------------------------------------------------------- moves


@pytest.mark.slow_without_compiler
def test_a_plate_that_another_explains_is_given_to_it():
    rng = np.random.default_rng(9)
    xyz = np.concatenate([on_plate(rng, 500), rng.uniform([-15, -15, 0], [15, 15, 16], (100, 3))])
    label = np.where(np.arange(600) < 500, (rng.random(600) < 0.3).astype(int), -1)  # one fault twice
    mixture = mixture_of(xyz, known_errors(np.tile(0.01 * ROUND, (600, 1))), label, steps=10)
    assert len(mixture.plates) == 2
    before = mixture.bic
    assert give_back(mixture) == 1
    mixture.run(10)
    assert mixture.bic < before
    np.testing.assert_allclose(weights_of(mixture), 1.0, rtol=1e-3)


@pytest.mark.slow_without_compiler
def test_a_plate_of_background_is_given_to_the_background():
    rng = np.random.default_rng(10)
    xyz = np.concatenate([on_plate(rng, 300), rng.uniform([-30, -30, 0], [30, 30, 20], (600, 3))])
    label = np.where(np.arange(900) < 300, 0, -1)
    label[300:340] = 1  # from all over the box
    mixture = mixture_of(xyz, known_errors(np.tile(0.01 * ROUND, (900, 1))), label, steps=10)
    give_back(mixture)
    mixture.run(10)
    (plate,) = mixture.plates
    assert angle_deg(plate[9:12], plate_of()[9:12]) < 0.5


@pytest.mark.slow_without_compiler
def test_good_plates_are_neither_given_away_nor_cut():
    xyz, covariance = world(11)
    mixture = mixture_of(xyz, known_errors(covariance), steps=10)
    before = mixture.plates.copy()
    assert give_back(mixture) == 0
    assert cut_straddlers(mixture) == 0
    np.testing.assert_array_equal(mixture.plates, before)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("strikes", [(40.0, 65.0), (0.0, 20.0)])
def test_a_plate_that_straddles_two_faults_is_cut(strikes):
    rng = np.random.default_rng(12)
    ends = [np.array([np.sin(np.radians(s)), np.cos(np.radians(s)), 0.0]) for s in strikes]
    xyz = np.concatenate(
        [
            on_plate(rng, 400, s, 85.0, 10 * sign * end + [0, 0, 8.0])
            for s, sign, end in zip(strikes, (-1, 1), ends, strict=True)
        ]
    )
    mixture = mixture_of(xyz, known_errors(np.tile(0.01 * ROUND, (800, 1))), np.zeros(800, int), steps=10)
    assert len(mixture.plates) == 1
    before = mixture.bic
    assert cut_straddlers(mixture) == 1
    mixture.run(15)
    assert mixture.bic < before - 50
    assert len(mixture.plates) == 2
    angles = [min(angle_deg(p[9:12], plate_of(s, 85.0)[9:12]) for s in strikes) for p in mixture.plates]
    assert max(angles) < 1.5


def test_moves_on_no_plates_do_nothing():
    xyz, covariance = world(13)
    mixture = mixture_of(xyz, known_errors(covariance), np.full(len(xyz), -1), steps=2)
    assert (give_back(mixture), cut_straddlers(mixture)) == (0, 0)
    assert (give_to_halos(mixture, at_last=False), give_to_halos(mixture, at_last=True)) == (0, 0)


# ---------------------------------------------------------------- halos


@pytest.mark.slow_without_compiler
def test_a_ball_becomes_a_halo_and_a_plane_stays():
    rng = np.random.default_rng(14)
    xyz = np.concatenate([on_plate(rng, 400), rng.normal((30.0, 0, 8), size=(400, 3))])
    mixture = mixture_of(xyz, known_errors(np.tile(0.01 * ROUND, (800, 1))), np.repeat([0, 1], 400), steps=8)
    assert give_to_halos(mixture, at_last=True) == 1
    assert (len(mixture.plates), len(mixture.halo_weight)) == (1, 1)
    np.testing.assert_allclose(mixture.halo_mean[0], [30, 0, 8], atol=0.2)
    mixture.run(5)
    part, _ = mixture.most_likely()
    assert (part[:400] == 0).mean() > 0.95
    assert (part[400:] == 1).mean() > 0.95


def test_a_plate_whose_plane_its_errors_hide_is_a_halo_when_that_is_asked():
    rng = np.random.default_rng(15)
    covariance = np.tile(4.0 * ROUND, (40, 1))
    xyz = blurred(rng, on_plate(rng, 40, sides=(3.0, 3.0), sigma=0.02), covariance)
    mixture = mixture_of(xyz, known_errors(covariance), np.zeros(40, int), steps=8)
    assert give_to_halos(mixture, at_last=True) == len(mixture.halo_weight) == 1


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize(("dip", "halos"), [(75.0, 0), (30.0, 0), (5.0, 1)])
def test_what_is_flat_has_to_stand_out_more(dip, halos):
    """Sheets some three times as dense as the events all around them."""
    rng = np.random.default_rng(16)
    sheet = on_plate(rng, 300, dip=dip, sides=(12.0, 8.0), sigma=0.5)
    xyz = np.concatenate([sheet, rng.uniform([-7, -7, 1], [7, 7, 15], (2400, 3))])
    errors = known_errors(np.tile(0.01 * ROUND, (2700, 1)))
    mixture = mixture_of(xyz, errors, np.repeat([0, -1], [300, 2400]), steps=8)
    assert len(mixture.plates) == 1
    assert give_to_halos(mixture, at_last=True) == halos


def test_pieces_of_one_fault_that_overlap_are_no_halos_before_they_are_joined():
    rng = np.random.default_rng(17)
    pieces = rng.integers(0, 3, 600)
    mixture = mixture_of(on_plate(rng, 600), known_errors(np.tile(0.01 * ROUND, (600, 1))), pieces, steps=2)
    assert len(mixture.plates) == 3
    assert give_to_halos(mixture, at_last=False) == 0
    assert len(mixture.plates) == 3
