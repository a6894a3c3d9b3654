"""ETAS catalogs, event by event in order of time: what has not happened yet waits in a heap.

Times are days after the instant that the simulation begins at. A kernel's offspring are drawn from the power law
without its taper and kept by the taper, so that their numbers and times are exact without an integral; 40 taper times
later, where e^-40 of them are left, nothing is looked for. An event whose number of offspring needs its surroundings is
described when it happens.
"""

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from seisweave.etas._pairs_numba import sum_rates
from seisweave.etas._tree_numba import keep_nearest, nearest_of_tree
from seisweave.etas.features import FLOOR_KM, NOISE_KM
from seisweave.etas.features import SPACING as NEIGHBOURS

PRODUCTIVITY, DELAY, WIDTH, ELONGATION = range(4)  # parts of a kernel
MAGNITUDE, SPACING, SHAPE, RATE, TOTAL_RATE = range(1, 6)  # features, after the constant
T, X, Y, M, PARENT, SPACING_KM, SHARE, STANDARD_K, STANDARD_Z = range(9)  # rows of the events of a catalog
OMEGA, DECAY, RHO, C = range(4)  # numbers of a kernel; c only of the standard one
_LONGEST = 40.0
_LOOP = {"cache": True, "nogil": True, "error_model": "numpy"}


class Past(NamedTuple):
    """n events before the instant: place, strike, and by kernel (rows) cumulated proposals, c, Z and e."""

    t: np.ndarray
    x: np.ndarray
    y: np.ndarray
    strike: np.ndarray
    proposals: np.ndarray
    c: np.ndarray
    z: np.ndarray
    e: np.ndarray


class Kernels(NamedTuple):
    """By kernel: coefficients (part, constant and features), and omega, 1 / tau, rho."""

    coefficient: np.ndarray
    number: np.ndarray


class Backgrounds(NamedTuple):
    """By background events a day and width in spacings (0: uniform); the past's cumulated weights and spacings."""

    rate: np.ndarray
    spacings: np.ndarray
    weight: np.ndarray
    spacing_km: np.ndarray
    uniform_weight: float
    usual_km: float
    outline: np.ndarray


class Magnitudes(NamedTuple):
    """Of the tapered law: slope, smallest moment in units of the corner's, steps."""

    slope: float
    taper: float
    width: float


class Surroundings(NamedTuple):
    """How many neighbours a description rests on (0: none are wanted), the past in a tree, scales of features."""

    neighbours: int
    rated: bool
    tree_x: np.ndarray
    tree_y: np.ndarray
    axis: np.ndarray
    cut: np.ndarray
    mean: np.ndarray
    sd: np.ndarray


class Standard(NamedTuple):
    """The standard form: rows of the past for its rate and that over the plane, coefficients, numbers, background."""

    source: np.ndarray
    exponent: np.ndarray
    total_source: np.ndarray
    total_exponent: np.ndarray
    coefficient: np.ndarray
    number: np.ndarray
    background: float
    total_background: float


@njit(**_LOOP)
def proposals_of(low, high, c, omega, decay):
    """Integral of (s + c)^-(1+omega) from low to high, times the taper at low: at least that of the tapered kernel."""
    high = min(high, low + _LONGEST / decay)
    if not high > low:
        return 0.0
    length = math.log((high + c) / (low + c))
    bend = omega * length
    share = length if abs(bend) < 1e-9 else -math.expm1(-bend) / omega
    return math.exp(-decay * low - omega * math.log(low + c)) * share


@njit(**_LOOP)
def cumulated_proposals(t, end, k, c, omega, decay, total):
    """Fill the proposals of all past sources until the end, cumulated."""
    at = 0.0
    for j in range(t.size):
        at += k[j] * proposals_of(-t[j], end - t[j], c[j], omega, decay)
        total[j] = at


@njit(**_LOOP)
def _delay(rng, low, high, c, omega, decay):
    """A proposal's time after its source, -1 where the taper does not keep it."""
    high = min(high, low + _LONGEST / decay)
    length = math.log((high + c) / (low + c))
    bend = omega * length
    u = rng.random()
    along = u * length if abs(bend) < 1e-9 else -math.log1p(u * math.expm1(-bend)) / omega
    waited = (low + c) * math.expm1(along)
    return low + waited if rng.random() < math.exp(-decay * waited) else -1.0


