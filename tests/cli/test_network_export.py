"""`seisweave network export` from end to end, and its refusals."""

import json

import pytest
from tests.cli.inputs import contents

from seisweave.faults.exports.formats import FORMATS

ALL = [word for name in FORMATS for word in ("--to", name)]
FILES = {each.file for each in FORMATS.values()} | {"network.vtm", "events.vtp", "exports.json"}


def test_all_formats_into_a_folder(run, made_once, tmp_path):
    _, result = made_once
    out = tmp_path / "exports"
    before = contents(result)
    end = run("network", "export", result, *ALL, "--out", out, "--observed-years", 30, "--min-magnitude", 3)
    assert end.code == 0, end.err
    assert {path.name for path in out.iterdir()} - {"halos.vtp", "run.toml"} == FILES
    told = json.loads((out / "exports.json").read_text())
    assert told["formats"] == list(FORMATS)
    assert told["options"]["observed_years"] == 30
    assert [line.removeprefix("note: ") for line in end.err.splitlines() if "--" not in line] == [
        note for note in told["notes"] if "=" not in note or "b =" in note
    ]
    assert "give another, like --rake-deg 90" in end.err
    assert end.out.endswith(f"results: {out}\n")
    assert contents(result) == before


def test_replaced_only_by_force(run, refused, made_once, tmp_path):
    _, result = made_once
    out, file = tmp_path / "exports", tmp_path / "faults.gmt"
    assert run("network", "export", result, "--to", "csv", "--out", out).code == 0
    assert "give --force" in refused("network", "export", result, "--to", "kml", "--out", out)
    end = run("network", "export", result, "--to", "kml", "--out", out, "--force", "--quiet")
    assert (end.code, end.out, end.err) == (0, "", "")
    assert {path.name for path in out.iterdir()} == {"network.kml", "exports.json", "run.toml"}
    assert run("network", "export", result, "--to", "gmt", "--out", file).code == 0
    before = contents(tmp_path)
    assert "exists; choose another name, or give --force" in refused(
        "network", "export", result, "--to", "gmt", "--out", file
    )
    assert contents(tmp_path) == before
    assert run("network", "export", result, "--to", "gmt", "--out", file, "--force").code == 0


def test_refusals_are_one_line(refused, made_once, result, tmp_path, catalog_file):
    _, network = made_once
    foreign = tmp_path / "mine"
    foreign.mkdir()
    (foreign / "thesis.tex").write_text("all of it")
    for arguments, said in (
        ((network, "--to", "srcmod", "--out", tmp_path / "a.fsp"), "give one of kml, vtp, tsurf, nrml, gmt, gpkg"),
        ((network, "--to", "kml", "--out", tmp_path / "a.gpkg"), "give a name in .kml, or a folder"),
        ((network, "--to", "kml", "--to", "gmt", "--out", tmp_path / "a.kml"), "several formats make a folder"),
        ((network, "--to", "kml", "--out", foreign), "holds files that are not results of seisweave"),
        ((network, "--to", "kml", "--out", tmp_path / "no" / "a.kml"), "cannot be written"),
        ((result, "--to", "kml", "--force", "--out", result), "is the network itself"),
        ((catalog_file, "--to", "kml", "--out", tmp_path / "a.kml"), "not a file of seisweave"),
        ((tmp_path / "nothing", "--to", "kml", "--out", tmp_path / "a.kml"), "no such file or folder"),
        ((network, "--to", "nrml", "--rake-deg", 200, "--out", tmp_path / "a.xml"), "--rake-deg is 200"),
        ((network / "network.nc", "--to", "nrml", "--out", tmp_path / "a.xml"), "need events with magnitudes"),
        ((network, "--to", "nrml", "--out", tmp_path / "a.xml", "--min-magnitude", 8.9), "no fault can be a source"),
    ):
        assert said in refused("network", "export", *arguments), arguments
    assert not list(tmp_path.glob("a.*"))


def test_a_missing_library_is_told_before_the_work(refused, made_once, tmp_path, monkeypatch):
    monkeypatch.setattr("seisweave.faults.exports.formats.find_spec", lambda name: None)
    monkeypatch.setattr("seisweave.report.results.opened.open_any_network", lambda source: pytest.fail("was read"))
    said = refused("network", "export", made_once[1], "--to", "gpkg", "--out", tmp_path / "a.gpkg")
    assert said.endswith("gpkg needs geopandas and pyogrio; install with: pip install 'seisweave[export]'\n")


def test_local_networks(run, refused, tmp_path):
    """Points in local km have no place on a map; where that matters, it is told."""
    import numpy as np

    import seisweave as sw

    points = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    network = sw.reconstruct_faults(points).write(tmp_path / "network.nc")
    for name, chosen in FORMATS.items():
        out = tmp_path / f"out{chosen.suffix}"
        if chosen.geographic:
            said = refused("network", "export", network, "--to", name, "--out", out)
            assert f"{name} needs longitude and latitude, and the network is in local km; export it to vtp" in said
            assert not out.exists()
        else:
            assert run("network", "export", network, "--to", name, "--out", out).code == 0
            assert out.stat().st_size > 0


def test_a_folder_of_exports_is_no_result(refused, run, made_once, tmp_path):
    out = tmp_path / "exports"
    assert run("network", "export", made_once[1], "--to", "csv", "--out", out).code == 0
    said = refused("network", "export", out, "--to", "kml", "--out", tmp_path / "again")
    assert "holds a network as other programs read it; give the folder it was exported from" in said
