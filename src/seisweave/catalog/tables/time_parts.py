"""Which columns of a table hold parts of a time, by name, by their order, by abbreviation, and by what they hold."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from seisweave.catalog.tables.columns import Column
from seisweave.catalog.tables.dates import Written, written_times
from seisweave.catalog.tables.names import words_of
from seisweave.catalog.tables.vocabulary import OTHERS, ROLES
from seisweave.errors import InputError

PARTS = ("year", "month", "day", "hour", "minute", "second")
CLOCK = PARTS[3:]
Parts = dict[str, np.ndarray]
LIMITS = {"month": (1.0, 12.0), "day": (1.0, 31.0), "hour": (0.0, 24.0), "minute": (0.0, 60.0), "second": (0.0, 70.0)}
# initials of year, month, day, hour, minute and second, as they stand in a row in the heads of tables
_INITIALS = ("yajtu", "m", "dgjth", "hous", "mn", "s")


@dataclass(frozen=True, eq=False)
class Roles:
    """Columns of a table of n rows by what they hold, those that nothing explains, and what the user barred.

    weak are roles given by a single letter or another name that may mean something else.
    """

    found: dict[str, Column]
    unexplained: tuple[Column, ...]
    names: tuple[str, ...]
    where: str
    n: int
    barred: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class TimeText:
    """A column that holds dates or times of day in text, its role, and the parts that it holds."""

    role: str
    column: Column
    written: Written


def in_a_row(names: list[str]) -> dict[int, str]:
    """Places of year, month, day, ... that stand in a row by their initials alone: Y M D H M S, YYYY MM DD HH MM.

    >>> in_a_row(["id", "yy", "mm", "dd", "hh", "mm", "ss", "lat"])
    {1: 'year', 2: 'month', 3: 'day', 4: 'hour', 5: 'minute', 6: 'second'}
    """
    for first, size in ((0, 6), (0, 5), (0, 4), (0, 3), (3, 3)):
        parts, initials = PARTS[first : first + size], _INITIALS[first : first + size]
        for start in range(len(names) - size + 1):
            window = zip(names[start : start + size], parts, initials, strict=True)
            if all(_initial(name, part, letters) for name, part, letters in window):
                return {start + i: part for i, part in enumerate(parts)}
    return {}


def _initial(name: str, part: str, letters: str) -> bool:
    """Whether a name is an initial, alone or repeated, or a known name of a part."""
    return bool(name) and (
        name in ROLES[part].split() or (len(set(name)) == 1 and name[0] in letters and len(name) < 5)
    )


def fits(column: Column, part: str) -> bool:
    """Whether the cells of a column may be this part of a time."""
    if part == "year":
        return column.is_numeric and bool(((column.known > -10000) & (column.known < 10000)).all())
    if part in LIMITS:
        return column.within(*LIMITS[part], whole=part not in ("second", "minute", "hour", "day"))
    return True


def add_by_abbreviation(roles: Roles) -> Roles:
    """Give the parts that are still missing to columns whose name abbreviates them: Da, Ho, Mi, Se beside Year, Mo."""
    found, left = dict(roles.found), list(roles.unexplained)
    dated = "date" in found or "time" in found
    if "year" not in found and not dated:
        return roles
    wanted = [part for part in PARTS[3 if dated else 1 :] if part not in found]
    if "day_of_year" in found:
        wanted = [part for part in wanted if part not in ("month", "day")]
    for part in wanted:
        named = [
            column for column in left if _abbreviates(column, part) and fits(column, part) and part not in roles.barred
        ]
        if len(named) == 1:
            found[part] = named[0]
            left.remove(named[0])
    return replace(roles, found=found, unexplained=tuple(left))


def _abbreviates(column: Column, part: str) -> bool:
    """Whether the name of a column begins a word for a part of a time, or is a word of it with an addition."""
    name = column.meaning.plain
    words = [word for word in ROLES[part].split() if len(word) > 2]
    return len(name) > 1 and any(word.startswith(name) or (len(word) > 3 and name.startswith(word)) for word in words)


_TIME_WORDS = frozenset(
    word for role in ("time", "clock", "hour", "minute", "second") for word in ROLES[role].split() if len(word) > 2
)


def candidates(roles: Roles, part: str) -> list[str]:
    """Names of columns that nothing explains and that may hold a part of the time, by their cells."""
    return [column.name for column in roles.unexplained if column.meaning.plain not in OTHERS and _may_be(column, part)]


def _may_be(column: Column, part: str) -> bool:
    if part in ("date", "clock"):
        if column.is_numeric:  # seconds of the day, hours with decimals
            return part == "clock" and bool(_TIME_WORDS & set(words_of(column.name)))
        written = written_times(column.words[:200])
        return (written.has_date if part == "date" else written.has_clock) and not written.unreadable.any()
    if part == "second":
        return column.within(0.0, 70.0, whole=False) and (_varied(column) or len(column.known) < 3)
    return column.within(*LIMITS[part]) and (_varied(column) or len(column.known) < 3)


def _varied(column: Column) -> bool:
    return len(set(column.known[:200].tolist())) > 1


def has_fraction(column: Column) -> bool:
    """Whether any number of a column is not whole."""
    return bool((column.known != np.floor(column.known)).any())


def refuse_fraction(roles: Roles, name: str) -> None:
    """Refuse a part of a time that holds fractions though finer parts stand beside it."""
    if name in roles.found and has_fraction(roles.found[name]):
        raise InputError(
            f"{roles.where}: {roles.found[name].name!r} is taken as the {name}, but holds fractions; name the columns"
            f" with --columns {name}=..."
        )


def refuse_missing(roles: Roles, missing: list[str], have: str) -> None:
    """Refuse a time of which a middle part is missing."""
    if missing:
        maybe = list(dict.fromkeys(name for part in missing for name in candidates(roles, part)))
        looked = ", ".join(maybe or roles.names)[:300]
        raise InputError(
            f"{roles.where}: {have}, but no {' and no '.join(missing)} found among {looked}; name it with"
            f" --columns {missing[0]}=... (or --columns {have}=none where the file holds no times)"
        )


def refuse_if_elsewhere(roles: Roles, have: str, missing: str, maybe: list[str]) -> None:
    """Refuse a time whose last part may stand in another column."""
    if maybe and missing not in roles.barred:
        more = " (or hour=..., minute=..., second=...)" if missing == "clock" else ""
        raise InputError(
            f"{roles.where}: {have} found, and {', '.join(maybe)[:300]} may hold it; name it with --columns"
            f" {missing}=...{more}, or say --columns {missing}=none"
        )
