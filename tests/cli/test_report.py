"""`seisweave report`: result folders as one page."""

import json

import pytest
from tests.cli.inputs import contents

from seisweave.faults import open_network


def test_a_page_of_two_folders(made_once, result, tmp_path, run):
    end = run("report", made_once[1], result, "--out", tmp_path / "page.html")
    assert (end.code, end.err) == (0, "")
    assert end.out == f"{tmp_path / 'page.html'}\n"
    assert "Side by side" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_page_is_replaced(made_once, tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        assert run("report", made_once[1]).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_what_is_no_result(tmp_path, made_once, refused):
    (tmp_path / "file").write_text("x")
    (tmp_path / "folder").mkdir()
    before = contents(tmp_path)
    page = ("--out", tmp_path / "page.html")
    assert "no such folder" in refused("report", tmp_path / "absent", *page)
    assert "no such folder" in refused("report", tmp_path / "file", *page)
    assert "holds no result of seisweave" in refused("report", tmp_path / "folder", *page)
    assert "holds no result of seisweave" in refused("report", made_once[1], tmp_path / "folder", *page)
    assert contents(tmp_path) == before


def test_mapped_faults_lie_under_the_maps(result, tmp_path, run, refused, plain_figure):
    network = open_network(result)
    east, north = network.projection.longitude, network.projection.latitude
    path, page = tmp_path / "traces.txt", tmp_path / "page.html"
    path.write_text(f"> through the middle\n{east - 1} {north}\n{east + 1} {north}\n")
    assert run("report", result, "--traces", path, "--out", page).code == 0
    assert "mapped faults of traces.txt" in page.read_text(encoding="utf-8")
    path.write_text("> somewhere else\n0 0\n0 1\n")
    assert "none of 1 lines" in refused("report", result, "--traces", path, "--out", tmp_path / "other.html")


@pytest.mark.parametrize("name", ["network.nc", "summary.json", "events.parquet", "faults.csv"])
def test_a_damaged_result(name, result, tmp_path, refused):
    (result / name).write_bytes(b"\x00damaged")
    refused("report", result, "--out", tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()


def test_a_summary_of_another_shape(result, tmp_path, refused):
    (result / "summary.json").write_text(json.dumps([1, 2]))
    assert "damaged" in refused("report", result, "--out", tmp_path / "page.html")


def test_where_no_page_can_be(made_once, tmp_path, refused):
    (tmp_path / "folder").mkdir()
    (tmp_path / "thesis.tex").write_text("mine")
    before = contents(tmp_path)
    assert "cannot be written" in refused("report", made_once[1], "--out", tmp_path / "absent" / "page.html")
    assert "is a folder" in refused("report", made_once[1], "--out", tmp_path / "folder")
    assert "is no page" in refused("report", made_once[1], "--out", tmp_path / "thesis.tex")
    assert "cannot be written" in refused("report", made_once[1], "--out", "/proc/page.html")
    assert contents(tmp_path) == before
