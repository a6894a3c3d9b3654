"""Compiled loops over the tetrahedra of a solid: which cells of a grid each reaches, and which points lie inside.

A tetrahedron is given by four planes (a row each: unit normal pointing inwards, and offset), and by its bounds. The
grid lies over the bounds of the whole; `start` and `listed` hold the tetrahedra of each cell, in the order of their
numbers.
"""

import numpy as np
from numba import njit


@njit("void(f8[:,::1], f8[::1], f8[::1], i8[::1], i8[:,::1])", cache=True, nogil=True)
def find_cells(bounds, origin, step, size, cells):
    """First and last cell along each axis that each of t boxes (low, high: t x 6) reaches, into cells (t x 6)."""
    for t in range(len(bounds)):
        for axis in range(3):
            for end in range(2):
                k = int(np.floor((bounds[t, 3 * end + axis] - origin[axis]) / step[axis]))
                cells[t, 3 * end + axis] = min(max(k, 0), size[axis] - 1)


@njit("void(i8[:,::1], i8[::1], i8[::1], i8[::1])", cache=True, nogil=True)
def list_cells(cells, size, start, listed):
    """The boxes that reach each cell of the grid; `start` (cells + 1) says where its list begins in `listed`.

    With `listed` empty only `start` is filled, and ends with the length of all lists.
    """
    start[:] = 0
    for t in range(len(cells)):
        for i in range(cells[t, 0], cells[t, 3] + 1):
            for j in range(cells[t, 1], cells[t, 4] + 1):
                for k in range(cells[t, 2], cells[t, 5] + 1):
                    start[(i * size[1] + j) * size[2] + k + 1] += 1
    for c in range(len(start) - 1):
        start[c + 1] += start[c]
    if len(listed) == 0:
        return
    filled = start[:-1].copy()
    for t in range(len(cells)):
        for i in range(cells[t, 0], cells[t, 3] + 1):
            for j in range(cells[t, 1], cells[t, 4] + 1):
                for k in range(cells[t, 2], cells[t, 5] + 1):
                    c = (i * size[1] + j) * size[2] + k
                    listed[filled[c]] = t
                    filled[c] += 1


@njit(
    "void(f8[:,:], f8[:,:,::1], f8[::1], f8[::1], i8[::1], i8[::1], i8[::1], f8, f8[::1])",
    cache=True,
    nogil=True,
)
def inside(xyz, planes, origin, step, size, start, listed, tolerance, found):
    """Set found to 1 for the points (3 x n) that lie in a tetrahedron, within a tolerance of its faces; 0 elsewhere."""
    for s in range(xyz.shape[1]):
        found[s] = 0.0
        cell = 0
        outside = False
        for axis in range(3):
            x = (xyz[axis, s] - origin[axis]) / step[axis]
            if not (x >= 0.0 and x < size[axis]):
                outside = True
                break
            cell = cell * size[axis] + int(x)
        if outside:
            continue
        for t in range(start[cell], start[cell + 1]):
            held = True
            for k in range(4):
                plane = planes[listed[t], k]
                if plane[0] * xyz[0, s] + plane[1] * xyz[1, s] + plane[2] * xyz[2, s] + plane[3] < -tolerance:
                    held = False
                    break
            if held:
                found[s] = 1.0
                break
