"""The times of a table: one column or many, joined from what each holds, and refused where a part is missing.

A text may be a date, a time of day or both; numbers may be years, months, days, days of the year, hours, minutes and
seconds, clocks like 1510, or seconds since 1970. What a column holds is told by its cells, not by its name alone.
Missing parts are never taken as zero where another column may hold them; where none can, it is said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from seisweave.catalog.delimited import Values, is_text
from seisweave.catalog.tables.clocks import clock_of
from seisweave.catalog.tables.columns import Column
from seisweave.catalog.tables.dates import from_day_of_year, written_times
from seisweave.catalog.tables.epochs import epoch_times
from seisweave.catalog.tables.time_parts import (
    CLOCK,
    Parts,
    Roles,
    TimeText,
    add_by_abbreviation,
    candidates,
    refuse_fraction,
    refuse_missing,
)
from seisweave.catalog.times import from_parts, read_times
from seisweave.errors import InputError

_DAY = ("year", "month", "day")
_TEXT_ROLES = ("time", "date", "clock", "day", "hour")


@dataclass(frozen=True, eq=False)
class Times:
    """Times of n rows, the columns they were read from, and what was taken for granted."""

    values: Values
    used: dict[str, str]
    notes: tuple[str, ...] = ()


def times_of(roles: Roles, n: int) -> Times:
    """Read the times of a table of n rows.

    Errors: InputError where a part of the time is missing that another column may hold, where a clock is not UTC by an
    unknown number of hours, and for numbers that are no calendar time.
    """
    quick = _in_one_column(roles)
    if quick is not None:
        return quick
    roles = add_by_abbreviation(roles)
    texts = [TimeText(role, column, written_times(column.words)) for role, column in _texts(roles)]
    whole = _whole(texts, roles)
    date = whole or next((text for text in texts if text.written.has_date), None)
    if date is None and "year" not in roles.found:
        return _without_date(roles, texts, n)
    used: dict[str, str] = {}
    notes: list[str] = []
    day = _day(roles, date, used, notes)
    clock = clock_of(roles, texts, date, used, notes)
    zone_h = _zone(roles, used)
    values = _joined(day, clock, [text for text in texts if text.column.name in used.values()], zone_h)
    if zone_h:
        notes.append(f"times are {zone_h:+g} h from UTC, as their column states, and turned into UTC")
    return Times(values, used, tuple(notes))


def _in_one_column(roles: Roles) -> Times | None:
    """Times of one column in ISO 8601, the quick way; None where more is to be thought of."""
    column = roles.found.get("time")
    if column is None or column.meaning.local or column.meaning.zone_h:
        return None
    if any(role in roles.found for role in ("date", "clock", "second")) or not _is_calendar(column):
        return None
    values = read_times(column.cells)
    if values.unreadable.any() or np.isnat(values.value).all():
        return None
    midnight = values.value == values.value.astype("datetime64[D]")
    if midnight[~np.isnat(values.value)].all():
        return None
    return Times(values, {"time": column.name})


def _is_calendar(column: Column) -> bool:
    import pyarrow as pa

    return is_text(column.cells) or pa.types.is_timestamp(column.cells.type)


def _texts(roles: Roles) -> list[tuple[str, Column]]:
    return [(role, column) for role in _TEXT_ROLES if (column := roles.found.get(role)) and not column.is_numeric] + [
        (role, column)
        for role in ("time", "date")
        if (column := roles.found.get(role)) and column.is_numeric and _digits(column)
    ]


def _digits(column: Column) -> bool:
    """Whether numbers are dates of eight, twelve or fourteen digits, or of seven with the day of the year."""
    parts = written_times(column.words[:200]).parts
    if "year" not in parts:
        return False
    clock = [np.nan_to_num(parts[name]) for name in CLOCK]
    values = from_parts((parts["year"], parts["month"], parts["day"]), (clock[0], clock[1], clock[2]))
    return not values.unreadable[column.words[:200] != ""].any()


def _whole(texts: list[TimeText], roles: Roles) -> TimeText | None:
    """The column that holds date and time of day, unless its clock stands still and another holds it."""
    found = [text for text in texts if text.written.has_date and text.written.has_clock]
    other = any(text.written.has_clock and not text.written.has_date for text in texts) or "hour" in roles.found
    return next((text for text in found if not (other and text.written.at_midnight)), None)


def _day(roles: Roles, date: TimeText | None, used: dict[str, str], notes: list[str]) -> Parts:
    """Year, month and day of each row."""
    if date is not None:
        used[date.role] = date.column.name
        if date.written.ambiguous:
            raise InputError(
                f"{roles.where}: dates in {date.column.name!r} such as {date.column.example!r} may have day or month"
                " first, and no row decides; write the year first, like 2010-04-03"
            )
        if date.written.day_first:
            notes.append(
                f"dates in {date.column.name!r} have the {date.written.day_first} first, as they tell as a whole"
            )
        return {name: date.written.parts[name] for name in _DAY}
    year = roles.found["year"]
    used["year"] = year.name
    known = year.known
    if len(known) and ((known >= 0) & (known < 100)).all():
        raise InputError(
            f"{roles.where}: years in {year.name!r} have two digits ({known[0]:g}), of a century that is not said;"
            " write four, or leave them out with --columns year=none"
        )
    if "day_of_year" in roles.found and "day" not in roles.found:
        used["day_of_year"] = roles.found["day_of_year"].name
        month, day = from_day_of_year(np.floor(year.numbers.value), roles.found["day_of_year"].numbers.value)
        return {"year": year.numbers.value, "month": month, "day": day}
    refuse_missing(roles, [name for name in ("month", "day") if name not in roles.found], "year")
    refuse_fraction(roles, "month")
    used.update({name: roles.found[name].name for name in ("month", "day")})
    return {name: roles.found[name].numbers.value for name in _DAY}


def _zone(roles: Roles, used: dict[str, str]) -> float:
    """Hours ahead of UTC of the columns used. Errors: InputError for a clock that is not UTC by an unknown number."""
    columns = [column for column in roles.found.values() if column.name in used.values()]
    local = next((column for column in columns if column.meaning.local and not column.given), None)
    if local is not None:
        raise InputError(
            f"{roles.where}: times in {local.name!r} are local ones; give UTC, or take them as UTC with --columns"
            f" {next(role for role, name in used.items() if name == local.name)}={local.name}"
        )
    hours = {column.meaning.zone_h for column in columns if column.meaning.zone_h is not None}
    return max(hours, key=abs, default=0.0)


def _joined(day: Parts, clock: Parts, texts: list[TimeText], zone_h: float) -> Values:
    """Times in UTC of parts; rows where all are blank have none, those with a part missing are unreadable."""
    year = np.floor(day["year"])
    day_value = day["day"]
    values = from_parts(
        (year, np.asarray(day["month"]), np.floor(day_value)), (clock["hour"], clock["minute"], clock["second"])
    )
    fraction = np.nan_to_num(day_value - np.floor(day_value))
    if fraction.any():  # days with decimals, and no clock beside them
        moved = np.rint(fraction * 86400e6).astype("timedelta64[us]")
        clean = all(not np.nan_to_num(clock[name]).any() for name in CLOCK)
        values = Values(values.value + moved, values.unreadable | ((fraction > 0) & (not clean)))
    shift = np.full(len(year), zone_h, float)
    for text in texts:  # an offset in the cell counts in place of that of the name
        own = text.written.parts.get("zone_h", np.full(len(shift), np.nan))
        shift = np.where(np.isfinite(own), own, shift)
    value = values.value - np.rint(shift * 3600e6).astype("timedelta64[us]")
    blank = np.isnan(year) & np.isnan(day["month"]) & np.isnan(day_value)
    bad = values.unreadable & ~blank
    for text in texts:
        bad |= text.written.unreadable
    return Values(np.where(bad | blank, np.datetime64("NaT", "us"), value), bad)


def _without_date(roles: Roles, texts: list[TimeText], n: int) -> Times:
    """Times of a table that has no date as such: numbers since an epoch, unreadable ones, or none."""
    nothing = Values(np.full(n, np.datetime64("NaT", "us")), np.zeros(n, bool))
    column = roles.found.get("time") or roles.found.get("date")
    if column is not None and column.is_numeric:
        values, note = epoch_times(column, roles.where)
        return Times(values, {"time": column.name}, (note,))
    parts = [
        role
        for role in ("month", "day", "hour", "minute", "second", "clock")
        if role in roles.found and role not in roles.weak
    ]
    for role in ("date", "time"):
        short = roles.found.get(role)
        if short is not None and re.match(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d)", short.example):
            raise InputError(
                f"{roles.where}: dates in {short.name!r} such as {short.example!r} have years of two digits, of a"
                f" century that is not said; write four, or leave them out with --columns {role}=none"
            )
    if any(text.written.has_clock for text in texts) or len(parts) > 1:
        looked = ", ".join(candidates(roles, "date") or roles.names)[:300]
        raise InputError(
            f"{roles.where}: a time of day, but no date found among {looked}; name it with --columns date=... or"
            " year=..., month=..., day=..., or leave times out with --columns"
            f" {texts[0].role if texts else parts[0]}=none"
        )
    if column is not None:
        unreadable = column.words != ""
        return Times(Values(nothing.value, unreadable), {"time": column.name})
    if roles.barred & {"time", "date", "year"}:
        return Times(nothing, {})
    maybe = candidates(roles, "date")
    hint = f"; {', '.join(maybe)} may hold them: --columns time=..." if maybe else ""
    return Times(nothing, {}, (f"no column of times is found: times are unknown{hint}",))
