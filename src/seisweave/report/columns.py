"""Columns of the tables of faults and halos on the page: headings, and numbers rounded as people read them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from seisweave.report.markup import number

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {  # of faults.csv and halos.csv: heading, decimals
    "fault": ("fault", 0),
    "halo": ("halo", 0),
    "n_events": ("events", 0),
    "share": ("share (%)", 1),
    "largest_magnitude": ("magnitude", 1),
    "strike_deg": ("strike (°)", 0),
    "dip_deg": ("dip (°)", 0),
    "length_km": ("length (km)", 1),
    "width_km": ("width (km)", 1),
    "thickness_km": ("thickness (km)", 2),
    "top_km": ("top (km)", 1),
    "bottom_km": ("bottom (km)", 1),
    "longitude": ("longitude (°)", 3),
    "latitude": ("latitude (°)", 3),
    "x_km": ("x (km)", 1),
    "y_km": ("y (km)", 1),
    "depth_km": ("depth (km)", 1),
    "planarity": ("planarity", 2),
    "system": ("system", 0),
    "n_segments": ("segments", 0),
    "comes_back": ("comes back", 2),
    "strike_low_deg": ("strike, from (°)", 0),
    "strike_high_deg": ("to (°)", 0),
    "dip_low_deg": ("dip, from (°)", 0),
    "dip_high_deg": ("to (°)", 0),
    "mapped_fault": ("nearest mapped fault", 0),
    "mapped_distance_km": ("its distance (km)", 1),
    "mapped_angle_deg": ("angle (°)", 0),
    "sigma1_km": ("σ₁ (km)", 1),
    "sigma2_km": ("σ₂ (km)", 1),
    "sigma3_km": ("σ₃ (km)", 1),
}
_ERRORS = {  # columns that bear a standard error, shown in the same cell
    "strike_deg": "strike_error_deg",
    "dip_deg": "dip_error_deg",
    "length_km": "length_error_km",
    "width_km": "width_error_km",
}
_DEGREES = ("longitude", "latitude")
_LOCAL = ("x_km", "y_km")


def shown_columns(table: pd.DataFrame) -> list[str]:
    """Columns that a page shows: those that are filled, and local km only where there are no degrees."""
    filled = [name for name in COLUMNS if name in table and (table[name].notna().any() or not len(table))]
    local = not any(name in filled for name in _DEGREES)
    return [name for name in filled if name not in (_DEGREES if local else _LOCAL)]


def column_cells(table: pd.DataFrame, name: str) -> list[str]:
    """One column as HTML, numbers as people read them, with their standard error where the table has one."""
    decimals = COLUMNS[name][1]
    values = (100.0 * table[name] if name == "share" else table[name]).tolist()
    cells = [number(value, decimals) for value in values]
    if _ERRORS.get(name) not in table:
        return cells
    errors = [_error(error, decimals) for error in table[_ERRORS[name]].tolist()]
    return [f"{cell} <small>± {error}</small>" if error else cell for cell, error in zip(cells, errors, strict=True)]


def _error(error: float, decimals: int) -> str:
    """A standard error with one decimal more than its value where it is small; nothing where there is none.

    >>> _error(3.2, 0), _error(0.23, 0), _error(0.04, 0), _error(float("nan"), 1)
    ('3', '0.2', '&lt;0.1', '')
    """
    if not math.isfinite(error):
        return ""
    last = 10.0**-decimals
    if error >= 0.95 * last:
        return number(float(error), decimals)
    return f"&lt;{0.1 * last:.{decimals + 1}f}" if error < 0.05 * last else number(float(error), decimals + 1)
