"""New events given to the faults of a network that stays as it is.

Each event goes to the part that is densest at its place: a plate, blurred by the event's own error of location where
its catalog has one, else by the network's; a halo; or the background. Outside all boxes the background goes on as thin
as in the thinnest of them: an event that nothing but that holds is none's, and bears the probability of that. Not in
Kamer et al. (2020), whose networks end with the catalog they are made from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.csv_text import csv_of
from seisweave.faults.arrivals import Arrivals, arrivals_at
from seisweave.faults.assemble import score
from seisweave.faults.geometry import distances_from
from seisweave.faults.laid_out import lay_out, outside_density
from seisweave.faults.network import FaultNetwork
from seisweave.faults.own_events import errors_like
from seisweave.faults.plates import Plates
from seisweave.faults.register import Register
from seisweave.gaussians.mixture import inside_box
from seisweave.machine import available_cores
from seisweave.storage import write_table, write_text

if TYPE_CHECKING:
    import pandas as pd

_PAIRS = 500_000  # of event and plate, at once


@dataclass(frozen=True, eq=False)
class Assigned:
    """n events, and where in a network each belongs.

    fault, halo and segment are places in the network's tables, -1 for none; probability is that of the fault, halo,
    background or nothing that the event is given to. distance_km is from the event to the plate of its own fault (NaN:
    none), nearest and nearest_km the fault whose plate is nearest and how far that is (-1, NaN: there is none). none is
    true where no part of the network holds the event. The register has the faults' lasting numbers.
    """

    events: Arrivals
    fault: Int[np.ndarray, " n"]
    halo: Int[np.ndarray, " n"]
    segment: Int[np.ndarray, " n"]
    probability: Float[np.ndarray, " n"]
    distance_km: Float[np.ndarray, " n"]
    nearest: Int[np.ndarray, " n"]
    nearest_km: Float[np.ndarray, " n"]
    none: Bool[np.ndarray, " n"]
    register: Register

    def __len__(self) -> int:
        return len(self.fault)

    def table(self) -> pd.DataFrame:
        """The events' rows, and beside each what is known of it; `number` and `name` are those of its fault."""
        on = self.fault >= 0
        number, name = np.full(len(self), -1), np.full(len(self), "", dtype=object)
        number[on] = self.register.numbers[self.fault[on]]
        name[on] = np.array(self.register.names, dtype=object)[self.fault[on]]
        own = {"fault": self.fault, "number": number, "name": name, "halo": self.halo, "segment": self.segment}
        own |= {"probability": self.probability, "distance_km": self.distance_km, "nearest": self.nearest}
        own |= {"nearest_km": self.nearest_km, "none": self.none, "known": self.events.known}
        rows = self.events.table
        return rows.rename(columns={name: f"input_{name}" for name in own if name in rows}).assign(**own)

    def moved(self) -> pd.DataFrame:
        """One row a fault that has new events, the one of most first: how many, the first, the last, the largest."""
        import pandas as pd

        rows = self.table()
        on = rows[(rows["fault"] >= 0) & ~rows["known"]]
        wanted: dict[str, Any] = {"n_events": ("fault", "size")}
        if "time" in on:
            wanted |= {"first_time": ("time", "min"), "last_time": ("time", "max")}
        if "magnitude" in on:
            wanted |= {"largest_magnitude": ("magnitude", "max")}
        by = on.groupby(["number", "name", "fault"], sort=True).agg(**wanted).reset_index()
        return pd.DataFrame(by).sort_values("n_events", ascending=False, kind="stable", ignore_index=True)

    def write(self, path: str | Path) -> Path:
        """Save the table of events as .csv or .parquet, by the name."""
        path = Path(path)
        if path.suffix.lower() == ".parquet":
            write_table(path, self.table())
        else:
            write_text(path, csv_of(self.table()))
        return path

    def __str__(self) -> str:
        fresh = ~self.events.known
        counts = [fresh & (self.fault >= 0), fresh & (self.halo >= 0), fresh & self.none]
        on, halo, none = (int(each.sum()) for each in counts)
        faults = len(np.unique(self.fault[counts[0]]))
        return (
            f"{fresh.sum():,} new events: {on:,} on {faults:,} fault{'' if faults == 1 else 's'}, {halo:,} in halos,"
            f" {int(fresh.sum()) - on - halo - none:,} background, {none:,} far from everything"
        )


