"""Turns of a station: what is done once, what is made up for, and what is never done."""

import re
import sys
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.catalog.event_server import Event, served
from tests.catalog.living_service import Edit, LivingService
from tests.watch.station import HOUR, START, HandClock, Lines, means, station_at, wrong

from seisweave.catalog import read_catalog
from seisweave.errors import InputError
from seisweave.issued import issued_in
from seisweave.watch import check_station, turn
from seisweave.watch.state import read_state

DAY = 24 * HOUR
PAGE = Path(__file__).parents[2] / "docs" / "watch.md"


class Killed(BaseException):
    """The process ends here."""


_killing = {"folder": None, "left": 0}


def _look(event, arguments):
    if event == "os.rename" and _killing["folder"] and str(arguments[1]).startswith(_killing["folder"]):
        if _killing["left"] == 0:
            _killing["folder"] = None
            raise Killed
        _killing["left"] -= 1


sys.addaudithook(_look)


@contextmanager
def killed_at(folder, change):
    """Within this, the process ends before the change of files of this number."""
    _killing.update(folder=str(folder), left=change)
    try:
        yield
    finally:
        _killing["folder"] = None


def turned(station, service, clock, tell=None, **pace):
    service.set(clock.at)
    return turn(station, means(clock, tell, **pace))


