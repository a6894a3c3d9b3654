import dataclasses
from typing import get_args

import numpy as np
import pytest
from scipy import stats

from seisweave.errors import InputError
from seisweave.synthetic import PlantedOptions, WorldOptions, make_world, plant_faults, southern_california_like
from seisweave.synthetic.location_errors import HORIZONTAL_KM, QUALITIES
from seisweave.synthetic.world_options import WorldKind

KINDS = get_args(WorldKind)
BY_DENSITY = ("rectangles", "swarm")


@pytest.fixture(scope="module")
def worlds():
    return {kind: make_world(_options(kind)) for kind in KINDS}


def _options(kind, **more):
    return WorldOptions(kind=kind, **({} if kind in BY_DENSITY else {"n_events": 3000}), **more)


@pytest.mark.parametrize("kind", KINDS)
def test_counts_are_as_asked(worlds, kind):
    expected = {"rectangles": 3047, "swarm": 1827 + 4000, "region": 2970, "rough": 2970}
    world = worlds[kind]
    assert len(world) == len(world.catalog) == expected.get(kind, 3000)
    assert world.events_per_plane.sum() + world.diffuse.events.sum() == len(world)
    for what in ("background", "swarm", "blast"):
        assert np.sum(world.kind == what) == world.diffuse.events[world.diffuse.kind == what].sum()
    np.testing.assert_array_equal(world.fault >= 0, world.kind == "fault")


@pytest.mark.parametrize("kind", KINDS)
def test_planted_surfaces_hold_their_events(worlds, kind):
    world = worlds[kind]
    on = world.fault >= 0
    above = world.above_surface_km[on] / world.thickness_km[world.fault[on]]
    assert np.std(above) == pytest.approx(1.0, rel=0.06)
    assert np.abs(above).max() < 6
    local = world.planes.local(world.fault[on], world.true_xyz_km[on])
    half = np.column_stack([world.planes.length_km, world.planes.width_km])[world.fault[on]] / 2
    assert np.all(np.abs(local[:, :2]) <= half + 1e-9)
    assert np.isnan(world.above_plane_km[~on]).all()


