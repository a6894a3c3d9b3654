"""Times as options give them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import numpy as np

from seisweave.errors import InputError

Instant = str | np.datetime64 | date

_OFFSET = re.compile(r"(.*\d)\s*([+-]\d\d(?::?\d\d)?)")  # of a time, behind its hours


def as_time(name: str, given: Instant) -> np.datetime64:
    """A time, UTC, from text, a datetime or a datetime64; an offset like +02:00 counts.

    Errors: InputError for what is not a time.

    >>> str(as_time("start", "2010-04-05T01:00+02:00"))
    '2010-04-04T23:00:00.000000'
    """
    try:
        time = given.astype("datetime64[us]") if isinstance(given, np.datetime64) else _parsed(given)
    except ValueError:
        time = np.datetime64("NaT", "us")
    if np.isnat(time):
        raise InputError(f"{name} {str(given)!r} is not a time; write it like 1992-06-28 or 1992-06-28T11:57:34")
    return time


def first_instant(name: str, given: Instant, origin: np.datetime64, step: np.timedelta64) -> np.datetime64:
    """The first instant of a step, which a time must be: nothing is cut off it.

    Errors: InputError for what is not a time, or lies within a step; it says what can be given.

    >>> first_instant("date", "2010-04-04T23:40", np.datetime64("1970-01-01", "us"), np.timedelta64(1, "D"))
    Traceback (most recent call last):
    seisweave.errors.InputError: date 2010-04-04T23:40 is within a day, and a whole one is wanted; give 2010-04-04 ...
    """
    if isinstance(given, str) and re.fullmatch(r"\s*\d{4}(-\d\d)?\s*", given):
        raise InputError(f"{name} {given!r} names no day; write it like 1992-06-28")
    time = as_time(name, given)
    begin = origin + step * int((time - origin) // step)
    if time != begin:
        hours = step / np.timedelta64(1, "h")
        within = "a day" if hours == 24 else f"a step of {hours:g} hours"
        raise InputError(
            f"{name} {in_short(time)} is within {within}, and a whole one is wanted; give {in_short(begin)} or"
            f" {in_short(begin + step)}"
        )
    return begin


def in_short(time: np.datetime64) -> str:
    """A time as short as can be.

    >>> [in_short(np.datetime64(text, "us")) for text in ("2010-04-05", "2010-04-05T06:00", "2010-04-05T06:00:07.5")]
    ['2010-04-05', '2010-04-05T06:00', '2010-04-05T06:00:07']
    """
    return np.datetime_as_string(time, unit="s", casting="unsafe").removesuffix(":00").removesuffix("T00:00")


def span_of(days: float) -> np.timedelta64:
    """So many days, to a microsecond.

    >>> str(span_of(0.5))
    '43200000000 microseconds'
    """
    return np.timedelta64(round(days * 86_400e6), "us")


def in_iso(time: np.datetime64) -> str:
    """A time to the second in ISO 8601, as other programs read it.

    >>> in_iso(np.datetime64("2010-04-05T06:00:07.5", "us"))
    '2010-04-05T06:00:07Z'
    """
    return f"{np.datetime_as_string(time, unit='s', casting='unsafe')}Z"


def _parsed(given: str | date) -> np.datetime64:
    """From text, or a date or datetime. Errors: ValueError."""
    text = given.isoformat() if isinstance(given, date) else str(given).strip()
    if not re.match(r"\d{4}(?!\d)", text):  # a year of more digits wraps around
        raise ValueError(text)
    if "T" in text[:11] or " " in text[:11]:
        offset = _OFFSET.fullmatch(text)
        if offset:
            aware = datetime.fromisoformat(offset[1] + offset[2])
            return np.datetime64(aware.astimezone(UTC).replace(tzinfo=None), "us")
    return np.datetime64(text.removesuffix("Z"), "us")


def time_of(name: str, text: object) -> np.datetime64:
    """A time as it was written down by its `str`, and no word like "now". Errors: InputError for anything else.

    >>> str(time_of("origin", "1990-01-01"))
    '1990-01-01T00:00:00.000000'
    """
    if not isinstance(text, str) or not text[:4].lstrip("-").isdigit():
        raise InputError(f"{name} {str(text)[:40]!r} is not a time; write it like 1992-06-28")
    return as_time(name, text)
