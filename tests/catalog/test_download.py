"""Downloads from a real server on this machine: nothing is lost, doubled or half-written, whatever it does."""

from dataclasses import replace

import numpy as np
import pytest
from tests.catalog.event_server import Event, Service, served

from seisweave.catalog import EventQuery, download_catalog
from seisweave.catalog.event_pieces import PER_REQUEST
from seisweave.catalog.fdsn_service import Pace, event_service
from seisweave.errors import InputError

pytest.importorskip("obspy", reason="downloads need ObsPy")

YEAR = EventQuery(start="2020-01-01", end="2021-01-01")


def made(n, seed=1, box=(10.0, 12.0, 42.0, 44.0)):
    """Events of 2020, bunched as aftershocks are, half of them on whole hours."""
    rng = np.random.default_rng(seed)
    seconds = np.sort(np.where(rng.random(n) < 0.5, rng.uniform(0, 366 * 86400, n), rng.exponential(8e5, n) + 5e6))
    seconds = np.where(rng.random(n) < 0.3, np.round(seconds / 3600) * 3600, np.round(seconds, 2))
    seconds = np.minimum(seconds, 366 * 86400 - 1)
    time = np.datetime64("2020-01-01", "ms") + (seconds * 1000).astype("timedelta64[ms]")
    lon, lat = rng.uniform(*box[:2], n).round(4), rng.uniform(*box[2:], n).round(4)
    return [Event(f"e{k:05d}", str(time[k]), lon[k], lat[k], round(2 + k % 30 / 10, 1)) for k in range(n)]


class Waits(list):
    """A pace that waits for nothing and remembers for how long."""

    def pace(self, **values):
        return Pace(**{"sleep": self.append, "pause_s": 0.0, "timeout_s": 5.0} | values)

    @property
    def real(self):
        return [each for each in self if each]


@pytest.fixture
def waits():
    return Waits()


def download(service, waits, query=YEAR, **options):
    pace = options.pop("pace", {})
    return download_catalog(event_service(service.url, waits.pace(**pace)), query, **options)


def ids(catalog):
    return [name.rpartition("/")[2] for name in catalog.ids.tolist()]


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    """pieces of 8 events, so that few events take many."""
    monkeypatch.setattr("seisweave.catalog.download.PER_REQUEST", 8)
    monkeypatch.setattr("seisweave.catalog.event_pieces._ROUND", 5)


def test_a_piece_is_below_what_services_give_at_once():
    assert PER_REQUEST <= 5000


@pytest.mark.parametrize(
    "service",
    [
        Service([]),
        Service([], most=6, refusal=413),
        Service([], most=6, refusal=400),
        Service([], most=5, refusal=0),
        Service([], strange=("limit",), most=6, refusal=413),
        Service([], strange=("limit",), most=5, refusal=0),
        Service([], exclusive=True),
        Service([], offset_s=0.6),
        Service([], gzip=True),
    ],
    ids=["plain", "413", "400", "cut", "no-limit-413", "no-limit-cut", "exclusive", "other-origin", "gzip"],
)
def test_every_event_comes_once(service, waits):
    service = replace(service, events=made(45), asked=[], agents=set())
    with served(service):
        done = download(service, waits)
    catalog = done.catalog
    assert sorted(ids(catalog)) == [each.id for each in service.events]
    assert (np.diff(catalog.times) >= np.timedelta64(0, "s")).all()
    assert done.n_received == 45
    assert done.n_pieces > 5
    assert done.n_split > 0
    for event in service.events[::5]:
        k = ids(catalog).index(event.id)
        assert str(catalog.times[k]).startswith(event.time)
        assert (catalog.longitude[k], catalog.magnitude[k], catalog.depth_km[k]) == (
            event.longitude,
            event.magnitude,
            10.0,
        )
    sigma = catalog.uncertainty.sigmas_km()
    assert (np.unique(sigma["horizontal_km"]).tolist(), np.unique(sigma["vertical_km"]).tolist()) == ([0.8], [1.5])
    assert all(agent.startswith("seisweave/") for agent in service.agents)


