"""`seisweave issue`, and `evaluate` of what it put on record."""

import json
from math import log

import numpy as np
import pandas as pd
import pytest
from tests.etas.planted import LAW, model_of

from seisweave.catalog import Catalog
from seisweave.cli import main
from seisweave.issued import issued_in

START, NOW = np.datetime64("2019-01-01", "us"), "2019-03-01T06:30"
FEW = ("--cell-deg", "1", "--n-catalogs", "100", "--magnitudes", "3", "--magnitudes", "4", "--horizon-days", "1")


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    quiet = {"background.uniform": log(0.25)}
    model_of(span=("2018-01-01", "2019-01-01"), **quiet).write(tmp_path / "etas")
    rng, n = np.random.default_rng(2), 120
    times = START + np.sort(rng.integers(-200 * 86_400, 100 * 86_400, n)).astype("timedelta64[s]")
    longitude, latitude = rng.uniform(-118.0, -116.0, n), rng.uniform(33.0, 35.0, n)
    ids = np.arange(n).astype(str)
    Catalog(times, longitude, latitude, np.full(n, 8.0), LAW.sample(n, rng), ids).write("catalog.csv")
    return tmp_path


def run(*words):
    with pytest.raises(SystemExit) as end:
        main([*words])
    return end.value.code


def test_what_has_begun_is_refused_unless_it_says_so_for_ever(work, capsys):
    asked = ("issue", "etas", "catalog.csv", "--now", NOW, "--out", "issued", *FEW)
    assert run(*asked) == 2
    assert "its windows have begun" in capsys.readouterr().err
    assert not (work / "issued").exists()
    assert run(*asked, "--pseudo-prospective", "--also", "json", "--also", "geojson") == 0
    told = capsys.readouterr()
    assert "etas (pseudo-prospective), from 2019-03-01T06:30 UTC: M ≥ 4 within 24 hours" in told.out
    assert "taken as complete" in told.err
    (file,) = issued_in("issued")
    assert file.read().pseudo_prospective
    assert {path.suffix for path in file.path.parent.iterdir()} == {".nc", ".json", ".geojson"}
    assert json.loads(file.path.with_suffix(".json").read_text())["pseudo_prospective"] is True
    assert run(*asked, "--pseudo-prospective") == 2
    assert "has been issued already" in capsys.readouterr().err


def test_a_forecast_of_now_is_none_of_the_past(work, capsys):
    assert run("issue", "etas", "catalog.csv", "--out", "issued", "--quiet", *FEW) == 0
    (file,) = issued_in("issued")
    assert not file.read().pseudo_prospective
    assert capsys.readouterr().out == ""
    assert run("evaluate", "issued", "--targets", "catalog.csv") == 2
    assert "no window of these forecasts can be scored" in capsys.readouterr().err


def test_records_are_evaluated(work, capsys):
    for day in range(1, 9):
        now = f"2019-03-{day:02d}"
        words = ("issue", "etas", "catalog.csv", "--now", now, "--out", "issued", "--pseudo-prospective", "--quiet")
        assert run(*words, *FEW) == 0
    assert run("evaluate", "issued", "--targets", "catalog.csv") == 2
    assert "issued after they began (pseudo-prospective): 8" in capsys.readouterr().err
    assert run("evaluate", "issued", "--targets", "catalog.csv", "--pseudo-prospective", "--out", "scores") == 0
    assert "etas (pseudo-prospective)  1 d  M ≥ 3" in capsys.readouterr().out
    scores = pd.read_csv("scores/scores.csv")
    assert scores["windows"].tolist() == [8, 8]
    assert {path.name for path in (work / "scores").iterdir()} >= {"reliability.csv", "windows.csv", "run.toml"}
    assert run("rerun", "scores", "--check") == 0


def test_what_plays_no_part_is_refused(work, capsys):
    words = ("issue", "etas", "catalog.csv", "--now", NOW, "--out", "issued", "--pseudo-prospective", "--quiet", *FEW)
    assert run(*words) == 0
    for extra in (["--csep"], ["--cutoffs", "3"], ["--block-days", "10"], ["--reference", "etas"]):
        assert run("evaluate", "issued", "--targets", "catalog.csv", "--pseudo-prospective", *extra) == 2
        assert f"{extra[0]} plays no part in scores of issued forecasts" in capsys.readouterr().err
    assert run("evaluate", "etas", "--targets", "catalog.csv", "--pseudo-prospective") == 2
    assert "--pseudo-prospective plays no part" in capsys.readouterr().err


def test_a_stage_of_a_run_adds_to_what_is_there(work, capsys):
    stage = '[issue]\narguments = ["etas", "catalog.csv"]\nnow = "{}"\npseudo-prospective = true\nquiet = true\n'
    stage += "cell-deg = 1\nn-catalogs = 100\nmagnitudes = [3, 4]\nhorizon-days = [1]\n"
    for now in ("2019-03-01", "2019-03-02", "2019-03-02"):
        (work / "run.toml").write_text('out = "study"\n\n' + stage.format(now))
        assert run("run", "run.toml") == 0
    assert len(issued_in("study/issue")) == 2
    assert "issue: done already" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("catalog.csv",), "a model and a catalog are wanted"),
        (("etas", "catalog.csv", "--also", "kml"), "'kml' is no format"),
        (("catalog.csv", "catalog.csv"), "catalog.csv"),
        (("etas", "catalog.csv", "--magnitudes", "2"), "the model's smallest"),
        (("etas", "catalog.csv", "--now", "2090-01-01"), "what comes until then is not known"),
    ],
)
def test_mistakes_end_in_one_line(work, capsys, words, message):
    assert run("issue", *words, "--out", "issued") == 2
    told = capsys.readouterr().err
    assert message in told
    assert len(told.strip().splitlines()) == 1
