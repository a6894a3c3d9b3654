"""From the columns of a table, of text or of any other kind, to rows with units, and remarks on what was chosen."""

from __future__ import annotations

import re

from seisweave.catalog.delimited import TextTable
from seisweave.catalog.parsed_rows import ParsedRows
from seisweave.catalog.tables.columns import Column, Reading
from seisweave.catalog.tables.depths import depths_of, errors_of
from seisweave.catalog.tables.magnitudes import magnitudes_of
from seisweave.catalog.tables.matching import Matched, choices_told, match
from seisweave.catalog.tables.names import simple
from seisweave.catalog.tables.places import degrees_of
from seisweave.catalog.tables.vocabulary import OTHERS
from seisweave.catalog.tables.when import times_of
from seisweave.errors import InputError

_IMPORTANT = re.compile(
    r"err|sigma|unc|std|cov|smaj|smin|semi|ellip|conf|fehler|hata|mag|depth|prof|tief|time|date|fecha|datum|hora|type|erh|erz|offset|zone|^tz$|^h$"
)
_NOT_IMPORTANT = OTHERS - {"smajax", "sminax", "smaj", "smin"}


def rows_of(
    columns: list[Column], table: TextTable, reading: Reading, where: str, notes: tuple[str, ...] = ()
) -> ParsedRows:
    """Rows of a table; its lines and those set aside are those of `table`.

    Errors: InputError where longitude or latitude has no column, or times cannot be told.
    """
    matched = match(columns, reading)
    _require_places(matched, where)
    n = len(table.lines)
    times = times_of(matched.times(where, n), n)
    longitude, east = degrees_of("longitude", matched, where)
    latitude, north = degrees_of("latitude", matched, where)
    depths = depths_of(matched, reading, n)
    magnitudes = magnitudes_of(matched, n)
    errors = errors_of(matched, reading, latitude.value)
    plain = {role: matched.first(role) for role in ("id", "quality", "event_type", "n_phases")}
    used = {role: column.name for role, column in plain.items() if column is not None}
    used |= times.used | {role: matched.found[role][0].name for role in ("longitude", "latitude")}
    read = [*used.values(), *(column.name for column in (*depths.used, *magnitudes.used, *errors.used))]
    unused = tuple(dict.fromkeys(name for name in matched.names if name not in read))
    told = (*times.notes, *east, *north, *depths.notes, *magnitudes.notes, *errors.notes, *choices_told(matched, read))
    named = {name for name in unused if any(re.search(rf"\b{re.escape(name)}\b", note) for note in told)}
    return ParsedRows(
        lines=table.lines,
        times=times.values,
        longitude=longitude,
        latitude=latitude,
        depth_km=depths.values,
        magnitude=magnitudes.values,
        magnitude_type=magnitudes.scale,
        ids=_words(plain["id"]),
        uncertainty=errors.uncertainty,
        quality=_words(plain["quality"]),
        event_type=_words(plain["event_type"]),
        n_phases=None if plain["n_phases"] is None else plain["n_phases"].numbers.value,
        bad=table.bad,
        notes=(*notes, *told, *_unused([name for name in unused if name not in named])),
        depth_unit=depths.unit,
        depth_positive=depths.positive,
        used=_listed(used, depths.used, magnitudes.used, errors.used),
        unused=unused,
    )


def _require_places(matched: Matched, where: str) -> None:
    missing = [role for role in ("longitude", "latitude") if role not in matched.found]
    if missing:
        raise InputError(
            f"{where}: no column for {' and '.join(missing)} among those found: {', '.join(matched.names)[:300]}; name"
            " them with --columns longitude=...,latitude=..."
        )


def _words(column: Column | None):
    return None if column is None else column.words


def _unused(names: list[str]) -> tuple[str, ...]:
    """Name the columns that may matter and were not read: errors, other magnitudes, depths and times."""
    important = [name for name in names if _IMPORTANT.search(name.lower()) and simple(name) not in _NOT_IMPORTANT]
    return (f"columns not read that may matter: {', '.join(important)[:400]}",) if important else ()


def _listed(used: dict[str, str], *more: tuple[Column, ...]) -> tuple[str, ...]:
    kinds = ("depth_km", "magnitude", "errors")
    pairs = [
        *used.items(),
        *((kind, column.name) for kind, columns in zip(kinds, more, strict=True) for column in columns),
    ]
    return tuple(dict.fromkeys(f"{ours}={theirs}" for ours, theirs in pairs))