@pytest.mark.parametrize("kind", KINDS)
def test_errors_moved_events_by_their_size(worlds, kind):
    world = worlds[kind]
    unit = (world.xyz_km - world.true_xyz_km) / world.sigma_km
    for k in range(3):
        assert stats.kstest(unit[:, k], "norm").pvalue > 1e-4
    np.testing.assert_allclose(world.reported_sigma_km, world.sigma_km, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_the_catalog_has_the_events_where_they_were_located(worlds, kind):
    world = worlds[kind]
    np.testing.assert_allclose(world.catalog.xyz_km(world.projection), world.xyz_km, rtol=0, atol=1e-7)
    np.testing.assert_array_equal(world.catalog.event_type == "qb", world.kind == "blast")


@pytest.mark.parametrize("kind", KINDS)
def test_same_seed_same_bits_and_other_seed_other_events(worlds, kind):
    again, other = make_world(_options(kind)), make_world(_options(kind, seed=2))
    np.testing.assert_array_equal(again.xyz_km, worlds[kind].xyz_km)
    np.testing.assert_array_equal(again.catalog.times, worlds[kind].catalog.times)
    np.testing.assert_array_equal(again.fault, worlds[kind].fault)
    assert not np.any(again.xyz_km == other.xyz_km)


@pytest.mark.parametrize("kind", ["rectangles", "mine", "curved", "coplanar"])
def test_geometry_seed_moves_the_planes_and_seed_does_not(worlds, kind):
    same, moved = make_world(_options(kind, seed=9)), make_world(_options(kind, geometry_seed=9))
    strike = worlds[kind].planes.strike_deg
    np.testing.assert_array_equal(same.planes.strike_deg, strike)
    assert not np.array_equal(moved.planes.strike_deg, strike)


def test_region_is_the_catalog_like_southern_california_without_blasts(worlds):
    made = southern_california_like(seed=1, n_events=3000)
    quakes = made.catalog.event_type == "eq"
    np.testing.assert_allclose(worlds["region"].xyz_km, made.catalog[quakes].xyz_km(made.projection), atol=1e-9)
    np.testing.assert_array_equal(worlds["region"].fault, made.fault[quakes])
    np.testing.assert_array_equal(worlds["region"].catalog.magnitude, made.catalog.magnitude[quakes])


def test_rectangles_are_those_of_plant_faults(worlds):
    planted = plant_faults(PlantedOptions(seed=1))
    np.testing.assert_allclose(worlds["rectangles"].xyz_km, planted.xyz_km, rtol=0, atol=1e-9)
    np.testing.assert_array_equal(worlds["rectangles"].fault, planted.fault)


def test_one_sequence_holds_a_third_of_all_events(worlds):
    world = worlds["sequence"]
    on = int(np.argmax(world.events_per_plane))
    assert world.events_per_plane[on] >= 1000
    assert world.planes.length_km[on] >= 40
    assert world.catalog.magnitude[world.fault == on].max() > 6
    assert np.all(np.diff(world.catalog.times) >= np.timedelta64(0, "s"))


@pytest.mark.parametrize("roughness", [0.005, 0.01, 0.02])
def test_rough_faults_leave_their_planes_by_the_stated_share_of_their_length(roughness):
    world, left = make_world(WorldOptions(kind="rough", n_events=500, roughness=roughness)), []
    for k in range(len(world.planes)):
        along, down = np.meshgrid(np.linspace(-0.5, 0.5, 101), np.linspace(-0.5, 0.5, 41))
        place = np.column_stack([along.ravel() * world.planes.length_km[k], down.ravel() * world.planes.width_km[k]])
        height = world.relief.height_km(np.full(len(place), k), place)
        left.append(np.sqrt(np.mean(height**2)) / world.planes.length_km[k])
        design = np.column_stack([np.ones(len(place)), place])
        tilt = np.linalg.lstsq(design, height, rcond=None)[0]  # the planted plane is the best one
        assert abs(tilt[0]) < 0.1 * np.std(height)
        assert np.degrees(np.abs(tilt[1:]).max()) < 1.0
    assert max(left) < 1.5 * roughness  # the waves have it, of which the best plane takes some away
    assert 0.4 * roughness < np.median(left) < 0.9 * roughness


def test_slopes_are_the_derivative_of_heights():
    world = make_world(WorldOptions(kind="curved", n_events=50, roughness=0.01))
    plane = np.arange(len(world.planes))
    place, step = np.random.default_rng(1).uniform(-4, 4, (len(plane), 2)), 1e-6
    for k in range(2):
        moved = place + step * np.eye(2)[k]
        numeric = (world.relief.height_km(plane, moved) - world.relief.height_km(plane, place)) / step
        np.testing.assert_allclose(world.relief.slopes(plane, place)[:, k], numeric, atol=1e-5)


@pytest.mark.parametrize("kind", ["region", "rectangles", "listric", "mine"])
def test_misstated_errors_move_nothing(worlds, kind):
    half, double = (make_world(_options(kind, misstated=factor)) for factor in (0.5, 2.0))
    np.testing.assert_array_equal(half.xyz_km, worlds[kind].xyz_km)
    np.testing.assert_allclose(half.reported_sigma_km, worlds[kind].sigma_km / 2)
    np.testing.assert_allclose(double.reported_sigma_km, worlds[kind].sigma_km * 2)
    np.testing.assert_array_equal(double.sigma_km, worlds[kind].sigma_km)


@pytest.mark.parametrize("kind", ["region", "rectangles"])
def test_errors_of_every_kind(worlds, kind):
    of = {
        errors: make_world(_options(kind, errors=errors, error_km=0.3))
        for errors in ("quality", "constant", "lognormal")
    }
    for world in of.values():
        np.testing.assert_array_equal(world.true_xyz_km, worlds[kind].true_xyz_km)
        assert stats.kstest(((world.xyz_km - world.true_xyz_km) / world.sigma_km)[:, 0], "norm").pvalue > 1e-4
    assert set(of["constant"].sigma_km.ravel().tolist()) == {0.3}
    assert np.median(of["lognormal"].sigma_km[:, 0]) == pytest.approx(0.3, rel=0.1)
    for letter, size in zip(QUALITIES, HORIZONTAL_KM, strict=True):
        sigma = of["quality"].sigma_km[of["quality"].catalog.quality == letter, 0]
        assert np.median(sigma) == pytest.approx(size, rel=0.15)
    assert set(of["constant"].catalog.quality.tolist()) == {""}


def test_error_scale_scales_and_zero_is_exact(worlds):
    double, none = (make_world(_options("region", error_scale=factor)) for factor in (2.0, 0.0))
    one = worlds["region"]
    np.testing.assert_allclose(double.xyz_km - double.true_xyz_km, 2 * (one.xyz_km - one.true_xyz_km), atol=1e-9)
    np.testing.assert_array_equal(none.xyz_km, none.true_xyz_km)


def test_a_mine_is_a_hundred_metres_and_like_its_large_twin(worlds):
    small, large = worlds["mine"], make_world(_options("mine", extent_km=100.0))
    assert np.ptp(small.true_xyz_km, axis=0).max() == pytest.approx(0.1)
    for name in ("true_xyz_km", "sigma_km", "xyz_km", "thickness_km"):
        np.testing.assert_allclose(getattr(large, name), 1000 * getattr(small, name), rtol=1e-9)
    np.testing.assert_allclose(large.planes.width_km, 1000 * small.planes.width_km)
    np.testing.assert_allclose(large.diffuse.high_km, 1000 * small.diffuse.high_km)


def test_scaled_surfaces_are_rough_in_proportion():
    small, large = (make_world(_options("curved", roughness=0.01, extent_km=extent)) for extent in (1.0, 200.0))
    np.testing.assert_allclose(large.above_surface_km, 200 * small.above_surface_km, atol=1e-9)


def test_systems(worlds):
    count = {kind: int(world.system_of_plane.max()) + 1 for kind, world in worlds.items()}
    assert count["curved"] == count["listric"] == 4
    assert count["segmented"] == count["en_echelon"] == 3
    assert count["intersecting"] == count["coplanar"] == 12
    for world in worlds.values():
        np.testing.assert_array_equal(world.system >= 0, world.fault >= 0)
        on = world.fault >= 0
        np.testing.assert_array_equal(world.system[on], world.system_of_plane[world.fault[on]])


def test_curved_faults_bend_as_far_as_they_say_and_stay_smooth(worlds):
    world = worlds["curved"]
    for system, bend in enumerate((15, 30, 45, 60)):
        planes = np.flatnonzero(world.system_of_plane == system)
        turns = np.diff(np.unwrap(world.planes.strike_deg[planes], period=360))
        size = bend / len(planes)
        np.testing.assert_allclose(np.abs(turns), size, atol=1e-6)
        ends = [_edge(world, plane, side) for plane, side in zip(planes[:-1], [1] * 9, strict=False)]
        starts = [_edge(world, plane, -1) for plane in planes[1:]]
        np.testing.assert_allclose(ends, starts, atol=0.15)  # where sheets dip, planes overlap or part a little


def _edge(world, plane, side):
    """Middle of an end of the surface of a plane."""
    place = np.array([[side * world.planes.length_km[plane] / 2, 0.0]])
    height = world.relief.height_km(np.array([plane]), place)
    return world.planes.place(np.array([plane]), np.column_stack([place, height]))[0]


def test_listric_faults_flatten_downwards(worlds):
    world = worlds["listric"]
    for system in range(4):
        planes = np.flatnonzero(world.system_of_plane == system)
        dip, depth = world.planes.dip_deg[planes], world.planes.centre_km[planes, 2]
        assert np.all(np.diff(depth) > 0)
        assert np.all(np.diff(dip) < 0)
        assert np.all(np.diff(dip) >= -12)
        assert dip[0] - dip[-1] > 25


def test_coplanar_pairs_are_as_far_apart_as_stated(worlds):
    planes = worlds["coplanar"].planes
    across = [abs(planes.local(np.array([2 * k]), planes.centre_km[[2 * k + 1]])[0, 2]) for k in range(3)]
    np.testing.assert_allclose(across / np.sin(np.radians(planes.dip_deg[:6:2])), [2.0, 2.5, 3.0])
    turns = [(planes.strike_deg[2 * k + 1] - planes.strike_deg[2 * k]) % 360 for k in range(3, 6)]
    np.testing.assert_allclose(turns, [12.0, 13.5, 15.0])


def test_swarm_is_dense_and_clear_of_faults(worlds):
    world = worlds["swarm"]
    swarm = world.true_xyz_km[world.kind == "swarm"]
    np.testing.assert_allclose(swarm.std(axis=0), 1.0, rtol=0.05)
    on = world.true_xyz_km[world.fault >= 0]
    assert np.linalg.norm(on - swarm.mean(axis=0), axis=1).min() > 4


def test_uneven_background_is_uneven(worlds):
    places = worlds["uneven"].true_xyz_km[worlds["uneven"].kind == "background"]
    assert len(places) == 600
    assert stats.kstest(places[:, 0], "uniform", (-184, 368)).pvalue < 1e-3


def test_planes_can_be_filled_evenly():
    world = make_world(_options("curved", branching_ratio=0.0))
    plane = int(np.argmax(world.events_per_plane))
    local = world.planes.local(np.full(len(world), plane), world.true_xyz_km)[world.fault == plane]
    length = world.planes.length_km[plane]
    assert stats.kstest(local[:, 0], "uniform", (-length / 2, length)).pvalue > 0.001


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"n_events": 5}, "n_events is 5"),
        ({"seed": -1}, "seed is -1"),
        ({"misstated": 0.0}, "misstated is 0.0"),
        ({"roughness": -0.1}, "roughness is -0.1"),
        ({"background_share": 1.0}, "background_share is 1.0"),
        ({"extent_km": float("nan")}, "extent_km is nan"),
        ({"kind": "rectangles", "n_events": 100}, "density_per_km2 in place"),
        ({"kind": "curved", "density_per_km2": 1.0}, "n_events in place"),
    ],
)
def test_bad_options_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        WorldOptions(**wrong)


@pytest.mark.parametrize("wrong", [{"kind": "flat"}, {"errors": "none"}])
def test_unknown_words_are_refused(wrong):
    with pytest.raises(Exception, match=r"give one of|[Tt]ype-check"):
        WorldOptions(**wrong)


def test_a_sequence_without_aftershocks_is_refused():
    with pytest.raises(InputError, match="branching ratio"):
        make_world(WorldOptions(kind="sequence", branching_ratio=0.0))


def test_every_option_is_explained():
    assert all(option.metadata["help"].endswith(".") for option in dataclasses.fields(WorldOptions))
