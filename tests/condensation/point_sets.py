"""Events with location errors of every nasty kind, in two and three dimensions."""

import numpy as np
import pytest

from seisweave.condensation import EventGaussians


def random_covariances(rng, m, d, size):
    """Covariances turned any way, of these sizes."""
    root = rng.normal(size=(m, d, d)) + 2.0 * np.eye(d)
    covariance = root @ root.transpose(0, 2, 1)
    covariance *= (size**2 / np.trace(covariance, axis1=1, axis2=2))[:, None, None]
    return (covariance + covariance.transpose(0, 2, 1)) / 2


def single(rng, d, n=60):
    return _events(rng, d, np.ones(n, int), np.exp(rng.normal(0.0, 1.2, n)))


def mixture(rng, d, n=30):
    count = rng.integers(1, 5, n)
    return _events(rng, d, count, np.exp(rng.normal(0.0, 1.0, count.sum())))


def equal_ranks(rng, d):
    return _sigmas(rng.normal(size=(50, d)), rng.choice([0.25, 0.5, 2.0], 50), d)


def one_rank(rng, d):
    return _sigmas(rng.normal(size=(20, d)), np.ones(20), d)


def duplicates(rng, d):
    events = single(rng, d, 15)
    row = np.concatenate([np.arange(15), rng.integers(0, 15, 30)])
    return EventGaussians(np.arange(45), np.ones(45), events.mean_km[row], events.covariance_km2[row])


def same_places(rng, d):
    return _sigmas(np.repeat(np.round(rng.normal(size=(5, d))), 10, axis=0), rng.choice([0.1, 0.3, 1.0, 3.0], 50), d)


def zero_variance(rng, d):
    sigma = np.exp(rng.normal(0.0, 1.0, 40))
    sigma[:8] = 0.0
    return _sigmas(rng.normal(size=(40, d)), sigma, d)


def flat(rng, d):
    sigma = np.exp(rng.normal(0.0, 1.0, (40, d)))
    sigma[::4, 0] = 0.0
    return EventGaussians.from_sigmas(rng.normal(size=(40, d)), sigma)


def huge_variance(rng, d):
    sigma = np.exp(rng.normal(0.0, 0.5, 40))
    sigma[:5] = [1e3, 1e5, 1e6, 1e6, 2e6]
    return _sigmas(rng.normal(size=(40, d)), sigma, d)


def far_apart(rng, d):
    return _sigmas(rng.normal(size=(40, d)) * 1e4, np.exp(rng.normal(0.0, 1.0, 40)), d)


def one_event(rng, d):
    return _sigmas(rng.normal(size=(1, d)), np.ones(1), d)


def one_mixture(rng, d):
    return _events(rng, d, np.array([4]), np.array([0.1, 0.5, 1.0, 3.0]))


def zero_weights(rng, d):
    events = mixture(rng, d, 15)
    weight = np.array(events.weight)
    weight[events.offsets[:-1]] = np.where(np.diff(events.offsets) > 1, 0.0, 1.0)
    weight /= np.bincount(events.event, weight)[events.event]
    return EventGaussians(events.event, weight, events.mean_km, events.covariance_km2)


SETS = {
    make.__name__: make
    for make in (
        *(single, mixture, equal_ranks, one_rank, duplicates, same_places, zero_variance, flat, huge_variance),
        *(far_apart, one_event, one_mixture, zero_weights),
    )
}

# the run without the compiler, which is there for shapes, takes a few: the shapes of the others are the same
KINDS = [
    kind if kind in ("single", "mixture", "one_event") else pytest.param(kind, marks=pytest.mark.slow_without_compiler)
    for kind in SETS
]


def _events(rng, d, count, size):
    event = np.repeat(np.arange(len(count)), count)
    weight = rng.uniform(0.1, 1.0, len(event))
    weight /= np.bincount(event, weight)[event]
    centre = rng.normal(size=(len(count), d)) * [4.0, 1.0, 2.0][:d]
    mean = centre[event] + size[:, None] * rng.normal(size=(len(event), d)) * (count > 1)[event, None]
    return EventGaussians(event, weight, mean, random_covariances(rng, len(event), d, size))


def _sigmas(mean, sigma, d):
    return EventGaussians.from_sigmas(mean, np.repeat(sigma[:, None], d, axis=1))
