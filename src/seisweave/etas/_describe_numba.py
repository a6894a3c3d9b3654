"""What surrounds a simulated event when it happens: earlier epicentres, the standard rate, places of the background."""

import math

import numpy as np
from numba import njit

from seisweave.etas._draws_numba import draw_step, draw_uniform, first_above
from seisweave.etas._mixture_numba import likeliest
from seisweave.etas._pairs_numba import sum_rates
from seisweave.etas._simulate_parts import (
    DECAY,
    FAULT_EFFECT,
    FAULT_SHAPE,
    LOOP,
    MAGNITUDE,
    MEAN_X,
    MEAN_Y,
    MIXED,
    OMEGA,
    RATE,
    RHO,
    ROOT_XX,
    ROOT_XY,
    ROOT_YY,
    SHAPE,
    SHARE,
    SMOOTHED,
    SPACING,
    SPACING_KM,
    STANDARD_K,
    STANDARD_Z,
    TOTAL_RATE,
    C,
    M,
    T,
    X,
    Y,
)
from seisweave.etas._tree_numba import keep_nearest, nearest_of_tree
from seisweave.etas.features import FLOOR_KM, NOISE_KM
from seisweave.etas.features import SPACING as NEIGHBOURS


@njit(**LOOP)
def standard_rate(event, i, past_t, source, exponent, standard, everywhere):
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


@njit(**LOOP)
def background_share(event, i, past, standard):
    """The chance that nothing triggered event i, by the standard form; found when first asked for."""
    if math.isnan(event[SHARE, i]):
        rate = standard_rate(event, i, past.t, standard.source, standard.exponent, standard, False)
        event[SHARE, i] = standard.background / (standard.background + rate)
    return event[SHARE, i]


@njit(**LOOP)
def draw_place(rng, b, event, i, past, backgrounds, standard):
    """Where a background event happens that i of its catalog came before.

    A mixture chooses one of its parts. A smoothed background chooses the uniform one or an earlier event by weight.
    Those of this catalog are proposed with the weight 1 and kept by their own, which few are asked for.
    """
    if backgrounds.kind[b] == MIXED:
        part, width = backgrounds.part, backgrounds.width[b]
        k = first_above(backgrounds.part_weight, rng.random() * backgrounds.part_weight[-1])
        one, other = rng.standard_normal(), rng.standard_normal()
        x = part[MEAN_X, k] + part[ROOT_XX, k] * one + width * rng.standard_normal()
        y = part[MEAN_Y, k] + part[ROOT_XY, k] * one + part[ROOT_YY, k] * other + width * rng.standard_normal()
        return x, y
    ahead = len(backgrounds.weight)
    of_past = backgrounds.uniform_weight + (backgrounds.weight[ahead - 1] if ahead else 0.0)
    while backgrounds.kind[b] == SMOOTHED:
        u = rng.random() * (of_past + i)
        if u < backgrounds.uniform_weight:
            break
        if u < of_past:
            j = first_above(backgrounds.weight, u - backgrounds.uniform_weight)
            x, y, spacing = past.x[j], past.y[j], backgrounds.spacing_km[j]
        else:
            j = min(int(u - of_past), i - 1)
            if rng.random() >= background_share(event, j, past, standard):
                continue
            x, y, spacing = event[X, j], event[Y, j], event[SPACING_KM, j]
        width = max(backgrounds.width[b] * (backgrounds.usual_km if math.isnan(spacing) else spacing), FLOOR_KM)
        dx, dy = draw_step(rng, width * width, 1.0, 1.0, 0.0)
        return x + dx, y + dy
    return draw_uniform(rng, backgrounds.outline)


@njit(**LOOP)
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
            strike, feature[SHAPE] = scatter_of(near)
    if surroundings.rated:
        rate = standard_rate(event, i, past.t, standard.source, standard.exponent, standard, False)
        total = standard_rate(event, i, past.t, standard.total_source, standard.total_exponent, standard, True)
        feature[RATE] = math.log(standard.background + rate)
        feature[TOTAL_RATE] = math.log(standard.total_background + total)
        event[SHARE, i] = standard.background / (standard.background + rate)
    feature[FAULT_SHAPE], feature[FAULT_EFFECT] = math.nan, math.nan
    if surroundings.fault.shape[1] > 0:
        k = likeliest(event[X, i], event[Y, i], surroundings.fault)
        feature[FAULT_SHAPE], feature[FAULT_EFFECT] = surroundings.fault_ratio[k], surroundings.fault_effect[k]
        if surroundings.along:
            strike = surroundings.fault_strike[k]
    for f in range(SPACING, FAULT_EFFECT + 1):
        known = math.isfinite(feature[f])
        feature[f] = (feature[f] - surroundings.mean[f]) / surroundings.sd[f] if known else 0.0
    return strike


@njit(**LOOP)
def scatter_of(near):
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
