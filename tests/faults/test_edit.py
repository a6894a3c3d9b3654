"""Networks edited by hand: what was asked for is done, weights sum to one, and all of it is written down."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.living_world import PLATES, world_of
from tests.faults.plate_sets import on_plate
from tests.faults.test_network import assert_identical

import seisweave as sw
from seisweave.errors import InputError
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults.assign import assign_events
from seisweave.faults.network import FaultNetwork, open_network
from seisweave.gaussians.mixture import Mixture

pytestmark = pytest.mark.slow_without_compiler


@pytest.fixture(scope="module")
def world():
    return world_of((260, 160, 120), seed=1)


@pytest.fixture(scope="module")
def network(world):
    return sw.reconstruct_faults(world.catalog, jobs=1)


def check_whole(network):
    """What holds of every network, however it was made."""
    faults, mixture = network.faults, network.mixture
    assert mixture.weight.sum() + mixture.box_weight.sum() == pytest.approx(1.0)
    assert faults.plates.weight.sum() + faults.halo_weight.sum() <= 1.0 + 1e-9
    assert (np.diff(network.events_per_fault) <= 0).all()
    assert (np.diff(mixture.weight) <= 1e-12).all()
    assert not ((network.label >= 0) & (faults.halo_of_event >= 0)).any()
    assert len(network.registered) == network.n_faults == len(set(network.numbers.tolist()))
    assert network.registered.next_number > network.numbers.max(initial=-1)
    found = assign_events(network, network.source, jobs=1)
    assert (found.fault == network.label).mean() > 0.97
    parts = network.n_segments + network.n_backgrounds
    assert network.bic == pytest.approx(0.5 * (10 * parts - 1) * np.log(network.n_events) - network.log_likelihood)


def test_a_fault_that_is_dropped_is_gone_and_its_events_are_given_away(network, world):
    dropped = network.drop(1)
    assert dropped.numbers.tolist() == [0, 2]
    assert dropped.n_segments == network.n_segments - (network.faults.fault_of_segment == 1).sum()
    was = network.label == 1
    assert (dropped.label[was] >= 0).mean() < 0.1  # no other fault lies there
    for number in (0, 2):
        place = dropped.registered.place_of(number)
        kept = network.label == number
        assert (dropped.label[kept] == place).mean() > 0.95
        np.testing.assert_array_equal(dropped.faults.plates.centre_km[place], network.faults.plates.centre_km[number])
    assert dropped.bic > network.bic  # it was there for a reason
    there = np.array([PLATES[np.bincount(world.truth[was & (world.truth >= 0)]).argmax()]["centre"]])
    assert dropped.log_density(there)[0] < network.log_density(there)[0] - 2
    entry = dropped.registered.entries[-1]
    assert (entry.done, entry.told, entry.faults) == ("drop", "F1 dropped", (1,))
    assert ("vanished", 1) in [(change.what, change.fault) for change in entry.changes]
    check_whole(dropped)


def test_all_faults_dropped_leave_a_network_without_faults(network):
    bare = network.drop(*network.numbers.tolist())
    assert bare.n_faults == 0
    assert bare.label.max() == -1
    assert bare.registered.next_number == network.n_faults
    check_whole(bare)


def test_what_was_cut_and_made_one_again_is_the_fault_that_it_was(network, world):
    """The planted plate is cut in its middle: both pieces lie on it, and together they are it."""
    cut = network.split(0, 0.0)
    assert cut.n_faults == network.n_faults + 1
    assert set(cut.numbers.tolist()) == {0, 1, 2, 3}
    pieces = [cut.registered.place_of(number) for number in (0, 3)]
    assert (np.isin(cut.label, pieces) == (network.label == 0)).mean() > 0.98
    np.testing.assert_allclose(cut.faults.plates.length_km[pieces].sum(), network.faults.plates.length_km[0], rtol=0.25)
    for piece in pieces:
        assert abs(cut.faults.plates.axes[piece, 2] @ network.faults.plates.axes[0, 2]) > np.cos(np.radians(8))
    assert cut.bic == network.bic  # segments, and with them the density, are as they were
    assert cut.faults.bic > network.faults.bic  # nothing called for the cut
    check_whole(cut)
    whole = cut.merge(3, 0)
    assert sorted(whole.numbers.tolist()) == [0, 1, 2]
    assert adjusted_rand_index(whole.label, network.label) > 0.97
    place = whole.registered.place_of(0)
    assert abs(whole.faults.plates.axes[place, 2] @ network.faults.plates.axes[0, 2]) > np.cos(np.radians(2))
    assert whole.faults.plates.length_km[place] == pytest.approx(network.faults.plates.length_km[0], rel=0.05)
    assert whole.registered.next_number == 4  # 3 is not given again
    assert [entry.done for entry in whole.registered.entries] == ["split", "merge"]
    assert ("merged", 3, (0,)) in [(c.what, c.fault, c.others) for c in whole.registered.entries[-1].changes]
    check_whole(whole)


def test_a_cut_without_a_place_finds_the_bend():
    """Two plates that meet at 50°, made one by hand: cut where they meet."""
    rng = np.random.default_rng(1)
    turn = np.radians(50.0)
    ends = [
        on_plate(rng, 200, strike=0.0, dip=90.0, centre=(0.0, -8.0, 8.0), sides=(16.0, 8.0)),
        on_plate(rng, 160, strike=50.0, dip=90.0, centre=(8 * np.sin(turn), 8 * np.cos(turn), 8.0), sides=(16.0, 8.0)),
    ]
    xyz = np.concatenate([*ends, rng.uniform((-30, -30, 1), (30, 30, 17), (40, 3))])
    truth = np.repeat([0, 1, -1], [200, 160, 40])
    network = sw.reconstruct_faults(xyz, jobs=1)
    assert network.n_faults == 2
    bent = network.merge(0, 1)
    assert bent.n_faults == 1
    straight = bent.split(0)
    assert straight.n_faults == 2
    on = (truth >= 0) & (straight.label >= 0)
    assert adjusted_rand_index(truth[on], straight.label[on]) > 0.85
    assert straight.faults.bic < bent.faults.bic


def test_down_the_dip(network):
    cut = network.split(0, 0.0, along="dip")
    pieces = [cut.registered.place_of(number) for number in (0, 3)]
    depths = cut.faults.plates.centre_km[pieces, 2]
    assert abs(depths[0] - depths[1]) > 2.0
    assert "down its dip" in cut.registered.entries[-1].told


def test_names_and_history_are_kept_on_disk(network, tmp_path, plain_figure):
    edited = network.rename({2: "Garlock"}).drop(1).split(0)
    assert edited.registered.names[edited.registered.place_of(2)] == "Garlock"
    kept = replace(edited, seconds={}, source=None)
    assert_identical(open_network(edited.write(tmp_path / "network.nc")), kept)
    again = sw.open_result(sw.write_result(edited, tmp_path / "folder"))
    assert [entry.told for entry in again.registered.entries][:2] == ["F2 named Garlock", "F1 dropped"]
    assert again.merge(0, 3).numbers.tolist() == edited.merge(0, 3).numbers.tolist()


def test_a_network_without_a_register_is_written_as_ever(network, tmp_path):
    network.write(tmp_path / "network.nc")
    import xarray as xr

    with xr.open_dataset(tmp_path / "network.nc", engine="h5netcdf") as dataset:
        assert "fault_number" not in dataset
    assert open_network(tmp_path).register is None


@pytest.mark.parametrize("damage", ["twice", "names", "next", "entry"])
def test_a_damaged_register_is_refused(network, damage, tmp_path):
    from seisweave.storage import write_dataset

    dataset = network.drop(1).to_dataset()
    told = dataset["fault_number"].attrs
    if damage == "twice":
        dataset["fault_number"].values[:] = 0
    elif damage == "names":
        told["names"] = '["one"]'
    elif damage == "next":
        told["next_number"] = 1
    else:
        told["entries"] = '[{"done": "destroy", "told": ""}]'
    write_dataset(dataset, tmp_path / "network.nc")
    with pytest.raises(InputError, match=r"network\.nc") as error:
        open_network(tmp_path)
    assert "\n" not in str(error.value)


def test_a_mixture_made_elsewhere_becomes_a_network(network, world):
    mixture = network.mixture
    made = FaultNetwork.from_mixture(mixture, world.catalog)
    assert adjusted_rand_index(made.label, network.label) > 0.99
    assert made.bic == pytest.approx(network.bic)
    assert made.registered.entries[0].done == "mixture"
    turned = np.arange(mixture.n_gaussians)[::-1]
    other = Mixture(
        mixture.weight[turned],
        mixture.mean_km[turned],
        mixture.covariance_km2[turned],
        mixture.box_weight,
        mixture.box_centre_km,
        mixture.box_axes,
        mixture.box_half_km,
    )
    again = FaultNetwork.from_mixture(other, world.catalog)
    np.testing.assert_array_equal(again.part, made.part)  # segments are by weight, however they come
    check_whole(made)


def test_bad_input_is_one_line(network, world):
    for call, said in (
        (lambda: network.drop(7), "no fault has the number 7; there are 0, 1, 2"),
        (lambda: network.drop(), "none given"),
        (lambda: network.merge(1), "two or more"),
        (lambda: network.merge(1, 1), "two or more"),
        (lambda: network.split(1, 99.0), "reaches from"),
        (lambda: network.split(1, along="up"), "strike or dip"),
        (lambda: network.split(0, 0.499 * network.faults.plates.length_km[0]), "each side needs 6"),
        (lambda: network.rename({0: "two\nlines"}), "one line"),
        (lambda: network.rename({0: " "}), "one line"),
        (lambda: replace(network, source=None).drop(1), "does not hold its events"),
        (lambda: replace(network, source=world.catalog.take(slice(0, 5))).merge(0, 1), "its source 5"),
        (lambda: FaultNetwork.from_mixture(replace(network.mixture, weight=network.mixture.weight / 2), world.catalog),
         "sum to one"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=said) as error:
            call()
        assert "\n" not in str(error.value)
