"""Fit an ETAS model by maximum likelihood, with generic priors where the events say nothing.

The log likelihood of the targets (Daley & Vere-Jones 2003, An Introduction to the Theory of Point Processes I, eq.
7.2.3) is climbed by Fisher scoring (`climb`).

A part of the targets, drawn by chance and weighted by its share, with all sources and the exact integral, gives an
estimate that is unbiased and loses little (`Inputs.share`). So the climb begins with some of them, evenly spaced in
time, and only its end needs all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError
from seisweave.etas.climb import climb
from seisweave.etas.forms import EtasForm
from seisweave.etas.priors import prior_of
from seisweave.etas.rate import Rates, rates
from seisweave.etas.sources import Inputs

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
    prior, names, begin = prior_of(form, inputs), form.parameters(), start or {}
    theta = np.array([begin.get(name, mean) for name, mean in zip(names, prior.mean, strict=True)])

    def rates_of(theta: Float[np.ndarray, " P"]) -> Rates:
        return rates(form, dict(zip(names, theta.tolist(), strict=True)), inputs, jobs=jobs)

    def told(steps: int, log_likelihood: float) -> None:
        if progress is not None:
            progress(begun + steps, log_likelihood)

    found = climb(rates_of, inputs.share, prior, theta, tolerance=tolerance, progress=told)
    value = dict(zip(names, found.theta.tolist(), strict=True))
    n = len(inputs.targets) / inputs.share
    return Fit(form, value, found.covariance, found.log_likelihood, n, begun + found.steps, found.converged)


def _few(inputs: Inputs) -> Inputs | None:
    """Every k-th of the targets, where there are many more than a climb begins with."""
    every = len(inputs.targets) // _BEGIN_WITH
    if every < _WORTH_IT:
        return None
    background = {name: density[::every] for name, density in inputs.background.items()}
    targets = inputs.targets[::every]
    share = inputs.share * len(targets) / len(inputs.targets)
    return replace(inputs, targets=targets, background=background, share=share)
