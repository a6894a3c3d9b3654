"""The nearest of many triangles to a point, by a tree of boxes; a line is a triangle whose last two corners are one.

Node k of the tree has the children 2k + 1 and 2k + 2; its box is a row of the smallest and largest x, y, z. The leaves
are the last half of the nodes, with `LEAF` triangles each, in order.
"""

import math

import numpy as np
from numba import njit

_LOOP = {"cache": True, "nogil": True, "error_model": "numpy"}
LEAF = 4
ALONG, DOWN = 7, 5  # places on a plate: so many along its longer side, so many along its shorter one
_DEEPEST = 128  # nodes that may wait at once: two a level


@njit(**_LOOP)
def nearest(points, corners, boxes, distance, triangle):
    """Fill the distance of each point from the nearest triangle, and the number of that."""
    waiting = np.empty(_DEEPEST, np.int64)
    guess = 0
    for i in range(points.shape[0]):
        guess = _search(points[i], corners, boxes, guess, waiting)
        triangle[i] = guess
        distance[i] = math.sqrt(_squared(points[i], corners[guess]))


@njit(**_LOOP)
def beside(plates, normals, corners, across, owner, boxes, numbers, names):
    """Ask each plate (4 corners and a normal) at places of equal area for the nearest triangle.

    Fills, a row a plate, `numbers`: median and mean distance, median angle (radians) between its normal and those of
    the triangles, share of the places whose nearest triangle is of one owner, the one of most places; and `names`: that
    owner. Of several owners of as many places the first met stands.
    """
    n = ALONG * DOWN
    waiting = np.empty(_DEEPEST, np.int64)
    distance, angle, owners, place = np.empty(n), np.empty(n), np.empty(n, np.int64), np.empty(3)
    guess = 0
    for f in range(plates.shape[0]):
        one, two = plates[f, 1] - plates[f, 0], plates[f, 3] - plates[f, 0]
        swap = two[0] ** 2 + two[1] ** 2 + two[2] ** 2 > one[0] ** 2 + one[1] ** 2 + one[2] ** 2
        first, second = (DOWN, ALONG) if swap else (ALONG, DOWN)
        for k in range(n):
            u, v = (k // second + 0.5) / first, (k % second + 0.5) / second
            for a in range(3):
                place[a] = plates[f, 0, a] + u * one[a] + v * two[a]
            guess = _search(place, corners, boxes, guess, waiting)
            distance[k] = math.sqrt(_squared(place, corners[guess]))
            cosine = 0.0
            for a in range(3):
                cosine += normals[f, a] * across[guess, a]
            angle[k] = math.acos(min(1.0, abs(cosine)))
            owners[k] = owner[guess]
        most = 0
        for k in range(n):
            count = 0
            for j in range(n):
                count += owners[j] == owners[k]
            if count > most:
                most = count
                names[f] = owners[k]
        numbers[f, 0], numbers[f, 1], numbers[f, 2] = np.median(distance), distance.mean(), np.median(angle)
        numbers[f, 3] = most / n


@njit(**_LOOP)
def _search(point, corners, boxes, guess, waiting):
    """The nearest triangle, which may be the one guessed."""
    best, found = _squared(point, corners[guess]), guess
    inner = boxes.shape[0] // 2
    waiting[0] = 0
    n = 1
    while n > 0:
        n -= 1
        k = waiting[n]
        if _from_box(point, boxes[k]) >= best:
            continue
        if k >= inner:
            for t in range((k - inner) * LEAF, min((k - inner + 1) * LEAF, corners.shape[0])):
                away = _squared(point, corners[t])
                if away < best:
                    best, found = away, t
        else:
            left, right = _from_box(point, boxes[2 * k + 1]), _from_box(point, boxes[2 * k + 2])
            near = 0 if left <= right else 1
            if max(left, right) < best:
                waiting[n] = 2 * k + 2 - near
                n += 1
            if min(left, right) < best:
                waiting[n] = 2 * k + 1 + near
                n += 1
    return found


@njit(**_LOOP)
def _from_box(point, box):
    """Squared distance from a box."""
    total = 0.0
    for a in range(3):
        away = max(box[a] - point[a], point[a] - box[3 + a], 0.0)
        total += away * away
    return total


@njit(**_LOOP)
def _squared(p, corner):
    """Squared distance from a triangle: from its plane where the foot is inside, or else from the nearest side."""
    ux, uy, uz = corner[1, 0] - corner[0, 0], corner[1, 1] - corner[0, 1], corner[1, 2] - corner[0, 2]
    vx, vy, vz = corner[2, 0] - corner[0, 0], corner[2, 1] - corner[0, 1], corner[2, 2] - corner[0, 2]
    wx, wy, wz = p[0] - corner[0, 0], p[1] - corner[0, 1], p[2] - corner[0, 2]
    uu, vv, uv = ux * ux + uy * uy + uz * uz, vx * vx + vy * vy + vz * vz, ux * vx + uy * vy + uz * vz
    wu, wv, ww = wx * ux + wy * uy + wz * uz, wx * vx + wy * vy + wz * vz, wx * wx + wy * wy + wz * wz
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    area = nx * nx + ny * ny + nz * nz
    if area > 1e-16 * uu * vv:
        s, t = (vv * wu - uv * wv) / area, (uu * wv - uv * wu) / area
        if s >= 0.0 and t >= 0.0 and s + t <= 1.0:
            return (wx * nx + wy * ny + wz * nz) ** 2 / area
    best = min(_from_side(ww, wu, uu), _from_side(ww, wv, vv))
    far = ww - 2.0 * wu + uu  # from the second corner, along the side between it and the third
    return min(best, _from_side(far, wv - wu - uv + uu, uu - 2.0 * uv + vv))


@njit(**_LOOP)
def _from_side(ww, wu, uu):
    """Squared distance from a side, given squares and product of the offset from its start and of the side."""
    if wu <= 0.0 or uu <= 0.0:
        return max(ww, 0.0)
    if wu >= uu:
        return max(ww - 2.0 * wu + uu, 0.0)
    return max(ww - wu * wu / uu, 0.0)
