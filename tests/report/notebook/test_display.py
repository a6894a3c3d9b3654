"""What a notebook shows of a record: one line, a table with a small figure, the linked views; and that it is safe."""

import ast
import re
import time
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from tests.report.browsing import READY, until
from tests.report.conftest import HOSTILE, PIXEL, _rows

from seisweave.errors import InputError
from seisweave.etas import EtasEvents, EtasOptions, fit_events
from seisweave.faults.export import events_table
from seisweave.forecast import GutenbergRichter, Volume, grid_forecast, uniform
from seisweave.issued.example import example_issued
from seisweave.nowcast.place import PlaceNowcast
from seisweave.nowcast.region import Nowcasts
from seisweave.report.drawn import Drawn
from seisweave.report.notebook import display
from seisweave.report.notebook.look import few, range_of, shortened, span_of
from seisweave.synthetic import southern_california_like


def _network(planted, word="ci"):
    network, xyz_km = planted
    return replace(network, source=events_table(network, _rows(network, word), xyz_km))


def _etas():
    rng = np.random.default_rng(1)
    t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 0.0, 100.0, 900.0, 2.5)
    return fit_events(events, EtasOptions("standard"))


def _nowcasts():
    day = np.datetime64("2019-07-04", "us") + np.arange(3) * np.timedelta64(1, "D")
    largest = np.array([2.1, -np.inf, np.nan])
    return Nowcasts(day, *np.ones((3, 3)), np.array([False, True, True]), *np.full((2, 3), 0.1), largest)


def _place():
    chance, usual = np.array([[[0.02, 0.01]]]), np.array([[[0.001, 0.002]]])
    middles = np.array([34.25]), np.array([-117.75, -117.25])
    return PlaceNowcast(np.datetime64("2019-07-05"), 1, (4.5,), chance, usual, *middles)


@pytest.fixture(scope="module")
def records(with_halos):
    flat = uniform(Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0)))
    law = GutenbergRichter(b=1.0, b_error=0.05, completeness=2.0, n_complete=1000)
    return {
        "Catalog": southern_california_like(seed=1, n_events=60).catalog,
        "FaultNetwork": _network(with_halos),
        "Forecast": flat,
        "GriddedRates": grid_forecast(flat, law, expected=3.0, step_deg=0.5),
        "EtasModel": _etas(),
        "Nowcasts": _nowcasts(),
        "PlaceNowcast": _place(),
        "IssuedForecast": example_issued(),
    }


NAMES = (
    "Catalog",
    "FaultNetwork",
    "Forecast",
    "GriddedRates",
    "EtasModel",
    "Nowcasts",
    "PlaceNowcast",
    "IssuedForecast",
)

ELEMENTS = {"div", "style", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "img", "figcaption"}


class _Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen, self.attributes, self.open = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.attributes += [name for name, _ in attrs]
        if tag != "img":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_one_short_line(records, name):
    line = repr(records[name])
    assert line.startswith(f"<{name}: ")
    assert line.endswith(">")
    assert "\n" not in line
    assert len(line) < 200
    assert f"{records[name]}" == line


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_a_table_with_a_small_figure_and_nothing_that_runs(records, name):
    shown = records[name]._repr_html_()
    elements = _Elements(shown)
    assert elements.open == []
    assert set(elements.seen) <= ELEMENTS
    assert (elements.seen.count("table"), elements.seen.count("img")) == (1, 1)
    assert not [each for each in elements.attributes if each.startswith("on")]
    assert "http" not in shown
    assert len(shown) < 250_000


@pytest.mark.parametrize("name", NAMES)
def test_a_record_can_be_drawn(records, name):
    figure = records[name].plot()
    assert figure.axes
    assert type(figure).__name__ == "Figure"


def test_the_line_tells_the_numbers(records, with_halos):
    network, _ = with_halos
    halo = (network.faults.halo_of_event >= 0).mean()
    assert repr(records["FaultNetwork"]).startswith(f"<FaultNetwork: {network.n_faults} faults, 600 events: ")
    assert f"{halo:.1%} in 2 halos" in repr(records["FaultNetwork"])
    assert (
        repr(records["GriddedRates"])
        == "<GriddedRates: uniform, 48 cells of 0.5°, depths 0 to 20 km, 3 events expected of M ≥ 4.95>"
    )
    assert repr(records["PlaceNowcast"]) == "<PlaceNowcast: 2019-07-05, M ≥ 4.5, 1 × 2 cells>"
    assert repr(records["Nowcasts"]) == "<Nowcasts: 3 steps, 2019-07-04 to 2019-07-06, 2 alarms>"


def test_the_table_tells_planes_and_halos_apart(records, with_halos):
    network, _ = with_halos
    shown = records["FaultNetwork"]._repr_html_()
    named = re.findall(r'<th scope="row">(fault \d+)</th><td class="n">([\d,]+)</td>', shown)
    assert named == [(f"fault {k}", f"{n}") for k, n in enumerate(network.events_per_fault.tolist())]


def test_what_came_is_told_apart_from_what_is_not_known(records):
    shown = records["Nowcasts"]._repr_html_()
    cells = re.findall(r"<td>(–|none|M [\d.]+)</td></tr>", shown)
    assert cells == ["–", "none", "M 2.1"]


