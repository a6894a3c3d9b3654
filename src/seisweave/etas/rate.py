"""The logarithm of an ETAS rate at its targets, its integral, and both gradients by every parameter.

All pairs of a target and an earlier event count, without a limit in time or distance. The derivatives of each target's
log rate are kept: their outer product estimates the information that a fit steps by and that standard errors come from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from math import log, pi

import numpy as np
from jaxtyping import Float, Integer

from seisweave.etas import _pairs_numba as pairs
from seisweave.etas.events import EtasEvents
from seisweave.etas.forms import EtasForm, KernelForm
from seisweave.etas.time_integrals import time_integrals

_LOG_2 = log(2.0)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Everything a rate is made of but its parameters.

    feature: by name, a value for every event; background: by name, the density (1/km²) at every target; strike: radians
    from x towards y of every event, for ellipses; targets: indices of events, all of them unless a part was drawn, each
    then standing for 1 / share of them.

    >>> one = EtasEvents(np.array([3.0]), np.zeros(1), np.zeros(1), np.array([2.6]), 1.0, 9.0, 100.0, 2.5)
    >>> Inputs(one, {"magnitude": one.over_min}, {"uniform": np.array([0.01])}, one.targets).share
    1.0
    """

    events: EtasEvents
    feature: Mapping[str, Float[np.ndarray, " n"]]
    background: Mapping[str, Float[np.ndarray, " m"]]
    targets: Integer[np.ndarray, " m"]
    strike: Float[np.ndarray, " n"] | None = None
    share: float = 1.0


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


@dataclass(frozen=True, eq=False)
class Sources:
    """What a kernel makes of n events: natural logarithms of productivity, width and elongation; the rest for all."""

    log_k: Float[np.ndarray, " n"]
    c: Float[np.ndarray, " n"]
    log_z: Float[np.ndarray, " n"]
    log_e: Float[np.ndarray, " n"]
    omega: float
    tau: float
    rho: float


def rates(form: EtasForm, value: Mapping[str, float], inputs: Inputs, *, jobs: int = 1) -> Rates:
    """Rates at the targets for parameters by name (`EtasForm.parameters`), with all derivatives.

    In single precision by pair: within 1e-4 of the log rate for catalogs some hundred km across.

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
        triggered, by[:, at] = _triggered(kernel, sources, inputs, jobs)
        rate += triggered
        number, expected_by[at] = _expected(kernel, sources, inputs)
        expected += number
    return Rates(np.log(rate), by / rate[:, None], expected, expected_by)


def background_rate(form: EtasForm, value: Mapping[str, float], inputs: Inputs) -> Float[np.ndarray, " m"]:
    """The part of the rate at the targets that nothing triggered."""
    mu = np.exp([value[f"background.{name}"] for name in form.backgrounds])
    return mu @ np.array([inputs.background[name] for name in form.backgrounds])


def rate_at(form: EtasForm, value: Mapping[str, float], inputs: Inputs, *, jobs: int = 1) -> Float[np.ndarray, " m"]:
    """The rate alone (1 / day / km²) at the targets, in half the time.

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


def sources_of(kernel: KernelForm, value: Mapping[str, float], inputs: Inputs) -> Sources:
    """What a kernel makes of every event."""

    def linear(part: str, features: tuple[str, ...]) -> np.ndarray:
        total = np.full(len(inputs.events), value[f"{kernel.name}.{part}"])
        for feature in features:
            total += value[f"{kernel.name}.{part}.{feature}"] * inputs.feature[feature]
        return total

    log_e = np.zeros(len(inputs.events)) if kernel.elongation is None else linear("elongation", kernel.elongation)
    return Sources(
        linear("productivity", kernel.productivity),
        np.exp(linear("delay", kernel.delay)),
        linear("width", kernel.width),
        log_e,
        omega=value[f"{kernel.name}.omega"],
        tau=float(np.exp(value[f"{kernel.name}.tau"])),
        rho=float(np.exp(value[f"{kernel.name}.rho"])),
    )


def packed(sources: Sources, inputs: Inputs) -> tuple[Float[np.ndarray, "9 n"], Float[np.ndarray, " 3"]]:
    """The sources as rows (`_pairs_numba`) and the exponents, natural logarithms and double precision."""
    events, rho = inputs.events, sources.rho
    strike = np.zeros(len(events)) if inputs.strike is None else inputs.strike
    rows = (
        events.x_km,
        events.y_km,
        sources.log_k + log(rho / pi) + rho * sources.log_z,
        sources.c,
        np.exp(sources.log_z),
        np.cos(strike),
        np.sin(strike),
        np.exp(sources.log_e),
        sources.log_z,
    )
    return np.array(rows), np.array([1.0 + sources.omega, 1.0 + rho, 1.0 / sources.tau])


