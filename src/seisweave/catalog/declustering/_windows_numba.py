"""The loop of `gardner_knopoff`: the largest event first, each takes what is left in its window."""

from numba import njit


@njit(cache=True, nogil=True)
def take_windows(largest_first, t, xyz, days, before_days, chord2, leader):
    """Fill `leader`, -1 before, with the mainshock of each event; chord2 are squares of straight distances."""
    for i in largest_first:
        if leader[i] >= 0:
            continue
        leader[i] = i
        for step in (1, -1):
            span = days[i] if step == 1 else before_days[i]
            j = i + step
            while 0 <= j < t.size and step * (t[j] - t[i]) <= span:
                if leader[j] < 0:
                    dx, dy, dz = xyz[j, 0] - xyz[i, 0], xyz[j, 1] - xyz[i, 1], xyz[j, 2] - xyz[i, 2]
                    if dx * dx + dy * dy + dz * dz <= chord2[i]:
                        leader[j] = i
                j += step
