"""How much of a forecast lies in each cell of a grid of longitude and latitude.

Uniform parts are integrated by area. Every round kernel is integrated as a product of error functions in a frame of its
own, where degrees are as long as they are at its centre, which is an approximation for wide kernels; the sum over cells
that tile the volume is one to 1e-3. Gaussians of any shape are integrated as in `mass.py`, to 1e-4; boxes and plates by
places spread evenly over them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import ndtr, owens_t

from seisweave.errors import InputError
from seisweave.forecast.forecast import Forecast
from seisweave.forecast.gaussian_parts import Boxes, Gaussians
from seisweave.forecast.kernels import Kernels
from seisweave.forecast.mass import slices, whitening
from seisweave.forecast.plate_parts import PlateParts
from seisweave.forecast.uniform import Uniform
from seisweave.forecast.volume import Volume

_REACH, _SLICES = 6.0, 12
_STEEP_DEG = 75.0  # beyond this latitude degrees of longitude change too fast for a kernel's own frame
_POLE_KM = 6356.7  # the smallest radius: reaches in degrees are rather too large
_EQUATOR_KM, _FLATTENING2 = 6378.137, 0.00669437999014  # WGS84: radius, squared eccentricity


@dataclass(frozen=True, eq=False)
class CellGrid:
    """A grid of cells: edges in degrees, ascending, columns of longitude and rows of latitude.

    >>> CellGrid.over((-119.0, -115.0, 32.5, 35.5), 0.5).shape
    (6, 8)
    """

    lon_edge: Float[np.ndarray, " columns_and_one"]
    lat_edge: Float[np.ndarray, " rows_and_one"]

    @classmethod
    def over(cls, box: tuple[float, float, float, float], step_deg: float) -> CellGrid:
        """Cells whose edges are whole multiples of a step, over a box (west, east, south, north)."""
        if not 0.005 <= step_deg <= 10.0:
            raise InputError(f"cells of {step_deg} degrees; give a step of 0.005 to 10")
        west, east, south, north = box
        return cls(_multiples(west, east, step_deg), _multiples(south, north, step_deg))

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.lat_edge) - 1, len(self.lon_edge) - 1


def cell_masses(forecast: Forecast, grid: CellGrid) -> Float[np.ndarray, "rows columns"]:
    """Share of the forecast in each cell; nothing of it lies outside the volume.

    >>> from seisweave.forecast.forecast import uniform
    >>> volume = Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0))
    >>> share = cell_masses(uniform(volume), CellGrid.over(volume.box, 0.5))
    >>> share.shape, round(float(share.sum()), 3)
    ((6, 8), 1.0)
    """
    clipped = _clipped(grid, forecast.volume)
    mass = np.zeros(grid.shape)
    for weight, part, own in zip(forecast.weight, forecast.parts, forecast.mass, strict=True):
        mass += weight / own * _part_masses(part, forecast.volume, clipped)
    return mass


def _part_masses(part: object, volume: Volume, grid: CellGrid) -> np.ndarray:
    if isinstance(part, Uniform):
        return _areas(grid, volume) * (volume.depth_km[1] - volume.depth_km[0]) / volume.km3
    if isinstance(part, Kernels) and max(map(abs, volume.box[2:])) > _STEEP_DEG:
        return _steep_masses(part, volume, grid)
    if isinstance(part, Kernels):
        return _kernel_masses(part, volume, grid)
    if isinstance(part, Gaussians):
        return _gaussian_masses(part, volume, grid)
    if isinstance(part, Boxes | PlateParts):
        return _masses_of_places(part, volume, grid)
    raise InputError(f"parts of kind {type(part).__name__} cannot be put on a grid; use those of seisweave.forecast")


def _multiples(low: float, high: float, step: float) -> np.ndarray:
    """Whole multiples of a step from at or below `low` to at or above `high`, as the decimal numbers they are."""
    first, last = int(np.floor(low / step + 1e-6)), int(np.ceil(high / step - 1e-6))
    return np.round(np.arange(first, last + 1) * step, 10)


def _clipped(grid: CellGrid, volume: Volume) -> CellGrid:
    """The same cells, with what lies outside the volume squeezed to nothing."""
    west, east, south, north = volume.box
    return CellGrid(np.clip(grid.lon_edge, west, east), np.clip(grid.lat_edge, south, north))


def _corners_km(grid: CellGrid, volume: Volume) -> np.ndarray:
    """Corners of the cells in local km (rows + 1, columns + 1, 2)."""
    lon, lat = np.meshgrid(grid.lon_edge, grid.lat_edge)
    x_km, y_km = volume.projection.to_local(lon.ravel(), lat.ravel())
    return np.stack([x_km, y_km], axis=1).reshape(*lon.shape, 2)


def _areas(grid: CellGrid, volume: Volume) -> np.ndarray:
    corner = _corners_km(grid, volume)
    ring = [corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1]]
    return 0.5 * np.sum([_cross(p, q) for p, q in zip(ring, [*ring[1:], ring[0]], strict=True)], axis=0)


def _kernel_masses(kernels: Kernels, volume: Volume, grid: CellGrid) -> np.ndarray:
    from seisweave.forecast._cells_numba import add_kernels

    lon, lat = volume.projection.to_geographic(kernels.xyz_km[:, 0], kernels.xyz_km[:, 1])
    lon, (north_km, east_km) = volume.eastings(lon), _degree_km(lat)
    top, bottom = ((depth - kernels.xyz_km[:, 2]) / kernels.sigma_km for depth in volume.depth_km)
    weight, mass = kernels.weight * (ndtr(bottom) - ndtr(top)), np.zeros(grid.shape)
    add_kernels(
        lon, lat, kernels.sigma_km / east_km, kernels.sigma_km / north_km, weight, grid.lon_edge, grid.lat_edge, mass
    )
    return mass


def _steep_masses(kernels: Kernels, volume: Volume, grid: CellGrid) -> np.ndarray:
    """The masses of round kernels near a pole: in local km, on the rows and columns each of them reaches."""
    corner, mass = _corners_km(grid, volume), np.zeros(grid.shape)
    lon, lat = volume.projection.to_geographic(kernels.xyz_km[:, 0], kernels.xyz_km[:, 1])
    lon, reach = volume.eastings(lon), np.degrees(_REACH * kernels.sigma_km / _POLE_KM)
    top, bottom = ((depth - kernels.xyz_km[:, 2]) / kernels.sigma_km for depth in volume.depth_km)
    weight, around_pole = kernels.weight * (ndtr(bottom) - ndtr(top)), np.abs(lat) + reach >= 90.0
    ratio = np.sin(np.radians(np.minimum(reach, 90.0))) / np.maximum(np.cos(np.radians(lat)), 1e-9)
    aside = np.where(around_pole, 360.0, np.degrees(np.arcsin(np.minimum(ratio, 1.0))))
    for k in range(len(weight)):
        rows = _between(grid.lat_edge, lat[k] - reach[k], lat[k] + reach[k])
        for turn in (-360.0, 0.0, 360.0) if aside[k] < 180.0 else (0.0,):
            columns = _between(grid.lon_edge, lon[k] + turn - aside[k], lon[k] + turn + aside[k])
            window = corner[rows.start : rows.stop + 1, columns.start : columns.stop + 1]
            if window.shape[0] > 1 and window.shape[1] > 1:
                mass[rows, columns] += weight[k] * _round_cells((window - kernels.xyz_km[k, :2]) / kernels.sigma_km[k])
    return mass


def _between(edge: np.ndarray, low: float, high: float) -> slice:
    """The cells that reach into a range."""
    first = max(int(np.searchsorted(edge, low, side="right")) - 1, 0)
    return slice(first, max(min(int(np.searchsorted(edge, high, side="left")), len(edge) - 1), first))


def _degree_km(latitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Length of a degree of latitude, and of longitude, km (WGS84)."""
    sine2 = np.sin(np.radians(latitude)) ** 2
    bend = 1.0 - _FLATTENING2 * sine2
    north = np.radians(_EQUATOR_KM * (1.0 - _FLATTENING2)) / bend**1.5
    return north, np.radians(_EQUATOR_KM) * np.cos(np.radians(latitude)) / np.sqrt(bend)


