"""A station with a nowcaster by place: its chances go on record turn by turn, as they come from the store."""

from dataclasses import replace

import numpy as np
import pytest
from tests.catalog.event_server import Event, served
from tests.catalog.living_service import BOX, Edit, LivingService
from tests.watch.station import HOUR, START, HandClock, Lines, means, station_at

from seisweave.catalog.store import open_store
from seisweave.errors import InputError
from seisweave.issued import issued_in
from seisweave.watch import check_station, turn

pytest.importorskip("torch", reason="a nowcaster by place is a network")

BEGINS, DAY = "2022-10-01", 24 * HOUR


@pytest.fixture(scope="module")
def world():
    """Three years before the station, and two weeks of its time."""
    from seisweave.synthetic import EtasOptions, etas_world

    return etas_world(EtasOptions(box=BOX, start=BEGINS, days=1203, background_per_day=0.5), seed=2).catalog


@pytest.fixture(scope="module")
def place(world, tmp_path_factory):
    """The folder of a small network that has learned from those years."""
    from seisweave.nowcast import PlaceNetworkOptions, PlaceOptions, PlaceSettings, train_place_nowcaster

    cells = PlaceOptions(magnitudes=(2.5, 3.0, 3.5, 4.0), box=BOX, cell_deg=1.0)
    network = PlaceNetworkOptions(epochs=1, calibration_years=1, calibration_fits=1, rates="sums")
    nowcaster = train_place_nowcaster(world, PlaceSettings(cells, network, end=str(START)[:10]))
    return nowcaster.write(tmp_path_factory.mktemp("models") / "place")


@pytest.fixture(scope="module")
def place_service(world):
    """A service that has the events of the world, each from its own time on."""
    columns = (world.times, world.longitude.round(4), world.latitude.round(4), world.magnitude.round(2))
    rows = zip(*(column.tolist() for column in columns), strict=True)
    edits = [
        Edit(np.datetime64(time, "us"), k, Event(f"w{k}", str(np.datetime64(time, "ms")), *row))
        for k, (time, *row) in enumerate(rows)
    ]
    with served(LivingService([], edits=edits)) as service:
        yield service


@pytest.fixture(scope="module")
def turned(place, place_service, tmp_path_factory):
    """A station after two turns, six hours apart, and what it told."""
    station = station_at(tmp_path_factory.mktemp("station") / "station", place_service, place=place, page=True)
    station, lines = replace(station, watch=replace(station.watch, start=BEGINS)), Lines()
    for at in (START + DAY, START + DAY + 6 * HOUR):
        place_service.set(at)
        made = turn(station, means(HandClock(at), lines))
        assert (made.failed, made.done) == ({}, ("fetch", "place", "page", "end"))
    return station, lines


def test_its_chances_are_on_record_and_on_the_page(turned):
    station, lines = turned
    found = issued_in(station.folder / "issued")
    assert [(each.model, each.now) for each in found] == [("place", START + DAY), ("place", START + DAY + 6 * HOUR)]
    for each, line in zip(found, lines.of("place"), strict=True):
        made = each.read()
        assert not made.pseudo_prospective
        assert made.horizon_days.tolist() == [1.0]
        assert f"place: M ≥ 4 within 24 hours {100 * made.chance[0, 3]:.3g} %" in line
        assert each.path.name in line
    assert (station.folder / "today.html").is_file()


def test_they_are_those_of_the_catalog_as_it_stood(turned, place):
    """Of the first turn, when the second has been: the store as of then gives the same chances."""
    from seisweave.nowcast import open_place_nowcaster

    station, _ = turned
    at, store = START + DAY, open_store(station.folder / "store")
    assert len(store.as_of(at)) < len(store.current())
    said = open_place_nowcaster(place).nowcast(store.as_of(at), now=at)
    made = issued_in(station.folder / "issued")[0].read()
    np.testing.assert_array_equal(made.cell_chance[0], said.probability)


def test_a_store_that_begins_after_the_network_gives_no_chances(tmp_path, place, place_service):
    lines, station = Lines(), station_at(tmp_path / "station", place_service, place=place)
    place_service.set(START + DAY)
    made = turn(station, means(HandClock(START + DAY), lines))
    assert "the catalog begins after 2022-10-03, which the network remembers" in made.failed["place"]
    assert made.done == ("fetch", "end")
    assert not (station.folder / "issued").exists()


def test_a_model_of_another_kind_is_refused_at_once(tmp_path, place, etas, place_service):
    for wrong in ({"place": etas}, {"etas": place}):
        with pytest.raises(InputError, match=r"holds no model for \[(place|etas)\], but a (EtasModel|PlaceNowcaster)"):
            list(check_station(station_at(tmp_path / "station", place_service, **wrong)))
