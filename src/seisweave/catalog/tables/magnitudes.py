"""One magnitude an event out of one column or many, with its scale, and the choice stated.

Of several columns the first that is known in a row is taken, in this order: the largest, where the network gives one
(KOERI's xM); moment magnitudes; a column without a scale, which is the network's own choice; Ms; mb; ML; others as they
stand. In several columns 0.0 stands for a magnitude that was not computed; -9, -9.9, -99, 99.9, -999 and the like
everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.delimited import Values, missing_column
from seisweave.catalog.tables.columns import Column
from seisweave.catalog.tables.matching import Matched
from seisweave.catalog.tables.vocabulary import MAGNITUDE_SCALES, is_ours

FILLERS = (
    -9.0,
    -9.9,
    -9.99,
    -9.999,
    -99.0,
    -99.9,
    -99.99,
    -999.0,
    -999.9,
    -9999.0,
    99.0,
    99.9,
    99.99,
    999.0,
    999.9,
    9999.0,
)
_ORDER = ("x", "Mw", "", "Ms", "mb", "ML")
_FAR = 1.0  # zeros this far below all other magnitudes are fillers


@dataclass(frozen=True, eq=False)
class Magnitudes:
    """Magnitudes and their scales of n rows, the columns they were read from, and remarks."""

    values: Values
    scale: np.ndarray | None
    used: tuple[Column, ...]
    notes: tuple[str, ...] = ()


def magnitudes_of(matched: Matched, n: int) -> Magnitudes:
    """Read the magnitudes of a table of n rows."""
    columns = sorted(matched.found.get("magnitude", []), key=_place)
    if not columns:
        return Magnitudes(missing_column(n), None, ())
    if columns[0].given:
        columns = columns[:1]
    stated = matched.first("magnitude_type")
    letters = None
    if len(columns) == 1 and columns[0].numbers.unreadable.any():
        columns, letters = _without_letters(columns[0])
    several = len(columns) > 1
    if is_ours(matched.names):  # unknown ones are blank there
        cleaned = [(columns[0].numbers.value, np.zeros(0))]
    else:
        cleaned = [_cleaned(column, several=several) for column in columns]
    value = np.full(n, np.nan)
    source = np.full(n, -1)
    for i, (number, _) in enumerate(cleaned):
        fresh = np.isnan(value) & ~np.isnan(number)
        value[fresh], source[fresh] = number[fresh], i
    used = tuple(column for i, column in enumerate(columns) if (source == i).any()) or (columns[0],)
    unreadable = columns[0].numbers.unreadable & np.isnan(value)
    scale = _scales(columns, [number for number, _ in cleaned], source, stated)
    if letters is not None:
        scale = letters if scale is None else np.where(scale == "", letters, scale)
    if stated is not None and scale is not None:
        used = (*used, stated)
    notes = _unknown(columns, [fillers for _, fillers in cleaned])
    if several:
        notes = (_choice(columns, source), *notes)
    return Magnitudes(Values(value, unreadable), scale, used, notes)


def _without_letters(column: Column) -> tuple[list[Column], np.ndarray | None]:
    """Magnitudes that are written with their scale, like 8.4 Mw or ML 3.2: the numbers, and the scales."""
    import pandas as pd
    import pyarrow as pa

    cells: Any = pd.Series(column.words)
    parts = cells.str.extract(r"^\s*([A-Za-z]{1,4})?\s*([+-]?\d+(?:\.\d*)?)\s*([A-Za-z]{1,4})?\s*$")
    scale = parts[0].fillna(parts[2]).fillna("")
    known = scale.str.lower().isin([*MAGNITUDE_SCALES, "", "m"]) & ~(parts[0].notna() & parts[2].notna())
    text = parts[1].where(known & parts[1].notna(), cells)
    fresh = Column(column.name, pa.chunked_array([pa.array(text.tolist(), pa.string())]), column.given)
    return [fresh], np.where(known, scale, "").astype(str)


def _place(column: Column) -> tuple[bool, int]:
    scale = "Mw" if column.meaning.scale.startswith("Mw") else column.meaning.scale
    scale = "mb" if scale.startswith("mb") else scale
    letter = column.meaning.plain == "m"  # which may be a month or a minute
    return not column.given, len(_ORDER) + 1 if letter else _ORDER.index(scale) if scale in _ORDER else len(_ORDER)


def _cleaned(column: Column, *, several: bool) -> tuple[Float[np.ndarray, " n"], Float[np.ndarray, " m"]]:
    """Magnitudes of a column, NaN where it holds a filler, and the fillers."""
    value = column.numbers.value.copy()
    filler = np.isin(value, FILLERS) | (value == 0 if several else _zeros(value))
    fillers = value[filler]
    value[filler] = np.nan
    return value, fillers


def _unknown(columns: list[Column], fillers: list[np.ndarray]) -> tuple[str, ...]:
    """Say which values were taken as unknown."""
    found = np.concatenate(fillers)
    if not len(found):
        return ()
    names = ", ".join(column.name for column, some in zip(columns, fillers, strict=True) if len(some))
    shown = ", ".join(f"{number:g}" for number in np.unique(found)[:4])
    return (f"{len(found)} magnitudes of {shown} in {names} are taken as unknown",)


def _zeros(value: np.ndarray) -> Bool[np.ndarray, " n"]:
    """Zeros that stand far below all other magnitudes of a column."""
    zero = value == 0
    other = value[~zero & np.isfinite(value) & ~np.isin(value, FILLERS)]
    return zero & bool(len(other) and other.min() >= _FAR)


def _scales(
    columns: list[Column], values: list[np.ndarray], source: np.ndarray, stated: Column | None
) -> np.ndarray | None:
    """The scale of each magnitude: of its column, of the column with the same value, or as a column states it."""
    scale = np.full(len(source), "", dtype="U12")
    for i, column in enumerate(columns):
        rows = source == i
        if column.meaning.scale not in ("", "x"):
            scale[rows] = column.meaning.scale
            continue
        for other, number in zip(columns, values, strict=True):
            same = rows & (scale == "") & (number == values[i]) & (other.meaning.scale not in ("", "x"))
            scale[same] = other.meaning.scale
        if stated is not None:
            blank = rows & (scale == "")
            words = stated.words.astype(f"U{max(12, stated.words.dtype.itemsize // 4)}")
            scale = scale.astype(words.dtype)
            scale[blank] = words[blank]
    return scale if (scale != "").any() else None


def _choice(columns: list[Column], source: np.ndarray) -> str:
    """Say which columns of magnitudes were used, and for how many events."""
    count = {column.name: int((source == i).sum()) for i, column in enumerate(columns)}
    used = ", ".join(f"{name} ({n} events)" for name, n in count.items() if n)
    unused = ", ".join(name for name, n in count.items() if not n)
    return f"magnitude is {used or 'unknown'}" + (f"; not used: {unused}" if unused else "")
