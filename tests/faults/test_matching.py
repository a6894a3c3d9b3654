"""Two networks whose differences are planted."""

from dataclasses import replace

import numpy as np
import pytest
from tests.faults.labelled import HERE, network_of, planes_of_events

from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults.match_options import MatchOptions
from seisweave.faults.matching import match_networks
from seisweave.faults.overlap_of_plates import areas_km2, plate_pairs

CENTRES = [(0, 0, 8), (20, 0, 8), (40, 0, 8), (0, 25, 8)]
STRIKES, DIPS = [0.0, 30.0, 90.0, 120.0], [90.0, 70.0, 60.0, 80.0]


@pytest.fixture(scope="module")
def events():
    """Four faults of 60 events, and 40 in the background."""
    xyz_km, label = planes_of_events(CENTRES, STRIKES, DIPS)
    scattered = np.random.default_rng(5).uniform((-10, -10, 0), (50, 35, 16), (40, 3))
    return np.concatenate([xyz_km, scattered]), np.concatenate([label, np.full(40, -1)])


def _relabelled(label, **changes):
    """The same labels, faults `f3` to another number (or -1)."""
    new = label.copy()
    for name, value in changes.items():
        new[label == int(name.removeprefix("f"))] = value
    return new


def _along(xyz_km, label, fault):
    """Which events of a fault lie on its northern (or eastern) half."""
    mine = label == fault
    direction = np.linalg.svd(xyz_km[mine] - xyz_km[mine].mean(axis=0))[2][0]
    return mine & ((xyz_km - xyz_km[mine].mean(axis=0)) @ direction > 0)


def test_a_network_is_the_same_as_itself(events):
    network = network_of(*events)
    found = match_networks(network, network)
    assert found.kind_first.tolist() == found.kind_second.tolist() == ["same"] * 4
    assert found.counterpart_first.tolist() == [0, 1, 2, 3]
    assert found.adjusted_rand == found.adjusted_rand_on_faults == 1.0
    assert found.summary()["jaccard_of_heaviest"] == [1.0] * 4
    assert found.summary()["share_of_events_on_same"] == 1.0
    assert found.notes == ("280 common events of 280 and 280: 280 by id",)


def test_numbers_do_not_matter(events):
    xyz_km, label = events
    turned = _relabelled(label, f0=2, f1=3, f2=1, f3=0)
    found = match_networks(network_of(xyz_km, label), network_of(xyz_km, turned))
    assert found.kind_first.tolist() == ["same"] * 4
    assert found.counterpart_first.tolist() == [2, 3, 1, 0]
    assert found.counterpart_second.tolist() == [3, 2, 0, 1]
    assert found.adjusted_rand == 1.0
    order = np.random.default_rng(0).permutation(len(label))
    ids = np.array([f"{1000 + k}" for k in order])
    times = np.datetime64("2010-01-01T00:00:00", "us") + order * np.timedelta64(3600, "s")
    other = network_of(xyz_km[order], turned[order], ids=ids, times=times)
    assert match_networks(network_of(xyz_km, label), other).counterpart_first.tolist() == [2, 3, 1, 0]


def test_split_and_merged_are_each_other_s_reverse(events):
    xyz_km, label = events
    cut = label.copy()
    cut[_along(xyz_km, label, 1)] = 4
    whole, parts = network_of(xyz_km, label), network_of(xyz_km, cut)
    found = match_networks(whole, parts)
    assert found.kind_first.tolist() == ["same", "split", "same", "same"]
    assert found.kind_second.tolist() == ["same", "split", "same", "same", "split"]
    assert found.counterpart_second.tolist() == [0, 1, 2, 3, 1]
    back = match_networks(parts, whole)
    assert back.kind_first.tolist() == ["same", "merged", "same", "same", "merged"]
    assert back.kind_second.tolist() == ["same", "merged", "same", "same"]
    assert back.adjusted_rand == pytest.approx(found.adjusted_rand)
    assert found.adjusted_rand == adjusted_rand_index(label, cut)
    table = found.table()
    assert table[(table.network == "first") & (table.fault == 1)].related.item() == "1 4"


