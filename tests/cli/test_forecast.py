"""`seisweave forecast` and `evaluate` as others meet them: from a file to scores, and one line where that cannot be."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest
from tests.cli.inputs import write_rows

from seisweave.cli import main

VOLUME = ("--volume", -117, -116, 34, 35, 0, 20)
FIXED = ("--model", "triples", "--bandwidth-km", 3, "--floor", 0.2, *VOLUME)


@pytest.fixture(scope="module")
def rows():
    """Events on two faults over four years, magnitudes by Gutenberg and Richter."""
    rng = np.random.default_rng(5)
    first = rng.normal((-116.6, 34.3, 8.0), (0.1, 0.01, 2.0), (240, 3))
    second = rng.normal((-116.4, 34.6, 6.0), (0.01, 0.1, 2.0), (240, 3))
    places = rng.permutation(np.concatenate([first, second]))
    days = np.sort(rng.integers(0, 1460, 480))
    magnitude = np.round(2.0 + rng.exponential(1 / np.log(10), 480), 1)
    times = np.datetime64("2015-01-01") + days
    return [
        f"{time}T00:00:{k % 60:02d},{lon:.4f},{lat:.4f},{abs(depth):.2f},{m}"
        for k, (time, (lon, lat, depth), m) in enumerate(zip(times, places, magnitude, strict=True))
    ]


@pytest.fixture(scope="module")
def made(rows, tmp_path_factory):
    """A catalog and the folders of two forecasts; never changed."""
    folder = tmp_path_factory.mktemp("forecasts")
    catalog = write_rows(folder / "catalog.csv", rows)
    until = ("--end", "2018-01-01", "--first-magnitude", "2.95")
    for name, flags in (("triples", FIXED), ("uniform", ("--model", "uniform", *VOLUME))):
        with pytest.raises(SystemExit) as end:
            main(["forecast", str(catalog), *map(str, flags), *until, "--out", str(folder / name)])
        assert end.value.code == 0
    return folder


@pytest.fixture
def catalog(made):
    return made / "catalog.csv"


@pytest.fixture
def forecasts(made, tmp_path):
    """Folders of two forecasts, of one's own."""
    return tuple(shutil.copytree(made / name, tmp_path / name) for name in ("triples", "uniform"))


def test_from_a_catalog_to_scores(forecasts, catalog, tmp_path, run):
    triples, uniform = forecasts
    names = {p.name for p in triples.iterdir()}
    assert names == {"forecast.nc", "forecast.dat", "figure.png", "run.toml", "summary.json"}
    told = json.loads((triples / "summary.json").read_text())
    assert (told["bandwidth_km"], told["floor"]) == (3.0, 0.2)
    assert told["gutenberg_richter"]["b"] == pytest.approx(1.0, abs=0.25)
    out = tmp_path / "scores"
    flags = (
        "--targets",
        catalog,
        "--start",
        "2018-01-01",
        "--cutoffs",
        "2,3",
        "--out",
        out,
        "--csep",
        "--simulations",
        20,
    )
    end = run("evaluate", triples, uniform, *flags)
    assert end.code == 0, end
    assert "nats gained per event over uniform" in end.out
    assert not end.err, "targets are all later than what was learned from"
    told = json.loads(run("evaluate", triples, uniform, "--targets", catalog, "--json").out)
    assert list(told["scores"]) == ["triples", "uniform"]
    early = run("evaluate", triples, uniform, "--targets", catalog, "--cutoffs", 2)
    assert "no later than what triples has learned from (2017-12" in early.err
    scores = pd.read_csv(out / "scores.csv")
    targets = pd.read_csv(out / "targets.csv")
    mean = -targets["log_density_triples"].mean()
    assert scores.query("forecast == 'triples' and min_magnitude == 2").nll.item() == pytest.approx(mean)
    gains = pd.read_csv(out / "gains.csv")
    assert gains.gain[0] == pytest.approx(targets["gain_triples"].mean())
    assert gains.low[0] > 1.0
    assert set(pd.read_csv(out / "csep.csv").test) == {"N", "M", "S", "L", "CL", "T", "W"}
    assert {"figure.png", "gains.png", "summary.json"} <= {p.name for p in out.iterdir()}


def test_from_a_network(result, tmp_path, run):
    box = ("--volume", -117, -116, 34, 35, 0, 20)
    end = run("forecast", result, "--model", "faults", *box, "--name", "mine", "--out", tmp_path / "f")
    assert end.code == 0, end
    assert end.out.startswith("mine: ")
    assert not (tmp_path / "f" / "forecast.dat").exists()  # a network has no magnitudes


