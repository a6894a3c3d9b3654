"""The climb to the summit of a likelihood: Fisher scoring in a trust region, for any rate with its derivatives.

The outer product of the derivatives of each target's log rate estimates the information, put right by the gradients of
earlier steps (Broyden, Fletcher, Goldfarb & Shanno 1970), so that a step costs one pass over the pairs and few steps
suffice (damped as by Nielsen 1999, IMM-REP-1999-05, Technical University of Denmark). The inverse of the information
at the summit gives the standard errors.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.etas.priors import Prior
from seisweave.etas.rate import Rates

_LARGEST_STEP = 2.0  # standard deviations of the prior that one step may take any parameter
_MOST_STEPS = 100
_REMEMBERED = 20  # earlier steps whose gradients tell how the height bends


@dataclass(frozen=True, eq=False)
class Summit:
    """Where a climb ended: P parameters, their covariance with the prior, the log likelihood without it."""

    theta: Float[np.ndarray, " P"]
    covariance: Float[np.ndarray, "P P"]
    log_likelihood: float
    steps: int
    converged: bool


@dataclass(frozen=True, eq=False)
class _Place:
    """The climb at one place: parameters, log likelihood, that with priors, its gradient and information."""

    theta: np.ndarray
    log_likelihood: float
    height: float
    gradient: np.ndarray
    information: np.ndarray


def climb(
    rates_of: Callable[[Float[np.ndarray, " P"]], Rates],
    share: float,
    prior: Prior,
    begin: Float[np.ndarray, " P"],
    *,
    tolerance: float = 0.01,
    progress: Callable[[int, float], None] | None = None,
) -> Summit:
    """Climb until a step promises less than a tolerance.

    Arguments:
        rates_of: of the targets, by parameters.
        share: of all targets that these are, see `Inputs.share`.
        prior: means and standard deviations of the parameters.
        begin: where to begin; the middle of the prior where rates are not finite there.
        tolerance: in nats of the whole catalog.
        progress: called with the number of passes and the log likelihood.

    Errors: InputError for rates that are finite in neither place.

    >>> prior = Prior(np.zeros(1), np.ones(1))
    >>> three = lambda theta: Rates(np.full(3, theta[0]), np.ones((3, 1)), np.exp(theta[0]), np.exp(theta))
    >>> climb(three, 1.0, prior, np.zeros(1)).theta.round(2).tolist()  # 3 - exp(x) = x, the prior's pull
    [0.79]
    """
    here = _look(rates_of, share, prior, begin)
    if not np.isfinite(here.height):
        here = _look(rates_of, share, prior, prior.mean)
    if not np.isfinite(here.height):
        raise InputError("rates are not finite where the search begins; give more events, or a simpler form")
    damping, growth, steps, converged = 1e-2, 2.0, 1, False
    seen: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=_REMEMBERED)
    while steps < _MOST_STEPS and not converged:
        bend = _curvature(here, seen)
        step = _step(here, bend, damping, prior)
        there = _look(rates_of, share, prior, here.theta + step)
        steps += 1
        promised = float(step @ here.gradient - 0.5 * step @ bend @ step)
        kept = (there.height - here.height) / promised
        converged = promised < tolerance
        if np.isfinite(there.height):
            seen.append((step, here.gradient - there.gradient))
        if there.height > here.height:
            here, growth = there, 2.0
            damping = max(damping * max(1.0 / 3.0, 1.0 - (2.0 * kept - 1.0) ** 3), 1e-4)
            if progress is not None:
                progress(steps, here.log_likelihood)
        else:
            damping, growth = damping * growth, 2.0 * growth
    return Summit(here.theta, np.linalg.inv(here.information), here.log_likelihood, steps, converged)


def log_likelihood_of(found: Rates, share: float) -> float:
    """Sum of the targets' log rates less the expected number."""
    return float(found.log_rate.sum()) / share - found.expected


def _look(rates_of: Callable[[np.ndarray], Rates], share: float, prior: Prior, theta: np.ndarray) -> _Place:
    away = (theta - prior.mean) / prior.sd
    with np.errstate(all="ignore"):
        found = rates_of(theta)
        log_likelihood = log_likelihood_of(found, share)
        gradient = found.by_parameter.sum(axis=0) / share - found.expected_by - away / prior.sd
        information = found.by_parameter.T @ found.by_parameter / share + np.diag(1.0 / prior.sd**2)
    if not np.isfinite(log_likelihood) or not np.isfinite(gradient).all():
        return _Place(theta, -np.inf, -np.inf, gradient, information)
    return _Place(theta, log_likelihood, log_likelihood - 0.5 * float(away @ away), gradient, information)


def _curvature(here: _Place, seen: Iterable[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """How the height bends at a place: the information there, put right by the gradients at other places."""
    bend = here.information
    for step, change in seen:
        along = bend @ step
        if step @ change > 1e-3 * (step @ along):
            bend = bend - np.outer(along, along) / (step @ along) + np.outer(change, change) / (step @ change)
    return bend


def _step(here: _Place, bend: np.ndarray, damping: float, prior: Prior) -> np.ndarray:
    """The Levenberg-Marquardt step, shortened where it would leave what the priors find likely."""
    step = np.linalg.solve(bend + damping * np.diag(np.diag(bend)), here.gradient)
    return step / max(1.0, float(np.abs(step / prior.sd).max()) / _LARGEST_STEP)