def test_hostile_text_stays_text(planted, records):
    catalog = records["Catalog"]
    ids = np.array([f"{HOSTILE}{k}" for k in range(len(catalog))])
    bad = replace(catalog, ids=ids, provenance=replace(catalog.provenance, source=f"a\nb {HOSTILE}"))
    for record in (bad, _network(planted, HOSTILE), records["Forecast"].named(HOSTILE, note=HOSTILE)):
        assert "\n" not in repr(record)
        shown = record._repr_html_()
        assert set(_Elements(shown).seen) <= ELEMENTS
        assert "<script" not in shown


def test_an_empty_catalog_and_one_without_times_or_magnitudes(records):
    catalog = records["Catalog"]
    nothing = catalog[np.zeros(len(catalog), bool)]
    assert repr(nothing).startswith("<Catalog: 0 events, ")
    assert "<img" not in nothing._repr_html_()
    unknown = replace(catalog, times=np.full(60, "NaT", "datetime64[us]"), magnitude=np.full(60, np.nan))
    assert "times unknown" in repr(unknown)
    assert "<img" not in unknown._repr_html_()


def test_a_network_without_its_events_has_no_figure(planted):
    network, _ = planted
    assert "<img" not in network._repr_html_()
    with pytest.raises(InputError, match="does not hold its events"):
        network.plot()


def test_without_matplotlib_the_table_alone(records, monkeypatch):
    def missing(*_):
        raise InputError("figures need matplotlib; install it")

    monkeypatch.setattr("seisweave.report.notebook.catalog._new_figure", missing)
    shown = records["Catalog"]._repr_html_()
    assert "<table" in shown
    assert "figures need matplotlib" in shown


def test_choices_of_a_figure(records):
    assert records["IssuedForecast"].plot(days=7.0, magnitude=4.0).get_suptitle().startswith("etas: M ≥ 4 in 7 days")
    assert records["Catalog"].plot(title="Mine").get_suptitle() == "Mine"
    with pytest.raises(InputError, match="magnitude 5 is not among"):
        records["IssuedForecast"].plot(magnitude=5.0)
    with pytest.raises(InputError, match=r"give one of 4\.5"):
        records["PlaceNowcast"].plot(magnitude=3.0)


def test_what_is_not_ours_is_refused():
    class Catalog:
        pass

    with pytest.raises(InputError, match="cannot be shown"):
        display.line(Catalog())


def test_looking_at_a_catalog_loads_neither_torch_nor_the_figures_of_others():
    """The text of modules: what they import at the top."""
    folder = Path(display.__file__).parent
    for module in ("display", "look", "catalog", "network", "forecast"):
        tree = ast.parse((folder / f"{module}.py").read_text(encoding="utf-8"))
        imported = [each.module or "" for each in tree.body if isinstance(each, ast.ImportFrom)]
        assert not [name for name in imported if name.startswith(("seisweave.nowcast", "torch", "matplotlib"))]


def test_words():
    assert shortened("a" * 50, 10) == "a" * 8 + " …"
    assert few([]) == ""
    assert range_of(np.array([np.nan]), ".1f") == ""
    assert span_of(np.array(["NaT"], "datetime64[us]")) == "times unknown"


@pytest.fixture(scope="module")
def view(records):
    """Figures on the page are pixels: they take longer than all else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("seisweave.report.drawn.drawn", lambda draw: Drawn(PIXEL))
        patch.setattr("seisweave.report.results.network._drawn", lambda *_: PIXEL)
        return records["FaultNetwork"].explore(height=700)


def test_the_linked_views_are_a_frame_of_their_own(records, view):
    with pytest.raises(InputError, match="give 200 pixels or more"):
        records["FaultNetwork"].explore(height=20)
    shown = view._repr_html_()
    assert _Elements(shown).seen == ["iframe"]
    assert "allow-same-origin" not in shown
    assert "height:700px" in shown
    assert len(repr(view)) < 100


@pytest.fixture
def served(tmp_path):
    """A folder and its address over HTTP, as notebooks are served."""
    handler = partial(_Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def test_the_linked_views_run_inside_the_frame(records, view, browser, served):
    folder, address = served
    page = folder / "notebook.html"
    body = records["FaultNetwork"]._repr_html_() + view._repr_html_()
    page.write_text(f"<!DOCTYPE html><meta charset=utf-8><link rel=icon href=data:,><body>{body}", encoding="utf-8")
    browser.get(f"{address}/{page.name}")
    browser.get_log("browser")
    assert browser.execute_script("return document.querySelector('.seisweave-shown img').naturalWidth") > 300
    browser.switch_to.frame(browser.find_element("css selector", "iframe"))
    until(browser, READY)
    assert browser.execute_script("return window.seisweave.results[0].sifted.shown") == 600
    browser.execute_script("document.querySelectorAll('.faults tbody tr')[1].click()")
    until(browser, "return window.seisweave.results[0].state.fault?.[0] === 1")
    browser.execute_script("window.seisweave.results[0].remember()")
    time.sleep(0.3)  # a frame that went elsewhere would be on its way
    assert browser.execute_script("return location.href") == "about:srcdoc"
    browser.switch_to.default_content()
    assert browser.current_url == f"{address}/{page.name}"
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
