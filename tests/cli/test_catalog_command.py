"""`seisweave catalog`: what it prints for people and for scripts, draws, downloads, and the words it uses."""

import ast
import functools
import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.catalog.event_server import Service, served
from tests.catalog.test_download import made
from tests.cli.inputs import write_rows

import seisweave.catalog
from seisweave.catalog import Selection, read_catalog
from seisweave.catalog.fdsn_service import Pace
from seisweave.catalog.read import ReadOptions
from seisweave.cli.wording import OPTIONS, in_words

# name='word', name={, name=[, name=True, or a word with underscores before a value
PYTHON = re.compile(r"(?<![\w?&/-])\w+=(?:['\"{\[(]|True|False|None)|\{'|(?<![\w-])[a-z]+_[a-z_]+ (?:['\"\d]|is )")
KEYS = (
    "source format sha256 files n_events time_span box depth_range_km by_magnitude magnitude_types completeness"
    " qualities event_types errors missing columns rejected notes left_out warnings"
)


def rows(n=300):
    rng = np.random.default_rng(1)
    magnitude = np.round(1.95 + rng.exponential(1 / np.log(10), n), 1)
    when = [f"2016-{1 + k % 12:02d}-{1 + k % 28:02d}T{k % 24:02d}:00:00" for k in range(n)]
    where = [f"{13 + k % 7 / 10:.1f},{42 + k % 9 / 10:.1f},{8 + k % 5}" for k in range(n)]
    return [",".join(map(str, row)) for row in zip(when, where, magnitude, strict=True)]


@pytest.fixture
def italy(tmp_path):
    return write_rows(tmp_path / "italy.csv", [*rows(), "2016-01-01,x,42,8,2.0"])


def test_info_tells_completeness_and_b(italy, run):
    end = run("catalog", "info", italy)
    assert (end.code, end.err) == (0, "")
    interval = r"[\d.]+ \[[\d.]+\.\.[\d.]+\]"
    complete = rf"^complete     from Mc {interval} by maximum curvature \+ 0.2; by a fit of 90 % {interval}"
    assert re.search(complete, end.out, re.M)
    assert "magnitudes are given to 0.1, counted in bins of 0.1" in end.out
    assert re.search(r"^b-value      [\d.]+ ± [\d.]+ \[.*\] of \d+ events of M >= 2.2$", end.out, re.M)
    assert re.search(r"^b-positive   [\d.]+ ± [\d.]+ of \d+ pairs$", end.out, re.M)
    few = run("catalog", "info", italy, "--min-magnitude", "3.2")
    assert "complete     unknown: fewer than 50 magnitudes" in few.out


def test_json_is_all_of_it_under_keys_that_stay(italy, run):
    told = json.loads(run("catalog", "info", italy, "--json", "--min-magnitude", "2.1", "--rejected", "1").out)
    assert list(told) == KEYS.split()
    assert told["n_events"] == sum(told["by_magnitude"].values())
    assert told["rejected"]["n_rows"] == len(told["rejected"]["rows"]) == 1
    assert told["rejected"]["rows"][0]["reason"] == "longitude is not a number"
    assert told["left_out"] == [line for line in told["left_out"] if "--min-magnitude 2.1" in line] != []
    found = told["completeness"]
    assert found["maximum_curvature"]["low"] <= found["mc"] <= found["maximum_curvature"]["high"]
    assert set(found["b"]) == {"value", "error", "n"}
    assert {"b_positive", "b_interval", "goodness_of_fit_90", "given_to", "bin_width", "doubt"} <= set(found)


@pytest.mark.parametrize("name", ["a.png", "a.svg"])
def test_a_figure_on_request(name, italy, tmp_path, run, refused):
    path = tmp_path / name
    assert run("catalog", "info", italy, "--figure", path).code == 0
    first = path.read_bytes()
    assert first.startswith((b"\x89PNG", b"<?xml"))
    assert "exists; choose another name, or give --force" in refused("catalog", "info", italy, "--figure", path)
    if name == "a.svg":
        assert run("catalog", "info", italy, "--figure", path, "--force").code == 0
        assert len(path.read_bytes()) == len(first)
    assert ".png or .svg" in refused("catalog", "info", italy, "--figure", tmp_path / "a.pdf")
    assert ".png or .svg" not in run("catalog", "info", italy).out


