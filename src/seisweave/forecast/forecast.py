"""A forecast: a probability density of where the next earthquake is, over a stated volume.

    f(x) = Σ_c w_c f_c(x) / Z_c   inside the volume, 0 outside,   Z_c = ∫_volume f_c

Every part is cut off at the faces of the volume and scaled by its own mass inside, so that the weights w are shares
of the events and the whole integrates to one. Kamer et al. (2020) and Zechar & Jordan (2010) do not cut off; where
part of a model lies outside the volume, theirs scores lower for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from seisweave.displayed import Displayed
from seisweave.errors import InputError
from seisweave.forecast.uniform import Uniform
from seisweave.forecast.volume import Volume

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    import xarray as xr


@runtime_checkable
class Part(Protocol):
    """A density over all space, in local km."""

    def log_density(self, xyz_km: np.ndarray, *, jobs: int | None = None) -> np.ndarray:
        """Logarithm of the density, log(1/km³)."""
        ...

    def mass(self, volume: Volume) -> float:
        """Its integral over a volume."""
        ...


@dataclass(frozen=True, eq=False, repr=False)
class Forecast(Displayed):
    """A weighted sum of parts (c of them) over a volume, each normalised there; see the module's equation.

    mass holds the Z of the parts, told how the forecast came about (options, numbers), for summaries.

    >>> box = Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0))
    >>> forecast = uniform(box).named("flat", n_events=0)
    >>> inside_and_above = np.array([-118.0, -118.0]), np.array([34.0, 34.0]), np.array([5.0, -1.0])
    >>> (np.exp(forecast.log_density(*inside_and_above)) * box.km3).round(6).tolist()
    [1.0, 0.0]
    """

    name: str
    volume: Volume
    parts: tuple[Part, ...]
    weight: Float[np.ndarray, " c"]
    mass: Float[np.ndarray, " c"]
    told: Mapping[str, Any] = field(default_factory=dict)

    def log_density(
        self,
        longitude: Float[np.ndarray, " n"],
        latitude: Float[np.ndarray, " n"],
        depth_km: Float[np.ndarray, " n"],
        *,
        jobs: int | None = None,
    ) -> Float[np.ndarray, " n"]:
        """Logarithm of the density, log(1/km³), at places in degrees and km; -inf outside the volume."""
        with np.errstate(divide="ignore"):
            log_parts = self.log_parts(longitude, latitude, depth_km, jobs=jobs) + np.log(self.weight)
        return _log_sum_exp(log_parts)

    def log_parts(
        self,
        longitude: Float[np.ndarray, " n"],
        latitude: Float[np.ndarray, " n"],
        depth_km: Float[np.ndarray, " n"],
        *,
        jobs: int | None = None,
    ) -> Float[np.ndarray, "n c"]:
        """Logarithm of the normalised density of each part, unweighted."""
        longitude, latitude, depth_km = (np.atleast_1d(np.asarray(v, float)) for v in (longitude, latitude, depth_km))
        inside = self.volume.contains(longitude, latitude, depth_km)
        log = np.full((len(longitude), len(self.parts)), -np.inf)
        if inside.any():
            xyz_km = self.volume.xyz_km(longitude[inside], latitude[inside], depth_km[inside])
            columns = [
                part.log_density(xyz_km, jobs=jobs) - np.log(z) for part, z in zip(self.parts, self.mass, strict=True)
            ]
            log[inside] = np.stack(columns, axis=1)
        return log

    @cached_property
    def uniform_share(self) -> float:
        """Weight of the uniform parts: what the forecast leaves to places where nothing is known."""
        return float(sum(w for w, part in zip(self.weight, self.parts, strict=True) if isinstance(part, Uniform)))

    def with_floor(self, share: float) -> Forecast:
        """The same with a share of a uniform density mixed in. Errors: InputError unless 0 <= share < 1."""
        if not 0.0 <= share < 1.0:
            raise InputError(f"floor is {share}; give a share of the events, from 0 to below 1")
        return mix([self, uniform(self.volume)], [1.0 - share, share], name=self.name)

    def named(self, name: str, **told: Any) -> Forecast:
        """The same under another name, with more told about it."""
        return replace(self, name=name, told={**self.told, **told})

    def to_xarray(self, step_deg: float | None = None) -> xr.Dataset:
        """Shares of the forecast in cells of so many degrees, seen from above; see `seisweave.forecast.frames`."""
        return import_module("seisweave.forecast.frames").forecast_cells(self, step_deg)

    def to_pandas(self, step_deg: float | None = None) -> pd.DataFrame:
        """The same, one row a cell: west, south, east, north, share and how many times a uniform forecast's that is."""
        return import_module("seisweave.forecast.frames").cell_table(self.to_xarray(step_deg))

    def to_geodataframe(self, step_deg: float | None = None) -> gpd.GeoDataFrame:
        """The same with the cells as polygons (WGS84). Errors: InputError without GeoPandas."""
        return import_module("seisweave.forecast.frames").with_cells(self.to_pandas(step_deg))

    def write(self, path: str | Path) -> Path:
        """Save as netCDF-4; the file appears whole or not at all, and `open_forecast` reads it back identical."""
        from seisweave.forecast.dataset import to_dataset
        from seisweave.storage import write_dataset

        return write_dataset(to_dataset(**{each.name: getattr(self, each.name) for each in fields(self)}), path)


