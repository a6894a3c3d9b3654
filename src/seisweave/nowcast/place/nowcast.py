"""One nowcast by place: the chances of every cell on a day, or in the days from it on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Shaped
from numpy.typing import ArrayLike

from seisweave.catalog.instants import in_short
from seisweave.displayed import Displayed
from seisweave.geo_frames import cells, geo_frame
from seisweave.storage import write_text

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import xarray as xr


@dataclass(frozen=True)
class LikeliestCell:
    """The middle of a cell (degrees), its chance, and how many times its long-term chance that is."""

    latitude: float
    longitude: float
    probability: float
    times_usual: float


@dataclass(frozen=True, eq=False, repr=False)
class PlaceNowcast(Displayed):
    """Chances of at least one event of each magnitude (m) in each cell, the long-term ones, and ETAS's if fitted.

    latitude (rows) and longitude (columns) are those of the cells' middles, degrees. begins is the instant at which the
    first day begins, where that is not the midnight (UTC) of `day`.

    >>> chance, usual = np.array([[[0.02, 0.01]]]), np.array([[[0.001, 0.002]]])  # one magnitude, one row of two cells
    >>> middles = np.array([34.25]), np.array([-117.75, -117.25])
    >>> made = PlaceNowcast(np.datetime64("2019-07-05"), 1, (4.5,), chance, usual, *middles)
    >>> round(float(made.anywhere()[0][0]), 4), round(made.likeliest()[0].times_usual)
    (0.0298, 20)
    """

    day: np.datetime64
    days: int
    magnitudes: tuple[float, ...]
    probability: Float[np.ndarray, "m rows columns"]
    long_term: Float[np.ndarray, "m rows columns"]
    latitude: Shaped[np.ndarray, " rows"]
    longitude: Shaped[np.ndarray, " columns"]
    etas: Float[np.ndarray, "m rows columns"] | None = None
    begins: np.datetime64 | None = None

    @property
    def when(self) -> str:
        """The day, or the first and the last; or how long from which instant."""
        if self.begins is not None:
            long = "24 hours" if self.days == 1 else f"{self.days} days"
            return f"the {long} from {in_short(self.begins)} UTC"
        last = self.day + np.timedelta64(self.days - 1, "D")
        return str(self.day) if self.days == 1 else f"{self.day} to {last}"

    def anywhere(self) -> tuple[Float[np.ndarray, " m"], Float[np.ndarray, " m"]]:
        """Chances of at least one event anywhere on the grid, as if cells were independent; and the long-term ones."""
        return tuple(1.0 - np.prod(1.0 - p, axis=(1, 2)) for p in (self.probability, self.long_term))  # type: ignore

    def likeliest(self) -> tuple[LikeliestCell, ...]:
        """The cell of the highest chance, for each magnitude."""
        cells = []
        for chance, usual in zip(self.probability, self.long_term, strict=True):
            row, column = np.unravel_index(int(chance.argmax()), chance.shape)
            most = chance[row, column]
            middle = float(self.latitude[row]), float(_turned(self.longitude[column]))
            cells.append(LikeliestCell(*middle, float(most), float(most / usual[row, column])))
        return tuple(cells)

    def table(self) -> pd.DataFrame:
        """One row a cell, from the south-west: its middle, and chance, long-term chance, ETAS's of each threshold."""
        import pandas as pd

        rows, columns = len(self.latitude), len(self.longitude)
        values = {"latitude": np.repeat(self.latitude, columns), "longitude": np.tile(_turned(self.longitude), rows)}
        for k, magnitude in enumerate(self.magnitudes):
            values[f"p_m{magnitude:g}"] = self.probability[k].ravel()
            values[f"long_term_m{magnitude:g}"] = self.long_term[k].ravel()
            if self.etas is not None:
                values[f"etas_m{magnitude:g}"] = self.etas[k].ravel()
        return pd.DataFrame(values)

    def to_pandas(self) -> pd.DataFrame:
        """The same as `table`."""
        return self.table()

    def to_xarray(self) -> xr.Dataset:
        """Chances over magnitude, latitude and longitude (middles of cells; longitudes may run on beyond 180)."""
        import xarray as xr

        axes = ("magnitude", "latitude", "longitude")
        told = {"probability": self.probability, "long_term": self.long_term, "etas": self.etas}
        where = {"magnitude": list(self.magnitudes), "latitude": self.latitude, "longitude": self.longitude}
        values = {name: (axes, value) for name, value in told.items() if value is not None}
        return xr.Dataset(values, where, {"when": self.when, "days": self.days})

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """`table` with the cells as polygons (WGS84). Errors: InputError without GeoPandas."""
        table = self.table()
        spaced = [np.diff(axis) for axis in (self.latitude, self.longitude) if len(axis) > 1]
        half = 0.5 * abs(float(spaced[0][0])) if spaced else 0.25
        south, west = table["latitude"].to_numpy() - half, table["longitude"].to_numpy() - half
        return geo_frame(table, cells(west, south, west + 2 * half, south + 2 * half))

    def write(self, path: str | Path) -> Path:
        """Write the table as CSV."""
        write_text(Path(path), self.table().to_csv(index=False))
        return Path(path)


def _turned(longitude: ArrayLike) -> np.ndarray:
    """Longitudes that run on beyond 180 as they are on maps; the others to the last bit."""
    degrees = np.asarray(longitude, float)
    return np.where(degrees > 180.0, np.round(degrees - 360.0, 9), degrees)
