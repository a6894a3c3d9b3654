"""From segments to faults: invariants, edge cases, and planted truth."""

import dataclasses

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from tests.faults.plate_sets import (
    LEAST,
    ROUND,
    angle_deg,
    axes_of,
    blurred,
    jaccard,
    on_plate,
    random_errors,
    segments_of,
)

from seisweave.catalog.uncertainty import LocationUncertainty, symmetric, upper_elements
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults.find_faults import Segments, find_faults
from seisweave.faults.network import open_network
from seisweave.faults.options import FaultOptions
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.synthetic import WorldOptions, make_world

UNTURNED = np.eye(3)
COUNTS = (300, 200, 250, 200, 150)
WITH_AND_WITHOUT_ERRORS = pytest.mark.parametrize("known", [True, False], ids=["known errors", "estimated errors"])


def planted(seed):
    """Events of three faults, a swarm and none (labels 0, 1, 2, 3, -1), and the covariances of their errors."""
    rng = np.random.default_rng(seed)
    xyz = [
        on_plate(rng, COUNTS[0]),
        on_plate(rng, COUNTS[1], 120, 60, (12, 18, 9), (15, 8)),
        on_plate(rng, COUNTS[2], 30, 85, (20, -10, 8), (18, 9), 0.15),
        [-20.0, 15.0, 8.0] + 1.2 * rng.normal(size=(COUNTS[3], 3)),
        rng.uniform([-30, -25, 0], [35, 30, 18], (COUNTS[4], 3)),
    ]
    covariance = random_errors(rng, sum(COUNTS), 0.15)
    return blurred(rng, np.concatenate(xyz), covariance), np.repeat([0, 1, 2, 3, -1], COUNTS), covariance


def first_level(seed=0):
    """Segments as a first level gives them, each fault cut in two by strike, and the errors of their events."""
    xyz, truth, covariance = planted(seed)
    half = (xyz[:, 0] > np.array([0.0, 12.0, 20.0, 99.0, 99.0])[truth]).astype(int)
    label = np.where(truth < 0, -1, np.where(truth == 3, 6, 2 * truth + half))
    return segments_of(xyz, label), covariance, truth


def faults_of(segments, covariance, known=True, scale=1.0, **settings):
    return find_faults(segments, covariance if known else None, least_sigma_km=scale * LEAST, **settings)


def labels(faults):
    """One number an event: its fault, its halo, or neither."""
    halo = faults.halo_of_event
    return np.where(halo >= 0, len(faults) + halo, faults.fault_of_event)


def moved(segments, shift=(0.0, 0.0, 0.0), turn=UNTURNED, scale=1.0):
    """The same first level somewhere else, turned, in another unit."""
    m = segments.mixture

    def place(xyz):
        return scale * xyz @ turn.T + np.array(shift)

    mixture = dataclasses.replace(
        m,
        mean_km=place(m.mean_km),
        covariance_km2=scale**2 * turn @ m.covariance_km2 @ turn.T,
        box_centre_km=place(m.box_centre_km),
        box_axes=m.box_axes @ turn.T,
        box_half_km=scale * m.box_half_km,
    )
    return Segments(place(segments.xyz_km), mixture, segments.part)


def assert_consistent(faults, n, n_segments):
    """What must hold of any second level."""
    f, h = len(faults), faults.n_halos
    fault, halo = faults.fault_of_event, faults.halo_of_event
    assert fault.shape == halo.shape == faults.probability.shape == (n,)
    assert ((fault >= -1) & (fault < f)).all()
    assert ((halo >= -1) & (halo < h)).all()
    assert not ((fault >= 0) & (halo >= 0)).any()
    assert ((faults.probability > 0) & (faults.probability <= 1 + 1e-12)).all()
    assert faults.fault_of_segment.shape == (n_segments,)
    assert ((faults.fault_of_segment >= -1) & (faults.fault_of_segment < f)).all()
    assert faults.events_per_fault.tolist() == [(fault == k).sum() for k in range(f)]
    assert faults.events_per_halo.tolist() == [(halo == k).sum() for k in range(h)]
    assert (np.diff(faults.events_per_fault) <= 0).all()
    assert (np.diff(faults.events_per_halo) <= 0).all()
    assert faults.system.shape == (f,)
    assert sorted(set(faults.system.tolist())) == list(range(faults.n_systems))
    for record in (faults, faults.plates):
        for value in vars(record).values():
            if isinstance(value, np.ndarray):
                assert np.isfinite(value).all()
    assert np.isfinite([faults.bic, faults.log_likelihood, faults.roughness_km]).all()
    plates = faults.plates
    np.testing.assert_allclose(plates.axes @ plates.axes.transpose(0, 2, 1), np.tile(np.eye(3), (f, 1, 1)), atol=1e-9)
    assert (plates.axes[:, 0, 2] == 0).all()
    assert (np.minimum(plates.length_km, plates.width_km) > 0).all()
    assert plates.weight.sum() + faults.halo_weight.sum() < 1 + 1e-6
    np.testing.assert_allclose(faults.error_share.sum(), 1.0, rtol=1e-4)


