"""Errors of location as plates want them: a covariance an event, times the square of one of a few scales.

With errors from the catalog there is one scale, 1. Where the catalog has none, each event has one of five standard
errors, equal in all directions, whose shares of all events are estimated from the hypocentres themselves: plates are
thin, so that how far events lie from them tells how badly they are located.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.uncertainty import upper_elements

_MIDDLES = (0.1, 0.3, 0.5, 0.7, 0.9)  # of five equal parts
KNOWN_SHARE = 0.9  # of the events must have errors, if those of the others are to be taken from them
_STEPS = np.array([0.22, 0.55, 1.3, 3.3, 7.8])  # standard errors of the classes, in units of the thinnest segments


@dataclass(frozen=True, eq=False)
class LocationErrors:
    """Covariances (xx, xy, xz, yy, yz, zz; km²) of n events, and k scales on the errors with shares to begin with.

    origin is "catalog", with the scale 1, or "estimated", with unit covariances and standard errors (km) as scales.
    """

    covariance: Float[np.ndarray, "n 6"]
    scale: Float[np.ndarray, " k"]
    share: Float[np.ndarray, " k"]
    origin: str

    def classes_km(self) -> tuple[Float[np.ndarray, " c"], Float[np.ndarray, " c"]]:
        """Standard errors of a few classes of all events, equal in all directions, and their shares.

        Those that are estimated, or of the catalog the sizes (roots of mean variances) of five equal parts of all.
        """
        if self.origin == "estimated":
            return self.scale, self.share
        size = np.sqrt(self.covariance[:, [0, 3, 5]].mean(axis=1))
        return np.quantile(size, _MIDDLES), np.full(len(_MIDDLES), 1.0 / len(_MIDDLES))


def catalog_errors(catalog: Catalog) -> Float[np.ndarray, "n 6"] | None:
    """The covariances of a catalog's hypocentres; None where fewer than nine in ten have one.

    An event without its own gets the median variances of the events of the same quality, or of all.
    """
    if catalog.uncertainty is None:
        return None
    known = catalog.uncertainty.complete()
    if known.mean() < KNOWN_SHARE:
        return None
    covariance = upper_elements(np.nan_to_num(catalog.uncertainty.covariances_km2()))
    quality = (
        np.zeros(len(known), int) if catalog.quality is None else np.unique(catalog.quality, return_inverse=True)[1]
    )
    for k in np.unique(quality[~known]):
        like = known & (quality == k)
        like = like if like.any() else known
        covariance[~known & (quality == k)] = np.median(covariance[like], axis=0) * [1, 0, 0, 1, 0, 1]
    return covariance


def known_errors(covariance: Float[np.ndarray, "n 6"]) -> LocationErrors:
    """Errors that the catalog gives."""
    return LocationErrors(covariance, np.ones(1), np.ones(1), "catalog")


def estimated_errors(n: int, thinnest_km: float) -> LocationErrors:
    """Five classes of unknown shares, spread around the standard deviation of the thinnest segments."""
    covariance = np.broadcast_to([1.0, 0.0, 0.0, 1.0, 0.0, 1.0], (n, 6))  # one row, told n times
    return LocationErrors(covariance, thinnest_km * _STEPS, np.full(5, 0.2), "estimated")
