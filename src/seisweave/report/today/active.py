"""Which faults are active: recent events given to the faults of a network, and the chances in the cells they lie in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from jaxtyping import Float, Int, Shaped

from seisweave.catalog.instants import span_of
from seisweave.errors import InputError
from seisweave.faults.assign import assign_events
from seisweave.faults.export import faults_geojson
from seisweave.faults.network import FaultNetwork
from seisweave.issued import IssuedForecast
from seisweave.report.today.given import DAY, Given, cells_of, in_region
from seisweave.report.today.ground import frame_of

_ALONG = 12  # points on each side of an outline that say which cells it lies in


@dataclass(frozen=True, eq=False)
class ActiveFaults:
    """Of f faults: outline, name, recent events (in `active_days`, in the last day), the last, the largest.

    n_elsewhere are recent events in the region that are on none. known is False where there was no catalog to say which
    are active.
    """

    outlines: tuple[Float[np.ndarray, "_ 2"], ...]
    names: tuple[str, ...]
    n_recent: Int[np.ndarray, " f"]
    n_day: Int[np.ndarray, " f"]
    last_time: Shaped[np.ndarray, " f"]
    largest: Float[np.ndarray, " f"]
    n_elsewhere: int
    known: bool

    def __len__(self) -> int:
        return len(self.names)

    def last_of(self, fault: int) -> np.datetime64:
        """The time of the last event of a fault."""
        return cast("np.datetime64", self.last_time[fault])

    @property
    def active(self) -> Int[np.ndarray, " a"]:
        """The active ones, that of most recent events first."""
        order = np.argsort(-self.n_recent, kind="stable")
        return order[self.n_recent[order] > 0]


def active_faults(given: Given) -> ActiveFaults | None:
    """Outlines of the network's faults, and which have had events lately; None without a network.

    Recent events are those of the catalog within `active_days` before now; without a catalog, none is known.

    Errors: InputError for a network in local km.
    """
    network = given.network
    if network is None:
        return None
    if network.projection is None:
        raise InputError("the network is in local km, without a place on Earth; leave it out of the page of today")
    surface = [f for f in faults_geojson(network)["features"] if f["properties"].get("kind") == "surface projection"]
    outlines = tuple(_ring(feature) for feature in surface)
    names = network.registered.names
    m = len(names)
    frame = frame_of(given.lead.latest.lon_edges, given.lead.latest.lat_edges)
    if m and not any(map(frame.ring, outlines)):
        raise InputError(
            "none of the network's faults comes into the map of the forecast; give a network of its region"
        )
    n_recent, n_day, largest = np.zeros(m, int), np.zeros(m, int), np.full(m, np.nan)
    last, elsewhere = np.full(m, np.datetime64("NaT", "us")), 0
    recent = None if given.catalog is None else _recent(given)
    if recent is not None and len(recent) and m:
        fault = _fault_of(network, recent)
        on = fault >= 0
        np.add.at(n_recent, fault[on], 1)
        np.add.at(n_day, fault[on & (recent.times >= given.now - DAY)], 1)
        for c in np.unique(fault[on]).tolist():
            last[c] = recent.times[fault == c].max()
            sizes = recent.magnitude[fault == c]
            largest[c] = np.nan if np.isnan(sizes).all() else np.nanmax(sizes)
        elsewhere = int((~on & in_region(given.lead.latest, recent.longitude, recent.latitude)).sum())
    return ActiveFaults(outlines, names, n_recent, n_day, last, largest, elsewhere, given.catalog is not None)


def cells_under(made: IssuedForecast, outline: Float[np.ndarray, "n 2"]) -> Int[np.ndarray, "c 2"]:
    """Cells of the region that an outline runs through, or that hold its middle."""
    if not len(outline):
        return np.zeros((0, 2), int)
    ends = np.roll(outline, -1, axis=0)
    share = np.linspace(0.0, 1.0, _ALONG, endpoint=False)[:, None, None]
    points = np.concatenate([(outline + share * (ends - outline)).reshape(-1, 2), outline.mean(axis=0)[None]])
    at = np.unique(cells_of(made, points[:, 0], points[:, 1]), axis=0)
    at = at[at[:, 0] >= 0]
    return at[made.inside[at[:, 0], at[:, 1]]]


def chance_under(made: IssuedForecast, outline: Float[np.ndarray, "n 2"], h: int, m: int) -> float:
    """The chance of an event in any of the cells that an outline lies in; NaN outside the region."""
    at = cells_under(made, outline)
    if not len(at):
        return float("nan")
    quiet = np.log1p(-np.minimum(made.cell_chance[h, m][at[:, 0], at[:, 1]], 1.0 - 1e-12))
    return float(-np.expm1(quiet.sum()))


def _recent(given: Given) -> Any:
    """Events with a depth within `active_days` before now."""
    catalog = given.catalog
    assert catalog is not None
    since = given.now - span_of(given.options.active_days)
    return catalog[(catalog.times >= since) & np.isfinite(catalog.depth_km)]


def _fault_of(network: FaultNetwork, recent: Any) -> Int[np.ndarray, " n"]:
    """The fault of each event, -1 for none; none where all of them are far from the network."""
    try:
        return assign_events(network, recent).fault
    except InputError:
        return np.full(len(recent), -1)


def _ring(feature: dict[str, Any]) -> Float[np.ndarray, "n 2"]:
    geometry = feature["geometry"]
    return np.zeros((0, 2)) if geometry is None else np.array(geometry["coordinates"][0])[:-1, :2]
