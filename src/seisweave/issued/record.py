"""A forecast on record: what was said, when, by which model and from which data; in a file that never changes.

All windows begin at `now`, the instant until which data were used, and last `horizon_days` each. `issued` is when it
was written by the clock, always a little later. Beyond `GRACE` (a 24th of the shortest window, an hour at most) the
windows count as begun, and the forecast is *pseudo-prospective*: made only when asked for, and it says so for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.instants import span_of
from seisweave.displayed import Displayed
from seisweave.errors import InputError
from seisweave.issued.rules import check_fields
from seisweave.issued.stored import digest_of_fields, write_fields

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import xarray as xr

GRACE = 1.0 / 24.0  # of the shortest window
_MOST_GRACE = np.timedelta64(1, "h")
_AHEAD = np.timedelta64(5, "m")  # that clocks may differ


@dataclass(frozen=True, eq=False, repr=False)
class IssuedForecast(Displayed):
    """Chances and expected numbers in a region and its cells, for h windows and m magnitudes ("this or more").

    Arguments:
        model: short name, like "etas".
        now: UTC; what came before it was used, nothing later; all windows begin at it.
        issued: UTC; when it was made, by the clock.
        model_digest: SHA-256 of the model, see `digests.digest_of_model`.
        inputs: names to SHA-256 of all else that was used: of the catalog, its events before `now`.
        version: of seisweave.
        horizon_days: lengths of the windows, growing.
        magnitudes: growing.
        lon_edges, lat_edges: of the cells, degrees, growing; longitudes may run on across the date line.
        inside: cells that belong to the region.
        chance: of at least one event in the region.
        expected: mean number in the region; NaN where the model gives chances only.
        levels, quantiles: of that number, growing; NaN where the model gives none.
        cell_chance, cell_expected: the same by cell, 0 outside the region.
        long_term_chance, long_term_expected, long_term_cell_expected: what a stationary rate would give.
        long_term: which rate that is, in words.
        pseudo_prospective: True where it was made after its windows had begun.
        notes: what a person should hear.

    Errors: InputError for shapes that do not belong together, and numbers that cannot be.

    >>> from seisweave.issued.example import example_issued
    >>> made = example_issued()
    >>> made.chance_of(1.0, 3.0), made.name
    (0.6, 'etas')
    """

    model: str
    now: np.datetime64
    issued: np.datetime64
    model_digest: str
    inputs: Mapping[str, str]
    version: str
    horizon_days: Float[np.ndarray, " h"]
    magnitudes: Float[np.ndarray, " m"]
    lon_edges: Float[np.ndarray, " x_and_one"]
    lat_edges: Float[np.ndarray, " y_and_one"]
    inside: Bool[np.ndarray, "y x"]
    chance: Float[np.ndarray, "h m"]
    expected: Float[np.ndarray, "h m"]
    levels: Float[np.ndarray, " q"]
    quantiles: Float[np.ndarray, "h m q"]
    cell_chance: Float[np.ndarray, "h m y x"]
    cell_expected: Float[np.ndarray, "h m y x"]
    long_term_chance: Float[np.ndarray, "h m"]
    long_term_expected: Float[np.ndarray, "h m"]
    long_term_cell_expected: Float[np.ndarray, "h m y x"]
    long_term: str
    pseudo_prospective: bool = False
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_fields(vars(self))
        late = is_late(self.now, self.issued, self.horizon_days)
        if late and not self.pseudo_prospective:
            raise InputError(
                f"issued at {self.issued}, when windows from {self.now} on had begun; it can be pseudo-prospective only"
            )
        if self.issued < self.now - _AHEAD:
            raise InputError(f"issued at {self.issued}, before {self.now}, until which data were used; no such can be")

    @property
    def name(self) -> str:
        """The model's short name, marked where the forecast is pseudo-prospective."""
        return f"{self.model} (pseudo-prospective)" if self.pseudo_prospective else self.model

    @property
    def digest(self) -> str:
        """SHA-256 of all that was said: the same for one that is made again, whenever; and part of the file's name."""
        return digest_of_fields(vars(self))

    @property
    def gives_numbers(self) -> bool:
        """Whether it tells expected numbers, not chances only."""
        return bool(np.isfinite(self.expected).all())

    @property
    def sides(self) -> Float[np.ndarray, "4 n"]:
        """West, south, east, north (degrees) of the cells of the region, row by row; west from -180 up to 180."""
        y, x = np.nonzero(self.inside)
        turn = 360.0 * np.floor((self.lon_edges[x] + 180.0) / 360.0)
        return np.stack(
            [self.lon_edges[x] - turn, self.lat_edges[y], self.lon_edges[x + 1] - turn, self.lat_edges[y + 1]]
        )

    def row(self, days: float, magnitude: float) -> tuple[int, int]:
        """Places of a window and a magnitude. Errors: InputError for one that it does not have."""
        found = []
        for name, value, known in (("days", days, self.horizon_days), ("magnitude", magnitude, self.magnitudes)):
            at = np.flatnonzero(np.abs(known - value) < 1e-9)
            if not len(at):
                raise InputError(f"{name} {value:g} is not among those of the forecast; give one of {known.tolist()}")
            found.append(int(at[0]))
        return found[0], found[1]

    def chance_of(self, days: float, magnitude: float) -> float:
        """The chance of an event of this or more within so many days from `now` on, in the region."""
        return float(self.chance[self.row(days, magnitude)])

    def long_term_cell_chance(self) -> Float[np.ndarray, "h m y x"]:
        """By cell, at the stationary rate of the first events of clusters: so that the region has its own chance."""
        rate, few = self.long_term_expected, 1e-300
        clusters = -np.log1p(-np.minimum(self.long_term_chance, 1.0 - 1e-12)) / np.maximum(rate, few)
        return -np.expm1(-self.long_term_cell_expected * clusters[..., None, None])

    def to_pandas(self) -> pd.DataFrame:
        """One row a window and magnitude: chance, expected number, its quantiles, and the long-term ones."""
        return import_module("seisweave.issued.frames").issued_table(self)

    def to_xarray(self) -> xr.Dataset:
        """All that is said over window (days), magnitude, latitude and longitude."""
        return import_module("seisweave.issued.frames").issued_dataset(self)

    def to_geodataframe(self) -> gpd.GeoDataFrame:
        """The region's cells as polygons with their chances; see `seisweave.issued.frames.issued_cells`."""
        return import_module("seisweave.issued.frames").issued_cells(self)

    def write(self, folder: str | Path) -> Path:
        """Write it as a file of its own below a folder: YYYY-MM/<now>-<model>-<digest>.nc; none is ever replaced.

        Errors: InputError where it has been issued already, or cannot be written.
        """
        return write_fields(vars(self), Path(folder))


