"""Points that are in local coordinates already: a table with x, y and depth, or three bare columns, in km or m."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Provenance
from seisweave.catalog.one_line_errors import one_line_errors
from seisweave.catalog.rejected import Rejected
from seisweave.errors import InputError

if TYPE_CHECKING:
    from seisweave.catalog.source import Source

_NAMES = {
    "x_km": "x east easting e locx xlocal",
    "y_km": "y north northing n locy ylocal",
    "depth_km": "depth z dep locz zlocal profundidad tiefe",
}
_KM_PER = {"km": 1.0, "m": 1e-3}
_WIDE_KM = 1000.0  # a box that is wider is more likely one of metres


@dataclass(frozen=True, eq=False)
class LocalPoints:
    r"""Points in local km (n): x east, y north, depth positive down; the table they came from, with n rows.

    `rows` is a pandas DataFrame of every column of the file (x_km, y_km, depth_km where it names none).

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "points.csv"
    >>> _ = path.write_text("x_km,y_km,depth_km,station\n1,2,3,ABC\n4,5,6,XYZ\n")
    >>> points = read_local_xyz(path)
    >>> points.xyz_km[1].tolist(), points.rows["station"].tolist()
    ([4.0, 5.0, 6.0], ['ABC', 'XYZ'])
    """

    xyz_km: Float[np.ndarray, "n 3"]
    rows: Any
    provenance: Provenance = field(default_factory=Provenance)
    rejected: Rejected = field(default_factory=Rejected)

    def __post_init__(self) -> None:
        xyz_km = np.array(self.xyz_km, float)
        xyz_km.flags.writeable = False
        object.__setattr__(self, "xyz_km", xyz_km)

    def __len__(self) -> int:
        return len(self.xyz_km)


def read_local_xyz(
    path: str | Path, *, strict: bool = False, unit: str | None = None, trust: bool = False
) -> LocalPoints:
    r"""Read points in local coordinates, plain or gzip: columns x_km, y_km, depth_km (or x, y, z), or three bare.

    Columns are separated by commas, semicolons, tabs or blanks. Their unit, km or m, is `unit`; or as their names say
    (x_m, `X [m]`); or km, which `rejected.notes` then say. Rows with a missing or unreadable number are set aside in
    `rejected`; `strict` refuses them. `trust` unpacks a file too that grows to more than 100 times its size.

    Errors: InputError for what cannot be read, columns not found, and no usable row.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "points.txt"
    >>> _ = path.write_text("1 2 3\n4 5 nan\n")
    >>> points = read_local_xyz(path)
    >>> points.xyz_km.tolist(), points.rejected.by_reason()
    ([[1.0, 2.0, 3.0]], {'depth_km is missing': 1})
    """
    from seisweave.catalog.source import open_source

    if unit not in (None, *_KM_PER):
        raise InputError(f"unit {unit!r} of x, y and depth is not known; choose km or m")
    source = open_source(path, trust=trust)
    with one_line_errors(source.path, None):
        return _points_in(source, strict=strict, unit=unit)


def _points_in(source: Source, *, strict: bool, unit: str | None) -> LocalPoints:
    from seisweave.catalog.delimited import is_number
    from seisweave.catalog.formats import nonlinloc
    from seisweave.catalog.source import lines_of, without_comments

    if nonlinloc.is_local(source):
        found = nonlinloc.local_points(source)
        rejected = Rejected(found.bad, source.notes)
        if strict:
            rejected.refuse(source.path)
        xyz_km = found.rows[["x_km", "y_km", "depth_km"]].to_numpy()
        return LocalPoints(xyz_km, found.rows, Provenance(source.path, source.sha256, "nonlinloc"), rejected)
    lines = without_comments(lines_of(source.data))
    if not len(lines):
        raise InputError(f"{source.path} holds comments only; give rows of x, y, depth in km")
    first = lines.text(0)
    delimiter = max(",;\t", key=first.count)
    delimiter = delimiter if delimiter in first else " "
    header = [name.strip().strip('"') for name in (first.split(delimiter) if delimiter != " " else first.split())]
    bare = all(map(is_number, header))
    place = _bare(source.path, header) if bare else _named(source.path, header)
    body = lines if bare else lines.below_first()
    names = list(place) if bare else header
    units, stated, notes = _units(header, place, unit, bare=bare)
    if bare and unit == "m":
        names = [name.replace("_km", "_m") for name in names]
    points = _points(_table(body, len(header), delimiter), place, names, units)
    if not len(points):
        raise InputError(_nothing(source.path, points.rejected))
    if strict:
        points.rejected.refuse(source.path)
    provenance = Provenance(source.path, source.sha256, "local_xyz")
    notes = notes if stated else (_unit_remark(points.xyz_km),)
    return LocalPoints(points.xyz_km, points.rows, provenance, Rejected(points.rejected.rows, (*source.notes, *notes)))


def _units(
    header: list[str], place: dict[str, int], unit: str | None, *, bare: bool
) -> tuple[dict[str, float], bool, tuple[str, ...]]:
    """Km per unit of each axis, whether they are stated by the user or by any name, and a remark where by some only."""
    from seisweave.catalog.tables.names import axis

    if unit is not None:
        return dict.fromkeys(place, _KM_PER[unit]), True, ()
    found = {} if bare else {name: axis(header[i], _NAMES)[1] for name, i in place.items()}
    stated = [factor for factor in found.values() if factor is not None]
    if not stated:
        return dict.fromkeys(place, 1.0), False, ()
    silent = [header[place[name]] for name, factor in found.items() if factor is None]
    other = stated[0] if len(set(stated)) == 1 else 1.0
    word = "m" if other == _KM_PER["m"] else "km"
    remark = f"{' and '.join(silent)}: no unit in the name, taken as {word}; else give --xyz-unit, or write the unit"
    units = {name: other if factor is None else factor for name, factor in found.items()}
    return units, True, (remark,) if silent else ()


def _unit_remark(xyz_km: np.ndarray) -> str:
    """Say that km are taken for granted, and what box they make."""
    wide = np.ptp(xyz_km, axis=0)
    doubt = ", which is wider than any fault system:" if wide.max() > _WIDE_KM else ";"
    box = " x ".join(f"{length:,.4g}" for length in wide)
    return (
        f"x, y and depth are taken as km, which the file does not say: {len(xyz_km)} points in a box of {box} km{doubt}"
        " read with unit='m' (--xyz-unit m) if they are metres"
    )


def _bare(path: str, header: list[str]) -> dict[str, int]:
    if len(header) != 3:
        raise InputError(f"{path} has {len(header)} columns without names; give three (x y depth in km) or name them")
    return {"x_km": 0, "y_km": 1, "depth_km": 2}


def _named(path: str, header: list[str]) -> dict[str, int]:
    from seisweave.catalog.tables.names import axis

    found = [axis(name, _NAMES)[0] for name in header]
    place = {ours: found.index(ours) if ours in found else -1 for ours in _NAMES}
    missing = [name for name, i in place.items() if i < 0]
    if missing:
        raise InputError(
            f"{path}: no column for {' and '.join(missing)} among those found: {', '.join(header)[:300]};"
            " name them x_km, y_km, depth_km"
        )
    return place


def _table(lines: Any, n_columns: int, delimiter: str) -> Any:
    from seisweave.catalog.delimited import blanks_to_commas, read_delimited

    if delimiter == " ":
        lines, delimiter = blanks_to_commas(lines), ","
    return read_delimited(lines, [str(i) for i in range(n_columns)], delimiter)


def _points(table: Any, place: dict[str, int], names: list[str], units: dict[str, float]) -> LocalPoints:
    """Usable rows of a table, with their columns as numbers where they are numbers, as the file has them."""
    from seisweave.catalog.delimited import numbers

    keep, bad, columns = np.ones(len(table.lines), bool), list(table.bad), []
    for ours, i in place.items():
        column = numbers(table.columns[str(i)])
        for reason, mask in (("is not a number", column.unreadable), ("is missing", np.isnan(column.value))):
            bad.extend(table.lines.bad(mask & keep, f"{ours} {reason}"))
            keep &= ~mask
        columns.append(column.value * units[ours])
    rows = _frame(table, names)[keep].reset_index(drop=True)
    rejected = Rejected(tuple(sorted(bad, key=lambda row: row.line)))
    return LocalPoints(np.stack(columns, axis=1)[keep], rows, rejected=rejected)


def _frame(table: Any, names: list[str]) -> Any:
    import pandas as pd

    from seisweave.catalog.delimited import numbers, words

    frame = {}
    for i, name in enumerate(names):
        column = numbers(table.columns[str(i)])
        frame[name or f"column{i}"] = words(table.columns[str(i)]) if column.unreadable.any() else column.value
    return pd.DataFrame(frame)


def _nothing(path: str, rejected: Rejected) -> str:
    counts = ", ".join(f"{n} times {reason}" for reason, n in rejected.by_reason().items())
    return f"{path}: no row can be used{f' ({counts})' if counts else ''}; give rows of x, y, depth in km"
