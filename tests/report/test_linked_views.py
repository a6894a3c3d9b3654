"""Linked views in a real browser: what a click, a drag, a filter and an address change everywhere."""

import csv
import json
import time
from io import StringIO
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.report.browsing import (
    choose,
    click,
    drag,
    emulate,
    mouse,
    open_page,
    pixels,
    press,
    project,
    settled,
    shown,
    stage_at,
    state,
    until,
)
from tests.report.conftest import planted_network, write_result

from seisweave.report import write_page
from seisweave.report.results.network import open_network_result


@pytest.fixture(scope="module")
def opened_result(tmp_path_factory):
    """Four faults and two halos; magnitudes from 2 to 5, an event an hour."""
    network, xyz_km = planted_network(n_halos=2)
    folder = tmp_path_factory.mktemp("linked") / "network"
    write_result(folder, network, xyz_km)
    import pandas as pd

    events = pd.read_parquet(folder / "events.parquet").assign(magnitude=np.linspace(2.0, 5.0, 600).round(2))
    events.to_parquet(folder / "events.parquet")
    on_faults = events[events["fault"] >= 0]
    largest = on_faults.groupby("fault")["magnitude"].max().to_numpy()
    pd.read_csv(folder / "faults.csv").assign(largest_magnitude=largest).to_csv(folder / "faults.csv", index=False)
    return open_network_result(folder), folder


@pytest.fixture(scope="module")
def page(opened_result, tmp_path_factory):
    from unittest.mock import patch

    with patch("seisweave.report.drawn.drawn", return_value=None):
        return write_page([opened_result[1]], tmp_path_factory.mktemp("page") / "page.html")


@pytest.fixture
def opened(browser, page):
    emulate(browser, prefers_color_scheme="light")
    open_page(browser, page)
    browser.get_log("browser")
    yield browser
    assert [entry for entry in browser.get_log("browser") if entry["level"] != "INFO"] == []


@pytest.fixture(scope="module")
def events(opened_result):
    return opened_result[0].events


@pytest.fixture(scope="module")
def network(opened_result):
    return opened_result[0].network


def colours(image, colour):
    """How many pixels have nearly this colour."""
    near = np.abs(image[..., :3].astype(int) - np.array(colour)).max(axis=2) < 30
    return int((near & (image[..., 3] > 150)).sum())


def row_classes(browser, fault):
    return browser.execute_script(f"return document.querySelector('tr[data-fault=\"{fault}\"]').className.split(' ')")


def centre_of(network, fault):
    return network.faults.plates.centre_km[fault]


def test_a_click_on_a_fault_lights_it_up_everywhere(opened, network):
    """By its plane in the map: row, section, other views and address follow; another click takes it back."""
    before = {view: pixels(opened, view) for view in ("map", "space", "section", "magnitudes")}
    click(opened, "map", project(opened, "map", centre_of(network, 2)))
    settled(opened)
    assert state(opened)["fault"] == [2]
    assert "chosen" in row_classes(opened, 2)
    assert opened.execute_script("return location.hash") == "#fault=2&section=along"
    assert "Chosen: fault 2." in opened.execute_script("return document.querySelector('.shown').textContent")
    for view, image in before.items():
        now = pixels(opened, view)
        changed = (np.abs(now.astype(int) - image.astype(int)).max(axis=2) > 20).sum()
        assert changed > 500, view
    click(opened, "map", project(opened, "map", centre_of(network, 2)))
    settled(opened)
    assert state(opened)["fault"] == []
    assert "chosen" not in row_classes(opened, 2)
    assert opened.execute_script("return location.hash") == ""


def test_a_click_on_a_row_and_on_a_plane_in_space(opened, network):
    press(opened, "tr[data-fault='1']")
    assert state(opened)["fault"] == [1]
    assert opened.execute_script("return document.querySelector('tr[data-fault=\"1\"] .pick').ariaPressed") == "true"
    settled(opened)
    click(opened, "space", project(opened, "space", centre_of(network, 3)))
    assert len(state(opened)["fault"]) == 1
    found = state(opened)["fault"][0]
    assert "chosen" in row_classes(opened, found)
    click(
        opened, "map", project(opened, "map", centre_of(network, (found + 1) % 4)), modifiers=2
    )  # with Ctrl: beside it
    assert sorted(state(opened)["fault"]) == sorted({found, (found + 1) % 4})
    opened.find_element("css selector", "tr[data-fault='0'] .pick").send_keys("\n")
    assert state(opened)["fault"] == [0]


