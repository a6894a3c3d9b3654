"""Causality to the instant: what comes at `--now` or later may change, come or go, and no answer changes by a bit."""

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from seisweave import open_result
from seisweave.catalog import Catalog, read_catalog, write_catalog
from seisweave.etas import CellGrid, expected_by_cell, open_etas
from seisweave.synthetic import EtasOptions, etas_world

NOW = np.datetime64("1993-03-03T16:20", "us")
OF_THE_RUN = {"seconds", "source", "sha256_of_files"}  # of a summary: what says nothing of what may come
BOX = ["--box", "-118", "-117", "33", "34"]
ETAS = ["--completeness", "2.5", "--max-targets", "300", "--fit-until", "1993-01-01", "--quiet"]
PLACE = [*BOX, "--filters", "4", "--epochs", "1", "--calibration-years", "1", "--calibration-fits", "1"]
PLACE += ["--rates", "sums"]
REGION = [*BOX, "--cell-deg", "0.25", "--bottleneck", "4", "--window", "16", "--filters", "8", "--accelerator", "cpu"]
REGION += ["--epochs", "2", "--temporal-epochs", "2", "--threshold", "3.5"]
SMALL_FORECAST = ["--n-catalogs", "100", "--days", "3"]


def _changed(catalog, late):
    """The later events elsewhere, larger, in another order."""
    order = np.arange(len(catalog))
    order[late] = order[late][::-1]
    magnitude = np.where(late, 6.0, catalog.magnitude)
    return replace(catalog, magnitude=magnitude, longitude=catalog.longitude[order], latitude=catalog.latitude[order])


def _added(catalog, late):
    """The later events twice, and one large event at the very instant."""
    rows = np.concatenate([np.arange(len(catalog)), np.flatnonzero(late), [0]])
    times, magnitude = catalog.times[rows], catalog.magnitude[rows]
    times[-1], magnitude[-1] = NOW, 7.0
    ids = np.append(catalog.ids, [f"new{k}" for k in range(len(rows) - len(catalog))])
    order = np.argsort(times, kind="stable")
    columns = (times, catalog.longitude[rows], catalog.latitude[rows], catalog.depth_km[rows], magnitude, ids)
    return Catalog(*(column[order] for column in columns))


