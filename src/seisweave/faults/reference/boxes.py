"""Boxes as the published program of Kamer, Ouillon & Sornette (2020) draws them, to the choice between equals.

Its boxes decide which faults may merge, and most of them are one of several of equal volume: every facet of a
tetrahedron, every edge of an acute triangle gives the same. To merge the same pairs we choose the same box. The
program rounds coordinates, areas and volumes to ten decimals and takes the first of equals: facets in Qhull's order,
rectangles by the angle of their side from the facet's first edge, a facet's corners being in the order of the points.
`background.minimum_volume_box` is the same box without these habits.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.spatial import ConvexHull, QhullError

from seisweave.faults.background import Box, hull_edges, minimum_volume_box

_ALONG = 100 * np.finfo(float).eps  # an edge within this of an axis counts as turned forward by as much
_END_ON = 1e-9
_TABLE = 2_000_000  # numbers in the largest table held at once


def program_box(xyz_km: Float[np.ndarray, "n 3"]) -> Box:
    """The box the published program draws around n >= 4 points.

    The program stops with an error where the points lie in a plane; we take their flat box.
    """
    points = np.round(xyz_km, 10)
    try:
        hull = ConvexHull(points, qhull_options="Qt")
    except QhullError:
        return minimum_volume_box(points, thinnest_km=0.0)
    facets, frame = _facets_and_frames(points, np.sort(hull.simplices, axis=1))
    block = max(1, _TABLE // (64 * len(hull.vertices)))  # a facet has some tens of edges on its outline at most
    smallest, best = np.inf, None
    for k in range(0, len(facets), block):
        axes, low, high = _boxes_on_facets(points, hull, facets[k : k + block], frame[k : k + block])
        volume = np.round(np.prod(high - low, axis=1), 10)
        f = int(volume.argmin())
        if volume[f] < smallest:
            middle = 0.5 * (low[f] + high[f]) @ axes[f].T
            smallest, best = volume[f], Box(middle, axes[f].T, 0.5 * (high[f] - low[f]))
    return best or minimum_volume_box(points, thinnest_km=0.0)


def _facets_and_frames(points: np.ndarray, simplices: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Facets whose corners are not in a line, and the frame of each."""
    frames = [_frame(*corners) for corners in points[simplices].tolist()]
    proper = [f for f, frame in enumerate(frames) if frame is not None]
    return np.array(proper, dtype=np.int64), np.array([frames[f] for f in proper])


def _frame(a: list[float], b: list[float], c: list[float]) -> np.ndarray | None:
    """Rotation that lays the facet abc into the plane of the two first columns, ab along the first.

    Made from Euler angles, and by scalar arithmetic, as in the program: their rounding, 1e-16 and more where a facet
    faces the first axis, decides between equals now and then. None for three points in a line.
    """
    first = _unit([q - p for p, q in zip(a, b, strict=True)])
    side = [q - p for p, q in zip(a, c, strict=True)]
    along = sum(p * q for p, q in zip(first, side, strict=True))
    second = _unit([q - along * p for p, q in zip(first, side, strict=True)])
    if not any(first) or not any(second):
        return None
    normal = [
        first[1] * second[2] - first[2] * second[1],
        first[2] * second[0] - first[0] * second[2],
        first[0] * second[1] - first[1] * second[0],
    ]
    beta = _arc(math.asin, normal[0])
    if normal[0] == 1.0:
        return _rotation(_arc(math.asin, second[2]), beta, 0.0)
    alpha = _arc(math.acos, normal[2] / math.cos(beta))
    if _sign(normal[1]) != _sign(-math.sin(alpha) * math.cos(beta)):
        alpha = -alpha
    gamma = _arc(math.asin, -second[0] / math.cos(beta))
    return _rotation(alpha, beta, gamma if first[0] >= 0.0 else -math.pi - gamma)


def _unit(vector: list[float]) -> list[float]:
    length = math.sqrt(vector[0] ** 2 + vector[1] ** 2 + vector[2] ** 2)
    return [x / length for x in vector] if length > 0.0 else [0.0, 0.0, 0.0]


def _arc(function: Callable[[float], float], x: float) -> float:
    """Arc sine or cosine of a number that rounding may have pushed beyond one."""
    return function(min(1.0, max(-1.0, x)))


def _sign(x: float) -> int:
    return (x > 0.0) - (x < 0.0)


def _rotation(alpha: float, beta: float, gamma: float) -> np.ndarray:
    """Rotation about x by alpha, the new y by beta, the new z by gamma."""
    (sa, ca), (sb, cb), (sg, cg) = ((math.sin(t), math.cos(t)) for t in (alpha, beta, gamma))
    return np.array(
        [
            [cb * cg, -cb * sg, sb],
            [sa * sb * cg + ca * sg, -sa * sb * sg + ca * cg, -sa * cb],
            [-ca * sb * cg + sa * sg, ca * sb * sg + sa * cg, ca * cb],
        ]
    )


