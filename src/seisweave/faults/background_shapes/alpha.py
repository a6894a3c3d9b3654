"""The alpha shape of points (Edelsbrunner & Mücke 1994): their Delaunay tetrahedra with circumspheres up to a radius.

The larger the radius, the more hollows are filled, up to the convex hull. The smallest that leaves no point out is too
small: of 1,500 points even in a shell it fills a third. So the radius is found by cross-validation: of shapes made of
nine tenths of the points that which predicts the last tenth best, by a density p/V inside and (1 - p) / (2 H - V)
outside, where p is the share of the last tenth inside, V the volume and H that of the hull. It is never so small that a
point is left out.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from scipy.spatial import Delaunay, QhullError

from seisweave.faults.background_shapes.solid import Solid, solid_of

_FOLDS = 10
_FEWEST = 6  # of which one may be left out, and the others make tetrahedra


def alpha_shape(xyz_km: Float[np.ndarray, "n 3"]) -> Solid:
    """The alpha shape of points that span a volume, of the radius that predicts points left out best.

    Its parameters are the coordinates of the v corners of its surface, hollows included, the radius, and its weight:
    3 v + 2. Raises QhullError for points in a plane.

    >>> rng = np.random.default_rng(1)
    >>> two_clouds = np.concatenate([rng.uniform(0, 2, (400, 3)), rng.uniform(0, 2, (400, 3)) + [20, 0, 0]])
    >>> from seisweave.faults.background_shapes import convex_hull
    >>> 12 < alpha_shape(two_clouds).volume_km3 < 16 < 60 < convex_hull(two_clouds).volume_km3
    True
    """
    points = np.unique(xyz_km, axis=0)
    tetrahedra = Delaunay(points).simplices.astype(np.int64)
    radius = _circumradius(points[tetrahedra])
    least = np.full(len(points), np.inf)
    np.minimum.at(least, tetrahedra.ravel(), np.repeat(radius, 4))
    needed = max(least[np.unique(tetrahedra)].max(), _best_radius(points))
    kept = tetrahedra[radius <= needed * (1.0 + 1e-9)]
    return solid_of("alpha", points, kept, 3 * len(_surface(kept)) + 2)


def _best_radius(points: Float[np.ndarray, "n 3"]) -> float:
    """The radius that predicts points left out best; infinite for fewer than six, or where the others lie in a plane.

    Points stand in the order of their coordinates, and every tenth is left out: nothing is drawn.
    """
    if len(points) < _FEWEST:
        return np.inf
    try:
        folds = [_predicted(points, k) for k in range(min(_FOLDS, len(points)))]
    except QhullError:
        return np.inf
    tried = np.unique(np.concatenate([fold[0] for fold in folds]))
    score = np.zeros(len(tried))
    for radius, inside, volume, left_out in folds:
        at = np.searchsorted(radius, tried, side="right") - 1
        p = np.where(at >= 0, inside[at], 0.0) / left_out
        filled, hull = np.where(at >= 0, volume[at], 0.0), volume[-1]
        within = np.divide(p, filled, out=np.ones_like(p), where=filled > 0)
        score += left_out * (p * np.log(np.maximum(within, 1e-300)))
        score += left_out * (1.0 - p) * np.log(np.maximum(1.0 - p, 1e-300) / (2.0 * hull - filled))
    return float(tried[score.argmax()])


def _predicted(points: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Without every tenth point, from the k-th on: radii of the tetrahedra, ascending, what lies in those up to each.

    That is how many of the points left out, and which volume; at last how many points are left out.
    """
    out = np.arange(len(points)) % _FOLDS == k
    delaunay = Delaunay(points[~out])
    corners = points[~out][delaunay.simplices]
    radius = _circumradius(corners)
    order = np.argsort(radius, kind="stable")
    order = order[np.isfinite(radius[order])]
    found = delaunay.find_simplex(points[out])
    held = np.bincount(found[found >= 0], minlength=len(corners))
    volume = np.abs(np.linalg.det(corners[:, 1:] - corners[:, :1])) / 6.0
    return radius[order], np.cumsum(held[order]), np.cumsum(volume[order]), int(out.sum())


def _circumradius(corners: Float[np.ndarray, "t 4 3"]) -> Float[np.ndarray, " t"]:
    """Radius of the sphere through four points; infinite where they lie in a plane."""
    a, b, c = (corners[:, k] - corners[:, 0] for k in (1, 2, 3))
    square = [np.einsum("tj,tj->t", e, e)[:, None] for e in (a, b, c)]
    across = square[0] * np.cross(b, c) + square[1] * np.cross(c, a) + square[2] * np.cross(a, b)
    six = np.abs(np.einsum("tj,tj->t", a, np.cross(b, c)))
    length = np.linalg.norm(across, axis=1)
    return np.divide(length, 2.0 * six, out=np.full(len(six), np.inf), where=six > 1e-12 * square[0][:, 0] ** 1.5)


def _surface(tetrahedra: Int[np.ndarray, "t 4"]) -> Int[np.ndarray, " v"]:
    """Corners of the faces that only one tetrahedron has."""
    faces = np.sort(np.concatenate([np.delete(tetrahedra, k, axis=1) for k in range(4)]), axis=1)
    each, count = np.unique(faces, axis=0, return_counts=True)
    return np.unique(each[count == 1])