CHANGES = {"changed": _changed, "added": _added, "deleted": lambda catalog, late: catalog.take(~late)}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One model of each kind, fitted to what came before; and catalogs that differ in what comes later."""
    from seisweave.cli import main

    folder = tmp_path_factory.mktemp("causal")
    options = EtasOptions(box=(-118.0, -117.0, 33.0, 34.0), days=1500, background_per_day=1.0)
    whole = etas_world(options, seed=4).catalog
    large = np.flatnonzero(whole.times < NOW)[-1]  # so that incompleteness has something to hide
    magnitude = whole.magnitude.copy()
    magnitude[large - 3] = 6.2
    whole = replace(whole, magnitude=magnitude)
    late = whole.times >= NOW
    assert late.sum() > 50
    write_catalog(whole, folder / "whole.csv")
    for name, change in CHANGES.items():
        write_catalog(change(whole, late), folder / f"{name}.csv")
    write_catalog(whole.take(whole.times < np.datetime64("1993-01-01")), folder / "past.csv")
    past = str(folder / "past.csv")
    for words in (
        ["etas", "fit", past, "--form", "adaptive", "--out", str(folder / "adaptive"), *ETAS],
        ["etas", "fit", past, "--form", "standard", "--incompleteness", "helmstetter", "--out", str(folder / "short"),
         *ETAS],
        ["nowcast", "place", past, "--out", str(folder / "place"), "--quiet", *PLACE],
        ["nowcast", "train", past, "--out", str(folder / "region"), "--quiet", *REGION],
    ):  # fmt: skip
        with pytest.raises(SystemExit) as end:
            main(words)
        assert end.value.code == 0, words
    return folder


def simulated(name):
    def answer(made: Path, catalog: Path, out: Path, run) -> dict:
        ended = run("etas", "simulate", made / name, catalog, "--now", str(NOW), *SMALL_FORECAST, "--out", out)
        assert ended.code == 0, ended.err
        files = {path.name: path.read_bytes() for path in out.iterdir()}
        files.pop("run.toml")  # holds the hash of the whole catalog
        summary = {k: v for k, v in json.loads(files.pop("summary.json")).items() if k not in OF_THE_RUN}
        return {**files, "summary": summary, "said": ended.out.split("results:")[0]}

    return answer


def by_cell(name):
    def answer(made: Path, catalog: Path, out: Path, run) -> dict:
        grid = CellGrid.of_box((-118.0, -117.0, 33.0, 34.0), 0.25)
        found = expected_by_cell(open_etas(made / name), read_catalog(catalog), np.array([NOW]), 7.0, grid,
                                 magnitudes=(3.0, 4.0))  # fmt: skip
        return {name: getattr(found, name).tobytes() for name in ("number", "direct", "families")}

    return answer


def place(made: Path, catalog: Path, out: Path, run) -> dict:
    ended = run(
        "nowcast", "place-predict", made / "place", catalog, "--now", str(NOW), "--out", out.with_suffix(".png")
    )
    assert ended.code == 0, ended.err
    return {"said": ended.out.split("map:")[0], "noted": ended.err, "map": out.with_suffix(".png").read_bytes()}


def region(made: Path, catalog: Path, out: Path, run) -> dict:
    ended = run("nowcast", "predict", made / "region", catalog, "--now", str(NOW))
    assert ended.code == 0, ended.err
    return {"said": ended.out, "noted": ended.err}


def issued(name):
    def answer(made: Path, catalog: Path, out: Path, run) -> dict:
        pytest.importorskip("seisweave.issued")
        forecast, options = import_module("seisweave.issued.issue"), import_module("seisweave.issued.options")
        few = options.IssueOptions(n_catalogs=100, pseudo_prospective=True)
        record = forecast.issue_forecast(open_result(made / name), read_catalog(catalog), NOW, few)
        known = {key: value for key, value in vars(record).items() if key != "issued"}
        return {key: value.tobytes() if isinstance(value, np.ndarray) else value for key, value in known.items()}

    return answer


ANSWERS = {
    "issue, ETAS": issued("short"),
    "issue, place": issued("place"),
    "etas simulate, adaptive": simulated("adaptive"),
    "etas simulate, short-term incompleteness": simulated("short"),
    "expected by cell, adaptive": by_cell("adaptive"),
    "expected by cell, short-term incompleteness": by_cell("short"),
    "nowcast place-predict": place,
    "nowcast predict": region,
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_what_comes_later_changes_no_answer_by_a_bit(made, answer, run, tmp_path):
    whole = answer(made, made / "whole.csv", tmp_path / "whole", run)
    for name in CHANGES:
        assert answer(made, made / f"{name}.csv", tmp_path / name, run) == whole, name


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_what_came_before_does_change_it(made, answer, run, tmp_path):
    """So that the test above can fail: without the last events before the instant the answers are others."""
    whole = read_catalog(made / "whole.csv")
    last = np.flatnonzero(whole.times < NOW)[-8:]
    write_catalog(whole.take(np.setdiff1d(np.arange(len(whole)), last)), tmp_path / "less.csv")
    before = answer(made, made / "whole.csv", tmp_path / "whole", run)
    assert answer(made, tmp_path / "less.csv", tmp_path / "less", run) != before


def _chances(made: Path, name: str, catalog, instants) -> list[float]:
    """Of an event in the region, from each instant on."""
    if name == "short":
        grid = CellGrid.of_box((-118.0, -117.0, 33.0, 34.0), 1.0)
        found = expected_by_cell(open_etas(made / name), catalog, instants, 1.0, grid, magnitudes=(3.5,))
        return found.chances[:, 0, 0, 0].tolist()
    model = open_result(made / name)
    answers = [model.nowcast(catalog, now=now) for now in instants]
    return [float(each.probability.ravel()[0]) for each in answers]


@pytest.mark.parametrize("name", ["short", "place", "region"])
def test_no_answer_jumps_at_midnight_and_quiet_weeks_have_one(made, name):
    """Ten minutes before midnight and after, with no event since: as little changes as at any other time."""
    catalog = read_catalog(made / "whole.csv")
    catalog = catalog.take(catalog.times < NOW)
    last = catalog.times.max()
    midnight = (last + np.timedelta64(14, "D")).astype("datetime64[D]").astype("datetime64[us]")
    instants = midnight + np.timedelta64(20, "m") * (np.arange(24) - 12) - np.timedelta64(10, "m")
    logs = np.log(_chances(made, name, catalog, instants))
    assert np.isfinite(logs).all()
    change = np.abs(np.diff(logs))
    over = (instants[:-1] < midnight) & (instants[1:] > midnight)
    assert over.sum() == 1
    assert change[over][0] <= change[~over].max() + 1e-3, change.tolist()
