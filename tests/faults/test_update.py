"""Networks that go on: planted truth, lasting numbers, what must not change, and input that cannot be used."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.living_world import PLATES, world_of
from tests.faults.test_network import assert_identical

import seisweave as sw
from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults.agreement import agreement_of, groups_of
from seisweave.faults.network import open_network
from seisweave.faults.options import FaultOptions
from seisweave.faults.update import update_faults
from seisweave.faults.update_options import UpdateOptions

pytestmark = pytest.mark.slow_without_compiler


@pytest.fixture(scope="module")
def first():
    return world_of((260, 160, 120), seed=1)


@pytest.fixture(scope="module")
def second():
    """More of the same, and a fourth fault."""
    return world_of((120, 80, 60, 100), noise=30, seed=2, after=4.0, name="b")


@pytest.fixture(scope="module")
def network(first):
    return sw.reconstruct_faults(first.catalog, jobs=1)


@pytest.fixture(scope="module")
def updated(network, second):
    return update_faults(network, second.catalog, jobs=1)


def test_old_faults_keep_their_numbers_and_the_new_one_gets_the_next(network, updated, first, second):
    now = updated.network
    assert updated.n_new == len(second.catalog)
    assert now.n_events == len(first.catalog) + len(second.catalog)
    truth = np.concatenate([first.truth, second.truth])
    assert adjusted_rand_index(truth, now.label) > 0.9
    n = network.n_events
    for k in range(3):
        of = first.truth == k
        before = np.bincount(network.label[of & (network.label >= 0)]).argmax()
        after = np.bincount(now.label[:n][of & (now.label[:n] >= 0)]).argmax()
        assert now.numbers[after] == network.numbers[before]
    fourth = np.bincount(now.label[(truth == 3) & (now.label >= 0)]).argmax()
    assert now.numbers[fourth] == network.n_faults
    assert now.registered.next_number == network.n_faults + now.n_faults - network.n_faults
    what = {change.fault: change.what for change in updated.changes}
    assert what == {0: "grew", 1: "grew", 2: "grew", 3: "appeared"}
    strike = now.planes.strike_deg[fourth]
    assert abs((strike - PLATES[3]["strike"] + 90) % 180 - 90) < 5


def test_what_was_there_agrees_as_far_as_is_asked(network, updated):
    now, n = updated.network, network.n_events
    before = groups_of(network.label, network.faults.halo_of_event, network.n_faults)
    after = groups_of(now.label[:n], now.faults.halo_of_event[:n], now.n_faults)
    agreement = min(agreement_of(before, after), agreement_of(network.label, now.label[:n]))
    assert agreement == pytest.approx(updated.agreement)
    assert updated.agreement >= UpdateOptions().agreement
    assert agreement_of(network.segment, now.segment[:n]) == pytest.approx(updated.segment_agreement)
    assert updated.segment_agreement >= UpdateOptions().segment_agreement


def test_an_update_is_about_as_good_as_a_new_start(network, updated, first, second):
    fresh = sw.reconstruct_faults(Catalog.join([first.catalog, second.catalog]), jobs=1)
    assert updated.network.bic < 1.005 * fresh.bic
    assert updated.network.faults.bic < 1.005 * fresh.faults.bic


def test_the_network_is_whole(updated):
    now = updated.network
    assert now.mixture.weight.sum() + now.mixture.box_weight.sum() == pytest.approx(1.0)
    assert now.n_backgrounds == 1
    made, dropped = (now.history.merged >= 0).sum(), (now.history.merged < 0).sum()
    assert now.n_proto - made - dropped == now.n_segments
    assert (np.diff(now.events_per_fault) <= 0).all()
    assert now.faults.plates.weight.sum() + now.faults.halo_weight.sum() <= 1.0 + 1e-9
    parts = now.n_segments + now.n_backgrounds
    assert now.bic == pytest.approx(0.5 * (10 * parts - 1) * np.log(now.n_events) - now.log_likelihood)


def test_it_is_read_back_identical_and_its_folder_goes_on(updated, tmp_path, plain_figure):
    kept = replace(updated.network, seconds={}, source=None)
    assert_identical(open_network(updated.network.write(tmp_path / "network.nc")), kept)
    folder = sw.write_result(updated, tmp_path / "folder")
    again = sw.open_result(folder)
    assert_identical(replace(again, source=None), kept)
    import pandas as pd

    assert pd.read_csv(folder / "faults.csv")["number"].tolist() == updated.network.numbers.tolist()
    assert pd.read_csv(folder / "changes.csv")["what"].tolist() == [change.what for change in updated.changes]
    third = world_of((60, 40, 30, 30), noise=10, seed=5, after=8.0, name="c")
    once, twice = (update_faults(each, third.catalog, jobs=1) for each in (updated.network, again))
    assert_identical(replace(twice.network, source=None, seconds={}), replace(once.network, source=None, seconds={}))
    assert [entry.done for entry in once.network.registered.entries] == ["update", "update"]
    assert set(updated.network.numbers) <= set(once.network.numbers)


def test_a_network_without_segments_goes_on_and_is_read_back(tmp_path):
    rng = np.random.default_rng(0)
    xyz_km = rng.uniform([0, 0, 0], [50, 50, 20], (170, 3))
    found = sw.reconstruct_faults(xyz_km[:120])
    assert found.mixture.n_gaussians == 0
    later = update_faults(found, xyz_km).network
    np.testing.assert_allclose(later.mixture.weight.sum() + later.mixture.box_weight.sum(), 1.0, rtol=1e-9)
    later.write(tmp_path / "network.nc")
    assert open_network(tmp_path / "network.nc").n_faults == later.n_faults


def test_no_new_event_leaves_the_network_as_it_is(network, first):
    same = update_faults(network, first.catalog, jobs=1)
    assert same.network is network
    assert same.n_new == 0
    assert {change.what for change in same.changes} == {"unchanged"}
    assert "in the network already" in same.notes[0]


def test_known_events_are_not_counted_twice_under_whatever_id(network, updated, first, second):
    renamed = replace(first.catalog, ids=np.array([f"z{k}" for k in range(len(first.catalog))]))
    both = Catalog.join([renamed, second.catalog])
    again = update_faults(network, both, jobs=1)
    assert again.n_new == updated.n_new
    np.testing.assert_array_equal(again.network.label, updated.network.label)
    assert any(note.startswith(f"{len(first.catalog)} of") for note in again.notes)
    numbered = replace(second.catalog, ids=np.array([f"a{k}" for k in range(len(second.catalog))]))
    assert update_faults(network, numbered, jobs=1).n_new == len(
        second.catalog
    )  # other events under ids that are taken


def test_a_revised_event_keeps_the_place_that_the_network_has(network, first):
    moved = replace(first.catalog, latitude=first.catalog.latitude + 0.05)
    assert update_faults(network, moved, jobs=1).n_new == 0


def test_the_order_of_the_events_does_not_matter_nor_do_threads(network, updated, second):
    rows = np.random.default_rng(0).permutation(len(second.catalog))
    other = update_faults(network, second.catalog.take(rows), jobs=2)
    n = network.n_events
    np.testing.assert_array_equal(other.network.label[:n], updated.network.label[:n])
    np.testing.assert_array_equal(other.network.label[n:], updated.network.label[n:][rows])
    assert other.network.bic == updated.network.bic


def test_two_batches_are_much_as_one(network, updated, second):
    half = len(second.catalog) // 2
    early = update_faults(network, second.catalog.take(slice(0, half)), jobs=1)
    late = update_faults(early.network, second.catalog.take(slice(half, None)), jobs=1)
    assert adjusted_rand_index(late.network.label, updated.network.label) > 0.9
    assert late.network.bic < 1.01 * updated.network.bic


def test_a_few_events_change_next_to_nothing(network, second):
    one = update_faults(network, second.catalog.take(slice(0, 1)), jobs=1)
    assert one.network.n_faults == network.n_faults
    assert one.agreement > 0.97
    assert {change.what for change in one.changes} <= {"unchanged", "grew"}


def test_earlier_events_are_told(network):
    early = world_of((30, 20, 10), noise=10, seed=7, after=-9.0, name="e")
    told = update_faults(network, early.catalog, jobs=1)
    assert any("before the network's last event" in note for note in told.notes)


def test_names_last(network, second):
    named = network.rename({1: "Sandy Creek"})
    now = update_faults(named, second.catalog, jobs=1)
    assert now.network.registered.names[now.network.registered.place_of(1)] == "Sandy Creek"
    assert now.table().set_index("number")["name"].to_dict()[1] == "Sandy Creek"
    assert [entry.done for entry in now.network.registered.entries] == ["rename", "update"]


def test_errors_of_the_catalog_go_on(second):
    first = world_of((200, 120, 100), seed=3, error_km=0.2)
    network = sw.reconstruct_faults(first.catalog, jobs=1)
    assert network.faults.errors == "catalog"
    with_errors = world_of((60, 40, 30), seed=4, after=5.0, name="b", error_km=0.2)
    now = update_faults(network, with_errors.catalog, jobs=1)
    assert now.network.faults.errors == "catalog"
    with pytest.raises(InputError, match="give a catalog with errors of location"):
        update_faults(network, second.catalog, jobs=1)


def test_several_boxes_and_the_local_criterion_go_on(first, second):
    options = FaultOptions(subsets=3, criterion="local")
    network = sw.reconstruct_faults(first.catalog, options, jobs=1)
    now = update_faults(network, second.catalog, jobs=1).network
    assert network.n_backgrounds <= now.n_backgrounds <= network.n_backgrounds + 1
    assert now.mixture.weight.sum() + now.mixture.box_weight.sum() == pytest.approx(1.0)
    assert adjusted_rand_index(np.concatenate([first.truth, second.truth]), now.label) > 0.8


def test_agreement_of_one_holds_and_of_none_lets_go(network, second):
    held = update_faults(network, second.catalog, UpdateOptions(1.0, 1.0), jobs=1)
    assert held.held
    assert held.agreement > 0.97
    free = update_faults(network, second.catalog, UpdateOptions(0.0, 0.0), jobs=1)
    assert not free.held
    assert free.network.bic <= held.network.bic


def test_bad_input_is_one_line(network, second, first):
    elsewhere = replace(second.catalog, longitude=second.catalog.longitude + 30.0)
    for there, given, said in (
        (replace(network, source=None), second.catalog, "does not hold its events"),
        (replace(network, source=first.catalog.take(slice(0, 9))), second.catalog, "its source 9"),
        (replace(network, options=replace(network.options, schedule="reference")), second.catalog, "published program"),
        (network, elsewhere, "of the network's region"),
        (network, second.catalog.take(np.zeros(0, int)), "no event"),
    ):
        with pytest.raises(InputError, match=said) as error:
            update_faults(there, given, jobs=1)
        assert "\n" not in str(error.value)
    with pytest.raises(InputError, match="from 0 to 1"):
        UpdateOptions(agreement=1.5)
