"""Declustering, slow and obvious: pair by pair, straight from the papers, and great circles by the haversine."""

import math

import numpy as np

DAY = np.timedelta64(1, "D") / np.timedelta64(1, "us")


def great_circle_km(catalog, i, j):
    one, other = (np.radians([catalog.longitude[k], catalog.latitude[k]]) for k in (i, j))
    dx, dy = other - one
    h = math.sin(dy / 2) ** 2 + math.cos(one[1]) * math.cos(other[1]) * math.sin(dx / 2) ** 2
    return 2 * 6371.0 * math.asin(min(1.0, math.sqrt(h)))


def days(catalog):
    return (catalog.times - catalog.times[0]).astype(float) / DAY


def window(m):
    t = 10 ** (0.032 * m + 2.7389) if m >= 6.5 else 10 ** (0.5409 * m - 0.547)
    return 10 ** (0.1238 * m + 0.983), t


def mainshocks(catalog, before):
    """Gardner & Knopoff: the mainshock of every event."""
    t, m, n = days(catalog), catalog.magnitude, len(catalog)
    mainshock = [None] * n
    for i in sorted(range(n), key=lambda k: -m[k]):
        if mainshock[i] is None:
            km, span = window(m[i])
            mainshock[i] = i
            for j in range(n):
                near = great_circle_km(catalog, i, j) <= km
                if mainshock[j] is None and near and -before * span <= t[j] - t[i] <= span:
                    mainshock[j] = i
    return mainshock


def reasenberg(catalog, options):
    """Reasenberg: sets of events, as CLUSTER2000 finds them; events that are alone are in none."""
    t, m, z = days(catalog), catalog.magnitude, catalog.depth_km
    clusters = {}  # number: [largest event, members]
    of = [None] * len(catalog)
    for i in range(len(catalog)):
        tau = options.tau_min_days
        if of[i] is not None and t[i] > t[clusters[of[i]][0]]:
            largest = clusters[of[i]][0]
            above = (1 - options.magnitude_raise) * m[largest] - options.effective_magnitude
            tau = -math.log(1 - options.confidence) * (t[i] - t[largest]) / 10 ** ((above - 1) * 2 / 3)
            tau = max(min(tau, options.tau_max_days), options.tau_min_days)
        for j in range(i + 1, len(catalog)):
            if t[j] - t[i] > tau or (of[i] is not None and of[i] == of[j]):
                continue
            along, down = great_circle_km(catalog, i, j), abs(z[i] - z[j])
            r = math.hypot(along, down)
            if r > 0:
                r -= 2 * math.hypot(options.epicentre_error_km * along / r, options.depth_error_km * down / r)
            zone = options.radius_factor * 0.011 * 10 ** (0.4 * m[i])
            zone += 0.0 if of[i] is None else 0.011 * 10 ** (0.4 * m[clusters[of[i]][0]])
            if r <= min(zone, 30.0):
                _link(clusters, of, m, i, j)
    return {frozenset(members) for _, members in clusters.values()}


def _link(clusters, of, m, i, j):
    if of[i] is None and of[j] is None:
        of[i] = len(of) + max(clusters, default=0)
        clusters[of[i]] = [i, [i]]
    if of[i] is None or of[j] is None:
        new, number = (i, of[j]) if of[i] is None else (j, of[i])
        of[new] = number
        clusters[number][1].append(new)
        if m[new] > m[clusters[number][0]]:
            clusters[number][0] = new
        return
    first, second = sorted([of[i], of[j]])
    largest, members = clusters.pop(second)
    for k in members:
        of[k] = first
    clusters[first][1] += members
    if m[largest] > m[clusters[first][0]]:
        clusters[first][0] = largest


def nearest(catalog, dimension, b, *, hypocentral=False):
    """Baiesi & Paczuski: log10 eta to the nearest earlier event, and which that is."""
    t, found = days(catalog) / 365.25, []
    for i in range(len(catalog)):
        best = (math.inf, -1)
        for j in range(len(catalog)):
            if t[j] < t[i]:
                r = great_circle_km(catalog, i, j)
                if hypocentral:
                    r = math.hypot(r, catalog.depth_km[i] - catalog.depth_km[j])
                years = max(t[i] - t[j], 1 / (86_400 * 365.25))
                eta = math.log10(years) + dimension * math.log10(max(r, 0.1)) - b * catalog.magnitude[j]
                best = min(best, (eta, j))
        found.append(best)
    return found


def poisson_catalog_columns(rng, n):
    """Columns of n events, independent in time and place: half of them on a line, half anywhere."""
    east, north = rng.uniform(-120.0, -114.0, n), rng.uniform(32.0, 36.0, n)
    along = rng.normal(0.0, 0.5, n // 2)
    east[: n // 2], north[: n // 2] = -117.0 + along, 34.0 + along + rng.normal(0.0, 0.01, n // 2)
    order = rng.permutation(n)
    return np.sort(rng.uniform(0.0, 7300.0, n)), east[order], north[order], 2.5 + rng.exponential(0.43, n).round(1)
