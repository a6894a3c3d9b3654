"""Stochastic declustering: the chance of every event that nothing triggered it, and of each earlier one that it did.

    phi_i = mu U(x_i) / lambda_i      rho_ij = g_j(t_i - t_j) s_j(x_i - x_j) / lambda_i      phi_i + sum_j rho_ij = 1

lambda is the rate of a fitted ETAS model at the event, mu U its background, g s what an earlier event adds. One draw
for each event of its background or a parent gives a declustered catalog and families; another seed gives others.

Source: Zhuang, Ogata & Vere-Jones (2002), J. Am. Stat. Assoc. 97, 369-380. They smooth the background anew
with these chances until both agree; ours is that of the form (`EtasForm.backgrounds`), whose smoothed ones look at
earlier events only. The first events have little history, so more of them seem to be background than are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.catalog.declustering._roots_numba import name_roots
from seisweave.catalog.declustering.clusters import numbered
from seisweave.catalog.declustering.declustered import Declustered
from seisweave.catalog.declustering.events import left_out, timed
from seisweave.catalog.declustering.options import DeclusterOptions
from seisweave.errors import InputError
from seisweave.etas import _pairs_numba as pairs
from seisweave.etas._parents_numba import draw_sources
from seisweave.etas.chosen import choose_etas
from seisweave.etas.events import EtasEvents
from seisweave.etas.fitting import fit_chosen
from seisweave.etas.model import EtasModel
from seisweave.etas.options import EtasOptions
from seisweave.etas.rate import background_rate, triggered_rate
from seisweave.etas.sources import packed, single, sources_of, targets_in_parts
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step

_MICROSECOND = np.timedelta64(1, "us")


@dataclass(frozen=True, eq=False)
class Parents:
    """The background probability of n events, and the parent drawn for each, -1 for the background.

    >>> Parents(np.array([1.0, 0.1]), np.array([-1, 0])).parent.tolist()
    [-1, 0]
    """

    background_probability: Float[np.ndarray, " n"]
    parent: Int[np.ndarray, " n"]


def decluster_stochastically(
    catalog: CatalogLike,
    options: DeclusterOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Declustered:
    """Fit ETAS to a catalog, and draw its background and families by the fitted rates.

    Events of the model's region from its completeness on take part, the others are left out, and told.

    Arguments:
        catalog: events, in any order; depths play no part.
        options: form of the model, completeness, seed.
        jobs: threads; all cores by default. Results do not depend on it.
        progress: called with a `Step` after every pass over the pairs.

    Errors: InputError for another method, and as of `fit_etas`.

    >>> from seisweave.synthetic import EtasOptions as WorldOptions, etas_world
    >>> world = etas_world(WorldOptions(days=1500, contrast=0.0), seed=2)
    >>> options = DeclusterOptions("stochastic", form="standard", completeness=2.5)
    >>> found = decluster_stochastically(world.catalog, options)
    >>> round(found.background_share, 2), round(float((world.parent < 0).mean()), 2)  # found, and planted
    (0.56, 0.56)
    """
    options, jobs = options or DeclusterOptions("stochastic"), jobs or available_cores()
    if options.method != "stochastic":
        raise InputError(f"method is {options.method!r}; use seisweave.catalog.decluster, or give method='stochastic'")
    catalog = as_catalog(catalog)
    used = timed(catalog)
    etas = EtasOptions(options.form, completeness=options.completeness)
    chosen = choose_etas(used, etas)
    model = fit_chosen(used, chosen, etas, jobs=jobs, progress=progress)
    counted = used.take(model.domain.counts(used))
    if progress is not None:
        progress(Step("parents", 0.0))
    found = draw_parents(model, all_events(model, counted), options.seed, jobs=jobs)
    root = np.empty_like(found.parent)
    name_roots(found.parent, root)
    notes = [*left_out(catalog), *chosen.lines]
    if not model.converged:
        notes.append(f"the fit did not converge in {model.steps} passes; its chances are rough")
    return Declustered(
        counted,
        numbered(root, counted.magnitude).cluster,
        found.parent < 0,
        options,
        background_probability=found.background_probability,
        parent=found.parent,
        found={name: float(value) for name, value in model.value.items()},
        notes=tuple(notes),
    )


def all_events(model: EtasModel, catalog: Catalog) -> EtasEvents:
    """Events of a catalog, in order of time, as the model sees them: all are targets. All must count in its domain."""
    return model.domain.events(catalog, catalog.times[0], catalog.times[-1] + _MICROSECOND)


def draw_parents(model: EtasModel, events: EtasEvents, seed: int = 1, *, jobs: int = 1) -> Parents:
    """Draw background or a parent for every event, by its chances; the same seed gives the same draw.

    >>> from seisweave.etas import EtasOptions, fit_events
    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 0.0, 100.0, 900.0, 2.5)
    >>> found = draw_parents(fit_events(events, EtasOptions("standard")), events)
    >>> round(float(found.background_probability.sum())), int((found.parent < 0).sum())
    (59, 59)
    """
    if seed < 0:
        raise InputError(f"seed is {seed}; give 0 or more")
    form, value, n = model.form, model.value, len(events)
    inputs = model.inputs(events, np.arange(n), jobs=jobs)
    background = background_rate(form, value, inputs)
    triggered = [triggered_rate(kernel, value, inputs, jobs=jobs) for kernel in form.kernels]
    rate = background + sum(triggered)
    aim, parent = np.random.default_rng(seed).random(n) * rate - background, np.full(n, -1)
    for kernel, of_kernel in zip(form.kernels, triggered, strict=True):
        mine = np.where((aim >= 0.0) & (aim < of_kernel), aim, -1.0)
        source, exponent = single(*packed(sources_of(kernel, value, inputs), inputs))
        targets_in_parts(draw_sources, events, inputs.targets, (source, exponent), (), (mine, parent), jobs)
        aim = np.where(aim >= 0.0, aim - of_kernel, aim)
        aim[mine >= 0.0] = -1.0
    return Parents(background / rate, parent)


def parent_probability(model: EtasModel, events: EtasEvents, target: int) -> Float[np.ndarray, " n"]:
    """The chance of each of n events to have triggered one of them; what is left to 1 is its background probability.

    >>> from seisweave.etas import EtasOptions, fit_events
    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 0.0, 100.0, 900.0, 2.5)
    >>> chance = parent_probability(fit_events(events, EtasOptions("standard")), events, 40)
    >>> int(chance.argmax()), bool((chance[40:] == 0).all())
    (16, True)
    """
    if not 0 <= target < len(events):
        raise InputError(f"target is {target}; give an index from 0 to {len(events) - 1}")
    inputs = model.inputs(events, np.array([target]))
    before = events.t_days < events.t_days[target]
    total = np.zeros(len(events))
    for kernel in model.form.kernels:
        source, exponent = packed(sources_of(kernel, model.value, inputs), inputs)
        total[before] += _terms(source[:, before], exponent, events, target, events.t_days[before])
    return total / (background_rate(model.form, model.value, inputs)[0] + total.sum())


def _terms(
    source: Float[np.ndarray, "9 m"],
    exponent: Float[np.ndarray, " 3"],
    events: EtasEvents,
    target: int,
    t_days: Float[np.ndarray, " m"],
) -> Float[np.ndarray, " m"]:
    """What m sources add to the rate at a target, in double precision; rows as in `_pairs_numba`."""
    dt = events.t_days[target] - t_days
    dx, dy = events.x_km[target] - source[pairs.X], events.y_km[target] - source[pairs.Y]
    along = dx * source[pairs.COS] + dy * source[pairs.SIN]
    across = dy * source[pairs.COS] - dx * source[pairs.SIN]
    q = along**2 / source[pairs.STRETCH] + across**2 * source[pairs.STRETCH]
    return np.exp(
        source[pairs.LOG_AMPLITUDE]
        - exponent[0] * np.log(dt + source[pairs.C])
        - exponent[1] * np.log(q + source[pairs.Z])
        - exponent[2] * dt
    )