def _gaussian_masses(part: Gaussians, volume: Volume, grid: CellGrid) -> np.ndarray:
    corner, mass = _corners_km(grid, volume), np.zeros(grid.shape)
    for weight, mean, covariance in zip(part.weight, part.mean_km, part.covariance_km2, strict=True):
        reach = _REACH * np.sqrt(np.diagonal(covariance)[:2])
        near = (np.abs(corner - mean[:2]) <= reach).all(axis=2)
        rows, columns = _window(near, corner, mean[:2], reach)
        share, centre, within = slices(volume.depth_km, mean, covariance, count=_SLICES, reach=4.5)
        to_round, window = whitening(within), corner[rows.start : rows.stop + 1, columns.start : columns.stop + 1]
        for s, c in zip(share, centre, strict=True):
            mass[rows, columns] += weight * s * _round_cells((window - c) @ to_round.T)
    return mass


def _window(near: np.ndarray, corner: np.ndarray, mean: np.ndarray, reach: np.ndarray) -> tuple[slice, slice]:
    """The block of cells that a Gaussian reaches, with a cell to spare on each side."""
    low, high = mean - reach, mean + reach
    x, y = corner[..., 0], corner[..., 1]
    rows = np.flatnonzero((y.max(axis=1) >= low[1]) & (y.min(axis=1) <= high[1]))
    columns = np.flatnonzero((x.max(axis=0) >= low[0]) & (x.min(axis=0) <= high[0]))
    if len(rows) == 0 or len(columns) == 0:  # between two edges, or outside
        rows = np.array([int(np.argmin(np.abs(y.mean(axis=1) - mean[1])))])
        columns = np.array([int(np.argmin(np.abs(x.mean(axis=0) - mean[0])))])
    n_rows, n_columns = near.shape[0] - 1, near.shape[1] - 1
    return (
        slice(max(0, rows[0] - 1), min(n_rows, rows[-1] + 1)),
        slice(max(0, columns[0] - 1), min(n_columns, columns[-1] + 1)),
    )


