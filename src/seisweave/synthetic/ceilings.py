"""The ceiling: the label of every event for one who knows all that was planted, but not which event is which.

An event located at x with the normal error C belongs to plane k with a chance proportional to n_k p_k(x), and to
no plane with one proportional to the density of what is diffuse; the most likely is its label (Bayes). p_k is that
of a plate, uniform on its rectangle and normal across it, blurred by the error. In the axes of the plane, with x
at (u, v, w), the surface at height h and slope s there, and g = (-s_u, -s_v, 1),

    p(x) = N(w - h; 0, t² + g·C g) P(u) P(v) / (L W)
    P(u) = Φ((L/2 - u') / σ') - Φ((-L/2 - u') / σ')

where u' and σ' are the mean and standard deviation of where the event was along the plane, given how far it is
across it. This is exact for planes and errors that are the same to the east and to the north; surfaces that bend
are taken as straight over the length of an error, and events that cluster on their plane as if they filled it.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from jaxtyping import Float, Int64
from scipy.special import ndtr

from seisweave.errors import InputError
from seisweave.synthetic.world import NO_FAULT, World

KnownErrors = Literal["known", "distribution"]
N_CLASSES = 32  # of errors, where only their distribution is known
REACH = 6.0  # standard deviations beyond which a plane holds nothing of an event


def ceiling(world: World, errors: KnownErrors = "known") -> Int64[np.ndarray, " n"]:
    """Most likely planted plane of each event, -1 for none; its adjusted Rand index against the truth is a ceiling.

    errors `known`: each event's true standard errors are known; `distribution`: only how those of all events are
    distributed, so that each event may have any of 32 of them.

    Raises InputError for another word.

    >>> from seisweave.evaluation import adjusted_rand_index
    >>> from seisweave.synthetic import WorldOptions, make_world
    >>> world = make_world(WorldOptions(kind="rectangles", density_per_km2=0.1))
    >>> round(adjusted_rand_index(world.fault, ceiling(world)), 2)
    0.98
    """
    if errors not in get_args(KnownErrors):
        raise InputError(f"errors is {errors!r}: give one of {', '.join(get_args(KnownErrors))}")
    sigmas = [world.sigma_km] if errors == "known" else _classes(world.sigma_km)
    largest = np.max([sigma.max(axis=1) for sigma in sigmas], axis=0)
    best = np.mean([world.diffuse.density(world.xyz_km, sigma) for sigma in sigmas], axis=0)
    label = np.full(len(world), NO_FAULT)
    for plane, events in enumerate(world.events_per_plane):
        near = _near(world, plane, largest)
        density = np.mean([_plate_density(world, plane, near, sigma[near]) for sigma in sigmas], axis=0)
        better = events * density > best[near]
        label[near[better]] = plane
        best[near[better]] = (events * density)[better]
    return label


def _classes(sigma_km: Float[np.ndarray, "n 3"]) -> list[Float[np.ndarray, "n 3"]]:
    """Standard errors of the middle of every 32nd part of the events, by size, each as if it were everybody's."""
    order = np.lexsort((sigma_km[:, 2], sigma_km[:, 0]))
    middle = ((np.arange(N_CLASSES) + 0.5) / N_CLASSES * len(order)).astype(np.int64)
    return [np.broadcast_to(sigma_km[row], sigma_km.shape) for row in order[middle]]


def _near(world: World, plane: int, sigma_km: Float[np.ndarray, " n"]) -> Int64[np.ndarray, " k"]:
    """Rows of the events that may belong to a plane."""
    local = world.planes.local(np.full(len(world), plane), world.xyz_km)
    rough = 5 * np.abs(world.relief.amplitude_km[plane]).sum() + _sagitta(world, plane)
    beyond = REACH * sigma_km + REACH * world.thickness_km[plane] + rough
    half = 0.5 * np.array([world.planes.length_km[plane], world.planes.width_km[plane], 0.0])
    return np.flatnonzero(np.all(np.abs(local) <= half + beyond[:, None], axis=1))


def _sagitta(world: World, plane: int) -> float:
    """How far the bending of its sheet takes a surface off its plane at most, km."""
    half = 0.5 * np.array([world.planes.length_km[plane], world.planes.width_km[plane]])
    return float(0.5 * np.abs(world.relief.curvature_per_km[plane]) @ half**2)


def _plate_density(
    world: World, plane: int, rows: Int64[np.ndarray, " k"], sigma_km: Float[np.ndarray, "k 3"]
) -> Float[np.ndarray, " k"]:
    """Density of one plate at located events with these standard errors, 1/km³."""
    every, axes = np.full(len(rows), plane), world.planes.axes[plane]
    local = world.planes.local(every, world.xyz_km[rows])
    sides = np.array([world.planes.length_km[plane], world.planes.width_km[plane]])
    place = np.clip(local[:, :2], -sides / 2, sides / 2)
    slope = world.relief.slopes(every, place)
    across = local[:, 2] - world.relief.height_km(every, place)
    normal = np.column_stack([-slope, np.ones(len(rows))])
    covariance = np.einsum("aj,kj,bj->kab", axes, sigma_km**2, axes)
    shared = np.einsum("kab,kb->ka", covariance, normal)
    variance = np.sum(normal * shared, axis=1) + world.thickness_km[plane] ** 2
    density = np.exp(-0.5 * across**2 / variance) / np.sqrt(2 * np.pi * variance)
    for k in range(2):
        middle = local[:, k] - shared[:, k] * across / variance
        spread = np.sqrt(np.maximum(covariance[:, k, k] - shared[:, k] ** 2 / variance, 1e-18))
        inside = ndtr((sides[k] / 2 - middle) / spread) - ndtr((-sides[k] / 2 - middle) / spread)
        density *= inside / sides[k]
    return density
