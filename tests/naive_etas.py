"""ETAS, slow and obvious: one pair at a time, in double precision."""

import math

import numpy as np


def linear(kernel, part, features, value, feature, j):
    total = value[f"{kernel.name}.{part}"]
    for name in features:
        total += value[f"{kernel.name}.{part}.{name}"] * feature[name][j]
    return total


def triggered(kernel, value, inputs, time, x, y, j):
    """What event j adds to the rate at a time and place."""
    events, feature = inputs.events, inputs.feature
    k = math.exp(linear(kernel, "productivity", kernel.productivity, value, feature, j))
    c = math.exp(linear(kernel, "delay", kernel.delay, value, feature, j))
    z = math.exp(linear(kernel, "width", kernel.width, value, feature, j))
    e = 1.0
    if kernel.elongation is not None:
        e = math.exp(linear(kernel, "elongation", kernel.elongation, value, feature, j))
    omega, tau, rho = (value[f"{kernel.name}.{name}"] for name in ("omega", "tau", "rho"))
    tau, rho, strike = math.exp(tau), math.exp(rho), 0.0 if inputs.strike is None else inputs.strike[j]
    dt, dx, dy = time - events.t_days[j], x - events.x_km[j], y - events.y_km[j]
    along, across = dx * math.cos(strike) + dy * math.sin(strike), dy * math.cos(strike) - dx * math.sin(strike)
    q = along**2 / e + across**2 * e
    return k * (dt + c) ** -(1 + omega) * math.exp(-dt / tau) * rho / math.pi * z**rho * (q + z) ** -(1 + rho)


def rate(form, value, inputs):
    """The rate at every target."""
    events, found = inputs.events, []
    for m, i in enumerate(inputs.targets):
        total = sum(math.exp(value[f"background.{name}"]) * inputs.background[name][m] for name in form.backgrounds)
        for kernel in form.kernels:
            for j in range(len(events)):
                if events.t_days[j] < events.t_days[i]:
                    total += triggered(kernel, value, inputs, events.t_days[i], events.x_km[i], events.y_km[i], j)
        found.append(total)
    return np.array(found)


def smoothed_density(events, weight, width_km, i):
    """The density of earlier events at event i."""
    total, weights = 1.0 / events.area_km2, 1.0
    for j in range(len(events)):
        if events.t_days[j] < events.t_days[i]:
            h2 = max(width_km[j], 0.03) ** 2
            q = (events.x_km[i] - events.x_km[j]) ** 2 + (events.y_km[i] - events.y_km[j]) ** 2
            total += weight[j] * h2 / math.pi * (q + h2) ** -2
            weights += weight[j]
    return total / weights


def simulate(value, beta, events, rng, magnitudes=None):
    """A catalog of the standard form: times, places and magnitudes, see `families`."""
    return families(value, beta, events, rng, magnitudes)[:4]


def families(value, beta, events, rng, magnitudes=None):
    """A catalog of the standard form on a square of events.area_km2 about the origin, from 0 to events.end days.

    beta is that of magnitudes over the smallest, which are cut at 4 unless drawn otherwise; what falls outside is kept.
    Last the parents.
    """
    omega, tau, rho = value["main.omega"], math.exp(value["main.tau"]), math.exp(value["main.rho"])
    c, side = math.exp(value["main.delay"]), math.sqrt(events.area_km2)

    def cut(n):
        return -np.log1p(-rng.random(n) * -math.expm1(-4.0 * beta)) / beta

    magnitudes = magnitudes or cut

    n = rng.poisson(math.exp(value["background.uniform"]) * events.end)
    generation = np.array([rng.uniform(0, events.end, n), *rng.uniform(-side / 2, side / 2, (2, n)), magnitudes(n)])
    rows, parents, first = [generation], [np.full(n, -1)], 0
    while generation.shape[1]:
        t, x, y, m = generation
        untapered = math.exp(value["main.productivity"]) * np.exp(value["main.productivity.magnitude"] * m)
        parent = np.repeat(np.arange(len(t)), rng.poisson(untapered * c**-omega / omega))
        delay = c * (rng.random(len(parent)) ** (-1.0 / omega) - 1.0)
        kept = (rng.random(len(parent)) < np.exp(-delay / tau)) & (t[parent] + delay < events.end)
        parent, delay = parent[kept], delay[kept]
        z = np.exp(value["main.width"] + value["main.width.magnitude"] * m[parent])
        r = np.sqrt(z * (rng.random(len(parent)) ** (-1.0 / rho) - 1.0))
        turn = rng.uniform(0, 2 * math.pi, len(parent))
        place = x[parent] + r * np.cos(turn), y[parent] + r * np.sin(turn)
        generation = np.array([t[parent] + delay, *place, magnitudes(len(parent))])
        rows.append(generation)
        parents.append(first + parent)
        first += len(t)
    t, x, y, m = np.concatenate(rows, axis=1)
    parent, order = np.concatenate(parents), np.argsort(t)
    place = np.empty(len(t), int)
    place[order] = np.arange(len(t))
    parent = np.where(parent >= 0, place[parent], -1)[order]
    return t[order], x[order], y[order], m[order] + events.min_magnitude, parent


