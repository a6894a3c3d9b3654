"""Origin times from text or from year, month, ..., second columns: UTC, to the microsecond."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.delimited import Values, words

_DAY = r"\d{4}-\d\d?-\d\d?(?:[T ]|$)|\d{8}(?:T|$)"
_SECONDS_60 = r":(6\d(?:\.\d*)?)(?=$|Z|[+-])"


def read_times(text: Any) -> Values:
    """Read a column of text as times, ISO 8601 (zones are turned into UTC; 'T', blank, '-' and '/' serve).

    Seconds of 60 and above, as some catalogs round them, run into the next minute.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    for type_ in (pa.timestamp("us"), pa.timestamp("us", "UTC")):
        try:
            value = pc.cast(text, type_).to_numpy()  # pyright: ignore[reportAttributeAccessIssue]
            return Values(value.astype("datetime64[us]"), np.zeros(len(value), bool))
        except pa.ArrowInvalid:
            continue
    return _in_other_styles(words(text))


def from_parts(
    day: tuple[np.ndarray, np.ndarray, np.ndarray], clock: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> Values:
    """Join (year, month, day) and (hour, minute, second), each (n); NaN and impossible are unreadable."""
    parts = np.stack([np.asarray(part, float) for part in (*day, *clock)])
    fine = np.isfinite(parts).all(axis=0)
    year, month, date, hour, minute, second = np.where(fine, parts, np.array([[2000, 1, 1, 0, 0, 0]]).T)
    fine &= (np.abs(year) < 10000) & (month >= 1) & (month <= 12) & (date >= 1) & (date <= 31)
    fine &= (np.stack([year, month, date]) % 1.0 == 0).all(axis=0)
    fine &= (hour >= 0) & (hour <= 24) & (minute >= 0) & (minute <= 60) & (second >= 0) & (second < 70)
    year, month, date = (np.where(fine, part, 1).astype(np.int64) for part in (year, month, date))
    months = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    days = months.astype("datetime64[D]") + (date - 1)
    fine &= days.astype("datetime64[M]") == months
    return Values(_sum(days, np.stack([hour, minute, second]), fine), ~fine)


def _sum(days: np.ndarray, clock: Float[np.ndarray, "3 n"], fine: np.ndarray) -> np.ndarray:
    hour, minute, second = np.where(fine, clock, 0)
    micro = np.rint(second * 1e6) + minute * 60e6 + hour * 3600e6
    value = days.astype("datetime64[us]") + micro.astype("timedelta64[us]")
    return np.where(fine, value, np.datetime64("NaT", "us"))


def _in_other_styles(text: np.ndarray) -> Values:
    """Read times of which some are written in another way, or not at all."""
    import pandas as pd

    column: Any = pd.Series(text)
    column = column.str.replace("/", "-", regex=False)
    column = column.str.replace(r"^(\d{4})\.(\d\d)\.(\d\d)", r"\1-\2-\3", regex=True)
    over = column.str.extract(_SECONDS_60)[0].astype(float)
    column = column.where(over.isna(), column.str.replace(_SECONDS_60, ":00", regex=True))
    column = column.where(column.str.match(_DAY), "")  # a decimal year is not a date
    value = pd.to_datetime(column, format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None)
    array = value.to_numpy().astype("datetime64[us]")
    array = array + np.rint(over.fillna(0).to_numpy() * 1e6).astype("timedelta64[us]")
    return Values(array, np.isnat(array) & (text != ""))
