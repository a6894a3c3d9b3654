"""The parts of the page: what they count and draw, worked by hand."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from tests.report.conftest import planted_network
from tests.report.today.by_hand import NOW, events, forecast

from seisweave.errors import InputError
from seisweave.report.today.active import active_faults, cells_under, chance_under
from seisweave.report.today.aftershocks import aftershocks_part, last_large, windows_since
from seisweave.report.today.chance_map import ground, map_pair, paths_of
from seisweave.report.today.changes import cell_changes, changes_part
from seisweave.report.today.exported import today_json
from seisweave.report.today.fault_map import faults_part
from seisweave.report.today.given import cells_of, given_from, in_region
from seisweave.report.today.ground import frame_of, land
from seisweave.report.today.numbers import numbers_table
from seisweave.report.today.past import past_part, tallies
from seisweave.report.today.scale import scale_of
from seisweave.report.today.unknown import banner, unknown_part


def plain(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html).replace("&nbsp;", " ")


@pytest.fixture(scope="module")
def network():
    return planted_network()[0]


def test_cells_hold_their_western_and_southern_sides():
    made = forecast()
    lon, lat = np.array([-117.2, -116.9, -116.4, 243.1, -117.3]), np.array([33.8, 34.3, 34.0, 34.3, 34.0])
    assert cells_of(made, lon, lat).tolist() == [[0, 0], [2, 1], [-1, -1], [2, 1], [-1, -1]]
    inside = made.inside.copy()
    inside[2, 1] = False
    cells = ("cell_chance", "cell_expected", "long_term_cell_expected")
    outside = replace(made, inside=inside, **{name: getattr(made, name) * inside for name in cells})
    assert in_region(outside, lon, lat).tolist() == [True, False, False, False, False]


def test_cells_may_cross_the_date_line():
    made = replace(forecast(), lon_edges=np.array([179.0, 179.5, 180.0, 180.5, 181.0]))
    assert cells_of(made, np.array([-179.7, 179.7, 178.0]), np.full(3, 34.0)).tolist() == [[1, 2], [1, 1], [-1, -1]]
    frame = frame_of(made.lon_edges, made.lat_edges)
    assert frame.holds(np.array([-179.7, 178.0]), np.full(2, 34.0)).tolist() == [True, False]
    assert "Map of the chance" in map_pair(made, 0, 1, "m")


def test_lines_are_cut_where_they_leave_the_frame():
    frame = frame_of(np.array([-117.2, -116.4]), np.array([33.8, 34.4]))
    x, y = (float(axis[0]) for axis in (frame.x(np.array([-117.0])), frame.y(np.array([34.0]))))
    far = np.array([[-170.0, 34.0], [-117.0, 34.0], [-117.0, 33.9], [-117.0, 10.0], [-100.0, 10.0]])
    points = [tuple(map(float, each.split())) for each in frame.line(far).removeprefix("M").split("L")]
    assert points[1] == pytest.approx((x, y), abs=0.06)
    assert len(points) == 4, "on both sides as far as the first point beyond"
    assert frame.line(far[3:]) == ""
    assert frame.line(np.array([[np.nan, 34.0], [-117.0, 34.0]])) == ""
    assert frame.ring(far[1:4]).endswith("Z")
    assert frame.ring(np.zeros((0, 2))) == frame.line(np.zeros((0, 2))) == ""


def test_lines_are_as_fine_as_they_show():
    frame = frame_of(np.array([-117.2, -116.4]), np.array([33.8, 34.4]))
    fine = np.column_stack([np.linspace(-117.1, -116.5, 100_001), np.full(100_001, 34.0)])
    assert 100 < frame.line(fine).count("L") < 2_000


def test_no_line_runs_round_the_far_side():
    frame = frame_of(np.array([179.0, 181.0]), np.array([33.8, 34.4]))
    across = np.array([[179.5, 34.0], [-179.5, 34.1]])
    assert frame.line(across).count("L") == 1
    assert frame.line(np.array([[0.5, 34.0], [-0.5, 34.1]])) == ""
    assert frame.ring(np.array([[179.5, 34.0], [0.5, 34.0], [-0.5, 34.1]])) == ""


def test_coasts_and_borders_lie_under_the_maps():
    """San Diego: the border with Mexico begins at the coast, at 32.53° N 117.12° W, and runs to the east."""
    coast = replace(forecast(), lon_edges=np.linspace(-117.6, -116.8, 5), lat_edges=np.linspace(32.2, 32.8, 4))
    frame = frame_of(coast.lon_edges, coast.lat_edges)
    drawn = land(frame)
    country = re.findall(r'class="country" d="([^"]*)"', drawn)[0]
    west = min(tuple(map(float, each.split())) for each in re.split("[ML]", country) if each)
    assert west[0] == pytest.approx(float(frame.x(np.array([-117.12]))[0]), abs=6.0)
    assert west[1] == pytest.approx(float(frame.y(np.array([32.53]))[0]), abs=6.0)
    assert drawn in ground(given_from([coast]), coast, (), "m")
    told = faults_part(given_from([coast], catalog=events(("2019-07-05", 3.0), place=(-117.0, 32.5, 5.0))), None)
    assert told.count(drawn) == 1
    assert plain(told).split()[-1] == "3.0"
    assert "coast" in plain(told)
    assert "border" in plain(told)
    inland = given_from([forecast()], catalog=events(("2019-07-05", 3.0)))
    assert "coast" not in faults_part(inland, None)


def test_both_maps_have_one_scale():
    drawn = map_pair(forecast(), 0, 1, "m")
    now, usual = drawn.split("Long term")
    colour = r'class="(c\d)"'
    assert len(set(re.findall(colour, now))) == 2
    assert set(re.findall(colour, usual)) < {"c0", "c1", "c2", "c3"}
    made = forecast()
    scale = scale_of(made.cell_chance[0, 1], made.long_term_cell_chance()[0, 1])
    highest = int(scale.classes(made.cell_chance[0, 1]).max())
    assert f"c{highest}" in re.findall(colour, now)
    assert scale.edges[highest] <= made.cell_chance[0, 1].max()


def test_scales_reach_from_the_lowest_to_the_highest():
    rng = np.random.default_rng(1)
    for spread in (0.1, 1.0, 2.0, 4.0):
        now, usual = 10.0 ** rng.uniform(-2.0 - spread, -2.0, (2, 30, 30))
        scale = scale_of(now, usual / 10.0)
        assert 1 <= len(scale.edges) <= 8
        assert (np.diff(scale.edges) > 0).all()
        assert scale.edges[-1] <= now.max() < 10.0 * scale.edges[-1] * 1.01
        assert np.mean(scale.classes(now) >= 0) > 0.9


def test_paths_hold_every_cell_once():
    rng = np.random.default_rng(2)
    classes = rng.integers(-1, 3, (7, 9))
    drawn = paths_of(classes, np.arange(10.0), np.arange(7.0, -1.0, -1.0))
    found = np.full((7, 9), -1)
    for colour, path in re.findall(r'class="c(\d)" d="([^"]*)"', drawn):
        for x0, top, x1, bottom in re.findall(r"M(\d+) (\d+)H(\d+)V(\d+)H\d+Z", path):
            assert int(bottom) == int(top) + 1
            row = 7 - int(bottom)
            assert (found[row, int(x0) : int(x1)] == -1).all()
            found[row, int(x0) : int(x1)] = int(colour)
    assert (found == classes).all()


def test_numbers_with_ranges_and_without():
    told = plain(numbers_table(forecast(), 0))
    assert "95 % range" in told
    assert re.search(r"M 5 or more\s+63 %\s+0.33 %\s+190\s+0.99\s+0 to 3\s+0.0033", told)
    chances = plain(numbers_table(forecast(numbers=False), 0))
    assert "range" not in chances
    assert "This model gives chances only" in chances


def test_events_from_now_on_play_no_part():
    given = given_from([forecast()], catalog=events(("2019-07-06T03:59", 4.0), (NOW, 7.0), ("2019-07-07", 6.0)))
    assert given.events["magnitude"].tolist() == [4.0]
    assert given.known_until == given.now


def test_aftershocks_beside_what_was_expected():
    """A main shock on 1 July; daily forecasts since; 3, 0 and 1 events of M 3 or more in their windows, one later."""
    days = [forecast(f"2019-07-0{k}T00:00") for k in range(1, 6)]
    came = events(
        *(("2019-06-30T23:00", 6.5), ("2019-07-01T00:00", 3.0), ("2019-07-01T05:00", 3.1), ("2019-07-01T23:59", 4.0)),
        *(("2019-07-02T12:00", 2.9), ("2019-07-03T12:00", 3.5), ("2019-07-05T00:00", 5.0), ("2019-07-04T23:00", 2.0)),
    )
    given = given_from(days, catalog=came)
    large = last_large(given, given.events)
    assert str(large) == "M 6.5 of 30 June 2019 23:00 UTC at 34.3° N 116.9° W"
    windows = windows_since(given.lead, large, given.events, given.known_until)
    assert [window.came for window in windows][:4] == [3, 0, 1, 0]
    assert np.isnan(windows[4].came)
    assert windows[0].start == pytest.approx(1 / 24)
    told = plain(aftershocks_part(given))
    assert "Since then 4 events of M 3 or more came. In 1 of 4 windows that are over" in told
    assert "For the coming 24 hours 9.9 are expected." in told


def test_windows_beyond_the_catalog_are_not_over():
    days = [forecast(f"2019-07-0{k}T00:00") for k in range(1, 6)]
    given = given_from(days, catalog=events(("2019-06-30T23:00", 6.5), ("2019-07-03T01:00", 3.0)))
    large = last_large(given, given.events)
    windows = windows_since(given.lead, large, given.events, given.known_until)
    assert [window.came for window in windows[:2]] == [0, 0]
    assert all(np.isnan(window.came) for window in windows[2:])
    assert "It ends before the forecast" in unknown_part(given)
    assert [tally.n_windows for tally in tallies(given.lead, given.events, large.time, given.known_until)] == [2, 2]


def test_no_large_event_and_no_numbers():
    quiet = given_from([forecast()], catalog=events(("2019-07-01", 4.9), ("2019-03-01", 7.0)))
    assert "No event of M 5 or more came in the 90 days before" in plain(aftershocks_part(quiet))
    chances = given_from([forecast(numbers=False)], catalog=events(("2019-07-01", 5.0)))
    assert "No model here gives expected numbers" in plain(aftershocks_part(chances))
    assert aftershocks_part(given_from([forecast()])) == ""


def test_what_changed():
    given = given_from(
        [forecast("2019-07-05T04:00", chance=0.8), forecast()],
        catalog=events(("2019-07-05T03:00", 6.0), ("2019-07-05T05:00", 3.0), ("2019-07-06T01:00", 5.1)),
    )
    told = plain(changes_part(given, None))
    assert "2 events came since 5 July 2019 04:00 UTC: 2 of M 3 or more, 1 of M 5 or more." in told
    assert "M 5.1, 6 July 2019 01:00 UTC, 34.3° N 116.9° W" in told
    assert "said 80 % for M 5 or more within 24 hours; now it is 63 % (0.79 times as much)" in told
    falls = cell_changes(given.lead.latest, given.lead.before, 0, 1)
    assert [change.now < change.before for change in falls] == [True] * 3
    assert falls[-1].place == "34.3° N 116.9° W"
    assert "No forecast of about 24 hours before" in changes_part(given_from([forecast()]), None)
    none = given_from([forecast()], catalog=events(("2019-07-01", 4.0)))
    assert "No event of known magnitude came since 5 July 2019 04:00 UTC" in plain(changes_part(none, None))


def test_other_cells_are_not_compared():
    other = replace(forecast("2019-07-05T04:00"), lon_edges=np.linspace(-117.3, -116.5, 5))
    told = changes_part(given_from([other, forecast()]), None)
    assert "cells of the two forecasts differ" in told
    assert "said 63&nbsp;%" in told


def test_small_changes_are_not_told():
    """Of a region of 63 %, a cell tells of no change below 0.63 %."""
    before = forecast("2019-07-05T04:00", chance=0.6299)
    told = changes_part(given_from([before, forecast()]), None)
    assert "No cell's chance changed by as much as a hundredth" in told
    assert "<table" not in told
    assert cell_changes(forecast(), forecast("2019-07-05T04:00", chance=0.6), 0, 1)


def test_changes_of_faults(network):
    came = events(("2019-07-05T12:00", 4.0))
    given = given_from([forecast("2019-07-05T04:00", chance=0.8), forecast()], network=network, catalog=came)
    told = plain(changes_part(given, active_faults(given)))
    assert "in the cells of the faults that changed most" in told
    assert re.search(r"F\d\s+[\d.]+ %\s+[\d.]+ %\s+0\.[67]", told)


def test_past_forecasts_are_counted():
    """Four daily chances of 0.63 of M 5 or more, of which one came; ten times the numbers of M 3 or more."""
    days = [forecast(f"2019-07-0{k}T00:00") for k in range(1, 6)]
    came = events(("2019-06-01", 3.0), ("2019-07-02T12:00", 5.0), ("2019-07-02T13:00", 5.5), ("2019-07-04T23:00", 3.0))
    given = given_from(days, catalog=came)
    made = tallies(given.lead, given.events, np.datetime64("2019-06-01"), given.known_until)
    m3, m5 = made
    assert (m5.days, m5.n_windows, m5.n_with, m5.n_events, m3.n_with, m3.n_events) == (1.0, 4, 1, 2, 2, 3)
    assert m5.chances == pytest.approx(4 * 0.63)
    assert m5.expected == pytest.approx(-4 * np.log1p(-0.63))
    said = "one or more events of M 3 or more were expected in 4, and came in 2."
    assert f"Of the last 4 windows of 24 hours, {said}" in plain(past_part(given))
    assert "pseudo-prospective" not in past_part(given)
    assert tallies(given.lead, given.events, np.datetime64("2019-07-03"), given.known_until)[0].n_windows == 2
    assert "is over and within the catalog yet" in past_part(given_from([forecast()], catalog=came))


def test_pseudo_prospective_is_told_in_large_and_counted():
    late = {"pseudo_prospective": True, "issued": np.datetime64("2026-01-01", "us")}
    days = [forecast(f"2019-07-0{k}T00:00", **late) for k in (1, 2, 3)]
    given = given_from(days, catalog=events(("2019-06-01", 3.0), ("2019-07-02T23:00", 3.0)))
    assert "Pseudo-prospective: no forecast of the days to come" in banner(given)
    assert "This is a replay, made on 1 January 2026 00:00 UTC" in plain(banner(given))
    assert "All these forecasts are pseudo-prospective" in past_part(given)
    both = given_from([*days, forecast("2019-07-03T00:00", model="place")])
    assert "What the model etas says here is a replay" in banner(both)
    assert banner(given_from([forecast()])) == ""


def test_active_faults_have_the_events(network):
    """Three events at the middle of the fault of most events, one of them in the last day, and one far from all."""
    centre = network.faults.plates.centre_km[:1]
    lon, lat = (float(axis[0]) for axis in network.to_geographic(centre))
    rows = (("2019-07-01", 3.0), ("2019-07-03", 4.2), ("2019-07-06T01:00", 2.0), ("2019-05-01", 5.0))
    at = events(*rows, place=(lon, lat, float(centre[0, 2])))
    wide = forecast()
    far = events(("2019-07-05", 3.0), place=(-117.19, 33.81, 5.0))
    far = replace(far, ids=np.array(["far"]))
    given = given_from([wide], network=network, catalog=at + far)
    active = active_faults(given)
    assert len(active) == network.n_faults
    c = int(active.active[0])
    assert (c, active.n_recent[c], active.n_day[c], active.largest[c]) == (0, 3, 1, 4.2)
    assert str(active.last_of(c)) == "2019-07-06T01:00:00.000000"
    assert active.n_recent.sum() + active.n_elsewhere == 4
    told = plain(faults_part(given, active))
    assert f"1 of {network.n_faults} faults has had events in the 7 days before: 3 events on faults" in told
    assert "on faults, 1 event elsewhere." in told
    assert "1 active fault marked" in faults_part(given, active)
    quiet = given_from([wide], network=network, catalog=events(("2019-05-01", 5.0)))
    assert f"None of {network.n_faults} faults has had an event in the 7 days before" in plain(
        faults_part(quiet, active_faults(quiet))
    )
    unknown = given_from([wide], network=network)
    assert "Without a catalog it is not known which are active" in faults_part(unknown, active_faults(unknown))
    assert active_faults(given_from([wide])) is None


def test_a_network_of_elsewhere_or_of_no_place_is_refused(network):
    away = replace(forecast(), lat_edges=np.linspace(10.0, 10.6, 4))
    with pytest.raises(InputError, match="none of the network's faults comes into the map of the forecast"):
        active_faults(given_from([away], network=network))
    with pytest.raises(InputError, match="in local km"):
        active_faults(given_from([forecast()], network=replace(network, projection=None)))


def test_the_chance_under_an_outline():
    made = forecast()
    ring = np.array([[-117.15, 33.85], [-116.95, 33.85], [-116.95, 33.9], [-117.15, 33.9]])
    assert cells_under(made, ring).tolist() == [[0, 0], [0, 1]]
    quiet = np.prod(1.0 - made.cell_chance[0, 1][0, :2])
    assert chance_under(made, ring, 0, 1) == pytest.approx(1.0 - quiet)
    assert np.isnan(chance_under(made, ring + 20.0, 0, 1))


def test_as_json(network):
    given = given_from([forecast("2019-07-05T04:00", chance=0.8), forecast(), forecast(model="place", numbers=False)])
    made = json.loads(json.dumps(today_json(given), allow_nan=False))
    assert made["sentence"].startswith("Within the next 24 hours")
    assert made["change"] == {"from": "2019-07-05T04:00:00Z", "before": 0.8, "now": 0.63}
    etas, place = made["models"]
    assert etas["windows"][1]["until"] == "2019-07-13T04:00:00Z"
    row = etas["windows"][0]["magnitudes"][1]
    assert (row["chance"], row["low"], row["high"]) == (0.63, 0.0, 3.0)
    assert row["highest_cell"]["longitude"] == pytest.approx(-116.9)
    assert place["windows"][0]["magnitudes"][1]["expected"] is None
    assert made["active_faults"] is None