def _round_cells(corner: np.ndarray) -> np.ndarray:
    """What a unit Gaussian about the origin has in cells with given corners: the sum round their four sides."""
    upwards, right = _side(corner[:-1], corner[1:]), _side(corner[:, :-1], corner[:, 1:])
    return np.maximum(right[:-1] + upwards[:, 1:] - right[1:] - upwards[:, :-1], 0.0)


def _side(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """(1/2π) ∫ (1 - exp(-r²/2)) dθ along straight sides: the angle swept less Owen's T, see `mass.py`."""
    side = end - start
    length = np.maximum(np.linalg.norm(side, axis=-1), 1e-300)
    turn, along = _cross(start, end), np.einsum("...i,...i", start, end)
    h = np.maximum(np.abs(turn) / length, 1e-150)
    a = np.einsum("...i,...i", start, side) / length
    beyond = owens_t(h, (a + length) / h) - owens_t(h, a / h)
    return np.arctan2(turn, along) / (2.0 * np.pi) - np.sign(turn) * beyond


def _cross(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    return p[..., 0] * q[..., 1] - p[..., 1] * q[..., 0]


def _masses_of_places(part: Boxes | PlateParts, volume: Volume, grid: CellGrid) -> np.ndarray:
    mass = np.zeros(grid.shape)
    for weight, xyz_km in part.places():
        lon, lat = volume.projection.to_geographic(xyz_km[:, 0], xyz_km[:, 1])
        inside = volume.contains(lon, lat, xyz_km[:, 2])
        row = np.searchsorted(grid.lat_edge, lat[inside], side="right") - 1
        column = np.searchsorted(grid.lon_edge, volume.eastings(lon[inside]), side="right") - 1
        hit = (row >= 0) & (row < grid.shape[0]) & (column >= 0) & (column < grid.shape[1])
        np.add.at(mass, (row[hit], column[hit]), weight / len(xyz_km))
    return mass
