"""The loop: it waits by the clock that does not jump, through lost networks, and one copy at a time."""

from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest
from tests.watch.station import HOUR, START, HandClock, Lines, means, station_at, wrong

from seisweave.errors import InputError
from seisweave.locks import Held, hold
from seisweave.watch import WatchOptions, watch
from seisweave.watch.options import PageStep, seconds_of


class Enough(Exception):  # noqa: N818
    pass


class Turning(HandClock):
    """A clock that turns the service's too, jumps by `jumps` hours at waits, and ends the loop after so many waits."""

    def __init__(self, service, most, jumps=()):
        super().__init__(START + 24 * HOUR)
        self.service, self.most, self.jumps = service, most, dict(jumps)
        service.set(self.at)

    def wait(self, seconds):
        super().wait(seconds)
        self.at += np.timedelta64(self.jumps.get(len(self.waits), 0), "h")
        self.service.set(self.at)
        if len(self.waits) >= self.most:
            raise Enough


def test_turns_follow_each_other(tmp_path, service):
    clock, lines = Turning(service, 4), Lines()
    station = station_at(tmp_path / "station", service)
    with pytest.raises(Enough):
        watch(station, means(clock, lines))
    assert clock.waits == [6 * 3600.0] * 4
    assert [line.split()[2] for line in lines] == ["1", "2", "3", "4"]
    assert wrong(station.folder, service, START + 42 * HOUR) == ""


def test_a_jump_of_the_clock_changes_no_waiting(tmp_path, service):
    """Forward by two days, then back by one: nothing is issued, nothing lost, and the pace stays."""
    clock, lines = Turning(service, 5, {1: 48, 2: -24}), Lines()
    with pytest.raises(Enough):
        watch(station_at(tmp_path / "station", service), means(clock, lines))
    assert clock.waits == [6 * 3600.0] * 5
    assert sum("nothing is issued until it is later" in line for line in lines) == 3


def test_without_a_network_it_tries_more_often(tmp_path, service):
    clock, lines = Turning(service, 3), Lines()
    station = station_at(tmp_path / "station", service)
    gone = replace(station, watch=replace(station.watch, service="http://127.0.0.1:9"))
    with pytest.raises(Enough):
        watch(gone, means(clock, lines))
    assert clock.waits == [600.0] * 3
    assert all("not done: " in line for line in lines)


def test_a_disk_that_takes_nothing_is_waited_out(tmp_path, service, monkeypatch):
    clock, lines = Turning(service, 2), Lines()

    def full(path, *_, **__):
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr("seisweave.watch.state.write_text", full)
    with pytest.raises(Enough):
        watch(station_at(tmp_path / "station", service), means(clock, lines))
    assert clock.waits == [600.0] * 2
    assert "No space left on device; make room" in lines[0]


def test_once(tmp_path, service):
    clock = Turning(service, 1)
    made = watch(station_at(tmp_path / "station", service), means(clock), once=True)
    assert made.number == 1
    assert clock.waits == []


def test_of_two_copies_one_waits(tmp_path, service):
    station, lines = station_at(tmp_path / "station", service), Lines()
    context = get_context("fork")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=_holds, args=(station.folder, ready, done))
    other.start()
    ready.wait(10)
    with pytest.raises(Held, match="another run is at work there"):
        watch(station, means(Turning(service, 9)), once=True)

    class Releasing(Turning):
        def wait(self, seconds):
            if seconds < 60 and not done.is_set():
                done.set()
                other.join()
            super().wait(seconds)

    clock = Releasing(service, 3)
    with pytest.raises(Enough):
        watch(station, means(clock, lines))
    assert "waiting: " in lines[0]
    assert lines[1].split()[1:4] == ["turn", "1", "fetch:"]


def _holds(folder, ready, done):
    with hold(folder):
        ready.set()
        done.wait(20)


@pytest.mark.parametrize("text", ["", "1", "h", "0h", "-1h", "1 week", "nan d"])
def test_spans_that_are_none(text):
    with pytest.raises(InputError, match=r'is no span of time above 0; write it like "30min", "1h" or "7d"'):
        seconds_of("every", text)


def test_options_are_checked():
    with pytest.raises(InputError, match="every 'often' is no span"):
        WatchOptions("USGS", "2000-01-01", every="often")
    with pytest.raises(InputError, match="is not west, east, south, north"):
        WatchOptions("USGS", "2000-01-01", box=(-118.0, -117.0, 36.0, 35.0))
    with pytest.raises(InputError, match="is no name of a page"):
        PageStep("../x.html")
