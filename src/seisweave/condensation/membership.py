"""Which part of a mixture an event belongs to, its location error considered.

The density of part k, smeared by the error of the event, at the event's place:

    w_k Σ_c a_c N(m_c; μ_k, Σ_k + S_c)      for a Gaussian, the event being Σ_c a_c N(m_c, S_c),
    w_k / V Σ_c a_c P_c(inside the box)      for a box, P from the error along each of its axes; for a background of
                                             another shape the mean over 64 places drawn evenly from the error.

So a hypocentre that its error has carried off its fault is still given to that fault.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from seisweave.condensation.event_gaussians import EventGaussians
from seisweave.gaussians.mixture import Mixture

_DRAWS = 64


def most_likely_parts(mixture: Mixture, events: EventGaussians) -> Int[np.ndarray, " n"]:
    """Part of the highest smeared density for each of n events: Gaussians first, then boxes.

    >>> from seisweave.gaussians.mixture import no_boxes
    >>> centres, shapes = np.array([[0.0, 0, 8], [9, 0, 8]]), np.tile(np.eye(3), (2, 1, 1))
    >>> two = Mixture(np.array([0.5, 0.5]), centres, shapes, **no_boxes())
    >>> most_likely_parts(two, EventGaussians.from_sigmas(np.array([[2.0, 0, 8], [6, 0, 8]]), np.full((2, 3), 3.0)))
    array([0, 1])
    """
    n = events.n_events
    best, part = np.full(n, -np.inf), np.zeros(n, np.int64)
    for k in range(mixture.n_gaussians + mixture.n_boxes):
        own = (
            _gaussian(mixture, k, events) if k < mixture.n_gaussians else _box(mixture, k - mixture.n_gaussians, events)
        )
        density = np.bincount(events.event, events.weight * own, n)
        part[density > best] = k
        best = np.maximum(best, density)
    return part


def _gaussian(mixture: Mixture, k: int, events: EventGaussians) -> Float[np.ndarray, " m"]:
    covariance = events.covariance_km2 + mixture.covariance_km2[k]
    offset = events.mean_km - mixture.mean_km[k]
    square = np.einsum("mi,mi->m", offset, np.linalg.solve(covariance, offset[:, :, None])[:, :, 0])
    return mixture.weight[k] * np.exp(-0.5 * square) / np.sqrt((2.0 * np.pi) ** 3 * np.linalg.det(covariance))


def _box(mixture: Mixture, b: int, events: EventGaussians) -> Float[np.ndarray, " m"]:
    from scipy.special import ndtr

    if mixture.shapes:
        return _shape(mixture, b, events)
    axes, half = mixture.box_axes[b], mixture.box_half_km[b]
    along = (events.mean_km - mixture.box_centre_km[b]) @ axes.T
    sigma = np.sqrt(np.maximum(np.einsum("ai,mij,aj->ma", axes, events.covariance_km2, axes), 1e-18))
    inside = ndtr((half - along) / sigma) - ndtr((-half - along) / sigma)
    return mixture.box_weight[b] / mixture.box_volume_km3[b] * inside.prod(axis=1)


def _shape(mixture: Mixture, b: int, events: EventGaussians) -> Float[np.ndarray, " m"]:
    from scipy.special import ndtri
    from scipy.stats import qmc

    values, vectors = np.linalg.eigh(events.covariance_km2)
    root = vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]
    inside = np.zeros(len(events.mean_km))
    for draw in ndtri(qmc.Sobol(3, rng=0).random(_DRAWS)):
        inside += mixture.background_relative(b, np.ascontiguousarray((events.mean_km + root @ draw).T))
    return mixture.box_weight[b] / mixture.box_volume_km3[b] * inside / _DRAWS
