"""Runs as files: checked before they work, gone on with, and result folders that are made again."""

import json
import tomllib

import pytest

from seisweave.synthetic import southern_california_like

STUDY = """
out = "study"
catalog = "c.csv"

[all]
quiet = true
jobs = 1

[faults]
subsets = 1

[density]
command = "forecast"
arguments = ["@faults"]
model = "faults"
volume = [-119.0, -115.0, 33.0, 36.0, 0.0, 20.0]

[smooth]
command = "forecast"
model = "triples"
start = "1990-01-01"
"""


@pytest.fixture
def study(tmp_path):
    southern_california_like(seed=1, n_events=300).catalog.write(tmp_path / "c.csv")
    (tmp_path / "run.toml").write_text(STUDY)
    return tmp_path


@pytest.fixture
def run(capsys):
    from seisweave.cli import main

    def call(*words):
        with pytest.raises(SystemExit) as end:
            main([str(word) for word in words])
        said = capsys.readouterr()
        return end.value.code, said.out, said.err

    return call


def test_stages_are_done_once_and_again_where_words_or_inputs_change(study, run, plain_figure):
    code, out, err = run("run", study / "run.toml")
    assert code == 0, err
    assert out.count("== ") == 3
    kept = {path: path.read_bytes() for path in (study / "study").rglob("*") if path.is_file()}
    code, out, err = run("run", study / "run.toml")
    assert (code, out, err.count("done already")) == (0, "", 3)
    assert {path: path.read_bytes() for path in (study / "study").rglob("*") if path.is_file()} == kept
    (study / "run.toml").write_text(STUDY.replace("subsets = 1", "subsets = 2"))
    code, out, err = run("run", study / "run.toml")
    assert code == 2
    assert "give --force" in err
    code, out, err = run("run", study / "run.toml", "--force")
    assert code == 0, err
    assert [line.split(":")[0] for line in out.splitlines() if line.startswith("== ")] == ["== faults", "== density"]
    assert json.loads((study / "study/faults/summary.json").read_text())["options"]["subsets"] == 2


def test_a_result_folder_is_made_again_and_compared(study, run, monkeypatch, plain_figure):
    monkeypatch.chdir(study)
    code, _, err = run(
        "faults", "c.csv", "--out", "net", "--box", -121, -114, 32, 37, "--subsets=2", "--no-trust", "--quiet"
    )
    assert code == 0, err
    told = tomllib.loads((study / "net/run.toml").read_text())
    assert told["faults"] == {
        "arguments": [str(study / "c.csv")],
        "box": ["-121", "-114", "32", "37"] if isinstance(told["faults"]["box"][0], str) else [-121, -114, 32, 37],
        "subsets": 2,
        "trust": False,
    }
    assert list(told["inputs"]) == [str(study / "c.csv")]
    monkeypatch.chdir("/")
    code, out, err = run("rerun", study / "net", "--check")
    assert (code, err) == (0, ""), out
    assert "the same again" in out
    code, out, err = run("rerun", study / "net", "--out", study / "again")
    assert code == 0, err
    assert (study / "again/network.nc").read_bytes() == (study / "net/network.nc").read_bytes()
    assert (study / "again/run.toml").read_text() == (study / "net/run.toml").read_text()
    southern_california_like(seed=2, n_events=300).catalog.write(study / "c.csv", force=True)
    code, out, err = run("rerun", study / "net", "--check")
    assert code == 1
    assert "c.csv has changed" in err
    assert "network.nc differs" in out
    assert "summary.json: bic was" in out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("subsets", "substs", "[faults] has no substs; the nearest is subsets"),
        ("[faults]", "[fautls]", "[fautls] is no command; the nearest is faults"),
        ("@faults", "@fault", "names @fault, and no such stage comes before it; the nearest is faults"),
        ("jobs = 1", "jbos = 1", "[all] has jbos, which is a flag of none of its stages; the nearest is jobs"),
        ("subsets = 1", 'subsets = "many"', "[faults]: Invalid value for '--subsets'"),
        ("subsets = 1", "subsets = -3", "[faults]: subsets is -3"),
        ("subsets = 1", "subsets = true", "no switch"),
        ("quiet = true", "quiet = 3", "true or false"),
        ('"triples"', '"tripels"', "is not one of"),
        ('catalog = "c.csv"', "", "[faults] needs a catalog"),
        ("[all]", "[all", "is no TOML"),
        ('out = "study"', "out = 3", "out is 3; give a text"),
        ("volume = [-119.0, -115.0", "volume = [[-119.0], -115.0", "give a number, a text, or a list"),
        (STUDY, "", "holds no stage"),
    ],
)
def test_files_that_cannot_be_are_refused_before_any_work(study, run, old, new, words):
    (study / "run.toml").write_text(STUDY.replace(old, new, 1))
    for more in ((), ("--check",)):
        code, out, err = run("run", study / "run.toml", *more)
        assert (code, out) == (2, "")
        assert words in err
        assert err.count("\n") == 1
    assert not (study / "study").exists()


