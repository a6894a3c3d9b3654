"""`reproduce table1` to `table4` and `nowcast audit`: whole tables, a kill in the middle, models of one's own."""

import json
import signal
import time

import numpy as np
import pandas as pd
import pytest
from tests.cli.inputs import contents, start
from tests.nowcast.worlds import precursor_world

from seisweave.catalog import write_catalog
from seisweave.studies.eqpred.rows import NOT_CAUSAL
from seisweave.synthetic import southern_california_like

FILES = {"table.md", "table.csv", "table.png", "fits.csv", "run.toml", "summary.json"}
MINE = """
import numpy as np
import torch
from seisweave.studies.eqpred.models.layers import SeriesNetwork
from seisweave.studies.eqpred.models.registry import single

class Mean(SeriesNetwork):
    def __init__(self, shape, options):
        super().__init__()
        self.options, self.weight = options, torch.nn.Parameter(torch.ones(1))
    def forward(self, maps):
        return maps.mean(dim=(2, 3)) * self.weight

MODEL = single("my mean", Mean, window=5)
NO_MODEL = 3

def tomorrow(catalog):
    day = catalog.times.astype("datetime64[D]")
    days = np.arange(day.min(), day.max() + 1)
    return days, np.bincount((day - days[0]).astype(int), minlength=len(days)).astype(float)
"""


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    path = tmp_path_factory.mktemp("tables") / "catalog.csv"
    write_catalog(precursor_world(500), path)
    return path


@pytest.fixture
def mine(tmp_path, monkeypatch):
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))


def test_a_table_killed_and_taken_up(catalog, tmp_path, mine, run, plain_figure):
    """Killed after some fits, it goes on with the others; a model of one's own has its row."""
    arguments = ["reproduce", "table4", "--catalog", catalog, "--quick", "--seeds", "1", "--add", "mine:MODEL"]
    arguments += ["--end", "2000-10-27"]
    out = tmp_path / "out"
    broken = start(*arguments, "--out", out, "--jobs", "1", "--quiet", cwd=tmp_path)
    until = time.monotonic() + 100
    while not list(out.glob(".partial/fits/*.npz")) and broken.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    broken.send_signal(signal.SIGKILL)
    broken.communicate(timeout=100)
    kept = {path.name: path.stat().st_mtime_ns for path in out.glob(".partial/fits/*.npz")}
    assert kept
    assert not (out / "table.csv").exists()
    assert "give --resume to go on" in run(*arguments, "--out", out).err
    early = run(*arguments, "--out", out, "--resume", "--minutes", "0", "--jobs", "1")
    assert "missing" in early.out
    assert "go on with --resume" in early.out
    assert {path.name for path in out.iterdir()} >= FILES - {"run.toml"}
    assert all((out / ".partial" / "fits" / name).stat().st_mtime_ns == when for name, when in kept.items())
    ended = run(*arguments, "--out", out, "--resume", "--jobs", "1")
    assert ended.code == 0, ended.err
    assert {path.name for path in out.iterdir()} == FILES
    text = (out / "table.md").read_text()
    assert text.startswith(f"**{NOT_CAUSAL}**")
    assert "missing" not in text
    table = pd.read_csv(out / "table.csv").set_index(["model", "column"])
    assert table.loc["EQPRED", "f1"].published == 0.9251
    assert set(table.loc["my mean"].index) == {"f1", "nse", "seconds"}
    fits = pd.read_csv(out / "fits.csv").set_index("model")
    assert table.loc["EQPRED", "nse"]["mean"] == pytest.approx(fits.loc["EQPRED"].nse)
    summary = json.loads((out / "summary.json").read_text())
    assert summary["causal"] is False
    assert summary["stamp"] == NOT_CAUSAL
    again = run(*arguments, "--out", out, "--resume")
    assert "nothing is left to do" in again.out


