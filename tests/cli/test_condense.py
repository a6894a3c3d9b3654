"""`seisweave condense` from end to end, and its refusals."""

import json

import numpy as np
import pandas as pd
import pytest
from tests.cli.inputs import contents, write_rows

from seisweave import keeping
from seisweave.catalog import read_catalog
from seisweave.condensation import open_condensed
from seisweave.synthetic import southern_california_like

NAMES = ["condensed.nc", "condensed.parquet", "events.parquet", "figure.png", "run.toml", "summary.json"]
HEADER = "time,longitude,latitude,depth,magnitude,horizontal_km,vertical_km,quality"


@pytest.fixture(scope="module")
def catalog_path(tmp_path_factory):
    path = tmp_path_factory.mktemp("catalog") / "made.csv"
    from seisweave.catalog import write_catalog

    write_catalog(southern_california_like(n_events=300).catalog, path)
    return path


FEW = ("--samples", 30, "--assign-samples", 50, "--jobs", 2)


def test_results_appear_and_faults_takes_them(tmp_path, run, catalog_path, request):
    out = tmp_path / "condensed"
    end = run("condense", catalog_path, "--out", out, *FEW)
    assert end.code == 0, end.err
    assert sorted(path.name for path in out.iterdir()) == NAMES
    summary = json.loads((out / "summary.json").read_text())
    condensed, points = open_condensed(out), read_catalog(out / "condensed.parquet")
    assert summary["n_events"] == len(condensed.chosen) == len(pd.read_parquet(out / "events.parquet")) == 300
    assert summary["n_holding"] == len(points) < 300
    assert abs(summary["total_weight"] - 300) < 1e-9
    assert summary["effective_number_after"] < summary["effective_number_before"]
    assert f"{len(points):,} hold events" in end.out
    request.getfixturevalue("plain_figure")  # one was drawn
    end = run("faults", out, "--out", tmp_path / "faults", "--quiet")
    assert end.code == 0, end.err
    assert json.loads((tmp_path / "faults" / "summary.json").read_text())["n_events"] == len(points)
    assert run("condense", catalog_path, "--out", out, *FEW).code == 2
    end = run("condense", catalog_path, "--out", out, "--force", "--points", "drawn", *FEW)
    assert end.code == 0, end.err
    assert len(read_catalog(out / "condensed.parquet")) == 300


@pytest.mark.usefixtures("plain_figure")
def test_an_interrupted_run_is_resumed(tmp_path, run, catalog_path, monkeypatch):
    monkeypatch.setattr(keeping, "EVERY_S", 0.0)
    monkeypatch.setattr(keeping, "FIRST_S", 0.0)
    out, keep, kept = tmp_path / "out", keeping.Checkpoint.save, []

    def interrupt(self, *arrays):
        keep(self, *arrays)
        kept.append(1)
        if len(kept) == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(keeping.Checkpoint, "save", interrupt)
        end = run("condense", catalog_path, "--out", out, *FEW)
    assert end.code == 130
    assert "--resume" in end.err
    assert run("condense", catalog_path, "--out", out, *FEW).code == 2
    assert "other options" in run("condense", catalog_path, "--out", out, "--resume", "--seed", 5, *FEW).err
    assert run("condense", catalog_path, "--out", out, "--resume", *FEW).code == 0
    assert run("condense", catalog_path, "--out", tmp_path / "whole", *FEW).code == 0
    np.testing.assert_array_equal(open_condensed(out).weight, open_condensed(tmp_path / "whole").weight)
    assert sorted(path.name for path in out.iterdir()) == NAMES


ROWS = ["2019-07-04T00:00:00,-116.5,34.2,8,2.5,0.3,0.5,A", "2019-07-04T00:01:00,-116.5,34.2,8,2.5,,,"]


@pytest.mark.parametrize(
    ("rows", "arguments", "words"),
    [
        (ROWS, (), "1 of 2 events have no location error, the first is 3; give --missing-uncertainty"),
        (
            [ROWS[0], ROWS[1] + "?"],
            ("--missing-uncertainty", "quality"),
            "neither a location error nor a quality of A, B, C, D",
        ),
        (ROWS, ("--missing-uncertainty", "soon"), "choose refuse, leave-out, quality"),
        ([ROWS[0].replace(",0.3,", ",-0.3,")], (), "; 1 location errors are negative, and taken as unknown"),
        ([ROWS[0].replace(",0.3,", ",nan,")], (), "1 of 1 events have no location error"),
        ([ROWS[0].replace(",8,", ",,")], (), "none of 1 events has a depth"),
        ([], (), "holds no events"),
        (ROWS[:1], ("--samples", "0"), "samples is 0"),
        (ROWS[:1], ("--rounds", "x"), "x"),
    ],
)
def test_what_cannot_be_condensed_is_refused_in_one_line(tmp_path, refused, rows, arguments, words):
    source = write_rows(tmp_path / "few.csv", rows, HEADER)
    before = contents(tmp_path)
    assert words in refused("condense", source, "--out", tmp_path / "out", *arguments)
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("0.5 0 0 0 1 0 0 1 0 1", "sum to 0.5"),
        ("1 0 0 0 1 0 0 -1 0 1", "no location error"),
        ("1 0 0 0 1 2 0 1 0 1", "negative eigenvalue"),
        ("1 0 0 0 1 0 0 1 0", "groups of ten numbers"),
        ("", "no location error"),
    ],
)
def test_mixtures_that_are_none_are_refused_in_one_line(tmp_path, refused, cell, words):
    row = f"2019-07-04T00:00:00,-116.5,34.2,8,2.5,{cell}"
    source = write_rows(tmp_path / "mixture.csv", [row], "time,longitude,latitude,depth,magnitude,mixture_km")
    assert words in refused("condense", source, "--out", tmp_path / "out")


def test_one_event_is_condensed_to_itself(tmp_path, run, plain_figure):
    source = write_rows(tmp_path / "one.csv", ROWS[:1], HEADER)
    end = run("condense", source, "--out", tmp_path / "out", "--quiet", *FEW)
    assert end.code == 0, end.err
    assert open_condensed(tmp_path / "out").weight.tolist() == [1.0]
