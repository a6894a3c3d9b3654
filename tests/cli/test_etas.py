"""`seisweave etas fit | evaluate` from end to end."""

import json

import pandas as pd
import pytest

import seisweave as sw
from seisweave.catalog import write_catalog
from seisweave.synthetic import EtasOptions, etas_world

FAST = ["--completeness", "2.5", "--max-targets", "400", "--quiet"]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    world = etas_world(EtasOptions(box=(12.0, 14.0, 42.0, 44.0), days=1200, background_per_day=0.4), seed=4)
    path = tmp_path_factory.mktemp("etas") / "catalog.csv"
    write_catalog(world.catalog, path)
    return path


@pytest.fixture(scope="module")
def fitted(catalog, tmp_path_factory):
    """Two models of the same past."""
    from seisweave.cli import main

    folder = tmp_path_factory.mktemp("fitted")
    for form in ("standard", "adaptive"):
        with pytest.raises(SystemExit) as end:
            main(["etas", "fit", str(catalog), "--form", form, "--fit-until", "1992-01-01", "--out",
                  str(folder / form), *FAST])  # fmt: skip
        assert end.value.code == 0
    return folder


def test_a_fit_writes_all_that_it_says(catalog, fitted, run, tmp_path):
    names = {path.name for path in (fitted / "adaptive").iterdir()}
    assert names == {"model.json", "parameters.csv", "events.csv", "figure.png", "summary.json"}
    summary = json.loads((fitted / "adaptive" / "summary.json").read_text())
    events = pd.read_csv(fitted / "adaptive" / "events.csv")
    assert summary["n_targets"] == len(events)
    assert events["time"].max() < "1992-01-01"
    assert events["background_probability"].between(0.0, 1.0).all()
    assert summary["background_events"] == pytest.approx(events["background_probability"].sum())
    parameters = pd.read_csv(fitted / "adaptive" / "parameters.csv").set_index("parameter")
    model = sw.open_result(fitted / "adaptive")
    assert parameters["value"].to_dict() == pytest.approx(dict(model.value))
    assert parameters.loc["main.delay", "meaning"] == "c, days"
    told = run("etas", "fit", catalog, "--form", "standard", "--out", tmp_path / "x", *FAST[:-1])
    assert told.code == 0, told.err
    assert "region from the catalog: 12 to 14" in told.err
    assert "what comes before it is history only" in told.err
    assert "branching ratio 0." in told.out


def test_the_same_fit_gives_the_same_bytes_on_any_number_of_threads(catalog, fitted, run, tmp_path):
    again = tmp_path / "again"
    assert run("etas", "fit", catalog, "--fit-until", "1992-01-01", "--form", "adaptive", "--jobs", "1", "--out", again,
               *FAST).code == 0  # fmt: skip
    for name in ("model.json", "parameters.csv", "events.csv"):
        assert (again / name).read_bytes() == (fitted / "adaptive" / name).read_bytes()


def test_models_are_scored_on_what_came_later(catalog, fitted, run, tmp_path):
    out = tmp_path / "scores"
    ended = run("etas", "evaluate", fitted / "standard", fitted / "adaptive", "--targets", catalog, "--out", out)
    assert ended.code == 0, ended.err
    assert "events from 1992-01-01" in ended.out
    scores = pd.read_csv(out / "scores.csv").set_index("model")
    targets = pd.read_csv(out / "targets.csv")
    assert list(scores.index) == ["standard", "adaptive"]
    assert scores.loc["standard", "gain_total"] == 0.0
    assert scores.loc["adaptive", "tll"] == pytest.approx(targets["adaptive: tll"].mean())
    assert targets["time"].min() >= "1992-01-01"
    assert (out / "gains.png").exists() == (scores.loc["adaptive", "gain_total"] > 0.0)
    alone = run("etas", "evaluate", fitted / "standard", "--targets", catalog, "--start", "1992-06-01", "--quiet")
    assert (alone.code, alone.out) == (0, "")
    opened = sw.open_result(out)
    assert opened.summary["reference"] == "standard"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fit-until", "1980-01-01"], "no event before 1980-01-01"),
        (["--completeness", "9"], "no event reaches magnitude 9"),
        (["--completeness", "99"], "completeness is 99"),
        (["--form", "best"], "form is 'best'"),
        (["--region", "0,0 1,0 1,1"], "none of"),
        (["--region", "nowhere.txt"], "nowhere.txt"),
        (["--fit-from", "2100-01-01"], "is empty"),
        (["--max-targets", "-1"], "max_targets"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_one_line(catalog, run, tmp_path, arguments, words):
    ended = run("etas", "fit", catalog, "--out", tmp_path / "out", *arguments)
    assert ended.code == 2
    assert ended.err.count("\n") == 1, ended.err
    assert words in ended.err.replace("--max-targets", "max_targets")
    assert not (tmp_path / "out").exists()


def test_what_cannot_be_scored_is_refused_in_one_line(catalog, fitted, run, tmp_path):
    standard = fitted / "standard"
    for arguments, words in (
        ([standard, "--targets", catalog, "--start", "1991-01-01"], "until when a model was fitted"),
        ([standard, "--targets", catalog, "--start", "2050-01-01"], "is empty"),
        ([standard, "--targets", tmp_path / "no.csv"], "does not exist"),
        ([tmp_path, "--targets", catalog], "no model"),
        ([standard, standard, "--targets", catalog], "another folder is called standard too"),
    ):
        ended = run("etas", "evaluate", *arguments)
        assert (ended.code, ended.err.count("\n")) == (2, 1), ended.err
        assert words in ended.err


def test_models_of_other_magnitudes_are_not_compared(catalog, fitted, run, tmp_path):
    other = tmp_path / "other"
    words = ["--form", "standard", "--completeness", "3", "--fit-until", "1992-01-01", "--quiet"]
    assert run("etas", "fit", catalog, "--out", other, *words).code == 0
    ended = run("etas", "evaluate", fitted / "standard", other, "--targets", catalog)
    assert ended.code == 2
    assert "score models of one completeness" in ended.err
