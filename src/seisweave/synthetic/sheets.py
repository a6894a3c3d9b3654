"""Sheets: fault surfaces that bend in strike or flatten in dip, and the planes that stand for them.

A sheet is a developable strip: its strike turns steadily along it, its dip changes steadily down it. It is cut
into facets that turn by 10 and flatten by 12 degrees at most; a facet's plane touches the sheet in its middle and
the sheet leaves it by ½ κ x², which is the relief of that plane. A flat sheet is one plane.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

import numpy as np
from jaxtyping import Float, Int64

from seisweave.synthetic.rectangles import FaultRectangles

LARGEST_TURN_DEG = 10.0
LARGEST_FLATTENING_DEG = 12.0


@dataclass(frozen=True)
class Sheet:
    """A strip of fault: the middle of its top edge, and what it does from there.

    strike_deg is that of its middle; the strike turns by bend_deg from end to end (clockwise if positive). The dip
    is dip_deg all the way down, or changes steadily to bottom_dip_deg. width_km is measured down the sheet. Sheets
    of one system have its number.

    >>> bent = planes_of([Sheet(0.0, 0.0, 1.0, 0.0, 60.0, 90.0, 12.0, bend_deg=30.0)])
    >>> bent.planes.strike_deg.round(6).tolist(), bent.planes.length_km.tolist()
    ([350.0, 0.0, 10.0], [20.0, 20.0, 20.0])
    """

    x_km: float
    y_km: float
    top_km: float
    strike_deg: float
    length_km: float
    dip_deg: float
    width_km: float
    bend_deg: float = 0.0
    bottom_dip_deg: float | None = None
    system: int = 0

    @property
    def flattening_deg(self) -> float:
        """By how much the dip falls from top to bottom."""
        return 0.0 if self.bottom_dip_deg is None else self.dip_deg - self.bottom_dip_deg


@dataclass(frozen=True, eq=False)
class SheetPlanes:
    """The m planes of s sheets, sheet by sheet, along each first.

    facets is the number of planes along and down each sheet, first its first plane, system that of each plane,
    curvature_per_km the bending of the sheet in each plane, along and down.
    """

    planes: FaultRectangles
    curvature_per_km: Float[np.ndarray, "m 2"]
    system: Int64[np.ndarray, " m"]
    facets: Int64[np.ndarray, "s 2"]
    first: Int64[np.ndarray, " s"]
    sides_km: Float[np.ndarray, "s 2"]

    def fold(
        self, sheet: Int64[np.ndarray, " n"], place_km: Float[np.ndarray, "n 2"]
    ) -> tuple[Int64[np.ndarray, " n"], Float[np.ndarray, "n 2"]]:
        """Plane of places on sheets (km along and down from their middle), and the places in that plane."""
        facets, size = self.facets[sheet], self.sides_km[sheet] / self.facets[sheet]
        cell = np.floor(place_km / size + facets / 2).astype(np.int64)
        cell = np.clip(cell, 0, facets - 1)
        plane = self.first[sheet] + cell[:, 1] * facets[:, 0] + cell[:, 0]
        return plane, place_km - (cell + 0.5 - facets / 2) * size


def planes_of(sheets: list[Sheet]) -> SheetPlanes:
    """Cut sheets into planes: as many as their bending needs."""
    facets = np.array([_facets(sheet) for sheet in sheets])
    cut = [_cut(sheet, *counts) for sheet, counts in zip(sheets, facets.tolist(), strict=True)]
    counts = facets.prod(axis=1)
    strike, dip, length, width, x, y, depth, along, down = np.concatenate(cut).T
    return SheetPlanes(
        planes=FaultRectangles(strike % 360, dip, length, width, np.column_stack([x, y, depth])),
        curvature_per_km=np.column_stack([along, down]),
        system=np.repeat([sheet.system for sheet in sheets], counts),
        facets=facets,
        first=np.cumsum(counts) - counts,
        sides_km=np.array([[sheet.length_km, sheet.width_km] for sheet in sheets]),
    )


def _facets(sheet: Sheet) -> tuple[int, int]:
    along = max(ceil(abs(sheet.bend_deg) / LARGEST_TURN_DEG - 1e-9), 1)
    return along, max(ceil(abs(sheet.flattening_deg) / LARGEST_FLATTENING_DEG - 1e-9), 1)


def _cut(sheet: Sheet, n_along: int, n_down: int) -> Float[np.ndarray, "m 9"]:
    """Planes of a sheet: strike, dip, length, width, centre (3), curvature along and down."""
    along = ((np.arange(n_along) + 0.5) / n_along - 0.5) * sheet.length_km
    down = (np.arange(n_down) + 0.5) / n_down * sheet.width_km
    turn, flatten = np.radians(sheet.bend_deg) / sheet.length_km, np.radians(sheet.flattening_deg) / sheet.width_km
    rows = []
    for v in down:
        dip = np.radians(sheet.dip_deg) - flatten * v
        out, deep = _arc(v, np.radians(sheet.dip_deg), -flatten)  # to the right of the strike, and down
        for u in along:
            strike = np.radians(sheet.strike_deg) + turn * u
            north, east = _arc(u, np.radians(sheet.strike_deg), turn)
            x = sheet.x_km + east + out * np.cos(strike)
            y = sheet.y_km + north - out * np.sin(strike)
            size = (sheet.length_km / n_along, sheet.width_km / n_down)
            centre = (x, y, sheet.top_km + deep)
            rows.append((*np.degrees([strike, dip]), *size, *centre, turn * np.sin(dip), flatten))
    return np.array(rows)


def _arc(way: float, angle: float, turn: float) -> tuple[float, float]:
    """Where one gets in a way that starts at an angle and turns steadily: the integrals of its cosine and sine."""
    if abs(turn * way) < 1e-12:
        return way * np.cos(angle), way * np.sin(angle)
    end = angle + turn * way
    return (np.sin(end) - np.sin(angle)) / turn, (np.cos(angle) - np.cos(end)) / turn
