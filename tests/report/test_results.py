"""Result folders from Python: the same as the commands', opened again as what was written, refused where damaged."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.cli.inputs import catalog_rows, write_rows

import seisweave as sw
from seisweave.cli import main
from seisweave.condensation import CondensedCatalog, EventGaussians
from seisweave.errors import InputError
from seisweave.faults import FaultNetwork
from seisweave.forecast import Forecast
from seisweave.synthetic import southern_california_like


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    return write_rows(tmp_path_factory.mktemp("source") / "catalog.csv", catalog_rows())


@pytest.fixture(scope="module")
def network(source):
    return sw.reconstruct_faults(sw.read_catalog(source).with_depth())


def run(*arguments):
    with pytest.raises(SystemExit) as end:
        main([*map(str, arguments), "--quiet"])
    assert end.value.code == 0


def files(folder, *but):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in but}


def test_a_script_writes_what_the_command_writes(source, network, tmp_path):
    run("faults", source, "--out", tmp_path / "command")
    folder = sw.write_result(network, tmp_path / "script")
    theirs, ours = (files(f, "summary.json", "run.toml") for f in (tmp_path / "command", folder))
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    theirs, ours = (json.loads((f / "summary.json").read_text()) for f in (tmp_path / "command", folder))
    timed = {"seconds", "peak_memory_mb", "sha256_of_files"}  # the last holds that of summary.json itself
    assert {name: value for name, value in theirs.items() if name in ours and name not in timed} == {
        name: value for name, value in ours.items() if name not in timed
    }
    assert theirs.keys() - ours.keys() == {"source", "notes", "selection"}, "what was said about the input"


def test_a_forecast_from_a_script_is_that_of_the_command(tmp_path):
    catalog = southern_california_like(seed=1, n_events=800).catalog
    catalog.write(tmp_path / "catalog.csv")
    options = sw.ForecastOptions(model="triples", bandwidth_km=3.0, floor=0.1)
    made = sw.make_forecast(sw.read_catalog(tmp_path / "catalog.csv").with_depth(), options)
    sw.write_result(made, tmp_path / "script")
    flags = ("--model", "triples", "--bandwidth-km", 3.0, "--floor", 0.1)
    run("forecast", tmp_path / "catalog.csv", *flags, "--out", tmp_path / "command")
    ours, theirs = (
        files(tmp_path / name, "summary.json", "run.toml", "forecast.dat") for name in ("script", "command")
    )
    assert ours == theirs
    again = sw.open_result(tmp_path / "script")
    assert isinstance(again, Forecast)
    assert again.volume == made.volume


@pytest.mark.usefixtures("plain_figure")
def test_points_in_local_km_have_a_folder_too(tmp_path):
    xyz_km = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    network = sw.reconstruct_faults(xyz_km)
    again = sw.open_result(sw.write_result(network, tmp_path / "points"))
    assert isinstance(again, FaultNetwork)
    assert again.source[["x_km", "y_km", "depth_km"]].to_numpy() == pytest.approx(xyz_km)
    assert again.source.fault.tolist() == network.label.tolist()
    assert sw.write_page([again, network], tmp_path / "page.html").stat().st_size > 100_000


@pytest.mark.usefixtures("plain_figure")
def test_what_is_opened_is_what_was_written(network, tmp_path):
    again = sw.open_result(sw.write_result(network, tmp_path / "network"))
    assert again.bic == network.bic
    assert len(again.source) == network.n_events
    assert sw.open_result(tmp_path / "network" / "network.nc").bic == network.bic
    once_more = sw.write_result(again, tmp_path / "again")
    assert files(once_more, "summary.json") == files(tmp_path / "network", "summary.json")
    condensed = sw.condense(EventGaussians.from_sigmas(np.zeros((2, 3)), np.array([[1.0] * 3, [0.9] * 3])))
    again = sw.open_result(condensed.write(tmp_path / "condensed.nc"))
    assert isinstance(again, CondensedCatalog)
    assert again.weight.tolist() == condensed.weight.tolist()


def test_scores_open_as_tables(network, tmp_path):
    catalog = southern_california_like(seed=1, n_events=800).catalog.with_depth()
    options = sw.ForecastOptions(model="uniform", volume=(-121.0, -113.0, 31.0, 37.0, 0.0, 30.0))
    made = {"uniform": sw.make_forecast(catalog, options)}
    scored = sw.score_forecasts(made, catalog)
    again = sw.open_result(sw.write_result(scored, tmp_path / "scores"))
    assert set(again.tables) == {"scores", "targets"}
    assert again.summary["n_targets"] == len(scored.targets)
    assert len(again.tables["scores"]) == len(scored.scores["uniform"])


@pytest.mark.usefixtures("plain_figure")
def test_results_are_not_written_over_by_chance(network, tmp_path):
    folder = sw.write_result(network, tmp_path / "network")
    before = files(folder)
    with pytest.raises(InputError, match="holds results already"):
        sw.write_result(network, folder)
    assert files(folder) == before
    assert sw.write_result(network, folder, force=True) == folder
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match=r"like thesis\.tex"):
        sw.write_result(network, tmp_path / "mine", force=True)
    with pytest.raises(InputError, match="has no result folder"):
        sw.write_result({"a": 1}, tmp_path / "dict")
    with pytest.raises(InputError, match="does not hold its events"):
        sw.write_result(replace(network, source=None), tmp_path / "bare")
    assert {path.name for path in tmp_path.iterdir()} == {"network", "mine"}


def _spoil(folder, what):
    if what == "text":
        (folder / "network.nc").write_text("no netCDF")
    elif what == "events":
        pd.DataFrame({"x_km": [1.0]}).to_parquet(folder / "events.parquet")
    elif what == "parquet":
        (folder / "events.parquet").write_bytes(b"PAR1")
    elif what == "model":
        (folder / "network.nc").unlink()
        (folder / "model.json").write_text('{"kind": "a toaster"}')
    elif what == "json":
        (folder / "network.nc").unlink()
        (folder / "model.json").write_text("{")


@pytest.mark.usefixtures("plain_figure")
@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("text", "not a file of seisweave|not a fault network"),
        ("events", "1 events beside"),
        ("parquet", "damaged"),
        ("model", "a toaster"),
        ("json", "damaged"),
    ],
)
def test_what_is_damaged_is_refused(what, message, network, tmp_path):
    folder = sw.write_result(network, tmp_path / "network")
    _spoil(folder, what)
    with pytest.raises(InputError, match=message) as error:
        sw.open_result(folder)
    assert "\n" not in str(error.value)


def test_nothing_of_ours(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        sw.open_result(tmp_path / "nothing")
    with pytest.raises(InputError, match="holds no result"):
        sw.open_result(tmp_path)
    (tmp_path / "text.nc").write_text("text")
    with pytest.raises(InputError, match="not a file of seisweave"):
        sw.open_result(tmp_path / "text.nc")
