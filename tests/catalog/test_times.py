import datetime

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seisweave.catalog.times import from_parts, read_times


def _read(*texts: str):
    return read_times(pa.chunked_array([list(texts)]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1994-01-17T12:30:55.39", "1994-01-17T12:30:55.390000"),
        ("1994-01-17T12:30:55.390Z", "1994-01-17T12:30:55.390000"),
        ("1994/01/17 12:30:55", "1994-01-17T12:30:55.000000"),
        ("1994.01.17 12:30", "1994-01-17T12:30:00.000000"),
        ("19940117", "1994-01-17T00:00:00.000000"),
        ("1994-1-7 3:4:5", "1994-01-07T03:04:05.000000"),
        ("1994-01-17T04:30:55-08:00", "1994-01-17T12:30:55.000000"),
        ("1994-12-31T23:59:60.25", "1995-01-01T00:00:00.250000"),
        ("1811-12-16 08:15:60", "1811-12-16T08:16:00.000000"),
    ],
)
def test_ways_to_write_a_time(text, expected):
    for column in ((text,), (text, "no time"), (text, ""), ("2001-01-01T00:00:00.5Z", text)):
        read = _read(*column)
        i = column.index(text)
        assert str(read.value[i]) == expected
        assert not read.unreadable[i]


@pytest.mark.parametrize(
    "text",
    ["1994.5", "1994", "1994.12", "03/04/2010", "17-01-1994", "1994-13-01", "1994-02-30",
     "1262304000", "12:30", "x", "1994-01-17T25:00:00", "1994-01-17T12:30:95", "1994-01-17 12:30:55 PST"],
)  # fmt: skip
def test_what_is_no_time_or_could_be_two_is_unreadable(text):
    assert _read(text).unreadable.tolist() == [True]
    assert _read("1994-01-01", text).unreadable.tolist() == [False, True]


@given(st.datetimes(datetime.datetime(1000, 1, 1)))
def test_parts_and_text_agree_with_the_clock(when):
    second = when.second + when.microsecond / 1e6
    day, clock = (when.year, when.month, when.day), (when.hour, when.minute, second)
    parts = [np.array([float(part)]) for part in (*day, *clock)]
    read = from_parts((parts[0], parts[1], parts[2]), (parts[3], parts[4], parts[5]))
    assert read.value[0] == np.datetime64(when, "us")
    assert _read(when.isoformat()).value[0] == np.datetime64(when, "us")


@pytest.mark.parametrize(
    "parts",
    [(1994, 2, 29, 0, 0, 0), (1994, 13, 1, 0, 0, 0), (1994, 1, 1, 25, 0, 0), (1994, 1, 1, 0, 61, 0),
     (1994, 1, 1, 0, 0, 70), (1994, 1, 1, 0, 0, -1), (1994, 1, np.nan, 0, 0, 0)],
)  # fmt: skip
def test_impossible_parts_are_unreadable(parts):
    year, month, day, hour, minute, second = (np.array([float(part)]) for part in parts)
    assert from_parts((year, month, day), (hour, minute, second)).unreadable.tolist() == [True]
