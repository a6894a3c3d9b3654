"""The clock turned on until a step begins at an instant."""

from dataclasses import replace

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.nowcast.clock import check_alone, turned_to
from seisweave.synthetic import EtasOptions, etas_world

DAY = np.timedelta64(1, "D")


@pytest.fixture(scope="module")
def catalog():
    return etas_world(EtasOptions(days=60), seed=2).catalog


@pytest.mark.parametrize("now", ["1990-02-10T00:00", "1990-02-10T00:00:00.000001", "1990-02-10T23:59:59"])
@pytest.mark.parametrize("hours", [24, 6, 168])
def test_a_step_begins_at_the_instant_and_nothing_else_moves(catalog, now, hours):
    origin, step = np.datetime64("1990-01-03T05:00", "us"), np.timedelta64(hours, "h")
    turned = turned_to(catalog, now, origin, step)
    instant = np.datetime64(now, "us")
    assert turned.begins - turned.later == instant
    assert (turned.begins - origin) % step == np.timedelta64(0, "us")
    assert np.timedelta64(0, "us") <= turned.later < step
    before = catalog.take(catalog.times < instant)
    assert (turned.catalog.times - turned.later == before.times).all()
    assert (turned.catalog.times < turned.begins).all()
    assert turned.catalog.magnitude.tobytes() == before.magnitude.tobytes()


def test_an_event_at_the_instant_itself_comes_after_it(catalog):
    now = np.sort(catalog.times)[10]
    turned = turned_to(catalog, now)
    assert len(turned.catalog) == (catalog.times < now).sum() == 10


def test_at_midnight_nothing_is_turned(catalog):
    turned = turned_to(catalog, "1990-02-10")
    assert turned.later == np.timedelta64(0, "us")
    assert turned.gaps("1990-01-05/1990-01-06T12:00").startswith("1990-01-05T00:00:00.000000/1990-01-06T12:00")


def test_gaps_turn_with_the_clock(catalog):
    turned = turned_to(catalog, "1990-02-10T18:00")
    assert turned.gaps("1990-01-05/1990-01-06") == "1990-01-05T06:00:00.000000/1990-01-06T06:00:00.000000"
    assert turned.gaps("") == ""


def test_how_long_it_has_been_quiet_is_told(catalog):
    last = catalog.times.max().astype("datetime64[us]")
    assert "(40 minutes earlier)" in turned_to(catalog, last + np.timedelta64(40, "m")).note()
    assert "(15.0 days earlier)" in turned_to(catalog, last + 15 * DAY).note()


@pytest.mark.parametrize("now", ["soon", "", "1989-12-31"])
def test_what_cannot_be_is_refused(catalog, now):
    with pytest.raises(InputError, match=r"is not a time|no event before that"):
        turned_to(catalog, now)
    with pytest.raises(InputError, match="leave out day"):
        check_alone("1990-02-10", day="1990-02-10", complete_until=None)


def test_events_without_a_time_are_left_out(catalog):
    times = catalog.times.copy()
    times[3] = np.datetime64("NaT", "us")
    turned = turned_to(replace(catalog, times=times), "1990-02-10T18:00")
    assert not np.isnat(turned.catalog.times).any()