def forecast_of(name: str, volume: Volume, parts: Sequence[Part], shares: Sequence[float], **told: Any) -> Forecast:
    """A forecast of parts with shares, given over all space: a part keeps the weight of what it has in the volume.

    That is the density of the parts' sum, given that an event is inside. Parts with nothing inside are left out.
    Errors: InputError when all of them lie outside.
    """
    mass = np.array([part.mass(volume) for part in parts])
    weight = mass * np.array(shares)
    keep = weight > 0
    if not keep.any():
        raise InputError(
            f"nothing of the forecast {name} lies inside the volume {volume.describe()}; give a volume around it"
        )
    kept = tuple(part for part, k in zip(parts, keep, strict=True) if k)
    return Forecast(name, volume, kept, weight[keep] / weight.sum(), mass[keep], told)


def uniform(volume: Volume) -> Forecast:
    """The forecast that knows nothing: 1/km³ of the volume everywhere.

    >>> box = Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0))
    >>> places = np.array([-118.0]), np.array([34.0]), np.array([5.0])
    >>> round(float(uniform(box).log_density(*places)[0]), 4)
    -15.2721
    """
    return Forecast("uniform", volume, (Uniform(volume),), np.ones(1), np.ones(1))


def mix(forecasts: Sequence[Forecast], weight: Sequence[float] | np.ndarray, *, name: str = "mixture") -> Forecast:
    """One forecast from several over the same volume; weights (their shares of the events) are scaled to sum to one.

    Errors: InputError for different volumes, or weights that cannot be shares.

    >>> box = Volume((-121.0, -115.0, 32.5, 36.0), (0.0, 20.0))
    >>> whole = mix([uniform(box).named("one"), uniform(box).named("other")], [3.0, 1.0])
    >>> whole.told["mixed"]
    {'one': 0.75, 'other': 0.25}
    """
    shares = np.asarray(weight, float)
    if len(forecasts) == 0 or shares.shape != (len(forecasts),) or not (shares >= 0).all() or not shares.sum() > 0:
        raise InputError(f"{len(forecasts)} forecasts are mixed with weights {shares.tolist()}; give a share each")
    if any(other.volume != forecasts[0].volume for other in forecasts[1:]):
        raise InputError("forecasts over different volumes cannot be mixed; make them over the same one")
    shares = shares / shares.sum()
    return Forecast(
        name,
        forecasts[0].volume,
        tuple(part for forecast in forecasts for part in forecast.parts),
        np.concatenate([share * forecast.weight for share, forecast in zip(shares, forecasts, strict=True)]),
        np.concatenate([forecast.mass for forecast in forecasts]),
        {"mixed": {forecast.name: float(share) for share, forecast in zip(shares, forecasts, strict=True)}},
    )


def fit_shares(
    log_density: Float[np.ndarray, "n c"], *, floor: float = 0.0, rounds: int = 2000
) -> Float[np.ndarray, " c"]:
    """Shares of densities (columns) that make events (rows) most likely: EM, which finds the one maximum there is.

    No share falls below `floor`. Rows where every density is zero are left out.

    >>> fit_shares(np.log([[0.9, 0.1], [0.8, 0.2], [0.1, 0.7]])).round(3).tolist()
    [0.705, 0.295]
    """
    shift = log_density.max(axis=1)
    known = np.isfinite(shift)
    density = np.exp(log_density[known] - shift[known, None])
    n_columns = log_density.shape[1]
    share = np.full(n_columns, 1.0 / n_columns)
    for _ in range(rounds if known.any() else 0):
        responsibility = density * share
        fresh = (responsibility / responsibility.sum(axis=1, keepdims=True)).mean(axis=0)
        settled = np.abs(fresh - share).max() < 1e-9
        share = fresh
        if settled:
            break
    share = np.maximum(share, floor)
    return share / share.sum()


def _log_sum_exp(log: np.ndarray) -> np.ndarray:
    """Logarithm of the sum over the columns; -inf where all are."""
    largest = log.max(axis=1)
    safe = np.where(np.isfinite(largest), largest, 0.0)
    with np.errstate(divide="ignore"):
        return safe + np.log(np.exp(log - safe[:, None]).sum(axis=1))
