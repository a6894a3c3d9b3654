"""What maps of one region have in common: frame, degrees, scale of km, north, coasts, borders, faults, as SVG."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float

from seisweave.report.linked.geography import world_outlines
from seisweave.report.markup import text
from seisweave.report.traces import stretches_within, thinned

WIDTH = 420.0  # of a drawing, in its own units
_MOST_HEIGHT = 480.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 22.0, 8.0, 24.0
KM_PER_DEGREE = 111.195  # of latitude
_FINE = 0.4  # between two points of a line, in units of the drawing
_STEPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 45.0)


@dataclass(frozen=True)
class Frame:
    """A map of longitudes and latitudes: degrees to places in a drawing, equal scales at its middle latitude."""

    west: float
    east: float
    south: float
    north: float

    @property
    def cosine(self) -> float:
        """Of the middle latitude."""
        return max(0.05, float(np.cos(np.radians(0.5 * (self.south + self.north)))))

    @property
    def scale(self) -> float:
        """Units a degree of latitude."""
        wide = (WIDTH - _LEFT - _RIGHT) / ((self.east - self.west) * self.cosine)
        return min(wide, (_MOST_HEIGHT - _TOP - _BOTTOM) / (self.north - self.south))

    @property
    def width(self) -> float:
        """Of the map itself."""
        return (self.east - self.west) * self.cosine * self.scale

    @property
    def height(self) -> float:
        """Of the map itself."""
        return (self.north - self.south) * self.scale

    @property
    def view(self) -> str:
        """The drawing's viewBox."""
        return f"0 0 {WIDTH:g} {self.height + _TOP + _BOTTOM:.0f}"

    def x(self, longitude: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """East, by the branch of longitudes that is nearest to the frame's middle."""
        middle = 0.5 * (self.west + self.east)
        away = np.mod(np.asarray(longitude, dtype=float) - middle + 180.0, 360.0) - 180.0
        return _LEFT + (middle + away - self.west) * self.cosine * self.scale

    def y(self, latitude: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """South."""
        return _TOP + (self.north - np.asarray(latitude, dtype=float)) * self.scale

    def holds(self, longitude: Float[np.ndarray, " n"], latitude: Float[np.ndarray, " n"]) -> np.ndarray:
        """Which places lie in the frame."""
        place, (low, high) = self._places(np.column_stack([longitude, latitude])), self._corners()
        return ((place >= low) & (place <= high)).all(axis=1)

    def line(self, points: Float[np.ndarray, "n 2"]) -> str:
        """A path along the stretches of a line (longitude, latitude) that may come into the frame; empty for none."""
        place, low, high = self._places(points), *self._corners()
        if not len(place) or (place.min(axis=0) > high).any() or (place.max(axis=0) < low).any():
            return ""
        stretches = stretches_within(place, self._behind(place), low, high)
        return "".join(_path(thinned(stretch, _FINE)) for stretch in stretches)

    def ring(self, points: Float[np.ndarray, "n 2"]) -> str:
        """A closed path around places (longitude, latitude); empty where it cannot come into the frame."""
        place, low, high = self._places(points), *self._corners()
        place = place[np.isfinite(place).all(axis=1)]
        if len(place) < 2 or (place.min(axis=0) > high).any() or (place.max(axis=0) < low).any():
            return ""
        return "" if self._behind(place).any() else f"{_path(place)}Z"

    def _places(self, points: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2"]:
        return np.column_stack([self.x(points[:, 0]), self.y(points[:, 1])])

    def _corners(self) -> Float[np.ndarray, "2 2"]:
        return np.array([[_LEFT, _TOP], [_LEFT + self.width, _TOP + self.height]])

    def _behind(self, place: Float[np.ndarray, "n 2"]) -> np.ndarray:
        """Which pieces of a line run round the far side of the Earth."""
        return np.abs(np.diff(place[:, 0])) > 180.0 * self.cosine * self.scale


def frame_of(lon_edges: Float[np.ndarray, " x1"], lat_edges: Float[np.ndarray, " y1"]) -> Frame:
    """The frame of a grid of cells."""
    return Frame(float(lon_edges[0]), float(lon_edges[-1]), float(lat_edges[0]), float(lat_edges[-1]))


def clip(frame: Frame, name: str) -> str:
    """What keeps drawings within the frame."""
    box = f'x="{_LEFT:g}" y="{_TOP:g}" width="{frame.width:.1f}" height="{frame.height:.1f}"'
    return f'<clipPath id="{text(name)}"><rect {box}/></clipPath>'


def border(frame: Frame) -> str:
    """The frame with its degrees, a scale in km and an arrow to the north."""
    return "".join([_degrees(frame), _box(frame), _kilometres(frame), _north(frame)])


@lru_cache(maxsize=8)
def land(frame: Frame) -> str:
    """Coasts and borders."""
    world = world_outlines()
    return lines(frame, world.coasts, "coast") + lines(frame, world.borders, "country")


def lines(frame: Frame, drawn: Iterable[Float[np.ndarray, "_ 2"]], kind: str) -> str:
    """Lines (longitude, latitude) as one path of a class; empty where none comes into the frame."""
    return _drawn("".join(map(frame.line, drawn)), kind)


def rings(frame: Frame, drawn: Iterable[Float[np.ndarray, "_ 2"]], kind: str) -> str:
    """Closed lines as one path of a class; empty where none comes into the frame."""
    return _drawn("".join(map(frame.ring, drawn)), kind)


def _drawn(path: str, kind: str) -> str:
    return f'<path class="{kind}" d="{path}"/>' if path else ""


def _path(place: Float[np.ndarray, "n 2"]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in place.tolist())


def _box(frame: Frame) -> str:
    box = f'x="{_LEFT:g}" y="{_TOP:g}" width="{frame.width:.1f}" height="{frame.height:.1f}"'
    return f'<rect class="frame" {box}/>'


def _degrees(frame: Frame) -> str:
    """Marks at round degrees."""
    made = []
    bottom = _TOP + frame.height
    for longitude in _round(frame.west, frame.east, frame.width / 64.0):
        x = float(frame.x(np.array([longitude]))[0])
        made.append(f'<path class="tick" d="M{x:.1f} {bottom:.1f}v4"/>')
        made.append(
            f'<text class="deg" x="{x:.1f}" y="{bottom + 16:.1f}" text-anchor="middle">{_lon(longitude)}</text>'
        )
    for latitude in _round(frame.south, frame.north, frame.height / 40.0):
        y = float(frame.y(np.array([latitude]))[0])
        made.append(f'<path class="tick" d="M{_LEFT:g} {y:.1f}h-4"/>')
        made.append(f'<text class="deg" x="{_LEFT - 6:g}" y="{y + 4:.1f}" text-anchor="end">{_lat(latitude)}</text>')
    return "".join(made)


def _round(low: float, high: float, most: float) -> Sequence[float]:
    """Round values within limits, about so many at most."""
    step = next((step for step in _STEPS if (high - low) / step <= max(most, 2.0)), _STEPS[-1])
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [round(k * step, 6) for k in range(first, last + 1)]


def _lon(longitude: float) -> str:
    east = (longitude + 180.0) % 360.0 - 180.0
    return f"{abs(east):g}°{'W' if east < 0 else 'E' if east > 0 else ''}"


def _lat(latitude: float) -> str:
    return f"{abs(latitude):g}°{'S' if latitude < 0 else 'N' if latitude > 0 else ''}"


def _kilometres(frame: Frame) -> str:
    """A bar of a round number of km at the lower left."""
    unit = frame.scale / KM_PER_DEGREE
    km = next((km for km in (1000, 500, 200, 100, 50, 20, 10, 5, 2, 1) if km * unit <= 0.3 * frame.width), 1)
    x, y = _LEFT + 10.0, _TOP + frame.height - 10.0
    return (
        f'<path class="bar" d="M{x:.1f} {y - 4:.1f}v4h{km * unit:.1f}v-4"/>'
        f'<text class="halo" x="{x + 4:.1f}" y="{y - 5:.1f}">{km} km</text>'
    )


def _north(frame: Frame) -> str:
    """An arrow at the upper right."""
    x, y = _LEFT + frame.width - 16.0, _TOP + 12.0
    return (
        f'<path class="north" d="M{x:.1f} {y:.1f}l5 15l-5 -4l-5 4z"/>'
        f'<text class="halo" x="{x:.1f}" y="{y + 27:.1f}" text-anchor="middle">N</text>'
    )
