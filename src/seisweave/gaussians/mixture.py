"""A mixture of 3-D Gaussians and backgrounds, uniform boxes as a rule: the form of a fault network, and its density.

Source: Kamer, Ouillon & Sornette (2020), section 3.1 (iii). Where the paper describes the background by a
covariance, we keep its box: centre, three unit axes and three half sides. Section 5 names other shapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from seisweave.gaussians.backgrounds import Shape, inside_box


@dataclass(frozen=True, eq=False)
class Mixture:
    """Weighted Gaussians (g of them) followed by weighted uniform boxes (b of them), in local km.

    Coordinates are (x_km east, y_km north, depth_km positive down). Rows of `box_axes` are the unit axes of
    a box, `box_half_km` its half sides along them. Weights are those of the parts in the whole; they sum to
    one, except where the published program leaves some weight out (see `faults.reference`).

    shapes says what the backgrounds are where they are no boxes, one for each: hulls, spheres, ... Their boxes are then
    only about them. Empty: all are boxes.

    >>> box = {"box_weight": np.array([0.2]), "box_centre_km": np.array([[0.0, 0, 8]])}
    >>> box |= {"box_axes": np.eye(3)[None], "box_half_km": np.array([[20.0, 20, 8]])}
    >>> one_fault = Mixture(np.array([0.8]), np.array([[0.0, 0, 8]]), np.diag([25.0, 0.04, 9.0])[None], **box)
    >>> part, responsibility = one_fault.most_likely(np.array([[3.0, 0.1, 9], [3, 10, 9]]))
    >>> part, responsibility.round(3)
    (array([0, 1]), array([0.999, 1.   ]))
    >>> points, part = one_fault.sample(1000, seed=1)
    >>> points.shape, round(float((part == 0).mean()), 1)
    ((1000, 3), 0.8)
    """

    weight: Float[np.ndarray, " g"]
    mean_km: Float[np.ndarray, "g 3"]
    covariance_km2: Float[np.ndarray, "g 3 3"]
    box_weight: Float[np.ndarray, " b"]
    box_centre_km: Float[np.ndarray, "b 3"]
    box_axes: Float[np.ndarray, "b 3 3"]
    box_half_km: Float[np.ndarray, "b 3"]
    shapes: tuple[Shape, ...] = ()

    @property
    def box_volume_km3(self) -> Float[np.ndarray, " b"]:
        """Volume of each background; of one that has no edge that over which its highest density would hold it."""
        if self.shapes:
            return np.array([shape.volume_km3 for shape in self.shapes])
        return np.prod(2.0 * self.box_half_km, axis=1)

    @property
    def n_parameters(self) -> int:
        """Free numbers in the BIC (eq. 2), less one: ten for a Gaussian or box, for other shapes what they say."""
        backgrounds = sum(shape.parameters for shape in self.shapes) if self.shapes else 10 * self.n_boxes
        return 10 * self.n_gaussians + backgrounds - 1

    @property
    def n_gaussians(self) -> int:
        """How many Gaussians."""
        return len(self.weight)

    @property
    def n_boxes(self) -> int:
        """How many backgrounds: uniform boxes, or other shapes."""
        return len(self.box_weight)

    def part_densities(self, xyz_km: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n parts"]:
        """Weighted density of every part at every point, 1/km³: Gaussians first, then boxes."""
        return np.concatenate([self._gaussian_densities(xyz_km), self.box_densities(xyz_km)], axis=1)

    def log_density(self, xyz_km: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " n"]:
        """Logarithm of the mixture's density, log(1/km³); -inf outside every box where Gaussians underflow."""
        return _in_blocks(self._log_density_block, xyz_km, self.n_gaussians + self.n_boxes)

    def responsibilities(self, xyz_km: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n parts"]:
        """Probability that a point belongs to each part; rows sum to one (rows without any density are zero)."""
        density = self.part_densities(xyz_km)
        total = density.sum(axis=1, keepdims=True)
        return np.divide(density, total, out=np.zeros_like(density), where=total > 0)

    def most_likely(self, xyz_km: Float[np.ndarray, "n 3"]) -> tuple[Int[np.ndarray, " n"], Float[np.ndarray, " n"]]:
        """Part of the highest weighted density for each point (Gaussians first, then boxes), and its responsibility.

        A point where no part has any density is none's: its part is -1, with the responsibility 0.
        """
        both = _in_blocks(self._most_likely_block, xyz_km, self.n_gaussians + self.n_boxes)
        return both[:, 0].astype(np.intp), both[:, 1]

    def sample(self, n: int, seed: int) -> tuple[Float[np.ndarray, "n 3"], Int[np.ndarray, " n"]]:
        """Draw n points, and say which part each came from; weights are normalised first."""
        rng = np.random.default_rng(seed)
        weight = np.concatenate([self.weight, self.box_weight])
        part = rng.choice(len(weight), size=n, p=weight / weight.sum())
        normal, uniform = rng.standard_normal((n, 3)), rng.uniform(-1.0, 1.0, (n, 3))
        xyz = np.empty((n, 3))
        for c in range(len(weight)):
            mine = part == c
            if c < self.n_gaussians:
                root = _root(self.covariance_km2[c])
                xyz[mine] = self.mean_km[c] + normal[mine] @ root.T
            else:
                b = c - self.n_gaussians
                xyz[mine] = self.background_places(b, uniform[mine])
        return xyz, part

    def _gaussian_densities(self, xyz_km: np.ndarray) -> np.ndarray:
        density = np.empty((len(xyz_km), self.n_gaussians))
        for c in range(self.n_gaussians):
            determinant = np.linalg.det(self.covariance_km2[c])
            if determinant <= 0:  # a singular Gaussian has no density anywhere, as in the published program
                density[:, c] = 0.0
                continue
            offset = xyz_km - self.mean_km[c]
            d2 = np.einsum("ni,ij,nj->n", offset, np.linalg.inv(self.covariance_km2[c]), offset)
            density[:, c] = self.weight[c] * np.exp(-0.5 * d2) / np.sqrt((2 * np.pi) ** 3 * determinant)
        return density

    def box_densities(self, xyz_km: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n b"]:
        """Weighted density of every background at every point, 1/km³: of a box its height inside, zero outside."""
        density = np.zeros((len(xyz_km), self.n_boxes))
        xyz = np.ascontiguousarray(xyz_km.T)
        for b, height in enumerate(self.box_weight / self.box_volume_km3):
            relative = self.background_relative(b, xyz)
            inside = relative > 0.0
            density[inside, b] = height * relative[inside]
        return density

    def background_relative(self, b: int, xyz: Float[np.ndarray, "3 n"]) -> Float[np.ndarray, " n"]:
        """Density of a background at points, over the highest there is: of a box 1 inside, 0 outside."""
        if self.shapes:
            return self.shapes[b].relative_density(xyz)
        return inside_box(xyz, self.box_centre_km[b], self.box_axes[b], self.box_half_km[b]).astype(float)

    def background_places(self, b: int, unit: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 3"]:
        """Places with the density of a background from places even in the cube from -1 to 1."""
        if self.shapes:
            return self.shapes[b].place(unit)
        return self.box_centre_km[b] + (unit * self.box_half_km[b]) @ self.box_axes[b]

    def _log_density_block(self, xyz_km: np.ndarray) -> np.ndarray:
        with np.errstate(divide="ignore"):
            return np.log(self.part_densities(xyz_km).sum(axis=1))

    def _most_likely_block(self, xyz_km: np.ndarray) -> np.ndarray:
        density = self.part_densities(xyz_km)
        part = density.argmax(axis=1)
        total = density.sum(axis=1)
        best = density[np.arange(len(part)), part]
        share = np.divide(best, total, out=np.zeros_like(best), where=total > 0)
        return np.stack([np.where(total > 0, part, -1), share], axis=1)


def no_boxes() -> dict[str, Any]:
    """Fields of a mixture without background."""
    return {
        "box_weight": np.zeros(0),
        "box_centre_km": np.zeros((0, 3)),
        "box_axes": np.zeros((0, 3, 3)),
        "box_half_km": np.zeros((0, 3)),
    }


def _in_blocks(function, xyz_km: np.ndarray, n_parts: int) -> np.ndarray:
    """Apply `function` to blocks of points so that the (points × parts) table stays under about 80 MB."""
    block = max(1, 10_000_000 // max(1, n_parts))
    pieces = [function(xyz_km[start : start + block]) for start in range(0, max(1, len(xyz_km)), block)]
    return np.concatenate(pieces)


def _root(covariance: np.ndarray) -> np.ndarray:
    """A square root of a covariance that may be singular."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))