def test_limits_are_those_of_a_selection(waits):
    """The last moment, the east side and the north side are outside; a service takes them in."""
    at = {"longitude": 11.0, "latitude": 43.0, "magnitude": 3.0}
    service = Service(
        [
            Event("first", "2020-01-01T00:00:00", **at),
            Event("last", "2020-12-31T23:59:59.99", **at),
            Event("after", "2021-01-01T00:00:00", **at),
            Event("east", "2020-05-01T00:00:00", 12.0, 43.0, 3.0),
            Event("west", "2020-05-01T00:00:01", 10.0, 42.0, 3.0),
            Event("weak", "2020-05-01T00:00:01", 10.0, 42.0, 2.9),
        ]
    )
    with served(service):
        done = download(service, waits, replace(YEAR, box=(10.0, 12.0, 42.0, 44.0), min_magnitude=3.0))
    assert ids(done.catalog) == ["first", "west", "last"]
    assert len(done.catalog.history) == 2


@pytest.mark.parametrize("box", [(165.0, -170.0, -48.0, -34.0), (165.0, 190.0, -48.0, -34.0)])
def test_a_box_across_the_date_line_is_two(box, waits):
    west, east = made(30, 1, (165, 180, -48, -34)), made(30, 2, (-180, -170, -48, -34))
    events = [*west, *(replace(each, id=f"w{each.id}") for each in east), *made(20, 3, (-100, 100, -48, -34))]
    service = Service([replace(each, id=f"{k}-{each.id}") for k, each in enumerate(events)])
    with served(service):
        done = download(service, waits, replace(YEAR, box=box))
    assert len(done.catalog) == 60
    assert {(each["minlongitude"], each["maxlongitude"]) for each in service.asked} == {
        ("165", "180"),
        ("-180", "-170"),
    }


def test_waits_are_those_the_service_asks_for(waits):
    service = Service(made(5), faults=[(429, {"Retry-After": "7"}), 500, 503, "broken", "cut", None])
    with served(service):
        assert len(download(service, waits).catalog) == 5
    assert waits.real == [7.0, 4.0, 8.0, 16.0, 32.0]


def test_a_date_is_a_wait_too(waits):
    service = Service(made(5), faults=[(503, {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}), None])
    with served(service):
        assert len(download(service, waits).catalog) == 5
    assert waits.real == []


def test_a_slow_answer_is_asked_for_again(waits):
    service = Service(made(5), faults=["slow", None])
    with served(service):
        assert len(download(service, waits, pace={"timeout_s": 0.1}).catalog) == 5
    assert waits.real == [2.0]


def test_what_never_comes_whole_is_asked_for_in_halves(waits):
    """Six attempts at the year, then two at each half."""
    service = Service(made(9), faults=[500] * 6)
    with served(service):
        done = download(service, waits)
    assert sorted(ids(done.catalog)) == [each.id for each in service.events]
    assert done.n_split == 1


@pytest.mark.parametrize(
    ("faults", "match"),
    [
        ([429] * 99, r"answers 429 \(Too Many Requests\), after 6 attempts"),
        ([(429, {"Retry-After": "4000"})], "wants to be left alone for 4000 s"),
        ([500] * 99, "answers 500"),
        (["page"] * 99, "web page"),
        ([401], "refuses the request \\(401\\)"),
    ],
)
def test_what_does_not_come_ends_in_one_line(faults, match, waits, tmp_path):
    service = Service(made(5), faults=list(faults) + [401] * 3 * (401 in faults))
    with served(service), pytest.raises(InputError, match=match):
        download(service, waits, keep=tmp_path / "kept")


def test_no_service_and_no_event(waits):
    service = Service(made(5))
    with served(service):
        with pytest.raises(InputError, match=r"no event of start=2019-01-01, end=2019-02-01; ask for"):
            download(service, waits, EventQuery(start="2019-01-01", end="2019-02-01"))
        with pytest.raises(InputError, match=r"no event service at .* \(404\)"):
            download(replace(service, url=service.url + "/elsewhere"), waits)
        gone = service.url
    with pytest.raises(InputError, match="no connection"):
        download(replace(service, url=gone), waits)


def test_revised_while_it_comes(waits):
    """A service that gives two versions of an event: the one made last is kept, whichever comes first."""
    events = made(20)
    old, new = replace(events[3], magnitude=4.4), replace(events[3], magnitude=5.5, updated="2024-02-01T00:00:00")
    for both in ([old, new], [new, old]):
        service = Service([*events[:3], *both, *events[4:]])
        with served(service):
            done = download(service, waits)
        assert len(done.catalog) == 20
        assert done.n_revised == 1
        assert done.catalog.magnitude[ids(done.catalog).index(old.id)] == 5.5


def _stop_after(n):
    def progress(step):
        nonlocal n
        n -= 1
        if n == 0:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("after", [1, 5])