def test_pointing_at_an_event_tells_what_it_is(opened, network, events):
    on = np.flatnonzero(network.label == 1)
    places = events[["x_km", "y_km", "depth_km"]].to_numpy()
    left, top = stage_at(opened, "map")
    x, y = project(opened, "map", places[on[0]])
    mouse(opened, "mouseMoved", left + x, top + y)
    until(opened, "return document.querySelector('.linked').dataset.hover")
    hover = opened.execute_script("return window.seisweave.results[0].hover")
    tip = opened.execute_script("return document.querySelector('.tip').innerText")
    told = opened.execute_script("return window.seisweave.results[0].network.id(arguments[0])", hover["event"])
    row = events[events["id"] == told].iloc[0]
    assert row["fault"] == hover["fault"]
    assert told in tip
    assert f"M {row['magnitude']:.1f}" in tip
    assert f"{row['time']:%Y-%m-%d %H:%M:%S}" in tip
    assert f"{row['depth_km']:.1f} km deep" in tip
    near = [project(opened, "map", places[k]) for k in np.flatnonzero(events["id"] == told)]
    assert np.hypot(*(np.array(near[0]) - (x, y))) <= 9
    assert "lit" in row_classes(opened, hover["fault"])
    for view in ("map", "space", "section", "magnitudes"):
        until_marked(opened, view, lambda n: n > 50)
    mouse(opened, "mouseMoved", left - 40, top - 60)
    until(opened, "return document.querySelector('.tip').hidden")
    until_marked(opened, "space", lambda n: n == 0)


def test_a_view_that_comes_near_shows_what_is_pointed_at_now(opened, network):
    away = "const linked = window.seisweave.results[0]; linked.views.section.stage.style.marginTop = arguments[0]"
    left, top = stage_at(opened, "map")
    opened.execute_script(away, "9000px")
    until(opened, "return !window.seisweave.results[0].views.section.seen")
    mouse(
        opened,
        "mouseMoved",
        *(a + b for a, b in zip((left, top), project(opened, "map", centre_of(network, 1)), strict=True)),
    )
    until(opened, "return document.querySelector('.linked').dataset.hover")
    until_marked(opened, "section", lambda n: n == 0)
    opened.execute_script(away, "")
    until_marked(opened, "section", lambda n: n > 50)
    opened.execute_script(away, "9000px")
    until(opened, "return !window.seisweave.results[0].views.section.seen")
    mouse(opened, "mouseMoved", left - 40, top - 60)
    until(opened, "return document.querySelector('.tip').hidden")
    opened.execute_script(away, "")
    until_marked(opened, "section", lambda n: n == 0)


def until_marked(browser, view, right):
    """Wait until as many pixels as are right mark what is pointed at; a view that comes near is marked in its time."""
    end = time.monotonic() + 60.0
    while not right((pixels(browser, view, over=True)[..., 3] > 0).sum()):
        assert time.monotonic() < end, view
        time.sleep(0.05)


def test_a_box_on_the_map_filters_everything(opened, events):
    corners = [project(opened, "map", place) for place in ((-10.0, 12.0, 0.0), (12.0, -9.0, 0.0))]
    drag(opened, "map", *corners)
    settled(opened)
    x0, y0, x1, y1 = state(opened)["box"]
    assert [x0, y0, x1, y1] == pytest.approx([-10.0, -9.0, 12.0, 12.0], abs=0.4)
    inside = events["x_km"].between(x0, x1) & events["y_km"].between(y0, y1)
    assert abs(shown(opened) - inside.sum()) <= 1  # places are whole steps of a metre
    assert 0 < inside.sum() < 600
    assert "box=-116.6" in opened.execute_script("return location.hash")
    listed = opened.execute_script("return window.seisweave.results[0].tables.listed().length")
    assert listed == shown(opened)
    press(opened, "[data-do=unbox]")
    assert shown(opened) == 600
    assert opened.execute_script("return location.hash") == ""


