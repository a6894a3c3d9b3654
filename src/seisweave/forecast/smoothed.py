"""Smoothed seismicity: a round Gaussian on every past event.

TripleS (Zechar & Jordan 2010, Pure and Applied Geophysics 167, 893-906) gives all of them one bandwidth; adaptive
smoothing (Helmstetter, Kagan & Jackson 2007, Seismological Research Letters 78, 78-86) widens each to the distance
of its k-th neighbour. Both were made for maps; here, as in Kamer et al. (2020, section 4.4), they are in 3-D. What
is free, bandwidth or k and scale, and the share of a uniform floor, is chosen on validation events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.forecast.forecast import Forecast, fit_shares
from seisweave.forecast.kernels import Kernels
from seisweave.forecast.uniform import Uniform
from seisweave.forecast.volume import Volume

NARROWEST_KM, WIDEST_KM = 0.1, 50.0
LEAST_KM = 0.5  # no adaptive kernel is narrower (Helmstetter et al. use the location error, 0.5 km)
NEIGHBOURS = (5, 10, 20)
_GOLDEN = (5.0**0.5 - 1.0) / 2.0


@dataclass(frozen=True)
class Choice:
    """What a search found: the factor or bandwidth, the floor's share, and nats per validation event."""

    width: float
    floor: float
    nll: float


def triples(
    xyz_km: Float[np.ndarray, "n 3"],
    volume: Volume,
    sigma_km: float,
    *,
    floor: float = 0.0,
    weight: Float[np.ndarray, " n"] | None = None,
) -> Forecast:
    """TripleS: one Gaussian of bandwidth `sigma_km` on every event (local km of the volume), and a uniform floor.

    Errors: InputError for a bandwidth or floor out of range, or events outside the volume.

    >>> from seisweave.synthetic import southern_california_like
    >>> past = southern_california_like(n_events=500).catalog.with_depth()
    >>> volume = Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0))
    >>> xyz_km = volume.xyz_km(past.longitude, past.latitude, past.depth_km)
    >>> forecast = triples(xyz_km, volume, 5.0, floor=0.1)
    >>> round(forecast.uniform_share, 6), forecast.told
    (0.1, {'bandwidth_km': 5.0, 'floor': 0.1})
    """
    if not NARROWEST_KM / 10 <= sigma_km <= 10 * WIDEST_KM:
        raise InputError(f"bandwidth is {sigma_km} km; give {NARROWEST_KM / 10:g} to {10 * WIDEST_KM:g} km")
    told = {"bandwidth_km": float(sigma_km), "floor": float(floor)}
    return _with_floor("triples", volume, one_width(xyz_km, sigma_km, weight), floor).named("triples", **told)


def adaptive(
    xyz_km: Float[np.ndarray, "n 3"],
    volume: Volume,
    neighbours: int,
    *,
    scale: float = 1.0,
    floor: float = 0.0,
) -> Forecast:
    """Adaptive smoothing: on every event a Gaussian as wide as `scale` × the distance to its k-th neighbour.

    No narrower than `LEAST_KM`. Helmstetter et al. (2007) smooth in two dimensions, with a power law or a Gaussian,
    and take the distance itself (scale 1).

    >>> from seisweave.synthetic import southern_california_like
    >>> past = southern_california_like(n_events=500).catalog.with_depth()
    >>> volume = Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0))
    >>> xyz_km = volume.xyz_km(past.longitude, past.latitude, past.depth_km)
    >>> adaptive(xyz_km, volume, 5, floor=0.1).told
    {'neighbours': 5, 'scale': 1.0, 'floor': 0.1}
    """
    kernels = one_width(xyz_km, 1.0)
    wide = kernels.widened(np.maximum(scale * neighbour_distance(xyz_km, neighbours), LEAST_KM))
    told = {"neighbours": int(neighbours), "scale": float(scale), "floor": float(floor)}
    return _with_floor("adaptive", volume, wide, floor).named("adaptive", **told)


def one_width(xyz_km: np.ndarray, sigma_km: float, weight: np.ndarray | None = None) -> Kernels:
    """Kernels of one width, of equal weights unless given."""
    n = len(xyz_km)
    return Kernels(xyz_km, np.full(n, float(sigma_km)), np.ones(n) if weight is None else np.asarray(weight, float))


def neighbour_distance(xyz_km: Float[np.ndarray, "n 3"], neighbours: int) -> Float[np.ndarray, " n"]:
    """Distance of each event to its k-th neighbour, km (to the farthest one where there are fewer)."""
    from scipy.spatial import KDTree

    k = min(neighbours, len(xyz_km) - 1)
    if neighbours < 1 or k < 1:
        raise InputError(f"{neighbours} neighbours of {len(xyz_km)} events; give 1 or more, and two events or more")
    return KDTree(xyz_km).query(xyz_km, k=[k + 1])[0][:, 0]  # type: ignore[arg-type]


