"""Mixtures of Gaussians fitted to scatter samples of a location density, as NonLinLoc writes them (.scat).

A .scat file holds, in 4-byte little-endian floats, a header of four (the first is the number of samples, an integer)
and then x, y, z and density of each sample, km in the axes of the location grid. One to eight Gaussians are fitted by
expectation maximisation (scikit-learn); the number is the one of the lowest BIC, as for KaKiOS-16 (Kamer et al. 2017).
Format: http://alomax.free.fr/nlloc/soft7.00/formats.html
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError

MOST = 8
LEAST_SAMPLES = 20
_LEAST_KM = 1e-3


@dataclass(frozen=True, eq=False)
class FittedMixture:
    """Weights (k), means (k, 3) and covariances (k, 3, 3) in the axes of the samples, km."""

    weight: Float[np.ndarray, " k"]
    mean_km: Float[np.ndarray, "k 3"]
    covariance_km2: Float[np.ndarray, "k 3 3"]


def read_scatter(path: str | Path) -> Float[np.ndarray, "n 3"]:
    """Samples of a .scat file: x, y, z in km.

    Errors: InputError for a file that cannot be read, or that is cut short.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}; check the path") from None
    count = int(np.frombuffer(data[:4], "<i4")[0]) if len(data) >= 16 else -1
    if count < 0 or len(data) < 16 * (count + 1):
        raise InputError(f"{path} is no whole scatter file ({len(data)} bytes); write it again with NonLinLoc")
    samples = np.frombuffer(data[16 : 16 * (count + 1)], "<f4").reshape(count, 4)[:, :3].astype(float)
    if not np.isfinite(samples).all():
        raise InputError(f"{path} holds samples that are not finite; write it again with NonLinLoc")
    return samples


def fit_mixture(samples: Float[np.ndarray, "n 3"], seed: int = 0) -> FittedMixture:
    """The mixture of 1 to 8 Gaussians with the lowest BIC.

    Errors: InputError for fewer than 20 samples, or without scikit-learn.

    >>> rng = np.random.default_rng(1)
    >>> both = np.concatenate([rng.normal(0, 1, (300, 3)), rng.normal(9, 1, (300, 3))])
    >>> fit_mixture(both).weight.round(2).tolist()
    [0.5, 0.5]
    """
    if len(samples) < LEAST_SAMPLES:
        raise InputError(f"{len(samples)} scatter samples cannot carry a mixture; give {LEAST_SAMPLES} or more")
    try:
        from sklearn.mixture import GaussianMixture
    except ImportError:
        raise InputError(
            "scatter samples (.scat) need scikit-learn, which is not installed; install it with:"
            " pip install 'seisweave[scatter]'"
        ) from None
    centre = samples.mean(axis=0)
    fits = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that has not converged has a BIC all the same
        for k in range(1, min(MOST, len(samples) // 10) + 1):
            model = GaussianMixture(k, reg_covar=_LEAST_KM**2, random_state=seed).fit(samples - centre)
            fits.append((model.bic(samples - centre), k, model))
    best = min(fits, key=lambda fit: fit[:2])[2]
    covariance = (best.covariances_ + best.covariances_.transpose(0, 2, 1)) / 2
    return FittedMixture(best.weights_ / best.weights_.sum(), best.means_ + centre, covariance)
