"""What an event brings within a window: how many descendants in the mean, and the chance of a large one among them.

An event, its offspring and theirs are a *family*. Within a time u of it a family has, in the mean over its magnitude M,

    n(u)   = 1 + E[K(M) ∫ g_M(s) n(u - s) ds]                                          events
    π_m(u) = 1 - E[1(M < m) exp(-K(M) ∫ g_M(s) π_m(u - s) ds)]                         the chance of one of m or more

for offspring are a Poisson process of families of their own. So in a window of T days a rate f(s) of events that
nothing in the window triggers brings ∫ f(s) n(T - s) ds events in the mean, and one of m or more with a chance of
1 - exp(-∫ f(s) π_m(T - s) ds): less than as many independent events would, because they come in families. Sources:
Hawkes & Oakes (1974), J. Appl. Prob. 11, 493-503; Saichev & Sornette (2007), J. Geophys. Res. 112, B04313, for such
generating functions.

With the kernel as exponentials e^(-λ s) all of this follows from y_k(u) = ∫ e^(-λ_k s) n(u - s) ds, whose value at T is
also what one unit of a state brings. It is found step by step, right to 1e-4.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

_STEPS, _FIRST = 150, 1e-8  # of the window, both evenly and by ratio


@dataclass(frozen=True, eq=False)
class Brings:
    """What comes in a window for each unit of a state's rates (k), and for one background event a day."""

    state: Float[np.ndarray, " k"]
    background: float


@dataclass(frozen=True, eq=False)
class EventsToCome:
    """Bins of magnitude: lower edges over the smallest and one more, chances, and what an event adds to a state."""

    edges: Float[np.ndarray, " b_and_one"]
    chance: Float[np.ndarray, " b"]
    adds: Float[np.ndarray, "b k"]


def directly(decay: Float[np.ndarray, " k"], days: float) -> Brings:
    """Events that the state and the background themselves bring in so many days.

    >>> round(float(directly(np.array([2.0]), 1.0).state[0]), 4)  # (1 - e^-2) / 2
    0.4323
    """
    return Brings(-np.expm1(-decay * days) / decay, days)


def with_descendants(decay: Float[np.ndarray, " k"], coming: EventsToCome, days: float) -> Brings:
    """The same with all descendants within the window, in the mean.

    >>> one = EventsToCome(np.array([0.0, 1.0]), np.ones(1), np.ones((1, 1)))
    >>> found = with_descendants(np.array([2.0]), one, 1.0)  # S' = -(2 - 1) S
    >>> round(float(found.state[0]), 4), round(found.background, 4)  # 1 - e^-1; 1 + the integral of 1 - e^-t
    (0.6321, 1.3679)
    """
    added = coming.chance @ coming.adds
    return _march(decay, days, lambda y: 1.0 + float(added @ y))


def families_with(decay: Float[np.ndarray, " k"], coming: EventsToCome, over: float, days: float) -> Brings:
    """Families, by their first event in the window, that have one within it that reaches so much over the smallest.

    >>> two = EventsToCome(np.array([0.0, 1.0, 2.0]), np.array([0.9, 0.1]), np.zeros((2, 1)))  # no offspring
    >>> round(families_with(np.array([2.0]), two, 1.0, 1.0).background, 4)
    0.1
    """
    below = coming.edges[:-1] < over - 1e-9
    chance, adds = coming.chance[below], coming.adds[below]
    return _march(decay, days, lambda y: 1.0 - float(chance @ np.exp(-(adds @ y))))


def _march(decay: Float[np.ndarray, " k"], days: float, of: Callable[[np.ndarray], float]) -> Brings:
    """y_k(days) where y_k' = -λ_k y_k + of(y), and the integral of `of`; from 0 on, by the trapezoidal rule."""
    u = days * np.unique(np.concatenate([np.linspace(0.0, 1.0, _STEPS), np.geomspace(_FIRST, 1.0, _STEPS)]))
    y, now, total = np.zeros(len(decay)), of(np.zeros(len(decay))), 0.0
    for step in np.diff(u).tolist():
        fade = np.exp(-decay * step)
        fresh = -np.expm1(-decay * step) / decay
        then = of(fade * y + fresh * now)
        then = of(fade * y + fresh * 0.5 * (now + then))
        y, total = fade * y + fresh * 0.5 * (now + then), total + 0.5 * step * (now + then)
        now = then
    return Brings(y, total)