def choose_bandwidth(
    kernels: Kernels,
    volume: Volume,
    targets: Float[np.ndarray, "m 3"],
    *,
    floor: bool | float = True,
    width: float | None = None,
    jobs: int | None = None,
) -> Choice:
    """The bandwidth (km) and floor that make target events (m, local km, inside the volume) most likely.

    `floor`: True fits its share too, a number fixes it, False leaves it out; `width` fixes the bandwidth. It is
    searched over 0.1..50 km: a coarse grid in its logarithm, upwards until it got worse three times, then golden
    section.

    >>> volume, rng = Volume((-117.3, -116.9, 33.8, 34.2), (0.0, 15.0)), np.random.default_rng(1)
    >>> past = rng.uniform((-9.0, -9.0, 5.0), (9.0, 9.0, 10.0), (20, 3))
    >>> later = past[rng.integers(0, 20, 200)] + rng.normal(0.0, 1.0, (200, 3))  # moved by 1 km
    >>> choice = choose_bandwidth(one_width(past, 1.0), volume, later, floor=False)
    >>> abs(choice.width - 1.0) < 0.1
    True
    """

    def score(sigma_km: float) -> Choice:
        return _score(kernels.widened(sigma_km), volume, targets, sigma_km, floor, jobs)

    return _search(score, NARROWEST_KM, WIDEST_KM, 12) if width is None else score(width)


def choose_adaptive(
    kernels: Kernels,
    volume: Volume,
    targets: Float[np.ndarray, "m 3"],
    *,
    neighbours: tuple[int, ...] = NEIGHBOURS,
    floor: bool | float = True,
    width: float | None = None,
    jobs: int | None = None,
) -> tuple[int, Choice]:
    """The number of neighbours, and the scale with its floor, that make target events most likely.

    `neighbours` are the numbers tried, `width` fixes the scale; `kernels`, `targets` and `floor` are as in
    `choose_bandwidth`.

    >>> volume, rng = Volume((-117.3, -116.9, 33.8, 34.2), (0.0, 15.0)), np.random.default_rng(1)
    >>> past = rng.uniform((-9.0, -9.0, 5.0), (9.0, 9.0, 10.0), (20, 3))
    >>> later = past[rng.integers(0, 20, 40)] + rng.normal(0.0, 1.0, (40, 3))
    >>> neighbours, choice = choose_adaptive(one_width(past, 1.0), volume, later, neighbours=(1, 3), floor=False)
    >>> neighbours in (1, 3), 0.1 <= choice.width <= 10.0
    (True, True)
    """
    best: list[tuple[float, int, Choice]] = []
    for k in neighbours:
        distance = neighbour_distance(kernels.xyz_km, k)

        def score(scale: float, distance: np.ndarray = distance) -> Choice:
            wide = kernels.widened(np.maximum(scale * distance, LEAST_KM))
            return _score(wide, volume, targets, scale, floor, jobs)

        choice = _search(score, 0.1, 10.0, 7) if width is None else score(width)
        best.append((choice.nll, k, choice))
    return min(best)[1:]


def _score(
    kernels: Kernels, volume: Volume, targets: np.ndarray, width: float, floor: bool | float, jobs: int | None
) -> Choice:
    """Nats per target event of kernels with a floor."""
    log_kernels = kernels.log_density(targets, jobs=jobs) - log(max(kernels.mass(volume), 1e-300))
    both = np.stack([log_kernels, np.full(len(targets), -np.log(volume.km3))], axis=1)
    share = float(fit_shares(both)[1]) if floor is True else float(floor)
    share = min(share, 1.0 - 1e-9)
    with np.errstate(divide="ignore"):
        nll = -np.logaddexp(log_kernels + np.log1p(-share), both[:, 1] + np.log(share)).mean()
    return Choice(float(width), share, float(nll))


def _search(score: Callable[[float], Choice], low: float, high: float, steps: int) -> Choice:
    """The best width: a grid in the logarithm, then golden section between the neighbours of its best."""
    grid, found = np.linspace(log(low), log(high), steps), []
    for u in grid:
        found.append(score(exp(u)))
        best = int(np.argmin([choice.nll for choice in found]))
        if len(found) - best > 3:  # wide kernels are expensive to sum
            break
    a, b = grid[max(best - 1, 0)], grid[min(best + 1, steps - 1)]
    left, right = b - _GOLDEN * (b - a), a + _GOLDEN * (b - a)
    at_left, at_right = score(exp(left)), score(exp(right))
    while b - a > 0.02:
        if at_left.nll <= at_right.nll:
            b, right, at_right = right, left, at_left
            left = b - _GOLDEN * (b - a)
            at_left = score(exp(left))
        else:
            a, left, at_left = left, right, at_right
            right = a + _GOLDEN * (b - a)
            at_right = score(exp(right))
    return min([*found, at_left, at_right], key=lambda choice: choice.nll)


def _with_floor(name: str, volume: Volume, kernels: Kernels, floor: float) -> Forecast:
    if not 0.0 <= floor < 1.0:
        raise InputError(f"floor is {floor}; give a share of the events, from 0 to below 1")
    mass = kernels.mass(volume)
    if not mass > 0.0:
        raise InputError(f"no past event of {len(kernels)} lies in or near the volume; give a volume around them")
    if floor == 0.0:
        return Forecast(name, volume, (kernels,), np.ones(1), np.array([mass]))
    return Forecast(name, volume, (kernels, Uniform(volume)), np.array([1.0 - floor, floor]), np.array([mass, 1.0]))