@pytest.mark.filterwarnings("ignore:seisweave.nowcast.models:DeprecationWarning")
def test_a_model_written_for_version_0_1(catalog, tmp_path, monkeypatch, run, plain_figure):
    """Its file imports from where things were; with no time for fits its row is there, and says what is missing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "older.py").write_text(MINE.replace("studies.eqpred.models", "nowcast.models"))
    given = ("--catalog", catalog, "--quick", "--seeds", "1", "--minutes", "0", "--jobs", "1", "--add", "older:MODEL")
    end = run("reproduce", "table4", *given, "--out", tmp_path / "out")
    assert end.code == 0, end.err
    assert "| my mean | missing | missing | " in end.out


def test_thresholds_side_by_side_on_a_grid_of_ones_own(catalog, tmp_path, run, plain_figure):
    """One command; a folder a threshold, and all in one table; taken up where it ended."""
    out = tmp_path / "out"
    given = (
        "--catalog",
        catalog,
        "--quick",
        "--seeds",
        "1",
        "--jobs",
        "1",
        "--minutes",
        "0",
        "--thresholds",
        "4.5,4.9",
    )
    given += ("--box", "-118", "-117", "34", "35", "--cell-deg", "0.25", "--step-hours", "12", "--value", "count")
    end = run("reproduce", "table4", *given, "--out", out)
    assert end.code == 0, end.err
    again = run("reproduce", "table4", *given, "--out", out, "--resume")
    assert again.code == 0, again.err
    assert "| EQPRED | missing | missing | missing | missing | 0.9251 | 0.9323 |" in again.out
    assert {path.name for path in (out / "thresholds" / "M4.9").iterdir()} == FILES - {"run.toml"}
    assert set(pd.read_csv(out / "table.csv").threshold) == {4.5, 4.9}
    summary = json.loads((out / "summary.json").read_text())
    assert summary["maps"]["step_hours"] == 12.0
    assert set(summary["tables"]) == {"4.5", "4.9"}


def positives(catalog, threshold, days):
    """Cells of half a degree, and days or whole weeks from 2015 on, in which such an event came."""
    first, seen = np.datetime64("2015-01-01"), set()
    whole = (catalog.times.max().astype("datetime64[D]") + 1 - first).astype(int) // days
    for time_, x, y, m in zip(catalog.times, catalog.longitude, catalog.latitude, catalog.magnitude, strict=True):
        number = (time_.astype("datetime64[D]") - first).astype(int) // days
        if 0 <= number < whole and -119.0 <= x < -115.0 and 32.5 <= y < 35.5 and m >= threshold:
            seen.add((number, int((x + 119.0) // 0.5), int((y - 32.5) // 0.5)))
    return len(seen)


def test_a_prospective_table(tmp_path, run):
    """Every kind of row, beside what needs no network; settings are searched before, and every fit says its time."""
    out = tmp_path / "out"
    arguments = ["reproduce", "table2", "--protocol", "prospective", "--quick", "--seeds", "1", "--trials", "1"]
    ended = run(*arguments, "--out", out, "--jobs", "1", "--quiet")
    assert ended.code == 0, ended.err
    assert {path.name for path in out.iterdir()} == FILES | {"reliability.png", "search.csv"}
    table = pd.read_csv(out / "table.csv").set_index(["target", "model"]).sort_index()
    assert set(table.index.levels[0]) == {
        f"M ≥ {m}{w}, next {when}" for m in (3.9, 3.4) for w in ("", " by cell") for when in ("day", "7 days")
    }
    for target, rows in table.groupby("target"):
        here = rows.loc[target]
        alone = {"cell Poisson", "neuron by cell", "network by place", "sum of rates", "pooled linear model"}
        assert set(here.index) > (alone if "by cell" in target else {"EQPRED", "EQPRED and neuron", "one neuron"})
        assert len(set(here.positives)) == 1
        neuron = here.loc["neuron by cell" if "by cell" in target else "one neuron"]
        others = here[here.over_neuron.notna()]
        assert others.over_neuron.to_numpy() == pytest.approx((others.gain - neuron.gain).to_numpy(), abs=1e-9)
        assert (here.over_neuron_low <= here.over_neuron).sum() == len(others)
    world = southern_california_like(seed=1, n_events=6000).catalog
    for threshold in (3.9, 3.4):
        for when, days in (("day", 1), ("7 days", 7)):
            there = table.loc[f"M ≥ {threshold} by cell, next {when}"].positives
            assert set(there) == {positives(world, threshold, days)}
    fits = pd.read_csv(out / "fits.csv").set_index("part")
    told = table.loc[("M ≥ 3.9, next day", "EQPRED")].seconds
    assert told == pytest.approx(fits.loc["autoencoder"].seconds + fits.loc["predictor"].seconds)
    assert pd.read_csv(out / "search.csv").groupby(["model", "part"]).chosen.sum().to_dict() == {
        ("EQPRED", "autoencoder"): 1,
        ("EQPRED", "predictor"): 1,
    }
    assert "seconds" in (out / "table.md").read_text()
    assert json.loads((out / "summary.json").read_text())["left_out"] == {}


def test_an_audit_of_a_function(catalog, tmp_path, mine, run):
    end = run("nowcast", "audit", "mine:tomorrow", catalog, "--out", tmp_path / "audit", "--exchanged-days", "1")
    assert end.code == 0, end.err
    assert end.out.startswith("knows the future")
    said = json.loads((tmp_path / "audit" / "summary.json").read_text())
    assert said["leaks"] is True
    assert said["responses"][0]["nowcast_lags"] == [0]
    growth = pd.read_csv(tmp_path / "audit" / "audit.csv")
    shuffled = growth[(growth.days == "shuffled") & (growth.smoothing == "centred")].set_index("span")
    assert shuffled.persistence_nse[1] < 0.1 < 0.7 < shuffled.persistence_nse[11]
    assert shuffled.linear_nse[11] > 0.9, "days in no order, and nearly all is nowcast"
    assert (tmp_path / "audit" / "audit.png").stat().st_size > 10_000


BAD = {
    "few days": (["reproduce", "table1"], ["--start", "2001-05-01"], "looks back over|no step is left|give a longer"),
    "no such model": (["reproduce", "table4"], ["--add", "mine:NOTHING"], "cannot be loaded"),
    "no model": (["reproduce", "table4"], ["--add", "mine:NO_MODEL"], "is a int; give a Model"),
    "no name": (["reproduce", "table4"], ["--add", "mine"], "write module:NAME"),
    "protocol": (["reproduce", "table2"], ["--protocol", "honest"], "honest"),
    "thresholds": (["reproduce", "table2"], ["--thresholds", "4.5"], "give two or more magnitudes"),
    "code of no predictor": (["reproduce", "table2"], ["--code"], "table2 is about autoencoders"),
    "trials": (["reproduce", "table2"], ["--trials", "-1"], "trials is -1"),
    "resume nothing": (["reproduce", "table3"], ["--resume"], "holds no run to go on with"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input(catalog, tmp_path, mine, refused, name):
    command, more, said = BAD[name]
    before = contents(tmp_path)
    line = refused(*command, "--catalog", catalog, "--out", tmp_path / "out", "--quiet", *more)
    assert any(part in line for part in said.split("|")), line
    after = {path: what for path, what in contents(tmp_path).items() if "__pycache__" not in path}
    assert after == before, "nothing is left"