def cell_shares(grid, longitude, latitude, strike, z, rho, stretch, points=400):
    """Of a power law in each cell, by the rule of the middle on a fine grid."""
    found = np.zeros(grid.shape)
    part = (np.arange(points) + 0.5) / points
    for row in range(grid.shape[0]):
        for column in range(grid.shape[1]):
            east = grid.longitude[column] + part * (grid.longitude[column + 1] - grid.longitude[column]) - longitude
            north = grid.latitude[row] + part * (grid.latitude[row + 1] - grid.latitude[row]) - latitude
            x, y = np.meshgrid(east * 111.195 * math.cos(math.radians(latitude)), north * 111.195)
            along, across = x * math.cos(strike) + y * math.sin(strike), y * math.cos(strike) - x * math.sin(strike)
            q = along**2 / stretch + across**2 * stretch
            area = (x[0, 1] - x[0, 0]) * (y[1, 0] - y[0, 0])
            found[row, column] = (rho / math.pi * z**rho * (q + z) ** -(1 + rho)).sum() * area
    return found


def mixture_shares(grid, longitude, latitude, strike, u, share, stretch):
    """Of normals in each cell: an ellipse as round ones along its longer axis."""
    found = np.zeros(grid.shape)
    longer, turn = (stretch, strike) if stretch > 1 else (1 / stretch, strike + math.pi / 2)
    at = np.zeros(1)
    if longer > 1:
        at = np.linspace(-4.0, 4.0, min(64, int(8.0 * math.sqrt((longer - 1 / longer) * longer))) + 2)
    weight = np.exp(-0.5 * at**2) / np.exp(-0.5 * at**2).sum()
    for k in range(len(u)):
        sd = math.sqrt(0.5 / u[k] / longer)
        spread = math.sqrt(0.5 / u[k] * (longer - 1 / longer))
        for point, part in zip(at, weight, strict=True):
            x, y = (spread * point * f(turn) for f in (math.cos, math.sin))
            km = 111.195 * math.cos(math.radians(latitude))
            below_x = [_normal(((edge - longitude) * km - x) / sd) for edge in grid.longitude]
            below_y = [_normal(((edge - latitude) * 111.195 - y) / sd) for edge in grid.latitude]
            found += share[k] * part * np.outer(np.diff(below_y), np.diff(below_x))
    return found


def _normal(x):
    return 0.5 * (1.0 + math.erf(x / math.sqrt(2.0)))


def spread_on(first, step, again, ratio, times):
    """Widths after two steps or more, each variance added to each: `ratio` is the step of ln variance."""

    def added(one, other):
        total = np.zeros(len(one))
        for a in range(len(one)):
            for b in range(len(other)):
                variance = math.exp(-ratio * a) + math.exp(-ratio * b)
                place = max(-math.log(variance) / ratio, 0.0)
                k = int(place)
                if k + 1 >= len(one):
                    total[-1] += one[a] * other[b]
                else:
                    total[k] += one[a] * other[b] * (1 - (place - k))
                    total[k + 1] += one[a] * other[b] * (place - k)
        return total

    steps = step
    for _ in range(times):
        steps = (1 - again) * step + again * added(step, steps)
    return added(first, steps)
