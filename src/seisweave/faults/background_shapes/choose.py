"""The background of a subset, of the shape that is asked for, or a box where its events cannot carry that shape."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float
from scipy.spatial import QhullError

from seisweave.faults.background import minimum_volume_box
from seisweave.faults.background_shapes.alpha import alpha_shape
from seisweave.faults.background_shapes.cells import voronoi_cells
from seisweave.faults.background_shapes.rounds import round_gaussian, smallest_sphere
from seisweave.faults.background_shapes.solid import convex_hull
from seisweave.faults.options import BackgroundKind
from seisweave.gaussians.backgrounds import Shape

FEWEST = 4  # events that a shape needs


def shape_of(
    kind: BackgroundKind, xyz_km: Float[np.ndarray, "n 3"], left_over: Bool[np.ndarray, " n"], *, thinnest_km: float
) -> Shape:
    """The background of one subset: of its events that no proto-fault has (`left_over`); box and voronoi: of all.

    It is the box around all events where fewer than four are left over, where they lie in a slab (hull, alpha, voronoi)
    or a box (sphere, gaussian) no wider than `thinnest_km`, or the shape has no more volume than a cube of that side.
    With kind "voronoi" it is the hull of all events, which is cut into cells later (`cut_into_cells`).

    >>> rng = np.random.default_rng(1)
    >>> events, some = rng.normal(size=(50, 3)), np.arange(50) < 3
    >>> shape_of("hull", events, ~some, thinnest_km=0.1).kind, shape_of("hull", events, some, thinnest_km=0.1).kind
    ('hull', 'box')
    """
    if kind != "box":
        points = xyz_km if kind == "voronoi" else xyz_km[left_over]
        shape = _shape(kind, points, thinnest_km)
        if shape is not None and shape.volume_km3 > thinnest_km**3:
            return shape
    return minimum_volume_box(xyz_km, thinnest_km=thinnest_km)


def cut_into_cells(
    shapes: tuple[Shape, ...], xyz_km: Float[np.ndarray, "n 3"], site_km: Float[np.ndarray, "k 3"]
) -> tuple[Shape, ...]:
    """Voronoi cells in place of the shapes of subsets with these centroids; as they are where there can be no cells."""
    try:
        cells = voronoi_cells(xyz_km, site_km)
    except (QhullError, ValueError):  # all events in a plane, a centroid on the hull, or two at one place
        return shapes
    return cells if all(cell.volume_km3 > 0.0 for cell in cells) else shapes


def _shape(kind: BackgroundKind, points: np.ndarray, thinnest_km: float) -> Shape | None:
    """The shape of some points, or None where they cannot carry it."""
    if len(points) < FEWEST:
        return None
    sides = np.sort(2.0 * minimum_volume_box(points, thinnest_km=0.0).half_km)
    if sides[-1 if kind in ("sphere", "gaussian") else 0] <= thinnest_km:
        return None
    if kind == "sphere":
        return smallest_sphere(points)
    if kind == "gaussian":
        return round_gaussian(points)
    try:
        return alpha_shape(points) if kind == "alpha" else convex_hull(points)
    except QhullError:
        return None
