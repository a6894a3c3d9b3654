"""`seisweave network assign | update`: what they write, say and refuse."""

import numpy as np
import pandas as pd
import pytest
from tests.faults.living_world import world_of

import seisweave as sw
from seisweave.storage import read_summary


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A network's folder, made in Python, and files of the events that come then."""
    where = tmp_path_factory.mktemp("living")
    first, second = (
        world_of((260, 160, 120), seed=1),
        world_of((120, 80, 60, 100), noise=30, seed=2, after=4.0, name="b"),
    )
    first.catalog.write(where / "first.csv")
    second.catalog.write(where / "second.csv")
    sw.write_result(sw.reconstruct_faults(first.catalog, jobs=1), where / "network")
    return where


def test_assign_writes_a_folder_or_a_file(folder, tmp_path, run):
    end = run("network", "assign", folder / "network", folder / "second.csv", "--out", tmp_path / "moved")
    assert end.code == 0, end
    table = pd.read_csv(tmp_path / "moved" / "assigned.csv")
    summary = read_summary(tmp_path / "moved", ["assigned.csv", "moved.csv"])
    assert (summary["n_events"], summary["n_known"]) == (len(table), 0)
    assert summary["n_on_faults"] == (table["fault"] >= 0).sum()
    moved = pd.read_csv(tmp_path / "moved" / "moved.csv")
    assert moved["n_events"].sum() == summary["n_on_faults"]
    assert end.out.startswith(f"{len(table)} new events: {summary['n_on_faults']} on {len(moved)} faults, ")
    assert set(sw.open_result(tmp_path / "moved").tables) == {"assigned", "moved"}
    end = run(
        "network", "assign", folder / "network", folder / "second.csv", "--out", tmp_path / "moved.parquet", "--quiet"
    )
    assert (end.code, end.out, end.err) == (0, "", "")
    np.testing.assert_array_equal(pd.read_parquet(tmp_path / "moved.parquet")["fault"], table["fault"])


def test_update_writes_a_network_that_goes_on(folder, tmp_path, run, refused, plain_figure):
    out = tmp_path / "after"
    end = run("network", "update", folder / "network", folder / "first.csv", folder / "second.csv", "--out", out)
    assert end.code == 0, end
    assert "in the network already" in end.err
    assert any(line.startswith("F3 appeared: 0 -> ") for line in end.out.splitlines()), end.out
    after = sw.open_result(out)
    changes = pd.read_csv(out / "changes.csv")
    assert set(changes["number"]) == set(after.numbers)
    summary = read_summary(out, ["network.nc", "changes.csv"])
    assert summary["update"]["n_new"] == 390
    assert summary["update"]["agreement"] >= 0.9
    assert "--force" in refused("network", "update", out, folder / "second.csv", "--out", out)
    end = run("network", "update", out, folder / "second.csv", "--out", out, "--force")  # nothing new: as it was
    assert end.code == 0, end
    again = sw.open_result(out)
    assert again.numbers.tolist() == after.numbers.tolist()
    assert again.bic == after.bic


def test_local_points_stay_local(folder, tmp_path, run, refused, plain_figure):
    rng = np.random.default_rng(1)
    for name, n in (("old", 300), ("new", 80)):
        points = np.concatenate([rng.normal((0, y, 8), (5.0, 0.2, 3.0), (n, 3)) for y in (0, 30)])
        pd.DataFrame(points, columns=["x_km", "y_km", "depth_km"]).to_csv(tmp_path / f"{name}.csv", index=False)
    assert run("faults", tmp_path / "old.csv", "--xyz", "--out", tmp_path / "net", "--quiet").code == 0
    new = tmp_path / "new.csv"
    assert run("network", "update", tmp_path / "net", new, "--xyz", "--out", tmp_path / "then", "--quiet").code == 0
    assert sw.open_result(tmp_path / "then").n_events == 760
    assert "in degrees" in refused("network", "assign", folder / "network", new, "--xyz", "--out", tmp_path / "a.csv")
    said = refused("network", "assign", tmp_path / "net", folder / "second.csv", "--out", tmp_path / "a.csv")
    assert "in local km" in said


def test_what_cannot_be_used_is_one_line(folder, tmp_path, refused):
    second = folder / "second.csv"
    table = pd.read_csv(second)
    table.assign(longitude=table["longitude"] + 40).to_csv(tmp_path / "elsewhere.csv", index=False)
    bare = tmp_path / "bare"
    bare.mkdir()
    (bare / "network.nc").write_bytes((folder / "network" / "network.nc").read_bytes())
    for command in ("assign", "update"):
        out = ("--out", tmp_path / "out")
        assert "region" in refused("network", command, folder / "network", tmp_path / "elsewhere.csv", *out)
        assert "no event left" in refused("network", command, folder / "network", second, "--start", "2030-01-01", *out)
        assert "no such file" in refused("network", command, tmp_path / "nowhere", second, *out)
        assert "holds no result" in refused("network", command, tmp_path, second, *out)
        assert not (tmp_path / "out").exists()
    assert "does not hold its events" in refused("network", "update", bare, second, "--out", tmp_path / "out")
    assert "agreement is 2" in refused(
        "network", "update", folder / "network", second, "--agreement", 2, "--out", tmp_path / "out"
    )