def test_results_are_replaced_only_by_force(forecasts, catalog, refused, run, plain_figure):
    assert "--force" in refused("forecast", catalog, *FIXED, "--out", forecasts[0])
    assert run("forecast", catalog, *FIXED, "--out", forecasts[0], "--force").code == 0


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--model", "magic"), "magic"),
        (("--model", "triples", "--volume", 1, 2, 3, 4, 0, 20), "0 of"),
        (("--model", "triples", *VOLUME, "--validation-magnitude", 9), "choosing needs"),
        (("--model", "uniform", "--volume", -116, -117, 34, 35, 0, 20), "west must be below east"),
        (("--model", "uniform", *VOLUME, "--cell-deg", 0), "--cell-deg"),
        ((*FIXED, "--floor", 2), "floor"),
        ((*FIXED, "--name", " "), "--name is empty"),
        (("--model", "faults", *VOLUME, "--thin-km", 900), "a smaller thin_km"),
        ((*FIXED, "--start", "2050-01-01"), "no event left"),
    ],
)
def test_forecasts_that_cannot_be(flags, said, catalog, tmp_path, refused):
    assert said in refused("forecast", catalog, *flags, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_inputs_that_are_no_use(result, tmp_path, refused):
    empty = write_rows(tmp_path / "empty.csv", [])
    one = write_rows(tmp_path / "one.csv", ["2019-07-04T00:00:00,-116.5,34.5,5,3"])
    assert "empty" in refused("forecast", empty, *FIXED, "--out", tmp_path / "o")
    assert "1 of 1 events lie in the volume" in refused("forecast", one, *FIXED, "--out", tmp_path / "o")
    assert "needs a catalog" in refused("forecast", result, *FIXED, "--out", tmp_path / "o")
    assert "--volume" in refused("forecast", result, "--model", "faults", "--out", tmp_path / "o")


def test_evaluations_that_cannot_be(forecasts, catalog, result, tmp_path, refused, run, plain_figure):
    triples, _ = forecasts
    assert "no forecast there" in refused("evaluate", result, "--targets", catalog)
    assert "none of" in refused("evaluate", triples, "--targets", catalog, "--cutoffs", 9)
    for cutoffs in ("a", "2,nan", "inf", ","):
        assert "cutoffs is" in refused("evaluate", triples, "--targets", catalog, "--cutoffs", cutoffs)
    assert "is no file" in refused("evaluate", triples, "--targets", catalog, "--published", tmp_path / "no.dat")
    assert "reference" in refused("evaluate", triples, "--targets", catalog, "--reference", "x", "--cutoffs", 2)
    assert "two forecasts" in refused("evaluate", triples, triples, "--targets", catalog)
    other = tmp_path / "other"
    run("forecast", catalog, "--model", "uniform", "--volume", -117, -116, 34, 35, 0, 10, "--out", other)
    assert "different volumes" in refused("evaluate", triples, other, "--targets", catalog)
    (triples / "forecast.nc").write_bytes((triples / "forecast.nc").read_bytes()[:3000])
    assert "not a forecast" in refused("evaluate", triples, "--targets", catalog)


def test_figure_12_in_small(catalog, result, tmp_path, run, refused):
    study = ("--split", "2018-01-01", "--end", "2019-06-01", "--learn-from", "2015-01-01", "--subsets", 2, *VOLUME)
    assert "name=DIR" in refused("reproduce", "fig12", catalog, *study, "--network", "x", "--out", tmp_path / "o")
    assert "0 events in the volume before" in refused(
        "reproduce", "fig12", catalog, "--split", "2015-01-01", *VOLUME, "--out", tmp_path / "o"
    )
    assert "0 events in the volume before 1995-07-01" in refused(
        "reproduce", "fig12", catalog, "--window-years", "1995,1999", *VOLUME, "--out", tmp_path / "o"
    )
    mine = ("--network", f"network={result}")
    assert "another model called network" in refused(
        "reproduce", "fig12", catalog, *study, *mine, "--out", tmp_path / "o"
    )
    both = ("--window-years", "1995", *mine)
    assert "give one of the two" in refused("reproduce", "fig12", catalog, *both, "--out", tmp_path / "o")
    for years in ("a", "1995,1996", "1999,1995", ""):
        assert "--window-years is" in refused(
            "reproduce", "fig12", catalog, "--window-years", years, "--out", tmp_path / "o"
        )


def test_doubtful_events_are_mentioned(rows, forecasts, tmp_path, run, plain_figure):
    doubtful = [*rows, *rows[-40:], "2018-12-31T00:00:00,nan,34.5,5,3", "2018-12-31T00:00:01,-116.5,34.5,,3"]
    source = write_rows(tmp_path / "doubtful.csv", doubtful)
    flags = ("--targets", source, "--start", "2018-01-01", "--cutoffs", 2)
    end = run("evaluate", forecasts[0], *flags)
    assert end.code == 0, end
    assert "note: 1 rows set aside" in end.err
    assert "note: 40 events repeat another" in end.err
    assert "left out: without depth or magnitude" in end.err
    made = run("forecast", source, *FIXED, "--out", tmp_path / "again")
    assert "40 events repeat another" in made.err


def test_a_short_past_is_parted_in_two(catalog, tmp_path, run, plain_figure):
    """Four years of validation are the most; of a past as long as that half is taken."""
    end = run("forecast", catalog, "--model", "triples", *VOLUME, "--out", tmp_path / "f")
    assert end.code == 0, end
    assert 0.3 < json.loads((tmp_path / "f" / "summary.json").read_text())["bandwidth_km"] < 10


def test_figure_12_end_to_end(tmp_path, run):
    from seisweave.catalog import write_catalog
    from seisweave.synthetic import southern_california_like

    write_catalog(southern_california_like(seed=2, n_events=2500).catalog, tmp_path / "c.csv")
    study = ("--learn-from", "2010-01-01", "--split", "2017-01-01", "--end", "2020-01-01", "--subsets", 3)
    end = run("reproduce", "fig12", tmp_path / "c.csv", *study, "--jobs", 2, "--out", tmp_path / "o")
    assert end.code == 0, end
    summary = json.loads((tmp_path / "o" / "summary.json").read_text())
    scores = {name: rows[0]["nll"] for name, rows in summary["windows"][0]["scores"].items()}
    assert scores["network"] < scores["uniform"]
    assert scores["triples with floor, on targets"] <= scores["triples with floor"] + 1e-9
    assert scores["triples with floor, on targets"] <= scores["triples on targets"] + 1e-9
    assert (tmp_path / "o" / "figure.png").stat().st_size > 10_000
