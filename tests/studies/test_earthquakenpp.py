"""The table of the benchmark: published intensities met, forms fitted and scored beside them, damaged sets refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.studies.benchmark_set import write_set

from seisweave import InputError
from seisweave.studies.earthquakenpp import EarthquakeNppOptions, read_set, reproduce_earthquakenpp

DATA = Path(__file__).parents[3] / "shared/data/earthquakenpp"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "sets").mkdir()
    return write_set(tmp_path / "sets")


FAST = EarthquakeNppOptions(sets="SanJac_10", forms="standard,adaptive", max_targets=150)


def test_a_table_of_a_set(folder, tmp_path):
    made = reproduce_earthquakenpp(folder, FAST, jobs=1, keep=tmp_path / "kept")
    assert made.difference["SanJac_10"] < 1e-8
    table = made.table()
    assert list(table["form"]) == ["standard", "adaptive"]
    assert (table["n_test"] == (pd.read_csv(folder / "SanJac_10.csv.gz")["t_days"] >= 700.0).sum()).all()
    assert (table["gain_sll_low"] < table["gain_sll"]).all()
    assert (table["gain_sll"] < table["gain_sll_high"]).all()
    assert table["gain_total"].to_numpy() == pytest.approx((table["gain_tll"] + table["gain_sll"]).to_numpy())
    stored = pd.read_csv(folder / "etas_test_SanJac_10.csv.gz")
    for part in ("tll", "sll"):
        assert table[f"gain_{part}"].to_numpy() == pytest.approx(table[part].to_numpy() - stored[part].mean())
    assert made.markdown().count("\n") == 4


def test_gains_pair_the_events_that_both_have_scored(folder):
    from seisweave.studies.earthquakenpp import _gains

    benchmark = read_set(folder, "SanJac_10")
    ours = benchmark.stored[["tll", "sll"]].to_numpy().T.copy()
    drawn = benchmark.stored.sample(frac=1.0, random_state=1)
    some = replace(benchmark, stored=drawn[drawn["row"] != drawn["row"].median()])
    gains = _gains(some, ours)
    assert gains.keys() == {"tll", "sll", "total"}
    assert all((gain.value, gain.low, gain.high) == (0.0, 0.0, 0.0) for gain in gains.values())
    assert _gains(some, ours + np.array([[0.25], [-0.5]]))["total"].value == pytest.approx(-0.25)
    assert _gains(replace(benchmark, stored=drawn.iloc[::2]), ours) is None


def test_the_command_writes_the_table_and_goes_on(folder, tmp_path, capsys):
    from seisweave.cli import main

    words = ["reproduce", "earthquakenpp", str(folder), "--sets", "SanJac_10", "--forms", "standard", "--max-targets",
             "150", "--out", str(tmp_path / "out")]  # fmt: skip
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert "as published, within" in said
    assert (tmp_path / "out" / "table.md").read_text() in said
    assert len(pd.read_csv(tmp_path / "out" / "table.csv")) == 1
    with pytest.raises(SystemExit) as end:
        main(words)
    assert end.value.code == 2


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda f: (f / "meta.json").unlink(), "no meta.json"),
        (lambda f: (f / "meta.json").write_text("{"), "damaged"),
        (lambda f: (f / "meta.json").write_text('{"SanJac_10": {"mc": 2}}'), "damaged"),
        (lambda f: (f / "SanJac_10.csv.gz").write_bytes(b"x"), "damaged"),
        (lambda f: pd.DataFrame({"row": [1]}).to_csv(f / "etas_test_SanJac_10.csv.gz"), "damaged"),
    ],
)
def test_what_is_no_set_is_refused(folder, damage, words):
    damage(folder)
    with pytest.raises(InputError, match=words) as refusal:
        read_set(folder, "SanJac_10")
    assert "\n" not in str(refusal.value)


def test_unknown_sets_and_forms_are_refused():
    for given in ({"sets": "Mars"}, {"sets": ""}, {"forms": "best"}, {"max_targets": -1}):
        with pytest.raises(InputError):
            EarthquakeNppOptions(**given)


@pytest.mark.skipif(not DATA.is_dir(), reason="no benchmark data of EarthquakeNPP beside the project")
def test_every_set_meets_its_published_intensities():
    from seisweave.studies.earthquakenpp import published_difference

    for name, within in (("SanJac_10", 1e-8), ("WHITE_06", 1e-8), ("SaltonSea_10", 1e-8)):
        assert published_difference(read_set(DATA, name)) < within
