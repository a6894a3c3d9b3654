"""What the script of a page needs of one network: numbers in JSON, arrays in one compressed block."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.faults.export import plate_corners
from seisweave.faults.network import FaultNetwork
from seisweave.report.colours import BACKGROUND, HALO, PALETTE, fault_colours
from seisweave.report.linked.geography import outlines_km
from seisweave.report.linked.packed import block, pack_events
from seisweave.report.results.network import NetworkResult
from seisweave.report.sections import across_azimuth, bounds_km, depth_stretch, middle_km, principal_azimuth
from seisweave.report.traces import COLOUR as MAPPED
from seisweave.report.traces import Traces, thinned, traces_km

_NODES = 33  # of the grid of directions, along each side
_ROOM = 0.6  # of the longer side, that lines and the grid go on beyond the network
_FINE = 1e-3  # of the map's diagonal, between two points of a mapped fault


@dataclass(frozen=True)
class Payload:
    """`told` goes into the page as JSON, `packed` as it is."""

    told: dict[str, Any]
    packed: str


def payload(result: NetworkResult, traces: Traces | None = None) -> Payload:
    """Put together what the views of a network draw, mapped faults under them."""
    network, xyz_km = result.network, result.xyz_km
    low, high = bounds_km(network, xyz_km)
    low[2] = low[2] if traces is None else min(0.0, low[2])
    events = pack_events(result, low, high)
    room = _ROOM * float((high - low)[:2].max()) + 1.0
    frame = low[:2] - room, high[:2] + room
    near = outlines_km(network, *frame)
    arrays = {**events.arrays, **_planes(network), **_place(network, *frame)}
    arrays |= _lines("coast", near.coasts) | _lines("border", near.borders) | _mapped(network, traces, low, high)
    packed = block({**arrays, "ids": np.frombuffer(events.ids, dtype="u1")})
    azimuth = principal_azimuth(network, xyz_km)
    told = {
        "name": result.name,
        "events": network.n_events,
        "faults": network.n_faults,
        "halos": network.faults.n_halos,
        **events.scales,
        "high": high.tolist(),
        "frame": [side.tolist() for side in frame],
        "centre": None if network.projection is None else [network.projection.longitude, network.projection.latitude],
        "nodes": _NODES,
        "middle": middle_km(network, xyz_km).tolist(),
        "azimuth": azimuth,
        "across": across_azimuth(azimuth),
        "stretch": depth_stretch(float(np.hypot(*(high - low)[:2])), float(high[2] - low[2])),
        "palette": PALETTE,
        "halo": HALO,
        "background": BACKGROUND,
        "mapped": MAPPED,
        "arrays": packed.where,
    }
    return Payload(told, packed.text)


def _planes(network: FaultNetwork) -> dict[str, np.ndarray]:
    """Plates with their thickness, what to tell of them, their colours; halos; outlines of segments."""
    planes, faults = network.planes, network.faults
    facts = [planes.strike_deg, planes.dip_deg, planes.length_km, planes.width_km, planes.thickness_km]
    colours = [PALETTE.index(colour) for colour in fault_colours(network)]
    return {
        "plates": plate_corners(planes).astype("<f4"),
        "facts": np.column_stack(facts).astype("<f4"),
        "system": np.asarray(faults.system, dtype="<i4"),
        "colour": np.array(colours, dtype="u1"),
        "halo_mean": faults.halo_mean_km.astype("<f4"),
        "halo_covariance": faults.halo_covariance_km2.astype("<f4"),
        "segments": network.segment_planes.corners_km.astype("<f4"),
        "fault_of_segment": np.asarray(faults.fault_of_segment, dtype="<i4"),
    }


def _place(
    network: FaultNetwork, low_km: Float[np.ndarray, " 2"], high_km: Float[np.ndarray, " 2"]
) -> dict[str, np.ndarray]:
    """Directions (unit vectors of longitude and latitude) at the nodes of a grid over the frame, row by row from south.

    Between nodes the script takes the parabolas through the nearest three: without seams at the date line and the
    poles, and true to a metre over 1,000 km.
    """
    if network.projection is None:
        return {}
    east, north = (np.linspace(low_km[k], high_km[k], _NODES) for k in range(2))
    x, y = np.meshgrid(east, north)
    longitude, latitude = (np.radians(each) for each in network.projection.to_geographic(x.ravel(), y.ravel()))
    flat = np.cos(latitude)
    vectors = np.column_stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])
    return {"directions": np.nan_to_num(vectors).astype("<f8")}


def _mapped(
    network: FaultNetwork, traces: Traces | None, low: Float[np.ndarray, " 3"], high: Float[np.ndarray, " 3"]
) -> dict[str, np.ndarray]:
    """Mapped faults within the frame of the events, to a thousandth of the map."""
    if traces is None:
        return {}
    least_km = _FINE * float(np.hypot(*(high - low)[:2]))
    return _lines("mapped", [thinned(line, least_km) for line in traces_km(traces, network, low[:2], high[:2])])


def _lines(name: str, lines: Iterable[Float[np.ndarray, "_ 2"]]) -> dict[str, np.ndarray]:
    """Lines one after the other, and where each begins and the last ends; nothing for none."""
    kept = list(lines)
    if not kept:
        return {}
    ends = np.cumsum([0, *map(len, kept)])
    return {name: np.concatenate(kept).astype("<f4"), f"{name}_ends": ends.astype("<u4")}
