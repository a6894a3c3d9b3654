"""`seisweave network mechanisms`: what it writes, says and refuses."""

import json

import numpy as np
import pytest
from tests.cli.inputs import write_rows
from tests.faults.labelled import network_of, planes_of_events, write_bare

import seisweave as sw
from seisweave.catalog.nodal_planes import NodalPlanes
from seisweave.synthetic import plant_mechanisms

HEADER = "evid,strike,dip,rake,fp_unc,ap_unc"
FEW = ("--draws", 50)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A network of four faults as a folder, and a table of mechanisms of its events."""
    strikes, dips = np.array([0.0, 30.0, 90.0, 130.0]), np.array([90.0, 70.0, 60.0, 80.0])
    xyz_km, label = planes_of_events([(40.0 * k, 0, 8) for k in range(4)], strikes, dips, n_each=30)
    network, where = network_of(xyz_km, label), tmp_path_factory.mktemp("world")
    write_bare(network, where / "network")
    planted = plant_mechanisms(NodalPlanes(strikes[label], dips[label], np.full(120, 170.0)), seed=1)
    rows = [f"{name.removeprefix('ci')},{a:.2f},{b:.2f},{c:.2f},15,15" for name, a, b, c in
            zip(network.source.ids, *vars(planted.listed).values(), strict=True)]  # fmt: skip
    return where / "network", write_rows(where / "mechanisms.csv", rows, HEADER), planted


def test_a_folder_with_tables_a_picture_and_numbers(world, tmp_path, run):
    network, source, planted = world
    out = tmp_path / "out"
    end = run("network", "mechanisms", network, source, *FEW, "--out", out)
    assert end.code == 0, end
    names = {path.name for path in out.iterdir()}
    assert names == {"mechanisms.csv", "by_fault.csv", "figure.png", "run.toml", "summary.json"}
    tables = sw.open_result(out).tables
    listed = tables["mechanisms"]["preferred"].to_numpy() == "listed"
    assert (listed == planted.listed_slipped).mean() > 0.95
    assert tables["by_fault"]["n_mechanisms"].tolist() == [30] * 4
    assert np.abs(tables["by_fault"]["mean_rake_deg"]).between(160, 180).all()
    summary = json.loads((out / "summary.json").read_text())
    assert summary["n_mechanisms"] == summary["n_on_faults"] == 120
    assert summary["misfit"]["observed"]["value"] < summary["misfit"]["random"]["low"]
    assert summary["misfit"]["p_random"] == pytest.approx(1 / 51)
    lines = end.out.splitlines()
    assert lines[0] == "120 mechanisms on 4 faults"
    assert lines[1].startswith("mean misfit of the better plane 1")
    assert end.err.splitlines()[-1] == "note: 120 of 120 mechanisms are found in the network: 120 by id"


def test_what_is_left_out_is_told(world, tmp_path, run):
    network, _, _ = world
    rows = ["1000,0,90,170,15,15", "1001,10,99,0,15,15", "1000,20,80,0,15,15", "5,20,80,0,15,15"]
    source = write_rows(tmp_path / "mixed.csv", rows, HEADER)
    end = run("network", "mechanisms", network, source, *FEW, "--out", tmp_path / "out")
    assert end.code == 0, end
    assert "note: 1 rows are left out: dip is outside 0..90\n" in end.err
    assert "note: 1 rows are left out: another solution for an event that has one already\n" in end.err
    assert "note: 1 of 2 mechanisms are left out: neither events of the network, nor within it\n" in end.err
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["n_rejected"] == 2


@pytest.mark.parametrize(
    ("rows", "header", "said"),
    [
        (["0,90,170"], "strike,dip,rake", "has an id, or a time and a place"),
        (["7,0,90,170"], "evid,strike,dip,rake", "is that of an event of the network"),
        (["7,400,90,170"], "evid,strike,dip,rake", "1 times strike is outside -180..360"),
        ([], "evid,strike,dip,rake", "holds no mechanisms"),
        (["7,33,-116,5"], "evid,lat,lon,depth", "no mechanisms are found in it"),
        (["142,38,8,0,90,170"], "lon,lat,depth,strike,dip,rake", "give mechanisms of its region"),
    ],
)
def test_bad_input_ends_in_one_line(rows, header, said, world, tmp_path, refused):
    source = write_rows(tmp_path / "bad.csv", rows, header)
    assert said in refused("network", "mechanisms", world[0], source, *FEW, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_files_and_folders_that_are_none(world, tmp_path, refused):
    network, source, _ = world
    out = ("--out", tmp_path / "out")
    assert "does not exist" in refused("network", "mechanisms", network, tmp_path / "none.csv", *out)
    assert "is empty" in refused("network", "mechanisms", network, write_rows(tmp_path / "empty.csv", [], ""), *out)
    assert "no such file or folder" in refused("network", "mechanisms", tmp_path / "none", source, *out)
    assert "--scatter-deg is 'wide'" in refused("network", "mechanisms", network, source, "--scatter-deg", "wide", *out)
