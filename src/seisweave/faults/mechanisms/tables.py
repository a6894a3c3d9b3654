"""Mechanisms in tables with named columns: strike, dip and rake, and the names that programs give them.

Read are the names of Anza's and SCEDC's tables (fp_unc, ap_unc), of SKHASH (fault_plane_uncertainty, event_id,
origin_lat, ...), of ComCat (np1_strike), and plain ones (strike1, dip direction, slip). Times, places and ids are told
as those of a catalog are, and none of them need be there.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from seisweave.catalog.delimited import TextTable
from seisweave.catalog.source import Source
from seisweave.catalog.tables.columns import Column, Reading
from seisweave.catalog.tables.depths import depths_of
from seisweave.catalog.tables.layout import find_layout, text_columns
from seisweave.catalog.tables.matching import Matched, match
from seisweave.catalog.tables.names import simple
from seisweave.catalog.tables.places import degrees_of
from seisweave.catalog.tables.when import times_of
from seisweave.faults.mechanisms.rows import MechanismRows

_ANGLES = {  # without case and signs, the first that is there
    "strike": "strike strike1 strikedeg strike1deg np1strike strikenp1 nodalplane1strike str str1 s1 planestrike",
    "dip": "dip dip1 dipdeg dip1deg np1dip dipnp1 nodalplane1dip dp1 d1 dipangle planedip",
    "rake": "rake rake1 rakedeg rake1deg np1rake rakenp1 nodalplane1rake slip slip1 np1slip r1 lambda planerake",
    "dip_direction": "dipdirection dipdir ddir dipazimuth dipdirection1 dipdir1 dipdirectiondeg",
    "plane": "fpunc faultplaneuncertainty faultplaneunc planeuncertainty plane1uncertainty fpuncertainty fpu"
    " nodalplaneuncertainty mechanismuncertainty",
    "auxiliary": "apunc auxplaneuncertainty auxiliaryplaneuncertainty auxfaultplaneuncertainty auxplaneunc"
    " plane2uncertainty apuncertainty apu",
}
_BACK = 90.0  # degrees from the strike to the direction of dip


def read_table(source: Source) -> MechanismRows | None:
    """Rows of a table that names strike (or the direction of dip), dip and rake; None where no line does."""
    layout = find_layout(source, holds=lambda names, _: holds_angles(names))
    if layout is None:
        return None
    columns, table = text_columns(source, layout)
    angles = {role: _first(columns, role) for role in _ANGLES}
    matched = match(columns, Reading())
    n = len(table.lines)
    notes: list[str] = []
    longitude, latitude = (_degrees(role, matched, source.path, n, notes) for role in ("longitude", "latitude"))
    times = times_of(matched.times(source.path, n), n)
    depths = depths_of(matched, Reading(), n)
    return MechanismRows(
        lines=table.lines,
        strike_deg=_strike(angles, n),
        dip_deg=_numbers(angles["dip"], n),
        rake_deg=_numbers(angles["rake"], n),
        uncertainty_deg=np.stack([_numbers(angles["plane"], n), _numbers(angles["auxiliary"], n)], axis=1),
        ids=_ids(matched, table),
        times=times.values.value.astype("datetime64[us]"),
        longitude=longitude,
        latitude=latitude,
        depth_km=_depths_km(depths.values.value, depths.unit, depths.positive),
        quality=_words(matched.first("quality"), n),
        bad=table.bad,
        notes=(*notes, *times.notes),
    )


def holds_angles(names: list[str]) -> bool:
    """Whether names of columns hold a mechanism.

    >>> holds_angles(["event_id", "Strike (deg)", "Dip", "Rake"]), holds_angles(["lat", "lon", "mag"])
    (True, False)
    """
    there = {role for role in _ANGLES for name in names if name and _plain(name) in _ANGLES[role].split()}
    return {"dip", "rake"} <= there and bool({"strike", "dip_direction"} & there)


def _plain(name: str) -> str:
    """A name without its unit in brackets."""
    return simple(name.partition("(")[0].partition("[")[0])


def _first(columns: list[Column], role: str) -> Column | None:
    order = _ANGLES[role].split()
    fitting = [column for column in columns if _plain(column.name) in order]
    return min(fitting, key=lambda column: order.index(_plain(column.name)), default=None)


def _numbers(column: Column | None, n: int) -> Float[np.ndarray, " n"]:
    return np.full(n, np.nan) if column is None else np.array(column.numbers.value, float)


def _words(column: Column | None, n: int) -> np.ndarray:
    return np.full(n, "") if column is None else column.words


def _strike(angles: dict[str, Column | None], n: int) -> Float[np.ndarray, " n"]:
    if angles["strike"] is not None:
        return _numbers(angles["strike"], n)
    direction = _numbers(angles["dip_direction"], n)
    return np.where((direction >= -180) & (direction <= 360), (direction - _BACK) % 360.0, direction)


def _degrees(role: str, matched: Matched, where: str, n: int, notes: list[str]) -> Float[np.ndarray, " n"]:
    if role not in matched.found:
        return np.full(n, np.nan)
    values, told = degrees_of(role, matched, where)
    notes += told
    return np.array(values.value, float)


def _depths_km(depth: np.ndarray, unit: str | None, positive: str | None) -> Float[np.ndarray, " n"]:
    return np.array(depth, float) * (1e-3 if unit == "m" else 1.0) * (-1.0 if positive == "up" else 1.0)


def _ids(matched: Matched, table: TextTable) -> np.ndarray:
    column = matched.first("id")
    return np.full(len(table.lines), "") if column is None else column.words
