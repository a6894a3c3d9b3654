"""How far plates of two networks cover each other: shares, distances, angles of pairs that may be the same fault."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.geometry import distances_from

_SIDE = 9  # points along each side of a plate


@dataclass(frozen=True, eq=False)
class PlatePairs:
    """q pairs of plates near each other: positions in both lists, and how they lie.

    share_first is the share of the first plate that lies within reach of the second, share_second the reverse,
    distance_km the smaller of their mean distances from each other, angle_deg the angle between their planes.
    """

    first: Int[np.ndarray, " q"]
    second: Int[np.ndarray, " q"]
    share_first: Float[np.ndarray, " q"]
    share_second: Float[np.ndarray, " q"]
    distance_km: Float[np.ndarray, " q"]
    angle_deg: Float[np.ndarray, " q"]


def plate_pairs(
    first_km: Float[np.ndarray, "f 4 3"], second_km: Float[np.ndarray, "g 4 3"], reach_km: float
) -> PlatePairs:
    """Pairs of plates, given by their corners in order around each, of which some part lies within reach.

    >>> plate = np.array([[[0.0, 0, 0], [0, 10, 0], [0, 10, 8], [0, 0, 8]]])
    >>> found = plate_pairs(plate, plate + np.array([1.0, 5, 0]), reach_km=2.0)
    >>> found.share_first.round(1).tolist(), found.angle_deg.tolist()
    ([0.7], [0.0])
    """
    from scipy.spatial import KDTree

    middle = [corners.mean(axis=1) for corners in (first_km, second_km)]
    radius = [
        np.linalg.norm(corners - centre[:, None], axis=2).max(axis=1, initial=0.0)
        for corners, centre in zip((first_km, second_km), middle, strict=True)
    ]
    pairs: list[tuple[int, int]] = []
    if len(first_km) and len(second_km):
        tree = KDTree(middle[1])
        for i, centre in enumerate(middle[0]):
            near = tree.query_ball_point(centre, radius[0][i] + radius[1].max() + reach_km)
            apart = np.linalg.norm(middle[1][near] - centre, axis=1)
            pairs += [
                (i, j) for j, far in zip(near, apart, strict=True) if far <= radius[0][i] + radius[1][j] + reach_km
            ]
    first, second = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    there = _distances(first_km[first], second_km[second])
    back = _distances(second_km[second], first_km[first])
    share = [(km <= reach_km).mean(axis=1) for km in (there, back)]
    keep = (share[0] > 0) | (share[1] > 0)
    return PlatePairs(
        first=first[keep],
        second=second[keep],
        share_first=share[0][keep],
        share_second=share[1][keep],
        distance_km=np.minimum(there.mean(axis=1), back.mean(axis=1))[keep],
        angle_deg=_angles(first_km[first], second_km[second])[keep],
    )


def areas_km2(corners_km: Float[np.ndarray, "f 4 3"]) -> Float[np.ndarray, " f"]:
    """Area of each plate."""
    return np.linalg.norm(np.cross(corners_km[:, 1] - corners_km[:, 0], corners_km[:, 3] - corners_km[:, 0]), axis=1)


def _distances(one: Float[np.ndarray, "q 4 3"], other: Float[np.ndarray, "q 4 3"]) -> Float[np.ndarray, "q k"]:
    """Distances of points spread evenly over each plate from the nearest point of another plate, km."""
    step = (np.arange(_SIDE) + 0.5) / _SIDE
    along, down = (part.ravel() for part in np.meshgrid(step, step))
    points = one[:, :1] + along[:, None] * (one[:, 1:2] - one[:, :1]) + down[:, None] * (one[:, 3:4] - one[:, :1])
    return distances_from(other[:, None], points)


def _angles(one: Float[np.ndarray, "q 4 3"], other: Float[np.ndarray, "q 4 3"]) -> Float[np.ndarray, " q"]:
    from seisweave.catalog.nodal_planes import angles_between

    normals = [np.cross(corners[:, 1] - corners[:, 0], corners[:, 3] - corners[:, 0]) for corners in (one, other)]
    length = [np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-18) for normal in normals]
    return angles_between(normals[0] / length[0], normals[1] / length[1])
