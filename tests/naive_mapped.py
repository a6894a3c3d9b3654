"""Slow, obvious versions of the compiled functions of mapped faults."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

from seisweave.faults.mapped._nearest_numba import ALONG, DOWN

_FIRM = 1e5  # how firmly the weights of the corners sum up to one


def distance_from_triangle(point, corners):
    """The smallest distance (km) of a point from a mean of three corners with weights that are not negative."""
    rows = np.vstack([(corners - point).T, _FIRM * np.ones(3)])
    weights, _ = nnls(rows, np.array([0.0, 0.0, 0.0, _FIRM]))
    weights /= weights.sum()
    return float(np.linalg.norm(weights @ corners - point))


def distances(points, corners):
    """Distance (m, t) of each point from each triangle."""
    return np.array([[distance_from_triangle(point, triangle) for triangle in corners] for point in points])


def places_on(plate):
    """The middles of 35 equal parts of a plate of four corners, seven along its longer side."""
    one, two = plate[1] - plate[0], plate[3] - plate[0]
    first, second = (ALONG, DOWN) if np.linalg.norm(one) >= np.linalg.norm(two) else (DOWN, ALONG)
    shares = [((i + 0.5) / first, (j + 0.5) / second) for i in range(first) for j in range(second)]
    return np.array([plate[0] + u * one + v * two for u, v in shares])


def beside(plate, normal, corners, across, owner):
    """Median and mean distance, median angle (degrees), share and name of the commonest owner, of one plate."""
    away = distances(places_on(plate), corners)
    nearest = away.argmin(axis=1)
    angle = np.degrees(np.arccos(np.clip(np.abs(across[nearest] @ normal), 0.0, 1.0)))
    count = np.bincount(owner[nearest])
    smallest = away.min(axis=1)
    return np.median(smallest), smallest.mean(), np.median(angle), count.max() / len(nearest), int(count.argmax())
