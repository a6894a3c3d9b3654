"""Mechanisms whose planes are known, on networks whose faults are known."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.labelled import HERE, network_of, planes_of_events

import seisweave as sw
from seisweave.catalog.nodal_planes import NodalPlanes, angles_between, planes_of
from seisweave.errors import InputError
from seisweave.faults.export import network_events
from seisweave.faults.mechanisms import MechanismOptions, Mechanisms, compare_mechanisms
from seisweave.faults.mechanisms.misfit import misfit_of
from seisweave.faults.mechanisms.on_faults import fault_at
from seisweave.faults.mechanisms.preferred import FEWEST, USUAL_DEG, listed_probability, scatter_of
from seisweave.synthetic import PlantedOptions, plant_faults, plant_mechanisms

FEW = MechanismOptions(draws=100)


def _world(n_faults=12, seed=0):
    """Faults of all strikes and many dips, far apart, with the slip on each."""
    rng = np.random.default_rng(seed)
    centres = [(40.0 * (k % 4), 40.0 * (k // 4), 10.0) for k in range(n_faults)]
    strikes, dips = rng.uniform(0, 360, n_faults), rng.uniform(30, 89, n_faults)
    xyz_km, label = planes_of_events(centres, strikes, dips, n_each=25, seed=seed)
    slipped = NodalPlanes(strikes[label], dips[label], rng.uniform(-180, 180, n_faults)[label])
    return xyz_km, label, slipped


@pytest.fixture(scope="module")
def world():
    return _world()


def _mechanisms(network, planted, **columns):
    given = {"ids": network.source.ids, "uncertainty_deg": np.full((len(planted), 2), planted.error_deg)}
    return Mechanisms(planted.listed, **(given | columns))


def _right(found, planted):
    """Share of the mechanisms on faults whose preferred plane is the one that slipped."""
    return (found.listed_preferred == planted.listed_slipped)[found.used].mean()


def test_the_plane_that_slipped_is_preferred(world):
    xyz_km, label, slipped = world
    network, planted = network_of(xyz_km, label), plant_mechanisms(slipped, error_deg=15.0, seed=1)
    found = compare_mechanisms(network, _mechanisms(network, planted), FEW)
    assert found.used.all()
    assert np.array_equal(found.on_faults.fault, label)
    assert _right(found, planted) >= 0.98
    assert found.preferred_probability.mean() == pytest.approx(_right(found, planted), abs=0.03)
    assert 10.0 < found.misfit.observed.value < 16.0  # the mean of what is 15 degrees in the root mean square
    assert found.misfit.shuffled.low > 25.0
    assert found.misfit.p_shuffled == found.misfit.p_random == 1 / 101
    assert found.scatter_deg < 6.0


@pytest.mark.parametrize("error_deg", [30.0, 45.0])
def test_probabilities_are_as_sure_as_they_are_right(world, error_deg):
    xyz_km, label, slipped = world
    network = network_of(xyz_km, label)
    said, right = [], []
    for seed in range(6):
        planted = plant_mechanisms(slipped, error_deg=error_deg, seed=seed)
        found = compare_mechanisms(network, _mechanisms(network, planted), FEW)
        said.append(found.preferred_probability)
        right.append(found.listed_preferred == planted.listed_slipped)
    said, right = np.concatenate(said), np.concatenate(right)
    assert said.mean() == pytest.approx(right.mean(), abs=0.06)
    assert right[said > 0.9].mean() > right[said < 0.7].mean() + 0.1


@pytest.mark.slow_without_compiler
def test_on_a_network_that_was_reconstructed():
    planted_faults = plant_faults(PlantedOptions(n_faults=6, density_per_km2=0.3, location_error_km=0.3, seed=2))
    on, faults = planted_faults.fault, planted_faults.faults
    network = sw.reconstruct_faults(planted_faults.xyz_km)
    slipping = np.flatnonzero(on >= 0)
    slipped = NodalPlanes(faults.strike_deg[on[slipping]], faults.dip_deg[on[slipping]], np.full(len(slipping), -120.0))
    planted = plant_mechanisms(slipped, error_deg=15.0, seed=1)
    ids = np.arange(len(on)).astype(str)
    held = replace(network, source=network_events(network).assign(id=ids))
    unsure = np.full((len(planted), 2), planted.error_deg)
    found = compare_mechanisms(held, Mechanisms(planted.listed, ids=ids[slipping], uncertainty_deg=unsure), FEW)
    assert found.used.mean() > 0.8
    assert _right(found, planted) >= 0.9


def test_mechanisms_that_know_nothing_of_the_faults_fit_as_chance_has_it(world):
    xyz_km, label, _ = world
    network = network_of(xyz_km, label)
    rng = np.random.default_rng(7)
    values = []
    for seed in range(20):
        turned = [np.linalg.qr(rng.standard_normal((3, 3)))[0] for _ in range(network.n_faults)]
        poles, slips = (np.array([each[row] for each in turned])[label] for row in (0, 1))
        given = Mechanisms(planes_of(poles, slips), ids=network.source.ids)
        values.append(compare_mechanisms(network, given, MechanismOptions(draws=100, seed=seed)).misfit)
    inside = [each.shuffled.low <= each.observed.value <= each.shuffled.high for each in values]
    assert sum(inside) >= 16
    assert 0.25 < np.mean([each.p_random for each in values]) < 0.75


def test_no_plane_is_listed_in_vain(world):
    """Whichever plane a catalog lists, the same one is preferred, as surely."""
    xyz_km, label, slipped = world
    network, planted = network_of(xyz_km, label), plant_mechanisms(slipped, error_deg=20.0, seed=4)
    one = compare_mechanisms(network, _mechanisms(network, planted), FEW)
    exchanged = Mechanisms(
        planted.listed.auxiliary, ids=network.source.ids, uncertainty_deg=np.full((len(planted), 2), 20.0)
    )
    other = compare_mechanisms(network, exchanged, FEW)
    assert np.allclose(one.probability, 1.0 - other.probability, atol=1e-6)
    assert np.allclose(one.rake_on_fault_deg, other.rake_on_fault_deg, atol=1e-3)
    assert one.misfit == pytest.approx(other.misfit) or one.misfit.observed.value == pytest.approx(
        other.misfit.observed.value
    )


def test_rakes_of_an_upright_fault_do_not_cancel():
    """Its planes dip a little to one side or the other, and thrust on one is normal slip on the other's sides."""
    xyz_km, label = planes_of_events([(0, 0, 8)], [0.0], [90.0], n_each=40)
    east_up = np.arange(40) % 2 == 0
    planes = NodalPlanes(np.where(east_up, 0.0, 180.0), np.full(40, 86.0), np.where(east_up, 90.0, -90.0))
    network = network_of(xyz_km, label)
    found = compare_mechanisms(network, Mechanisms(planes, ids=network.source.ids), FEW)
    row = found.by_fault().iloc[0]
    assert abs(row.mean_rake_deg) == pytest.approx(90.0, abs=3.0)
    assert row.rake_spread_deg < 3.0
    assert row.n_mechanisms == 40


