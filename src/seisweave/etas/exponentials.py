"""The time kernel of ETAS as a sum of exponentials.

    (s + c)^-(1+ω) e^(-s/τ) = ∫ u^ω e^(-uc) e^(-(u + 1/τ) s) du / Γ(1+ω)      by the trapezoidal rule in ln u

A sum of such kernels over earlier events is a state with one number for each exponential, which fades by itself from one
instant to the next: the cost of many instants is that of the events plus that of the instants.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma, log

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError

_STEP = 0.6  # of ln u: the trapezoidal rule is right to exp(-pi² / step)
_NOTHING = 35.0  # exp(-35)
_SLOW = 1e-3  # of the longest age: exponentials that fade by less are one
_LEAST_OMEGA = -0.9


@dataclass(frozen=True, eq=False)
class Exponentials:
    """k exponentials: decay (1/day) and u (1/day), and the share of each but for exp(-u c).

    >>> kernel = Exponentials.of(0.1, 1000.0, shortest_c=0.01, longest=36500.0)
    >>> age = np.array([0.0, 1.0, 1000.0])
    >>> found = np.exp(-np.outer(age, kernel.decay)) @ kernel.weight(np.array([0.01]))[0]
    >>> (found / ((age + 0.01) ** -1.1 * np.exp(-age / 1000.0))).round(5).tolist()
    [1.0, 1.0, 1.0]
    """

    decay: Float[np.ndarray, " k"]
    u: Float[np.ndarray, " k"]
    share: Float[np.ndarray, " k"]

    @classmethod
    def of(cls, omega: float, tau: float, *, shortest_c: float, longest: float) -> Exponentials:
        """Those of a kernel, for c from `shortest_c` on and ages up to `longest`, days.

        Errors: InputError for omega below -0.9, whose kernel hardly fades.
        """
        if omega < _LEAST_OMEGA:
            raise InputError(f"omega is {omega:g}: the kernel hardly fades; fit a model with more events")
        first = log(_SLOW / longest)
        count = int(np.ceil((log(_NOTHING / shortest_c) - first) / _STEP))
        u = np.exp(first + _STEP * np.arange(count + 1))
        share = _STEP * u ** (1.0 + omega) / gamma(1.0 + omega)
        slower = share[0] / np.expm1(_STEP * (1.0 + omega))  # all slower ones, together
        u, share = np.append(0.0, u), np.append(slower, share)
        return cls(u + 1.0 / tau, u, share)

    def weight(self, c: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n k"]:
        """Of each exponential in the kernel of each c (days)."""
        return self.share * np.exp(-np.outer(c, self.u))
