"""The page of 100,000 events in a real browser: small, soon seen, every event in it, and it follows at once."""

from unittest.mock import patch

import numpy as np
import pytest
from tests.report.browsing import click, drag, emulate, open_page, pixels, project, settled, shown, state, until
from tests.report.conftest import planted_network, write_result

from seisweave.report import write_page
from seisweave.report.results.network import open_network_result

N = 100_000


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    network, xyz_km = planted_network(N, n_halos=1)
    folder = write_result(tmp_path_factory.mktemp("large") / "large", network, xyz_km)
    return open_network_result(folder), folder


@pytest.fixture(scope="module")
def page(large, tmp_path_factory):
    with patch("seisweave.report.drawn.drawn", return_value=None):
        return write_page([large[1]], tmp_path_factory.mktemp("page") / "large.html")


@pytest.fixture(scope="module")
def opened(browser, page):
    emulate(browser, prefers_color_scheme="light")
    browser.get_log("browser")
    open_page(browser, page)
    yield browser
    assert [entry for entry in browser.get_log("browser") if entry["level"] != "INFO"] == []


def test_it_is_small_and_soon_seen(page, opened):
    """`benchmarks/page.py` measures; here the machine may be at other work, so there is room."""
    assert page.stat().st_size < 20e6
    assert opened.execute_script("return window.seisweave.firstPicture") < 20_000
    assert shown(opened) == N
    for view, least in {
        "map": 5000,
        "space": 5000,
        "section": 5000,
        "magnitudes": 1500,
    }.items():  # all of one magnitude
        assert (pixels(opened, view)[..., 3] > 0).sum() > least


def test_brushes_and_clicks_follow_at_once(opened, large):
    result = large[0]
    events = result.events
    drag(opened, "map", *(project(opened, "map", place) for place in ((-9.0, 20.0, 0.0), (14.0, -12.0, 0.0))))
    settled(opened)
    x0, y0, x1, y1 = state(opened)["box"]
    inside = events["x_km"].between(x0, x1) & events["y_km"].between(y0, y1)
    assert abs(shown(opened) - inside.sum()) <= 20, "within a metre of the sides"
    left, _, right, _ = opened.execute_script("return window.seisweave.results[0].views.magnitudes.frame")
    drag(opened, "magnitudes", (left + 0.1 * (right - left), 60), (left + 0.4 * (right - left), 80))
    settled(opened)
    start, end = state(opened)["time"]
    seconds = events["time"].to_numpy("datetime64[us]").astype(float) / 1e6
    both = inside & (seconds >= start) & (seconds <= end)
    assert abs(shown(opened) - both.sum()) <= 20
    assert 1000 < both.sum() < inside.sum()
    opened.execute_script("document.querySelector('[data-do=all]').click()")
    click(opened, "map", project(opened, "map", result.network.faults.plates.centre_km[1]))
    assert len(state(opened)["fault"]) == 1
    opened.execute_script("window.seisweave.results[0].choose(-1, false)")
    assert shown(opened) == N


def test_while_it_turns_it_has_fewer_events_and_then_all(opened):
    script = """const linked = window.seisweave.results[0], done = arguments[0];
                linked.budget = 20000;
                linked.views.space.stage.scrollIntoView({behavior: 'instant'});
                setTimeout(() => {
                  linked.views.space.drag(null, null, [10, 0]);
                  const drawn = () => done(linked.views.space.figure.dataset.stride);
                  requestAnimationFrame(() => requestAnimationFrame(drawn));
                }, 300)"""
    assert int(opened.execute_async_script(script)) > 1
    until(opened, "return window.seisweave.results[0].views.space.figure.dataset.stride === '1'")


def test_any_event_is_found_under_the_pointer(opened, large):
    places = large[0].xyz_km
    rng = np.random.default_rng(5)
    script = """const {views, network} = window.seisweave.results[0];
                return arguments[0].map(place => {
                  const at = views.map.project(place), event = views.map.nearest(...at);
                  return event < 0 ? null : [network.id(event), ...network.xyz(event)];
                })"""
    chosen = rng.integers(0, N, 20)
    found = opened.execute_script(script, places[chosen].tolist())
    for k, told in zip(chosen, found, strict=True):
        row = int(np.flatnonzero(large[0].events["id"] == told[0])[0])
        assert np.abs(places[row] - told[1:]).max() < 2e-3
        assert np.hypot(*(places[row] - places[k])[:2]) < 0.5, "nothing is nearer than what lies there"
