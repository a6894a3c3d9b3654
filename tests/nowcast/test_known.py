"""Until when a catalog is known: whole steps count, hours are not cut off, quiet days are quiet where it is said."""

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from tests.nowcast.worlds import make_catalog

from seisweave.catalog.instants import as_time, first_instant, in_short
from seisweave.errors import InputError
from seisweave.nowcast.known import DAY, MIDNIGHT, known_of

HOUR = np.timedelta64(1, "h")
ORIGIN = np.datetime64("2010-03-29", "us")  # a Monday


def ending(last, *earlier):
    """A catalog whose last event comes at a time."""
    times = np.array([*earlier, last], "datetime64[us]")
    day = (times - np.datetime64("2000-01-01")) / DAY
    return make_catalog(day, np.full(len(day), 3.0))


@pytest.mark.parametrize(
    ("last", "stated", "hours", "end", "said"),
    [
        ("2010-04-05T06:00", None, 24, "2010-04-05", "last event is at 2010-04-05T06:00, so its last day is taken as"),
        ("2010-04-05T00:30", None, 24, "2010-04-05", "give complete_until='2010-04-06' if it is complete"),
        ("2010-04-05T23:59:59", None, 24, "2010-04-05", "at 2010-04-05T23:59:59, so its last day"),
        ("2010-04-05", None, 24, "2010-04-05", "complete_until='2010-04-06'"),  # midnight: the day before is whole
        ("2010-04-05T06:00", None, 168, "2010-04-05", "its last step of 168 hours is taken as unfinished"),
        ("2010-04-04T22:40", None, 168, "2010-03-29", "complete_until='2010-04-05'"),
        ("2010-04-05T06:00", None, 6, "2010-04-05T06:00", "complete_until='2010-04-05T12:00'"),
        ("2010-04-05T05:59", None, 6, "2010-04-05", "complete_until='2010-04-05T06:00'"),
        ("2010-04-05T06:00", "2010-04-06", 24, "2010-04-06", ""),
        ("2010-04-05T06:00", "2010-04-08", 24, "2010-04-08", "from 2010-04-06 to before 2010-04-08, taken as quiet"),
        ("2010-04-05T06:00", "2010-04-06T18:00", 24, "2010-04-06", "a part of the day from 2010-04-06 only, which is"),
        (
            "2010-04-05T06:00",
            "2010-04-07T18:00",
            24,
            "2010-04-07",
            "quiet; complete for a part of the day from 2010-04-07",
        ),
        ("2010-04-05T06:00", "2010-04-05", 24, "2010-04-05", ""),  # as of an earlier midnight
        ("2010-04-05T06:00", "2010-04-12", 168, "2010-04-12", ""),
        ("2010-04-05T06:00", "2010-04-11T23:59", 168, "2010-04-05", "a part of the step of 168 hours from 2010-04-05"),
        ("2010-04-05T06:00", "2010-04-06T01:00+02:00", 24, "2010-04-05", "only, which is not counted"),
    ],
)
def test_whole_steps_count_and_the_rest_is_told(last, stated, hours, end, said):
    known = known_of(ending(last, "2010-03-30T12:00"), stated)
    assert in_short(known.end(ORIGIN, hours * HOUR)) == end
    note = known.note(ORIGIN, hours * HOUR)
    assert said in note
    assert bool(said) == bool(note)


def test_one_event_is_a_day_begun_and_none_is_refused():
    one = ending("2010-04-05T06:00")
    known = known_of(one)
    assert len(known.whole_steps(one)) == 0
    assert len(known_of(one, "2010-04-06").whole_steps(one)) == 1
    with pytest.raises(InputError, match="no event that can be used"):
        known_of(one[:0])
    with pytest.raises(InputError, match="complete_until 'soon' is not a time"):
        known_of(one, "soon")


def test_the_last_event_of_any_size_and_type_is_known():
    """A small event after the last large one says that the days between were quiet."""
    catalog = ending("2010-04-08T01:00", "2010-04-04T22:40")
    assert in_short(known_of(catalog).end()) == "2010-04-08"
    unknown = make_catalog([0.5, 9.25], [7.2, np.nan])
    assert in_short(known_of(unknown).end()) == "2000-01-10"


PACIFIC = timezone(timedelta(hours=-7))


@pytest.mark.parametrize(
    ("given", "day"),
    [
        ("2010-04-05", "2010-04-05"),
        (" 2010-04-05 ", "2010-04-05"),
        ("2010-04-05T00:00", "2010-04-05"),
        ("2010-04-05T00:00Z", "2010-04-05"),
        ("2010-04-05T02:00+02:00", "2010-04-05"),
        (np.datetime64("2010-04-05"), "2010-04-05"),
        (np.datetime64("2010-04-05T00:00", "ns"), "2010-04-05"),
        (date(2010, 4, 5), "2010-04-05"),
        (datetime(2010, 4, 5), "2010-04-05"),
        (datetime(2010, 4, 4, 17, tzinfo=PACIFIC), "2010-04-05"),
        (pd.Timestamp("2010-04-05"), "2010-04-05"),
    ],
)
def test_days_are_taken(given, day):
    assert in_short(first_instant("date", given, MIDNIGHT, DAY)) == day


@pytest.mark.parametrize(
    "given",
    [
        *("2010-04-04T23:40", "2010-04-04 23:40", "2010-04-04T23", "2010-04-04T23:40:00.5Z", "2010-04-05T00:00+00:20"),
        *(np.datetime64("2010-04-04T23:40"), np.datetime64("2010-04-04T00:00:00.000001")),
        *(datetime(2010, 4, 4, 23, 40, tzinfo=UTC), datetime(2010, 4, 4, tzinfo=PACIFIC)),
        pd.Timestamp("2010-04-04T23:40", tz="UTC"),
    ],
)
def test_hours_are_refused_with_what_can_be_given(given):
    with pytest.raises(InputError, match=r"within a day, .* give 2010-04-04 or 2010-04-05$"):
        first_instant("date", given, MIDNIGHT, DAY)


@pytest.mark.parametrize("given", ["2010", "2010-04"])
def test_a_month_is_no_day(given):
    with pytest.raises(InputError, match="names no day"):
        first_instant("date", given, MIDNIGHT, DAY)


@pytest.mark.parametrize("given", ["20100405", "now", "today", "5.4.2010", "2010-04-05T24:00", "", "NaT", pd.NaT, 5])
def test_what_is_no_time_is_refused(given, without_type_checks):
    with pytest.raises(InputError, match=r"is not a time|as_time"):
        as_time("date", given)


def test_steps_of_other_lengths():
    week, quarter = 168 * HOUR, 6 * HOUR
    assert in_short(first_instant("date", "2010-04-05", ORIGIN, week)) == "2010-04-05"
    assert in_short(first_instant("date", "2010-04-04T18:00", ORIGIN, quarter)) == "2010-04-04T18:00"
    with pytest.raises(InputError, match=r"within a step of 168 hours, .* give 2010-03-29 or 2010-04-05$"):
        first_instant("date", "2010-04-03", ORIGIN, week)
    with pytest.raises(InputError, match=r"give 2010-04-04T18:00 or 2010-04-05$"):
        first_instant("date", "2010-04-04T23:40", ORIGIN, quarter)