def test_by_time_and_place_and_by_their_own_hypocentre(world):
    xyz_km, label, slipped = world
    network, planted = network_of(xyz_km, label), plant_mechanisms(slipped, seed=1)
    longitude, latitude = HERE.to_geographic(xyz_km[:, 0] + 0.5, xyz_km[:, 1])
    place = {"longitude": longitude, "latitude": latitude, "depth_km": xyz_km[:, 2], "ids": None}
    times = network.source.times + np.timedelta64(1, "s")
    found = compare_mechanisms(network, _mechanisms(network, planted, times=times, **place), FEW)
    assert found.notes[0] == "300 of 300 mechanisms are found in the network: 300 by time and place"
    assert np.array_equal(found.on_faults.event, np.arange(300))
    longitude, latitude = HERE.to_geographic(xyz_km[:, 0] + 0.02, xyz_km[:, 1])
    place |= {"longitude": longitude, "latitude": latitude}
    found = compare_mechanisms(network, _mechanisms(network, planted, **place), FEW)
    assert set(found.on_faults.how) == {"hypocentre"}
    assert (found.on_faults.event == -1).all()
    assert (found.on_faults.fault == label).mean() > 0.95
    assert np.allclose(found.on_faults.xyz_km, xyz_km + np.array([0.02, 0.0, 0.0]), atol=1e-6)


def test_far_from_everything_there_is_no_fault(world):
    network = network_of(*world[:2])
    places = np.array([[1e4, 0.0, 5.0], [0.0, -35.0, 5.0]])
    assert fault_at(network, places).tolist() == [-1, -1]


def test_what_is_left_out_is_told(world):
    xyz_km, label, slipped = world
    label = np.where(label == 3, -1, label)
    label[label > 3] -= 1
    network, planted = network_of(xyz_km, label), plant_mechanisms(slipped, seed=1)
    ids = network.source.ids.copy()
    ids[:5] = [f"other{k}" for k in range(5)]
    bare = Mechanisms(planted.listed, ids=ids)
    notes = compare_mechanisms(network, bare, FEW).notes
    assert notes == (
        "295 of 300 mechanisms are found in the network: 295 by id",
        "5 of 300 mechanisms are left out: neither events of the network, nor within it",
        "25 of 295 mechanisms are left out: they lie on no fault of the network",
        "270 of 270 mechanisms state no uncertainty: 20° are taken",
    )


