"""`seisweave etas fit | evaluate | simulate | backtest` from end to end."""

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
    assert names == {"model.json", "parameters.csv", "events.csv", "figure.png", "run.toml", "summary.json"}
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
    alone = run("etas", "evaluate", fitted / "standard", "--targets", catalog, "--start", "1992-06-01", "--json")
    assert json.loads(alone.out)["reference"] == "uniform Poisson"
    opened = sw.open_result(out)
    assert opened.summary["reference"] == "standard"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fit-until", "1980-01-01"], "no event before 1980-01-01"),
        (["--completeness", "9"], "no event reaches magnitude 9"),
        (["--completeness", "99"], "completeness is 99"),
        (["--form", "best"], "'best' is not one of"),
        (["--fit-region", "0,0 1,0 1,1"], "none of"),
        (["--fit-region", "nowhere.txt"], "nowhere.txt"),
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


def test_catalogs_of_what_may_come(catalog, fitted, run, tmp_path):
    out = tmp_path / "week"
    words = ["--now", "1992-02-01T06:30", "--days", "7", "--n-catalogs", "300", "--seed", "3"]
    ended = run("etas", "simulate", fitted / "adaptive", catalog, *words, "--out", out)
    assert ended.code == 0, ended.err
    assert "events from 1992-02-01T06:30 on play no part" in ended.err
    names = {path.name for path in out.iterdir()}
    assert names == {"catalogs.csv", "expected.dat", "figure.png", "run.toml", "summary.json"}
    summary = json.loads((out / "summary.json").read_text())
    table = pd.read_csv(out / "catalogs.csv").dropna(subset=["mag"])
    assert table["time_string"].between("1992-02-01T06:30", "1992-02-08T06:30").all()
    assert table["lon"].between(12.0, 14.0).all()
    assert summary["expected"] == pytest.approx(len(table) / 300)
    rates = pd.read_csv(out / "expected.dat", sep="\t", header=None)
    assert rates[8].sum() == pytest.approx(summary["expected"])
    chance = table[table["mag"] >= 3.0]["catalog_id"].nunique() / 300
    assert summary["by_magnitude"]["3"]["chance"] == pytest.approx(chance)
    again = tmp_path / "again"
    assert run("etas", "simulate", fitted / "adaptive", catalog, *words, "--jobs", "1", "--out", again).code == 0
    assert (again / "catalogs.csv").read_bytes() == (out / "catalogs.csv").read_bytes()


def test_a_quiet_catalog_is_taken_as_quiet_and_that_is_told(catalog, fitted, run, tmp_path):
    words = ["--n-catalogs", "20", "--out", tmp_path / "later"]
    ended = run("etas", "simulate", fitted / "standard", catalog, "--now", "1999-01-01", *words)
    assert ended.code == 0, ended.err
    assert "taken as quiet from there to 1999-01-01" in ended.err
    known = run("etas", "simulate", fitted / "standard", catalog, "--now", "1991-06-01", *words, "--force")
    assert "so this is no forecast" in known.err


def test_forecasts_of_the_past_are_tested(catalog, fitted, run, tmp_path):
    out, span = (
        tmp_path / "days",
        ["--start", "1992-02-01", "--end", "1992-04-01", "--days", "10", "--every-days", "10"],
    )
    words = ["etas", "backtest", fitted / "standard", catalog, *span, "--n-catalogs", "200"]
    ended = run(*words, "--out", out)
    assert ended.code == 0, ended.err
    assert "6 forecasts: " in ended.out
    table = pd.read_csv(out / "forecasts.csv")
    assert table["issued"].str[:10].tolist() == [f"1992-0{d}" for d in ("2-01", "2-11", "2-21", "3-02", "3-12", "3-22")]
    events = pd.read_csv(catalog)
    when = pd.to_datetime(events["time"], format="ISO8601").dt.tz_localize(None)
    span = (when >= "1992-02-01") & (when < "1992-02-11") & (events["magnitude"] >= 2.5)
    assert table["came"][0] == span.sum()
    assert table["N_statistic"].tolist() == table["came"].tolist()
    assert run(*words, "--jobs", "1", "--out", tmp_path / "one").code == 0
    assert (tmp_path / "one" / "forecasts.csv").read_bytes() == (out / "forecasts.csv").read_bytes()


def test_forecasts_that_cannot_be_made_are_refused_in_one_line(catalog, fitted, run, tmp_path):
    standard, out = fitted / "standard", ["--out", tmp_path / "out"]
    span = ["--start", "1992-02-01", "--end", "1992-04-01"]
    for arguments, words in (
        (["simulate", standard, catalog, "--days", "0"], "days is 0"),
        (["simulate", standard, catalog, "--now", "soon"], "not a time"),
        (["simulate", standard, catalog, "--n-catalogs", "0"], "n-catalogs is 0"),
        (["simulate", tmp_path, catalog], "no model"),
        (["backtest", standard, catalog, "--start", "1991-01-01", "--end", "1992-04-01"], "was fitted"),
        (["backtest", standard, catalog, "--start", "1992-02-01", "--end", "2044-01-01"], "the catalog ends at"),
        (["backtest", standard, catalog, "--start", "1992-02-01", "--end", "1992-02-01"], "no span"),
        (["backtest", standard, catalog, *span, "--days", "-1"], "days is -1"),
    ):
        ended = run("etas", *arguments, *out)
        assert (ended.code, ended.err.count("\n")) == (2, 1), (arguments, ended.err)
        assert words in ended.err, (words, ended.err)
        assert not (tmp_path / "out").exists()
