"""`seisweave network match`: what it writes, says and refuses."""

import json

import numpy as np
import pytest
from tests.faults.labelled import network_of, planes_of_events, write_bare

import seisweave as sw
from seisweave.catalog.projection import LocalProjection
from seisweave.faults.matching import match_networks

CENTRES = [(0, 0, 8), (20, 0, 8), (40, 0, 8)]


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Three faults; the same with one of them cut in two and another gone; three faults elsewhere."""
    xyz_km, label = planes_of_events(CENTRES, [0.0, 30.0, 90.0], [90.0, 70.0, 60.0])
    cut = np.where(label == 2, -1, label)
    cut[(label == 1) & (xyz_km[:, 1] > 0)] = 2
    far = LocalProjection(longitude=142.0, latitude=38.0)
    there = network_of(xyz_km, label, projection=far, ids=np.array([f"j{k}" for k in range(len(label))]))
    where = tmp_path_factory.mktemp("networks")
    made = {"first": network_of(xyz_km, label), "second": network_of(xyz_km, cut), "far": there}
    for name, network in made.items():
        write_bare(network, where / name)
    return where


def test_a_folder_with_tables_a_picture_and_numbers(folders, tmp_path, run):
    out = tmp_path / "out"
    end = run("network", "match", folders / "first", folders / "second", "--out", out)
    assert end.code == 0, end
    names = {path.name for path in out.iterdir()}
    assert names == {"matches.csv", "pairs.csv", "figure.png", "run.toml", "summary.json"}
    opened = sw.open_result(out)
    matches = opened.tables["matches"]
    first = matches[matches["network"] == "first"]
    assert first["kind"].tolist() == ["same", "split", "vanished"]
    assert first["counterpart"].tolist()[0] == 0
    assert first["related"].tolist()[1] == "1 2"
    assert matches[matches["network"] == "second"]["kind"].tolist() == ["same", "split", "split"]
    summary = json.loads((out / "summary.json").read_text())
    assert summary["kinds"] == {
        "first": {"same": 1, "split": 1, "merged": 0, "changed": 0, "vanished": 1},
        "second": {"same": 1, "split": 2, "merged": 0, "changed": 0, "appeared": 0},
    }
    assert summary["n_common_events"] == 180
    ours = match_networks(*(sw.open_result(folders / name) for name in ("first", "second")))
    assert (summary["adjusted_rand"], summary["adjusted_rand_on_faults"]) == pytest.approx(
        (ours.adjusted_rand, ours.adjusted_rand_on_faults)
    )
    assert "first network, 3 faults: 1 same, 1 split, 0 merged, 0 changed, 1 vanished\n" in end.out
    assert "second network, 3 faults: 1 same, 2 split, 0 merged, 0 changed, 0 appeared\n" in end.out
    assert "adjusted Rand index of 180 common events" in end.out
    assert end.err == "note: 180 common events of 180 and 180: 180 by id\n"
    assert run("network", "match", folders / "first", folders / "second", "--out", out, "--quiet", "--force").out == ""


def test_bad_input_ends_in_one_line(folders, tmp_path, refused, run):
    out = ("--out", tmp_path / "out")
    first = folders / "first"
    assert "give two networks of one region" in refused("network", "match", first, folders / "far", *out)
    assert "no such file or folder" in refused("network", "match", first, tmp_path / "nowhere", *out)
    (tmp_path / "empty").mkdir()
    assert "holds no result of seisweave" in refused("network", "match", first, tmp_path / "empty", *out)
    assert run("network", "match", first, first, "--out", tmp_path / "matched").code == 0
    assert "holds no fault network" in refused("network", "match", first, tmp_path / "matched", *out)
    bare = sw.open_result(first).write(tmp_path / "network.nc")
    assert "holds no events beside its network" in refused("network", "match", first, bare, *out)
    assert "--reach-km is 0" in refused("network", "match", first, first, "--reach-km", 0, *out)
    assert not (tmp_path / "out").exists()
