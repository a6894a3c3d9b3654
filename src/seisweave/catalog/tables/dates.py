"""Dates and times of day as people write them, a whole column at once.

A column has one style; what is written in another is unreadable. 03/04/2010 may be March or April: the column as a
whole decides (a first part above 12 is a day), and where it cannot, none of it is readable.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

_MONTHS = {
    "jan": 1, "ene": 1, "gen": 1, "oca": 1, "feb": 2, "fev": 2, "sub": 2, "mar": 3, "apr": 4, "abr": 4, "avr": 4,
    "nis": 4, "may": 5, "mai": 5, "mag": 5, "jun": 6, "giu": 6, "haz": 6, "jul": 7, "lug": 7, "tem": 7, "aug": 8,
    "ago": 8, "aou": 8, "agu": 8, "sep": 9, "set": 9, "eyl": 9, "oct": 10, "okt": 10, "out": 10, "ott": 10, "eki": 10,
    "nov": 11, "kas": 11, "dec": 12, "dez": 12, "dic": 12, "ara": 12,
}  # fmt: skip
_CLOCK = (
    r"(?P<hour>\d{1,2})(?P<sign>:|h ?|\.(?=\d\d\.\d\d(?:\D|$)))(?P<minute>\d{1,2})"
    r"(?:(?:(?P=sign)|m(?:in)? ?)(?P<second>\d{1,2}(?:[.,]\d*)?) ?s?)?"
    r" ?(?P<half>[AaPp]\.?[Mm]\.?)?"
)
_ZONE = r" ?(?:(?:Z|UTC|GMT|UT)|(?P<zone>[+-]\d\d:?(?:\d\d)?))?"
_COMPACT = r"(?P<hour>\d\d)(?P<minute>\d\d)(?:(?P<second>\d\d(?:[.,]\d*)?))?"
_DATES = {
    "year first": r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})",
    "year last": r"(?P<first>\d{1,2})([-/.])(?P<other>\d{1,2})\2(?P<year>\d{4})",
    "month in words": r"(?P<day>\d{1,2})[-/. ]?(?P<name>[^\W\d_]{3,9})\.?,?[-/. ]?(?P<year>\d{4})",
    "month in words, year first": r"(?P<year>\d{4})[-/. ]?(?P<name>[^\W\d_]{3,9})[-/. ]?(?P<day>\d{1,2})",
    "month in words first": r"(?P<name>[^\W\d_]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})",
    "eight digits": r"(?P<year>(?:1\d|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)",
    "day of year": r"(?P<year>(?:1\d|20)\d\d)[-.]?(?P<doy>\d{3})",
}
_COMPACT_AFTER = re.sub("hour|minute|second", lambda found: f"{found[0]}2", _COMPACT)  # names may not repeat
_AFTER_DATE = rf"(?:(?:[T_,; ]+|[-:](?=\d\d:\d\d)){_CLOCK}|[T_ ]+{_COMPACT_AFTER}){_ZONE}"
_STYLES = {style: re.compile(rf"{date}(?:{_AFTER_DATE})?$") for style, date in _DATES.items()}
_STYLES["fourteen digits"] = re.compile(rf"{_DATES['eight digits']}{_COMPACT}{_ZONE}$")
_CLOCK_ALONE = re.compile(rf"{_CLOCK}{_ZONE}$")


@dataclass(frozen=True, eq=False)
class Written:
    """Parts of the times of a column (n), NaN where a part is not written; blank and unreadable cells.

    style is "" where no cell is a date or a time of day; ambiguous tells that day and month cannot be told apart.
    """

    style: str
    parts: dict[str, Float[np.ndarray, " n"]]
    blank: Bool[np.ndarray, " n"]
    unreadable: Bool[np.ndarray, " n"]
    ambiguous: bool = False
    day_first: str = ""

    @property
    def has_date(self) -> bool:
        """Whether its cells hold dates."""
        return "year" in self.parts

    @property
    def has_clock(self) -> bool:
        """Whether any of its cells holds a time of day."""
        return bool(np.isfinite(self.parts.get("hour", np.zeros(0))).any())

    @property
    def has_seconds(self) -> bool:
        """Whether any of its cells holds seconds."""
        return bool(np.isfinite(self.parts.get("second", np.zeros(0))).any())

    @property
    def at_midnight(self) -> bool:
        """Whether its times of day are all 00:00."""
        names = ("hour", "minute", "second")
        return all(not np.nan_to_num(self.parts.get(name, np.zeros(1))).any() for name in names)


def written_times(text: np.ndarray) -> Written:
    """Parts of dates and times of day of a column of text, in the one style that most of its cells have."""
    import pandas as pd

    column = pd.Series(np.char.strip(text), dtype=object)
    blank = np.isin(np.char.lower(np.char.strip(text)), ["", "nan", "nat", "none", "null", "na", "-", "--", "n/a"])
    sample = column[~blank].iloc[:200].tolist()
    best = max((*_STYLES, "clock"), key=lambda style: sum(bool(_style(style).match(cell)) for cell in sample))
    if not sample or not any(_style(best).match(cell) for cell in sample):
        return Written("", {}, blank, ~blank)
    found: Any = column.str.extract(_style(best))
    missed = ~column.str.match(_style(best)).to_numpy(bool)
    parts = _parts(found)
    order, ambiguous = "", False
    if "first" in parts:
        first, other = parts.pop("first"), parts.pop("other")
        order, ambiguous = _order(first, other)
        parts["day"], parts["month"] = (other, first) if order == "month" else (first, other)
        missed |= ambiguous | np.zeros(len(missed), bool)
    return Written(best, parts, blank, (missed | _impossible(parts)) & ~blank, ambiguous, order)


def _style(name: str) -> re.Pattern:
    return _CLOCK_ALONE if name == "clock" else _STYLES[name]


def _parts(found: Any) -> dict[str, np.ndarray]:
    """Numbers of the named parts; those of two ways to write a time of day joined."""
    import pandas as pd

    parts = {}
    for name in ("year", "month", "day", "doy", "first", "other", "hour", "minute", "second"):
        if name not in found:
            continue
        text = found[name]
        if f"{name}2" in found:
            text = text.where(text.notna(), found[f"{name}2"])
        parts[name] = pd.to_numeric(text.str.replace(",", ".", regex=False), errors="coerce").to_numpy(float)
    if "name" in found:
        parts["month"] = found["name"].str.lower().str[:3].map(_MONTHS).to_numpy(float)
    if "half" in found:
        parts["hour"] = _of_two_halves(parts["hour"], found["half"].fillna("").str.lower().str[:1].to_numpy(str))
    if "zone" in found and found["zone"].notna().any():
        parts["zone_h"] = _ahead(found["zone"])
    if "doy" in parts:
        parts["month"], parts["day"] = from_day_of_year(parts["year"], parts.pop("doy"))
    return parts


def from_day_of_year(year: np.ndarray, doy: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Month and day of a day of the year from 1; NaN where the year has no such day."""
    fine = np.isfinite(year) & np.isfinite(doy) & (doy >= 1) & (doy <= 366) & (doy == np.floor(doy))
    first = (np.where(fine, year, 1970).astype(np.int64) - 1970).astype("datetime64[Y]")
    day = first.astype("datetime64[D]") + (np.where(fine, doy, 1).astype(np.int64) - 1)
    fine &= day.astype("datetime64[Y]") == first
    month = day.astype("datetime64[M]")
    number = (month - day.astype("datetime64[Y]")).astype(int) + 1
    return np.where(fine, number, np.nan), np.where(fine, (day - month.astype("datetime64[D]")).astype(int) + 1, np.nan)


