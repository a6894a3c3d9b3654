"""Score a rate on its targets: nats of each event, split into when it came and where.

With the rate over the whole plane, lambda*(t), and its integral Lambda_i from the last target to target i,

    tll_i = ln lambda*(t_i) - Lambda_i        sll_i = ln lambda(t_i, x_i) - ln lambda*(t_i)

so that their sum over all targets is the log likelihood. Source: the metrics of EarthquakeNPP (Stockman et al. 2024,
arXiv:2410.08226), whose program starts the triggered part of the first integral at the first target and leaves out what
follows the last; `convention="benchmark"` does the same, "exact" neither.

With a sphere all sums are in double precision (slow: for comparisons); on a plane the rates' are single by pair.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float, Integer

from seisweave.errors import InputError
from seisweave.etas import _pairs_numba as rows
from seisweave.etas._exact_numba import cumulated, exact_rates, tails_at
from seisweave.etas.forms import EtasForm, KernelForm
from seisweave.etas.missed import missed_until
from seisweave.etas.rate import background_rate, rate_at, total_rate_at
from seisweave.etas.sources import Inputs, in_parts, packed, sources_of, targets_in_parts
from seisweave.etas.time_integrals import time_integrals

_PLACES = 4096  # of the table of the time integral
_FAR, _SHORT = 40.0, 0.2  # taper times of a tail, where they are fewer than so large a share of the longest delay


@dataclass(frozen=True, eq=False)
class Sphere:
    """Where events lie on a sphere, instead of a plane. Degrees; radius in km.

    >>> Sphere(np.array([0.0]), np.array([90.0])).radius_km
    6378.1
    """

    longitude: Float[np.ndarray, " n"]
    latitude: Float[np.ndarray, " n"]
    radius_km: float = 6378.1


@dataclass(frozen=True, eq=False)
class EventScores:
    """Scores of m targets, nats. `index` are those of the events.

    >>> scores = EventScores(np.arange(2), np.array([1.0, 2.0]), np.array([-3.0, -5.0]), np.zeros(2), np.zeros(2))
    >>> scores.mean
    {'tll': 1.5, 'sll': -4.0, 'total': -2.5}
    """

    index: Integer[np.ndarray, " m"]
    tll: Float[np.ndarray, " m"]
    sll: Float[np.ndarray, " m"]
    log_rate: Float[np.ndarray, " m"]
    log_total_rate: Float[np.ndarray, " m"]

    @property
    def mean(self) -> dict[str, float]:
        """Means over the targets: when, where, and both."""
        when, where = float(self.tll.mean()), float(self.sll.mean())
        return {"tll": when, "sll": where, "total": when + where}


def score_events(
    form: EtasForm,
    value: Mapping[str, float],
    inputs: Inputs,
    *,
    sphere: Sphere | None = None,
    convention: Literal["exact", "benchmark"] = "exact",
    jobs: int = 1,
) -> EventScores:
    """Score all targets. With a sphere every kernel must be round.

    >>> from seisweave.etas.events import EtasEvents
    >>> from seisweave.etas.forms import standard_form
    >>> t = np.array([0.5, 3.0, 3.1])
    >>> events = EtasEvents(t, np.zeros(3), np.zeros(3), np.array([4.1, 2.6, 2.5]), 1.0, 9.0, 100.0, 2.5)
    >>> known = {"magnitude": events.over_min}
    >>> inputs = Inputs(events, known, {"uniform": np.full(2, 0.01)}, events.targets)
    >>> value = {name: 0.0 for name in standard_form().parameters()}
    >>> {name: round(nats, 3) for name, nats in score_events(standard_form(), value, inputs).mean.items()}
    {'tll': -4.415, 'sll': -2.98, 'total': -7.395}

    Errors: InputError for no target, or an ellipse on a sphere.
    """
    if len(inputs.targets) == 0:
        raise InputError("no event lies in the span and region of the targets; choose others")
    if sphere is not None and any(kernel.elongation is not None for kernel in form.kernels):
        raise InputError("kernels that are drawn out need a plane; leave the sphere out")
    mu = {name: float(np.exp(value[f"background.{name}"])) for name in form.backgrounds}
    if sphere is None:
        rate, total = (each(form, value, inputs, jobs=jobs) for each in (rate_at, total_rate_at))
    else:
        rate = background_rate(form, value, inputs)
        rate = rate + sum(_rate(kernel, value, inputs, sphere, jobs) for kernel in form.kernels)
        total = sum(mu.values()) + sum(_total_rate(kernel, value, inputs, jobs) for kernel in form.kernels)
    spent = np.diff(expected_until(form, value, inputs, triggered_only=True, jobs=jobs), prepend=0.0)
    events, when = inputs.events, inputs.events.t_days[inputs.targets]
    if convention == "benchmark":
        spent[0] = 0.0
    waited = np.diff(np.append(when, events.end), prepend=events.start)
    spent += sum(mu.values()) * waited
    if events.recorded is not None:
        spent -= np.diff(missed_until(form, value, inputs, np.append(when, events.end), jobs=jobs), prepend=0.0)
    before, after = spent[:-1], 0.0 if convention == "benchmark" else spent[-1]
    tll = np.log(total) - before - after / len(before)
    return EventScores(inputs.targets, tll, np.log(rate) - np.log(total), np.log(rate), np.log(total))


def expected_until(
    form: EtasForm, value: Mapping[str, float], inputs: Inputs, *, triggered_only: bool = False, jobs: int = 1
) -> Float[np.ndarray, " m+1"]:
    """Events expected over the whole plane since the span began, at every target and at the end of the span.

    Of those that are seen, where events know how they were recorded; of all of them with `triggered_only`.
    """
    total = sum((_integral(kernel, value, inputs, jobs) for kernel in form.kernels), np.zeros(len(inputs.targets) + 1))
    if triggered_only:
        return total
    events = inputs.events
    mu = sum(float(np.exp(value[f"background.{name}"])) for name in form.backgrounds)
    until = np.append(events.t_days[inputs.targets], events.end)
    if events.recorded is not None:
        total = total - missed_until(form, value, inputs, until, jobs=jobs)
    return total + mu * (until - events.start)


def _rate(
    kernel: KernelForm, value: Mapping[str, float], inputs: Inputs, sphere: Sphere, jobs: int
) -> Float[np.ndarray, " m"]:
    rate, (source, exponent) = np.zeros(len(inputs.targets)), packed(sources_of(kernel, value, inputs), inputs)
    source[rows.X], source[rows.Y] = np.radians(sphere.longitude), np.radians(sphere.latitude)
    events = replace(inputs.events, x_km=source[rows.X].copy(), y_km=source[rows.Y].copy())
    radius = sphere.radius_km

    def loop(at, before, t, source, exponent, rate) -> None:
        exact_rates(at, before, t, source, exponent, radius, rate)

    targets_in_parts(loop, events, inputs.targets, (source, exponent), (), (rate,), jobs)
    return rate


def _total_rate(kernel: KernelForm, value: Mapping[str, float], inputs: Inputs, jobs: int) -> Float[np.ndarray, " m"]:
    """The kernel's rate over the whole plane at the targets' times."""
    sources, rate = sources_of(kernel, value, inputs), np.zeros(len(inputs.targets))
    source, exponent = packed(sources, inputs)
    source[rows.LOG_AMPLITUDE], exponent[1] = sources.log_k, 0.0

    def loop(at, before, t, source, exponent, rate) -> None:
        exact_rates(at, before, t, source, exponent, 0.0, rate)

    targets_in_parts(loop, inputs.events, inputs.targets, (source, exponent), (), (rate,), jobs)
    return rate


def _integral(kernel: KernelForm, value: Mapping[str, float], inputs: Inputs, jobs: int) -> Float[np.ndarray, " m+1"]:
    """Events expected over the whole plane since the span began, at every target and at the end.

    I(s) = F(c) - e^(-s/tau) F(s + c), where F(u) = ∫ v^-(1+omega) e^(-(v-u)/tau) dv from u on is one function for all
    sources: it is put into a table. Scaled so, it neither over- nor underflows where a delay is long beside the taper.
    """
    events, sources = inputs.events, sources_of(kernel, value, inputs)
    times = np.append(events.t_days[inputs.targets], events.end)
    longest = max(events.end, times.max()) - events.t_days[0]
    first, last = np.log(sources.c.min()) - 1e-6, np.log(longest + sources.c.max()) + 1e-6
    step = (last - first) / (_PLACES - 1)
    place = np.exp(first + step * np.arange(_PLACES))
    short = sources.tau < _SHORT * place[-1]
    until = np.full(_PLACES, _FAR * sources.tau) if short else place[-1] - place
    table = time_integrals(place, np.zeros(_PLACES), until, sources.omega, sources.tau).value
    slope = place * table / sources.tau - place**-sources.omega
    tail = np.empty(len(events))
    tails_at(sources.c, table, slope, first, step, tail)
    every = np.append(times, events.start)
    reached, total = np.searchsorted(events.t_days, every, side="left"), np.zeros(len(every))
    known = (np.exp(sources.log_k), sources.c, tail, 1.0 / sources.tau)

    def part(rows: slice) -> None:
        cumulated(every[rows], reached[rows], events.t_days, *known, table, slope, first, step, total[rows])

    in_parts(reached, part, jobs)
    return total[:-1] - total[-1]
