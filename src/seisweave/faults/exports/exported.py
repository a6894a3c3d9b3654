"""The faults of a network as exports want them: cut at the surface, with their attributes, on the map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

from seisweave.errors import InputError
from seisweave.faults.export import faults_table, halo_outlines, halos_table, network_events
from seisweave.faults.exports.options import ExportOptions
from seisweave.faults.geometry import clipped_corners
from seisweave.faults.network import FaultNetwork

if TYPE_CHECKING:
    import pandas as pd

_FARTHEST = 90.0  # degrees of longitude that an edge may span: more is a pole
_THINNEST_KM = 1e-3  # so that an upright plate has an outline


@dataclass(frozen=True, eq=False)
class ExportedFaults:
    """The k faults of a network that reach below the surface: `number` is theirs in the network.

    corners_km are those of their plates cut at depth 0, in order around them, local km: four where a plate lies along
    strike and dip. table has a row each, as `faults.csv` without its
    corners. events are those of the network where it holds them. left_out counts plates wholly above sea level.
    """

    network: FaultNetwork
    options: ExportOptions
    number: Int[np.ndarray, " k"]
    corners_km: list[Float[np.ndarray, "_ 3"]]
    table: pd.DataFrame
    halos: pd.DataFrame
    events: pd.DataFrame | None
    left_out: int

    def __len__(self) -> int:
        return len(self.number)

    @property
    def notes(self) -> tuple[str, ...]:
        """What every format has to tell of these faults."""
        if not self.left_out:
            return ()
        are = "1 fault lies" if self.left_out == 1 else f"{self.left_out} faults lie"
        return (f"{are} wholly above sea level and {'is' if self.left_out == 1 else 'are'} left out",)

    def title(self, k: int) -> str:
        """Name of a fault, by its number in the network."""
        return f"fault {self.number[k]}"

    def outlines(self) -> list[Float[np.ndarray, "_ 3"]]:
        """The shadow of each plate with its thickness on the surface, local km, counterclockwise."""
        from scipy.spatial import ConvexHull

        plates = self.network.faults.plates
        made = []
        for number, corners in zip(self.number, self.corners_km, strict=True):
            half = 0.5 * max(float(plates.planes.thickness_km[number]), _THINNEST_KM) * plates.axes[number, 2]
            thick = np.concatenate([corners - half, corners + half])
            made.append(thick[ConvexHull(thick[:, :2]).vertices])
        return made

    def halo_outlines(self) -> Float[np.ndarray, "h m 3"]:
        """The ellipse of two standard deviations of each halo on the map, local km."""
        return halo_outlines(self.network)


def exported_faults(network: FaultNetwork, options: ExportOptions | None = None) -> ExportedFaults:
    """The faults of a network, cut at the surface. Errors: InputError for a network without any there."""
    events = network_events(network)
    corners = network.planes.corners_km
    number = np.flatnonzero((corners[..., 2] > 0).any(axis=1))
    if not len(number):
        raise InputError(f"none of {network.n_faults} faults reaches below sea level; there is nothing to export")
    table = faults_table(network, events)
    table = table[[name for name in table if not str(name).startswith("corner")]]
    return ExportedFaults(
        network=network,
        options=options or ExportOptions(),
        number=number,
        corners_km=clipped_corners(corners[number]),
        table=table.iloc[number].reset_index(drop=True),
        halos=halos_table(network).assign(**_times(events, network.faults.halo_of_event, network.faults.n_halos)),
        events=events,
        left_out=network.n_faults - len(number),
    )


def _times(events: pd.DataFrame | None, label: Int[np.ndarray, " n"], n_halos: int) -> dict[str, pd.Series]:
    """First and last time of the events of each halo, where events have times."""
    from pandas.api.types import is_datetime64_any_dtype

    if events is None or "time" not in events or not is_datetime64_any_dtype(events["time"]):
        return {}
    groups = events["time"].reset_index(drop=True).groupby(label)
    spans = {"first_time": groups.min(), "last_time": groups.max()}
    return {name: times.reindex(np.arange(n_halos)) for name, times in spans.items()}


def on_the_map(network: FaultNetwork, ring_km: Float[np.ndarray, "m 3"], *, what: str) -> Float[np.ndarray, "m 2"]:
    """Longitude and latitude of a ring of local points; longitudes run on beyond ±180 across the date line.

    Errors: InputError for a ring with a pole in it, or beside it: no straight line on a map is its edge.
    """
    longitude, latitude = network.to_geographic(ring_km)
    steps = np.mod(np.diff(longitude, append=longitude[0]) + 180.0, 360.0) - 180.0
    if np.abs(steps).max() > _FARTHEST or abs(steps.sum()) > 1.0:
        raise InputError(
            f"{what} lies across a pole, or so near that its edges are none on a map; export it to vtp, tsurf or csv"
        )
    return np.stack([longitude[0] + np.concatenate([[0.0], np.cumsum(steps[:-1])]), latitude], axis=1)


def within_180(longitude: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
    """Longitudes from -180 to 180."""
    return np.where(np.abs(longitude) > 180.0, np.mod(longitude + 180.0, 360.0) - 180.0, longitude)
