"""The name of a cluster: the event at the end of the links."""

from numba import njit


@njit(cache=True, nogil=True)
def root_of(leader, i):
    """Follow the links to an event that leads itself; those on the way are shortened."""
    while leader[i] != i:
        leader[i] = leader[leader[i]]
        i = leader[i]
    return i


@njit(cache=True, nogil=True)
def name_roots(parent, leader):
    """Fill `leader` with the root of each event, whose parent comes before it or is -1."""
    for i in range(parent.size):
        leader[i] = i if parent[i] < 0 else leader[parent[i]]
