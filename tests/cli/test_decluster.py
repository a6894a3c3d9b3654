"""`seisweave catalog decluster`: what it writes, says and refuses, and that every other command reads it."""

import numpy as np
import pytest
from tests.cli.inputs import write_rows

import seisweave as sw
from seisweave.catalog import Catalog, read_catalog
from seisweave.storage import read_summary
from seisweave.synthetic import EtasOptions, etas_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """A small world of families, as a file."""
    path = tmp_path_factory.mktemp("world") / "world.csv"
    made = etas_world(EtasOptions(box=(-118.0, -116.0, 33.0, 35.0), days=800, contrast=0.0), seed=2)
    made.catalog.write(path)
    return path, made


@pytest.mark.parametrize("method", ["gardner-knopoff", "stochastic"])
def test_a_folder_holds_both_catalogs_a_figure_and_a_summary(method, world, tmp_path, run):
    source, made = world
    end = run("catalog", "decluster", source, "--method", method, "--form", "standard", "--completeness", 2.5,
              "--out", tmp_path / "out")  # fmt: skip
    assert end.code == 0, end
    kept, everything = (read_catalog(tmp_path / "out" / f"{name}.csv") for name in ("declustered", "events"))
    assert len(everything) == len(made.catalog)
    assert 0 < len(kept) < len(everything)
    assert set(kept.ids) < set(everything.ids)
    summary = read_summary(tmp_path / "out", ["declustered.csv", "events.csv"])
    assert (summary["n_events"], summary["n_background"]) == (len(everything), len(kept))
    assert summary["options"]["method"] == method
    lines = end.out.splitlines()
    assert lines[0].startswith(f"{method}")
    assert f"{len(kept):,} of {len(everything):,} events ({len(kept) / len(everything):.1%}) are background" in lines[0]
    assert lines[1].startswith("b ")
    assert " after, of M >= " in lines[1]
    assert "a test of a Poisson process at 5 % (Kolmogorov-Smirnov" in lines[2]
    tables = sw.open_result(tmp_path / "out").tables
    assert tables["events"].background.sum() == len(tables["declustered"]) == len(kept)
    assert run("catalog", "info", tmp_path / "out").out.count(f"events       {len(kept)}") == 1


def test_a_file_is_the_declustered_catalog_that_faults_reads(world, tmp_path, run, refused):
    deep = world[1].catalog
    path = tmp_path / "deep.csv"
    depth = np.random.default_rng(1).uniform(3.0, 12.0, len(deep))
    Catalog(deep.times, deep.longitude, deep.latitude, depth, deep.magnitude, deep.ids).write(path)
    out = tmp_path / "kept.csv"
    assert run("catalog", "decluster", path, "--out", out).code == 0
    end = run("faults", out, "--out", tmp_path / "network", "--quiet")
    assert (end.code, end.err) == (0, "")
    assert len(sw.open_result(tmp_path / "network").source) == len(read_catalog(out))
    assert "exists; choose another name, or give --force" in refused("catalog", "decluster", path, "--out", out)
    first = out.read_bytes()
    assert run("catalog", "decluster", path, "--out", out, "--force", "--jobs", 1).code == 0
    assert out.read_bytes() == first
    assert "written as .csv or .parquet" in refused("catalog", "decluster", path, "--out", tmp_path / "kept.xml")
    assert run("catalog", "decluster", path, "--out", tmp_path / "kept.parquet", "--quiet").out == ""


def test_bad_input_ends_in_one_line_or_a_note(tmp_path, run, refused):
    empty = write_rows(tmp_path / "empty.csv", [])
    out = ("--out", tmp_path / "out")
    assert "holds no events" in refused("catalog", "decluster", empty, *out)
    bare = write_rows(tmp_path / "bare.csv", [f"2016-01-{k:02d},13,42,8" for k in range(1, 20)],
                      "time,longitude,latitude,depth")  # fmt: skip
    for method in ("reasenberg", "stochastic"):
        said = refused("catalog", "decluster", bare, "--method", method, *out)
        assert "none of 19 events has a time and a magnitude" in said
    one = write_rows(tmp_path / "one.csv", ["2016-01-01T00:00:01,13,42,8,3.0"])
    end = run("catalog", "decluster", one, *out)
    assert end.code == 0
    assert end.out.startswith("zaliapin-ben-zion: 0 clusters; 1 of 1 events (100.0%) are background\n")
    assert "are too few to tell clusters from background; give --eta-threshold -5 to cut" in end.err
    some = write_rows(
        tmp_path / "some.csv", ["2016-01-01,13,42,8,3.0", "2016-01-02,13,42,8,", "2016-01-03,13,42,8,2.0"]
    )
    end = run("catalog", "decluster", some, "--method", "gardner-knopoff", "--start", "2016-01-02", *out, "--force")
    assert "note: 1 of 3 events left out by --start 2016-01-02" in end.err
    assert "note: 1 of 2 events left out: their magnitude is unknown" in end.err
    assert len(read_catalog(tmp_path / "out")) == 1
    assert "--method" in refused("catalog", "decluster", some, "--method", "magic", *out)
    assert "--tau-min-days 20 is above" in refused(
        "catalog", "decluster", some, "--method", "reasenberg", "--tau-min-days", 20, *out, "--force"
    )
