"""`seisweave nowcast`: train, evaluate, predict, update; a killed run goes on; bad input gets one line."""

import json
import shutil
import signal
import time

import numpy as np
import pandas as pd
import pytest
from tests.cli.inputs import contents, start
from tests.nowcast.worlds import DAY, ORIGIN, precursor_world

from seisweave.catalog import write_catalog

pytestmark = pytest.mark.usefixtures("plain_figure")  # those of the model that is made once are drawn

SMALL = ["--box", "-118", "-117", "34", "35", "--cell-deg", "0.25", "--bottleneck", "4", "--window", "16"]
SMALL += ["--filters", "8", "--accelerator", "cpu"]
SHORT = [*SMALL, "--epochs", "3", "--temporal-epochs", "30", "--learning-rate", "0.003"]
BRIEF = [*SMALL, "--epochs", "3", "--temporal-epochs", "3"]
DAYS = 1600
FILES = {
    *("autoencoder.safetensors", "autoencoder_log.csv", "temporal.safetensors", "temporal_log.csv", "model.json"),
    *("losses.png", "map.png", "series.png", "maps.nc", "nowcasts.csv", "run.toml", "summary.json"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A catalog, the same without its last month, and a model trained on that; never changed."""
    from seisweave.cli import main

    folder = tmp_path_factory.mktemp("nowcast")
    world = precursor_world(DAYS)
    write_catalog(world, folder / "longer.csv")
    write_catalog(world.take(world.times < ORIGIN + (DAYS - 30) * DAY), folder / "catalog.csv")
    with pytest.raises(SystemExit) as end:
        main(["nowcast", "train", str(folder / "catalog.csv"), "--out", str(folder / "model"), "--quiet", *SHORT])
    assert end.value.code == 0
    return folder


@pytest.fixture
def model(made, tmp_path):
    return shutil.copytree(made / "model", tmp_path / "model")


def test_the_folder_of_a_model(made):
    folder = made / "model"
    assert {path.name for path in folder.iterdir()} == FILES
    summary = json.loads((folder / "summary.json").read_text())
    series, events = summary["scores"]["series"], summary["scores"]["events"]
    assert {"nse", "mae", "precision", "recall", "f1", "f02", "n_positives"} <= set(series)
    assert events["n_positives"] == events["nowcast"]["n_positives"] > 0
    assert {"neuron", "yesterday", "last month", "base rate of the test"} == set(events["baselines"])
    assert events["long_term_rate"] == summary["long_term_rate"]
    table = pd.read_csv(folder / "nowcasts.csv", parse_dates=["start"])
    assert len(table) == summary["n_days"] + 1
    scored = table[(table.part == "test") & table.probability.notna()]
    assert len(scored) == summary["scores"]["n_test_days"]
    assert int((scored.largest_magnitude >= 4.5).sum()) == events["n_positives"]
    assert int(scored.alarm.sum()) == events["alarms"]["n_alarms"]


def test_evaluate_says_what_training_said(made, model, run, tmp_path):
    end = run("nowcast", "evaluate", model, made / "catalog.csv")
    assert end.code == 0
    assert json.loads(end.out) == json.loads((model / "summary.json").read_text())["scores"]
    longer = run("nowcast", "evaluate", model, made / "longer.csv", "--out", tmp_path / "scored")
    assert longer.code == 0, longer.err
    assert json.loads((tmp_path / "scored" / "summary.json").read_text())["n_days"] == DAYS


def test_predict_is_the_row_of_the_table(made, model, run):
    end = run("nowcast", "predict", model, made / "catalog.csv")
    assert end.code == 0
    row = pd.read_csv(model / "nowcasts.csv").iloc[-1]
    assert end.out.startswith(f"{row.start[:10]}, from what came before:")
    assert f"novelty      {row.nowcast:.4g} " in end.out
    assert f"alarm        {'yes' if row.alarm else 'no'}\n" in end.out
    assert f"probability  {row.probability:.2%} of an event of magnitude 4.5 or above; long-term rate " in end.out
    told = json.loads(run("nowcast", "predict", model, made / "catalog.csv", "--json").out)
    assert (told["from"][:10], told["alarm"], told["magnitude"]) == (row.start[:10], bool(row.alarm), 4.5)
    assert (told["probability"], told["novelty"]) == pytest.approx((row.probability, row.nowcast))
    earlier = run("nowcast", "predict", model, made / "longer.csv", "--date", row.start[:10])
    assert earlier.out == end.out, "what came later changes nothing"
    trained = run("nowcast", "predict", model, made / "catalog.csv", "--date", "2001-05-05")
    assert "note: this day was trained on" in trained.err


def test_the_end_of_a_catalog_is_told(made, model, run):
    begun, day, later = (str(ORIGIN + (DAYS - 30 + n) * DAY)[:10] for n in (-1, 0, 3))
    plain = run("nowcast", "predict", model, made / "catalog.csv")
    assert plain.out.startswith(f"{begun}, from what came before:")
    assert f"taken as unfinished and not counted; give --complete-until {day} if it is complete\n" in plain.err
    assert plain.err.count("\n") == 1
    whole = run("nowcast", "predict", model, made / "catalog.csv", "--complete-until", day)
    assert whole.out.startswith(f"{day}, from")
    assert whole.err == ""
    assert whole.out == run("nowcast", "predict", model, made / "longer.csv", "--date", day).out
    quiet = run("nowcast", "predict", model, made / "catalog.csv", "--complete-until", f"{later}T00:00Z")
    assert quiet.out.startswith(f"{later}, from")
    assert f"without an event from {day} to before {later}, taken as quiet" in quiet.err
    scored = [
        run("nowcast", "evaluate", model, made / "catalog.csv", *more) for more in ((), ("--complete-until", day))
    ]
    days = [json.loads(end.out)["n_test_days"] for end in scored]
    assert days[1] == days[0] + 1
    assert ["not counted" in end.err for end in scored] == [True, False]


def test_update_takes_the_model_s_place(made, model, run):
    end = run("nowcast", "update", model, made / "longer.csv", "--epochs", "1")
    assert end.code == 0, end.err
    assert "the model knows all days before " in end.out
    summary = json.loads((model / "summary.json").read_text())
    assert summary["known_until"] == str(ORIGIN + DAYS * DAY)[:19]
    assert summary["scores"] == {"note": "no day to judge by"}
    again = run("nowcast", "update", model, made / "longer.csv")
    assert again.code == 2
    assert "give one with newer days" in again.err


def test_the_paper_s_protocol_is_stamped(made, run, tmp_path):
    arguments = ["nowcast", "train", made / "catalog.csv", "--out", tmp_path / "m", "--protocol", "paper", *BRIEF]
    end = run(*arguments)
    assert end.code == 0, end.err
    assert "centred smoothing sees the future" in end.out
    scores = json.loads((tmp_path / "m" / "summary.json").read_text())["scores"]
    assert scores["causal"] is False
    assert "say nothing about earthquakes" in scores["warning"]
    assert "not causal" in run("nowcast", "predict", tmp_path / "m", made / "catalog.csv").err


def test_a_killed_run_goes_on_to_the_same_weights(made, tmp_path, run):
    arguments = ["nowcast", "train", made / "catalog.csv", *BRIEF]
    broken = start(*arguments, "--out", tmp_path / "broken", "--quiet")
    kept = tmp_path / "broken" / ".partial" / "autoencoder" / "weights.safetensors"
    until = time.monotonic() + 300
    while not kept.exists() and broken.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    broken.send_signal(signal.SIGKILL)
    broken.communicate(timeout=100)
    assert kept.exists()
    assert not (tmp_path / "broken" / "model.json").exists()
    assert "give --resume to go on" in run(*arguments, "--out", tmp_path / "broken").err
    other = run(*arguments, "--out", tmp_path / "broken", "--resume", "--seed", "1")
    assert "other settings or another catalog" in other.err
    assert run(*arguments, "--out", tmp_path / "broken", "--resume", "--quiet").err == ""
    assert run(*arguments, "--out", tmp_path / "whole", "--quiet").code == 0
    for name in ("autoencoder.safetensors", "temporal.safetensors", "nowcasts.csv"):
        assert (tmp_path / "broken" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not (tmp_path / "broken" / ".partial").exists()


BAD = {
    "too short": ("train", ["few.csv"], "a nowcast looks back over"),
    "empty": ("train", ["empty.csv"], "is empty"),
    "no extreme": ("train", ["catalog.csv", "--threshold", "9"], "give a lower --threshold"),
    "gap over a split": ("train", ["catalog.csv", "--gaps", "2003-01-01/2005-01-01"], "after gaps"),
    "window": ("train", ["catalog.csv", "--window", "2"], "window is 2; give 3 to 1000"),
    "order of dates": ("train", ["catalog.csv", "--start", "2003-01-01", "--end", "2001-01-01"], "is not before"),
    "elsewhere": ("train", ["catalog.csv", "--event-type", "qb"], "--event-type qb cannot be applied|no event"),
    "resume nothing": ("train", ["catalog.csv", "--resume"], "holds no run to go on with"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_to_train(made, tmp_path, refused, name):
    command, (source, *more), said = BAD[name]
    (tmp_path / "empty.csv").write_text("")
    lines = (made / "catalog.csv").read_text().splitlines()
    (tmp_path / "few.csv").write_text("\n".join(lines[:30]) + "\n")
    path = tmp_path / source if (tmp_path / source).exists() else made / source
    before = contents(tmp_path)
    line = refused("nowcast", command, path, "--out", tmp_path / "out", "--quiet", *SHORT, *more)
    assert any(part in line for part in said.split("|")), line
    assert contents(tmp_path) == before, "nothing is left"


def test_bad_input_to_the_others(made, model, tmp_path, refused):
    catalog = made / "catalog.csv"
    assert "no model" in refused("nowcast", "predict", tmp_path / "none", catalog)
    assert "does not exist" in refused("nowcast", "evaluate", model, tmp_path / "none.csv")
    late = refused("nowcast", "predict", model, catalog, "--date", "2030-01-01")
    assert "nothing is known of the days from there to 2030-01-01" in late
    assert "begins on" in refused("nowcast", "predict", model, catalog, "--date", "1999-01-01")
    assert "is not a time" in refused("nowcast", "predict", model, catalog, "--date", "tomorrow")
    hour = refused("nowcast", "predict", model, catalog, "--date", "2003-05-05T23:40")
    assert hour.endswith(
        "date 2003-05-05T23:40 is within a day, and a whole one is wanted; give 2003-05-05 or 2003-05-06\n"
    )
    later = str(ORIGIN + (DAYS - 27) * DAY)[:10]
    assert f"or --complete-until {later} if no event" in refused("nowcast", "predict", model, catalog, "--date", later)
    weights = model / "autoencoder.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100] + np.random.default_rng(0).bytes(100))
    assert "is not what was saved" in refused("nowcast", "predict", model, catalog)