# ---------------------------------------------------------------- truth


@pytest.mark.slow_without_compiler
@WITH_AND_WITHOUT_ERRORS
@pytest.mark.parametrize("seed", range(3))
def test_planted_faults_are_found_and_the_swarm_is_a_halo(seed, known):
    segments, covariance, truth = first_level(seed)
    faults = faults_of(segments, covariance, known)
    assert_consistent(faults, len(truth), 7)
    assert (len(faults), faults.n_halos) == (3, 1)
    for k, (strike, dip) in enumerate(((30, 70), (120, 60), (30, 85))):
        overlap = [jaccard(faults.fault_of_event == j, truth == k) for j in range(3)]
        assert max(overlap) > 0.85
        assert angle_deg(faults.plates.axes[np.argmax(overlap), 2], axes_of(strike, dip)[2]) < 1.5
        assert set(faults.fault_of_segment[[2 * k, 2 * k + 1]]) == {np.argmax(overlap)}
    assert jaccard(faults.halo_of_event == 0, truth == 3) > 0.9
    assert faults.fault_of_segment[6] == -1
    assert (labels(faults)[truth == -1] == -1).mean() > 0.8
    assert faults.errors == ("catalog" if known else "estimated")
    assert faults.n_systems == 3


@pytest.mark.slow_without_compiler
def test_lengths_widths_and_thickness_are_free_of_errors():
    rng = np.random.default_rng(3)
    covariance = random_errors(rng, 1200, 0.5)
    xyz = blurred(rng, on_plate(rng, 1200, sigma=0.05), covariance)
    faults = faults_of(segments_of(xyz, np.zeros(1200, int)), covariance)
    np.testing.assert_allclose(faults.plates.length_km, 20.0, rtol=0.03)
    np.testing.assert_allclose(faults.plates.width_km, 10.0, rtol=0.05)
    assert faults.plates.sigma_km[0] < 0.1  # the errors are ten times that


@pytest.mark.slow_without_compiler
def test_a_segment_across_two_faults_becomes_two_and_a_needless_one_none():
    rng = np.random.default_rng(4)
    xyz = np.concatenate(
        [
            on_plate(rng, 400, 0, 85, (0, -10, 8)),
            on_plate(rng, 400, 30, 85, (5, 9, 8)),
            rng.uniform([-30, -30, 0], [30, 30, 20], (300, 3)),
        ]
    )
    label = np.repeat([0, 0, -1], [400, 400, 300])
    label[800:825] = 1  # events from everywhere
    faults = faults_of(segments_of(xyz, label), np.tile(0.01 * ROUND, (1100, 1)))
    assert len(faults) == 2
    for k, strike in ((0, 0), (1, 30)):
        own = np.arange(1100) // 400 == k
        j = np.bincount(faults.fault_of_event[own] + 1).argmax() - 1
        assert jaccard(faults.fault_of_event == j, own) > 0.85
        assert angle_deg(faults.plates.axes[j, 2], axes_of(strike, 85)[2]) < 1.5
    assert faults.fault_of_segment[1] == -1
    assert faults.system.tolist() == [0, 0]  # they meet and bend into each other


