"""The faults of a network, seen from above: Gaussians that a background of an ETAS model is made of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float

from seisweave.catalog.instants import as_time, in_short
from seisweave.errors import InputError
from seisweave.etas._parents_numba import count_offspring
from seisweave.etas.events import EtasEvents
from seisweave.etas.features import neighbourhood
from seisweave.etas.mixture import PlaneMixture
from seisweave.etas.rate import rate_at
from seisweave.etas.sources import packed, single, sources_of
from seisweave.etas.time_integrals import time_integrals

if TYPE_CHECKING:
    from seisweave.catalog.projection import LocalProjection
    from seisweave.etas.model import EtasModel
    from seisweave.etas.options import EtasOptions
    from seisweave.faults.network import FaultNetwork

_MOST_PIECES = 25  # that one plate is cut into along its strike


def last_event_of(network: FaultNetwork) -> np.datetime64 | None:
    """The time (UTC) of the last event that a network was made of, where it knows their times."""
    source = network.source
    times = source.get("time") if hasattr(source, "columns") else getattr(source, "times", None)
    if times is None:
        return None
    known = np.asarray(times).astype("datetime64[us]")
    known = known[~np.isnat(known)]
    return known.max() if len(known) else None


def after_network(options: EtasOptions, network: FaultNetwork) -> EtasOptions:
    """Options whose fit begins after the last event of a network, which must not know what the fit is to tell.

    Errors: InputError for a fit that begins before.
    """
    last = last_event_of(network)
    if last is None:
        return options
    if options.fit_from is None:
        return replace(options, fit_from=str(last + np.timedelta64(1, "us")))
    if as_time("fit_from", options.fit_from) <= last:
        raise InputError(
            f"the network holds events until {in_short(last)}, and the fit begins on {options.fit_from}: its faults"
            " would know what they are fitted to; give a later --fit-from, or a network of earlier events"
        )
    return options


def faults_as_background(
    network: FaultNetwork, standard: EtasModel, events: EtasEvents, projection: LocalProjection | None, *, jobs: int = 1
) -> PlaneMixture:
    """Faults and halos of a network, weighted by the events before the targets that nothing triggered.

    Arguments:
        network: made of events before the targets.
        standard: model whose background probabilities weigh the events; other weights add nothing, see docs.
        events: those before the targets weigh.
        projection: the plane of the events; that of the network where None.
        jobs: threads.

    Errors: InputError for no event before the targets, a network of which none of them is near, and as of
    `mixture_of_network`.

    >>> import seisweave as sw
    >>> from seisweave.etas import EtasDomain, EtasOptions, fit_events
    >>> catalog = sw.synthetic.southern_california_like(seed=1, n_events=400).catalog
    >>> network = sw.reconstruct_faults(catalog[:200])
    >>> domain = EtasDomain.of_box((-119.0, -114.9, 32.5, 35.5), 2.0)
    >>> events = domain.events(catalog, catalog.times[200], "2020-01-01")
    >>> standard = fit_events(events, EtasOptions("standard"))
    >>> faults_as_background(network, standard, events, domain.projection).names
    ('faults-0.2', 'faults-1', 'faults-4')
    """
    n = int(np.searchsorted(events.t_days, events.start))
    if n == 0:
        raise InputError("no event before the span of the fit weighs the faults; give a later --fit-from")
    known = neighbourhood(events, jobs=jobs).spacing_km[:n]
    unit = float(np.median(known[np.isfinite(known)])) if np.isfinite(known).any() else np.sqrt(events.area_km2) / 30.0
    mixture = mixture_of_network(network, unit, projection)
    x, y = events.x_km[:n], events.y_km[:n]
    if not any(mixture.density(name, x, y, jobs=jobs).any() for name in mixture.names):
        raise InputError(
            f"none of {n:,} events before the fit lies near a fault of the network; give a network of this region"
        )
    return mixture.weighted_by(x, y, chances_before(standard, events, jobs=jobs), events.area_km2)


def chances_before(model: EtasModel, events: EtasEvents, *, jobs: int = 1) -> Float[np.ndarray, " n"]:
    """Of each event before the targets, the chance that nothing triggered it; 0 outside the region."""
    history, found = _history(events), np.zeros(int(np.searchsorted(events.t_days, events.start)))
    found[history.targets] = model.background_probability(history, jobs=jobs)
    return found


def _history(events: EtasEvents) -> EtasEvents:
    """The same with the events before the targets as targets."""
    return replace(events, start=float(events.t_days[0]), end=events.start)


def with_effects(
    mixture: PlaneMixture, model: EtasModel, events: EtasEvents, *, shrink: float = 1000.0, most: int = 6000
) -> PlaneMixture:
    """The same with how productive the events of each fault were before the targets, beside what the model expects.

        effect = log((triggered + shrink) / (expected + shrink))

    Numbers of triggered events are sums of their chances, over at most so many events before the targets, evenly
    spaced. A random effect with a prior of `shrink` events: a fault of few stays near 0.

    >>> from seisweave.etas import EtasOptions, fit_events
    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 50.0, 100.0, 900.0, 2.5)
    >>> one = PlaneMixture(np.ones(1), np.full((1, 2), 15.0), 100.0 * np.eye(2)[None], 1.0)
    >>> with_effects(one, fit_events(events, EtasOptions("standard")), events).effect.shape
    (1,)
    """
    history = _history(events)
    targets = history.targets[:: max(1, len(history.targets) // most)]
    share, n = len(targets) / len(history.targets), int(np.searchsorted(events.t_days, events.start))
    inputs = model.inputs(history, targets)
    rate, triggered, expected = rate_at(model.form, model.value, inputs), np.zeros(len(events)), np.zeros(n)
    at = np.array([axis[targets] for axis in (events.t_days, events.x_km, events.y_km)])
    before = np.searchsorted(events.t_days, at[0], side="left")
    for kernel in model.form.kernels:
        sources = sources_of(kernel, model.value, inputs)
        count_offspring(at, before, events.t_days, *single(*packed(sources, inputs)), rate, triggered)
        high = history.end - events.t_days[:n]
        spans = time_integrals(sources.c[:n], np.zeros(n), high, sources.omega, sources.tau)
        expected += np.exp(sources.log_k[:n]) * spans.value
    of = mixture.groups[mixture.likeliest(events.x_km[:n], events.y_km[:n])]
    whole = int(mixture.groups.max()) + 1
    found, usual = (np.bincount(of, each, whole) for each in (triggered[:n] / share, expected))
    return replace(mixture, effect=np.log((found + shrink) / (usual + shrink))[mixture.groups])


def mixture_of_network(
    network: FaultNetwork, unit_km: float, projection: LocalProjection | None = None
) -> PlaneMixture:
    """Plates and halos of a network on a plane, each with its share of the network's events.

    A plate is cut along its strike into pieces about as long as they reach across, each a Gaussian of the variance of
    such a piece, with the plate's thickness and the mean square error of location. Halos are Gaussians as they are.

    Arguments:
        network: with faults or halos.
        unit_km: see `PlaneMixture`.
        projection: the plane; that of the network where none is given.

    Errors: InputError for a network without faults and halos, or on local km where a projection is given.

    >>> import seisweave as sw
    >>> one_fault = np.random.default_rng(1).normal((0, 0, 8), (5.0, 0.2, 3.0), (200, 3))
    >>> found = mixture_of_network(sw.reconstruct_faults(one_fault), unit_km=0.5)
    >>> len(found) > 10, bool(np.sqrt(found.covariance_km2[:, 1, 1]).max() < 0.5)
    (True, True)
    """
    faults, plates = network.faults, network.faults.plates
    if not len(plates) and not faults.n_halos:
        raise InputError("the network has no fault and no halo; make one of more events")
    error = float(faults.error_share @ faults.error_km**2) * np.eye(2)
    weight, mean, covariance = list(faults.halo_weight), list(faults.halo_mean_km[:, :2]), []
    covariance += list(faults.halo_covariance_km2[:, :2, :2])
    group = list(range(faults.n_halos))
    for f in range(len(plates)):
        along, down, normal = plates.axes[f, :, :2]
        across = np.outer(down, down) * plates.width_km[f] ** 2 / 12.0 + error
        across += np.outer(normal, normal) * plates.sigma_km[f] ** 2
        side = np.array([-along[1], along[0]])
        reach = np.sqrt(12.0 * float(side @ across @ side))
        n = int(np.clip(np.ceil(plates.length_km[f] / max(reach, 1e-6)), 1, _MOST_PIECES))
        step = plates.length_km[f] / n
        offset = step * (np.arange(n) - 0.5 * (n - 1))
        weight += [plates.weight[f] / n] * n
        mean += list(plates.centre_km[f, :2] + offset[:, None] * along)
        covariance += [across + np.outer(along, along) * step**2 / 12.0] * n
        group += [faults.n_halos + f] * n
    shares = np.array(weight) / np.sum(weight)
    made = PlaneMixture(shares, np.array(mean), np.array(covariance), unit_km, group=np.array(group))
    return made if projection is None else _moved(made, network.projection, projection)


def _moved(mixture: PlaneMixture, from_plane: LocalProjection | None, to_plane: LocalProjection) -> PlaneMixture:
    """The same on another plane: each Gaussian by its mean and the ends of its axes."""
    if from_plane is None:
        raise InputError("the network was made of local km and has no place on Earth; make one of a catalog")

    def places(xy: Float[np.ndarray, "k 2"]) -> Float[np.ndarray, "k 2"]:
        return np.stack(to_plane.to_local(*from_plane.to_geographic(xy[:, 0], xy[:, 1])), axis=1)

    square, axes = np.linalg.eigh(mixture.covariance_km2)
    reach = axes * np.sqrt(np.maximum(square, 0.0))[:, None, :]  # one axis a column
    mean = places(mixture.mean_km)
    ends = np.stack([places(mixture.mean_km + reach[:, :, k]) - mean for k in range(2)], axis=2)
    return replace(mixture, mean_km=mean, covariance_km2=ends @ ends.transpose(0, 2, 1))
