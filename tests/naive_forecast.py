"""Slow, obvious versions of the compiled functions of `seisweave.forecast`, straight from the equations."""

from math import erf, sqrt

import numpy as np
from scipy.special import logsumexp


def log_kernel_density(places, centres, sigma, weight):
    """Logarithm of Σ w N(place; centre, σ²) at each place, all pairs."""
    result = []
    for place in places:
        d2 = ((centres - place) ** 2).sum(axis=1)
        terms = np.log(weight / weight.sum()) - 1.5 * np.log(2 * np.pi) - 3 * np.log(sigma) - d2 / (2 * sigma**2)
        result.append(logsumexp(terms))
    return np.array(result)


def node_sums(amplitude, steepness, n_leaves):
    """Sum of amplitudes, least and greatest steepness below every node (row 0 is no node)."""
    total = len(amplitude)
    rows = np.zeros((2 * n_leaves, 3))
    for k in range(1, 2 * n_leaves):
        first, width = k, 1
        while first < n_leaves:
            first, width = 2 * first, 2 * width
        own = slice((first - n_leaves) * total // n_leaves, (first - n_leaves + width) * total // n_leaves)
        empty = amplitude[own].size == 0
        rows[k] = (0.0, np.inf, 0.0) if empty else (amplitude[own].sum(), steepness[own].min(), steepness[own].max())
    return rows


def cell_sums(lon, lat, sigma_lon, sigma_lat, weight, lon_edge, lat_edge):
    """What every kernel has in each cell, all pairs: the product of two differences of the normal distribution."""
    mass = np.zeros((len(lat_edge) - 1, len(lon_edge) - 1))
    for i in range(len(lon)):
        across = np.array([0.5 * erf((e - lon[i]) / (sqrt(2) * sigma_lon[i])) for e in lon_edge])
        up = np.array([0.5 * erf((e - lat[i]) / (sqrt(2) * sigma_lat[i])) for e in lat_edge])
        mass += weight[i] * np.outer(np.diff(up), np.diff(across))
    return mass