def test_a_figure_needs_matplotlib(italy, tmp_path, refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert "pip install 'seisweave[report]'" in refused("catalog", "info", italy, "--figure", tmp_path / "a.png")


def test_columns_are_named_several_times_or_at_once(tmp_path, run, refused):
    path = write_rows(tmp_path / "named.csv", ["10.5,46.5,a", "10.6,46.6,b"], "Ost,Nord,Name")
    once = run("catalog", "info", path, "--columns", "longitude=Ost,latitude=Nord,id=Name")
    several = run("catalog", "info", path, "--columns", "longitude=Ost", "--columns", "latitude=Nord,id=Name")
    assert once == several
    assert "longitude 10.500 .. 10.600, latitude 46.500 .. 46.600" in once.out
    said = refused("catalog", "info", path, "--columns", "longitude")
    assert "write ours=theirs, like --columns longitude=Lon,latitude=Lat" in said


# -- download


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr("seisweave.catalog.fdsn_service.Pace", functools.partial(Pace, pause_s=0.0, first_wait_s=0.0))
    monkeypatch.setattr("seisweave.catalog.download.PER_REQUEST", 12)


@pytest.fixture
def service():
    with served(Service(made(40), most=30)) as one:
        yield one


GIVEN = ("--start", "2020-01-01", "--end", "2021-01-01")


def test_download_update_and_what_is_said(service, tmp_path, run, refused):
    pytest.importorskip("obspy")
    out = tmp_path / "got.csv"
    end = run("catalog", "download", service.url, *GIVEN, "--min-magnitude", 2.5, "--out", out)
    assert end.code == 0, end
    assert "events came in" in end.out
    assert len(read_catalog(out)) == sum(each.magnitude >= 2.5 for each in service.events)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["got.csv"]
    assert "--update" in refused("catalog", "download", service.url, *GIVEN, "--out", out)
    service.revise(service.events[39].id, magnitude=6.5, updated="2024-05-05T00:00:00")
    end = run("catalog", "download", service.url, *GIVEN, "--min-magnitude", 2.5, "--update", out)
    assert "0 are new, 1 revised" in end.out
    assert read_catalog(out).magnitude.max() == 6.5


def test_a_download_that_fails_is_gone_on_with(service, tmp_path, run, refused):
    pytest.importorskip("obspy")
    out, whole = tmp_path / "got.csv", tmp_path / "whole.csv"
    assert run("catalog", "download", service.url, *GIVEN, "--out", whole).code == 0
    service.faults = [None] * (len(service.asked) - 1) + [403]
    end = run("catalog", "download", service.url, *GIVEN, "--out", out)
    assert (end.code, end.out) == (2, "")
    assert "go on with --resume" in end.err
    assert not out.exists()
    service.faults = []
    assert "give --resume to go on" in refused("catalog", "download", service.url, *GIVEN, "--out", out)
    assert "other criteria" in run("catalog", "download", service.url, *GIVEN[:2], "--out", out, "--resume").err
    assert run("catalog", "download", service.url, *GIVEN, "--out", out, "--resume").code == 0
    assert out.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["got.csv", "whole.csv"]


def test_a_download_that_cannot_begin_leaves_nothing(service, tmp_path, refused):
    pytest.importorskip("obspy")
    for arguments, said in (
        ((service.url, *GIVEN), "give --out FILE, or --update FILE"),
        ((service.url, "--out", tmp_path / "a.csv"), "like --start 2016-11-01"),
        ((service.url, *GIVEN, "--out", tmp_path / "a.txt"), "no known suffix"),
        ((service.url, *GIVEN, "--out", tmp_path / "b" / "a.csv"), "is no folder"),
        ((f"{service.url}/nothing", *GIVEN, "--out", tmp_path / "a.csv"), "no event service at"),
        ((service.url, *GIVEN, "--box", 1, 2, 3, 4, "--out", tmp_path / "a.csv"), "has no event of --start 2020-01-01"),
    ):
        assert said in refused("catalog", "download", *arguments)
    assert list(tmp_path.iterdir()) == []


# -- words


def test_messages_are_in_the_words_of_the_command(italy, tmp_path, refused, run):
    table = write_rows(tmp_path / "table.csv", ["1,2,3"], "a,b,c")
    metres = write_rows(tmp_path / "metres.csv", [f"2016-01-01,13,42,{9000 + k},2" for k in range(9)])
    swapped = write_rows(tmp_path / "swapped.csv", [f"2016-01-01,42,{113 + k},8,2" for k in range(9)])
    (tmp_path / "deep.csv").write_text(metres.read_text().replace(",9", ",-9"))
    lines = [
        refused("catalog", "info", table),
        refused("catalog", "info", swapped),
        refused("catalog", "info", italy, "--columns", "longitude=Lon"),
        refused("catalog", "info", italy, "--columns", "east=longitude"),
        refused("catalog", "info", italy, "--columns", "longitude=longitude", "--format", "scedc"),
        refused("catalog", "info", italy, "--depth-unit", "miles"),
        refused("catalog", "info", italy, "--depth-positive", "sideways"),
        refused("catalog", "info", italy, "--format", "hypo"),
        refused("catalog", "info", italy, "--strict"),
        refused("catalog", "info", italy, "--min-magnitude", "9"),
        refused("catalog", "info", italy, "--min-magnitude", "5", "--max-magnitude", "4"),
        refused("catalog", "info", italy, "--min-phases", "5"),
        refused("catalog", "info", italy, "--event-type", "eq"),
        refused("catalog", "info", italy, "--start", "yesterday"),
        refused("catalog", "info", italy, "--box", "1", "2", "4", "3"),
        refused("catalog", "convert", italy, tmp_path / "a.foo"),
        refused("catalog", "convert", italy, tmp_path / "a.csv", "--to", "shapefile"),
        refused("catalog", "convert", italy, table),
        run("catalog", "info", metres).out,
        run("catalog", "info", tmp_path / "deep.csv").out,
    ]
    assert [line for line in lines if PYTHON.search(line)] == []
    said = "\n".join(lines)
    assert "--to csep" in said
    assert "overwrite it with --force" in said
    assert "--depth-unit m" in said


def _sentences():
    """Every text with a name=... in the folder of catalogs, its placeholders filled."""
    for path in sorted(Path(seisweave.catalog.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documented = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else "5" for part in node.values]
                yield path.name, "".join(map(str, parts))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
                yield path.name, node.value


def test_no_sentence_of_the_library_reaches_the_command_in_python():
    """Whoever writes name='value' in a message names an option by it, so that the command can say it."""
    from seisweave.cli.app import app_of

    app_of()
    sentences = [each for each in _sentences() if " " in each[1].strip() and "xmlns" not in each[1]]
    words = [(name, in_words(text)) for name, text in sentences if "<" not in text]
    python = re.compile(r"(?<![\w?&/\-<])\w+=(?:['\"{]|True|False)|\{'\w+':")
    assert [each for each in words if python.search(each[1])] == []
    assert len(words) > 100


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("columns={'longitude': ...} names them", "--columns longitude=NAME names them"),
        ("columns={'longitude': 'Lon', 'latitude': 'Lat'}", "--columns longitude=Lon,latitude=Lat"),
        ("left out by box=(1.0, 2.5, -3.0, 4.0), 2 of", "left out by --box 1 2.5 -3 4, 2 of"),
        ("left out by start=2016-01-01T00:00:00; widen", "left out by --start 2016-01-01T00:00:00; widen"),
        ("left out by quality=A; widen", "left out by --quality A; widen"),
        ("give --depth-unit (depth_unit='m')", "give --depth-unit (--depth-unit m)"),
        ("read with unit='m' (--xyz-unit m) if", "read with --xyz-unit m if"),
        ("give --strict (strict=True) if", "give --strict if"),
        ("give depth_unit='m'.", "give --depth-unit m."),
        ("min_depth_km 5 is above max_depth_km 3", "--min-depth-km 5 is above --max-depth-km 3"),
        ("there is a column depth_unit, and id", "there is a column depth_unit, and id"),
        ("line 3: 'start=1' is odd", "line 3: 'start=1' is odd"),
        ("http://a.b/query?start=1&end=2 is", "http://a.b/query?start=1&end=2 is"),
        ("other=5 stays", "other=5 stays"),
        ("write format=NAME", "write format=NAME"),
    ],
)
def test_words(said, heard):
    OPTIONS.update([*vars(Selection()), *vars(ReadOptions())])
    assert in_words(said) == heard
