"""The logarithm of an ETAS rate at its targets, its integral, and both gradients by every parameter.

All pairs of a target and an earlier event count, without a limit in time or distance. The derivatives of each target's
log rate are kept: their outer product estimates the information that a fit steps by and that standard errors come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np
from jaxtyping import Float

from seisweave.etas import _pairs_numba as pairs
from seisweave.etas.forms import EtasForm, KernelForm
from seisweave.etas.missed import missed
from seisweave.etas.sources import Inputs, Sources, features_of, packed, single, sources_of, targets_in_parts, wanted_of
from seisweave.etas.time_integrals import time_integrals

_LOG_2 = log(2.0)


@dataclass(frozen=True, eq=False)
class Rates:
    """Of m targets and P parameters.

    log_rate: logarithm of the rate at each target (1 / day / km²); by_parameter: its derivatives; expected: number of
    events expected in the span, over the whole plane; expected_by: its derivatives.

    >>> found = Rates(np.zeros(2), np.zeros((2, 9)), 1.5, np.zeros(9))
    >>> float(found.log_rate.sum()) - found.expected  # the log likelihood
    -1.5
    """

    log_rate: Float[np.ndarray, " m"]
    by_parameter: Float[np.ndarray, "m P"]
    expected: float
    expected_by: Float[np.ndarray, " P"]


def rates(form: EtasForm, value: Mapping[str, float], inputs: Inputs, *, jobs: int = 1) -> Rates:
    """Rates at the targets for parameters by name (`EtasForm.parameters`), with all derivatives.

    In single precision by pair: within 1e-4 of the log rate for catalogs some hundred km across.

    >>> from seisweave.etas.events import EtasEvents
    >>> from seisweave.etas.forms import standard_form
    >>> t = np.array([0.5, 3.0, 3.1])
    >>> events = EtasEvents(t, np.zeros(3), np.zeros(3), np.array([4.1, 2.6, 2.5]), 1.0, 9.0, 100.0, 2.5)
    >>> known = {"magnitude": events.over_min}
    >>> inputs = Inputs(events, known, {"uniform": np.full(2, 0.01)}, events.targets)
    >>> value = {name: 0.0 for name in standard_form().parameters()}
    >>> rates(standard_form(), value, inputs).log_rate.round(3).tolist()
    [-4.048, -1.279]
    """
    n = len(inputs.targets)
    names = form.parameters()
    column = {name: k for k, name in enumerate(names)}
    rate, by = np.zeros(n), np.zeros((n, len(names)))
    events, expected, expected_by = inputs.events, 0.0, np.zeros(len(names))
    for name in form.backgrounds:
        mu, k = np.exp(value[f"background.{name}"]), column[f"background.{name}"]
        by[:, k] = mu * inputs.background[name]
        rate += by[:, k]
        expected_by[k] = mu * (events.end - events.start)
    expected += expected_by.sum()
    for kernel in form.kernels:
        sources = sources_of(kernel, value, inputs)
        at = [column[name] for name in kernel.parameters()]
        triggered, by[:, at] = _triggered(kernel, sources, value, inputs, jobs)
        rate += triggered
        number, expected_by[at] = _expected(kernel, sources, value, inputs)
        expected += number
    if events.recorded is not None:
        hidden = missed(form, value, inputs, jobs=jobs)
        expected, expected_by = expected - float(hidden.number.sum()), expected_by - hidden.by
    return Rates(np.log(rate), by / rate[:, None], expected, expected_by)


def background_rate(form: EtasForm, value: Mapping[str, float], inputs: Inputs) -> Float[np.ndarray, " m"]:
    """The part of the rate at the targets that nothing triggered."""
    mu = np.exp([value[f"background.{name}"] for name in form.backgrounds])
    return mu @ np.array([inputs.background[name] for name in form.backgrounds])


def rate_at(form: EtasForm, value: Mapping[str, float], inputs: Inputs, *, jobs: int = 1) -> Float[np.ndarray, " m"]:
    """The rate alone (1 / day / km²) at the targets, in half the time.

    >>> from seisweave.etas.events import EtasEvents
    >>> from seisweave.etas.forms import standard_form
    >>> t = np.array([0.5, 3.0, 3.1])
    >>> events = EtasEvents(t, np.zeros(3), np.zeros(3), np.array([4.1, 2.6, 2.5]), 1.0, 9.0, 100.0, 2.5)
    >>> known = {"magnitude": events.over_min}
    >>> inputs = Inputs(events, known, {"uniform": np.full(2, 0.01)}, events.targets)
    >>> value = {name: 0.0 for name in standard_form().parameters()}
    >>> np.log(rate_at(standard_form(), value, inputs)).round(3).tolist()
    [-4.048, -1.279]
    """
    rate = background_rate(form, value, inputs)
    for kernel in form.kernels:
        rate = rate + triggered_rate(kernel, value, inputs, jobs=jobs)
    return rate


def total_rate_at(
    form: EtasForm, value: Mapping[str, float], inputs: Inputs, *, jobs: int = 1
) -> Float[np.ndarray, " m"]:
    """The rate over the whole plane (1 / day) at the targets' times.

    >>> from seisweave.etas.events import EtasEvents
    >>> from seisweave.etas.forms import standard_form
    >>> t = np.array([0.5, 3.0, 3.1])
    >>> events = EtasEvents(t, np.zeros(3), np.zeros(3), np.array([4.1, 2.6, 2.5]), 1.0, 9.0, 100.0, 2.5)
    >>> known = {"magnitude": events.over_min}
    >>> inputs = Inputs(events, known, {"uniform": np.full(2, 0.01)}, events.targets)
    >>> value = {name: 0.0 for name in standard_form().parameters()}
    >>> total_rate_at(standard_form(), value, inputs).round(3).tolist()
    [1.023, 1.843]
    """
    total = np.full(len(inputs.targets), sum(np.exp(value[f"background.{name}"]) for name in form.backgrounds))
    for kernel in form.kernels:
        sources = sources_of(kernel, value, inputs)
        rows, exponent = packed(sources, inputs)
        rows[pairs.LOG_AMPLITUDE], exponent[1] = sources.log_k, 0.0
        targets_in_parts(pairs.sum_rates, inputs.events, inputs.targets, single(rows, exponent), (), (total,), jobs)
    return total


def triggered_rate(
    kernel: KernelForm, value: Mapping[str, float], inputs: Inputs, *, jobs: int = 1
) -> Float[np.ndarray, " m"]:
    """The part of the rate at the targets that one kernel brings."""
    sources = sources_of(kernel, value, inputs)
    rate = np.zeros(len(inputs.targets))
    targets_in_parts(
        pairs.sum_rates, inputs.events, inputs.targets, single(*packed(sources, inputs)), (), (rate,), jobs
    )
    return rate


def _triggered(
    kernel: KernelForm, sources: Sources, value: Mapping[str, float], inputs: Inputs, jobs: int
) -> tuple[Float[np.ndarray, " m"], Float[np.ndarray, "m p"]]:
    """The kernel's rate at the targets, and its derivatives by the kernel's parameters."""
    row, feature = features_of(kernel, value, inputs)
    wanted = wanted_of(kernel, row, len(feature))
    wanted[0] |= wanted[2]  # a width plays a part in the amplitude too
    channel = np.zeros((len(inputs.targets), pairs.CHANNELS, len(feature)))
    power = np.zeros((len(inputs.targets), pairs.POWERS))
    targets_in_parts(
        pairs.sum_channels,
        inputs.events,
        inputs.targets,
        single(*packed(sources, inputs)),
        (feature.astype(np.float32), wanted),
        (channel, power),
        jobs,
    )
    plain, delayed, near, turned = channel.transpose(1, 0, 2)
    rho, one = sources.rho, 1.0 + sources.rho
    by_width = rho * plain - one * near
    columns = [plain[:, 0], *(plain[:, row[f"productivity.{f}"]] for f in kernel.productivity)]
    columns += [-(1.0 + sources.omega) * delayed[:, row[f]] for f in ("", *kernel.delay)]
    columns += [by_width[:, row[f]] for f in ("", *kernel.width)]
    if kernel.elongation is not None:
        columns += [-one * turned[:, row[f]] for f in ("", *kernel.elongation)]
    columns += [-_LOG_2 * power[:, 0], power[:, 2] / sources.tau]
    columns += [plain[:, 0] + rho * _LOG_2 * (power[:, 3] - power[:, 1])]
    return plain[:, 0], np.stack(columns, axis=1)


def _expected(
    kernel: KernelForm, sources: Sources, value: Mapping[str, float], inputs: Inputs
) -> tuple[float, Float[np.ndarray, " p"]]:
    """Events expected in the span from all sources, and the derivatives by the kernel's parameters."""
    events = inputs.events
    past = events.t_days < events.end
    low, high = (np.maximum(each - events.t_days[past], 0.0) for each in (events.start, events.end))
    found = time_integrals(sources.c[past], low, high, sources.omega, sources.tau)
    k = np.exp(sources.log_k[past])
    number, delayed = k * found.value, k * found.by_log_c
    row, feature = features_of(kernel, value, inputs)
    gradient = [
        float(number.sum()),
        *(float(number @ feature[row[f"productivity.{f}"]][past]) for f in kernel.productivity),
    ]
    gradient += [float(delayed.sum()), *(float(delayed @ feature[row[f]][past]) for f in kernel.delay)]
    nowhere = 1 + len(kernel.width) + (0 if kernel.elongation is None else 1 + len(kernel.elongation))
    gradient += [0.0] * nowhere + [float(k @ found.by_omega), float(k @ found.by_log_tau), 0.0]
    return float(number.sum()), np.array(gradient)
