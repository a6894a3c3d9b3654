"""Does a fitted model describe the events? Time-rescaled residuals, and aftershocks by time and distance.

If the model is right, its integrated rate turns the times of the targets into those of a Poisson process of one event a
unit (Ogata 1988, J. Am. Stat. Assoc. 83, 9-27), and the chances that target i was triggered by source j, summed by the
time or the distance between them, are what the kernels expect (Zhuang, Ogata & Vere-Jones 2004, J. Geophys. Res. 109,
B05301).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.etas._histogram_numba import add_shares
from seisweave.etas.events import EtasEvents
from seisweave.etas.model import EtasModel
from seisweave.etas.rate import rate_at
from seisweave.etas.scores import expected_until
from seisweave.etas.sources import Inputs, Sources, packed, sources_of, targets_in_parts
from seisweave.etas.time_integrals import time_integrals

_DAYS, _KM = (1e-3, 1e4, 22), (1e-2, 1e3, 21)  # inner edges: first, last, how many
_MOST_TARGETS, _ANGLES, _CRITICAL = 2000, 16, 1.358  # the last: of Kolmogorov and Smirnov at 5 %


@dataclass(frozen=True, eq=False)
class Residuals:
    """Of m targets: instants (days since 1970), how many were expected until each, and the whole span's number.

    >>> Residuals(np.array([1.0, 2.0]), np.array([0.9, 2.1]), 3.0).largest
    0.1
    """

    t_days: Float[np.ndarray, " m"]
    expected: Float[np.ndarray, " m"]
    total: float

    @property
    def excess(self) -> Float[np.ndarray, " m"]:
        """How many more events had come than were expected, at each target."""
        return np.arange(1, len(self.t_days) + 1) - self.expected

    @property
    def largest(self) -> float:
        """The largest excess or lack."""
        return round(float(np.abs(self.excess).max()), 12)

    @property
    def band(self) -> float:
        """The excess that a right model stays below in 95 of 100 cases, where all of its parameters were known."""
        return _CRITICAL * float(np.sqrt(len(self.t_days)))


@dataclass(frozen=True, eq=False)
class Aftershocks:
    """Triggered events by time and by distance: as the rates share the targets out, and as the kernels expect them.

    Inner edges of k + 1 bins, the outer ones having no limit; numbers in the span. n_targets: how many of the targets
    stand for all.

    >>> two = np.array([1.0, 2.0])
    >>> float(Aftershocks(two[:1], two, two, two[:1], two, two, 60).found_by_days.sum())
    3.0
    """

    days: Float[np.ndarray, " k"]
    found_by_days: Float[np.ndarray, " k+1"]
    expected_by_days: Float[np.ndarray, " k+1"]
    km: Float[np.ndarray, " l"]
    found_by_km: Float[np.ndarray, " l+1"]
    expected_by_km: Float[np.ndarray, " l+1"]
    n_targets: int


def residuals(model: EtasModel, events: EtasEvents, *, jobs: int = 1) -> Residuals:
    """Residuals of the targets among events. Errors: InputError for no target.

    >>> from seisweave.etas import EtasOptions, fit_events
    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 0.0, 100.0, 900.0, 2.5)
    >>> found = residuals(fit_events(events, EtasOptions("standard")), events)
    >>> abs(found.total - 60.0) < 1.0, found.largest < found.band
    (True, True)
    """
    inputs = model.inputs(events, jobs=jobs)
    until = expected_until(model.form, model.value, inputs, jobs=jobs)
    return Residuals(events.t_days[inputs.targets], until[:-1], float(until[-1]))


def aftershocks(model: EtasModel, events: EtasEvents, *, jobs: int = 1) -> Aftershocks:
    """Aftershocks of all kernels by time and distance; of many targets some stand for all, evenly spaced in time.

    Kernels expect events over the whole plane, and those beyond the region are not found: at distances as wide as it,
    fewer are.

    >>> from seisweave.etas import EtasOptions, fit_events
    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 0.0, 100.0, 900.0, 2.5)
    >>> found = aftershocks(fit_events(events, EtasOptions("standard")), events)
    >>> bool(np.isclose(found.expected_by_days.sum(), found.expected_by_km.sum()))
    True
    """
    every = max(1, len(events.targets) // _MOST_TARGETS)
    targets = events.targets[::every]
    inputs = model.inputs(events, targets, jobs=jobs)
    rate = rate_at(model.form, model.value, inputs, jobs=jobs)
    (days, log_days), (km, log_km) = (_edges(*of) for of in (_DAYS, _KM))
    bins = np.array([[log_days[0], log_days[1] - log_days[0]], [log_km[0], log_km[1] - log_km[0]]])
    found, expected = (([np.zeros(len(days) + 1), np.zeros(len(km) + 1)]) for _ in range(2))
    weight = len(events.targets) / max(len(targets), 1)
    for kernel in model.form.kernels:
        sources = sources_of(kernel, model.value, inputs)

        def loop(at, before, t, source, exponent, rate) -> None:
            add_shares(at, before, t, source, exponent, rate, bins, *found)

        targets_in_parts(loop, events, targets, packed(sources, inputs), (), (rate,), 1)
        for total, more in zip(expected, expected_aftershocks(sources, inputs, days, km), strict=True):
            total += more
    return Aftershocks(days, found[0] * weight, expected[0], km, found[1] * weight, expected[1], len(targets))


def _edges(first: float, last: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    logs = np.linspace(np.log(first), np.log(last), n)
    return np.exp(logs), logs


def expected_aftershocks(
    sources: Sources, inputs: Inputs, days: np.ndarray, km: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of one kernel in the span, by days and by km from the source."""
    events = inputs.events
    past = events.t_days < events.end
    c, k = sources.c[past], np.exp(sources.log_k[past])
    since, until = (np.maximum(each - events.t_days[past], 0.0) for each in (events.start, events.end))
    below = [
        time_integrals(c, np.minimum(since, edge), np.minimum(until, edge), sources.omega, sources.tau).value @ k
        for edge in (*days, np.inf)
    ]
    number = k * time_integrals(c, since, until, sources.omega, sources.tau).value
    angle = np.pi * (np.arange(_ANGLES) + 0.5) / (2 * _ANGLES)  # a quarter, which the others repeat
    stretch = np.exp(sources.log_e[past])[:, None]
    turned = np.cos(angle) ** 2 / stretch + np.sin(angle) ** 2 * stretch
    z = np.exp(sources.log_z[past])[:, None]
    share = 1.0 / turned
    share /= share.sum(axis=1, keepdims=True)
    within = [number @ (share * -np.expm1(-sources.rho * np.log1p(turned * r**2 / z))).sum(axis=1) for r in km]
    return np.diff(below, prepend=0.0), np.diff([*within, number.sum()], prepend=0.0)
