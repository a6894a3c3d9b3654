"""Location errors of synthetic events: by quality letter, one size for all, or of all sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Shaped

QUALITIES = np.array(["A", "B", "C", "D"])
QUALITY_SHARE = np.array([0.50, 0.30, 0.15, 0.05])
HORIZONTAL_KM = np.array([0.2, 0.5, 1.2, 3.0])  # median standard error of each quality
VERTICAL_KM = np.array([0.4, 0.8, 1.8, 3.5])
ERROR_SCATTER = 0.3  # standard deviation of the logarithm of the standard errors within a quality
LOGNORMAL_SCATTER = 0.7  # the same where errors have no quality
DEPTH_FACTOR = 1.5  # how much worse depths are there

ErrorKind = Literal["quality", "constant", "lognormal"]


@dataclass(frozen=True, eq=False)
class LocationErrors:
    """Standard errors of n events (east, north, depth; km), and quality letters ("" for none)."""

    sigma_km: Float[np.ndarray, "n 3"]
    quality: Shaped[np.ndarray, " n"]


def errors_by_quality(n: int, rng: np.random.Generator, *, scale: float = 1.0) -> LocationErrors:
    """Draw qualities A to D, and for each event standard errors that scatter about those of its quality.

    >>> drawn = errors_by_quality(1000, np.random.default_rng(1))
    >>> round(float(np.median(drawn.sigma_km[drawn.quality == "A", 2])), 2)
    0.4
    """
    quality = rng.choice(len(QUALITIES), size=n, p=QUALITY_SHARE)
    scatter = scale * np.exp(ERROR_SCATTER * rng.standard_normal((n, 2)))
    horizontal, vertical = HORIZONTAL_KM[quality] * scatter[:, 0], VERTICAL_KM[quality] * scatter[:, 1]
    return LocationErrors(np.column_stack([horizontal, horizontal, vertical]), QUALITIES[quality])


def draw_errors(kind: ErrorKind, n: int, size_km: float, rng: np.random.Generator) -> LocationErrors:
    """Draw errors of one kind; size_km is that of constant errors, and the median of lognormal horizontal ones.

    >>> draw_errors("constant", 2, 0.5, np.random.default_rng(1)).sigma_km.tolist()
    [[0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
    """
    if kind == "quality":
        return errors_by_quality(n, rng)
    sigma = np.full((n, 3), size_km)
    if kind == "lognormal":
        sigma *= np.exp(LOGNORMAL_SCATTER * rng.standard_normal(n))[:, None]
        sigma[:, 2] *= DEPTH_FACTOR * np.exp(ERROR_SCATTER * rng.standard_normal(n))
    return LocationErrors(sigma, np.full(n, "", "U1"))
