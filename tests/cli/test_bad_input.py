"""Whatever is wrong with the input ends in one line on standard error, exit code 2, and nothing written."""

import gzip
import resource
import sys
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import pytest
from tests.cli.inputs import catalog_rows, contents, start, write_rows


def _at(places):
    return [f"2019-07-04T00:{k // 60:02d}:{k % 60:02d},{x},{y},{z},2.0" for k, (x, y, z) in enumerate(places)]


def _line(from_, to, n=30):
    return _at(np.round(np.linspace(from_, to, n), 4).tolist())


BAD_ROWS = {
    "header only": ([], "holds no events"),
    "three events": (catalog_rows(3), "3 events; a fault needs at least 4"),
    "one point": (_at([(-116.0, 34.0, 5.0)] * 30), "all 30 events lie at one point"),
    "a line down": (_line((-116, 34, 1), (-116, 34, 9)), "all 30 events lie on one line"),
    "a line west to east": (_line((-117, 34, 5), (-116, 34, 5)), "all 30 events lie on one line"),
    "a line askew": (_line((-117.5, 33, 2), (-116, 34.5, 14)), "all 30 events lie on one line"),
    "depth all missing": ([f"2019-07-04,{-116 - k / 50},34,," for k in range(20)], "none of 20 events has a depth"),
    "depth not a number": ([f"2019-07-04,{-116 - k / 50},34,deep,2" for k in range(20)], "depth is not a number"),
    "swapped coordinates": (_at([(34 + k / 9, -116 + k / 9, 5) for k in range(20)]), "look exchanged"),
    "deeper than the Earth": (_at([(-116 + k / 50, 34, 1e7 + 9.0**k) for k in range(9)]), "beyond the Earth"),
}


@pytest.mark.parametrize("kind", BAD_ROWS)
def test_rows_that_make_no_network(kind, tmp_path, refused):
    rows, told = BAD_ROWS[kind]
    source = write_rows(tmp_path / "c.csv", rows)
    before = contents(tmp_path)
    assert told in refused("faults", source, "--out", tmp_path / "out")
    assert contents(tmp_path) == before


def _packed(rows):
    return gzip.compress("\n".join(["time,longitude,latitude,depth,magnitude", *rows]).encode())


BAD_BYTES = {
    "empty": (b"", "is empty"),
    "blank": (b"\n \n\t\n", "is empty"),
    "binary": (bytes(range(256)) * 20, "is not text"),
    "broken gz": (b"\x1f\x8b" + bytes(range(256)), "truncated or broken gzip"),
    "truncated gz": (_packed(catalog_rows())[:-400], "truncated or broken gzip"),
    "unknown columns": (b"a,b,c\n1,2,3\n4,5,6\n", "no column for longitude and latitude"),
    "prose": (b"There was an earthquake last night.\nIt was felt.\n", "no known format"),
}


@pytest.mark.parametrize("arguments", [("faults", "--out", "out"), ("catalog", "info"), ("catalog", "convert")])
@pytest.mark.parametrize("kind", BAD_BYTES)
def test_files_that_are_no_catalog(kind, arguments, tmp_path, monkeypatch, refused):
    monkeypatch.chdir(tmp_path)
    data, told = BAD_BYTES[kind]
    source = tmp_path / "some.file"
    source.write_bytes(data)
    more = ["out.csv"] if "convert" in arguments else []
    assert told in refused(*arguments, source, *more)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("command", ["faults", "info"])
def test_a_folder_or_nothing_as_input(command, tmp_path, refused):
    arguments = ("faults", "--out", tmp_path / "out") if command == "faults" else ("catalog", "info")
    assert "is a directory" in refused(*arguments, tmp_path)
    assert "does not exist" in refused(*arguments, tmp_path / "absent.csv")


