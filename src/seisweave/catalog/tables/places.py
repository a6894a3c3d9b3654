"""Longitudes and latitudes of a table: numbers, letters of hemispheres behind them or in columns of their own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np

from seisweave.catalog.delimited import Values
from seisweave.catalog.tables.columns import Column
from seisweave.catalog.tables.matching import Matched
from seisweave.errors import InputError

_SIDES = {"longitude": ("e", "w"), "latitude": ("n", "s")}
_NAMED = re.compile(r"(lat|lon)?[a-z]*?(ns|sn|ew|we|hem\w*|dir\w*|ref|side|sign|cardinal)$|[nsew]$")
_MINUTES = {
    "longitude": [
        "lonmin",
        "lonm",
        "lonminutes",
        "mlon",
        "minlon",
        "longmin",
        "longitudemin",
        "longitudeminutes",
        "lonminute",
    ],
    "latitude": ["latmin", "latm", "latminutes", "mlat", "minlat", "latitudemin", "latitudeminutes", "latminute"],
}


def degrees_of(role: str, matched: Matched, where: str) -> tuple[Values, tuple[str, ...]]:
    """Longitudes or latitudes in degrees, east and north positive, and remarks.

    Errors: InputError for degrees and minutes in two columns.
    """
    column = matched.found[role][0]
    minutes = [other.name for other in matched.unexplained if other.meaning.plain in _MINUTES[role]]
    if minutes:
        raise InputError(
            f"{where}: {role} stands in degrees ({column.name}) and minutes ({minutes[0]}); join them to one column"
        )
    values, remarks = column.numbers, []
    if values.unreadable.any():
        values = _with_letters(column, role)
    side, sign = _hemisphere(matched, role)
    if (column.known < 0).any():  # the numbers have their own signs
        side = None
    if side is not None:
        values = replace(values, value=np.abs(values.value) * sign)
        remarks.append(f"{role} has its sign from {side.name!r}")
    elif column.meaning.negative and not (column.known < 0).any():
        values = replace(values, value=-np.abs(values.value))
        remarks.append(f"{role}s in {column.name!r} are {'west' if role == 'longitude' else 'south'}, as its name says")
    return values, tuple(remarks)


def _with_letters(column: Column, role: str) -> Values:
    """Numbers with a letter of a hemisphere or a sign of degrees behind them, like 38.5N."""
    import pandas as pd

    positive, negative = _SIDES[role]
    cells: Any = pd.Series(column.words)
    parts = cells.str.extract(
        rf"^\s*([+-]?\d+(?:\.\d*)?)\s*[°º]?\s*([{positive}{negative}{positive.upper()}{negative.upper()}])?\s*$"
    )
    number = pd.to_numeric(parts[0], errors="coerce").to_numpy(float)
    letter = parts[1].fillna("").str.lower().to_numpy(str)
    signed = np.where(letter == negative, -np.abs(number), number)
    signed = np.where((letter != "") & (number < 0), np.nan, signed)  # -38.5S says it twice
    return Values(signed, np.isnan(signed) & (column.words != "") & ~_blank(column))


def _stands_behind(column: Column, role: str, matched: Matched) -> bool:
    """Whether a column is the next one after that of the coordinate."""
    names = list(matched.names)
    at = names.index(matched.found[role][0].name)
    return names[at + 1 : at + 2] == [column.name]


def _blank(column: Column) -> np.ndarray:
    return np.isnan(column.numbers.value) & ~column.numbers.unreadable


def _hemisphere(matched: Matched, role: str) -> tuple[Column | None, np.ndarray | float]:
    """The column that holds the letter of the hemisphere of each row, and its sign."""
    positive, negative = _SIDES[role]
    for column in matched.unexplained:
        if column.is_numeric or not (_NAMED.match(column.meaning.plain) or _stands_behind(column, role, matched)):
            continue
        letters = np.char.lower(column.words)
        found = set(np.unique(letters[:1000]).tolist())
        if found and found <= {positive, negative} and np.isin(letters, [positive, negative]).all():
            return column, np.where(letters == negative, -1.0, 1.0)
    return None, 1.0