def single(rows: Float[np.ndarray, "9 n"], exponent: Float[np.ndarray, " 3"]) -> tuple[np.ndarray, np.ndarray]:
    """The same with logarithms to base 2 and in single precision, for the loops that need to be fast."""
    of_2 = np.ones((len(rows), 1))
    of_2[[pairs.LOG_AMPLITUDE, pairs.LOG_Z]] = 1.0 / _LOG_2
    return (rows * of_2).astype(np.float32), (exponent * [1.0, 1.0, 1.0 / _LOG_2]).astype(np.float32)


def _triggered(
    kernel: KernelForm, sources: Sources, inputs: Inputs, jobs: int
) -> tuple[Float[np.ndarray, " m"], Float[np.ndarray, "m p"]]:
    """The kernel's rate at the targets, and its derivatives by the kernel's parameters."""
    names = sorted(kernel.features)
    feature = np.array([np.ones(len(inputs.events)), *(inputs.feature[name] for name in names)], dtype=np.float32)
    parts = (kernel.productivity, kernel.delay, kernel.width, kernel.elongation)  # one for each channel
    wanted = np.array([[part is not None and f in ("", *part) for f in ("", *names)] for part in parts])
    wanted[0] |= wanted[2]  # a width plays a part in the amplitude too
    channel = np.zeros((len(inputs.targets), pairs.CHANNELS, len(feature)))
    power = np.zeros((len(inputs.targets), pairs.POWERS))
    targets_in_parts(
        pairs.sum_channels,
        inputs.events,
        inputs.targets,
        single(*packed(sources, inputs)),
        (feature, wanted),
        (channel, power),
        jobs,
    )
    row = {"": 0} | {name: k + 1 for k, name in enumerate(names)}
    plain, delayed, near, turned = channel.transpose(1, 0, 2)
    rho, one = sources.rho, 1.0 + sources.rho
    by_width = rho * plain - one * near
    columns = [plain[:, row[f]] for f in ("", *kernel.productivity)]
    columns += [-(1.0 + sources.omega) * delayed[:, row[f]] for f in ("", *kernel.delay)]
    columns += [by_width[:, row[f]] for f in ("", *kernel.width)]
    if kernel.elongation is not None:
        columns += [-one * turned[:, row[f]] for f in ("", *kernel.elongation)]
    columns += [-_LOG_2 * power[:, 0], power[:, 2] / sources.tau]
    columns += [plain[:, 0] + rho * _LOG_2 * (power[:, 3] - power[:, 1])]
    return plain[:, 0], np.stack(columns, axis=1)


def _expected(kernel: KernelForm, sources: Sources, inputs: Inputs) -> tuple[float, Float[np.ndarray, " p"]]:
    """Events expected in the span from all sources, and the derivatives by the kernel's parameters."""
    events = inputs.events
    past = events.t_days < events.end
    low, high = (np.maximum(each - events.t_days[past], 0.0) for each in (events.start, events.end))
    found = time_integrals(sources.c[past], low, high, sources.omega, sources.tau)
    k = np.exp(sources.log_k[past])
    number, delayed = k * found.value, k * found.by_log_c
    features = [(number, kernel.productivity), (delayed, kernel.delay)]
    gradient = [
        float(each.sum() if not f else each @ inputs.feature[f][past]) for each, fs in features for f in ("", *fs)
    ]
    nowhere = 1 + len(kernel.width) + (0 if kernel.elongation is None else 1 + len(kernel.elongation))
    gradient += [0.0] * nowhere + [float(k @ found.by_omega), float(k @ found.by_log_tau), 0.0]
    return float(number.sum()), np.array(gradient)


def targets_in_parts(loop, events: EtasEvents, targets, packed, given, sums, jobs: int) -> np.ndarray:
    """Run a loop over pairs on threads, each with parts of the targets; returns how many events came before each."""
    source, exponent = packed
    at = np.array([axis[targets] for axis in (events.t_days, events.x_km, events.y_km)])
    before = np.searchsorted(events.t_days, at[0], side="left")

    def part(rows: slice) -> None:
        loop(at[:, rows], before[rows], events.t_days, source, *given, exponent, *(each[rows] for each in sums))

    in_parts(before, part, jobs)
    return before


def in_parts(before: Integer[np.ndarray, " m"], part: Callable[[slice], None], jobs: int) -> None:
    """Run a part for spans of targets that have about as many earlier events in all, on threads."""
    n_parts = 1 if jobs == 1 else 8 * jobs
    edges = np.searchsorted(np.cumsum(before), np.linspace(0.0, before.sum(), n_parts + 1)[1:-1])
    spans = [slice(*each) for each in pairwise([0, *edges.tolist(), len(before)])]
    if n_parts == 1:
        part(spans[0])
    else:
        with ThreadPoolExecutor(jobs) as pool:
            list(pool.map(part, spans))
