"""Mapped faults: read from files of both forms, laid under maps, cut to their frames."""

import gzip
import json
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from tests.report.conftest import write_result
from tests.report.linked.unpacked import arrays_of, views_of

from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.report import network_figure, plot_map, write_page
from seisweave.report.linked.payload import payload
from seisweave.report.results.network import open_network_result
from seisweave.report.traces import COLOUR, Traces, check_traces, read_traces, thinned, traces_km

GMT = """# made by hand
> "a fault"
-116.6 34.1 -53.0
-116.5 34.2 -50.0

> -Z3 another
-116.4,34.3
-116.3,34.3
-116.2,34.4
> a point
-116.0 34.0
"""
ONE, BOTH = {"type": "LineString"}, {"type": "MultiLineString"}
LINES = [[[-116.6, 34.1], [-116.5, 34.2]], [[-116.4, 34.3], [-116.3, 34.3], [-116.2, 34.4]]]


def collection(*geometries):
    features = [{"type": "Feature", "properties": {}, "geometry": geometry} for geometry in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features})


@pytest.fixture
def file(tmp_path):
    def write(content, name="traces"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.mark.parametrize(
    "content",
    [
        GMT,
        gzip.compress(GMT.encode()),
        GMT.replace("\n", "\r\n"),
        collection(
            {"type": "LineString", "coordinates": LINES[0]}, None, {"type": "LineString", "coordinates": LINES[1]}
        ),
        gzip.compress(collection(BOTH | {"coordinates": LINES}).encode()),
        json.dumps(BOTH | {"coordinates": [[[*p, 120.0] for p in line] for line in LINES]}),
        "\ufeff"
        + collection({"type": "Point", "coordinates": [0, 0]}, {"type": "MultiLineString", "coordinates": LINES}),
    ],
)
def test_lines_are_read_from_either_form(file, content):
    traces = read_traces(file(content))
    assert [line.tolist() for line in traces.lines] == LINES
    assert traces.source == "traces"
    assert len(traces) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is empty"),
        ("# nothing\n> one\n-116 34\n", "holds no mapped faults"),
        ("x,y\n1,2\n", "line 1 is 'x,y'"),
        ("> a\n-116 34\n-116\n", "line 3 is '-116'"),
        ("> utm\n500000 3780000\n500100 3780100\n", "does not say its coordinate system"),
        ("> turned\n34.1 -116.6\n34.2 -116.5\n", "does not say its coordinate system"),
        ("> nan\n-116 nan\n-116.1 34\n", "no numbers"),
        ("{}", "no whole GeoJSON"),
        ('{"type": "LineString", "coordinates": [[1], [2]]}', "no whole GeoJSON"),
        ("[" * 100_000, "no whole GeoJSON"),
        (collection({"type": "Point", "coordinates": [0, 0]}), "has no lines"),
        (gzip.compress(GMT.encode())[:40], "truncated or broken gzip"),
        (bytes(range(128, 256)), "line 1 is"),
    ],
)
def test_what_is_no_file_of_lines_is_one_clear_line(file, content, words):
    with pytest.raises(InputError, match=words) as caught:
        read_traces(file(content))
    assert "\n" not in str(caught.value)


def test_what_is_not_there_is_one_clear_line(tmp_path):
    for path in (tmp_path / "absent", tmp_path):
        with pytest.raises(InputError, match=r"no such file or folder|holds no file of mapped faults"):
            read_traces(path)


def test_of_surfaces_the_upper_edges_are_taken(tmp_path):
    """Two triangles that go down from a line at the surface."""
    rows = ["VRTX 1 -116.6 34.1 0", "VRTX 2 -116.2 34.3 0", "VRTX 3 -116.6 34.0 -9000", "VRTX 4 -116.2 34.2 -9000"]
    text = ["GOCAD TSurf 1", "HEADER {", "name:one", "}", "TFACE", *rows, "TRGL 1 2 3", "TRGL 2 4 3", "END"]
    (tmp_path / "one.ts").write_text("\n".join(text) + "\n")
    (line,) = read_traces(tmp_path / "one.ts", "EPSG:4326").lines
    assert sorted(line.tolist()) == [[-116.6, 34.1], [-116.2, 34.3]]


def frame(half_km):
    return np.full(2, -half_km), np.full(2, half_km)


def test_lines_are_cut_where_they_leave_the_frame(planted):
    """Eastwards through the middle of a map of 20 km: one point is kept beyond each of its sides."""
    network = planted[0]
    longitude = np.linspace(-117.5, -115.5, 41)  # every 4.6 km
    traces = Traces((np.column_stack([longitude, np.full(41, 34.2)]),))
    (line,) = traces_km(traces, network, *frame(10.0))
    expected = network.projection.to_local(longitude, np.full(41, 34.2))[0]
    inside = np.abs(expected) <= 10.0
    assert np.allclose(line[1:-1, 0], expected[inside])
    assert line[0, 0] < -10.0 < line[1, 0]
    assert line[-2, 0] < 10.0 < line[-1, 0]