def test_a_span_of_time_filters_everything(opened, events):
    left, _, right, _ = opened.execute_script("return window.seisweave.results[0].views.magnitudes.frame")
    wide = right - left
    drag(opened, "magnitudes", (left + 0.25 * wide, 60), (left + 0.5 * wide, 90))
    settled(opened)
    start, end = state(opened)["time"]
    seconds = events["time"].astype("int64").to_numpy() / (1e9 if "ns" in str(events["time"].dtype) else 1e6)
    assert shown(opened) == ((seconds >= start) & (seconds <= end)).sum()
    assert 100 < shown(opened) < 200
    address = opened.execute_script("return location.hash")
    assert address.startswith("#from=1992-07-")
    assert "&to=1992-07-" in address
    fields = opened.execute_script("return [...document.querySelectorAll('[name^=\"time.\"]')].map(f => f.value)")
    assert all(value.startswith("1992-07-") for value in fields)
    press(opened, "[data-do=untime]")
    assert shown(opened) == 600


def test_filters_by_hand(opened, events, network):
    choose(opened, "magnitude.low", "3.5")
    assert shown(opened) == (events["magnitude"] >= 3.5).sum()
    choose(opened, "depth.high", "8")
    both = (events["magnitude"] >= 3.5) & (events["depth_km"] <= 8.0)
    assert abs(shown(opened) - both.sum()) <= 1
    assert "magnitude=3.5..&depth=..8" in opened.execute_script("return location.hash")
    press(opened, "[data-do=all]")
    assert shown(opened) == 600
    for kind, kept in (("diffuse", network.label >= 0), ("halo", network.label >= 0), ("plane", np.zeros(600, bool))):
        press(opened, f"[name=kind][value={kind}]")
        halos = (network.faults.halo_of_event >= 0) if kind == "diffuse" else np.zeros(600, bool)
        assert shown(opened) == (kept | halos).sum()
    press(opened, "[data-do=all]")
    choose(opened, "fault", "3, 1")
    assert state(opened)["fault"] == [3, 1]
    assert shown(opened) == 600
    press(opened, "[name=only]")
    assert shown(opened) == network.events_per_fault[[1, 3]].sum()
    assert opened.execute_script("return location.hash") == "#fault=3,1&only=1"


def test_colours_follow_what_is_asked(opened):
    blue = (0, 114, 178)  # of a fault, not of the ramp
    assert colours(pixels(opened, "magnitudes"), blue) > 20
    for name in ("time", "depth", "magnitude"):
        choose(opened, "colour", name)
        settled(opened)
        image = pixels(opened, "magnitudes")
        assert colours(image, blue) < 20, name
        ends = opened.execute_script("return [...document.querySelectorAll('.ramp span')].map(s => s.textContent)")
        assert all(ends)
        inner = image[20:-50, 60:-20]
        sides = (inner[:, :60], inner[:, -60:])
        early, late = (part[part[..., 3] > 200][:, :3].mean(axis=0) for part in sides)
        if name == "time":  # from violet to green and yellow
            assert early[2] > early[1]
            assert late[1] > late[2]
    assert "colour=magnitude" in opened.execute_script("return location.hash")


def test_a_section_along_a_line_drawn_and_its_width(opened, events, network):
    press(opened, "[data-tool=line]")
    start, end = (-8.0, -20.0), (6.0, 22.0)
    drag(opened, "map", project(opened, "map", (*start, 0)), project(opened, "map", (*end, 0)))
    settled(opened)
    assert state(opened)["section"] == "line"
    assert state(opened)["line"] == pytest.approx([*start, *end], abs=0.4)
    choose(opened, "width", "6")
    settled(opened)
    x0, y0, x1, y1 = state(opened)["line"]
    along = np.array([x1 - x0, y1 - y0]) / np.hypot(x1 - x0, y1 - y0)
    off = np.abs((events[["x_km", "y_km"]].to_numpy() - [x0, y0]) @ np.array([-along[1], along[0]]))
    script = """const view = window.seisweave.results[0].views.section; view.strip_ = view.strip();
                return Array.from({length: 600}, (_, i) => view.draws(i)).filter(Boolean).length"""
    assert abs(opened.execute_script(script) - (off <= 3.0).sum()) <= 1
    assert 0 < (off <= 3.0).sum() < 600
    words = opened.execute_script("return location.hash")
    assert "section=line" in words
    assert "width=6" in words
    narrow = (pixels(opened, "section")[..., 3] > 0).sum()
    choose(opened, "width", "200")
    settled(opened)
    assert (pixels(opened, "section")[..., 3] > 0).sum() > narrow + 200
    press(opened, "[data-do=all]")
    choose(opened, "fault", "0")
    for kind in ("along", "across"):
        choose(opened, "section", kind)
        line = opened.execute_script("return window.seisweave.results[0].sectionLine()")
        azimuth = np.degrees(np.arctan2(*line["unit"])) % 180
        wanted = (network.planes.strike_deg[0] + (90 if kind == "across" else 0)) % 180
        assert abs((azimuth - wanted + 90) % 180 - 90) < 0.1


