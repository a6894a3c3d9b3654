"""New events given to a network that stays: planted truth, what is far from everything, and what is there already."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.living_world import HERE, PLATES, world_of
from tests.faults.plate_sets import axes_of, on_plate

import seisweave as sw
from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.faults.assign import assign_events
from seisweave.faults.geometry import distances_from
from seisweave.faults.laid_out import outside_density
from seisweave.faults.plates import Plates
from seisweave.synthetic import PlantedOptions, plant_faults

pytestmark = pytest.mark.slow_without_compiler


@pytest.fixture(scope="module")
def world():
    return world_of((260, 160, 120), seed=1)


@pytest.fixture(scope="module")
def network(world):
    return sw.reconstruct_faults(world.catalog, jobs=1)


@pytest.fixture(scope="module")
def later():
    return world_of((120, 80, 60), noise=30, seed=2, after=4.0, name="b")


def places_of_plates(network, world):
    """The fault that most events of each planted plate lie on."""
    return np.array([np.bincount(network.label[(world.truth == k) & (network.label >= 0)]).argmax() for k in range(3)])


def test_the_networks_own_events_are_given_to_what_they_are_of(network):
    found = assign_events(network, network.source, jobs=1)
    assert found.events.known.all()
    assert (found.fault == network.label).mean() > 0.99
    assert (found.halo == network.faults.halo_of_event).mean() > 0.99
    np.testing.assert_array_equal(found.segment, network.segment)
    np.testing.assert_allclose(found.probability, network.faults.probability, atol=0.02)
    assert "in the network already" in found.events.notes[0]


def test_planted_events_get_their_fault(network, world, later):
    plate = places_of_plates(network, world)
    assert len(set(plate.tolist())) == 3
    found = assign_events(network, later.catalog, jobs=1)
    on = later.truth >= 0
    assert (found.fault[on] == plate[later.truth[on]]).mean() > 0.9
    assert not found.events.known.any()
    own = found.fault >= 0
    assert np.isnan(found.distance_km[~own]).all()
    assert (found.distance_km[own] >= found.nearest_km[own]).all()
    assert np.median(found.distance_km[own]) < 0.2


def test_only_what_is_there_decides_not_what_comes_with_it(network, later):
    whole = assign_events(network, later.catalog, jobs=1)
    rows = np.array([3, 50, 100])
    for k in rows:
        alone = assign_events(network, later.catalog.take(np.array([k])), jobs=1)
        assert (alone.fault[0], alone.halo[0], alone.segment[0]) == (whole.fault[k], whole.halo[k], whole.segment[k])
        assert alone.probability[0] == pytest.approx(whole.probability[k], abs=2e-3)


def test_events_far_from_everything_are_nones(network, later):
    """A little way off, not another region: one line about them, and no part of the network claims them."""
    longitude, latitude = HERE.to_geographic(np.array([55.0, 0.0]), np.array([0.0, 0.0]))
    places = Catalog(
        later.catalog.times[:2], longitude, latitude, np.array([8.0, 8.0]), np.ones(2), np.array(["far", "near"])
    )
    found = assign_events(network, places, jobs=1)
    assert found.none.tolist() == [True, False]
    assert (found.fault[0], found.halo[0], found.segment[0]) == (-1, -1, -1)
    assert found.probability[0] > 0.99
    assert np.isnan(found.distance_km[0])
    assert found.nearest_km[0] > 25.0
    assert any("far from everything" in note for note in found.events.notes)


def test_outside_all_boxes_a_tail_thinner_than_the_background_holds_nothing(network):
    """Points across a plate, farther and farther off; the network in a box that ends at that plate."""
    plates, mixture = network.faults.plates, network.mixture
    thin = np.array([[1e3, 1e3, 1e3]])
    boxed = replace(mixture, box_centre_km=thin, box_axes=np.eye(3)[None], box_half_km=np.full((1, 3), 40.0))
    alone = replace(network, mixture=replace(boxed, box_weight=mixture.box_weight[:1]), projection=None, source=None)
    points = plates.centre_km[0] + np.linspace(0.0, 6.0, 121)[:, None] * plates.axes[0, 2]
    tail = plates.density(points, network.faults.error_km, network.faults.error_share)
    outside = outside_density(alone)
    assert ((tail > 0.0) & (tail < 0.5 * outside)).any(), "some of the tail is thinner than the background"
    found = assign_events(alone, points, jobs=1)
    assert (found.fault[tail < 0.5 * outside] == -1).all()
    assert (found.fault[tail > 2.0 * outside] >= 0).all()


def test_an_event_with_a_large_error_may_be_of_a_plate_that_an_exact_one_is_not(network, world):
    """Six kilometres off the long plate: with an error of 4 km it may belong there, with one of 50 m it cannot."""
    plate = places_of_plates(network, world)[0]
    off = np.array(PLATES[0]["centre"]) + 6.0 * axes_of(PLATES[0]["strike"], PLATES[0]["dip"])[2]
    longitude, latitude = HERE.to_geographic(off[:1], off[1:2])
    for error, is_its in ((0.05, False), (4.0, True)):
        errors = sw.catalog.LocationUncertainty(np.array([error]), np.array([error]))
        one = Catalog(world.catalog.times[:1], longitude, latitude, off[2:], np.ones(1), np.array(["x"]), errors)
        assert (assign_events(network, one, jobs=1).fault[0] == plate) == is_its


def test_distances_are_those_of_a_naive_search():
    rng = np.random.default_rng(4)
    axes = np.array([axes_of(30.0, 70.0), axes_of(120.0, 40.0)])
    sides = np.array([[10.0, 6.0], [4.0, 8.0]])
    plates = Plates(np.full(2, 0.4), rng.normal(size=(2, 3)), axes, sides[:, 0], sides[:, 1], np.full(2, 0.1))
    points = rng.normal(size=(30, 3)) * 8
    u, v = np.meshgrid(np.linspace(-0.5, 0.5, 201), np.linspace(-0.5, 0.5, 201))
    for k in range(2):
        local = np.stack([u.ravel() * sides[k, 0], v.ravel() * sides[k, 1]], axis=1)
        grid = plates.centre_km[k] + local @ axes[k, :2]
        naive = np.linalg.norm(points[:, None] - grid, axis=2).min(axis=1)
        np.testing.assert_allclose(distances_from(plates.planes.corners_km, points[:, None])[:, k], naive, atol=0.05)


def test_the_table_and_the_faults_that_moved(network, world, later, tmp_path):
    found = assign_events(network, later.catalog, jobs=1)
    rows = found.table()
    assert len(rows) == len(later.catalog) == len(found)
    assert (rows["number"].to_numpy() == found.fault).all()  # of a network to which nothing was done
    moved = found.moved()
    assert moved["n_events"].sum() == (found.fault >= 0).sum()
    k = int(moved["fault"].iloc[0])
    of = found.fault == k
    assert moved["n_events"].iloc[0] == of.sum() == np.bincount(found.fault[found.fault >= 0]).max()
    assert moved["largest_magnitude"].iloc[0] == later.catalog.magnitude[of].max()
    assert moved["first_time"].iloc[0].to_datetime64() == later.catalog.times[of].min()
    import pandas as pd

    for name, read in (("a.csv", pd.read_csv), ("a.parquet", pd.read_parquet)):
        again = read(found.write(tmp_path / name))
        np.testing.assert_array_equal(again["fault"], found.fault)
    both = assign_events(network, Catalog.join([world.catalog, later.catalog]), jobs=1)
    assert both.moved()["n_events"].sum() == moved["n_events"].sum()  # known ones are not counted again


def test_a_network_without_its_events_assigns_and_says_what_it_cannot_know(network, later):
    found = assign_events(replace(network, source=None), later.catalog, jobs=1)
    assert "which of the catalog's it has already is not known" in found.events.notes[0]
    np.testing.assert_array_equal(found.fault, assign_events(network, later.catalog, jobs=1).fault)


def test_another_version_is_told(network, later):
    found = assign_events(replace(network, version="0.0.9"), later.catalog, jobs=1)
    assert found.events.notes[0].startswith("the network is of version 0.0.9")


def test_local_km_a_network_of_halos_and_one_without_background():
    rng = np.random.default_rng(3)
    cloud = sw.reconstruct_faults(rng.normal((0, 0, 20), (4, 4, 4), (60, 3)), jobs=1)
    found = assign_events(cloud, np.array([[0.0, 0.0, 20.0], [0.0, 0.0, 60.0]]), jobs=1)
    assert found.none.tolist() == [False, True]
    one = sw.reconstruct_faults(np.concatenate([on_plate(rng, 150), rng.uniform(-30, 30, (30, 3))]), jobs=1)
    bare = replace(
        one,
        mixture=replace(
            one.mixture,
            weight=one.mixture.weight / one.mixture.weight.sum(),
            box_weight=np.zeros(0),
            box_centre_km=np.zeros((0, 3)),
            box_axes=np.zeros((0, 3, 3)),
            box_half_km=np.zeros((0, 3)),
        ),
    )
    found = assign_events(bare, np.array([[0.0, 0.0, 8.0], [90.0, -90.0, 8.0]]), jobs=1)
    assert found.fault.tolist() == [0, -1]
    assert found.none.tolist() == [False, True]


def test_bad_input_is_one_line(network, later, without_type_checks):
    elsewhere = replace(later.catalog, longitude=later.catalog.longitude + 30.0)
    no_depth = replace(later.catalog, depth_km=np.where(np.arange(len(later.catalog)) == 3, np.nan, 8.0))
    local = plant_faults(PlantedOptions(n_faults=1, density_per_km2=0.1)).xyz_km
    for given, said in (
        (elsewhere, "is of the network's region"),
        (later.catalog.take(np.zeros(0, int)), "no event"),
        (no_depth, "1 of 290 events have no depth"),
        (local, "the points in local km"),
    ):
        with pytest.raises(InputError, match=said) as error:
            assign_events(network, given, jobs=1)
        assert "\n" not in str(error.value)
    in_km = sw.reconstruct_faults(local, jobs=1)
    for given, said in ((later.catalog, "in local km"), (np.full((2, 3), np.nan), "not finite")):
        with pytest.raises(InputError, match=said):
            assign_events(in_km, given, jobs=1)
