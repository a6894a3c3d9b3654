"""Integrals of the time kernel, and their derivatives: how many events a source is expected to trigger in a span.

    I = ∫ (s + c)^-(1+omega) exp(-s / tau) ds    from s = low to high

by Gauss-Legendre quadrature in log(s + c), where the integrand is smooth whatever c and tau are. No closed form serves
omega on both sides of 0; within 1e-9 of the incomplete gamma functions where these can be used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.etas._time_numba import integrate

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(48)
PANELS = 3  # of equal length in log(s + c), each with all nodes


@dataclass(frozen=True, eq=False)
class TimeIntegrals:
    """I of n sources, and its derivatives by log c, omega and log tau."""

    value: Float[np.ndarray, " n"]
    by_log_c: Float[np.ndarray, " n"]
    by_omega: Float[np.ndarray, " n"]
    by_log_tau: Float[np.ndarray, " n"]


def time_integrals(
    c: Float[np.ndarray, " n"],
    low: Float[np.ndarray, " n"],
    high: Float[np.ndarray, " n"],
    omega: float,
    tau: float,
) -> TimeIntegrals:
    """Integrals from low to high days after each source; c in days (positive), tau in days or infinite.

    Source: the time kernel of Mizrahi, Nandan & Wiemer (2021), JGR Solid Earth 126, e2020JB021345, eq. 3.

    >>> found = time_integrals(np.array([0.01]), np.array([0.0]), np.array([99.99]), 0.5, np.inf)
    >>> round(float(found.value[0]), 6)  # (0.01^-0.5 - 100^-0.5) / 0.5
    19.8
    """
    out = np.empty((4, len(c)))
    integrate(c, low, high, omega, 1.0 / tau, _NODES, _WEIGHTS, PANELS, out)
    return TimeIntegrals(*out)
