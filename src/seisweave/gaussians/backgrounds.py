"""What a background of a mixture is: a density over space that integrates to one, uniform in most shapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float

Move = Callable[[Float[np.ndarray, "m 3"]], Float[np.ndarray, "m 3"]]


_CORNER_SIGNS = np.array(
    [[-1, -1, -1], [1, -1, -1], [1, 1, -1], [-1, 1, -1], [-1, -1, 1], [1, -1, 1], [1, 1, 1], [-1, 1, 1]],
    dtype=float,
)


@dataclass(frozen=True, eq=False)
class Box:
    """A cuboid: centre, three orthogonal unit axes (rows) and the half side along each, in km.

    Its parameters are ten, as Kamer et al. (2020), eq. 2, count those of a covariance, a centre and a weight.
    """

    centre_km: Float[np.ndarray, " 3"]
    axes: Float[np.ndarray, "3 3"]
    half_km: Float[np.ndarray, " 3"]

    @property
    def kind(self) -> str:
        """Name of what it is."""
        return "box"

    @property
    def parameters(self) -> int:
        """Ten."""
        return 10

    @property
    def box(self) -> Box:
        """Itself."""
        return self

    @property
    def volume_km3(self) -> float:
        """Volume of the box."""
        return float(np.prod(2.0 * self.half_km))

    @property
    def corners(self) -> Float[np.ndarray, "8 3"]:
        """The eight corners, km: round the lower face, then round the upper one."""
        return self.centre_km + (_CORNER_SIGNS * self.half_km) @ self.axes

    def relative_density(self, xyz: Float[np.ndarray, "3 n"]) -> Float[np.ndarray, " n"]:
        """1 inside, faces included, and 0 outside."""
        return inside_box(xyz, self.centre_km, self.axes, self.half_km).astype(float)

    def place(self, unit: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 3"]:
        """Places even in the box from places even in the cube from -1 to 1."""
        return self.centre_km + (unit * self.half_km) @ self.axes

    def moved(self, move: Move, box: Box) -> Box:  # noqa: ARG002
        """The box it has become."""
        return box


@runtime_checkable
class Shape(Protocol):
    """A background: its density is `relative_density` over `volume_km3`.

    kind says what it is; parameters is how many free numbers of the mixture it is, its weight among them (for the BIC).
    """

    @property
    def kind(self) -> str:
        """Name of what it is, like "hull"."""
        ...

    @property
    def parameters(self) -> int:
        """Free numbers, the weight among them."""
        ...

    @property
    def box(self) -> Box:
        """A box about it."""
        ...

    @property
    def volume_km3(self) -> float:
        """Integral of the relative density: the volume of a uniform shape."""
        ...

    def relative_density(self, xyz: Float[np.ndarray, "3 n"]) -> Float[np.ndarray, " n"]:
        """Density at points, over the highest there is: 1 inside a uniform shape and 0 outside."""
        ...

    def place(self, unit: Float[np.ndarray, "m 3"]) -> Float[np.ndarray, "m 3"]:
        """Places with its density from places even in the cube from -1 to 1."""
        ...

    def moved(self, move: Move, box: Box) -> Shape:
        """The same where `move` takes its places, as into another projection; its box has become `box`."""
        ...


def inside_box(
    xyz: Float[np.ndarray, "3 n"],
    centre_km: Float[np.ndarray, " 3"],
    axes: Float[np.ndarray, "3 3"],
    half_km: Float[np.ndarray, " 3"],
) -> Bool[np.ndarray, " n"]:
    """Which points lie in a box (axes in its rows), its faces included."""
    offset = xyz - centre_km[:, None]
    reach = half_km + 1e-9 * (1.0 + np.abs(centre_km).max())
    return np.all(np.abs(axes @ offset) <= reach[:, None], axis=0)
