"""Following a service over a month of edits and faults: the store is the service's truth, and was at each turn."""

from dataclasses import replace

import numpy as np
import pytest
from tests.catalog.event_server import served
from tests.catalog.living_service import BOX, FAULTS, LEAST, LivingService, held, kinds_of, month, wrong

from seisweave.catalog import EventQuery
from seisweave.catalog.fdsn_service import Pace, event_service
from seisweave.catalog.store import open_store
from seisweave.catalog.store.follow import FollowOptions, Look, follow
from seisweave.errors import InputError

pytest.importorskip("obspy", reason="services answer in QuakeML")

QUERY = EventQuery(start="2025-10-01", box=BOX, min_magnitude=LEAST)
START = np.datetime64("2026-01-01", "us")
DAY = np.timedelta64(1, "D")


def turn(service, store, look, now, keep=None, options=None, pace=None):
    service.set(now)
    asked = event_service(service.url, pace or Pace(sleep=lambda _: None, pause_s=0.0, timeout_s=0.5, attempts=4))
    found = follow(asked, QUERY, store.rows(), now, look, options=options, keep=keep)
    return store.append(found.changes, now), found.look, found


@pytest.fixture(scope="module")
def edits():
    made = month(seed=4, n_events=420, days=20, before_days=40)
    assert min(kinds_of(made).values()) >= 5
    return made


@pytest.mark.parametrize(
    "kind",
    [{}, {"most": 25}, {"strange": ("updatedafter",)}, {"most": 20, "refusal": 0, "strange": ("limit",)}],
    ids=["all told", "25 at once", "no updatedafter", "cut off in silence"],
)
def test_three_weeks(tmp_path, edits, kind, monkeypatch):
    monkeypatch.setattr("seisweave.catalog.event_pieces._ROUND", 20 if kind.get("refusal") == 0 else 500)
    service = LivingService([], edits=edits, **kind)
    tells = "updatedafter" not in service.strange
    options = FollowOptions(reread_days=8.0, reread_all_days=30.0 if tells else 1.0)
    rng, store, look, past = np.random.default_rng(0), open_store(tmp_path / "store", create=True), Look(), []
    with served(service):
        for k in range(8):
            now = START + DAY * 5 * k // 2
            service.faults = [FAULTS[i] for i in rng.integers(0, len(FAULTS), 3)]
            store, look, _ = turn(service, store, look, now, options=options)
            past.append((now, service.truth(now)))
            assert wrong(store, service, now) == "", k
    for now, theirs in past:
        assert held(store.as_of(now)) == theirs
    log = store.log()
    assert {"new", "changed", "gone"} == set(log["what"])
    assert log["was"].notna().sum() >= 2
    assert not log.duplicated(["revision", "id", "what"]).any()


@pytest.fixture
def begun(tmp_path, edits):
    """A service, and a store that is as it is at the month's fifth day."""
    service = LivingService([], edits=edits)
    with served(service):
        now = START + 5 * DAY
        store, look, _ = turn(service, open_store(tmp_path / "store", create=True), Look(), now)
        assert wrong(store, service, now) == ""
        yield service, store, look


HOUR = np.timedelta64(1, "h")


def test_an_empty_answer_does_not_empty_the_store(begun):
    service, store, look = begun
    now = START + 5 * DAY + HOUR
    full, service.edits = service.edits, []
    for k in range(2):
        store, look, found = turn(service, store, look, now + k * HOUR)
        assert not found.changes.gone
        assert "hardly true" in found.notes[0]
    service.edits = full
    store, look, found = turn(service, store, look, now + 2 * HOUR)
    assert found.notes == ()
    assert wrong(store, service, now + 2 * HOUR) == ""
    assert (store.log()["what"] == "gone").sum() <= 3


def test_what_is_missing_three_times_running_is_gone(begun):
    service, store, look = begun
    now, service.edits = START + 5 * DAY + HOUR, []
    for k in range(3):
        store, look, found = turn(service, store, look, now + k * HOUR, options=FollowOptions(reread_all_days=0.01))
    assert len(found.changes.gone) > 10
    assert len(store.current()) == 0
    assert len(store.as_of(START + 5 * DAY)) > 10


def test_one_answer_that_lacks_an_event_is_not_believed(begun):
    """What is gone from a long answer is asked for again by itself."""
    service, store, look = begun
    now = START + 5 * DAY + HOUR
    service.set(now)
    whole, missing = service.found, service.at(now)[-1].id

    def found_but_one(given):
        long = np.datetime64(given["endtime"]) - np.datetime64(given["starttime"]) > HOUR
        return [each for each in whole(given) if not (long and each.id == missing)]

    service.found = found_but_one
    store, _, found = turn(service, store, look, now)
    assert not found.changes.gone
    assert wrong(store, service, now) == ""


def test_an_event_that_cannot_be_read_does_not_keep_the_others(begun):
    service, store, look = begun
    now = START + 5 * DAY + 6 * HOUR
    service.set(now)
    known = store.current()
    bad = service.truth(now).keys() & set(known.ids[known.times > now - 5 * DAY].tolist())
    bad = sorted(bad)[0].removeprefix("smi:made.up/event/")
    service.edits = [
        replace(each, event=replace(each.event, depth_km=np.nan)) if each.event and each.event.id == bad else each
        for each in service.edits
    ]
    store, _, found = turn(service, store, look, now)
    assert found.notes == (f"1 events cannot be read, and stay as they were, the first smi:made.up/event/{bad}",)
    assert not found.changes.gone
    assert f"smi:made.up/event/{bad}" in store.current().ids