def test_mechanisms_that_cannot_be_matched_end_in_one_line(world):
    xyz_km, label, slipped = world
    network = network_of(xyz_km, label)
    planes, n = slipped.take(np.arange(10)), 10
    with pytest.raises(InputError, match="none of 10 mechanisms has an id, or a time and a place"):
        compare_mechanisms(network, Mechanisms(planes))
    with pytest.raises(InputError, match="none of the ids of 10 mechanisms is that of an event of the network"):
        compare_mechanisms(network, Mechanisms(planes, ids=np.array([f"q{k}" for k in range(n)])))
    far = {"longitude": np.full(n, 142.0), "latitude": np.full(n, 38.0), "depth_km": np.full(n, 8.0)}
    with pytest.raises(InputError, match=r"or lies within it, the nearest is \d,\d\d\d km from its middle"):
        compare_mechanisms(network, Mechanisms(planes, **far))
    local = network_of(xyz_km, label, projection=None)
    with pytest.raises(InputError, match="the network is in local km, and none of 10 mechanisms has the id"):
        compare_mechanisms(local, Mechanisms(planes, **far))
    nothing = network_of(xyz_km, np.full(len(label), -1))
    with pytest.raises(InputError, match="none of the 10 that are found in the network lies on a fault"):
        compare_mechanisms(nothing, Mechanisms(planes, ids=network.source.ids[:10]))
    with pytest.raises(InputError, match="does not hold its events"):
        compare_mechanisms(replace(network, source=None), Mechanisms(planes))


def test_the_misfit_by_hand():
    """Two faults, one of which each mechanism fits exactly by its second plane, and one that is 30 degrees off."""
    poles = np.array([[[0.0, 0, 1], [1, 0, 0]], [[0, 1, 0], [0, 0, 1]]])
    normals = np.array([[1.0, 0, 0], [0, np.cos(np.pi / 6), 0.5]])
    found = misfit_of(poles, np.array([0, 1]), normals, draws=200, seed=1)
    assert found.observed.value == pytest.approx(15.0)
    exchanged = 0.5 * (60.0 + 90.0)  # the first mechanism and the second fault, and the reverse
    assert found.shuffled.low == pytest.approx(15.0)
    assert found.shuffled.high == pytest.approx(exchanged)
    assert found.p_shuffled == pytest.approx(0.5, abs=0.12)
    alone = misfit_of(poles[:1], np.array([0]), normals[:1], draws=50)
    assert np.isnan([alone.shuffled.value, alone.p_shuffled]).all()
    assert alone.random.low > 0


def test_random_planes_lie_as_far_from_the_nearer_of_two_as_integration_says():
    """The mean of the smaller angle to two axes at right angles, over the sphere: 41.9 degrees by quadrature."""
    middle = (np.arange(1000) + 0.5) / 1000
    z, turn = np.meshgrid(2 * middle - 1, 2 * np.pi * middle)
    across = np.sqrt(1 - z**2)
    expected = np.degrees(np.arccos(np.maximum(np.abs(z), np.abs(across * np.cos(turn))))).mean()
    poles = np.repeat(np.array([[[1.0, 0, 0], [0, 1, 0]]]), 400, axis=0)
    found = misfit_of(poles, np.arange(400), np.tile([1.0, 0, 0], (400, 1)), draws=50)
    assert found.random.value == pytest.approx(expected, abs=0.5)


@pytest.mark.parametrize("scatter_deg", [0.0, 15.0, 35.0])
def test_the_scatter_is_found(scatter_deg):
    slipped = NodalPlanes(np.full(1500, 40.0), np.full(1500, 70.0), np.full(1500, 20.0))
    planted = plant_mechanisms(slipped, error_deg=float(np.hypot(scatter_deg, 10.0)), seed=3)
    poles = planted.listed.pole, planted.listed.auxiliary.pole
    angle = np.stack([angles_between(pole, slipped.pole) for pole in poles], axis=1)
    assert scatter_of(angle, np.full((1500, 2), 10.0)) == pytest.approx(scatter_deg, abs=4.0)


def test_few_mechanisms_tell_nothing_of_the_scatter():
    assert scatter_of(np.zeros((FEWEST - 1, 2)), np.full((FEWEST - 1, 2), 10.0)) == USUAL_DEG


def test_probabilities_at_the_ends():
    angle = np.array([[0.0, 90.0], [90.0, 0.0], [30.0, 30.0], [0.0, 90.0]])
    sure = np.array([[1.0, 1.0], [1.0, 1.0], [20.0, 20.0], [90.0, 90.0]])
    assert listed_probability(angle, sure).round(2).tolist() == [1.0, 0.0, 0.5, 0.69]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("uncertainty_deg", 0.0, "uncertainty_deg is 0.0: give degrees above 0"),
        ("scatter_deg", -1.0, "scatter_deg is -1.0: give degrees from 0 to 90, or auto"),
        ("draws", 0, "draws is 0"),
        ("seconds", 0.0, "seconds is 0.0"),
        ("seed", -1, "seed is -1"),
    ],
)
def test_options_that_cannot_be(name, value, said):
    with pytest.raises(InputError, match=said):
        MechanismOptions(**{name: value})


def test_a_scatter_in_words_is_auto_or_nothing(without_type_checks):
    with pytest.raises(InputError, match=r"scatter_deg|wide"):
        MechanismOptions(scatter_deg="wide")
