"""`seisweave demo`: how many planted faults were found, and a page."""

import json

import numpy as np
from tests.cli.inputs import contents
from tests.nowcast.worlds import brief

from seisweave.cli import nowcast
from seisweave.report.told.planted import compare, verdict


def test_the_verdict_says_all_of_it():
    extra = compare(np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 0, 0, 1, 1]))
    assert extra["planted_found"] == 2
    assert extra["planted_faults"] == 2
    assert extra["planted_spurious"] == 0
    assert compare(np.array([0, 0, 0, -1]), np.array([2, 2, 2, 5]))["planted_spurious"] == 1
    assert verdict(extra).startswith(
        "2 faults planted: 2 found, 0 spurious (found: more than half of its events lie on one"
    )
    assert f"adjusted Rand index {extra['planted_adjusted_rand']:.3f}" in verdict(extra)


def test_the_demo(tmp_path, monkeypatch, run, request):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        nowcast, "fit", lambda catalog, settings, fit=nowcast.fit, **how: fit(catalog, brief(settings), **how)
    )
    end = run("demo", "--events", "400")
    assert end.code == 0
    assert all(" s elapsed" in line for line in end.err.splitlines()), "nothing but progress, where the machine is slow"
    lines = end.out.splitlines()
    assert lines[0].startswith("a simulated catalog (seed 1): ")
    assert "spurious (found: more than half" in lines[2]
    page = tmp_path / "seisweave-demo" / "report.html"
    assert lines[-1] == f"open {page}"
    assert "adjusted Rand" in page.read_text(encoding="utf-8")
    summary = json.loads((tmp_path / "seisweave-demo" / "summary.json").read_text())
    found = (
        f"{summary['planted_faults']} faults planted: {summary['planted_found']} found, {summary['planted_spurious']}"
    )
    assert lines[2].startswith(found)
    nowcasts = json.loads((tmp_path / "seisweave-demo" / "nowcast" / "summary.json").read_text())
    assert nowcasts["scores"]["events"]["n_positives"] > 0
    assert "Against the events that came" in page.read_text(encoding="utf-8")
    before = {path for path in contents(tmp_path) if "/nowcast" not in path}
    monkeypatch.setattr("seisweave.cli.demo.nowcast_days", lambda folder, catalog: [])
    request.getfixturevalue("plain_figure")
    assert run("demo", "--events", "400", "--jobs", "1").code == 0, "a demo replaces an earlier demo"
    assert contents(tmp_path).keys() == before


def test_a_demo_replaces_no_results_unasked(result, refused):
    before = contents(result)
    assert "give --force" in refused("demo", "--out", result)
    assert contents(result) == before


def test_a_demo_where_nothing_can_be_written(tmp_path, refused):
    (tmp_path / "file").write_text("x")
    assert "is a file" in refused("demo", "--out", tmp_path / "file")
    assert "cannot be written" in refused("demo", "--out", tmp_path / "file" / "demo")


def test_a_page_that_fails_leaves_nothing(tmp_path, monkeypatch, run, plain_figure):
    def fail(folders, out):
        from seisweave.errors import InputError

        raise InputError(f"{out}: cannot be written (No space left on device); choose another place")

    monkeypatch.setattr("seisweave.report.page.write_page", fail)
    monkeypatch.setattr("seisweave.cli.demo.nowcast_days", lambda folder, catalog: [])
    end = run("demo", "--events", "200", "--out", tmp_path / "x" / "demo")
    assert end.code == 2
    assert end.err == (
        f"seisweave: {tmp_path}/x/demo/report.html: cannot be written (No space left on device); choose another place\n"
    )
    assert list(tmp_path.iterdir()) == []