def test_a_line_that_comes_back_is_two_and_one_with_ends_far_away_is_drawn(planted):
    there_and_back = np.array([[-116.5, 34.2], [-116.4, 34.2], [-115.0, 34.2], [-115.0, 34.0], [-116.4, 34.1]])
    through = np.array([[-118.5, 34.2], [-114.5, 34.2]])
    beside = np.array([[-118.5, 36.2], [-114.5, 36.2]])
    found = traces_km(Traces((there_and_back, through, beside)), planted[0], *frame(20.0))
    assert [len(line) for line in found] == [3, 2, 2]


@pytest.mark.parametrize("east", [179.5, -180.5])
def test_the_date_line_is_no_edge(planted, east):
    network = replace(planted[0], projection=LocalProjection(longitude=179.9, latitude=-20.0))
    line = np.array([[east, -20.0], [-179.9, -20.1], [180.3, -20.2]])
    (found,) = traces_km(Traces((line,)), network, *frame(100.0))
    assert len(found) == 3
    assert np.abs(np.diff(found[:, 0])).max() < 70.0


def test_nothing_crosses_the_map_from_the_far_side(planted):
    """Round the Earth on the other side: an azimuthal map would draw it right across."""
    line = np.array([[60.0, -30.0], [63.0, -34.0], [64.0, -34.5], [70.0, -36.0]])
    assert traces_km(Traces((line,)), planted[0], *frame(50.0)) == []


def test_thinned_lines_keep_their_ends():
    line = np.random.default_rng(0).normal(size=(500, 2)).cumsum(axis=0)
    thin = thinned(line, 20.0)
    assert len(thin) < 60
    assert thin[[0, -1]].tolist() == line[[0, -1]].tolist()


@pytest.fixture
def traces():
    return Traces(tuple(np.array(line) for line in LINES), "by-hand.txt")


def mapped(axes):
    return [c for c in axes.collections if isinstance(c, LineCollection)]


def test_traces_lie_under_the_map_where_they_are(planted, traces):
    axes = plot_map(*planted, traces=traces)
    (drawn,) = mapped(axes)
    expected = np.column_stack(planted[0].projection.to_local(*np.array(LINES[0]).T))
    assert np.allclose(drawn.get_segments()[0], expected)
    assert all(drawn.get_zorder() < other.get_zorder() for other in axes.collections if other is not drawn)
    before = plot_map(*planted)
    assert mapped(before) == []
    assert (before.get_xlim(), before.get_ylim()) == (axes.get_xlim(), axes.get_ylim())
    figure = network_figure(*planted, traces=traces)
    assert "mapped fault" in [words.get_text() for words in figure.legends[0].get_texts()]
    assert [len(mapped(each)) for each in figure.axes] == [1, 0, 0]


def test_views_have_the_traces_and_show_the_surface(result, traces):
    opened = open_network_result(result)
    made = payload(opened, traces)
    arrays = arrays_of(made.told, made.packed)
    assert made.told["mapped"] == COLOUR
    assert len(arrays["mapped_ends"]) - 1 == 2
    assert arrays["mapped_ends"][-1] == len(arrays["mapped"]) / 2
    assert made.told["low"][2] <= 0.0 < made.told["high"][2]
    assert "mapped" not in payload(opened).told["arrays"]


@pytest.mark.usefixtures("no_network_figures")
def test_a_page_over_traces(result, traces, tmp_path, file):
    before = write_page([result], tmp_path / "before.html").read_text()
    page = write_page([result], tmp_path / "page.html", traces=file(GMT, "<b>.txt")).read_text()
    assert "mapped faults of &lt;b&gt;.txt" in page
    assert "mapped" in views_of(page)[1]
    assert "mapped" not in views_of(before)[1]
    assert "mapped faults of" not in before
    images = [text.split('src="data:image/png;base64,')[1].split('"')[0] for text in (before, page)]
    assert len(images[1]) > len(images[0])  # drawn anew; the folder's picture is of one pixel


@pytest.mark.usefixtures("no_network_figures")
def test_traces_of_elsewhere_or_without_a_place_are_one_clear_line(planted, result, traces, tmp_path):
    far = Traces(tuple(line + np.array([20.0, 0.0]) for line in traces.lines), "elsewhere.txt")
    out = tmp_path / "page.html"
    with pytest.raises(InputError, match=r"elsewhere.txt: none of 2 lines \(-96.60 to -96.20° E, 34.10 to 34.40° N\)"):
        write_page([result], out, traces=far)
    local = replace(planted[0], projection=None)
    folder = write_result(tmp_path / "local", local, planted[1])
    with pytest.raises(InputError, match="local: is in local km"):
        write_page([result, folder], out, traces=traces)
    with pytest.raises(InputError, match="in local km, without a place on Earth"):
        plot_map(local, planted[1], traces=traces)
    assert not out.exists()


def test_traces_need_come_into_one_map_only(planted, traces):
    network = planted[0]
    away = replace(network, projection=LocalProjection(longitude=0.0, latitude=0.0))
    frames = [np.stack(frame(40.0))] * 2
    check_traces(traces, [away, network], frames)
    with pytest.raises(InputError, match="comes into the map"):
        check_traces(traces, [away, away], frames)
