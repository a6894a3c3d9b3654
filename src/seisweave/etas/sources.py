"""What a kernel makes of every event, and the loops over pairs of a target and an earlier event, on threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from math import log, pi

import numpy as np
from jaxtyping import Bool, Float, Integer

from seisweave.etas import _pairs_numba as pairs
from seisweave.etas.events import EtasEvents
from seisweave.etas.forms import KernelForm
from seisweave.etas.incompleteness import WithHidden

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
class Sources:
    """What a kernel makes of n events: natural logarithms of productivity, width and elongation; the rest for all."""

    log_k: Float[np.ndarray, " n"]
    c: Float[np.ndarray, " n"]
    log_z: Float[np.ndarray, " n"]
    log_e: Float[np.ndarray, " n"]
    omega: float
    tau: float
    rho: float


def sources_of(kernel: KernelForm, value: Mapping[str, float], inputs: Inputs) -> Sources:
    """What a kernel makes of every event."""

    def linear(part: str, features: tuple[str, ...]) -> np.ndarray:
        total = np.full(len(inputs.events), value[f"{kernel.name}.{part}"])
        for feature in features:
            total += value[f"{kernel.name}.{part}.{feature}"] * inputs.feature[feature]
        return total

    log_e = np.zeros(len(inputs.events)) if kernel.elongation is None else linear("elongation", kernel.elongation)
    log_k, hidden = linear("productivity", kernel.productivity), by_hidden(kernel, value, inputs)
    return Sources(
        log_k if hidden is None else log_k + hidden.added,
        np.exp(linear("delay", kernel.delay)),
        linear("width", kernel.width),
        log_e,
        omega=value[f"{kernel.name}.omega"],
        tau=float(np.exp(value[f"{kernel.name}.tau"])),
        rho=float(np.exp(value[f"{kernel.name}.rho"])),
    )


def by_hidden(kernel: KernelForm, value: Mapping[str, float], inputs: Inputs) -> WithHidden | None:
    """What hidden events beside each seen one add; None for events that are not said to hide any."""
    record = inputs.events.recorded
    if record is None:
        return None
    return record.productivity(value.get(f"{kernel.name}.productivity.magnitude", 0.0), inputs.events.over_min)


def features_of(
    kernel: KernelForm, value: Mapping[str, float], inputs: Inputs
) -> tuple[dict[str, int], Float[np.ndarray, "f n"]]:
    """Rows of ones ("") and of each feature of a kernel, and by the names of its parameters what log K depends on."""
    names = ("", *sorted(kernel.features))
    rows = [np.ones(len(inputs.events)), *(inputs.feature[name] for name in names[1:])]
    row = {name: k for k, name in enumerate(names)}
    of_k = {f"productivity.{name}": row[name] for name in kernel.productivity}
    hidden = by_hidden(kernel, value, inputs)
    if hidden is not None and "magnitude" in kernel.productivity:
        of_k["productivity.magnitude"] = len(rows)
        rows.append(hidden.effective)
    return row | of_k, np.array(rows)


def wanted_of(kernel: KernelForm, row: Mapping[str, int], n: int) -> Bool[np.ndarray, "4 f"]:
    """Which of n rows of features are summed with each channel: those its parameters depend on."""
    wanted = np.zeros((pairs.CHANNELS, n), bool)
    wanted[0, [0, *(row[f"productivity.{f}"] for f in kernel.productivity)]] = True
    for k, part in enumerate((kernel.delay, kernel.width, kernel.elongation), start=1):
        wanted[k, [] if part is None else [row[f] for f in ("", *part)]] = True
    return wanted


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