@pytest.mark.slow_without_compiler
def test_faults_that_cross_are_two_systems():
    rng = np.random.default_rng(5)
    xyz = np.concatenate([on_plate(rng, 400, 10, 88), on_plate(rng, 350, 80, 85)])
    faults = faults_of(segments_of(xyz, np.repeat([0, 1], [400, 350])), np.tile(0.01 * ROUND, (750, 1)))
    assert faults.system.tolist() == [0, 1]
    assert adjusted_rand_index(faults.fault_of_event, np.repeat([0, 1], [400, 350])) > 0.9


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("kind", ["intersecting", "coplanar"])
def test_faults_of_a_world_are_found_from_its_catalog(kind):
    world = make_world(WorldOptions(kind=kind, n_events=1500))
    network = reconstruct_faults(world.catalog, jobs=1)
    faults = network.faults
    assert_consistent(faults, 1500, network.n_segments)
    found = 0
    for k in np.flatnonzero(world.events_per_plane >= 40):
        overlap = [jaccard(faults.fault_of_event == j, world.fault == k) for j in range(len(faults))]
        if max(overlap) > 0.5:
            found += 1
            if max(overlap) > 0.8:
                assert angle_deg(faults.plates.axes[np.argmax(overlap), 2], world.planes.axes[k, 2]) < 2.0
    assert found >= 0.6 * (world.events_per_plane >= 40).sum()
    assert adjusted_rand_index(faults.fault_of_event, world.fault) > 0.7


def bent(seed=6):
    """A first level of three planes end to end, each turned by 20 degrees."""
    rng = np.random.default_rng(seed)
    at, xyz = np.array([0.0, 0.0, 8.0]), []
    for strike in (0, 20, 40):
        along = axes_of(strike, 90)[0]
        xyz.append(on_plate(rng, 300, strike, 90, at + 10.0 * along, (20.0, 12.0), 0.05))
        at = at + 20.0 * along
    return segments_of(np.concatenate(xyz), np.repeat([0, 1, 2], 300)), np.tile(0.01 * ROUND, (900, 1))


@pytest.mark.slow_without_compiler
def test_a_bent_fault_is_one_system_of_planes():
    faults = faults_of(*bent())
    assert len(faults) >= 2
    assert faults.n_systems == 1


@pytest.mark.slow_without_compiler
def test_with_more_roughness_fewer_planes_make_a_bend():
    assert len(faults_of(*bent(), roughness_km=0.02)) == 3
    assert len(faults_of(*bent(), roughness_km=1.0)) < 3
    assert faults_of(*bent(), roughness_km=0.2).roughness_km == 0.2


@pytest.mark.slow_without_compiler
def test_blasts_and_swarms_are_halos():
    world = make_world(WorldOptions(kind="blasts", n_events=1500))
    faults = reconstruct_faults(world.catalog, jobs=1).faults
    blasts = world.kind == "blast"
    assert (faults.halo_of_event[blasts] >= 0).mean() > 0.7
    for k in np.flatnonzero(faults.events_per_fault >= 20):
        assert blasts[faults.fault_of_event == k].mean() < 0.2


# ---------------------------------------------------------------- invariants


@pytest.mark.slow_without_compiler
@WITH_AND_WITHOUT_ERRORS
def test_bits_do_not_depend_on_threads(known):
    segments, covariance, _ = first_level()
    one, other = (faults_of(segments, covariance, known, threads=t) for t in (1, 4))
    for record in (lambda faults: faults, lambda faults: faults.plates):
        for name, value in vars(record(one)).items():
            if name != "plates":
                np.testing.assert_array_equal(value, vars(record(other))[name], err_msg=name)


@pytest.mark.slow_without_compiler
@WITH_AND_WITHOUT_ERRORS
@pytest.mark.parametrize("seed", range(2))
def test_the_order_of_the_events_does_not_matter(seed, known):
    segments, covariance, _ = first_level(seed)
    order = np.random.default_rng(seed).permutation(len(covariance))
    mixed = Segments(segments.xyz_km[order], segments.mixture, segments.part[order])
    one, other = faults_of(segments, covariance, known), faults_of(mixed, covariance[order], known)
    np.testing.assert_array_equal(labels(other), labels(one)[order])
    np.testing.assert_allclose(other.bic, one.bic, rtol=1e-9)


@pytest.mark.slow_without_compiler
@WITH_AND_WITHOUT_ERRORS
@pytest.mark.parametrize("angle", [90.0, 137.0])
def test_a_turn_of_the_map_and_a_shift_turn_and_shift_the_faults(angle, known):
    segments, covariance, _ = first_level(1)
    turn = Rotation.from_euler("z", angle, degrees=True).as_matrix()
    turned = upper_elements(turn @ symmetric(covariance) @ turn.T)
    one = faults_of(segments, covariance, known)
    other = faults_of(moved(segments, (100.0, -300.0, 5.0), turn), turned, known)
    assert adjusted_rand_index(labels(other), labels(one)) > 0.999
    for k in range(len(one)):
        normal = turn @ one.plates.axes[k, 2]
        centre = turn @ one.plates.centre_km[k] + [100.0, -300.0, 5.0]
        j = np.linalg.norm(other.plates.centre_km - centre, axis=1).argmin()
        assert angle_deg(other.plates.axes[j, 2], normal) < 0.05
        np.testing.assert_allclose(other.plates.centre_km[j], centre, atol=0.05)
    np.testing.assert_allclose(other.bic, one.bic, rtol=1e-4)