def test_stopped_and_gone_on_it_is_the_same_to_the_last_byte(after, waits, tmp_path):
    service = Service(made(45), most=6)
    with served(service):
        whole = download(service, waits)
        n_asked = len(service.asked)
        with pytest.raises(KeyboardInterrupt):
            download(service, waits, keep=tmp_path / "kept", progress=_stop_after(after))
        done = download(service, waits, keep=tmp_path / "kept")
        assert len(service.asked) == 2 * n_asked, "nothing is asked for again"
        for name, each in (("whole", whole), ("done", done)):
            each.catalog.write(tmp_path / f"{name}.csv")
        with pytest.raises(InputError, match="with other criteria"):
            download(service, waits, replace(YEAR, min_magnitude=3.0), keep=tmp_path / "kept")
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "done.csv").read_bytes()
    assert whole.text() == done.text()


@pytest.mark.parametrize("strange", [(), ("updatedafter",)])
@pytest.mark.parametrize("wadl", [(), ("starttime", "updatedafter")])
def test_an_update_brings_what_is_new_and_revised(strange, wadl, waits):
    """Events: one new, one revised in place, one in magnitude below what is asked for; one deleted."""
    wadl = tuple(name for name in wadl if name not in strange)
    query = replace(YEAR, box=(10.0, 12.0, 42.0, 44.0), min_magnitude=3.0)
    service = Service(made(40), strange=strange, wadl=wadl)
    with served(service):
        old = download(service, waits, query).catalog
        strong = [each for each in service.events if each.magnitude >= 3.3]
        later = {"updated": "2024-06-01T00:00:00"}
        service.revise(strong[0].id, latitude=43.5555, **later)
        service.revise(strong[1].id, magnitude=2.8, **later)
        service.events.remove(next(each for each in service.events if each.id == strong[2].id))
        service.events.append(Event("new", "2020-06-15T12:00:00", 11.0, 43.0, 4.5, **later))
        anew = download(service, waits, query).catalog
        service.asked.clear()
        done = download(service, waits, query, update=old)
    deleted = sum("updatedafter" in each for each in service.asked) == len(service.asked)
    assert (done.n_new, done.n_changed, done.n_left) == (1, 1, 1)
    assert done.n_gone == (1 if strange else None)
    assert bool(done.notes) == bool(strange)
    assert deleted == (not strange)
    kept = [name for name in ids(done.catalog) if name != strong[2].id]
    assert kept == ids(anew)
    assert len(kept) == len(done.catalog) - 1
    assert done.catalog.latitude[ids(done.catalog).index(strong[0].id)] == 43.5555


def test_an_update_of_nothing_changes_nothing(waits):
    service = Service([replace(each, updated="2019-01-01T00:00:00") for each in made(30)])
    with served(service):
        old = download(service, waits).catalog
        done = download(service, waits, update=old)
    assert (done.n_new, done.n_changed, done.n_left) == (0, 0, 0)
    assert done.catalog.ids.tolist() == old.ids.tolist()


def test_names_and_addresses_of_services():
    for given in ("http://a.b", "http://a.b/", "http://a.b/fdsnws/event/1", "http://a.b/fdsnws/event/1/query?x=1"):
        assert event_service(given).url == "http://a.b/fdsnws/event/1"
    assert event_service("ingv").url == "https://webservices.ingv.it/fdsnws/event/1"
    for wrong in ("nowhere", "file:///etc/passwd", "ftp://a.b"):
        with pytest.raises(InputError, match="address"):
            event_service(wrong)


@pytest.mark.parametrize(
    ("values", "match"),
    [
        ({"start": None}, "start is not given"),
        ({"start": "yesterday"}, "not a time"),
        ({"start": "2022-01-01"}, "is above end"),
        ({"box": (0.0, 1.0, 5.0, 4.0)}, "south below north"),
    ],
)
def test_a_query_that_cannot_be(values, match):
    with pytest.raises(InputError, match=match):
        replace(YEAR, **values)


@pytest.mark.parametrize(
    "box",
    [(-180.0, 180.0, -90.0, 90.0), (0.0, 360.0, -90.0, 90.0), (179.8, -179.8, -90.0, 0.0), (359.9, 0.1, 1.0, 2.0)],
)
def test_a_wider_query_holds_the_query(box):
    query = EventQuery(start="2020-01-01", box=box, min_magnitude=3.0)
    assert query.wider().min_magnitude == 2.5
    for west, east, south, north in query.boxes():
        for lon, lat in ((west, south), (east, north), ((west + east) / 2, (south + north) / 2)):
            assert any(w <= lon <= e and s <= lat <= n for w, e, s, n in query.wider().boxes())
    assert query.wider().selection()
