"""Times of day of a table: text, numbers like 1510, or hours, minutes and seconds of their own columns."""

from __future__ import annotations

import numpy as np

from seisweave.catalog.tables.columns import Column
from seisweave.catalog.tables.time_parts import (
    CLOCK,
    Parts,
    Roles,
    TimeText,
    candidates,
    has_fraction,
    refuse_fraction,
    refuse_if_elsewhere,
    refuse_missing,
)
from seisweave.errors import InputError


def clock_of(
    roles: Roles, texts: list[TimeText], date: TimeText | None, used: dict[str, str], notes: list[str]
) -> Parts:
    """Hour, minute and second of each row."""
    text = date if date and (date.written.has_clock and not _stands_still(date, texts, roles)) else None
    text = text or next((one for one in texts if one.written.has_clock and not one.written.has_date), None)
    if text is not None:
        used[text.role] = text.column.name
        parts = {name: text.written.parts[name] for name in CLOCK}
        return _with_seconds(parts, text, roles, used, notes)
    number = next(
        (
            roles.found[role]
            for role in ("time", "clock")
            if role in roles.found and roles.found[role].name not in used.values()
        ),
        None,
    )
    if number is not None and number.is_numeric:
        used["clock"] = number.name
        return _of_digits(number, roles, used, notes)
    hour = roles.found.get("hour")
    packed = hour is not None and hour.is_numeric and "minute" not in roles.found and (hour.known > 24).any()
    if hour is not None and packed:
        used["clock"] = hour.name
        return _of_digits(hour, roles, used, notes)
    _refuse_unread(roles, texts, used)
    return _of_columns(roles, used, notes)


def _refuse_unread(roles: Roles, texts: list[TimeText], used: dict[str, str]) -> None:
    """Refuse a column of times of day of which none can be read."""
    for text in texts:
        if text.column.name not in used.values() and text.role in ("time", "clock", "hour") and not text.written.style:
            raise InputError(
                f"{roles.where}: {text.column.name!r} holds {text.column.example!r}, which is no time of day that can"
                f" be told; write 15:10:41.18, or leave it out with --columns {text.role}=none"
            )


def _stands_still(date: TimeText, texts: list[TimeText], roles: Roles) -> bool:
    other = any(text.written.has_clock and not text.written.has_date for text in texts) or "hour" in roles.found
    return date.written.at_midnight and other


def _with_seconds(parts: Parts, text: TimeText, roles: Roles, used: dict[str, str], notes: list[str]) -> Parts:
    """Parts of a time of day in text, with seconds of their own column where the text has none."""
    second = roles.found.get("second")
    own = np.nan_to_num(parts["second"])
    if second is None:
        if not text.written.has_seconds:
            maybe = candidates(roles, "second")
            refuse_if_elsewhere(roles, f"times in {text.column.name!r} have no seconds", "second", maybe)
            notes.append(f"times in {text.column.name!r} are given to the minute")
        return {**parts, "second": own}
    value = second.numbers.value
    if own.any() and not np.allclose(own, np.where(np.isnan(value), own, value), atol=1.0):
        raise InputError(
            f"{roles.where}: seconds stand both in {text.column.name!r} and in {second.name!r}, and differ; say which"
            " holds with --columns second=none or --columns clock=none"
        )
    used["second"] = second.name
    return {**parts, "second": np.where(np.isfinite(parts["hour"]), value, np.nan)}


def _of_digits(number: Column, roles: Roles, used: dict[str, str], notes: list[str]) -> Parts:
    """Times of day like 1510, or 151041.18, as numbers."""
    value = number.numbers.value
    second = roles.found.get("second")
    whole = np.floor(value)
    fraction = value - whole
    widest = int(np.nanmax(whole, initial=0))
    if widest < 2400 + 1 and not fraction.any() and np.isfinite(fraction[~np.isnan(value)]).all():
        if second is None:
            refuse_if_elsewhere(
                roles, f"{number.name!r} holds hours and minutes", "second", candidates(roles, "second")
            )
            notes.append(f"times like {number.example!r} in {number.name!r} are read as hours and minutes")
        else:
            used["second"] = second.name
        return {"hour": whole // 100, "minute": whole % 100, "second": second.numbers.value if second else 0 * value}
    if widest >= 10000 and second is None:
        return {"hour": whole // 10000, "minute": whole // 100 % 100, "second": whole % 100 + np.round(fraction, 9)}
    raise InputError(
        f"{roles.where}: {number.name!r} holds numbers such as {number.example!r} that are no time of day that can be"
        " told; write 15:10:41.18, or leave it out with --columns time=none"
    )


def _of_columns(roles: Roles, used: dict[str, str], notes: list[str]) -> Parts:
    """Hour, minute and second of their own columns; what is missing is refused, or said."""
    have = [name for name in CLOCK if name in roles.found]
    n = roles.n
    if not have:
        day = roles.found.get("day")
        if day is not None and has_fraction(day):
            notes.append(f"days in {day.name!r} have decimals, which give the time of day")
            return {name: np.zeros(n) for name in CLOCK}
        maybe = list(dict.fromkeys([*candidates(roles, "clock"), *candidates(roles, "hour")]))
        refuse_if_elsewhere(roles, "a date, but no time of day", "clock", maybe)
        notes.append("the file holds dates only: hours, minutes and seconds are unknown, and stand as 0")
        return {name: np.zeros(n) for name in CLOCK}
    last = CLOCK.index(have[-1])
    refuse_missing(roles, [name for name in CLOCK[:last] if name not in have], have[-1])
    used.update({name: roles.found[name].name for name in have})
    if last < 2 and not has_fraction(roles.found[have[-1]]):
        finer = CLOCK[last + 1]
        refuse_if_elsewhere(roles, f"{have[-1]}, but no {finer}", finer, candidates(roles, finer))
        notes.append(f"times are given to the {have[-1]}")
    for name in have[:-1]:
        refuse_fraction(roles, name)
    parts = {name: roles.found[name].numbers.value if name in have else np.zeros(n) for name in CLOCK}
    return parts
