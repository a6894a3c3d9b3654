"""The highest point of a posterior density of a few weights: Newton's method, each step halved until it climbs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float


def climb(
    height: Callable[[np.ndarray], float],
    step_from: Callable[[np.ndarray], np.ndarray],
    n_weights: int,
    *,
    most_steps: int = 200,
    least_step: float = 1e-9,
    least_half: float = 1e-12,
) -> Float[np.ndarray, " k"]:
    """Climb from zero to the weights of the highest density.

    Arguments:
        height: logarithm of the density at some weights, but for a constant.
        step_from: Newton's step from some weights.
        n_weights: how many there are.
        most_steps: after so many the climb ends.
        least_step: a step that changes no weight by more ends it, too.
        least_half: a step that changes no weight by more is not halved again.

    >>> climb(lambda w: -float((w - 3.0) @ (w - 3.0)), lambda w: 3.0 - w, 1).tolist()
    [3.0]
    """
    weights = np.zeros(n_weights)
    now = height(weights)
    for _ in range(most_steps):
        step = step_from(weights)
        while (then := height(weights + step)) < now and np.abs(step).max() > least_half:
            step = step / 2
        weights, now = weights + step, then
        if np.abs(step).max() < least_step:
            break
    return weights