def test_no_network_for_days(begun):
    service, store, look = begun
    address, service.url = service.url, "http://127.0.0.1:9"
    with pytest.raises(InputError, match="no connection"):
        turn(service, store, look, START + 6 * DAY)
    service.url = address
    store, _, _ = turn(service, store, look, START + 16 * DAY)
    assert wrong(store, service, START + 16 * DAY) == ""


@pytest.mark.parametrize("magnitude", [3.0, 1.9], ids=["inside", "revised to lie outside"])
def test_an_old_event_under_another_id_is_not_there_twice(begun, magnitude):
    """Older than what is read anew: the new id comes as a revision, and the old one is asked for."""
    service, store, look = begun
    old = service.at(START)[0]
    now = START + 5 * DAY + 2 * HOUR
    assert np.datetime64(old.time) < START - 20 * DAY
    key = next(edit.key for edit in service.edits if edit.event is not None and edit.event.id == old.id)
    other = replace(old, id="other", longitude=-117.0, latitude=34.0, magnitude=magnitude, updated=str(now - HOUR))
    before = replace(other, id=old.id, magnitude=3.0, updated=str(now - 2 * HOUR))
    service.edits = [each for each in service.edits if each.key != key]
    from tests.catalog.living_service import Edit

    service.edits += [Edit(START + 5 * DAY + HOUR, key, before), Edit(now, key, other)]
    store, look, _ = turn(service, store, look, START + 5 * DAY + HOUR)
    store, look, found = turn(service, store, look, now)
    assert len(found.changes.gone) >= 1
    assert [name.rpartition("/")[2] for name in found.changes.was] == (["other"] if magnitude > 2.0 else [])
    assert wrong(store, service, now) == ""


def test_the_first_load_goes_on_where_it_was_broken_off(tmp_path, edits):
    service = LivingService([], edits=edits, most=10)
    store, keep, now = open_store(tmp_path / "store", create=True), tmp_path / "kept", START + 5 * DAY
    with served(service):
        service.faults = [None] * 12 + [500] * 40
        with pytest.raises(InputError, match="500"):
            turn(service, store, Look(), now, keep=keep)
        n, service.faults = len(service.asked), []
        store, _, _ = turn(service, store, Look(), now, keep=keep)
        again = len(service.asked) - n
        assert wrong(store, service, now) == ""
        service.asked.clear()
        turn(service, open_store(tmp_path / "other", create=True), Look(), now)
    assert again < len(service.asked)


def test_a_store_begun_with_a_catalog_goes_on_from_its_end(tmp_path, edits):
    service = LivingService([], edits=edits)
    with served(service):
        first, _, _ = turn(service, open_store(tmp_path / "first", create=True), Look(), START + 2 * DAY)
        store = open_store(tmp_path / "store", create=True)
        from seisweave.catalog.store import changes_of

        store = store.append(changes_of(store.rows(), first.current()), START + 2 * DAY)
        service.asked.clear()
        now = START + 4 * DAY
        store, _, _ = turn(service, store, Look(), now)
        assert wrong(store, service, now) == ""
        assert min(each["starttime"] for each in service.asked if "updatedafter" not in each) < "2025-10-10"
        foreign = first.current()
        foreign = replace(foreign, ids=np.array([f"x{k}" for k in range(len(foreign))]))
        other = open_store(tmp_path / "other", create=True)
        other = other.append(changes_of(other.rows(), foreign), START + 2 * DAY)
        with pytest.raises(InputError, match="begun with a catalog of another service"):
            turn(service, other, Look(), now)


def test_a_service_that_does_not_tell_is_asked_again_after_a_week(begun):
    service, store, look = begun
    service.strange = ("updatedafter",)
    now = START + 5 * DAY + HOUR
    store, look, _ = turn(service, store, look, now)
    assert look.untold == str(now)
    service.asked.clear()
    store, look, _ = turn(service, store, look, now + HOUR)
    assert not [each for each in service.asked if "updatedafter" in each]
    service.strange = ()
    store, look, _ = turn(service, store, look, now + 8 * DAY)
    assert look.untold == ""
    assert [each for each in service.asked if "updatedafter" in each]


def test_the_service_tells_the_time(begun):
    service, *_ = begun
    heard = []
    asked = replace(event_service(service.url, Pace(sleep=lambda _: None, pause_s=0.0)), clock=heard.append)
    service.set(START + 7 * DAY)
    follow(asked, QUERY, open_store(begun[1].folder).rows(), START + 7 * DAY)
    assert {str(each)[:10] for each in heard} == {"2026-01-08"}


def test_a_start_may_say_that_it_is_utc(begun):
    service, store, look = begun
    service.set(START + 5 * DAY)
    asked = event_service(service.url, Pace(sleep=lambda _: None, pause_s=0.0))
    query = replace(QUERY, start=f"{QUERY.start}T00:00:00Z")
    assert len(follow(asked, query, store.rows(), START + 5 * DAY, look).changes) == 0


def test_options():
    with pytest.raises(InputError, match=r"reread_days is 0\.0; give days above 0"):
        FollowOptions(reread_days=0.0)
