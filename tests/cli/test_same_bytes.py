"""What surrounds a command leaves no trace in its results."""

import os

from tests.cli.inputs import catalog_rows, write_rows

ELSEWHERE = {"TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "PYTHONHASHSEED": "7", "COLUMNS": "40"}


def read(folder):
    """Bytes of the results; summary.json holds the seconds that each stage took."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "summary.json"}


def test_time_zone_language_and_processes_leave_no_trace(made_once, command, tmp_path):
    """A figure is a picture of the same; its bytes are the drawing library's."""
    source, result = made_once
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"} | ELSEWHERE
    end = command("faults", source, "--out", tmp_path / "out", "--jobs", "2", "--quiet", env=environment)
    assert end.code == 0, end.err
    here, there = read(result), read(tmp_path / "out")
    assert set(here) == set(there) > {"network.nc", "faults.csv", "events.parquet"}
    assert [name for name in here if here[name] != there[name] and name != "figure.png"] == []


def test_the_order_of_the_rows_leaves_no_trace_in_the_faults(made_once, run, tmp_path, plain_figure):
    """Tables of faults, segments and halos are the same; in the table of events rows stand as they stood."""
    _, result = made_once
    turned = write_rows(tmp_path / "turned.csv", catalog_rows()[::-1])
    assert run("faults", turned, "--out", tmp_path / "out", "--quiet").code == 0
    for name in ("faults.csv", "segments.csv", "halos.csv", "faults.geojson"):
        assert (tmp_path / "out" / name).read_bytes() == (result / name).read_bytes(), name