def assign_events(network: FaultNetwork, catalog: Any, *, jobs: int | None = None) -> Assigned:
    """Give the events of a catalog to the faults of a network, which stays as it is.

    Args:
        network: as `reconstruct_faults` and `open_network` give it; with its events as `source` those that it has
            already are told.
        catalog: events with depths, in any form that `reconstruct_faults` takes; they are projected as the network's.
        jobs: threads (default: all cores).

    Errors: InputError for no event, unknown depths, or a catalog of another region.

    >>> import seisweave as sw
    >>> rng = np.random.default_rng(1)
    >>> two_faults = np.concatenate([rng.normal(c, (5.0, 0.2, 3.0), (200, 3)) for c in ((0, 0, 8), (0, 30, 8))])
    >>> network = sw.reconstruct_faults(two_faults)
    >>> found = assign_events(network, np.array([[1.0, 0.1, 8.0], [2.0, 29.8, 9.0], [0.0, 15.0, 40.0]]))
    >>> len(set(found.fault[:2].tolist())), found.fault[2].item(), found.none.tolist()
    (2, -1, [False, False, True])
    """
    events, threads = arrivals_at(network, catalog), jobs or available_cores()
    inside, outside = _inside(network, events.xyz_km), outside_density(network)
    own = np.isfinite(events.covariance_km2).all(axis=1)
    fault, halo = np.full(len(events), -1), np.full(len(events), -1)
    probability = np.zeros(len(events))
    for rows, known in ((np.flatnonzero(own), True), (np.flatnonzero(~own), False)):
        if not len(rows):
            continue
        errors = errors_like(network, events.covariance_km2[rows] if known else None, len(rows))
        mixture = lay_out(network, events.xyz_km[rows], errors, threads=threads)
        mixture.outside = outside
        mixture.expect()
        part, probability[rows] = mixture.most_likely()
        fault[rows] = np.where(part < network.n_faults, part, -1)
        halo[rows] = np.where(part >= network.n_faults, part - network.n_faults, -1)
    distance, nearest, nearest_km = _distances(network.faults.plates, events.xyz_km, fault)
    return Assigned(
        events=_with_note(events, (fault < 0) & (halo < 0) & ~inside),
        fault=fault,
        halo=halo,
        segment=_segments(network, events.xyz_km, inside, outside, threads),
        probability=probability,
        distance_km=distance,
        nearest=nearest,
        nearest_km=nearest_km,
        none=(fault < 0) & (halo < 0) & ~inside,
        register=network.registered,
    )


def _with_note(events: Arrivals, none: np.ndarray) -> Arrivals:
    if not none.any():
        return events
    note = f"{none.sum():,} of {len(none):,} events are far from everything in the network, and none's"
    return replace(events, notes=(*events.notes, note))


def _inside(network: FaultNetwork, xyz_km: np.ndarray) -> Bool[np.ndarray, " n"]:
    """Which events lie in a box of the background."""
    mixture, xyz = network.mixture, np.ascontiguousarray(xyz_km.T)
    inside = np.zeros(len(xyz_km), bool)
    for box in zip(mixture.box_centre_km, mixture.box_axes, mixture.box_half_km, strict=True):
        inside |= inside_box(xyz, *box)
    return inside


def _segments(
    network: FaultNetwork, xyz_km: np.ndarray, inside: np.ndarray, outside: float, threads: int
) -> Int[np.ndarray, " n"]:
    _, part, _ = score(network.mixture, np.ascontiguousarray(xyz_km.T), threads)
    segment = np.where(part < network.n_segments, part, -1)
    away = np.flatnonzero(~inside & (segment >= 0))
    density = network.mixture.part_densities(xyz_km[away])[:, : network.n_segments].max(axis=1, initial=0.0)
    segment[away[density <= outside]] = -1
    return segment


def _distances(
    plates: Plates, xyz_km: np.ndarray, fault: np.ndarray
) -> tuple[Float[np.ndarray, " n"], Int[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Of each event: the distance to the plate of its fault, the nearest plate, and the distance to that, km."""
    n = len(xyz_km)
    own, nearest, nearest_km = np.full(n, np.nan), np.full(n, -1), np.full(n, np.nan)
    corners, step = plates.planes.corners_km, max(1, _PAIRS // max(1, len(plates)))
    for start in range(0, n if len(plates) else 0, step):
        rows = np.arange(start, min(n, start + step))
        distance = distances_from(corners, xyz_km[rows, None])
        nearest[rows] = distance.argmin(axis=1)
        nearest_km[rows] = distance.min(axis=1)
        on = fault[rows] >= 0
        own[rows[on]] = distance[on, fault[rows[on]]]
    return own, nearest, nearest_km
