"""`seisweave nowcast place`, its prediction and its backtest, from the command line."""

import json

import pandas as pd
import pytest
from tests.cli.inputs import contents

from seisweave.catalog import write_catalog
from seisweave.synthetic import EtasOptions, etas_world

BOX = ["--box", "-118", "-116", "33", "35"]
SMALL = [
    "--filters",
    "4",
    "--epochs",
    "1",
    "--learning-rate",
    "0.005",
    "--calibration-years",
    "2",
    "--calibration-fits",
    "1",
    "--rates",
    "sums",
]
WINDOW = ["--start", "1998-01-01", "--end", "2002-01-01", "--every-years", "2", "--seeds", "2", "--jobs", "1"]
WINDOW += ["--no-etas"]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    world = etas_world(EtasOptions(box=(-118.0, -116.0, 33.0, 35.0), days=4500, background_per_day=0.5), seed=4)
    path = tmp_path_factory.mktemp("place") / "catalog.csv"
    write_catalog(world.catalog, path)
    return path


def run(*arguments):
    from seisweave.cli import main

    with pytest.raises(SystemExit) as end:
        main(["nowcast", *(str(argument) for argument in arguments)])
    return end.value.code


def test_fit_and_predict(catalog, tmp_path, capsys):
    model = tmp_path / "where"
    assert run("place", catalog, "--out", model, "--quiet", *BOX, *SMALL) == 0
    names = {path.name for path in model.iterdir()}
    assert names == {"cells.csv", "map.png", "model.json", "place.safetensors", "run.toml", "summary.json"}
    cells, summary = pd.read_csv(model / "cells.csv"), json.loads((model / "summary.json").read_text())
    assert len(cells) == 16
    assert cells[["p_m3", "p_m4.5"]].min().min() > 0
    assert 1 - (1 - cells["p_m4"]).prod() == pytest.approx(summary["anywhere"][2])
    capsys.readouterr()
    assert run("place-predict", model, catalog, "--out", tmp_path / "map.png") == 0
    said, noted = capsys.readouterr()
    assert summary["day"] in said
    assert noted.count("\n") == noted.count("its last day is taken as unfinished and not counted") == 1
    assert f"{summary['anywhere'][3]:.2%} anywhere" in said
    assert (tmp_path / "map.png").read_bytes().startswith(b"\x89PNG")
    assert run("place-predict", model, catalog, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [each["probability"] for each in told["magnitudes"]] == pytest.approx(summary["anywhere"])
    assert told["magnitudes"][0]["likeliest_cell"]["probability"] == pytest.approx(cells["p_m3"].max())
    assert run("place-predict", model, catalog, "--complete-until", "2002-05-09") == 0
    assert "2002-05-09, from what came before:" in capsys.readouterr().out
    assert run("place-predict", model, catalog, "--now", "2002-05-09T18:14") == 0
    said, noted = capsys.readouterr()
    assert "the 24 hours from 2002-05-09T18:14 UTC, from what came before:" in said
    assert "taken as complete until 2002-05-09T18:14; its last event before that was at" in noted
    before = contents(model)
    for arguments, message in (
        (["place-predict", model, catalog, "--now", "2002-05-09T18", "--date", "2002-05-09"], "leave out date"),
        (["place-predict", model, catalog, "--now", "soon"], "not a time"),
        (["place-predict", model, catalog, "--now", "1950-01-01"], "no event before that"),
        (["place-predict", model, catalog, "--date", "2044-01-01"], "nothing is known of 2044-01-01"),
        (["place-predict", model, catalog, "--date", "soon"], "not a time"),
        (["place-predict", model, catalog, "--date", "2000-01-01T06"], "give 2000-01-01 or 2000-01-02"),
        (["place-predict", model, catalog, "--complete-until", "later"], "not a time"),
        (
            ["place", catalog, "--out", tmp_path / "new", *BOX, *SMALL, "--end", "2044-01-01"],
            "--complete-until 2044-01-01",
        ),
        (["place-backtest", catalog, "--out", tmp_path / "new", *BOX], "--complete-until 2026-01-01 if no event"),
        (["place-predict", tmp_path, catalog], "no model"),
        (["place-predict", model, catalog, "--out", tmp_path / "no" / "map.png"], "cannot be written"),
        (["place", catalog, "--out", model], "--force"),
        (["place", catalog, "--out", tmp_path / "new", *BOX, *SMALL, "--learn-from", "2040-01-01"], "longer catalog"),
        (["place", catalog, "--out", tmp_path / "new", "--box", "10", "12", "33", "35"], "longer catalog"),
    ):
        assert run(*arguments) == 2
        error = capsys.readouterr().err
        assert message in error
        assert error.count("\n") == 1
    assert contents(model) == before
    assert not (tmp_path / "new").exists()


def test_backtest_goes_on_where_it_was_stopped(catalog, tmp_path, capsys, monkeypatch, request):
    from seisweave.nowcast.place import backtesting as place_backtest

    fits, fit = [], place_backtest.fit_network

    def counted(*arguments, **named):
        if len(fits) == 3:
            raise KeyboardInterrupt
        fits.append(1)
        return fit(*arguments, **named)

    out, whole = tmp_path / "scores", tmp_path / "whole"
    monkeypatch.setattr(place_backtest, "fit_network", counted)
    assert run("place-backtest", catalog, "--out", out, *BOX, *SMALL, *WINDOW) == 130
    assert "--resume" in capsys.readouterr().err
    monkeypatch.setattr(place_backtest, "fit_network", fit)
    assert run("place-backtest", catalog, "--out", out, *BOX, *SMALL, *WINDOW) == 2
    assert run("place-backtest", catalog, "--out", out, "--resume", *BOX, *SMALL, "--seed", "1", *WINDOW) == 2
    assert run("place-backtest", catalog, "--out", out, "--resume", *BOX, *SMALL, *WINDOW) == 0
    request.getfixturevalue("plain_figure")  # one was drawn
    assert run("place-backtest", catalog, "--out", whole, *BOX, *SMALL, *WINDOW) == 0
    assert {path.name for path in out.iterdir()} == {"scores.csv", "reliability.png", "run.toml", "summary.json"}
    pd.testing.assert_frame_equal(pd.read_csv(out / "scores.csv"), pd.read_csv(whole / "scores.csv"))
    table = pd.read_csv(out / "scores.csv")
    assert {"cell Poisson", "neuron", "plain neuron", "network, seed 1"} <= set(table.model)
    poisson = table[table.model == "cell Poisson"]
    assert (poisson.gain == 0).all()
    assert (table.positives >= 10).all()


def test_channels_and_going_on(catalog, tmp_path, capsys):
    import tomllib

    import numpy as np
    import xarray as xr

    time = np.datetime64("1990-01-01", "ns") + np.arange(4500) * np.timedelta64(1, "D")
    level = xr.Dataset({"level": ("time", np.random.default_rng(0).normal(size=4500))}, {"time": time})
    level.to_netcdf(tmp_path / "level.nc", engine="h5netcdf")
    level.isel(time=slice(0, 4000)).to_netcdf(tmp_path / "old.nc", engine="h5netcdf")
    channel = ["--channel", f"level={tmp_path / 'level.nc'}"]
    where, newer = tmp_path / "where", tmp_path / "newer"
    assert run("place", catalog, "--out", where, "--end", "2001-01-01", *BOX, *SMALL, *channel) == 0
    assert "channel level: 4,500 values of the whole region" in capsys.readouterr().err
    made = tomllib.loads((where / "run.toml").read_text())
    assert made["nowcast place"]["channel"] == [channel[1]]
    assert str(tmp_path / "level.nc") in made["inputs"]
    for arguments, message in (
        (["place-predict", where, catalog], "add --channel level=FILE.nc"),
        (["place-predict", where, catalog, "--channel", f"level={catalog}"], "no channel level"),
        (["place-predict", where, catalog, "--channel", "level"], "write NAME=FILE.nc"),
        (["place-predict", where, catalog, "--channel", f"level={tmp_path / 'old.nc'}"], "is too old for 2002-0"),
        (["place-update", where, catalog, "--out", newer], "add --channel level=FILE.nc"),
        (["place-update", where, catalog, *channel, "--complete-until", "2000-06-01", "--out", newer], "newer days"),
    ):
        assert run(*arguments) == 2
        assert message in capsys.readouterr().err
    assert not newer.exists()
    assert run("place-update", where, catalog, *channel, "--epochs", "1", "--out", newer) == 0
    said = capsys.readouterr().out
    assert "knew all days before 2001-01-01, and knows all before 2002-0" in said
    summary = json.loads((newer / "summary.json").read_text())
    assert summary["known_until"] > "2002-01-01"
    assert (summary["updates"], [each["name"] for each in summary["channels"]]) == (1, ["level"])
    assert run("place-predict", newer, catalog, *channel) == 0
