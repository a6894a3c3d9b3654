"""On which fault of a network each mechanism is: that of its event, or else that of its own hypocentre."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int, Shaped

from seisweave.errors import InputError
from seisweave.faults.common_events import CommonEvents, Places, Tolerance, common_events, places_of
from seisweave.faults.mechanisms.mechanisms import Mechanisms
from seisweave.faults.network import FaultNetwork

_BLOCK = 10_000_000  # responsibilities at a time
HYPOCENTRE, NOT = "hypocentre", ""


@dataclass(frozen=True, eq=False)
class OnFaults:
    """Of each of n mechanisms: its event of the network (-1: none), how it was found ("" not), its fault (-1: none).

    xyz_km is the place of its event, or else its own, in the network's local km, NaN where neither is known.

    how is `id`, `time and place`, or `hypocentre` where the network has no such event and the mechanism's own place
    tells its fault. outside counts mechanisms that were not found at all, notes tell what else was left out.
    """

    event: Int[np.ndarray, " n"]
    how: Shaped[np.ndarray, " n"]
    fault: Int[np.ndarray, " n"]
    xyz_km: Float[np.ndarray, "n 3"]
    outside: int
    notes: tuple[str, ...] = ()


def put_on_faults(network: FaultNetwork, mechanisms: Mechanisms, tolerance: Tolerance) -> OnFaults:
    """Find the event, and the fault, of each mechanism.

    Errors: InputError where none is found, in one line that says why.
    """
    places = _places(network, mechanisms)
    events = places_of(network)
    common = common_events(places, events, tolerance)
    n = len(mechanisms)
    event, how, fault = np.full(n, -1), np.full(n, NOT, dtype="U16"), np.full(n, -1)
    event[common.first], how[common.first] = common.second, common.how
    fault[common.first] = network.label[common.second]
    rest = np.flatnonzero((event < 0) & np.isfinite(places.xyz_km).all(axis=1))
    inside = rest[_inside(network, events, places.xyz_km[rest])]
    how[inside], fault[inside] = HYPOCENTRE, fault_at(network, places.xyz_km[inside])
    xyz_km = np.where((event >= 0)[:, None], events.xyz_km[event], places.xyz_km)
    made = OnFaults(event, how, fault, xyz_km, int((how == NOT).sum()), common.notes)
    if made.outside == n:
        raise InputError(_none(network, mechanisms, places))
    return replace(made, notes=(*made.notes, *_told(made, common, mechanisms)))


def fault_at(network: FaultNetwork, xyz_km: Float[np.ndarray, "m 3"]) -> Int[np.ndarray, " m"]:
    """The fault on which a hypocentre lies with more than even probability, by the network's segments; -1 for none."""
    of_segment = network.faults.fault_of_segment
    on = of_segment >= 0
    fault = np.full(len(xyz_km), -1)
    step = max(1, _BLOCK // max(1, len(of_segment)))
    for start in range(0, len(xyz_km), step):
        share = network.responsibilities(xyz_km[start : start + step])[:, : len(of_segment)]
        by_fault = np.zeros((len(share), network.n_faults))
        np.add.at(by_fault.T, of_segment[on], share[:, on].T)
        if network.n_faults:
            best = by_fault.argmax(axis=1)
            fault[start : start + step] = np.where(by_fault[np.arange(len(best)), best] > 0.5, best, -1)
    return fault


def _places(network: FaultNetwork, mechanisms: Mechanisms) -> Places:
    """The mechanisms' events in the network's local km; unknown where the network has no projection."""
    assert mechanisms.longitude is not None and mechanisms.latitude is not None  # noqa: PT018
    xyz_km = np.full((len(mechanisms), 3), np.nan)
    has = mechanisms.has_place
    if network.projection is not None and has.any():
        x_km, y_km = network.projection.to_local(mechanisms.longitude[has], mechanisms.latitude[has])
        xyz_km[has] = np.column_stack([x_km, y_km, mechanisms.depth_km[has]])  # pyright: ignore[reportOptionalSubscript]
    return Places(mechanisms.ids, mechanisms.times, xyz_km)  # pyright: ignore[reportArgumentType]


def _inside(network: FaultNetwork, events: Places, xyz_km: np.ndarray) -> np.ndarray:
    """Which points lie in the box around the network's events and plates."""
    everything = np.concatenate([events.xyz_km, network.planes.corners_km.reshape(-1, 3)])
    low, high = np.nanmin(everything, axis=0), np.nanmax(everything, axis=0)
    return ((xyz_km >= low) & (xyz_km <= high)).all(axis=1)


def _told(made: OnFaults, common: CommonEvents, mechanisms: Mechanisms) -> list[str]:
    n = len(mechanisms)
    by_hypocentre = int((made.how == HYPOCENTRE).sum())
    ways = [f"{count} by {way}" for way, count in common.counts().items()]
    ways += [f"{by_hypocentre} by their own hypocentre"] if by_hypocentre else []
    lines = [f"{n - made.outside} of {n} mechanisms are found in the network: {', '.join(ways)}"]
    if made.outside:
        lines.append(f"{made.outside} of {n} mechanisms are left out: neither events of the network, nor within it")
    off = int(((made.fault < 0) & (made.how != NOT)).sum())
    if off:
        lines.append(f"{off} of {n - made.outside} mechanisms are left out: they lie on no fault of the network")
    return lines


def _none(network: FaultNetwork, mechanisms: Mechanisms, places: Places) -> str:
    """Why no mechanism is found."""
    n, has_place = len(mechanisms), np.isfinite(places.xyz_km[:, :2]).all(axis=1)
    where = mechanisms.source or "the mechanisms"
    if network.projection is None and mechanisms.has_place.any():
        return f"{where}: the network is in local km, and none of {n} mechanisms has the id of one of its events"
    if not has_place.any():
        if not (mechanisms.ids != "").any():
            return f"{where}: none of {n} mechanisms has an id, or a time and a place; give columns that tell its event"
        return f"{where}: none of the ids of {n} mechanisms is that of an event of the network; give times and places"
    middle = 0.5 * (
        network.planes.corners_km.reshape(-1, 3).min(axis=0) + network.planes.corners_km.reshape(-1, 3).max(axis=0)
    )
    km = np.linalg.norm(places.xyz_km[has_place, :2] - middle[:2], axis=1).min()
    return (
        f"{where}: none of {n} mechanisms is of an event of the network or lies within it, the nearest is {km:,.0f} km"
        " from its middle; give mechanisms of its region"
    )