BAD_FLAGS = {
    "no such option": (["--bogus"], "No such option: --bogus"),
    "criterion": (["--criterion", "foo"], "'foo' is not one of"),
    "schedule": (["--schedule", "foo"], "'foo' is not one of"),
    "no subsets": (["--subsets", "0"], "subsets is 0"),
    "too many subsets": (["--subsets", "10000"], "10000 subsets of 80 events are too small; give at most 4"),
    "subsets not a number": (["--subsets", "many"], "got 'many'"),
    "jobs": (["--jobs", "0"], "greater than or equal to 1, got '0'"),
    "min sigma": (["--min-sigma-km", "0"], "--min-sigma-km is 0.0"),
    "min sigma word": (["--min-sigma-km", "small"], "give auto, or a length between 0 and 10 km"),
    "min sigma nan": (["--min-sigma-km", "nan"], "--min-sigma-km is nan"),
    "seed": (["--seed", "-1"], "seed is -1"),
    "box upside down": (["--box", "-117", "-116", "35", "33"], "south below north"),
    "box too short": (["--box", "-117", "-116"], "'--box' requires 4 arguments; see `seisweave faults --help`"),
    "box not a number": (["--box", "-117", "-116", "33", "x"], "got 'x'"),
    "box elsewhere": (["--box", "10", "11", "33", "35"], "80 of 80 events left out by --box 10 11 33 35"),
    "no polygon": (["--polygon", "absent.txt"], "polygon 'absent.txt' is no readable file"),
    "times": (["--start", "2020-01-01", "--end", "2019-01-01"], "exchange them"),
    "not a time": (["--start", "yesterday"], "'yesterday' is not a time"),
    "magnitude": (["--min-magnitude", "9"], "left out by --min-magnitude 9; widen the selection"),
    "no quality": (["--quality", "A"], "--quality A cannot be applied: this catalog has no qualities"),
    "columns": (["--columns", "longitude"], "write ours=theirs"),
    "unknown columns": (["--columns", "colour=red"], "'colour', which is none of ours"),
    "format": (["--format", "foo"], "format 'foo' is not known"),
    "depth unit": (["--depth-unit", "ft"], "'ft' is not one of 'km', 'm'"),
}


@pytest.mark.parametrize("kind", BAD_FLAGS)
def test_flags_that_cannot_be(kind, catalog_file, tmp_path, refused):
    flags, told = BAD_FLAGS[kind]
    before = contents(tmp_path)
    assert told in refused("faults", catalog_file, "--out", tmp_path / "out", *flags)
    assert contents(tmp_path) == before


def test_strict_refuses_a_bad_row(tmp_path, refused, run):
    source = write_rows(tmp_path / "c.csv", [*catalog_rows(), "2019-07-04,,,,"])
    assert "longitude is missing" in refused("catalog", "info", source, "--strict")
    assert run("catalog", "info", source).code == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["bogus"], "No such command 'bogus'; see `seisweave --help`"),
        (["catalog", "bogus"], "No such command 'bogus'; see `seisweave catalog --help`"),
        (["faults"], "Missing argument 'CATALOG...'; see `seisweave faults --help`"),
        (["faults", "x.csv"], "Missing option '--out'"),
        (["report"], "Missing argument 'DIR...'"),
        (["catalog", "convert", "x.csv"], "x.csv: one file is given; give the catalog, and the file to write"),
        (["catalog", "info", "x.csv", "--rejected", "-1"], "greater than or equal to 0, got '-1'"),
        (["demo", "--events", "5"], "greater than or equal to 200, got '5'"),
        (["demo", "extra"], "extra"),
    ],
)
def test_usage_errors(arguments, told, refused):
    assert told in refused(*arguments)


@pytest.mark.parametrize("arguments", [[], ["catalog"]])
def test_no_command_prints_the_help(arguments, run):
    end = run(*arguments)
    assert (end.code, end.err) == (2, "")
    assert "Usage: seisweave" in end.out


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--box", "1", "2", "3", "4"], "--xyz takes no selection, got --box 1 2 3 4"),
        (["--min-magnitude", "2"], "--xyz takes no selection, got --min-magnitude 2"),
        (["--depth-unit", "m"], "--xyz takes no --depth-unit"),
        (["--columns", "longitude=X"], "--xyz takes no --columns"),
        ([], "no column for x_km and y_km"),
    ],
)
def test_xyz_takes_no_catalog(flags, told, catalog_file, tmp_path, refused):
    assert told in refused("faults", catalog_file, "--xyz", "--out", tmp_path / "out", *flags)


