"""From events to a fitted model: first the standard form, then, with the features it gives, a richer one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import log
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Integer

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.etas.chosen import ChosenEtas, choose_etas
from seisweave.etas.domain import EtasDomain, FittedTo
from seisweave.etas.events import EtasEvents
from seisweave.etas.fault_background import after_network, faults_as_background
from seisweave.etas.fit import Fit, fit_form
from seisweave.etas.forms import UNIFORM, EtasForm, adaptive_form, full_form, standard_form
from seisweave.etas.magnitude_law import USUAL_CORNER, MagnitudeLaw, fit_magnitude_law
from seisweave.etas.mixture import PlaneMixture
from seisweave.etas.model import EtasModel, describe
from seisweave.etas.options import EtasOptions
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step

if TYPE_CHECKING:
    from seisweave.faults.network import FaultNetwork

_USUAL_STEPS = {"standard": 25, "adaptive": 60, "full": 80}  # of a fit, for its progress
_FORM = {"standard": standard_form, "adaptive": adaptive_form, "full": full_form}


def fit_etas(
    catalog: CatalogLike,
    options: EtasOptions | None = None,
    *,
    network: FaultNetwork | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> EtasModel:
    """Fit ETAS to a catalog: to the events of its region from a completeness on, see `choose_etas`.

    Arguments:
        catalog: events; depths play no part.
        options: form, region, completeness and span.
        network: whose faults become a background, weighted by the events before the fit's span that nothing triggered.
            It must be made of events before that span, which begins after the network's last event by default: faults
            that know the events of the fit look too good to it.
        jobs: threads; all cores by default. Results do not depend on it.
        progress: called with a `Step` after every pass over the pairs.

    Errors: InputError for a catalog without events that can be used, and as of `choose_etas`; for a network without
    faults, of another region, or of local km.

    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=600).catalog
    >>> model = fit_etas(catalog, EtasOptions("standard", completeness=2.0))
    >>> model.n_targets, model.fitted_to.end[:10]
    (497, '2019-12-28')
    """
    catalog, options = as_catalog(catalog), options or EtasOptions()
    options = options if network is None else after_network(options, network)
    chosen = choose_etas(catalog, options)
    return fit_chosen(catalog, chosen, options, network=network, jobs=jobs, progress=progress)


def fit_chosen(
    catalog: Catalog,
    chosen: ChosenEtas,
    options: EtasOptions,
    *,
    network: FaultNetwork | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> EtasModel:
    """Fit ETAS to the events of a domain and span that `choose_etas` has found for these options.

    A network must be older than the span (`after_network`).
    """
    events = chosen.domain.events(catalog, chosen.start, chosen.end)
    jobs, standard, mixture = jobs or available_cores(), None, None
    if network is not None:
        standard = fit_events(events, replace(options, form="standard"), jobs=jobs, progress=progress)
        mixture = faults_as_background(network, standard, events, chosen.domain.projection, jobs=jobs)
    model = fit_events(events, options, standard=standard, mixture=mixture, jobs=jobs, progress=progress)
    law = usual_law(events.magnitude[events.targets], chosen.domain)  # the history may be complete from higher up
    fitted_to = FittedTo(chosen.domain, str(chosen.start), str(chosen.end), law, options, catalog.provenance)
    return replace(model, fitted_to=fitted_to)


def fit_events(
    events: EtasEvents,
    options: EtasOptions | None = None,
    *,
    form: EtasForm | None = None,
    standard: EtasModel | None = None,
    mixture: PlaneMixture | None = None,
    jobs: int = 1,
    progress: Progress | None = None,
) -> EtasModel:
    """Fit a model to the targets among events; all events before them are their history.

    A mixture adds its backgrounds to those of the options' form; one of your own is taken as it is, with the names of
    its kernels and backgrounds as `forms` has them. A model of the standard form that was fitted to the same events and
    options already spares that.

    Errors: InputError for no target.

    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 0.0, 100.0, 900.0, 2.5)
    >>> model = fit_events(events, EtasOptions("standard"))
    >>> model.n_targets, model.converged
    (60, True)
    """
    options = options or EtasOptions()
    plain_form, wanted = standard_form(), form or _with(mixture, _FORM[options.form]())
    targets, share = _drawn(events.targets, options)
    if len(targets) == 0:
        raise InputError("no event lies in the span and region of the targets; choose others")

    def fitted(form: EtasForm, known: Mapping[str, float], start: Mapping[str, float] | None, name: str) -> EtasModel:
        def step(steps: int, _: float) -> None:
            if progress is not None:
                progress(Step(f"{name} form", min(steps / _USUAL_STEPS[name], 0.99)))

        described = describe(form, events, known, mixture=mixture, jobs=jobs)
        scales = described.scales()
        inputs = described.inputs(scales, targets, share=share, jobs=jobs)
        found = fit_form(form, inputs, start, jobs=jobs, progress=step)
        return _model(found, dict(known or found.value), scales)

    first = standard or fitted(plain_form, {}, None, "standard")
    if wanted == plain_form:
        return first
    return replace(fitted(wanted, first.value, _start(wanted, first.value), options.form), mixture=mixture)


def _with(mixture: PlaneMixture | None, form: EtasForm) -> EtasForm:
    """The form with the backgrounds of a mixture too."""
    return form if mixture is None else replace(form, backgrounds=(*form.backgrounds, *mixture.names))


def usual_law(magnitude: Float[np.ndarray, " n"], domain: EtasDomain) -> MagnitudeLaw:
    """The law of the magnitudes, or of b = 1 where they are too few or too much alike to tell."""
    try:
        return fit_magnitude_law(magnitude, domain.min_magnitude, domain.bin_width)
    except InputError:
        return MagnitudeLaw(domain.min_magnitude, 1.0, max(USUAL_CORNER, magnitude.max() + 0.1), domain.bin_width)


def _drawn(targets: Integer[np.ndarray, " m"], options: EtasOptions) -> tuple[Integer[np.ndarray, " k"], float]:
    """Some of the targets, in order, and their share."""
    if not options.max_targets or len(targets) <= options.max_targets:
        return targets, 1.0
    drawn = np.random.default_rng(options.seed).choice(targets, options.max_targets, replace=False)
    return np.sort(drawn), options.max_targets / len(targets)


def _start(form: EtasForm, first: Mapping[str, float]) -> dict[str, float]:
    """Where a richer form begins: at the standard one, with its kernel and background shared out."""
    start = {}
    main = [kernel.name for kernel in form.kernels if kernel.name != "slow"]
    for name, value in first.items():
        for kernel in main:
            start[name.replace("main.", f"{kernel}.")] = value
    for k, kernel in enumerate(main):
        start[f"{kernel}.productivity"] -= log(len(main))
        start[f"{kernel}.width"] -= 2.0 * k
    for name in form.backgrounds:
        start[f"background.{name}"] = first[f"background.{UNIFORM}"] - log(len(form.backgrounds))
    return start


def _model(fit: Fit, standard: dict[str, float], scales: dict) -> EtasModel:
    n = round(fit.n_targets)
    return EtasModel(
        fit.form, fit.value, fit.covariance, standard, scales, fit.log_likelihood, n, fit.steps, fit.converged
    )