def test_an_address_opens_the_same_view(browser, page, opened, events):
    address = "#fault=2&from=1992-07-01&to=1992-07-10T12:00:00&magnitude=2.5..4&kind=plane,halo&colour=depth&turn=40,20"
    open_page(browser, page, address)
    now = state(browser)
    assert now["fault"] == [2]
    assert now["kind"] == ["plane", "halo"]
    assert now["turn"] == [40, 20]
    times = events["time"].between("1992-07-01T00:00Z", "1992-07-10T12:00Z")
    kept = times & events["magnitude"].between(2.5, 4.0) & ((events["fault"] >= 0) | (events["halo"] >= 0))
    assert shown(browser) == kept.sum()
    assert 0 < kept.sum() < 600
    browser.execute_script("window.seisweave.results[0].remember()")
    told = dict(
        part.split("=", 1) for part in browser.execute_script("return location.hash").removeprefix("#").split("&")
    )
    given = dict(part.split("=", 1) for part in address.removeprefix("#").split("&"))
    assert told == given
    browser.execute_script("location.hash = '#fault=1'")  # another address in the same page
    until(browser, "return window.seisweave.results[0].state.fault[0] === 1")
    assert shown(browser) == 600


@pytest.mark.parametrize(
    "address", ["#fault=99,-1,x", "#box=1,2,3", "#from=never&magnitude=..x", "#%E0%A4%A", "#colour=<b>"]
)
def test_an_address_of_nonsense_is_none(browser, page, opened, address):
    open_page(browser, page, address)
    assert shown(browser) == 600
    assert state(browser)["fault"] == []


def test_time_plays_and_comes_back(opened):
    press(opened, "[data-do=play]")
    first = until(opened, "const n = window.seisweave.results[0].sifted.shown; return n > 10 && n < 600 && n")
    until(opened, "return window.seisweave.results[0].sifted.shown > arguments[0] + 5", first)
    assert opened.execute_script("return document.querySelector('[data-do=play]').textContent") == "Stop"
    press(opened, "[data-do=play]")
    assert shown(opened) == 600
    assert opened.execute_script("return location.hash") == ""


def test_reduced_motion_plays_in_steps(browser, opened):
    emulate(browser, prefers_reduced_motion="reduce")
    press(browser, "[data-do=play]")
    until(browser, "return window.seisweave.results[0].sifted.shown > 20")
    script = """const seen = new Set(), done = arguments[0], begun = performance.now();
                const look = () => {
                  seen.add(window.seisweave.results[0].sifted.shown);
                  if (performance.now() - begun < 1500) requestAnimationFrame(look); else done(seen.size);
                };
                look()"""
    assert browser.execute_async_script(script) <= 3
    press(browser, "[data-do=play]")
    emulate(browser, prefers_reduced_motion="no-preference")


def test_the_map_zooms_and_moves_and_goes_back(opened):
    place = (3.0, -4.0, 0.0)
    before = project(opened, "map", place)
    press(opened, "[data-view=map] [data-zoom='+']")
    settled(opened)
    scale = opened.execute_script("return window.seisweave.results[0].views.map.perKm")
    press(opened, "[data-tool=move]")
    drag(opened, "map", (200, 200), (260, 170))
    settled(opened)
    press(opened, "[data-view=map] [data-zoom='0']")
    settled(opened)
    assert scale == pytest.approx(1.5 * opened.execute_script("return window.seisweave.results[0].views.map.perKm"))
    assert project(opened, "map", place) == pytest.approx(before)


