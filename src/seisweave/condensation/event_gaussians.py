"""Where events may be: one or more Gaussians an event, as condensation takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.checks import refuse_metres
from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError

_SUM_TOLERANCE = 1e-3  # weights written with three or four digits
_SYMMETRY = 1e-9


@dataclass(frozen=True, eq=False)
class EventGaussians:
    """Location densities of n events: m Gaussians in 2-D or 3-D, those of one event side by side. Read-only copies.

    event: number of the event of each Gaussian, 0 .. n-1, rising, none left out.
    weight: share of the Gaussian in its event; the weights of an event sum to one.
    mean_km: centres, local km; covariance_km2: symmetric, no negative eigenvalue.

    Errors: InputError for shapes that do not fit, numbers that are not finite, negative variances, invalid
    covariances, weights that do not sum to one.

    >>> one = EventGaussians(np.array([0]), np.ones(1), np.zeros((1, 3)), np.eye(3)[None])
    >>> len(one), one.n_events, one.dimensions
    (1, 1, 3)
    """

    event: Int[np.ndarray, " m"]
    weight: Float[np.ndarray, " m"]
    mean_km: Float[np.ndarray, "m d"]
    covariance_km2: Float[np.ndarray, "m d d"]

    def __post_init__(self) -> None:
        for name in ("event", "weight", "mean_km", "covariance_km2"):
            array = np.array(getattr(self, name), dtype=np.int64 if name == "event" else np.float64)
            array += 0  # -0.0 becomes 0.0
            array.flags.writeable = False
            object.__setattr__(self, name, array)
        _check_shapes(self)
        _check_covariances(self.covariance_km2)
        _check_weights(self)

    def __len__(self) -> int:
        return len(self.event)

    @property
    def n_events(self) -> int:
        """How many events."""
        return int(self.event[-1]) + 1 if len(self) else 0

    @property
    def dimensions(self) -> int:
        """2 (epicentres) or 3 (hypocentres)."""
        return self.mean_km.shape[1]

    @property
    def offsets(self) -> Int[np.ndarray, " n_and_one"]:
        """Gaussians offsets[i] .. offsets[i+1] are those of event i."""
        return np.searchsorted(self.event, np.arange(self.n_events + 1))

    @classmethod
    def from_sigmas(cls, mean_km: Float[np.ndarray, "n d"], sigma_km: Float[np.ndarray, "n d"]) -> EventGaussians:
        """One Gaussian an event, with standard deviations along the axes.

        Errors: InputError for negative or unknown standard deviations.
        """
        sigma_km = np.asarray(sigma_km, float)
        bad = ~(sigma_km >= 0)
        if bad.any():
            row = int(bad.any(axis=1).argmax())
            raise InputError(
                f"standard deviations of event {row} are {sigma_km[row].tolist()} km; give 0 or more, and leave out"
                " events without a known error"
            )
        n, d = sigma_km.shape
        return cls(np.arange(n), np.ones(n), mean_km, sigma_km[:, :, None] ** 2 * np.eye(d))

    @classmethod
    def from_catalog(cls, catalog: Catalog, projection: LocalProjection | None = None) -> EventGaussians:
        """Gaussians of a catalog whose events all have a depth and a location error, in local km.

        Errors: InputError for events without depth or error, see `fill_uncertainty`, and for what the class refuses.
        """
        if len(catalog) == 0:
            raise InputError("no events to condense; widen the selection")
        _check_complete(catalog)
        errors, xyz_km = catalog.uncertainty, catalog.xyz_km(projection)
        assert errors is not None
        if errors.offsets is None:
            return cls(np.arange(len(catalog)), np.ones(len(catalog)), xyz_km, errors.covariances_km2())
        event = np.repeat(np.arange(len(catalog)), np.diff(errors.offsets))
        mean_km = xyz_km[event] + np.array(errors.mean_offset_km)
        return cls(event, np.array(errors.weight), mean_km, np.array(errors.covariance_km2))


def _check_complete(catalog: Catalog) -> None:
    n, without_depth = len(catalog), int((~catalog.has_depth).sum())
    if without_depth:
        raise InputError(f"{without_depth} of {n} events have no depth; leave them out with catalog.with_depth()")
    refuse_metres(catalog)
    known = np.zeros(n, bool) if catalog.uncertainty is None else catalog.uncertainty.complete()
    if not known.all():
        raise InputError(
            f"{int((~known).sum())} of {n} events have no complete location error, the first is"
            f" {catalog.ids[int(known.argmin())]}; give them one (fill_uncertainty, --missing-uncertainty)"
        )


def _check_shapes(gaussians: EventGaussians) -> None:
    m = len(gaussians.event)
    d = gaussians.mean_km.shape[1] if gaussians.mean_km.ndim == 2 else 0
    shapes = [gaussians.event.shape, gaussians.weight.shape, gaussians.mean_km.shape, gaussians.covariance_km2.shape]
    if d not in (2, 3) or shapes != [(m,), (m,), (m, d), (m, d, d)]:
        raise InputError(
            f"event, weight, mean_km, covariance_km2 have shapes {shapes}; give (m), (m), (m, d), (m, d, d), d 2 or 3"
        )
    if m == 0:
        raise InputError("no events to condense; give at least one")
    steps = np.diff(gaussians.event)
    if gaussians.event[0] != 0 or (steps < 0).any() or (steps > 1).any():
        raise InputError("numbers of events must rise from 0 without gaps; sort the Gaussians by event")
    bad = ~np.isfinite(gaussians.mean_km).all(axis=1)
    if bad.any():
        raise InputError(
            f"centre of Gaussian {bad.argmax()} is {gaussians.mean_km[bad.argmax()].tolist()}; leave it out"
        )


def _check_covariances(covariance: np.ndarray) -> None:
    bad = ~np.isfinite(covariance).all(axis=(1, 2))
    if bad.any():
        raise InputError(f"covariance of Gaussian {bad.argmax()} is not finite ({bad.sum()} such); leave the event out")
    scale = np.abs(covariance).max(axis=(1, 2), initial=0.0)
    skew = np.abs(covariance - covariance.transpose(0, 2, 1)).max(axis=(1, 2)) > _SYMMETRY * scale
    if skew.any():
        raise InputError(f"covariance of Gaussian {skew.argmax()} is not symmetric; give all elements in both places")
    lowest = np.linalg.eigvalsh(covariance)[:, 0]
    negative = lowest < -_SYMMETRY * scale
    if negative.any():
        i = int(negative.argmax())
        raise InputError(
            f"covariance of Gaussian {i} has the negative eigenvalue {lowest[i]:.4g} km² ({negative.sum()} such);"
            " it is no covariance, check the order of its elements"
        )


def _check_weights(gaussians: EventGaussians) -> None:
    """Refuse invalid weights; make those of an event sum to one."""
    bad = ~(gaussians.weight >= 0)
    if bad.any():
        raise InputError(f"weight of Gaussian {bad.argmax()} is {gaussians.weight[bad.argmax()]}; give 0 to 1")
    total = np.bincount(gaussians.event, gaussians.weight)
    off = np.abs(total - 1.0) > _SUM_TOLERANCE
    if off.any():
        i = int(off.argmax())
        raise InputError(
            f"weights of the Gaussians of event {i} sum to {total[i]:.6g} ({off.sum()} such); they must sum to 1"
        )
    if np.abs(total - 1.0).max() < 1e-12:  # so that doing it twice changes no bit
        return
    weight = gaussians.weight / total[gaussians.event]
    weight.flags.writeable = False
    object.__setattr__(gaussians, "weight", weight)
