"""Round backgrounds, for induced seismicity: the smallest sphere around events, and an isotropic Gaussian.

Kamer et al. (2020), section 5: "since the pressure field diffuses more or less radially from the injection point".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from jaxtyping import Float
from scipy.special import ndtri

from seisweave.faults.background import Box
from seisweave.gaussians.backgrounds import Move

_SIGMAS = 4.0  # half side of the box of a Gaussian: a power of two, so that σ reads back to the last bit
_WITHIN = 1e-10  # of the radius: on the sphere


@dataclass(frozen=True, eq=False)
class Sphere:
    """A uniform ball: centre and radius, km.

    >>> ball = Sphere(np.zeros(3), 2.0)
    >>> round(ball.volume_km3, 3), ball.relative_density(np.array([[1.0, 3], [0, 0], [0, 0]]))
    (33.51, array([1., 0.]))
    """

    centre_km: Float[np.ndarray, " 3"]
    radius_km: float

    @property
    def kind(self) -> str:
        """Name of what it is."""
        return "sphere"

    @property
    def parameters(self) -> int:
        """Five: three coordinates, the radius, the weight."""
        return 5

    @property
    def volume_km3(self) -> float:
        """4/3 π r³."""
        return float(4.0 / 3.0 * np.pi * self.radius_km**3)

    @property
    def box(self) -> Box:
        """The cube around it."""
        return Box(self.centre_km, np.eye(3), np.full(3, self.radius_km))

    def relative_density(self, xyz: Float[np.ndarray, "3 n"]) -> Float[np.ndarray, " n"]:
        """1 inside, the surface included, and 0 outside."""
        reach = self.radius_km + 1e-9 * (1.0 + np.abs(self.centre_km).max())
        return (np.linalg.norm(xyz - self.centre_km[:, None], axis=0) <= reach).astype(float)

    def place(self, unit: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 3"]:
        """Places even in the ball from places even in the cube from -1 to 1."""
        radius = self.radius_km * np.cbrt(0.5 * (unit[:, 0] + 1.0))
        up, turn = unit[:, 1], np.pi * unit[:, 2]
        aside = np.sqrt(np.maximum(1.0 - up**2, 0.0))
        return self.centre_km + radius[:, None] * np.column_stack([aside * np.cos(turn), aside * np.sin(turn), up])

    def moved(self, move: Move, box: Box) -> Sphere:  # noqa: ARG002
        """The same in another place."""
        return replace(self, centre_km=box.centre_km)


@dataclass(frozen=True, eq=False)
class RoundGaussian:
    """An isotropic Gaussian: centre and standard deviation, km. It has no edge; its `volume_km3` is (2π)^{3/2} σ³.

    >>> cloud = RoundGaussian(np.zeros(3), 2.0)
    >>> round(cloud.volume_km3, 1), cloud.relative_density(np.array([[0.0, 2], [0, 0], [0, 0]])).round(3)
    (126.0, array([1.   , 0.607]))
    """

    centre_km: Float[np.ndarray, " 3"]
    sigma_km: float

    @property
    def kind(self) -> str:
        """Name of what it is."""
        return "gaussian"

    @property
    def parameters(self) -> int:
        """Five: three coordinates, the standard deviation, the weight."""
        return 5

    @property
    def volume_km3(self) -> float:
        """The volume over which its highest density would hold all of it."""
        return float((2.0 * np.pi) ** 1.5 * self.sigma_km**3)

    @property
    def box(self) -> Box:
        """The cube of ± 4 σ about its centre."""
        return Box(self.centre_km, np.eye(3), np.full(3, _SIGMAS * self.sigma_km))

    def relative_density(self, xyz: Float[np.ndarray, "3 n"]) -> Float[np.ndarray, " n"]:
        """exp(-r²/2σ²)."""
        offset = xyz - self.centre_km[:, None]
        return np.exp(-0.5 * np.einsum("in,in->n", offset, offset) / self.sigma_km**2)

    def place(self, unit: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 3"]:
        """Normal places from places even in the cube from -1 to 1."""
        return self.centre_km + self.sigma_km * ndtri(np.clip(0.5 * (unit + 1.0), 1e-15, 1.0 - 1e-15))

    def moved(self, move: Move, box: Box) -> RoundGaussian:  # noqa: ARG002
        """The same in another place."""
        return replace(self, centre_km=box.centre_km)


def round_of(kind: str, box: Box) -> Sphere | RoundGaussian:
    """The sphere or Gaussian that has this box."""
    if kind == "sphere":
        return Sphere(box.centre_km, float(box.half_km[0]))
    return RoundGaussian(box.centre_km, float(box.half_km[0]) / _SIGMAS)


def round_gaussian(xyz_km: Float[np.ndarray, "n 3"]) -> RoundGaussian:
    """The isotropic Gaussian that makes points most likely: their mean, and a third of their total variance.

    >>> round_gaussian(np.array([[0.0, 0, 0], [2, 0, 0], [1, 1, 1], [1, -1, -1]])).sigma_km
    0.7071067811865476
    """
    centre = xyz_km.mean(axis=0)
    return RoundGaussian(centre, float(np.sqrt(((xyz_km - centre) ** 2).sum(axis=1).mean() / 3.0)))


def smallest_sphere(xyz_km: Float[np.ndarray, "n 3"]) -> Sphere:
    """The smallest sphere around points, exact.

    As Welzl (1991) found, it is that of at most four of them: from the sphere of a few, the point farthest outside
    joins them, and those of the few that still matter stay, until none lies outside. Its radius grows in each round.

    >>> smallest_sphere(np.array([[0.0, 0, 0], [4, 0, 0], [2, 1, 0]])).radius_km
    2.0
    """
    few, sphere = xyz_km[:1], Sphere(xyz_km[0], 0.0)
    while True:
        distance = np.linalg.norm(xyz_km - sphere.centre_km, axis=1)
        farthest = int(distance.argmax())
        if distance[farthest] <= sphere.radius_km * (1.0 + _WITHIN):
            return sphere
        few, found = _of_few(np.vstack([few, xyz_km[farthest]]))
        if found.radius_km <= sphere.radius_km:  # rounding: it will not grow any more
            return Sphere(sphere.centre_km, float(distance[farthest]))
        sphere = found


def _of_few(points: np.ndarray) -> tuple[np.ndarray, Sphere]:
    """The smallest sphere around up to five points, and those that it goes through: the best of all subsets of four."""
    best, which = Sphere(points[0], np.inf), points
    for size in range(1, min(4, len(points)) + 1):
        for rows in combinations(range(len(points)), size):
            chosen = points[list(rows)]
            sphere = _through(chosen)
            outermost = np.linalg.norm(points - sphere.centre_km, axis=1).max()
            if outermost <= sphere.radius_km * (1.0 + _WITHIN) and sphere.radius_km < best.radius_km:
                best, which = sphere, chosen
    return which, best


def _through(points: np.ndarray) -> Sphere:
    """The smallest sphere with all points on it: its centre lies in their plane."""
    edges = points[1:] - points[0]
    offset = np.linalg.lstsq(2.0 * edges, (edges**2).sum(axis=1), rcond=None)[0] if len(edges) else np.zeros(3)
    return Sphere(points[0] + offset, float(np.linalg.norm(points - points[0] - offset, axis=1).max()))