def test_a_small_part_that_splits_off_leaves_the_fault_the_same(events):
    xyz_km, label = events
    cut = label.copy()
    cut[np.flatnonzero(label == 1)[:8]] = 4
    found = match_networks(network_of(xyz_km, label), network_of(xyz_km, cut))
    assert found.kind_first.tolist() == ["same"] * 4
    assert found.kind_second.tolist() == [*["same"] * 4, "split"]
    pair = (found.pairs.first == 1) & (found.pairs.second == 1)
    assert found.pairs.jaccard[pair] == pytest.approx(52 / 60)
    assert (found.pairs.share_first[pair], found.pairs.share_second[pair]) == (pytest.approx(52 / 60), 1.0)


def test_one_vanishes_and_another_appears(events):
    xyz_km, label = events
    without = _relabelled(label, f2=-1, f3=2)
    found = match_networks(network_of(xyz_km, label), network_of(xyz_km, without))
    assert found.kind_first.tolist() == ["same", "same", "vanished", "same"]
    assert found.counterpart_first.tolist() == [0, 1, -1, 2]
    back = match_networks(network_of(xyz_km, without), network_of(xyz_km, label))
    assert back.kind_second.tolist() == ["same", "same", "appeared", "same"]
    assert found.counts()["first"] == {"same": 3, "split": 0, "merged": 0, "changed": 0, "vanished": 1}


def test_faults_that_exchange_their_events_are_changed(events):
    xyz_km, label = events
    rng = np.random.default_rng(2)
    mixed = label.copy()
    on = np.isin(label, (0, 1, 2))
    mixed[on] = rng.permutation(label[on])
    found = match_networks(network_of(xyz_km, label), network_of(xyz_km, mixed))
    assert found.kind_first.tolist() == ["changed"] * 3 + ["same"]
    assert found.kind_second.tolist() == ["changed"] * 3 + ["same"]


def test_other_ids_and_slightly_other_times_and_places(events):
    xyz_km, label = events
    first = network_of(xyz_km, label)
    moved = xyz_km + np.array([0.3, -0.2, 0.5])
    times = first.source.times + np.timedelta64(800, "ms")
    second = network_of(moved, label, ids=np.array([f"z{k}" for k in range(len(label))]), times=times)
    found = match_networks(first, second)
    assert found.common.counts() == {"time and place": 280}
    assert found.adjusted_rand == 1.0


def test_another_centre_of_the_projection_changes_nothing(events):
    xyz_km, label = events
    there = LocalProjection(longitude=-115.9, latitude=34.6)
    x_km, y_km = there.to_local(*HERE.to_geographic(xyz_km[:, 0], xyz_km[:, 1]))
    moved = np.column_stack([x_km, y_km, xyz_km[:, 2]])
    even = np.arange(len(label)) % 2 == 0
    first = network_of(xyz_km[even], label[even])
    times = np.datetime64("1990-01-01", "us") + np.arange(140) * np.timedelta64(3600, "s")
    ids = np.array([f"q{k}" for k in range(140)])
    second = network_of(moved[~even], label[~even], projection=there, ids=ids, times=times)
    found = match_networks(first, second)
    assert len(found.common) == 0
    assert found.adjusted_rand is None
    assert found.kind_first.tolist() == ["same"] * 4
    assert found.counterpart_first.tolist() == [0, 1, 2, 3]
    assert set(found.pairs.by.tolist()) == {"plates"}
    assert "4 of 4 and 4 of 4 faults have too few common events" in found.notes[1]


