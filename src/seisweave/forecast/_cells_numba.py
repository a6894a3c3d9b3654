"""Compiled sum of round kernels over the cells of a map grid."""

from math import erf

import numpy as np
from numba import njit


@njit("void(f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[::1], f8[:,::1])", cache=True, nogil=True)
def add_kernels(lon, lat, sigma_lon, sigma_lat, weight, lon_edge, lat_edge, mass):
    """Add to mass (rows of latitude, columns of longitude) what every kernel has in each cell, out to seven sigmas."""
    columns, rows = len(lon_edge) - 1, len(lat_edge) - 1
    across, up = np.empty(columns + 1), np.empty(rows + 1)
    for i in range(len(lon)):
        first = max(0, np.searchsorted(lon_edge, lon[i] - 7.0 * sigma_lon[i]) - 1)
        last = min(columns, np.searchsorted(lon_edge, lon[i] + 7.0 * sigma_lon[i]))
        low = max(0, np.searchsorted(lat_edge, lat[i] - 7.0 * sigma_lat[i]) - 1)
        high = min(rows, np.searchsorted(lat_edge, lat[i] + 7.0 * sigma_lat[i]))
        for c in range(first, last + 1):
            across[c] = 0.5 * erf((lon_edge[c] - lon[i]) / (1.4142135623730951 * sigma_lon[i]))
        for r in range(low, high + 1):
            up[r] = 0.5 * erf((lat_edge[r] - lat[i]) / (1.4142135623730951 * sigma_lat[i]))
        for r in range(low, high):
            share = weight[i] * (up[r + 1] - up[r])
            for c in range(first, last):
                mass[r, c] += share * (across[c + 1] - across[c])
