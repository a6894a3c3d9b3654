"""Events that come to a network: in its own local km, with their errors, and whether it has them already.

An event is known by its id, or by its time and place, under whatever id (see `common_events`). A known event keeps the
place that the network has.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.as_catalog import as_hypocentres
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.checks import refuse_metres
from seisweave.catalog.local_xyz import LocalPoints
from seisweave.catalog.uncertainty import upper_elements
from seisweave.errors import InputError
from seisweave.faults.common_events import Tolerance, common_events, places_in
from seisweave.faults.export import network_events
from seisweave.faults.laid_out import region_of
from seisweave.faults.network import FaultNetwork
from seisweave.version import __version__

if TYPE_CHECKING:
    import pandas as pd

SAME_SECONDS, SAME_KM = 1.0, 1.0
_FAR = 0.5  # of the network's diagonal: how far beyond it events may be of its region


@dataclass(frozen=True, eq=False)
class Arrivals:
    """n events that come to a network, in its local km, and what is to be told of them.

    table has a row an event, as a result folder keeps it. covariance_km2 has the errors of location (xx, xy, xz, yy,
    yz, zz), NaN for an event that has none. known are those that the network has already.
    """

    table: pd.DataFrame
    xyz_km: Float[np.ndarray, "n 3"]
    covariance_km2: Float[np.ndarray, "n 6"]
    known: Bool[np.ndarray, " n"]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.xyz_km)


def arrivals_at(network: FaultNetwork, catalog: Any) -> Arrivals:
    """The events of a catalog, or of local points, as they come to a network.

    Errors: InputError for no event, unknown depths, events that are all of another region, local km for a network in
    degrees, and degrees for one in local km.
    """
    given = catalog if isinstance(catalog, LocalPoints) else as_hypocentres(catalog)
    if not len(given):
        raise InputError("the catalog has no event; give one with events, or widen the selection")
    table, xyz_km = _local(network, given)
    covariance = np.full((len(xyz_km), 6), np.nan)
    if isinstance(given, Catalog) and given.uncertainty is not None and network.options.location_errors == "catalog":
        full = given.uncertainty.complete()
        covariance[full] = upper_elements(given.uncertainty.covariances_km2()[full])
    _check_region(network, xyz_km)
    own = network_events(network)
    known = np.zeros(len(xyz_km), bool) if own is None else _known(own, table)
    return Arrivals(table, xyz_km, covariance, known, tuple(_notes(network, own, table, known)))


def _local(network: FaultNetwork, given: Catalog | LocalPoints | np.ndarray) -> tuple[Any, np.ndarray]:
    import pandas as pd

    if isinstance(given, Catalog):
        if network.projection is None:
            raise InputError("the network is in local km, the catalog in degrees; give points in the network's own km")
        unknown = int((~given.has_depth).sum())
        if unknown:
            raise InputError(
                f"{unknown} of {len(given)} events have no depth; leave them out with catalog.with_depth()"
            )
        refuse_metres(given)
        xyz_km = given.xyz_km(network.projection)
        return given.to_pandas().assign(x_km=xyz_km[:, 0], y_km=xyz_km[:, 1]), xyz_km
    if network.projection is not None:
        raise InputError("the network is in degrees, the points in local km; give a catalog with longitude, latitude")
    if isinstance(given, LocalPoints):
        xyz_km = given.xyz_km
        return given.rows.assign(x_km=xyz_km[:, 0], y_km=xyz_km[:, 1], depth_km=xyz_km[:, 2]), xyz_km
    xyz_km = np.array(given, dtype=float, order="C")
    if xyz_km.ndim != 2 or xyz_km.shape[1] != 3 or not np.isfinite(xyz_km).all():
        raise InputError(f"points have shape {xyz_km.shape}, or are not finite; give rows (x_km, y_km, depth_km)")
    return pd.DataFrame(xyz_km, columns=["x_km", "y_km", "depth_km"]), xyz_km


def _check_region(network: FaultNetwork, xyz_km: np.ndarray) -> None:
    low, high = region_of(network)
    middle, reach = 0.5 * (low + high), (0.5 + _FAR) * float(np.linalg.norm((high - low)[:2]))
    away = np.linalg.norm((xyz_km - middle)[:, :2], axis=1)
    if away.min() > reach:
        longitude, latitude = network.to_geographic(middle[None])
        where = f"{middle[0]:.0f}, {middle[1]:.0f} km"
        if network.projection is not None:
            where = f"{longitude[0]:.2f}, {latitude[0]:.2f}"
        raise InputError(
            f"none of the {len(xyz_km):,} events is of the network's region: the nearest is {away.min():,.0f} km from"
            f" its middle ({where}), which reaches {reach:,.0f} km; give a catalog of that region"
        )


def _known(own: pd.DataFrame, table: pd.DataFrame) -> Bool[np.ndarray, " n"]:
    """Which events are among the network's own."""
    common = common_events(places_in(table), places_in(own), Tolerance(SAME_SECONDS, SAME_KM))
    known = np.zeros(len(table), bool)
    known[common.first] = True
    return known


def _notes(network: FaultNetwork, own: pd.DataFrame | None, table: pd.DataFrame, known: np.ndarray) -> list[str]:
    notes = []
    if network.version and network.version != __version__:
        notes.append(f"the network is of version {network.version}, this is {__version__}: methods may differ")
    if own is None:
        return [*notes, "the network is without its events: which of the catalog's it has already is not known"]
    if known.any():
        notes.append(f"{known.sum():,} of {len(known):,} events are in the network already, by id or time and place")
    last, fresh = places_in(own).times, places_in(table).times[~known]
    if not np.isnat(last).all():
        until = last[~np.isnat(last)].max().astype("datetime64[s]")
        earlier = int((fresh < until).sum())
        if earlier:
            notes.append(f"{earlier:,} of the {len(fresh):,} other events are before the network's last event, {until}")
    return notes
