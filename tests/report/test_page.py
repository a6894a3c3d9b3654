import json
import re
import shutil
import sys
from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from tests.faults.by_hand import one_fault_a_segment
from tests.report.conftest import HOSTILE, PIXEL, write_result
from tests.report.linked.unpacked import views_of

from seisweave.errors import InputError
from seisweave.faults.export import plate_corners
from seisweave.faults.options import FaultOptions
from seisweave.report import Traces, network_figure, write_page
from seisweave.report.markup import embed_json, number, table, text
from seisweave.report.results.network import open_network_result as open_result
from seisweave.report.results.network import over_traces
from seisweave.storage import write_dataset

pytestmark = pytest.mark.usefixtures("no_network_figures")
LINES = (np.array([[-116.6, 34.1], [-116.4, 34.3]]),)


def test_page_tells_what_was_found(result, tmp_path):
    out = write_page([result], tmp_path / "page.html")
    page = out.read_text()
    network = open_result(result).network
    for words in (
        "600 events",
        "<strong>6 faults</strong>",
        "of the events lie on them",
        "0.912",
        "20 proto-faults",
        "ab" * 32,
        "0.0.test",
    ):
        assert words in page
    for option in fields(FaultOptions):
        assert f'<th scope="row">{option.name}</th>' in page
        assert text(option.metadata["help"]) in page
    assert "(default 1)" in page  # subsets is 2
    assert page.count("<script>") == 1
    assert page.count("<tr>") > network.n_faults
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_halos_are_told_apart_and_never_as_faults(with_halos, tmp_path):
    network = with_halos[0]
    folder = write_result(tmp_path / "halos", *with_halos)
    page = write_page([folder], tmp_path / "page.html").read_text()
    share = (network.faults.halo_of_event >= 0).mean()
    assert "<strong>4 faults</strong> in 2 systems" in page
    assert f"{100 * share:.1f} % in 2 halos" in page
    tables = page.split("<h3>Faults</h3>")[1].split('<details class="events">')[0]
    faults, halos = tables.split('<details class="halos"><summary>Halos (2)</summary>')
    assert faults.count("<tr>") == 1 + 4
    assert halos.count("<tr>") == 1 + 2
    told, arrays = views_of(page)
    assert (told["faults"], told["halos"]) == (4, 2)
    assert arrays["first"][3] - arrays["first"][1] == (network.faults.halo_of_event >= 0).sum()
    assert len(arrays["halo_covariance"]) == 9 * 2
    assert len(arrays["plates"]) == 24 * 4
    assert "largest" not in page.split('<dl class="numbers">')[1].split("</dl>")[0]


def test_a_planted_truth_is_told_as_found_and_spurious(planted, tmp_path):
    summary = {"planted_faults": 27, "planted_found": 26, "planted_spurious": 2, "planted_adjusted_rand": 0.951}
    folder = write_result(tmp_path / "planted", *planted, summary=summary)
    assert "27 planted, 26 found, 2 spurious" in write_page([folder], tmp_path / "page.html").read_text()


def test_doubts_have_a_place(planted, tmp_path):
    network, xyz = planted
    lost = replace(network.faults, fault_of_event=np.where(xyz[:, 0] > 8, network.label, -1))
    page = write_page([write_result(tmp_path / "r", replace(network, faults=lost), xyz)], tmp_path / "page.html")
    assert "of the events are background, on no fault" in page.read_text()
    assert "To be doubted" not in write_page([write_result(tmp_path / "s", *planted)], tmp_path / "s.html").read_text()


def test_a_folder_of_an_earlier_version_is_one_clear_line(result, tmp_path):
    folder = tmp_path / "old"
    shutil.copytree(result, folder)
    write_dataset(open_result(result).network.to_dataset().drop_vars("fault_of_event"), folder / "network.nc")
    with pytest.raises(InputError, match="earlier version") as caught:
        write_page([folder], tmp_path / "page.html")
    assert "\n" not in str(caught.value)


def test_several_results_are_compared(result, hostile_result, tmp_path):
    page = write_page([result, hostile_result], tmp_path / "page.html").read_text()
    assert "Side by side" in page
    assert "comparable only between results" in page
    assert page.count("<section id=") == 2
    assert page.count("<script>") == 1
    assert page.count('class="linked"') == page.count('class="curve"') == 2
    assert views_of(page, "result-2")[0]["centre"] is None
    assert "Side by side" not in write_page([result], tmp_path / "one.html").read_text()


def test_hostile_text_is_escaped_everywhere(hostile_result, tmp_path):
    page = write_page([hostile_result], tmp_path / "page.html").read_text()
    assert "window.hacked" in page
    assert HOSTILE not in page
    assert "<img src=x" not in page
    assert "onerror='" not in page


def test_every_event_is_in_the_page(result, tmp_path):
    opened = open_result(result)
    told, arrays = views_of(write_page([result], tmp_path / "page.html").read_text())
    assert told["events"] == len(arrays["x"]) == len(arrays["t"]) == len(arrays["m"]) == opened.network.n_events
    ids = arrays["ids"].tobytes().decode().split("\n")
    assert sorted(ids) == sorted(opened.events["id"])
    assert len(arrays["plates"]) == 24 * opened.network.n_faults


def test_plates_have_the_sides_of_their_faults(planted):
    network, _ = planted
    corners = plate_corners(network.planes)
    planes = network.planes
    for (a, b), side in (
        ((0, 1), planes.length_km),
        ((1, 2), planes.width_km),
        ((0, 4), planes.thickness_km),
    ):
        assert np.allclose(np.linalg.norm(corners[:, a] - corners[:, b], axis=1), side)
    assert np.allclose(corners.mean(axis=1), network.mixture.mean_km)


