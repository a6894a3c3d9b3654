"""Mapped faults as lines of longitude and latitude, drawn under maps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float

from seisweave.catalog.shown import shown
from seisweave.errors import InputError
from seisweave.faults.mapped import MappedFaults, read_mapped_faults
from seisweave.faults.network import FaultNetwork

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOUR = "#7a68ad"  # seen on white and on black
_DEGREES = "give longitude and latitude in degrees, in this order (WGS 84)"


@dataclass(frozen=True, eq=False)
class Traces:
    """Mapped faults: lines of points, longitude and latitude in degrees; where they come from, what is to be told.

    >>> import seisweave as sw
    >>> catalog = sw.synthetic.southern_california_like(n_events=300).catalog.select(event_type="eq")
    >>> mapped = Traces((np.array([[-117.5, 34.0], [-116.5, 34.0]]),), "by hand")
    >>> from seisweave.report import plot_map
    >>> axes = plot_map(sw.reconstruct_faults(catalog), catalog.xyz_km(), traces=mapped)
    >>> len(axes.collections[-1].get_segments())
    1
    """

    lines: tuple[Float[np.ndarray, "_ 2"], ...]
    source: str = ""
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)


def read_traces(path: str | Path, crs: str | None = None) -> Traces:
    r"""Read mapped faults in whatever form `read_mapped_faults` reads; of surfaces the upper edges.

    Errors: InputError as of `read_mapped_faults`, and for mapped faults in local km.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "traces.txt"
    >>> _ = path.write_text("> one\n-117 33\n-117.1 33.2\n> another\n-118 34\n-118.1 34\n-118.2 34.1\n")
    >>> [len(line) for line in read_traces(path).lines]
    [2, 3]
    """
    mapped = read_mapped_faults(path, crs)
    if mapped.local:
        raise InputError(f"{shown(Path(path))}: is in local km, and maps need degrees; leave the traces out")
    return Traces(tuple(_lines_of(mapped)), Path(path).name, mapped.notes)


def _lines_of(mapped: MappedFaults) -> Iterator[Float[np.ndarray, "_ 2"]]:
    """Traces as lines of many points; of surfaces the upper edges, one piece a line."""
    degrees = mapped.points[:, :2]
    if mapped.kind != "traces":
        yield from mapped.on_top(degrees)
        return
    ends = mapped.pieces[:, :2]
    begins = np.flatnonzero(np.concatenate([[True], ends[1:, 0] != ends[:-1, 1]]))
    for rows in np.split(np.arange(len(ends)), begins[1:]):
        yield degrees[[*ends[rows, 0], ends[rows[-1], 1]]]


def traces_km(
    traces: Traces, network: FaultNetwork, low_km: Float[np.ndarray, " 2"], high_km: Float[np.ndarray, " 2"]
) -> list[Float[np.ndarray, "_ 2"]]:
    """The stretches of the traces that lie within a frame, km east and north of the network's centre.

    A stretch goes on to the first point beyond the frame, and lines are cut where they leave it. Lines that cross the
    date line are whole.

    Errors: InputError for a network in local km, which says not where on Earth it lies.
    """
    if network.projection is None:
        raise InputError("the network is in local km, without a place on Earth; leave the traces out")
    stretches: list[Float[np.ndarray, "_ 2"]] = []
    reach = _far_degrees(network, low_km, high_km)
    for line in traces.lines:
        longitude = np.mod(line[:, 0] - network.projection.longitude + 180.0, 360.0) - 180.0
        away = np.column_stack([longitude, line[:, 1] - network.projection.latitude])
        if (away.min(axis=0) > reach).any() or (away.max(axis=0) < -reach).any():
            continue
        place = np.column_stack(network.projection.to_local(network.projection.longitude + longitude, line[:, 1]))
        behind = np.abs(np.diff(longitude)) > 180.0  # round the far side of the Earth
        stretches += stretches_within(place, behind, low_km, high_km)
    return stretches


def draw_traces(axes: Axes, traces: Traces | None, network: FaultNetwork) -> None:
    """Draw mapped faults under what a map shows within its frame, which must be set; nothing without traces."""
    from matplotlib.collections import LineCollection

    if traces is None:
        return
    (x_low, x_high), (y_low, y_high) = axes.get_xlim(), axes.get_ylim()
    lines = traces_km(traces, network, np.array([x_low, y_low]), np.array([x_high, y_high]))
    drawn = LineCollection(lines, colors=COLOUR, linewidths=0.9, alpha=0.75, zorder=0.9)
    axes.add_collection(drawn, autolim=False)


def stretches_within(
    place: Float[np.ndarray, "n 2"],
    behind: Bool[np.ndarray, " n-1"],
    low: Float[np.ndarray, " 2"],
    high: Float[np.ndarray, " 2"],
) -> list[Float[np.ndarray, "_ 2"]]:
    """The stretches of a line that may cross a frame: the ends of none of their pieces are beyond one side of it.

    Arguments:
        place: points of the line; those that are not finite belong to no stretch.
        behind: of each piece, whether it runs round the far side of the Earth, and is left out.
        low: south-western corner of the frame, in the unit of the points.
        high: the corner on the other side.

    >>> line = np.array([[-3.0, 0.0], [-2.0, 0.0], [1.0, 0.0], [2.0, 0.0], [3.0, 0.0]])
    >>> [each[:, 0].tolist() for each in stretches_within(line, np.zeros(4, bool), np.full(2, -1.0), np.full(2, 1.0))]
    [[-2.0, 1.0, 2.0]]
    """
    first, second = place[:-1], place[1:]
    beyond = ((first < low) & (second < low)) | ((first > high) & (second > high))
    known = np.all(np.isfinite(place), axis=1)
    shown = np.array(known[:-1] & known[1:] & ~beyond.any(axis=1) & ~behind, dtype=int)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], shown, [0]])))
    return [place[start : stop + 1] for start, stop in zip(edges[::2], edges[1::2], strict=True)]


def thinned(line: Float[np.ndarray, "q 2"], least: float) -> Float[np.ndarray, "p 2"]:
    """A line with about one point for each such length along it (in the unit of its points), and with both its ends.

    >>> thinned(np.column_stack([np.arange(7.0), np.zeros(7)]), 2.5)[:, 0].tolist()
    [0.0, 3.0, 5.0, 6.0]
    """
    gone = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    first = np.diff(np.floor(gone / least), prepend=-1.0) > 0
    first[-1] = True
    return line[first]


def check_traces(traces: Traces, networks: Sequence[FaultNetwork], frames: Sequence[np.ndarray]) -> None:
    """Refuse traces that come into none of the frames (lowest and highest corner, km) of the networks.

    Errors: InputError for that, and for a network in local km.
    """
    if not any(traces_km(traces, network, *frame) for network, frame in zip(networks, frames, strict=True)):
        west, south = np.min([line.min(axis=0) for line in traces.lines], axis=0)
        east, north = np.max([line.max(axis=0) for line in traces.lines], axis=0)
        raise InputError(
            f"{traces.source or 'traces'}: none of {len(traces)} lines ({west:.2f} to {east:.2f}° E, {south:.2f} to"
            f" {north:.2f}° N) comes into the map; {_DEGREES}"
        )


def _far_degrees(network: FaultNetwork, low_km: np.ndarray, high_km: np.ndarray) -> np.ndarray:
    """Degrees from the centre of the projection beyond which nothing can be in the frame, with room to spare."""
    assert network.projection is not None
    farthest = float(np.hypot(*np.maximum(np.abs(low_km), np.abs(high_km)))) / 100.0
    cosine = max(0.05, float(np.cos(np.radians(min(89.0, abs(network.projection.latitude) + farthest)))))
    return np.array([min(180.0, 1.5 * farthest / cosine), 1.5 * farthest]) + 0.5
