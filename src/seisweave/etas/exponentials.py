"""The time kernel of ETAS as a sum of exponentials.

    (s + c)^-(1+ω) e^(-s/τ) = ∫ u^ω e^(-uc) e^(-(u + 1/τ) s) du / Γ(1+ω)      by the trapezoidal rule in ln u

A sum of such kernels over earlier events is a state with one number for each exponential, which fades by itself from
one instant to the next: the cost of many instants is that of the events plus that of the instants.

Where ω is below -0.9 (a kernel that grows before its taper ends it, as few events may have it), s + c is taken out: the
rest has ω + 1, and s e^(-us) is the difference of two exponentials close to each other.
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
_APART = 1e-3  # of u, of the two exponentials whose difference stands for s e^(-us)


@dataclass(frozen=True, eq=False)
class Exponentials:
    """k exponentials: decay (1/day); u (1/day) and the share of each, which is (share + per_c c) exp(-u c).

    >>> kernel = Exponentials.of(0.1, 1000.0, shortest_c=0.01, longest=36500.0)
    >>> age = np.array([0.0, 1.0, 1000.0])
    >>> found = np.exp(-np.outer(age, kernel.decay)) @ kernel.weight(np.array([0.01]))[0]
    >>> (found / ((age + 0.01) ** -1.1 * np.exp(-age / 1000.0))).round(5).tolist()
    [1.0, 1.0, 1.0]
    """

    decay: Float[np.ndarray, " k"]
    u: Float[np.ndarray, " k"]
    share: Float[np.ndarray, " k"]
    per_c: Float[np.ndarray, " k"]

    @classmethod
    def of(cls, omega: float, tau: float, *, shortest_c: float, longest: float) -> Exponentials:
        """Those of a kernel, for c from `shortest_c` on and ages up to `longest`, days.

        Errors: InputError for omega below -1.9.
        """
        if omega < _LEAST_OMEGA - 1.0:
            raise InputError(f"omega is {omega:g}: the kernel grows too long; fit a model to more events")
        if omega < _LEAST_OMEGA:
            rest = cls.of(omega + 1.0, tau, shortest_c=shortest_c, longest=longest)
            apart = np.maximum(_APART * rest.u, _APART**2 / longest)
            decay = np.concatenate([rest.decay - apart, rest.decay + apart])
            share = np.concatenate([rest.share / apart, -rest.share / apart]) / 2.0
            return cls(decay, np.tile(rest.u, 2), share, np.tile(rest.share, 2) / 2.0)
        first = log(_SLOW / longest)
        count = int(np.ceil((log(_NOTHING / shortest_c) - first) / _STEP))
        u = np.exp(first + _STEP * np.arange(count + 1))
        share = _STEP * u ** (1.0 + omega) / gamma(1.0 + omega)
        slower = share[0] / np.expm1(_STEP * (1.0 + omega))  # all slower ones, together
        u, share = np.append(0.0, u), np.append(slower, share)
        return cls(u + 1.0 / tau, u, share, np.zeros(len(u)))

    def weight(self, c: Float[np.ndarray, " n"]) -> Float[np.ndarray, "n k"]:
        """Of each exponential in the kernel of each c (days)."""
        return (self.share + np.outer(c, self.per_c)) * np.exp(-np.outer(c, self.u))
