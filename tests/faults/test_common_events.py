import numpy as np
import pytest
from tests.faults.labelled import HERE, START, network_of, planes_of_events

from seisweave.errors import InputError
from seisweave.faults.common_events import Places, Tolerance, common_events, moved, places_of, plain_id

NOT = np.datetime64("NaT", "us")


def _places(n=40, seed=0, ids=None, times=True):
    rng = np.random.default_rng(seed)
    when = START + (rng.uniform(0, 1e6, n) * 1e6).astype("timedelta64[us]")
    xyz_km = rng.uniform(-20, 20, (n, 3))
    return Places(
        np.array([f"a{k}" for k in range(n)]) if ids is None else ids,
        when if times else np.full(n, NOT, "datetime64[us]"),
        xyz_km,
    )


def _renamed(places, ids=None, seconds=0.0, km=0.0):
    n = len(places)
    ids = np.full(n, "") if ids is None else ids
    shift = np.timedelta64(round(seconds * 1e6), "us")
    return Places(ids, places.times + shift, places.xyz_km + np.array([km, 0.0, 0.0]))


def test_ids_count_without_what_agencies_put_before_them():
    one = _places(ids=np.array([f"ci{1000 + k}" for k in range(40)]))
    order = np.random.default_rng(1).permutation(40)
    other = Places(np.array([f"smi:scedc/Event/{1000 + k}" for k in order]), one.times[order], one.xyz_km[order])
    found = common_events(one, other)
    assert found.counts() == {"id": 40}
    assert np.array_equal(order[found.second], found.first)
    assert plain_id("quakeml:us.anss.org/event/us7000abcd/") == "7000abcd"
    assert plain_id("nc40214567") == plain_id("40214567")


def test_running_numbers_of_other_lists_are_not_believed():
    """And what is the same by time and place is still found."""
    one, other = _places(seed=1), _places(seed=2)
    found = common_events(one, other)
    assert len(found) == 0
    assert "no id is believed" in found.notes[0]
    few = np.arange(40) < 3
    mixed = Places(one.ids, np.where(few, other.times, one.times), np.where(few[:, None], other.xyz_km, one.xyz_km))
    found = common_events(one, mixed)
    assert found.counts() == {"id": 37}
    assert found.notes == ("3 of 40 common ids are of events more than 60 s or 50 km apart: they are not believed",)


def test_an_id_that_stands_twice_is_nobody_s():
    one = _places(ids=np.array(["x", "x", *(f"b{k}" for k in range(38))]))
    found = common_events(one, one)
    assert found.counts() == {"id": 38, "time and place": 2}
    assert np.array_equal(found.first, found.second)


@pytest.mark.parametrize(("seconds", "km", "n"), [(1.0, 2.0, 40), (2.9, 0.0, 40), (3.1, 0.0, 0), (0.0, 5.1, 0)])
def test_time_and_place_within_their_tolerance(seconds, km, n):
    one = _places()
    found = common_events(one, _renamed(one, seconds=seconds, km=km), Tolerance(seconds=3.0, km=5.0))
    assert len(found) == n
    assert np.array_equal(found.first, found.second)


def test_each_event_is_in_one_pair_the_nearest():
    one = _places(n=1)
    double = Places(np.full(2, ""), np.repeat(one.times, 2) + np.array([1_500_000, 200_000]).astype("timedelta64[us]"),
                    np.repeat(one.xyz_km, 2, axis=0))  # fmt: skip
    found = common_events(_renamed(one), double)
    assert (found.first.tolist(), found.second.tolist()) == ([0], [1])


def test_lists_without_times_are_matched_by_equal_places():
    one = _places(ids=np.full(40, ""), times=False)
    order = np.random.default_rng(3).permutation(40)
    other = Places(one.ids, one.times, one.xyz_km[order] + 1e-5)
    found = common_events(one, other)
    assert found.counts() == {"place": 40}
    assert np.array_equal(order[found.second], found.first)
    assert len(common_events(one, Places(one.ids, one.times, one.xyz_km + 0.1))) == 0


def test_events_of_unknown_place_and_empty_lists():
    one = _places()
    nowhere = Places(np.full(40, ""), one.times, np.full((40, 3), np.nan))
    assert len(common_events(_renamed(one), nowhere)) == 0
    none = Places(one.ids[:0], one.times[:0], one.xyz_km[:0])
    assert len(common_events(none, one)) == len(common_events(one, none)) == len(common_events(none, none)) == 0
    with pytest.raises(InputError, match="seconds is 0"):
        Tolerance(seconds=0.0)


def test_places_of_a_network_are_those_of_its_catalog():
    xyz_km, label = planes_of_events([(0, 0, 8)], [0.0], [90.0])
    places = places_of(network_of(xyz_km, label))
    assert np.abs(places.xyz_km - xyz_km).max() < 1e-6
    assert places.ids[0] == "ci1000"
    assert places.times[1] - places.times[0] == np.timedelta64(3600, "s")
    local = places_of(network_of(xyz_km, label, projection=None))
    assert np.array_equal(local.xyz_km, xyz_km)
    assert np.isnat(local.times).all()
    assert moved(places, HERE, None) is not places
    assert np.array_equal(moved(places, HERE, None).xyz_km, places.xyz_km)


def test_numbers_of_lines_without_times_are_no_ids():
    """Two tables of one small region: ids agree, and nothing but the place can tell whether the events do."""
    lines = np.array([str(k + 1) for k in range(40)])
    one, other = _places(ids=lines, times=False), _places(seed=1, ids=lines, times=False)
    assert len(common_events(one, other)) == 0
    same = Places(lines, one.times, one.xyz_km + 5e-4)
    assert common_events(one, same).counts() == {"id": 40}
