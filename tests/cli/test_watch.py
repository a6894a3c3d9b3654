"""The command of a station: its file is checked before it works, and its exit codes say what became of a turn."""

import re

import numpy as np
import pytest
from tests.catalog.event_server import Event, Service, served

from seisweave.catalog import read_catalog
from seisweave.catalog.fdsn_service import Pace, event_service
from seisweave.locks import hold

pytest.importorskip("obspy", reason="services answer in QuakeML")

GOOD = """
out = "station"

[watch]
service = "{url}"
start = "2020-01-01"
box = [-118, -116, 33, 35]
min-magnitude = 1.0
every = "30min"
"""


@pytest.fixture
def service():
    now = np.datetime64("now", "s")
    events = [
        Event(f"e{k}", str(now - np.timedelta64(40 + 400 * k, "h")), -117.0 + k / 50, 34.0, 2.0 + k / 10)
        for k in range(9)
    ]
    with served(Service(events)) as running:
        yield running


@pytest.fixture
def file(tmp_path, service):
    path = tmp_path / "run.toml"
    path.write_text(GOOD.format(url=service.url))
    return path


def test_one_turn(file, run, service):
    end = run("watch", file, "--once")
    assert end.code == 0, end
    assert "turn 1 fetch: 9 events came: 9 new, 0 revised, 0 gone" in end.out
    assert len(read_catalog(file.parent / "station")) == 9
    service.revise("e3", magnitude=4.5, updated=str(np.datetime64("now", "s")))
    end = run("watch", file, "--once")
    assert end.code == 0, end
    assert "0 new, 1 revised, 0 gone" in end.out
    assert "goes on after turn 1" in end.out
    assert read_catalog(file.parent / "station").magnitude.max() == 4.5
    info = run("catalog", "info", file.parent / "station")
    assert info.code == 0, info


def test_check_does_nothing(file, run):
    end = run("watch", file, "--check")
    assert end.code == 0
    assert "every 30min" in end.out
    assert [path.name for path in file.parent.iterdir()] == ["run.toml"]


def test_another_time(file, run, service, monkeypatch):
    """No service, or another copy at work: exit code 3."""
    file.write_text(file.read_text().replace(service.url, "http://127.0.0.1:9"))
    hasty = Pace(sleep=lambda _: None, attempts=1)
    monkeypatch.setattr("seisweave.watch.fetching.event_service", lambda name, _=None: event_service(name, hasty))
    end = run("watch", file, "--once")
    assert end.code == 3
    assert "not done: " in end.out
    with hold(file.parent / "station"):
        end = run("watch", file, "--once")
    assert end.code == 3
    assert "another run of this process is at work there" in end.out


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[watch]", "[wach]", r"wach is unknown; the nearest is watch"),
        ("every =", "evry =", r"\[watch\] has no evry; the nearest is every"),
        ("start =", "# start =", r"\[watch\] lacks start; see docs/watch.md"),
        ("min-magnitude = 1.0", 'min-magnitude = "1"', r"\[watch\]: .*is '1', wanted is float"),
        ('"30min"', '"soon"', r"\[watch\]: every 'soon' is no span of time above 0"),
        ("[-118, -116, 33, 35]", "[-118, -116, 35, 33]", "is not west, east, south, north"),
        ("[-118, -116, 33, 35]", "[-118, -116, 33]", "box is"),
        ('"2020-01-01"', '"yesterday"', "is not a time"),
        ("[watch]", "[etas]\n[watch]", r"\[etas\] lacks model"),
        ("[watch]", '[etas]\nmodel = "none"\n[watch]', "none: no such file or folder"),
        (
            "[watch]",
            '[etas]\nmodel = "m"\nn-catalog = 5\n[watch]',
            r"\[etas\] has no n-catalog; the nearest is n-catalogs",
        ),
        ("[watch]", '[etas]\nmodel = "m"\npseudo-prospective = true\n[watch]', "has no pseudo-prospective"),
        ("[watch]", '[place]\nmodel = "m"\nn-catalogs = 5\n[watch]', r"\[place\] has no n-catalogs"),
        ("[watch]", '[network]\nbegin-with = "n"\nupdate = "x"\n[watch]', "update 'x' is no span"),
        ("[watch]", '[report]\npage = "a/b.html"\n[watch]', "is no name of a page"),
        ('out = "station"', 'watch = 3\nout = "station"\n[x]\n#', ""),
        ('out = "station"', "out = 3", "give the name of the station's folder"),
        ('out = "station"', "out = ", "is no TOML"),
        ("http://127.0.0.1", "ftp://127.0.0.1", "is no address of a service"),
    ],
)
def test_a_file_with_a_mistake_is_refused_before_work_begins(file, refused, old, new, told):
    file.write_text(file.read_text().replace(old, new))
    assert re.search(told, refused("watch", file, "--once"))
    assert not (file.parent / "station").exists()


def test_there_is_no_file(tmp_path, refused):
    assert "cannot be read" in refused("watch", tmp_path / "none.toml")