def is_late(now: np.datetime64, issued: np.datetime64, horizon_days: Float[np.ndarray, " h"]) -> bool:
    """Whether a window from `now` on counts as begun at the instant of issue.

    >>> now = np.datetime64("2019-07-06T04:00", "us")
    >>> [is_late(now, now + np.timedelta64(minutes, "m"), np.array([1.0, 7.0])) for minutes in (59, 61)]
    [False, True]
    """
    return bool(issued > now + min(span_of(GRACE * float(horizon_days.min())), _MOST_GRACE))


def check_clock(now: np.datetime64, clock: np.datetime64, horizon_days: np.ndarray, *, pseudo: bool) -> None:
    """Refuse a forecast that cannot be made at this time of the clock, before the work.

    Errors: InputError for windows that have begun, unless `pseudo`, and for an instant still to come.
    """
    if now > clock + _AHEAD:
        raise InputError(
            f"now is {now}, and the clock says {clock}: what comes until then is not known; give an earlier"
        )
    if is_late(now, clock, horizon_days) and not pseudo:
        raise InputError(
            f"now is {str(now)[:19]} and the clock says {str(clock)[:19]}: its windows have begun, so this is no"
            " forecast any more; give --pseudo-prospective to have it say so for ever, or a later --now"
        )


def wall_clock() -> np.datetime64:
    """The clock's time, UTC."""
    from datetime import UTC, datetime

    return np.datetime64(datetime.now(UTC).replace(tzinfo=None), "us")
