"""The share of what lies around each event that falls into each cell of a grid.

A normal's share of a cell is a product of two differences of error functions; an ellipse is a round normal spread along
its longer axis. Cells are rectangles on the sphere's plane at the event's own latitude, so
that those of any grid tile the plane.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.etas._cell_mass_numba import add_masses
from seisweave.etas.widths import Widths

KM_PER_DEGREE = 111.195


@dataclass(frozen=True, eq=False)
class CellGrid:
    """Edges of columns and rows of cells, degrees, growing; longitudes run on across the date line.

    Errors: InputError for edges that do not grow.

    >>> grid = CellGrid.of_box((-118.0, -117.0, 33.0, 34.0), 0.5)
    >>> grid.shape, grid.longitude.tolist()
    ((2, 2), [-118.0, -117.5, -117.0])
    """

    longitude: Float[np.ndarray, " columns_and_one"]
    latitude: Float[np.ndarray, " rows_and_one"]

    def __post_init__(self) -> None:
        for name in ("longitude", "latitude"):
            edges = getattr(self, name)
            if len(edges) < 2 or not np.isfinite(edges).all() or not (np.diff(edges) > 0).all():
                raise InputError(f"edges of the cells in {name} are {edges[:4].tolist()}; give two or more that grow")

    @classmethod
    def of_box(cls, box: tuple[float, float, float, float], side_deg: float) -> CellGrid:
        """Cells of one side within west, east, south, north, which hold a whole number of them."""
        west, east, south, north = box
        east = east if east > west else east + 360.0
        columns, rows = round((east - west) / side_deg), round((north - south) / side_deg)
        return cls(west + side_deg * np.arange(columns + 1.0), south + side_deg * np.arange(rows + 1.0))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.latitude) - 1, len(self.longitude) - 1

    @cached_property
    def area_km2(self) -> Float[np.ndarray, "rows columns"]:
        """Of each cell on the sphere."""
        band = np.diff(np.sin(np.radians(self.latitude)))
        return np.outer(band, np.radians(np.diff(self.longitude))) * (KM_PER_DEGREE * 180.0 / np.pi) ** 2

    def cell_of(
        self, longitude: Float[np.ndarray, " n"], latitude: Float[np.ndarray, " n"]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Row and column of each place, -1 where it lies in no cell."""
        east = np.mod(longitude - self.longitude[0], 360.0) + self.longitude[0]
        column = np.searchsorted(self.longitude, east, side="right") - 1
        row = np.searchsorted(self.latitude, latitude, side="right") - 1
        inside = (row >= 0) & (row < self.shape[0]) & (column < self.shape[1])
        return np.where(inside, row, -1), np.where(inside, column, -1)


@dataclass(frozen=True, eq=False)
class GeographicPlaces:
    """Where n events lie, degrees, and the strike of what lies around them, radians from east to north.

    >>> GeographicPlaces(np.array([-117.0]), np.array([34.0])).strike is None
    True
    """

    longitude: Float[np.ndarray, " n"]
    latitude: Float[np.ndarray, " n"]
    strike: Float[np.ndarray, " n"] | None = None


def cell_masses(
    grid: CellGrid,
    place: GeographicPlaces,
    widths: Widths,
    shares: Float[np.ndarray, "p n k"],
    stretch: Float[np.ndarray, "p n"] | None = None,
) -> Float[np.ndarray, "p n rows columns"]:
    """The part of p mixtures of normals around each of n events in each cell.

    Arguments:
        grid: the cells.
        place: of the events, and the strike of their ellipses.
        widths: the normals.
        shares: how much of each.
        stretch: by which variances are multiplied along the strike, and divided across; none where not given.

    >>> grid, widths = CellGrid(np.array([-90.0, 0.0, 90.0]), np.array([-80.0, 0.0, 80.0])), Widths.down_to(1.0)
    >>> shares = widths.of_power_law(np.array([4.0]), 1.0)[None]
    >>> cell_masses(grid, GeographicPlaces(np.zeros(1), np.zeros(1)), widths, shares).round(5).ravel().tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    n = len(place.longitude)
    mass = np.zeros((len(shares), n, *grid.shape))
    if not mass.size:
        return mass
    longitude = np.mod(place.longitude - grid.longitude[0] + 90.0, 360.0) - 90.0 + grid.longitude[0]
    narrower = KM_PER_DEGREE * np.cos(np.radians(place.latitude))[:, None]
    strike = np.zeros(n) if place.strike is None else place.strike
    add_masses(
        (grid.longitude - longitude[:, None]) * narrower,
        (grid.latitude - place.latitude[:, None]) * KM_PER_DEGREE,
        np.stack([np.cos(strike), np.sin(strike)]),
        np.ones(shares.shape[:2]) if stretch is None else stretch,
        widths.u,
        shares,
        mass,
    )
    return mass
