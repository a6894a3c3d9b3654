"""Which column of a table holds what: as the user says, by its name, and in doubt by its cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seisweave.catalog.tables.columns import Column, Reading
from seisweave.catalog.tables.time_parts import LIMITS, PARTS, Roles, fits, in_a_row
from seisweave.catalog.tables.vocabulary import EVENT_WORDS, MAGNITUDE_SCALES, NAMED_BY_USERS, ROLES
from seisweave.errors import InputError

TIME_ROLES = ("time", "date", "clock", *PARTS, "day_of_year")
_SINGLE = ("longitude", "latitude", "depth_km", "elevation", *TIME_ROLES)


@dataclass(frozen=True, eq=False)
class Matched:
    """Columns of a table by role, every one that has it, the first to be used; and the rest.

    barred are roles that the user says no column has.
    """

    found: dict[str, list[Column]]
    unexplained: tuple[Column, ...]
    names: tuple[str, ...]
    barred: frozenset[str] = frozenset()

    def first(self, role: str) -> Column | None:
        """The column to be used for a role."""
        return self.found[role][0] if role in self.found else None

    def times(self, where: str, n: int) -> Roles:
        """The columns of times alone."""
        one = {role: columns[0] for role, columns in self.found.items() if role in TIME_ROLES}
        weak = {role for role, column in one.items() if len(column.meaning.plain) < 2}
        return Roles(one, self.unexplained, self.names, where, n, self.barred, frozenset(weak))


def match(columns: list[Column], reading: Reading) -> Matched:
    """Tell what each column of a table holds.

    Errors: InputError for names by the user that are none of ours, or not in the table.
    """
    given, barred = _given(columns, reading.columns or {})
    rest = [column for column in columns if all(column.cells is not other.cells for other in given.values())]
    row = in_a_row([column.meaning.plain for column in rest])
    found: dict[str, list[Column]] = {role: [column] for role, column in given.items()}
    unexplained = []
    for i, column in enumerate(rest):
        role = row.get(i) or _role(column, columns)
        if not role or role in given or role in barred or not _plausible(column, role):
            unexplained.append(column)
        else:
            found.setdefault(role, []).append(column)
    _settle_types(found, unexplained)
    for role, several in found.items():
        several.sort(key=lambda column: _rank(role, column))
    return Matched(found, tuple(unexplained), tuple(column.name for column in columns), barred)


def names_places(names: list[str], given: dict[str, str] | None = None) -> bool:
    """Whether names of columns hold longitude and latitude, by the user's word or by their own."""
    from seisweave.catalog.tables.names import meaning

    given = given or {}
    roles = {meaning(name).role for name in names if name} | {ours for ours, theirs in given.items() if theirs in names}
    return {"longitude", "latitude"} <= roles


def choices_told(matched: Matched, used: list[str]) -> list[str]:
    """Remarks on columns that have the role of another one that is used, and say something else."""
    remarks = []
    for role in _SINGLE:
        if role not in matched.found or matched.found[role][0].name not in used:
            continue
        first, *others = matched.found[role]
        other = [column.name for column in others if not _same(first, column)]
        if other:
            remarks.append(f"{role.removesuffix('_km')} is read from {first.name!r}, not from {', '.join(other)}")
    return remarks


def _given(columns: list[Column], said: dict[str, str]) -> tuple[dict[str, Column], frozenset[str]]:
    """Columns that the user has named by role, and roles that the user says no column has."""
    strange = [role for role in said if role not in NAMED_BY_USERS]
    if strange:
        raise InputError(f"--columns names {strange[0]!r}, which is none of ours: {', '.join(NAMED_BY_USERS)}")
    names = [column.name for column in columns]
    absent = [theirs for theirs in said.values() if theirs not in names and theirs.lower() != "none"]
    if absent:
        raise InputError(f"column {absent[0]!r} is not in the file, which has: {', '.join(names)[:500]}")
    barred = frozenset(role for role, theirs in said.items() if theirs not in names)
    given = {role: columns[names.index(theirs)] for role, theirs in said.items() if theirs in names}
    return {role: Column(column.name, column.cells, given=True) for role, column in given.items()}, barred


def _role(column: Column, columns: list[Column]) -> str:
    """The role that its name gives a column, beside the other columns of the table."""
    role, plain = column.meaning.role, column.meaning.plain
    if plain == "z" and {"x", "y"} <= {other.meaning.plain for other in columns}:
        return ""  # local coordinates
    return role


def _plausible(column: Column, role: str) -> bool:
    """Whether the cells fit a name of two letters at most, which may mean many things."""
    if role in LIMITS and len(column.meaning.plain) < 3 and column.numbers.unreadable.all():
        return any(":" in cell for cell in column.words[:20].tolist())
    if role in LIMITS and len(column.meaning.plain) < 3 and len(column.known):
        return fits(column, role)
    return True


def _settle_types(found: dict[str, list[Column]], unexplained: list[Column]) -> None:
    """Give columns called `type` to event types or scales of magnitude by their words, or to nothing."""
    for column in found.pop("type", []):
        words = {word.lower().replace(" ", "").replace("_", "") for word in np.unique(column.words).tolist() if word}
        if words and words <= set(MAGNITUDE_SCALES) | {"m", "l", "w", "s", "b"} and words - {"l", "b"}:
            found.setdefault("magnitude_type", []).append(column)
        elif words and words <= EVENT_WORDS:
            found.setdefault("event_type", []).append(column)
        else:
            unexplained.append(column)


def _rank(role: str, column: Column) -> tuple:
    """Order of columns of one role: the user's, UTC before other clocks, then as the words of the role stand."""
    order = ROLES.get(role, "").split()
    plain = column.meaning.plain
    local = column.meaning.local or bool(column.meaning.zone_h)
    clock = 0 if column.meaning.zone_h == 0 else 2 if local else 1
    return not column.given, clock, order.index(plain) if plain in order else len(order)


def _same(one: Column, other: Column) -> bool:
    if one.is_numeric and other.is_numeric:
        return np.array_equal(one.numbers.value, other.numbers.value, equal_nan=True)
    return np.array_equal(one.words, other.words)
