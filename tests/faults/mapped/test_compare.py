"""Agreement with a known map is found, and chance is what moved and turned faults score."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.faults.mapped.worlds import line, network_of, wall
from tests.faults.plate_sets import on_plate

import seisweave as sw
from seisweave.errors import InputError
from seisweave.faults.mapped import MappedOptions, compare_with_mapped, with_names
from seisweave.faults.mapped.mapped_faults import joined
from seisweave.faults.mapped.rectangles import Rectangles, Region
from seisweave.gaussians.orientation import strike_and_dip

PLACES = [(x, y, 8.0) for x in (0.0, 40.0, 80.0) for y in (0.0, 40.0, 80.0)]
STRIKES = [10.0, 50.0, 90.0, 130.0, 170.0, 210.0, 250.0, 290.0, 330.0]
DIPS = [90.0, 80.0, 70.0, 60.0, 50.0, 85.0, 75.0, 65.0, 55.0]
WALLS = [(s, d, c, 22.0, 14.0) for s, d, c in zip(STRIKES, DIPS, PLACES, strict=True)]


@pytest.fixture(scope="module")
def planted():
    """Nine walls; a network with a fault on six of them, one across a seventh, two in between; nothing on two walls."""
    mapped = joined([wall(f"wall {k}", *each[:3], each[3:]) for k, each in enumerate(WALLS)])
    on = [(s + 6.0, d - 4.0, (x + 0.3, y - 0.3, z), 16.0, 10.0) for s, d, (x, y, z), *_ in WALLS[:6]]
    across = [(STRIKES[6] + 80.0, 90.0, PLACES[6], 3.0, 10.0)]
    between = [(20.0, 90.0, (20.0, 20.0, 8.0), 8.0, 8.0), (20.0, 90.0, (60.0, 62.0, 8.0), 8.0, 8.0)]
    plates = [*on, *across, *between]
    rng = np.random.default_rng(5)
    events = np.concatenate([on_plate(rng, 10, s, d, c, (length, width)) for s, d, c, length, width in plates])
    network = network_of(plates, events_km=events)
    return network, mapped, compare_with_mapped(network, mapped, MappedOptions(draws=19, seed=3))


@pytest.mark.slow_without_compiler
def test_what_was_planted_is_found(planted):
    table = planted[2].table()
    assert table["agrees"].tolist() == [True] * 6 + [False] * 3
    assert table["verdict"].tolist() == ["agrees"] * 6 + ["at an angle"] + ["no map"] * 2
    assert table["mapped_fault"][:7].tolist() == [f"wall {k}" for k in range(7)]
    assert (table["mapped_share"][:6] > 0.9).all()
    assert (table["distance_km"][:6] < 1.2).all()
    assert table["angle_deg"][:6].between(3.0, 8.0).all()  # turned by 6° about the vertical, and by 4° in the dip
    assert planted[2].share.found == pytest.approx(6 / 9)
    assert planted[2].event_share.found == pytest.approx(6 / 9)
    assert planted[2].share.p_value == 0.05
    assert planted[2].share.chance_high < 0.4


def test_mapped_faults_without_seismicity_are_told(planted):
    table = planted[2].mapped_table().set_index("mapped_fault")
    assert table.index[table["quiet"]].tolist() == ["wall 7"]  # the last one lies outside the outline of the faults
    assert "wall 8" not in table.index
    assert (table.loc[[f"wall {k}" for k in range(6)], "n_agree"] == 1).all()
    assert (table.loc[[f"wall {k}" for k in range(6)], "n_events"] == 10).all()
    np.testing.assert_allclose(table.loc["wall 2", ["strike_deg", "dip_deg"]].to_numpy(float), [90.0, 70.0], atol=0.01)
    assert table.loc["wall 4", "share_within"] > 0.6  # of its area; the rest is below the deepest fault
    summary = planted[2].summary()
    assert (summary["n_mapped_quiet"], summary["n_unmapped"], summary["n_agree"]) == (1, 2, 6)


def test_without_events_mapped_faults_are_quiet_that_have_no_fault_near(planted):
    network, mapped, _ = planted
    bare = compare_with_mapped(replace(network, source=None), mapped, MappedOptions(draws=2))
    assert bare.summary()["quiet_by"] == "faults"
    assert "n_events" not in bare.mapped_table()
    assert bare.mapped_table().query("quiet")["mapped_fault"].tolist() == ["wall 7"]


@pytest.mark.slow_without_compiler
def test_the_numbers_do_not_depend_on_jobs(planted):
    network, mapped, made = planted
    again = compare_with_mapped(network, mapped, MappedOptions(draws=19, seed=3), jobs=3)
    pd.testing.assert_frame_equal(made.table(), again.table())
    pd.testing.assert_frame_equal(made.chance_table(), again.chance_table())
    other = compare_with_mapped(network, mapped, MappedOptions(draws=19, seed=4), jobs=1)
    assert not other.chance_table().equals(made.chance_table())


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("move_km", [None, 15.0])
def test_shuffled_networks_score_chance_within_its_interval(planted, move_km):
    network, mapped, _ = planted
    base = Rectangles.of(network.planes.corners_km)
    region = Region.about(base.corners_km[..., :2].reshape(-1, 2), 2.0)
    inside, above = 0, []
    for k in range(40):
        moved = base.moved(region, None, np.random.default_rng([11, k]))
        shuffled = network_of([_plate(corners) for corners in moved.corners_km])
        share = compare_with_mapped(shuffled, mapped, MappedOptions(draws=60, seed=k, move_km=move_km)).share
        inside += share.chance_low <= share.found <= share.chance_high
        above.append(share.found - share.chance)
    assert inside >= 35  # 38 of 40 on average
    assert abs(np.mean(above)) < 3.0 * np.std(above) / np.sqrt(40)


def _plate(corners):
    planes = Rectangles.of(corners[None])
    along, down = corners[1] - corners[0], corners[3] - corners[0]
    normal = planes.normal[0] if planes.normal[0, 2] <= 0 else -planes.normal[0]
    strike, dip = strike_and_dip(normal)
    return strike, dip, corners.mean(axis=0), np.linalg.norm(along), np.linalg.norm(down)


def test_moved_faults_keep_depth_dip_and_size_and_stay_in_the_region(planted):
    plates = Rectangles.of(planted[0].planes.corners_km)
    region = Region.about(plates.corners_km[..., :2].reshape(-1, 2), 2.0)
    moved = plates.moved(region, None, np.random.default_rng(1))
    np.testing.assert_allclose(moved.corners_km[..., 2], plates.corners_km[..., 2], atol=1e-9)
    np.testing.assert_allclose(moved.normal[:, 2], plates.normal[:, 2], atol=1e-9)
    for one in (0, 2):
        sides = [np.linalg.norm(each.corners_km[:, 1] - each.corners_km[:, one], axis=1) for each in (plates, moved)]
        np.testing.assert_allclose(*sides, atol=1e-9)
    np.testing.assert_allclose(np.abs(Rectangles.of(moved.corners_km).normal), np.abs(moved.normal), atol=1e-9)
    assert region.holds(moved.corners_km.mean(axis=1)[:, :2]).all()
    near = plates.moved(region, 3.0, np.random.default_rng(1))
    away = np.linalg.norm(near.corners_km.mean(axis=1) - plates.corners_km.mean(axis=1), axis=1)
    assert 1.0 < away.max() <= 3.0


def test_places_by_chance_are_uniform_in_the_region():
    square = np.array([[0.0, 0.0], [20.0, 0.0], [20.0, 20.0], [0.0, 20.0]])
    region = Region.about(square, 0.01)
    plate = Rectangles.of(np.array([[[9.0, 9, 5], [11, 9, 5], [11, 9, 7], [9, 9, 7]]]).repeat(4000, axis=0))
    moved = plate.moved(region, None, np.random.default_rng(2))
    centre = moved.corners_km.mean(axis=1)
    counts = np.histogram2d(centre[:, 0], centre[:, 1], bins=4, range=[[0, 20], [0, 20]])[0]
    assert np.abs(counts - 250).max() < 4.0 * np.sqrt(250)
    strike = np.degrees(np.arctan2(moved.normal[:, 0], moved.normal[:, 1])) % 360.0
    assert np.abs(np.histogram(strike, bins=8, range=(0, 360))[0] - 500).max() < 4.0 * np.sqrt(500)


def test_beside_traces_only_the_map_counts(planted):
    """A fault that dips by 45° beneath a trace lies some km from it on the map; its strike is that of the trace."""
    network = network_of([(0.0, 90.0, (0.5, 0.0, 8.0), 10.0, 8.0), (30.0, 45.0, (50.0, 50.0, 12.0), 10.0, 4.0)])
    traces = joined([line("north", (0, -20), (0, 20)), line("oblique", (40.0, 40.0 * 1.2679), (40.0, 60.0))])
    made = compare_with_mapped(network, traces, MappedOptions(draws=5))
    assert made.table()["mapped_fault"][0] == "north"
    assert made.beside.distance_km[0] == pytest.approx(0.5)  # though the plate is 4 km deep
    np.testing.assert_allclose(made.beside.angle_deg, [0.0, 30.0], atol=1e-6)
    assert made.mapped_table()["dip_deg"].isna().all()
    assert made.mapped_table().set_index("mapped_fault").loc["north", "length_km"] == pytest.approx(40.0)


def test_segments_are_compared_too(planted):
    network = planted[0]
    made = compare_with_mapped(network, planted[1], MappedOptions(level="segments", draws=3))
    assert made.table()["segment"].tolist() == list(range(network.n_segments))
    assert made.n_events.tolist() == network.events_per_segment.tolist()


def test_shares_of_some_are_in_the_same_draws(planted):
    made = planted[2]
    some = np.arange(9) >= 4
    share = made.share_of(some)
    assert share.found == pytest.approx(2 / 5)
    assert share.chance == pytest.approx(made.chance.agree[:, some].mean())
    assert made.share_of(np.arange(9) == 0).found == 1.0
    heavy = replace(made, n_events=np.array([100, 10, 10, 10, 10, 10, 10, 10, 40]))
    assert heavy.event_share.found == pytest.approx(150 / 210)
    assert heavy.share.found == made.share.found


def test_a_network_without_faults_is_refused(planted):
    with pytest.raises(InputError, match="no faults to compare"):
        compare_with_mapped(network_of([]), planted[1])


def test_names_stand_in_tables(planted):
    table = pd.DataFrame({"fault": [2, 0, 11], "n_events": [10, 10, 4]})
    named = with_names(table, planted[2])
    assert named["mapped_fault"].tolist() == ["wall 2", "wall 0", ""]
    assert named["mapped_agrees"].tolist() == [True, True, False]
    assert named["mapped_distance_km"].notna().tolist() == [True, True, False]
    pd.testing.assert_frame_equal(with_names(named, planted[2]), named)
    with pytest.raises(InputError, match="another network"):
        with_names(table.assign(n_events=7), planted[2])
    with pytest.raises(InputError, match="no column 'fault'"):
        with_names(table[["n_events"]], planted[2])


def test_a_network_of_another_region_is_refused(planted):
    far = wall("far away", 0.0, 90.0, (900.0, 0.0, 8.0), (20.0, 10.0))
    with pytest.raises(InputError, match=r"within 100 km of the network \(the nearest, 'far away', is 8\d\d km away\)"):
        compare_with_mapped(planted[0], far)


def test_a_network_in_km_is_not_laid_beside_degrees(planted):
    with pytest.raises(InputError, match=r"network is in local km.*crs='local'"):
        compare_with_mapped(planted[0], replace(planted[1], local=False))


def test_the_result_folder_is_opened_again(planted, tmp_path):
    folder = sw.write_result(planted[2], tmp_path / "compared")
    opened = sw.open_result(folder)
    assert sorted(opened.tables) == ["agreement", "chance", "mapped"]
    assert opened.summary["share"]["found"] == pytest.approx(6 / 9)
    assert len(opened.tables["chance"]) == 19
    named = with_names(pd.DataFrame({"fault": [0]}), opened.tables["agreement"])
    assert named["mapped_fault"].tolist() == ["wall 0"]
    assert (folder / "figure.png").stat().st_size > 10_000


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"near_km": 0.0}, "near_km is 0.0"),
        ({"parallel_deg": 100.0}, "parallel_deg is 100.0"),
        ({"draws": 0}, "draws is 0"),
        ({"move_km": -1.0}, "move_km is -1.0"),
        ({"seed": -1}, "seed is -1"),
        ({"level": "plates"}, "level is 'plates'|parameter 'level'"),
    ],
)
def test_options_out_of_range_are_refused(wrong, told, without_type_checks):
    with pytest.raises(InputError, match=told):
        MappedOptions(**wrong)
