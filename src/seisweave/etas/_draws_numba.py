"""Draws that a simulated event is made of, and the heap of those that have not happened yet."""

import math

from numba import njit

from seisweave.etas._simulate_parts import LOOP

_LONGEST = 40.0


@njit(**LOOP)
def proposals_of(low, high, c, omega, decay):
    """Integral of (s + c)^-(1+omega) from low to high, times the taper at low: at least that of the tapered kernel."""
    high = min(high, low + _LONGEST / decay)
    if not high > low:
        return 0.0
    length = math.log((high + c) / (low + c))
    bend = omega * length
    share = length if abs(bend) < 1e-9 else -math.expm1(-bend) / omega
    return math.exp(-decay * low - omega * math.log(low + c)) * share


@njit(**LOOP)
def cumulated_proposals(t, end, k, c, omega, decay, total):
    """Fill the proposals of all past sources until the end, cumulated."""
    at = 0.0
    for j in range(t.size):
        at += k[j] * proposals_of(-t[j], end - t[j], c[j], omega, decay)
        total[j] = at


@njit(**LOOP)
def draw_delay(rng, low, high, c, omega, decay):
    """A proposal's time after its source, -1 where the taper does not keep it."""
    high = min(high, low + _LONGEST / decay)
    length = math.log((high + c) / (low + c))
    bend = omega * length
    u = rng.random()
    along = u * length if abs(bend) < 1e-9 else -math.log1p(u * math.expm1(-bend)) / omega
    waited = (low + c) * math.expm1(along)
    return low + waited if rng.random() < math.exp(-decay * waited) else -1.0


@njit(**LOOP)
def draw_step(rng, z, rho, e, strike):
    """A place beside the source."""
    q = z * math.expm1(-math.log(1.0 - rng.random()) / rho)
    turn = 2.0 * math.pi * rng.random()
    along, across = math.sqrt(q * e) * math.cos(turn), math.sqrt(q / e) * math.sin(turn)
    if strike == 0.0:
        return along, across
    cos, sin = math.cos(strike), math.sin(strike)
    return along * cos - across * sin, along * sin + across * cos


@njit(**LOOP)
def draw_over_min(rng, law):
    """A magnitude over the smallest."""
    pareto = rng.standard_exponential() / law.slope
    tapered = math.log1p(rng.standard_exponential() / law.taper) / (1.5 * math.log(10.0))
    over = min(pareto, tapered)
    return law.width * math.floor(over / law.width) if law.width > 0.0 else over


@njit(**LOOP)
def first_above(growing, value):
    """The first of growing numbers that is above a value; the last one where none is."""
    low, high = 0, growing.size - 1
    while low < high:
        middle = (low + high) // 2
        if growing[middle] > value:
            high = middle
        else:
            low = middle + 1
    return low


@njit(**LOOP)
def draw_uniform(rng, outline):
    """A place within a polygon, by the even-odd rule."""
    low_x, high_x, low_y, high_y = outline[0, 0], outline[0, 0], outline[0, 1], outline[0, 1]
    for i in range(len(outline)):
        x, y = outline[i, 0], outline[i, 1]
        low_x, high_x, low_y, high_y = min(low_x, x), max(high_x, x), min(low_y, y), max(high_y, y)
    while True:
        x, y = low_x + rng.random() * (high_x - low_x), low_y + rng.random() * (high_y - low_y)
        odd, j = False, len(outline) - 1
        for i in range(len(outline)):
            if (outline[i, 1] > y) != (outline[j, 1] > y):
                slope = (outline[j, 0] - outline[i, 0]) / (outline[j, 1] - outline[i, 1])
                odd ^= x < outline[i, 0] + (y - outline[i, 1]) * slope
            j = i
        if odd:
            return x, y


@njit(**LOOP)
def push(heap, n, t, x, y, parent):
    """Columns of the heap: time, place, parent. Scalars one by one: assigned rows compile for seconds."""
    i = n
    while i > 0 and heap[0, (i - 1) // 2] > t:
        up = (i - 1) // 2
        for row in range(4):
            heap[row, i] = heap[row, up]
        i = up
    heap[0, i], heap[1, i], heap[2, i], heap[3, i] = t, x, y, parent


@njit(**LOOP)
def drop_first(heap, n):
    """Close the gap that the first of n leaves."""
    i, last = 0, n - 1
    while 2 * i + 1 < last:
        child = 2 * i + 1
        if child + 1 < last and heap[0, child + 1] < heap[0, child]:
            child += 1
        if heap[0, child] >= heap[0, last]:
            break
        for row in range(4):
            heap[row, i] = heap[row, child]
        i = child
    for row in range(4):
        heap[row, i] = heap[row, last]