def test_long_tables_scroll():
    rows = [[number(n), number(1.5 * n)] for n in range(201)]
    assert 'class="scroll tall"' in table("many", ["a", "b"], rows)
    assert 'class="scroll tall"' not in table("few", ["a", "b"], rows[:200])


def test_json_cannot_leave_its_element():
    encoded = embed_json({"<!--": "</script>&\u2028"})
    assert not set("<>&\u2028") & set(encoded)
    assert json.loads(encoded) == {"<!--": "</script>&\u2028"}


def test_local_km_page_has_no_empty_columns(hostile_result, tmp_path):
    page = write_page([hostile_result], tmp_path / "page.html").read_text()
    tables = page.split("<h3>Faults</h3>")[1].split("<h3>In words</h3>")[0]
    assert "longitude" not in tables
    assert "x (km)" in tables


def test_a_network_without_merges_or_faults_has_a_page(planted, tmp_path):
    network, xyz = planted
    mixture = replace(network.mixture, weight=np.zeros(0), mean_km=np.zeros((0, 3)), covariance_km2=np.zeros((0, 3, 3)))
    history = replace(
        network.history, **{f.name: getattr(network.history, f.name)[:0] for f in fields(network.history)}
    )
    part = np.zeros(network.n_events, dtype=np.intp)
    faults = one_fault_a_segment(mixture, part)
    empty = replace(network, mixture=mixture, history=history, part=part, faults=faults, n_proto=0)
    folder = write_result(tmp_path / "empty", empty, xyz)
    assert "better described by a fault" in write_page([folder], tmp_path / "page.html").read_text()


@pytest.mark.parametrize("missing", ["network.nc", "summary.json", "faults.csv", "events.parquet", "figure.png"])
def test_no_result_folder_is_one_clear_line(result, tmp_path, missing):
    folder = tmp_path / "broken"
    folder.mkdir()
    for file in result.iterdir():
        if file.name != missing:
            (folder / file.name).write_bytes(file.read_bytes())
    with pytest.raises(InputError, match=f"not a result folder \\(no {re.escape(missing)}\\)") as caught:
        write_page([folder], tmp_path / "page.html")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("left", [0, 20, -1])
def test_a_broken_picture_is_drawn_again(result, tmp_path, monkeypatch, left):
    drawn = PIXEL.replace(b"IDAT", b"idat")
    monkeypatch.setattr("seisweave.report.results.network._drawn", lambda network, xyz_km: drawn)
    assert open_result(result).figure == PIXEL
    folder = tmp_path / "result"
    shutil.copytree(result, folder)
    (folder / "figure.png").write_bytes(PIXEL[:left])
    assert open_result(folder).figure == drawn


@pytest.mark.parametrize(
    ("name", "wrong"), [("responsibility", np.inf), ("probability", 1.5), ("responsibility", -0.1)]
)
def test_shares_of_events_are_shares(result, tmp_path, name, wrong):
    folder = tmp_path / "result"
    shutil.copytree(result, folder)
    events = pd.read_parquet(folder / "events.parquet")
    events.loc[3, name] = wrong
    events.to_parquet(folder / "events.parquet")
    with pytest.raises(InputError, match=f"{name} of"):
        open_result(folder)


@pytest.mark.parametrize("wrong", [np.nan, 9.5])
def test_the_largest_magnitudes_are_those_of_the_events(result, tmp_path, wrong):
    """One number of a table without a digest was changed."""
    folder = tmp_path / "result"
    shutil.copytree(result, folder)
    table = pd.read_csv(folder / "faults.csv")
    assert table["largest_magnitude"].notna().all()
    table.loc[1, "largest_magnitude"] = wrong
    table.to_csv(folder / "faults.csv", index=False)
    summary = json.loads((folder / "summary.json").read_text())
    summary.pop("sha256_of_files", None)
    (folder / "summary.json").write_text(json.dumps(summary))
    with pytest.raises(InputError, match=r"the largest magnitudes of faults\.csv are not those of events\.parquet"):
        open_result(folder)


def test_damage_is_one_clear_line(result, tmp_path):
    for name, content in (
        ("summary.json", b"{"),
        ("summary.json", b"[1]"),
        ("events.parquet", b"no parquet"),
        ("events.parquet", None),
        ("network.nc", b"no netcdf"),
        ("faults.csv", b""),
    ):
        folder = tmp_path / f"{name}-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        for file in result.iterdir():
            (folder / file.name).write_bytes(file.read_bytes())
        if content is None:
            pd.read_parquet(result / name).head(5).to_parquet(folder / name)
        else:
            (folder / name).write_bytes(content)
        with pytest.raises(InputError) as caught:
            write_page([folder], tmp_path / "page.html")
        assert "\n" not in str(caught.value)


def test_impossible_places_and_no_folders_are_refused(result, tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        write_page([tmp_path / "nowhere"], tmp_path / "page.html")
    with pytest.raises(InputError, match="no result folder given"):
        write_page([], tmp_path / "page.html")
    with pytest.raises(InputError, match="cannot be written"):
        write_page([result], tmp_path / "nowhere" / "page.html")
    with pytest.raises(InputError, match="cannot be written"):
        write_page([result], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_missing_libraries_are_one_clear_line(result, planted, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    for attempt in (lambda: network_figure(*planted), lambda: over_traces([open_result(result)], Traces(LINES))):
        with pytest.raises(InputError, match=re.escape("pip install 'seisweave[report]'")):
            attempt()
