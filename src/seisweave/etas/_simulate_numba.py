"""ETAS catalogs, event by event in order of time: what has not happened yet waits in a heap.

Times are days after the instant that the simulation begins at. A kernel's offspring are drawn from the power law
without its taper and kept by the taper, so that their numbers and times are exact without an integral; 40 taper times
later, where e^-40 of them are left, nothing is looked for. An event whose number of offspring needs its surroundings is
described when it happens.
"""

import math

import numpy as np
from numba import njit

from seisweave.etas._describe_numba import describe_event, draw_place
from seisweave.etas._draws_numba import (
    draw_delay,
    draw_over_min,
    draw_step,
    draw_uniform,
    drop_first,
    first_above,
    proposals_of,
    push,
)
from seisweave.etas._simulate_parts import (
    DECAY,
    DELAY,
    ELONGATION,
    LOOP,
    MAGNITUDE,
    N_FEATURES,
    OMEGA,
    PARENT,
    PRODUCTIVITY,
    RHO,
    WIDTH,
    M,
    T,
    X,
    Y,
)


@njit(**LOOP)
def _linear(coefficient, feature):
    total = coefficient[0]
    for f in range(1, coefficient.size):
        total += coefficient[f] * feature[f]
    return total


@njit(**LOOP)
def _roomy(columns, n):
    """The same array, or a wider one where n columns do not fit."""
    if n <= columns.shape[1]:
        return columns
    larger = np.empty((columns.shape[0], max(n, 2 * columns.shape[1])))
    _copy(columns, columns.shape[1], larger, 0)
    return larger


@njit(**LOOP)
def _copy(columns, n, other, at):
    for row in range(min(columns.shape[0], other.shape[0])):
        for j in range(n):
            other[row, at + j] = columns[row, j]


@njit(**LOOP)
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
            push(heap, waiting, span * rng.random(), math.nan, math.nan, -1.0 - b)
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
            j = first_above(proposals, rng.random() * expected)
            t = past.t[j] + draw_delay(rng, -past.t[j], span - past.t[j], past.c[k, j], omega, decay)
            if 0.0 <= t < span:
                dx, dy = draw_step(rng, past.z[k, j], rho, past.e[k, j], past.strike[j])
                push(heap, waiting, t, past.x[j] + dx, past.y[j] + dy, -1.0 - len(backgrounds.rate) - j)
                waiting += 1
    return heap, waiting


@njit(**LOOP)
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
            delay = draw_delay(rng, 0.0, span - t, c, omega, decay)
            if 0.0 <= delay < span - t:
                dx, dy = draw_step(rng, z, rho, e, strike)
                push(heap, waiting, t + delay, event[X, i] + dx, event[Y, i] + dy, i)
                waiting += 1
    return heap, waiting


@njit(**LOOP)
def simulate_catalogs(rng, last, most, span, past, kernels, backgrounds, law, surroundings, standard):
    """Simulate as many catalogs as `last` has places.

    Fills for each where it ends, -1 - that where it was cut at `most` events; returns rows T to PARENT of all events.
    Without surroundings (None: compiled apart, in half the time) magnitude is all that is asked of an event.
    """
    heap, event = np.empty((4, 64)), np.empty((9, 64))
    out, n_out, feature, strike = np.empty((5, 256)), 0, np.zeros(N_FEATURES), 0.0
    if surroundings is not None:
        near = np.empty((3, surroundings.neighbours))
    for catalog in range(last.size):
        heap, waiting = _first_events(rng, heap, span, most, past, kernels, backgrounds)
        i, cut = 0, waiting > most
        while waiting > 0 and not cut:
            event = _roomy(event, i + 1)
            event[T, i], event[X, i], event[Y, i], event[PARENT, i] = heap[0, 0], heap[1, 0], heap[2, 0], heap[3, 0]
            drop_first(heap, waiting)
            waiting -= 1
            event[M, i] = draw_over_min(rng, law)
            b = int(-1.0 - event[PARENT, i])
            if surroundings is None:
                if 0 <= b < len(backgrounds.rate):
                    event[X, i], event[Y, i] = draw_uniform(rng, backgrounds.outline)
                feature[MAGNITUDE] = event[M, i]
            else:
                if 0 <= b < len(backgrounds.rate):
                    event[X, i], event[Y, i] = draw_place(rng, b, event, i, past, backgrounds, standard)
                strike = describe_event(event, i, past, surroundings, standard, near, feature)
            heap, waiting = _offspring(rng, heap, waiting, i, event, strike, feature, span, most - i - 1, kernels)
            i += 1
            cut = i + waiting > most
        out = _roomy(out, n_out + i)
        _copy(event, i, out, n_out)
        n_out += i
        last[catalog] = -1 - n_out if cut else n_out
    return out[:, :n_out]