def test_options_of_a_command_of_a_group_are_checked_before_any_work(study, run):
    (study / "run.toml").write_text('catalog = "c.csv"\n["nowcast train"]\nepochs = -3\n')
    code, _, err = run("run", study / "run.toml", "--check")
    assert code == 2
    assert "[nowcast train]: epochs is -3; give 0 or more" in err


def test_a_stage_is_done_until_what_it_names_is_another(tmp_path):
    """A folder of a stage before, under any name, a file, and a file that is named NAME=FILE."""
    from seisweave.cli.run import Done
    from seisweave.cli.run_file import Stage

    places = [tmp_path / "study" / "etas-fit" / "model.json", tmp_path / "c.csv", tmp_path / "strain.nc"]
    out = tmp_path / "study" / "later"
    for place in (*places, out / "summary.json"):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("one")
    words = ("nowcast", "train", str(places[0].parent), str(places[1]), "--channel", f"strain={places[2]}")
    stage = Stage("later", words[:2], words, out, resumes=True)
    assert Done(out.parent).state(stage) == "changed"
    Done(out.parent).add(stage)
    for place in places:
        place.write_text("another")
        assert Done(out.parent).state(stage) == "changed", place
        place.write_text("one")
        assert Done(out.parent).state(stage) == "done"
    assert Done(out.parent).state(Stage("later", words[:2], words, tmp_path / "study" / "none", resumes=True)) == "open"


def test_check_tells_the_commands(study, run):
    code, out, _ = run("run", study / "run.toml", "--check")
    assert code == 0
    assert out.splitlines()[1].startswith(
        f"seisweave forecast {study}/study/faults --quiet --jobs 1 --model faults --volume"
    )
    assert not (study / "study").exists()


def test_folders_and_files_that_are_none(study, run, tmp_path):
    assert "cannot be read" in run("run", study / "nothing.toml")[2]
    assert "names 3 stages" in run("rerun", study)[2]
    assert "holds no run.toml" in run("rerun", tmp_path / "nothing")[2]


def test_files_that_say_when_they_were_written_hold_the_same(tmp_path):
    """Some versions of HDF5 do; what differs is what they hold."""
    import h5py
    import numpy as np
    import xarray as xr

    from seisweave.report.results.compared import differences
    from seisweave.storage import write_dataset

    one, other = tmp_path / "one", tmp_path / "other"
    for folder in (one, other):
        folder.mkdir()
        write_dataset(xr.Dataset({"a": ("n", np.arange(3.0))}), folder / "a.nc")
    with h5py.File(other / "a.nc", "a") as file:
        file.attrs["more"] = 1
        del file.attrs["more"]
    assert (one / "a.nc").read_bytes() != (other / "a.nc").read_bytes()
    assert list(differences(one, other)) == []
    write_dataset(xr.Dataset({"a": ("n", np.arange(3.0) + 1.0)}), other / "a.nc")
    assert list(differences(one, other)) == ["a.nc differs"]