@pytest.mark.slow_without_compiler
@WITH_AND_WITHOUT_ERRORS
@pytest.mark.parametrize("scale", [1e-3, 30.0])
def test_the_unit_of_length_does_not_matter(scale, known):
    segments, covariance, _ = first_level(2)
    one = faults_of(segments, covariance, known)
    other = faults_of(moved(segments, scale=scale), scale**2 * covariance, known, scale)
    np.testing.assert_array_equal(labels(other), labels(one))
    np.testing.assert_allclose(other.plates.length_km, scale * one.plates.length_km, rtol=1e-4)
    np.testing.assert_allclose(other.plates.sigma_km, scale * one.plates.sigma_km, rtol=1e-3)
    np.testing.assert_allclose(other.roughness_km, scale * one.roughness_km, rtol=1e-3)
    np.testing.assert_array_equal(other.system, one.system)


@pytest.mark.slow_without_compiler
def test_the_input_is_left_alone_and_doing_it_again_gives_the_same():
    segments, covariance, _ = first_level()
    xyz, before, weight = segments.xyz_km.copy(), covariance.copy(), segments.mixture.box_weight.copy()
    one, other = faults_of(segments, covariance), faults_of(segments, covariance)
    np.testing.assert_array_equal(segments.xyz_km, xyz)
    np.testing.assert_array_equal(covariance, before)
    np.testing.assert_array_equal(segments.mixture.box_weight, weight)
    assert one.bic == other.bic


@pytest.mark.slow_without_compiler
def test_what_is_done_grows_from_nothing_to_nearly_everything():
    told, (segments, covariance, _) = [], first_level()
    faults_of(segments, covariance, tell=told.append)
    assert told == sorted(told)
    assert 0 < told[0] < told[-1] < 1


# ---------------------------------------------------------------- edges


@WITH_AND_WITHOUT_ERRORS
@pytest.mark.parametrize("box", [True, False])
def test_nothing_but_background_has_no_faults(known, box):
    xyz = np.random.default_rng(7).uniform(0, [40, 40, 20], (200, 3))
    segments = segments_of(xyz, np.full(200, -1), box=box, part=np.zeros(200, int))
    faults = faults_of(segments, np.tile(0.01 * ROUND, (200, 1)), known)
    assert_consistent(faults, 200, 0)
    assert (len(faults), faults.n_halos, faults.n_systems) == (0, 0, 0)
    assert (labels(faults) == -1).all()
    assert faults.plates.planes.corners_km.shape == (0, 4, 3)


@WITH_AND_WITHOUT_ERRORS
@pytest.mark.parametrize("box", [True, False])
@pytest.mark.parametrize("n", [4, 7, 60])
def test_one_segment(n, box, known):
    xyz = on_plate(np.random.default_rng(8), n)
    faults = faults_of(segments_of(xyz, np.zeros(n, int), box=box), np.tile(0.01 * ROUND, (n, 1)), known)
    assert_consistent(faults, n, 1)
    if n == 60:
        assert len(faults) == 1
        assert (faults.fault_of_event == 0).mean() > 0.9
        assert faults.fault_of_segment.tolist() == [0]


