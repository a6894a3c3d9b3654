"""CSEP's two text formats, to the byte as pyCSEP reads and writes them.

The gridded forecast (.dat): no header; a row for every bin, tab-separated

    lon_0  lon_1  lat_0  lat_1  z_0  z_1  mag_0  mag_1  rate  flag

with magnitudes running fastest (Schorlemmer & Gerstenberger 2007, Seismological Research Letters 78, 30-36). The
catalog (.csv): lon,lat,mag,time_string,depth,catalog_id,event_id with times in milliseconds.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from seisweave.errors import InputError
from seisweave.forecast.gridded import LAST_EDGE, GriddedRates, upper_edges
from seisweave.storage import write_text

if TYPE_CHECKING:
    from seisweave.catalog.catalog import Catalog

_HEADER = "lon,lat,mag,time_string,depth,catalog_id,event_id"


def write_dat(rates: GriddedRates, path: str | Path) -> Path:
    """Write a gridded forecast; what `read_dat` reads is the same, and written again gives the same bytes.

    Edges are written as the shortest decimals that read back the same (west of the date line up to 180, east of it from
    -180 on), rates with 17 digits.

    >>> from tempfile import mkdtemp
    >>> from seisweave.forecast import GutenbergRichter, Volume, grid_forecast, uniform
    >>> volume, law = Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0)), GutenbergRichter(1.0, 0.05, 2.0, 1000)
    >>> path = write_dat(grid_forecast(uniform(volume), law, 3.0, step_deg=0.5), Path(mkdtemp()) / "forecast.dat")
    >>> path.read_text().split()[:8]
    ['-119.0', '-118.5', '32.5', '33.0', '0.0', '20.0', '4.95', '5.05']
    """
    path = Path(path)
    upper_magnitude = np.append(rates.magnitude[1:], max(LAST_EDGE, float(rates.magnitude[-1]) + 0.1))
    bins = [f"{float(low)!r}\t{float(high)!r}" for low, high in zip(rates.magnitude, upper_magnitude, strict=True)]
    depth = "\t".join(repr(float(d)) for d in rates.depth_km)
    west = np.where(rates.west >= 180.0 - 1e-9, np.round(rates.west - 360.0, 10), rates.west)
    east, north = upper_edges(west, rates.step_deg), upper_edges(rates.south, rates.step_deg)
    lines = []
    for c in range(len(rates.west)):
        cell = "\t".join(repr(float(v)) for v in (west[c], east[c], rates.south[c], north[c]))
        flag = int(rates.flag[c])
        lines += [
            f"{cell}\t{depth}\t{mags}\t{rate:.16e}\t{flag}\n" for mags, rate in zip(bins, rates.rate[c], strict=True)
        ]
    write_text(path, "".join(lines))
    return path


def read_dat(path: str | Path, *, name: str = "") -> GriddedRates:
    r"""Read a gridded forecast in the CSEP format.

    Errors: InputError for a file of another format: other columns, cells of several sizes, rows that do not fill the
    table of cells and magnitudes in order, rates below zero.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "one_cell.dat"
    >>> _ = path.write_text("-117 -116.5 34 34.5 0 20 4 5 0.75 1\n-117 -116.5 34 34.5 0 20 5 10 0.25 1\n")
    >>> rates = read_dat(path)
    >>> rates.name, rates.step_deg, rates.magnitude.tolist(), rates.expected
    ('one_cell', 0.5, [4.0, 5.0], 1.0)
    """
    path = Path(path)
    try:
        table = np.loadtxt(path, dtype=float, ndmin=2)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not a gridded forecast of CSEP ({' '.join(str(error).split())[:120]})") from None
    if table.shape[1] != 10 or len(table) == 0:
        raise InputError(
            f"{path}: has {table.shape[1]} columns; a gridded forecast of CSEP has 10, see the documentation"
        )
    if not np.isfinite(table).all():
        raise InputError(f"{path}: holds what is no number; a gridded forecast of CSEP has numbers alone")
    n_bins = int(np.argmax(np.append((table[1:, :4] != table[:-1, :4]).any(axis=1), True))) + 1
    if len(table) % n_bins or not _in_order(table, n_bins):
        raise InputError(
            f"{path}: rows do not run through {n_bins} magnitudes for every cell; write them in that order"
        )
    cells = table[::n_bins]
    size = np.round(np.concatenate([cells[:, 1] - cells[:, 0], cells[:, 3] - cells[:, 2]]), 6)
    if (size != size[0]).any() or size[0] <= 0:
        raise InputError(
            f"{path}: has cells of {size.min():g} to {size.max():g} degrees; only square ones of one size can be used"
        )
    rate = table[:, 8].reshape(-1, n_bins)
    if not (rate >= 0).all():
        raise InputError(f"{path}: holds rates below zero or none at all; give numbers of events")
    depth = (float(cells[0, 4]), float(cells[0, 5]))
    flag = cells[:, 9].astype(int)
    return GriddedRates(
        _joined(cells[:, 0]), cells[:, 2], float(size[0]), depth, table[:n_bins, 6], rate, flag, name or path.stem
    )


def _joined(west: np.ndarray) -> np.ndarray:
    """Western edges that run on beyond 180 where the cells lie on both sides of the date line."""
    edges = np.unique(west)
    gap = np.diff(edges)
    if not len(gap) or gap.max() <= edges[0] + 360.0 - edges[-1] + 1e-9:
        return west
    first = edges[int(np.argmax(gap)) + 1]
    return np.where(west < first, np.round(west + 360.0, 10), west)


def _in_order(table: np.ndarray, n_bins: int) -> bool:
    """Whether every cell has the same magnitudes, and one place, depth and flag."""
    blocks = table.reshape(-1, n_bins, 10)
    same_cell = (blocks[:, :, [0, 1, 2, 3, 4, 5, 9]] == blocks[:, :1, [0, 1, 2, 3, 4, 5, 9]]).all()
    rising = n_bins == 1 or (np.diff(blocks[0, :, 6]) > 0).all()
    return bool(same_cell and rising and (blocks[:, :, 6:8] == blocks[:1, :, 6:8]).all())


def write_csep_catalog(catalog: Catalog, path: str | Path) -> Path:
    """Write the CSEP catalog CSV with the very bytes pyCSEP writes: times cut to milliseconds, lines end in CR LF.

    Errors: InputError for events without time, magnitude or depth.

    >>> from tempfile import mkdtemp
    >>> from seisweave.synthetic import southern_california_like
    >>> path = write_csep_catalog(southern_california_like(n_events=2).catalog, Path(mkdtemp()) / "two.csv")
    >>> path.read_text().split()[0], len(path.read_text().splitlines())
    ('lon,lat,mag,time_string,depth,catalog_id,event_id', 3)
    """
    path = Path(path)
    for name, unknown in (
        ("time", np.isnat(catalog.times)),
        ("magnitude", np.isnan(catalog.magnitude)),
        ("depth", np.isnan(catalog.depth_km)),
    ):
        if unknown.any():
            raise InputError(f"{int(unknown.sum())} events have no {name}, which CSEP needs; select those with one")
    columns = (catalog.longitude, catalog.latitude, catalog.magnitude, catalog.times, catalog.depth_km, catalog.ids)
    lines = [_HEADER]
    for lon, lat, magnitude, time, depth, event in zip(*columns, strict=True):
        numbers = f"{float(lon)!r},{float(lat)!r},{float(magnitude)!r},{_time(time)},{float(depth)!r}"
        lines.append(f"{numbers},-1,{event}")
    write_text(path, "\r\n".join(lines) + "\r\n")
    return path


def _time(time: np.datetime64) -> str:
    """`2010-01-30T14:57:34.341000`, without a fraction where there is none, as Python writes times."""
    text = np.datetime_as_string(time.astype("datetime64[ms]"), unit="ms")
    whole, _, fraction = str(text).partition(".")
    return whole if int(fraction) == 0 else f"{whole}.{fraction}000"