def test_turns_with_a_model_and_a_page(tmp_path, service, etas):
    clock, lines = HandClock(START + DAY), Lines()
    station = station_at(tmp_path / "station", service, etas=etas, page=True)
    for k in range(2):
        made = turned(station, service, clock, lines)
        assert made.done == ("fetch", "etas", "page", "end")
        assert made.failed == {}
        assert made.number == k + 1
        clock.at += 6 * HOUR
    found = issued_in(station.folder / "issued")
    assert [each.now for each in found] == [START + DAY, START + DAY + 6 * HOUR]
    assert not any(each.read().pseudo_prospective for each in found)
    assert (station.folder / "today.html").is_file()
    assert len(lines) == 6
    assert lines[0].startswith("2026-01-02T00:00:00Z turn 1 fetch: ")
    (quoted,) = re.findall(r"^\d{4}-.*fetch:.*$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert re.sub(r"\d[\d,.]*", "#", quoted) == re.sub(r"\d[\d,.]*", "#", lines[0])
    assert re.search(r"etas: M ≥ 4 within 24 hours .* %, .* the long-term .* %; issued/2026-01/.*Z-etas-", lines[1])


def test_killed_before_any_change_of_files(tmp_path, service, etas):
    """At whichever it was, the turn is whole after another start, and forecasts are those of the unbroken turn."""
    whole = station_at(tmp_path / "whole", service, etas=etas)
    at = START + DAY
    turned(whole, service, HandClock(at))
    unbroken = [each.path.name for each in issued_in(whole.folder / "issued")]
    gone_on = 0
    for change in range(30):
        station = replace(whole, folder=tmp_path / f"station{change}")
        try:
            with killed_at(station.folder, change):
                turned(station, service, HandClock(at))
            break
        except Killed:
            pass
        made = turned(station, service, HandClock(at + np.timedelta64(40, "s")))
        if not made.failed:
            assert made.done == ("fetch", "etas", "end")
        assert wrong(station.folder, service, at) == ""
        there = issued_in(station.folder / "issued")
        assert len({each.now for each in there}) == len(there) <= 2
        if there[0].now == at:
            gone_on += 1
            assert [each.path.name for each in there] == unbroken
        assert not list(station.folder.rglob("*.part"))
    assert change > 6
    assert gone_on > 1


def test_a_turn_that_is_over_is_not_gone_on_with(tmp_path, service):
    clock, station = HandClock(START + DAY), station_at(tmp_path / "station", service)
    assert turned(station, service, clock).number == 1
    clock.at += np.timedelta64(60, "s")
    assert turned(station, service, clock).number == 2


def test_no_network_means_no_forecast(tmp_path, service):
    clock, lines = HandClock(START + DAY), Lines()
    station = station_at(tmp_path / "station", service, etas=tmp_path / "none")
    service.faults = [503] * 40
    made = turned(station, service, clock, lines)
    assert (made.fetched, made.done) == (False, ())
    assert "the service answers 503" in made.failed["fetch"]
    assert not (station.folder / "issued").exists()
    clock.at += 9 * DAY
    service.faults, station = [], replace(station, etas=None)
    assert turned(station, service, clock).failed == {}
    assert wrong(station.folder, service, clock.at) == ""


def test_a_step_that_fails_does_not_keep_the_others(tmp_path, service):
    clock, lines = HandClock(START + DAY), Lines()
    station = station_at(tmp_path / "station", service, etas=tmp_path / "none", page=True)
    made = turned(station, service, clock, lines)
    assert list(made.failed) == ["etas", "page"]
    assert made.done == ("fetch", "end")
    assert "no such file or folder" in lines.of("etas")[0]
    assert "no forecast is on record yet" in lines.of("page")[0]


def test_what_nobody_foresaw_is_told(tmp_path, service, monkeypatch):
    def breaks(*_, **__):
        raise ZeroDivisionError("one by nought")

    monkeypatch.setattr("seisweave.watch.fetching.follow", breaks)
    made = turned(station_at(tmp_path / "station", service), service, HandClock())
    assert made.failed["fetch"] == "an error in seisweave (ZeroDivisionError: one by nought); report it"


def test_a_full_disk(tmp_path, service, monkeypatch):
    clock, station = HandClock(START + DAY), station_at(tmp_path / "station", service)
    turned(station, service, clock)
    clock.at += DAY

    def full(path, *_, **__):
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr("seisweave.catalog.store.parts.write_whole", full)
        made = turned(station, service, clock)
        assert "No space left on device; make room" in made.failed["fetch"]
    assert wrong(station.folder, service, clock.at, at=clock.at - HOUR) != ""
    clock.at += HOUR
    assert turned(station, service, clock).failed == {}
    assert wrong(station.folder, service, clock.at) == ""


def test_a_clock_that_goes_back_issues_nothing(tmp_path, service):
    clock, lines = HandClock(START + 3 * DAY), Lines()
    station = station_at(tmp_path / "station", service, etas=tmp_path / "none")
    turned(station, service, clock, lines)
    clock.at -= 2 * DAY
    made = turned(station, service, clock, lines)
    assert made.done == ("fetch",)
    assert "there was a turn at 2026-01-04 already: nothing is issued until it is later" in lines.of("clock")[0]
    clock.at = START + 3 * DAY - HOUR
    assert turned(station, service, clock, lines).done == ("fetch",)
    clock.at = START + 3 * DAY + HOUR
    assert "end" in turned(station, service, clock, lines).done
    assert wrong(station.folder, service, clock.at) == ""


def test_a_clock_that_is_not_that_of_the_service_keeps_nothing(tmp_path, service):
    clock, station = HandClock(START + 2 * DAY), station_at(tmp_path / "station", service)
    turned(station, service, clock)
    before = read_catalog(station.folder)
    service.set(START + 3 * DAY)
    ahead = HandClock(START + 300 * DAY)
    made = turn(station, means(ahead))
    assert "nothing is kept, or issued, by a clock that may be wrong; set it" in made.failed["fetch"]
    assert len(read_catalog(station.folder)) == len(before)
    clock.at = START + 3 * DAY
    assert "end" in turned(station, service, clock).done


def test_a_first_load_that_is_gone_on_with_days_later_lacks_nothing(tmp_path, service):
    with served(LivingService([], edits=service.edits, most=10)) as slow:
        clock, lines, station = HandClock(START + DAY), Lines(), station_at(tmp_path / "station", slow)
        slow.faults = [None] * 12 + [500] * 40
        assert "500" in turned(station, slow, clock).failed["fetch"]
        assert len(list((station.folder / "fetching").glob("piece-*"))) > 1
        clock.at, slow.faults = START + 12 * DAY, []
        assert turned(station, slow, clock, lines).failed == {}
        assert wrong(station.folder, slow, clock.at) == wrong(station.folder, slow, clock.at, at=clock.at) == ""
    assert "they were asked for at 2026-01-02T00:00:00, and now those since" in lines.of("fetch")[0]
    assert len(lines.of("fetch")) == 2


def test_a_service_without_any_event_is_not_quiet(tmp_path, etas):
    """It would be forecast from as if nothing had ever happened."""
    with served(LivingService([], edits=[])) as empty:
        station = station_at(tmp_path / "station", empty, etas=etas)
        made = turned(station, empty, HandClock())
    assert "has no event of start=2025-10-01" in made.failed["fetch"]
    assert not (station.folder / "issued").exists()


@pytest.mark.parametrize(
    "other", [{"min_magnitude": 1.0}, {"start": "2020-01-01"}, {"box": (-119.0, -116.0, 33.0, 35.0)}]
)
def test_a_station_goes_on_with_what_it_was_begun_for(tmp_path, service, other):
    """A store of fewer events than are asked for now would be taken as whole."""
    clock, station = HandClock(START + DAY), station_at(tmp_path / "station", service)
    turned(station, service, clock)
    changed = replace(station, watch=replace(station.watch, **other))
    with pytest.raises(InputError, match="put that back, or give another out"):
        list(check_station(changed))
    clock.at += DAY
    assert "put that back, or give another out" in turned(changed, service, clock).failed["fetch"]
    assert turned(replace(station, watch=replace(station.watch, every="1h")), service, clock).failed == {}


def test_a_damaged_store_is_told_before_the_first_turn(tmp_path, service):
    station = station_at(tmp_path / "station", service)
    turned(station, service, HandClock(START + DAY))
    assert "store: revision 1" in list(check_station(station))
    (station.folder / "store" / "store.json").write_bytes(b"{")
    with pytest.raises(InputError, match="bring the store back from a copy"):
        list(check_station(station))


def test_begun_with_a_catalog(tmp_path, service):
    first, clock = station_at(tmp_path / "first", service), HandClock(START + 2 * DAY)
    turned(first, service, clock)
    read_catalog(first.folder).write(tmp_path / "known.csv")
    station, lines = station_at(tmp_path / "station", service, begin_with=tmp_path / "known.csv"), Lines()
    clock.at += 2 * DAY
    turned(station, service, clock, lines)
    assert "begun with" in lines.of("store")[0]
    assert wrong(station.folder, service, clock.at) == ""


def test_a_damaged_state_is_told_and_may_go(tmp_path, service):
    clock, station = HandClock(START + 2 * DAY), station_at(tmp_path / "station", service)
    turned(station, service, clock)
    for text, told in (
        ("{", "damaged"),
        ('{"kind": "seisweave station", "version": 9}', "of a later version"),
        ('{"kind": "seisweave station", "version": 1, "now": "soon"}', "damaged .now 'soon' is not a time"),
        ('{"kind": "seisweave station", "version": 1, "look": {"at": "soon"}}', "damaged .at 'soon' is not a time"),
    ):
        (station.folder / "state.json").write_text(text)
        with pytest.raises(InputError, match=told):
            turned(station, service, clock)
    (station.folder / "state.json").unlink()
    clock.at += DAY
    turned(station, service, clock)
    assert wrong(station.folder, service, clock.at) == ""
    assert read_state(station.folder).turn == 1


def on_two_faults(n, seed, first_day, id_of):
    """Events along two lines, a few a day."""
    rng, made = np.random.default_rng(seed), []
    for k in range(n):
        longitude = rng.uniform(-117.6, -117.2)
        latitude = 34.0 + 0.4 * (k % 2) + 0.3 * (longitude + 117.4) + rng.normal(0, 0.002)
        at = START + np.timedelta64(round((first_day + k / 40) * 86400), "s")
        made.append(
            Event(
                id_of(k),
                str(at)[:19],
                round(longitude, 5),
                round(latitude, 5),
                3.0,
                depth_km=round(rng.uniform(3, 15), 3),
            )
        )
    return made


def test_a_network_takes_new_events_and_goes_on(tmp_path, plain_figure):
    import seisweave as sw
    from seisweave.report.results.opened import open_whole_network

    events = [*on_two_faults(160, 1, -10.0, "o{}".format), *on_two_faults(80, 2, 1.01, "n{}".format)]
    edits = [Edit(np.datetime64(each.time, "us"), k, each) for k, each in enumerate(events)]
    with served(LivingService([], edits=edits)) as service:
        first, clock = station_at(tmp_path / "first", service), HandClock(START)
        turned(first, service, clock)
        sw.write_result(sw.reconstruct_faults(read_catalog(first.folder)), tmp_path / "network")
        station, lines = station_at(tmp_path / "station", service, network=tmp_path / "network"), Lines()
        for days in (0.5, 2, 3, 12, 12.1):
            clock.at = START + np.timedelta64(round(days * 24), "h")
            assert turned(station, service, clock, lines).failed == {}
    told = [line.partition(" network: ")[2] for line in lines.of("network")]
    assert told[0].startswith("no new events")
    assert [each.partition(" new events")[0] for each in told[1:3]] == ["40", "80"]
    assert "80 on 2 faults" in told[2]
    assert told[3].startswith("went on: ")
    assert told[4].startswith("no new events")
    assert len(open_whole_network(station.folder / "network").source) == 240
    assert not (station.folder / "assigned.parquet").exists()
