r"""Mapped faults as lines of longitude and latitude, read from a file and drawn under maps.

Two forms are read, plain or gzipped: GMT's multi-segment text (longitude and latitude in the first two columns, lines
apart by ">" with a name behind it, "#" before comments) and GeoJSON (RFC 7946) with lines or polygons, of which the
outlines are taken.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.faults.network import FaultNetwork
from seisweave.stored_json import parse_json

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOUR = "#7a68ad"  # seen on white and on black
_MOST_BYTES = 200_000_000
_DEGREES = "give longitude and latitude in degrees, in this order (WGS 84)"


@dataclass(frozen=True, eq=False)
class Traces:
    """Mapped faults: lines of points, longitude and latitude in degrees; where they come from.

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

    def __len__(self) -> int:
        return len(self.lines)


def read_traces(path: str | Path) -> Traces:
    r"""Read mapped faults from GMT multi-segment text or GeoJSON, plain or gzipped.

    Errors: InputError for a file that cannot be read, holds no line, or whose coordinates are no degrees.

    >>> from tempfile import mkdtemp
    >>> path = Path(mkdtemp()) / "traces.txt"
    >>> _ = path.write_text("> one\n-117 33\n-117.1 33.2\n> another\n-118 34\n-118.1 34\n-118.2 34.1\n")
    >>> [len(line) for line in read_traces(path).lines]
    [2, 3]
    """
    path = Path(path)
    text = _text(path)
    is_json = text.lstrip()[:1] in ("{", "[")
    found = list(_geojson_lines(path, text) if is_json else _gmt_lines(path, text))
    lines = tuple(np.array(line, dtype=float) for line in found if len(line) > 1)
    if not lines:
        raise InputError(f"{path}: holds no line of two points or more; give GMT multi-segment text or GeoJSON lines")
    for number, line in enumerate(lines):
        wrong = ~((np.abs(line[:, 0]) <= 360.0) & (np.abs(line[:, 1]) <= 90.0))
        if wrong.any():
            place = ", ".join(f"{value:g}" for value in line[int(wrong.argmax())])
            raise InputError(f"{path}: line {number} goes through {place}, which are no degrees; {_DEGREES}")
    return Traces(lines, path.name)


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
        stretches += _inside(place, behind, low_km, high_km)
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


def thinned(line: Float[np.ndarray, "q 2"], least_km: float) -> Float[np.ndarray, "p 2"]:
    """A line with about one point for each so many km along it, and with both its ends.

    >>> thinned(np.column_stack([np.arange(7.0), np.zeros(7)]), 2.5)[:, 0].tolist()
    [0.0, 3.0, 5.0, 6.0]
    """
    gone = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    first = np.diff(np.floor(gone / least_km), prepend=-1.0) > 0
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


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                data = file.read(_MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error}); give a file") from None
    if len(data) > _MOST_BYTES:
        raise InputError(f"{path}: more than {_MOST_BYTES // 1_000_000} MB of text; cut it to the region")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _gmt_lines(path: Path, text: str) -> Iterator[list[list[float]]]:
    """Lines of GMT's multi-segment text."""
    line: list[list[float]] = []
    for number, row in enumerate(text.splitlines(), 1):
        if row.startswith(">"):
            yield line
            line = []
        elif row.strip() and not row.lstrip().startswith("#"):
            try:
                east, north = (float(value) for value in row.replace(",", " ").split()[:2])
            except ValueError:
                told = row.strip()[:40]
                raise InputError(
                    f"{path}: row {number} is {told!r}, not longitude and latitude; give GMT multi-segment text or"
                    " GeoJSON lines"
                ) from None
            line.append([east, north])
    yield line


def _geojson_lines(path: Path, text: str) -> Iterator[list[list[float]]]:
    """Lines and outlines of a GeoJSON document."""
    try:
        yield from (line for geometry in _geometries(parse_json(text)) for line in _parts(geometry))
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise InputError(f"{path}: is no GeoJSON of lines; give lines or polygons (RFC 7946)") from None


def _geometries(found: Any) -> Iterator[dict[str, Any]]:
    kind = found["type"]
    if kind in ("FeatureCollection", "GeometryCollection"):
        for part in found["features" if kind == "FeatureCollection" else "geometries"]:
            yield from _geometries(part)
    elif kind == "Feature":
        if found["geometry"] is not None:
            yield from _geometries(found["geometry"])
    else:
        yield found


def _parts(geometry: dict[str, Any]) -> Iterator[list[list[float]]]:
    depth = {"LineString": 0, "MultiLineString": 1, "Polygon": 1, "MultiPolygon": 2}.get(geometry["type"])
    if depth is not None:
        yield from _unfolded(geometry["coordinates"], depth)


def _unfolded(parts: list, depth: int) -> Iterator[list[list[float]]]:
    if depth:
        for part in parts:
            yield from _unfolded(part, depth - 1)
    else:
        yield [[float(point[0]), float(point[1])] for point in parts]


def _far_degrees(network: FaultNetwork, low_km: np.ndarray, high_km: np.ndarray) -> np.ndarray:
    """Degrees from the centre of the projection beyond which nothing can be in the frame, with room to spare."""
    assert network.projection is not None
    farthest = float(np.hypot(*np.maximum(np.abs(low_km), np.abs(high_km)))) / 100.0
    cosine = max(0.05, float(np.cos(np.radians(min(89.0, abs(network.projection.latitude) + farthest)))))
    return np.array([min(180.0, 1.5 * farthest / cosine), 1.5 * farthest]) + 0.5


def _inside(place: np.ndarray, behind: np.ndarray, low_km: np.ndarray, high_km: np.ndarray) -> list[np.ndarray]:
    """Runs of the pieces of a line that may cross the frame: both ends are not beyond one and the same side of it."""
    first, second = place[:-1], place[1:]
    beyond = ((first < low_km) & (second < low_km)) | ((first > high_km) & (second > high_km))
    known = np.all(np.isfinite(place), axis=1)
    shown = np.array(known[:-1] & known[1:] & ~beyond.any(axis=1) & ~behind, dtype=int)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], shown, [0]])))
    return [place[start : stop + 1] for start, stop in zip(edges[::2], edges[1::2], strict=True)]
