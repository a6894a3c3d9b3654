"""Events on no fault: uniform boxes of background, and clouds such as swarms, quarries and broad seismicity."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int64, Shaped
from scipy.special import ndtr


@dataclass(frozen=True, eq=False)
class Diffuse:
    """Uniform boxes (b), then normal clouds (c).

    events is how many events each of them holds (boxes first), kind what they are. A box runs from low_km to high_km
    along its own axes (unit vectors, one a row), counted from the origin.

    >>> box = no_diffuse().with_box("background", 10, np.zeros(3), np.ones(3))
    >>> float(box.density(np.full((1, 3), 0.5), np.zeros((1, 3)))[0])
    10.0
    """

    events: Int64[np.ndarray, " parts"]
    kind: Shaped[np.ndarray, " parts"]
    low_km: Float[np.ndarray, "b 3"]
    high_km: Float[np.ndarray, "b 3"]
    box_axes: Float[np.ndarray, "b 3 3"]
    centre_km: Float[np.ndarray, "c 3"]
    covariance_km2: Float[np.ndarray, "c 3 3"]

    def density(self, xyz_km: Float[np.ndarray, "n 3"], sigma_km: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " n"]:
        """Expected events a km³ at located hypocentres whose standard errors (east, north, depth) are given.

        The sides of a box that is turned are blurred each for itself, by the error along its axis.
        """
        total, n_boxes = np.zeros(len(xyz_km)), len(self.low_km)
        for k, events in enumerate(self.events[:n_boxes]):
            place = xyz_km @ self.box_axes[k].T
            blur = np.maximum(np.sqrt(sigma_km**2 @ self.box_axes[k].T ** 2), 1e-12)
            inside = ndtr((place - self.low_km[k]) / blur) - ndtr((place - self.high_km[k]) / blur)
            total += events * np.prod(inside / (self.high_km[k] - self.low_km[k]), axis=1)
        for k, events in enumerate(self.events[n_boxes:]):
            covariance = self.covariance_km2[k] + sigma_km[:, :, None] ** 2 * np.eye(3)
            away = xyz_km - self.centre_km[k]
            squared = np.sum(away * np.linalg.solve(covariance, away[:, :, None])[:, :, 0], axis=1)
            total += events * np.exp(-0.5 * squared) / np.sqrt((2 * np.pi) ** 3 * np.linalg.det(covariance))
        return total

    def with_box(
        self, kind: str, events: int, low_km: np.ndarray, high_km: np.ndarray, axes: np.ndarray | None = None
    ) -> Diffuse:
        """Add a box, along the axes of the coordinates unless others are given."""
        at = len(self.low_km)
        return replace(
            self,
            events=np.insert(self.events, at, events),
            kind=np.concatenate([self.kind[:at], np.array([kind]), self.kind[at:]]),
            low_km=np.vstack([self.low_km, low_km]),
            high_km=np.vstack([self.high_km, high_km]),
            box_axes=np.concatenate([self.box_axes, (np.eye(3) if axes is None else axes)[None]]),
        )

    def with_cloud(self, kind: str, events: int, centre_km: np.ndarray, covariance_km2: np.ndarray) -> Diffuse:
        """Add a cloud."""
        return replace(
            self,
            events=np.append(self.events, events),
            kind=np.concatenate([self.kind, np.array([kind])]),
            centre_km=np.vstack([self.centre_km, centre_km]),
            covariance_km2=np.concatenate([self.covariance_km2, covariance_km2[None]]),
        )

    def scaled(self, factor: float) -> Diffuse:
        """The same with all lengths multiplied."""
        lengths = {name: getattr(self, name) * factor for name in ("low_km", "high_km", "centre_km")}
        return replace(self, covariance_km2=self.covariance_km2 * factor**2, **lengths)


def no_diffuse() -> Diffuse:
    """Nothing yet: a start for `with_box` and `with_cloud`."""
    nothing, none = np.zeros((0, 3)), np.zeros((0, 3, 3))
    return Diffuse(np.zeros(0, np.int64), np.zeros(0, "U10"), nothing, nothing, none, nothing, none)