def test_a_path_written_in_another_way_is_no_difference(tmp_path):
    from seisweave.report.results.compared import differences

    for name, told in (("one", "c.csv"), ("same", "/data/c.csv"), ("other", "/data/d.csv"), ("tail", "/data/xc.csv")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "summary.json").write_text(json.dumps({"network": told, "seconds": {"read": 1.0}}))
        (tmp_path / name / "model.json").write_text(json.dumps({"sha256": {"model": name, "log.csv": "a"}}))
    found = [list(differences(tmp_path / "one", tmp_path / name)) for name in ("same", "other", "tail")]
    assert [len(each) for each in found] == [0, 1, 1]
    assert found[1] == ['summary.json: network was "c.csv", is "/data/d.csv"']


REGIONS = """
out = "study"
catalog = "c.csv"

[all]
quiet = true
jobs = 1
end = "2020-01-01"

[faults]
subsets = 2

[density]
command = "forecast"
arguments = ["@faults"]
model = "faults"
volume = [-119.0, -115.0, 33.0, 36.0, 0.0, 20.0]

[regions.east]
box = [-117.0, -114.0, 32.0, 37.0]

[regions.west]
catalog = "west.csv"
end = "2015-01-01"

[regions.west.faults]
subsets = 1
"""


@pytest.fixture
def regions(study):
    southern_california_like(seed=2, n_events=300).catalog.write(study / "west.csv")
    (study / "run.toml").write_text(REGIONS)
    return study


def test_regions_say_what_is_theirs(regions, run):
    code, out, _ = run("run", regions / "run.toml", "--check")
    assert code == 0
    east, _, west, density = out.splitlines()
    shared = "--quiet --jobs 1 --end"
    assert east == (
        f"seisweave faults {regions}/c.csv {shared} 2020-01-01 --box -117.0 -114.0 32.0 37.0 --subsets 2"
        f" --out {regions}/study/east/faults"
    )
    assert west == (
        f"seisweave faults {regions}/west.csv {shared} 2015-01-01 --subsets 1 --out {regions}/study/west/faults"
    )
    assert density.startswith(f"seisweave forecast {regions}/study/west/faults ")
    assert run("run", regions / "run.toml", "--check", "--region", "west")[1].splitlines() == [west, density]
    assert "names east, west" in run("run", regions / "run.toml", "--region", "north")[2]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[regions.east]\nbox", "[regions.east]\nbxo", "[regions.east] has bxo, which is a flag of none of its stages"),
        (
            "regions.west.faults",
            "regions.west.fautls",
            "has fautls, which is a flag of none of its stages; the nearest",
        ),
        ("[regions.east]", '[regions."../east"]', "region '../east' is no name of a folder"),
        ('end = "2015-01-01"', 'end = "soon"', "[faults] of west: end 'soon'"),
        ("[regions.east]\nbox = [-117.0, -114.0, 32.0, 37.0]", "[regions]\neast = 3", "regions.east is 3"),
    ],
)
def test_regions_that_cannot_be_are_refused_before_any_work(regions, run, old, new, words):
    assert old in REGIONS
    (regions / "run.toml").write_text(REGIONS.replace(old, new, 1))
    code, out, err = run("run", regions / "run.toml")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert words in err
    assert not (regions / "study").exists()


def test_a_region_that_fails_stops_no_other_and_is_gone_on_with(regions, run, plain_figure):
    west = (regions / "west.csv").read_bytes()
    (regions / "west.csv").write_text("time,longitude,latitude,depth,magnitude\n")
    code, out, err = run("run", regions / "run.toml", "--jobs", 2)
    assert (code, out.count("== ")) == (2, 3)
    assert "1 of 2 regions failed: west; see above" in err.splitlines()[-1]
    assert (regions / "study/east/density/forecast.nc").exists()
    (regions / "west.csv").write_bytes(west)
    code, out, err = run("run", regions / "run.toml")
    assert (code, err.count("done already")) == (0, 2), err
    assert [line.split(":")[0] for line in out.splitlines() if line.startswith("== ")] == [
        "== west/faults",
        "== west/density",
    ]
    assert json.loads((regions / "study/west/faults/summary.json").read_text())["options"]["subsets"] == 1