def test_local_points_without_the_flag_are_pointed_to_it(tmp_path, refused):
    source = tmp_path / "xyz.csv"
    source.write_text("x_km,y_km,depth_km\n1,2,3\n")
    assert "--xyz" in refused("faults", source, "--out", tmp_path / "out")


def test_convert_never_overwrites_unasked(catalog_file, tmp_path, refused, run):
    before = contents(tmp_path)
    assert "exists" in refused("catalog", "convert", catalog_file, catalog_file)
    assert "no known suffix" in refused("catalog", "convert", catalog_file, tmp_path / "out.doc")
    assert "cannot be written" in refused("catalog", "convert", catalog_file, tmp_path / "absent" / "out.csv")
    assert "choose one of" in refused("catalog", "convert", catalog_file, tmp_path / "o.csv", "--to", "doc")
    nothing = ("--min-magnitude", "9")
    assert "no event left" in refused("catalog", "convert", catalog_file, tmp_path / "o.csv", *nothing)
    assert contents(tmp_path) == before
    assert run("catalog", "convert", catalog_file, catalog_file, "--force").out.startswith("80 events written")


def test_a_library_that_is_not_there_is_said_at_once(catalog_file, tmp_path, monkeypatch, refused):
    monkeypatch.setattr("seisweave.libraries.find_spec", lambda name: None)
    assert "pip install 'seisweave[report]'" in refused("condense", catalog_file, "--out", tmp_path / "out")


@pytest.mark.parametrize(
    ("error", "told", "code"),
    [
        (OSError(28, "No space left on device", "here.csv"), "here.csv: No space left on device", 2),
        (MemoryError(), "not enough memory", 2),
        (OSError(12, "Cannot allocate memory"), "not enough memory", 2),
        (ImportError("libproj.so.25: failed to map segment from shared object"), "not enough memory", 2),
        (RuntimeError("can't start new thread"), "not enough memory", 2),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), "not enough memory", 2),
        (RuntimeError("CUDA out of memory. Tried to allocate 20 GiB"), "not enough memory", 2),
        (BrokenProcessPool("A worker process was unexpectedly terminated"), "a process at work was killed", 2),
        (ImportError("cannot import name 'x'"), "an error in seisweave (ImportError: cannot", 1),
        (KeyboardInterrupt(), "interrupted; nothing half-written is left", 130),
        (ZeroDivisionError("division\nby zero"), "an error in seisweave (ZeroDivisionError: division by", 1),
    ],
)
def test_what_no_one_foresaw_is_one_line_too(error, told, code, catalog_file, monkeypatch, run):
    def fail(*arguments, **options):
        raise error

    monkeypatch.setattr("seisweave.cli.catalog.read_selected", fail)
    end = run("catalog", "info", catalog_file)
    assert (end.code, end.out) == (code, "")
    assert end.err.startswith(f"seisweave: {told}")
    assert end.err.count("\n") == 1


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of addresses")
@pytest.mark.parametrize("arguments", [("faults", "c.csv", "--out", "out"), ("catalog", "info", "c.csv")])
def test_too_few_addresses_for_the_libraries_are_told_before_they_are_loaded(arguments, tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (500_000_000, 500_000_000))

    process = start(*arguments, cwd=tmp_path, preexec_fn=limit)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    assert err.startswith("seisweave: not enough memory: this process may have 500 MB of addresses")
    assert err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_a_traceback_is_there_for_those_who_ask(catalog_file, monkeypatch):
    from seisweave.cli import main

    monkeypatch.setenv("SEISWEAVE_TRACEBACK", "1")
    monkeypatch.setattr("seisweave.cli.catalog.read_selected", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["catalog", "info", str(catalog_file)])