@njit(**_LOOP)
def _step(rng, z, rho, e, strike):
    """A place beside the source."""
    q = z * math.expm1(-math.log(1.0 - rng.random()) / rho)
    turn = 2.0 * math.pi * rng.random()
    along, across = math.sqrt(q * e) * math.cos(turn), math.sqrt(q / e) * math.sin(turn)
    if strike == 0.0:
        return along, across
    cos, sin = math.cos(strike), math.sin(strike)
    return along * cos - across * sin, along * sin + across * cos


@njit(**_LOOP)
def _over_min(rng, law):
    """A magnitude over the smallest."""
    pareto = rng.standard_exponential() / law.slope
    tapered = math.log1p(rng.standard_exponential() / law.taper) / (1.5 * math.log(10.0))
    over = min(pareto, tapered)
    return law.width * math.floor(over / law.width) if law.width > 0.0 else over


@njit(**_LOOP)
def _first_above(growing, value):
    """The first of growing numbers that is above a value; the last one where none is."""
    low, high = 0, growing.size - 1
    while low < high:
        middle = (low + high) // 2
        if growing[middle] > value:
            high = middle
        else:
            low = middle + 1
    return low


@njit(**_LOOP)
def _uniform(rng, outline):
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


@njit(**_LOOP)
def _push(heap, n, t, x, y, parent):
    """Columns of the heap: time, place, parent. Scalars one by one: assigned rows compile for seconds."""
    i = n
    while i > 0 and heap[0, (i - 1) // 2] > t:
        up = (i - 1) // 2
        for row in range(4):
            heap[row, i] = heap[row, up]
        i = up
    heap[0, i], heap[1, i], heap[2, i], heap[3, i] = t, x, y, parent


@njit(**_LOOP)
def _drop_first(heap, n):
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


@njit(**_LOOP)
def _standard_rate(event, i, past_t, source, exponent, standard, everywhere):
    """The standard form's triggered rate at event i of a catalog, there or over the whole plane."""
    at, before, total = np.empty((3, 1)), np.array([past_t.size]), np.zeros(1)
    at[0, 0], at[1, 0], at[2, 0] = event[T, i], event[X, i], event[Y, i]
    sum_rates(at, before, past_t, source, exponent, total)
    omega, decay, rho, c = standard.number[OMEGA], standard.number[DECAY], standard.number[RHO], standard.number[C]
    rate = total[0]
    for j in range(i):
        dt = event[T, i] - event[T, j]
        dx, dy = event[X, i] - event[X, j], event[Y, i] - event[Y, j]
        one = event[STANDARD_K, j] * math.exp(-decay * dt - (1.0 + omega) * math.log(dt + c))
        if not everywhere:
            z = event[STANDARD_Z, j]
            one *= rho / math.pi / z * math.exp(-(1.0 + rho) * math.log((dx * dx + dy * dy) / z + 1.0))
        rate += one
    return rate


@njit(**_LOOP)
def _share(event, i, past, standard):
    """The chance that nothing triggered event i, by the standard form; found when first asked for."""
    if math.isnan(event[SHARE, i]):
        rate = _standard_rate(event, i, past.t, standard.source, standard.exponent, standard, False)
        event[SHARE, i] = standard.background / (standard.background + rate)
    return event[SHARE, i]


@njit(**_LOOP)
def _place(rng, b, event, i, past, backgrounds, standard):
    """Where a background event happens that i of its catalog came before.

    A smoothed background chooses the uniform one or an earlier event by weight. Those of this catalog are proposed with
    the weight 1 and kept by their own, which few are asked for.
    """
    ahead = len(backgrounds.weight)
    of_past = backgrounds.uniform_weight + (backgrounds.weight[ahead - 1] if ahead else 0.0)
    while backgrounds.spacings[b] > 0.0:
        u = rng.random() * (of_past + i)
        if u < backgrounds.uniform_weight:
            break
        if u < of_past:
            j = _first_above(backgrounds.weight, u - backgrounds.uniform_weight)
            x, y, spacing = past.x[j], past.y[j], backgrounds.spacing_km[j]
        else:
            j = min(int(u - of_past), i - 1)
            if rng.random() >= _share(event, j, past, standard):
                continue
            x, y, spacing = event[X, j], event[Y, j], event[SPACING_KM, j]
        width = max(backgrounds.spacings[b] * (backgrounds.usual_km if math.isnan(spacing) else spacing), FLOOR_KM)
        dx, dy = _step(rng, width * width, 1.0, 1.0, 0.0)
        return x + dx, y + dy
    return _uniform(rng, backgrounds.outline)


@njit(**_LOOP)
def describe_event(event, i, past, surroundings, standard, near, feature):
    """Fill the features of event i of a catalog, and its spacing; returns the strike."""
    strike, event[SHARE, i] = 0.0, math.nan
    event[STANDARD_K, i] = math.exp(standard.coefficient[0] + standard.coefficient[1] * event[M, i])
    event[STANDARD_Z, i] = math.exp(standard.coefficient[2] + standard.coefficient[3] * event[M, i])
    feature[MAGNITUDE] = event[M, i]
    feature[SPACING], feature[SHAPE], feature[RATE], feature[TOTAL_RATE] = math.nan, 0.0, math.nan, math.nan
    if surroundings.neighbours > 0:
        near[0].fill(np.inf)
        nearest_of_tree(
            event[X, i],
            event[Y, i],
            surroundings.tree_x,
            surroundings.tree_y,
            surroundings.axis,
            surroundings.cut,
            near,
        )
        keep_nearest(event[X, i], event[Y, i], event[X, :i], event[Y, :i], near)
        square = near[0, NEIGHBOURS - 1]
        event[SPACING_KM, i] = math.nan
        if square < np.inf:
            event[SPACING_KM, i] = math.sqrt(max(square, FLOOR_KM**2))
            feature[SPACING] = math.log(event[SPACING_KM, i])
        if near.shape[1] > NEIGHBOURS and near[0, near.shape[1] - 1] < np.inf:
            strike, feature[SHAPE] = _scatter(near)
    if surroundings.rated:
        rate = _standard_rate(event, i, past.t, standard.source, standard.exponent, standard, False)
        total = _standard_rate(event, i, past.t, standard.total_source, standard.total_exponent, standard, True)
        feature[RATE] = math.log(standard.background + rate)
        feature[TOTAL_RATE] = math.log(standard.total_background + total)
        event[SHARE, i] = standard.background / (standard.background + rate)
    for f in range(SPACING, TOTAL_RATE + 1):
        known = math.isfinite(feature[f])
        feature[f] = (feature[f] - surroundings.mean[f]) / surroundings.sd[f] if known else 0.0
    return strike


@njit(**_LOOP)
def _scatter(near):
    """Strike, and the logarithm of the ratio of axes, of the nearest earlier epicentres."""
    k = near.shape[1]
    mean_x, mean_y, xx, yy, xy = 0.0, 0.0, 0.0, 0.0, 0.0
    for j in range(k):
        mean_x += near[1, j] / k
        mean_y += near[2, j] / k
    for j in range(k):
        dx, dy = near[1, j] - mean_x, near[2, j] - mean_y
        xx += dx * dx / k
        yy += dy * dy / k
        xy += dx * dy / k
    half, middle = math.hypot(0.5 * (xx - yy), xy), 0.5 * (xx + yy) + NOISE_KM**2
    ratio = math.sqrt((middle + half) / max(middle - half, 0.5 * NOISE_KM**2))
    return 0.5 * math.atan2(2.0 * xy, xx - yy), math.log(ratio)


@njit(**_LOOP)
def _linear(coefficient, feature):
    total = coefficient[0]
    for f in range(1, coefficient.size):
        total += coefficient[f] * feature[f]
    return total


@njit(**_LOOP)
def _roomy(columns, n):
    """The same array, or a wider one where n columns do not fit."""
    if n <= columns.shape[1]:
        return columns
    larger = np.empty((columns.shape[0], max(n, 2 * columns.shape[1])))
    _copy(columns, columns.shape[1], larger, 0)
    return larger


@njit(**_LOOP)
def _copy(columns, n, other, at):
    for row in range(min(columns.shape[0], other.shape[0])):
        for j in range(n):
            other[row, at + j] = columns[row, j]


@njit(**_LOOP)
def _first_events(rng, heap, span, most, past, kernels, backgrounds):
    """Put background events and direct offspring of the past into the heap; returns it and their number."""
    waiting = 0
    for b in range(len(backgrounds.rate)):
        expected = backgrounds.rate[b] * span
        n = rng.poisson(expected) if expected < 10.0 * most + 1e4 else 2 * most
        if waiting + n > most:
            return heap, most + 1
        heap = _roomy(heap, waiting + n)
        for _ in range(n):
            _push(heap, waiting, span * rng.random(), math.nan, math.nan, -1.0 - b)
            waiting += 1
    for k in range(len(kernels.number)):
        proposals = past.proposals[k]
        expected = proposals[-1] if proposals.size else 0.0
        n = rng.poisson(expected) if expected < 10.0 * most + 1e4 else 2 * most
        if waiting + n > most:
            return heap, most + 1
        heap = _roomy(heap, waiting + n)
        number = kernels.number[k]
        omega, decay, rho = number[OMEGA], number[DECAY], number[RHO]
        for _ in range(n):
            j = _first_above(proposals, rng.random() * expected)
            t = past.t[j] + _delay(rng, -past.t[j], span - past.t[j], past.c[k, j], omega, decay)
            if 0.0 <= t < span:
                dx, dy = _step(rng, past.z[k, j], rho, past.e[k, j], past.strike[j])
                _push(heap, waiting, t, past.x[j] + dx, past.y[j] + dy, -1.0 - len(backgrounds.rate) - j)
                waiting += 1
    return heap, waiting


@njit(**_LOOP)
def _offspring(rng, heap, waiting, i, event, strike, feature, span, most, kernels):
    """Put the offspring of event i into the heap; returns it and how many wait."""
    t = event[T, i]
    for k in range(len(kernels.number)):
        number = kernels.number[k]
        omega, decay, rho = number[OMEGA], number[DECAY], number[RHO]
        part = kernels.coefficient[k]
        c = math.exp(_linear(part[DELAY], feature))
        expected = math.exp(_linear(part[PRODUCTIVITY], feature)) * proposals_of(0.0, span - t, c, omega, decay)
        n = rng.poisson(expected) if expected < 10.0 * most + 1e4 else 2 * most
        if n == 0:
            continue
        if waiting + n > most:
            return heap, most + 1
        heap = _roomy(heap, waiting + n)
        z, e = math.exp(_linear(part[WIDTH], feature)), math.exp(_linear(part[ELONGATION], feature))
        for _ in range(n):
            delay = _delay(rng, 0.0, span - t, c, omega, decay)
            if 0.0 <= delay < span - t:
                dx, dy = _step(rng, z, rho, e, strike)
                _push(heap, waiting, t + delay, event[X, i] + dx, event[Y, i] + dy, i)
                waiting += 1
    return heap, waiting


@njit(**_LOOP)
def simulate_catalogs(rng, last, most, span, past, kernels, backgrounds, law, surroundings, standard):
    """Simulate as many catalogs as `last` has places.

    Fills for each where it ends, -1 - that where it was cut at `most` events; returns rows T to PARENT of all events.
    Without surroundings (None: compiled apart, in half the time) magnitude is all that is asked of an event.
    """
    heap, event = np.empty((4, 64)), np.empty((9, 64))
    out, n_out, feature, strike = np.empty((5, 256)), 0, np.zeros(6), 0.0
    if surroundings is not None:
        near = np.empty((3, surroundings.neighbours))
    for catalog in range(last.size):
        heap, waiting = _first_events(rng, heap, span, most, past, kernels, backgrounds)
        i, cut = 0, waiting > most
        while waiting > 0 and not cut:
            event = _roomy(event, i + 1)
            event[T, i], event[X, i], event[Y, i], event[PARENT, i] = heap[0, 0], heap[1, 0], heap[2, 0], heap[3, 0]
            _drop_first(heap, waiting)
            waiting -= 1
            event[M, i] = _over_min(rng, law)
            b = int(-1.0 - event[PARENT, i])
            if surroundings is None:
                if 0 <= b < len(backgrounds.rate):
                    event[X, i], event[Y, i] = _uniform(rng, backgrounds.outline)
                feature[MAGNITUDE] = event[M, i]
            else:
                if 0 <= b < len(backgrounds.rate):
                    event[X, i], event[Y, i] = _place(rng, b, event, i, past, backgrounds, standard)
                strike = describe_event(event, i, past, surroundings, standard, near, feature)
            heap, waiting = _offspring(rng, heap, waiting, i, event, strike, feature, span, most - i - 1, kernels)
            i += 1
            cut = i + waiting > most
        out = _roomy(out, n_out + i)
        _copy(event, i, out, n_out)
        n_out += i
        last[catalog] = -1 - n_out if cut else n_out
    return out[:, :n_out]
