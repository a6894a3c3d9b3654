"""Times as seconds, milliseconds, microseconds or nanoseconds since 1970, told by their size."""

from __future__ import annotations

import numpy as np

from seisweave.catalog.delimited import Values
from seisweave.catalog.tables.columns import Column
from seisweave.errors import InputError

# 1e8 s is in 1973; a number of ten digits like 2021030405 is a date rather than a second of 2034
_EARLIEST_S, _LATEST_S = 1e8, 1.9e9
_UNITS = {"seconds": 1.0, "milliseconds": 1e3, "microseconds": 1e6, "nanoseconds": 1e9}


def epoch_times(column: Column, where: str) -> tuple[Values, str]:
    """Times of numbers since 1970-01-01, and a remark that says so.

    Errors: InputError for numbers that are none: decimal years, Julian days, hours since something.
    """
    value, known = column.numbers.value, column.known
    typical = float(np.median(np.abs(known)))
    unit = next((name for name, per_s in _UNITS.items() if _EARLIEST_S <= typical / per_s <= _LATEST_S), None)
    if unit is None or (known < 0).any():
        raise InputError(
            f"{where}: {column.name!r} holds numbers such as {column.example!r}, {_likeness(typical)}; write"
            " times like 2010-04-03T10:20:30, or leave them out with --columns time=none"
        )
    per_s = _UNITS[unit]
    seconds = np.floor(value / per_s)
    micro = np.rint((value - seconds * per_s) / per_s * 1e6)
    fine = np.isfinite(value)
    whole = np.where(fine, seconds, 0).astype(np.int64).astype("datetime64[s]").astype("datetime64[us]")
    times = whole + np.where(fine, micro, 0).astype("timedelta64[us]")
    note = f"times in {column.name!r} are read as {unit} since 1970-01-01"
    return Values(np.where(fine, times, np.datetime64("NaT", "us")), column.numbers.unreadable), note


def _likeness(typical: float) -> str:
    """What numbers of this size may be."""
    if 1000 <= typical < 2200:
        return "which look like decimal years, too coarse for times"
    if 2.3e6 < typical < 2.6e6 or 3e4 < typical < 9e4 or 6.5e5 < typical < 8e5:
        return "which look like days since some day that is not said"
    return "which are no time that can be told"
