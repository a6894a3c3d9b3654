"""Events on no fault: uniform boxes of background, and clouds such as swarms, quarries and broad seismicity."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int64, Shaped
from scipy.special import ndtr


@dataclass(frozen=True, eq=False)
class Diffuse:
    """Uniform boxes (b), then clouds (c): normal, with axes east, north and depth.

    events is how many events each of them holds (boxes first), kind what they are.

    >>> box = no_diffuse().with_box("background", 10, np.zeros(3), np.ones(3))
    >>> float(box.density(np.full((1, 3), 0.5), np.zeros((1, 3)))[0])
    10.0
    """

    events: Int64[np.ndarray, " parts"]
    kind: Shaped[np.ndarray, " parts"]
    low_km: Float[np.ndarray, "b 3"]
    high_km: Float[np.ndarray, "b 3"]
    centre_km: Float[np.ndarray, "c 3"]
    cloud_sigma_km: Float[np.ndarray, "c 3"]

    def density(self, xyz_km: Float[np.ndarray, "n 3"], sigma_km: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " n"]:
        """Expected events a km³ at located hypocentres whose standard errors (east, north, depth) are given."""
        total = np.zeros(len(xyz_km))
        n_boxes = len(self.low_km)
        tiny = np.maximum(sigma_km, 1e-12)
        for events, low, high in zip(self.events, self.low_km, self.high_km, strict=False):
            inside = ndtr((xyz_km - low) / tiny) - ndtr((xyz_km - high) / tiny)
            total += events * np.prod(inside / (high - low), axis=1)
        for events, centre, own in zip(self.events[n_boxes:], self.centre_km, self.cloud_sigma_km, strict=True):
            sigma = np.sqrt(own**2 + sigma_km**2)
            z = (xyz_km - centre) / sigma
            total += events * np.prod(np.exp(-0.5 * z**2) / (np.sqrt(2 * np.pi) * sigma), axis=1)
        return total

    def with_box(self, kind: str, events: int, low_km: np.ndarray, high_km: np.ndarray) -> Diffuse:
        """Add a box."""
        at = len(self.low_km)
        return replace(
            self,
            events=np.insert(self.events, at, events),
            kind=np.concatenate([self.kind[:at], np.array([kind]), self.kind[at:]]),
            low_km=np.vstack([self.low_km, low_km]),
            high_km=np.vstack([self.high_km, high_km]),
        )

    def with_cloud(self, kind: str, events: int, centre_km: np.ndarray, sigma_km: np.ndarray) -> Diffuse:
        """Add a cloud."""
        return replace(
            self,
            events=np.append(self.events, events),
            kind=np.concatenate([self.kind, np.array([kind])]),
            centre_km=np.vstack([self.centre_km, centre_km]),
            cloud_sigma_km=np.vstack([self.cloud_sigma_km, sigma_km]),
        )

    def scaled(self, factor: float) -> Diffuse:
        """The same with all lengths multiplied."""
        lengths = ("low_km", "high_km", "centre_km", "cloud_sigma_km")
        return replace(self, **{name: getattr(self, name) * factor for name in lengths})


def no_diffuse() -> Diffuse:
    """Nothing yet: a start for `with_box` and `with_cloud`."""
    nothing = np.zeros((0, 3))
    return Diffuse(np.zeros(0, np.int64), np.zeros(0, "U10"), nothing, nothing, nothing, nothing)
