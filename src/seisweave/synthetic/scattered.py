"""Events of a world that lie on no fault, or whose times and magnitudes are not the point."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int64

from seisweave.synthetic.aftershocks import AftershockOptions, draw_magnitudes
from seisweave.synthetic.location_errors import ErrorKind, draw_errors
from seisweave.synthetic.world import NO_FAULT, Events

DAYS = 3652.5
CONSTANT_KM = 0.5  # location error of rectangles


def scattered(
    kind: str,
    true_xyz_km: Float[np.ndarray, "n 3"],
    errors: ErrorKind,
    rng: np.random.Generator,
    fault: Int64[np.ndarray, " n"] | None = None,
) -> Events:
    """Give places events, each alone: any time of ten years, magnitudes by Gutenberg and Richter.

    >>> few = scattered("background", np.zeros((3, 3)), "constant", np.random.default_rng(1))
    >>> few.fault.tolist(), few.kind.tolist()
    ([-1, -1, -1], ['background', 'background', 'background'])
    """
    n = len(true_xyz_km)
    drawn = draw_errors(errors, n, CONSTANT_KM, rng)
    return Events(
        time_days=DAYS * rng.random(n),
        magnitude=draw_magnitudes(n, AftershockOptions(), rng),
        fault=np.full(n, NO_FAULT) if fault is None else fault,
        kind=np.full(n, kind, "U10"),
        true_xyz_km=true_xyz_km,
        unit_error=rng.standard_normal((n, 3)),
        sigma_km=drawn.sigma_km,
        quality=drawn.quality,
    )


def uniform(n: int, low_km: np.ndarray, high_km: np.ndarray, rng: np.random.Generator) -> Float[np.ndarray, "n 3"]:
    """Draw n places in a box."""
    return low_km + rng.random((n, 3)) * (high_km - low_km)
