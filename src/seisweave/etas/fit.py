"""Fit an ETAS model by maximum likelihood, with generic priors where the events say nothing.

The log likelihood of the targets (Daley & Vere-Jones 2003, An Introduction to the Theory of Point Processes I, eq.
7.2.3) is climbed by Fisher scoring in a trust region: the outer product of the derivatives of each target's log rate
estimates the information, put right by the gradients of earlier steps (Broyden, Fletcher, Goldfarb & Shanno 1970), so
that a step costs one pass over the pairs and few steps suffice (damped as by Nielsen 1999, IMM-REP-1999-05, Technical
University of Denmark). The inverse of the information at the summit gives the standard errors.

A part of the targets, drawn by chance and weighted by its share, with all sources and the exact integral, gives an
estimate that is unbiased and loses little (`Inputs.share`). So the climb begins with some of them, evenly spaced in
time, and only its end needs all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.etas.forms import EtasForm
from seisweave.etas.priors import Prior, prior_of
from seisweave.etas.rate import Inputs, Rates, rates

_LARGEST_STEP = 2.0  # standard deviations of the prior that one step may take any parameter
_MOST_STEPS = 100
_REMEMBERED = 20  # earlier steps whose gradients tell how the height bends
_BEGIN_WITH, _WORTH_IT = 1500, 3  # targets that the climb begins with, where there are so many times as many


@dataclass(frozen=True, eq=False)
class Fit:
    """What a search found.

    Arguments:
        value: parameters by name (`EtasForm.parameters`).
        covariance: of the parameters, from the inverse of the information, priors included.
        log_likelihood: of the targets, without priors.
        n_targets: they stand for.
        steps: passes over the pairs.
        converged: whether the last step promised less than the tolerance.

    >>> from seisweave.etas.forms import KernelForm
    >>> form = EtasForm((KernelForm("main"),))
    >>> fit = Fit(form, dict.fromkeys(form.parameters(), 0.0), np.diag(np.full(7, 0.04)), -12.0, 30.0, 9, True)
    >>> round(fit.error["main.omega"], 3)
    0.2
    """

    form: EtasForm
    value: Mapping[str, float]
    covariance: Float[np.ndarray, "P P"]
    log_likelihood: float
    n_targets: float
    steps: int
    converged: bool

    @property
    def error(self) -> dict[str, float]:
        """Standard errors by parameter."""
        return dict(zip(self.form.parameters(), np.sqrt(np.diag(self.covariance)).tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class _Place:
    """The climb at one place: parameters, log likelihood, that with priors, its gradient and information."""

    theta: np.ndarray
    log_likelihood: float
    height: float
    gradient: np.ndarray
    information: np.ndarray


def fit_form(
    form: EtasForm,
    inputs: Inputs,
    start: Mapping[str, float] | None = None,
    *,
    jobs: int = 1,
    tolerance: float = 0.01,
    progress: Callable[[int, float], None] | None = None,
) -> Fit:
    """Climb from a start (the middle of the priors where none is given) until a step promises less than `tolerance`.

    The tolerance is in nats of the whole catalog. Errors: InputError for no target.

    >>> from seisweave.etas.events import EtasEvents
    >>> from seisweave.etas.forms import standard_form
    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 0.0, 100.0, 900.0, 2.5)
    >>> density = {"uniform": np.full(60, 1.0 / 900.0)}
    >>> fit = fit_form(standard_form(), Inputs(events, {"magnitude": events.over_min}, density, events.targets))
    >>> fit.converged, round(float(np.exp(fit.value["background.uniform"])), 1)  # events a day
    (True, 0.6)
    """
    if len(inputs.targets) == 0:
        raise InputError("no event lies in the span and region of the targets; choose others")
    few = _few(inputs)
    begun = 0
    if few is not None:
        first = fit_form(form, few, start, tolerance=10.0 * tolerance, jobs=jobs, progress=progress)
        start, begun = first.value, first.steps
    prior = prior_of(form, inputs)
    names, begin = form.parameters(), start or {}
    theta = np.array([begin.get(name, mean) for name, mean in zip(names, prior.mean, strict=True)])
    here = _look(form, inputs, prior, theta, jobs)
    damping, growth, steps, converged = 1e-2, 2.0, 1, False
    seen: deque[tuple[np.ndarray, np.ndarray]] = deque(maxlen=_REMEMBERED)
    while steps < _MOST_STEPS and not converged:
        bend = _curvature(here, seen)
        step = _step(here, bend, damping, prior)
        there = _look(form, inputs, prior, here.theta + step, jobs)
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
                progress(begun + steps, here.log_likelihood)
        else:
            damping, growth = damping * growth, 2.0 * growth
    covariance = np.linalg.inv(here.information)
    value = dict(zip(names, here.theta.tolist(), strict=True))
    n = len(inputs.targets) / inputs.share
    return Fit(form, value, covariance, here.log_likelihood, n, begun + steps, converged)


def _few(inputs: Inputs) -> Inputs | None:
    """Every k-th of the targets, where there are many more than a climb begins with."""
    every = len(inputs.targets) // _BEGIN_WITH
    if every < _WORTH_IT:
        return None
    background = {name: density[::every] for name, density in inputs.background.items()}
    targets = inputs.targets[::every]
    share = inputs.share * len(targets) / len(inputs.targets)
    return replace(inputs, targets=targets, background=background, share=share)


def _look(form: EtasForm, inputs: Inputs, prior: Prior, theta: np.ndarray, jobs: int) -> _Place:
    value = dict(zip(form.parameters(), theta.tolist(), strict=True))
    with np.errstate(all="ignore"):
        found = rates(form, value, inputs, jobs=jobs)
    log_likelihood = log_likelihood_of(found, inputs)
    away = (theta - prior.mean) / prior.sd
    gradient = found.by_parameter.sum(axis=0) / inputs.share - found.expected_by - away / prior.sd
    information = found.by_parameter.T @ found.by_parameter / inputs.share + np.diag(1.0 / prior.sd**2)
    if not np.isfinite(log_likelihood) or not np.isfinite(gradient).all():
        return _Place(theta, -np.inf, -np.inf, gradient, information)
    return _Place(theta, log_likelihood, log_likelihood - 0.5 * float(away @ away), gradient, information)


def log_likelihood_of(found: Rates, inputs: Inputs) -> float:
    """Sum of the targets' log rates less the expected number."""
    return float(found.log_rate.sum()) / inputs.share - found.expected


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