NASTY = {
    "tight ball": lambda rng, n: [5.0, 5.0, 8.0] + 1e-3 * rng.normal(size=(n, 3)),
    "one place": lambda rng, n: np.tile([[5.0, 5.0, 8.0]], (n, 1)),
    "two places": lambda rng, n: np.array([[5.0, 5.0, 8.0], [5.0, 25.0, 8.0]])[np.arange(n) % 2],
    "collinear": lambda rng, n: rng.uniform(-10, 10, (n, 1)) * [[0.6, 0.8, 0.0]] + [0, 0, 8.0],
    "flat": lambda rng, n: on_plate(rng, n, 0, 0, sigma=0.0),
    "vertical": lambda rng, n: on_plate(rng, n, 0, 90, sigma=0.0),
    "coplanar": lambda rng, n: on_plate(rng, n, sigma=0.0),
    "twice": lambda rng, n: on_plate(rng, n)[np.arange(n) // 2],
    "rounded": lambda rng, n: np.round(on_plate(rng, n), 0),
    "far": lambda rng, n: on_plate(rng, n, centre=(3e3, -5e3, 8.0)),
}
SIZES = {"zero": 0.0, "ordinary": 0.1, "huge": 1e3}


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("size", [*SIZES.values(), None], ids=[*SIZES, "estimated"])
@pytest.mark.parametrize("kind", NASTY)
def test_nasty_events(kind, size):
    rng = np.random.default_rng(9)
    xyz = NASTY[kind](rng, 120)
    errors = np.zeros((120, 6)) if size is None else np.tile(size**2 * ROUND, (120, 1))
    faults = faults_of(segments_of(xyz, np.zeros(120, int)), errors, size is not None)
    assert_consistent(faults, 120, 1)
    if kind in ("flat", "vertical", "coplanar") and size in (0.0, 0.1):
        assert len(faults) == 1
        dip = {"flat": 0.0, "vertical": 90.0, "coplanar": 70.0}[kind]
        assert angle_deg(faults.plates.axes[0, 2], axes_of(0 if kind != "coplanar" else 30, dip)[2]) < 1e-3
        np.testing.assert_allclose(faults.plates.sigma_km, LEAST, rtol=1e-6)
    if kind in ("tight ball", "one place"):
        assert len(faults) == 0


@pytest.mark.slow_without_compiler
def test_segments_without_events_of_their_own_are_on_no_fault():
    segments, covariance, _ = first_level()
    part = np.where(segments.part == 3, 2, segments.part)
    faults = faults_of(Segments(segments.xyz_km, segments.mixture, part), covariance)
    assert_consistent(faults, len(part), 7)
    assert faults.fault_of_segment[3] == -1


# ---------------------------------------------------------------- on disk, catalogs


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("errors", ["catalog", "estimated"])
def test_both_levels_are_read_back_identical(errors, tmp_path):
    world = make_world(WorldOptions(kind="blasts", n_events=600))
    catalog = world.catalog if errors == "catalog" else dataclasses.replace(world.catalog, uncertainty=None)
    network = reconstruct_faults(catalog, FaultOptions(subsets=2), jobs=1)
    again = open_network(network.write(tmp_path / "network.nc"))
    assert network.faults.errors == again.faults.errors == errors
    assert network.faults.n_halos > 0 or errors == "estimated"
    for mine, theirs in (
        (network, again),
        (network.faults, again.faults),
        (network.faults.plates, again.faults.plates),
    ):
        for name, value in vars(mine).items():
            if isinstance(value, np.ndarray):
                np.testing.assert_array_equal(value, getattr(theirs, name), strict=True, err_msg=name)
            elif isinstance(value, (float, str)):
                assert getattr(theirs, name) == value
    np.testing.assert_array_equal(again.label, network.faults.fault_of_event)


@pytest.mark.slow_without_compiler
def test_a_network_without_faults_is_read_back():
    xyz = np.random.default_rng(10).uniform(0, [40.0, 40.0, 20.0], (300, 3))
    network = reconstruct_faults(xyz, jobs=1)
    assert_consistent(network.faults, 300, network.n_segments)
    nothing = faults_of(segments_of(xyz, np.full(300, -1)), np.zeros((300, 6)))
    bare = dataclasses.replace(
        network,
        mixture=segments_of(xyz, np.full(300, -1)).mixture,
        part=np.zeros(300, int),
        faults=nothing,
    )
    dataset = bare.to_dataset()
    assert dataset.sizes["fault"] == dataset.sizes["halo"] == dataset.sizes["segment"] == 0


@pytest.mark.slow_without_compiler
def test_a_catalog_whose_errors_are_partly_unknown_uses_those_it_has():
    world = make_world(WorldOptions(kind="rectangles", density_per_km2=0.1))
    horizontal, _, vertical = world.reported_sigma_km.T
    rng = np.random.default_rng(11)
    for share, origin in ((0.05, "catalog"), (0.5, "estimated")):
        lost = rng.random(len(world)) < share
        errors = LocationUncertainty(np.where(lost, np.nan, horizontal), np.where(lost, np.nan, vertical))
        faults = reconstruct_faults(dataclasses.replace(world.catalog, uncertainty=errors), jobs=1).faults
        assert faults.errors == origin
        assert adjusted_rand_index(faults.fault_of_event, world.fault) > 0.6
