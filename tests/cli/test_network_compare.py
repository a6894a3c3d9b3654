"""`seisweave network compare`: what it writes, says and refuses."""

import numpy as np
import pytest

import seisweave as sw
from seisweave.catalog.projection import LocalProjection
from seisweave.storage import read_summary


@pytest.fixture(scope="module")
def traces(made_once, tmp_path_factory):
    """A trace along the heaviest fault of the network, and one far from all."""
    network = sw.open_result(made_once[1])
    upper = network.planes.corners_km[0, :2] * [1.0, 1.0, 0.0]
    lon, lat = network.to_geographic(np.concatenate([upper, upper + np.array([0.0, 40.0, 0.0])]))
    path = tmp_path_factory.mktemp("mapped") / "traces.gmt"
    rows = [f"{a} {b}" for a, b in zip(lon, lat, strict=True)]
    path.write_text("\n".join(["> along", *rows[:2], "> away", *rows[2:], ""]))
    return path


def test_a_folder_with_tables_a_figure_and_a_summary(made_once, traces, tmp_path, run):
    out = tmp_path / "out"
    end = run("network", "compare", made_once[1], "--mapped", traces, "--out", out, "--draws", 9, "--near-km", 4)
    assert end.code == 0, end
    assert "note: " in end.err
    assert "taken as longitude and latitude (WGS84)" in end.err
    lines = end.out.splitlines()
    assert lines[0].startswith("within 4 km and 30° of mapped traces (on the map, by strike: the dip")
    assert "chance" in lines[1]
    assert lines[-1] == f"results: {out}"
    opened = sw.open_result(out)
    assert opened.tables["agreement"]["mapped_fault"][0] == "along"
    assert opened.summary["options"]["draws"] == 9
    assert read_summary(out, ["agreement.csv", "mapped.csv", "chance.csv"])["n_mapped"] == 2
    assert (out / "figure.png").is_file()
    again = tmp_path / "again"
    more = ("--draws", 9, "--near-km", 4, "--jobs", 2, "--quiet")
    assert run("network", "compare", made_once[1], "--mapped", traces, "--out", again, *more).out == ""
    for name in ("agreement.csv", "mapped.csv", "chance.csv"):
        assert (again / name).read_bytes() == (out / name).read_bytes()


def test_what_cannot_be_compared_is_one_line(made_once, traces, tmp_path, refused):
    folder, out = made_once[1], tmp_path / "out"
    broken, elsewhere = tmp_path / "broken.ts", tmp_path / "elsewhere.gmt"
    broken.write_text("GOCAD TSurf 1\nHEADER {\nname:one\n}\nVRTX 1 0 0 0\n")
    lon, lat = LocalProjection(12.0, 42.0).to_geographic(np.zeros(2), np.array([0.0, 9.0]))
    elsewhere.write_text(f"# Datum: WGS84\n> Apennines\n{lon[0]} {lat[0]}\n{lon[1]} {lat[1]}\n")
    for arguments, told in (
        ((folder, "--mapped", broken), "broken.ts: ends before END; it is cut short"),
        ((folder, "--mapped", elsewhere), "no mapped fault is within 100 km of the network (the nearest, 'Apennines'"),
        ((folder, "--mapped", traces, "--crs", "EPSG:26711"), "look like degrees (EPSG:26711)"),
        ((folder, "--mapped", traces, "--crs", "UTM"), "--crs UTM is not known"),
        ((folder, "--mapped", tmp_path / "gone"), "no such file or folder"),
        ((folder, "--mapped", traces, "--near-km", -1), "--near-km is -1"),
        ((tmp_path / "gone", "--mapped", traces), "no such file or folder"),
        ((traces, "--mapped", traces), "not a file of seisweave"),
    ):
        assert told in refused("network", "compare", *arguments, "--out", out)
    assert not out.exists()