def test_disjoint_catalogs_are_compared_by_their_plates(events):
    xyz_km, label = events
    even = np.arange(len(label)) % 2 == 0
    first = network_of(xyz_km[even], label[even], projection=None)
    turned, of_turned = planes_of_events([CENTRES[0], CENTRES[1]], [STRIKES[0], STRIKES[1] + 70.0], DIPS[:2], seed=9)
    found = match_networks(first, network_of(turned, of_turned, projection=None))
    assert found.kind_first.tolist() == ["same", "vanished", "vanished", "vanished"]
    assert found.kind_second.tolist() == ["same", "appeared"]
    half = xyz_km[_along(xyz_km, label, 2) & ~even], xyz_km[(label == 2) & ~_along(xyz_km, label, 2) & ~even]
    parts = network_of(np.concatenate(half), np.repeat([0, 1], [len(each) for each in half]), projection=None)
    found = match_networks(first, parts)
    assert found.kind_first.tolist() == ["vanished", "vanished", "split", "vanished"]
    assert found.kind_second.tolist() == ["split", "split"]


def test_networks_of_other_regions_or_of_other_kinds_are_refused(events):
    xyz_km, label = events
    first = network_of(xyz_km, label)
    far = network_of(xyz_km, label, projection=LocalProjection(longitude=142.0, latitude=38.0),
                     ids=np.array([f"j{k}" for k in range(len(label))]))  # fmt: skip
    with pytest.raises(InputError, match=r"share no event and lie 8,\d\d\d km apart; give two networks of one region"):
        match_networks(first, far)
    with pytest.raises(InputError, match="one network is in local km and the other in degrees"):
        match_networks(first, network_of(xyz_km, label, projection=None))
    with pytest.raises(InputError, match="does not hold its events"):
        match_networks(first, replace(first, source=None))


def test_networks_without_faults(events):
    xyz_km, label = events
    first, none = network_of(xyz_km, label), network_of(xyz_km, np.full(len(label), -1))
    found = match_networks(first, none)
    assert found.kind_first.tolist() == ["vanished"] * 4
    assert match_networks(none, first).kind_second.tolist() == ["appeared"] * 4
    assert match_networks(none, none).counts()["first"]["same"] == 0
    assert len(match_networks(none, none).table()) == 0


@pytest.mark.parametrize(("name", "value"), [("reach_km", 0.0), ("angle_deg", 91.0), ("min_common", 0), ("km", -1.0)])
def test_options_that_cannot_be(name, value):
    with pytest.raises(InputError, match=f"{name} is {value:g}"):
        MatchOptions(**{name: value})


def test_shares_of_plates_are_those_of_many_points():
    """Against points drawn on both rectangles, the nearest of each measured."""
    rng = np.random.default_rng(4)
    plates = []
    for _ in range(8):
        axes = np.linalg.qr(rng.normal(size=(3, 3)))[0]
        along, down = rng.uniform(4, 10) * axes[0], rng.uniform(3, 6) * axes[1]
        corner = rng.uniform(-4, 4, 3)
        plates.append(np.array([corner, corner + along, corner + along + down, corner + down]))
    one, other = np.array(plates[:4]), np.array(plates[4:])
    found = plate_pairs(one, other, 2.0)
    assert len(found.first) >= 5
    grid = np.stack(np.meshgrid(*[(np.arange(24) + 0.5) / 24] * 2), axis=-1).reshape(-1, 2)
    edges = np.stack(np.meshgrid(*[np.linspace(0, 1, 40)] * 2), axis=-1).reshape(-1, 2)
    for i, j, share in zip(found.first, found.second, found.share_first, strict=True):
        points, there = (p[0] + g[:, :1] * (p[1] - p[0]) + g[:, 1:] * (p[3] - p[0])
                         for p, g in ((one[i], grid), (other[j], edges)))  # fmt: skip
        near = np.min([np.linalg.norm(points - part, axis=1) for part in there], axis=0) <= 2.0
        assert share == pytest.approx(near.mean(), abs=0.05)
    assert areas_km2(one)[0] == pytest.approx(np.prod(np.linalg.norm(one[0, [1, 3]] - one[0, 0], axis=1)))