def test_the_keyboard_turns_and_a_drag_does(opened):
    stage = opened.find_element("css selector", "[data-view=space] .stage")
    before = pixels(opened, "space")
    stage.send_keys("\ue012")  # left
    settled(opened)
    turned = state(opened)["turn"]
    assert turned is not None
    assert (pixels(opened, "space") != before).any()
    drag(opened, "space", (150, 150), (230, 190))
    settled(opened)
    azimuth, lean = state(opened)["turn"]
    assert azimuth == pytest.approx((turned[0] - 0.4 * 80) % 360, abs=3)
    assert lean > turned[1]
    drag(opened, "space", (150, 50), (150, 390))
    assert state(opened)["turn"][1] == 90, "never upside down"


def test_events_are_listed_one_by_one(opened, events):
    press(opened, ".events summary")
    until(opened, "return document.querySelectorAll('.events tbody tr').length === 20")
    cells = "return [...document.querySelector('.events tbody').rows].map(r => [...r.cells].map(c => c.textContent))"
    largest = events.sort_values("magnitude", ascending=False)
    first = opened.execute_script(cells)
    assert [row[0] for row in first[:3]] == largest["id"].tolist()[:3]
    seen = {row[0] for row in first}
    for _ in range(29):
        press(opened, ".events [data-page='1']")
        seen |= {row[0] for row in opened.execute_script(cells)}
    assert seen == set(events["id"]), "every event can be reached"
    assert opened.execute_script("return document.querySelector('.events [data-page=\"1\"]').disabled")


def saved(browser, selector: str) -> str:
    browser.execute_script("window.seisweave.saved = null")
    press(browser, selector)
    until(browser, "return window.seisweave.saved")
    return browser.execute_async_script("window.seisweave.saved.blob.text().then(arguments[0])")


def test_files_to_take_away(opened, events, network):
    choose(opened, "magnitude.low", "3")
    kept = events[events["magnitude"] >= 3.0].set_index("id")
    rows = list(csv.DictReader(StringIO(saved(opened, "[data-do=events]"))))
    assert {row["id"] for row in rows} == set(kept.index)
    longitude, latitude = network.to_geographic(kept[["x_km", "y_km", "depth_km"]].to_numpy())
    for place, row in zip(zip(longitude, latitude, strict=True), kept.itertuples(), strict=True):
        one = next(each for each in rows if each["id"] == row.Index)
        assert float(one["longitude"]) == pytest.approx(place[0], abs=3e-5)
        assert float(one["latitude"]) == pytest.approx(place[1], abs=3e-5)
        assert float(one["depth_km"]) == pytest.approx(row.depth_km, abs=2e-3)
        assert (int(one["fault"]), int(one["halo"])) == (row.fault, row.halo)
    planes = json.loads(saved(opened, "[data-do=geojson]"))
    assert [each["properties"]["fault"] for each in planes["features"]] == [0, 1, 2, 3]
    ring = np.array(planes["features"][0]["geometry"]["coordinates"][0])
    corners = network.planes.corners_km[0]
    expected = np.column_stack([*network.to_geographic(corners), -1000.0 * corners[:, 2]])
    assert np.abs(ring[:4, :2] - expected[:, :2]).max() < 1e-4
    assert np.abs(ring[:4, 2] - expected[:, 2]).max() < 2.0
    table = list(csv.DictReader(StringIO(saved(opened, "[data-do=faults]"))))
    assert [int(row["events"]) for row in table] == network.events_per_fault.tolist()


@pytest.mark.parametrize("view", ["map", "space", "section", "magnitudes"])
def test_pictures_to_take_away(opened, view):
    drawn = saved(opened, f"[data-view={view}] [data-picture=svg]")
    root = ElementTree.fromstring(drawn)
    circles = root.iter("{http://www.w3.org/2000/svg}circle")
    assert len(list(circles)) >= 590
    assert "script" not in drawn
    script = "window.seisweave.saved = null; document.querySelector(arguments[0]).click()"
    opened.execute_script(script, f"[data-view={view}] [data-picture=png]")
    size = until(opened, "return window.seisweave.saved?.size")
    assert size > 5000
    assert opened.execute_script("return window.seisweave.saved.name").endswith(f"-{view}.png")