def _of_two_halves(hour: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Hours of clocks that start anew at noon."""
    twelve = np.where((hour < 1) | (hour > 12), np.nan, hour % 12)
    return np.where(half == "p", twelve + 12, np.where(half == "a", twelve, hour))


def _ahead(zone: Any) -> np.ndarray:
    sign = np.where(zone.fillna("+").str[0] == "-", -1.0, 1.0)
    digits = zone.fillna("+0000").str[1:].str.replace(":", "", regex=False).str.pad(4, side="right", fillchar="0")
    ahead = sign * (digits.str[:2].astype(float) + digits.str[2:].astype(float) / 60).to_numpy()
    return np.where(zone.isna(), np.nan, ahead)


def _order(first: np.ndarray, other: np.ndarray) -> tuple[str, bool]:
    """Which of two numbers of a date is the day, by the column as a whole, and whether that cannot be told."""
    day_first, month_first = bool((first > 12).any()), bool((other > 12).any())
    if day_first != month_first:
        return ("day" if day_first else "month"), False
    same = bool((first == other).all())  # 05/05/2010 is the same day either way
    return "", not (same and not day_first)


def _impossible(parts: dict[str, np.ndarray]) -> np.ndarray:
    """A clock that runs beyond its dial, or an hour of noon that there is not."""
    if "hour" not in parts:
        return np.zeros(len(next(iter(parts.values()))), bool)
    return np.isnan(parts["hour"]) & np.isfinite(parts["minute"])
