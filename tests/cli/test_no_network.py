"""No command reaches for the network but the one that is asked to download."""

import functools
import socket

import pytest
from tests.cli.inputs import catalog_rows, write_rows

from seisweave.catalog.fdsn_service import Pace

COMMANDS = {
    "info": (["catalog", "info", "catalog.csv"],),
    "convert": (["catalog", "convert", "catalog.csv", "catalog.xml"], ["catalog", "info", "catalog.xml"]),
    "faults": (["faults", "catalog.csv", "--out", "made", "--quiet"], ["report", "made", "--out", "page.html"]),
    "condense": (["condense", "errors.csv", "--samples", "5", "--assign-samples", "5", "--out", "made", "--quiet"],),
    "forecast": (
        ["forecast", "catalog.csv", "--model", "uniform", "--out", "made", "--quiet"],
        ["evaluate", "made", "--targets", "catalog.csv", "--cutoffs", "2", "--out", "scores"],
    ),
}


@pytest.fixture
def no_network(monkeypatch):
    """Whoever connects, sends or asks for an address is caught at it."""
    asked = []

    def refuse(*given, **_):
        asked.append(given)
        raise OSError("there is no network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    return asked


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_asks_nobody(name, tmp_path, monkeypatch, run, no_network, plain_figure):
    rows = catalog_rows()
    write_rows(tmp_path / "catalog.csv", rows)
    write_rows(
        tmp_path / "errors.csv",
        [f"{row},0.5,0.8" for row in rows],
        "time,longitude,latitude,depth,magnitude,horizontal_km,vertical_km",
    )
    monkeypatch.chdir(tmp_path)
    for arguments in COMMANDS[name]:
        end = run(*arguments)
        assert end.code == 0, end
    assert no_network == []


def test_the_one_that_downloads_is_caught(tmp_path, monkeypatch, run, no_network):
    """So that the others would be, too."""
    patient = functools.partial(Pace, pause_s=0.0, first_wait_s=0.0, attempts=1)
    monkeypatch.setattr("seisweave.catalog.fdsn_service.Pace", patient)
    span = ("--start", "2020-01-01", "--end", "2020-01-02")
    end = run("catalog", "download", "https://service.example.org", *span, "--out", tmp_path / "out.csv")
    assert end.code == 2, end
    assert no_network
