"""Gains of merging any two Gaussians of a mixture, computed for all pairs with nothing left out.

Source: Kamer, Ouillon & Sornette (2020), section 3.1 (iv), eq. 3, the *global* criterion:

    gain = Σ log p'(xᵢ) - Σ log p(xᵢ) + 5 log n

where p is the mixture's density at the n events and p' that with the two replaced by the Gaussian of their joint
weight, mean and covariance. Merging itself looks at few pairs and cuts densities off far away (`merge`); this is the
whole matrix, for figures and for tests, and takes the time of n g²/2 densities.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Float, Int

from seisweave.errors import InputError
from seisweave.faults.assemble import _mixture
from seisweave.faults.proto_faults import background_of, proto_faults
from seisweave.gaussians.mixture import Mixture

_AT_ONCE = 4_000_000  # densities held at a time
_LEAST = 1e-300  # 1/km³


def merge_gains(mixture: Mixture, xyz_km: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "g g"]:
    """Gain in BIC (half form) of merging the i-th and the j-th Gaussian, symmetric, NaN on the diagonal.

    Arguments:
        mixture: g Gaussians, whose covariances are not singular, and its uniform boxes, which never merge.
        xyz_km: the events.

    Errors: InputError for a singular covariance, and a Gaussian without weight.

    >>> covariance = np.repeat(np.diag([0.1, 9.0, 4.0])[None], 3, axis=0)
    >>> from seisweave.gaussians.mixture import no_boxes
    >>> place = np.array([[0.0, 0, 8], [0, 0.5, 8], [20, 0, 8]])  # two on one plane, one far away
    >>> mixture = Mixture(np.full(3, 1 / 3), place, covariance, **no_boxes())
    >>> gain = merge_gains(mixture, mixture.sample(300, seed=1)[0])
    >>> (gain > 0).tolist()
    [[False, True, False], [True, False, False], [False, False, False]]
    """
    n, g = len(xyz_km), mixture.n_gaussians
    flat = np.flatnonzero(np.linalg.det(mixture.covariance_km2) <= 0.0)
    if len(flat):
        raise InputError(f"the covariance of Gaussian {flat[0]} is singular; raise its least variance first")
    if not (mixture.weight > 0.0).all():
        raise InputError(f"Gaussian {int(mixture.weight.argmin())} has no weight; leave it out of the mixture")
    gain = np.full((g, g), np.nan)
    density = mixture.part_densities(xyz_km)
    total = np.maximum(density.sum(axis=1), _LEAST)
    first, second = np.triu_indices(g, 1)
    powers = _powers(xyz_km, origin := xyz_km.mean(axis=0) if n else np.zeros(3))
    step = max(1, _AT_ONCE // max(1, n))
    for start in range(0, len(first), step):
        i, j = first[start : start + step], second[start : start + step]
        merged = np.exp(powers @ _logarithms(mixture, i, j, origin))
        after = np.maximum(total[:, None] - density[:, i] - density[:, j], 0.0) + merged
        change = np.log(np.maximum(after, _LEAST) / total[:, None]).sum(axis=0)
        gain[i, j] = gain[j, i] = change + 5.0 * np.log(max(n, 1))
    return gain


def proto_mixture(
    xyz_km: Float[np.ndarray, "n 3"], label: Int[np.ndarray, " n"], *, min_sigma_km: float = 0.05
) -> Mixture:
    """The mixture that merging begins with: a Gaussian for each proto-fault, and the background of all other events.

    Arguments:
        xyz_km: the events.
        label: proto-fault of each, -1 for none, as `atomize` gives it.
        min_sigma_km: floor to which standard deviations are raised.

    >>> from seisweave.faults.atomize import atomize
    >>> from seisweave.faults.ward import ward_linkage
    >>> points = np.random.default_rng(0).normal(size=(12, 3)) + np.repeat([[0, 0, 0], [9, 0, 0]], 6, axis=0)
    >>> mixture = proto_mixture(points, atomize(ward_linkage(points)).label)
    >>> mixture.n_gaussians, mixture.box_weight.round(3).tolist()
    (2, [0.333])
    """
    made = _mixture(proto_faults(xyz_km, label), background_of(xyz_km, label, thinnest_km=2.0 * min_sigma_km))
    values, vectors = np.linalg.eigh(made.covariance_km2)
    raised = np.maximum(values, min_sigma_km**2)
    return replace(made, covariance_km2=(vectors * raised[:, None, :]) @ vectors.transpose(0, 2, 1))


def _powers(xyz_km: np.ndarray, origin: np.ndarray) -> Float[np.ndarray, "n 10"]:
    """1, the coordinates, their squares and products: a logarithm of a Gaussian density is linear in them."""
    x, y, z = (xyz_km - origin).T
    return np.stack([np.ones(len(x)), x, y, z, x * x, y * y, z * z, x * y, x * z, y * z], axis=1)


def _logarithms(mixture: Mixture, i: np.ndarray, j: np.ndarray, origin: np.ndarray) -> Float[np.ndarray, "10 pairs"]:
    """Coefficients of the logarithm of the weighted density of each merged Gaussian."""
    pair = np.stack([i, j], axis=1)
    weight = mixture.weight[pair]
    whole = weight.sum(axis=1)
    share = weight / whole[:, None]
    centre = mixture.mean_km - origin
    mean = np.einsum("mk,mka->ma", share, centre[pair])
    offset = centre[pair] - mean[:, None]
    spread = mixture.covariance_km2[pair] + offset[..., :, None] * offset[..., None, :]
    covariance = np.einsum("mk,mkab->mab", share, spread)
    precision = np.linalg.inv(covariance)
    slope = np.einsum("mab,mb->ma", precision, mean)
    level = np.log(whole) - 0.5 * np.linalg.slogdet(2.0 * np.pi * covariance)[1] - 0.5 * (slope * mean).sum(axis=1)
    squares = -0.5 * np.einsum("maa->am", precision)
    products = -precision[:, [0, 0, 1], [1, 2, 2]].T
    return np.concatenate([level[None], slope.T, squares, products])
