"""What a reconstruction starts from: the hypocentres of a catalog in local km, refused where no network can be made."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.checks import refuse_metres
from seisweave.catalog.projection import LocalProjection
from seisweave.errors import InputError
from seisweave.faults.atomize import MIN_POINTS, By
from seisweave.faults.floor import floor_of
from seisweave.faults.location_errors import catalog_errors
from seisweave.faults.options import FaultOptions
from seisweave.faults.strictness import QUICK, Strictness
from seisweave.machine import check_memory

SMALLEST_SUBSET = 20  # events; smaller subsets join their nearest neighbour
_BYTES, _BYTES_PER_EVENT = 350e6, 1400.0  # memory, measured from 100,000 to 200,000 events (docs/benchmarks.md)
_FARTHEST_KM = 50_000.0  # more than the Earth is around
_KM_PER_DEGREE = 111.2
_NO_SPREAD = 0.2  # of the floor: all at one point, or on one line


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a reconstruction starts from: hypocentres, options, their projection and the hash of their source.

    location_errors are the covariances that the catalog gives its hypocentres (xx, xy, xz, yy, yz, zz; km²), if any.
    `min_sigma_km` is the floor of σ that the options ask for, in km also where that is *auto*. `by` is the way of
    atomization that is gone just now. `strictness` is no option: it is for tests and for the study of what it costs.
    """

    xyz_km: Float[np.ndarray, "n 3"]
    options: FaultOptions
    projection: LocalProjection | None
    sha256: str
    min_sigma_km: float
    location_errors: Float[np.ndarray, "n 6"] | None = None
    threads: int = 1
    by: By = "cut"
    strictness: Strictness = QUICK

    def kept_as(self, name: str) -> str:
        """The name under which a state of the work is kept: each way of atomization has its own."""
        return name if self.by == "cut" else f"{self.by}-{name}"

    def identity(self) -> dict[str, Any]:
        """What the network depends on: hypocentres, version, all options but the seed, with which nothing is drawn."""
        from seisweave.version import __version__

        options = asdict(self.options)
        del options["seed"]
        given = self.xyz_km if self.location_errors is None else np.hstack([self.xyz_km, self.location_errors])
        return {"input": _sha256(given), "options": options, "version": __version__}


def check_hypocentres(catalog: Catalog | np.ndarray, options: FaultOptions, threads: int) -> Inputs:
    """Hypocentres in local km, checked; with their projection and hash.

    Errors: InputError as `reconstruct_faults` says.
    """
    projection, sha256 = None, ""
    if isinstance(catalog, Catalog):
        unknown = int((~catalog.has_depth).sum())
        if unknown and unknown == len(catalog):
            raise InputError(
                f"none of {unknown} events has a depth, so they lie on no plane; give a catalog with depths"
            )
        if unknown:
            raise InputError(
                f"{unknown} of {len(catalog)} events have no depth; leave them out with catalog.with_depth()"
            )
        refuse_metres(catalog)
        projection = catalog.projection() if len(catalog) else None
        sha256 = catalog.provenance.sha256
    xyz_km = catalog.xyz_km(projection) if isinstance(catalog, Catalog) else np.asarray(catalog, dtype=float)
    _check_points(xyz_km)
    min_sigma_km = floor_of(xyz_km, options.min_sigma_km, threads=threads)
    _check_spread(xyz_km, _NO_SPREAD * min_sigma_km)
    _check_subsets(len(xyz_km), options.subsets)
    if isinstance(catalog, Catalog):  # what is straight on the map bends in the projection
        degrees = np.stack([catalog.longitude, catalog.latitude], axis=1)
        _check_spread(np.column_stack([_KM_PER_DEGREE * degrees, xyz_km[:, 2]]), _NO_SPREAD * min_sigma_km)
    errors = None
    if isinstance(catalog, Catalog) and options.location_errors == "catalog":
        errors = catalog_errors(catalog)
    return Inputs(xyz_km, options, projection, sha256 or _sha256(xyz_km), min_sigma_km, errors, threads)


def _check_points(xyz_km: np.ndarray) -> None:
    if xyz_km.ndim != 2 or xyz_km.shape[1] != 3:
        raise InputError(f"hypocentres have shape {xyz_km.shape}; give one row (x_km, y_km, depth_km) an event")
    n = len(xyz_km)
    if n < MIN_POINTS:
        raise InputError(f"{n} events; a fault needs at least {MIN_POINTS}, give more events or widen the selection")
    bad = ~np.isfinite(xyz_km).all(axis=1)
    if bad.any():
        raise InputError(
            f"{bad.sum()} of {n} hypocentres are not finite, the first is row {bad.argmax()}; leave them out"
        )
    farthest = float(np.abs(xyz_km).max())
    if farthest > _FARTHEST_KM:
        raise InputError(f"hypocentres reach {farthest:.6g} km, which is beyond the Earth; give kilometres, not metres")
    check_memory(memory_needed(xyz_km), f"a network of {n:,} events", "select fewer, or use a larger machine")


def memory_needed(xyz_km: Float[np.ndarray, "n 3"]) -> float:
    """Bytes that a reconstruction from so many hypocentres takes, about."""
    return _BYTES + _BYTES_PER_EVENT * len(xyz_km)


def has_a_plane(inputs: Inputs) -> bool:
    """Whether hypocentres are enough, and spread enough, for a plane."""
    enough = len(inputs.xyz_km) >= MIN_POINTS
    return enough and bool(_spread_km(inputs.xyz_km)[1] > _NO_SPREAD * inputs.min_sigma_km)


def _spread_km(xyz_km: np.ndarray) -> Float[np.ndarray, " 3"]:
    """Standard deviations along the principal axes, the longest first."""
    offset = xyz_km - xyz_km.mean(axis=0)
    return np.sqrt(np.maximum(np.linalg.eigvalsh(offset.T @ offset / len(xyz_km))[::-1], 0.0))


def _check_spread(xyz_km: np.ndarray, tolerance_km: float) -> None:
    n, spread_km = len(xyz_km), _spread_km(xyz_km)
    within = f" (within {1000.0 * tolerance_km:.3g} m)"
    if spread_km[0] <= tolerance_km:
        raise InputError(f"all {n} events lie at one point{within}; a fault network needs events at different places")
    if spread_km[1] <= tolerance_km:
        raise InputError(f"all {n} events lie on one line{within}; a fault network needs events in a plane or in space")


def _check_subsets(n: int, subsets: int) -> None:
    most = max(1, n // SMALLEST_SUBSET)
    if subsets > most:
        raise InputError(f"{subsets} subsets of {n} events are too small; give at most {most}")


def _sha256(xyz_km: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(xyz_km).tobytes()).hexdigest()