def _boxes_on_facets(
    points: np.ndarray, hull: ConvexHull, facets: np.ndarray, frame: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Smallest box on each facet: its axes (columns), and its reach along them."""
    used, edges, normals = np.sort(hull.vertices), hull_edges(hull), hull.equations[:, :3]
    flat = _times(points[used], frame)[..., :2]
    which, edge = np.nonzero(edges.on_outline(normals[facets], normals))
    start, end = np.searchsorted(used, edges.start[edge]), np.searchsorted(used, edges.end[edge])
    angle = _rectangle_angles(flat, which, start, end)
    spin = np.zeros((len(facets), 3, 3))
    spin[:, 0, 0] = spin[:, 1, 1] = np.cos(angle)
    spin[:, 1, 0] = np.sin(angle)
    spin[:, 0, 1] = -spin[:, 1, 0]
    spin[:, 2, 2] = 1.0
    axes = _times(frame, spin)
    along = _times(points[used], axes)
    return axes, along.min(axis=1), along.max(axis=1)


def _times(rows: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Products rows · matrix summed from left to right, without the fused operations of a linear algebra library."""
    first, second, third = (rows[..., i : i + 1] * matrices[..., i : i + 1, :] for i in range(3))
    return first + second + third


def _rectangle_angles(
    flat: np.ndarray, which: np.ndarray, start: np.ndarray, end: np.ndarray
) -> Float[np.ndarray, " f"]:
    """Angle of each facet's smallest rectangle (area to ten decimals) with a side on one of its outline's edges.

    `flat` holds the hull's corners seen from each facet; edge k of facet which[k] joins corners start[k] and end[k].
    """
    edge = flat[which, end] - flat[which, start]
    seen = np.abs(edge).max(axis=1) > _END_ON * np.abs(edge).max()  # an edge seen end-on has no direction
    which, start, edge = which[seen], start[seen], edge[seen]
    inward = flat.mean(axis=1)[which] - flat[which, start]
    clockwise = edge[:, 0] * inward[:, 1] < edge[:, 1] * inward[:, 0]
    edge[clockwise] *= -1.0
    edge[np.abs(edge) < _ALONG] = _ALONG
    angle = np.arctan2(edge[:, 1], edge[:, 0]) % (0.5 * np.pi)
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y = flat[which, :, 0], flat[which, :, 1]
    area = np.round(np.ptp(c * x + s * y, axis=1) * np.ptp(c * y - s * x, axis=1), 10)
    order = np.lexsort((angle, area, which))
    return angle[order[np.unique(which[order], return_index=True)[1]]]


def gaussian_box(mean_km: Float[np.ndarray, " 3"], covariance_km2: Float[np.ndarray, "3 3"]) -> Box:
    """The plate a Gaussian stands for: full sides √(12 λ) along the principal axes (section 3.1)."""
    values, vectors = np.linalg.eigh(covariance_km2)
    return Box(mean_km, vectors.T, np.sqrt(3.0 * np.maximum(values, 0.0)))


def joint_box(first: Box, second: Box) -> Box:
    """The program's box of the sixteen corners of two boxes."""
    return program_box(np.vstack([first.corners, second.corners]))


def touching(boxes: tuple[Box, ...], pairs: Int[np.ndarray, "m 2"]) -> Bool[np.ndarray, " m"]:
    """Which pairs of boxes touch by the program's test: a corner of one lies in the other.

    Weaker than true overlap: two boxes that cross with no corner inside the other do not touch (of the Landers
    proto-faults 414 pairs touch, 530 overlap).
    """
    corners = np.array([box.corners for box in boxes])
    centre = np.array([box.centre_km for box in boxes])
    reach = np.array([np.linalg.norm(box.half_km) for box in boxes]) * (1 + 1e-9)
    distance = np.linalg.norm(centre[pairs[:, 0]] - centre[pairs[:, 1]], axis=1)
    near = np.flatnonzero(distance <= reach[pairs[:, 0]] + reach[pairs[:, 1]])
    touch = np.zeros(len(pairs), dtype=bool)
    for one, other in ((0, 1), (1, 0)):
        inner, outer = pairs[near, one], pairs[near, other]
        touch[near] |= _any_inside(corners[inner], boxes, outer, corners)
    return touch


def _any_inside(
    points: np.ndarray, boxes: tuple[Box, ...], outer: np.ndarray, corners: np.ndarray
) -> Bool[np.ndarray, " m"]:
    """Whether any of eight points lies in the box numbered `outer`, with the program's tolerance."""
    axes = np.array([box.axes for box in boxes])[outer]
    half = np.array([box.half_km for box in boxes])[outer]
    centre = np.array([box.centre_km for box in boxes])[outer]
    tolerance = 1e-13 * np.abs(corners).mean(axis=(1, 2))[outer]
    local = np.abs(np.einsum("mai,mki->mka", axes, points - centre[:, None]))
    return np.all(local <= (half + tolerance[:, None])[:, None], axis=2).any(axis=1)
