"""How many events are missed after large ones, and the derivatives of that by every parameter.

The rate over the whole plane, summed over the nodes that `Recorded` has for the days in which events are hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import numpy as np
from jaxtyping import Float

from seisweave.etas import _pairs_numba as pairs
from seisweave.etas.forms import EtasForm, KernelForm
from seisweave.etas.incompleteness import Recorded
from seisweave.etas.sources import Inputs, features_of, in_parts, packed, single, sources_of, wanted_of

_LOG_2 = log(2.0)


@dataclass(frozen=True, eq=False)
class Missed:
    """Of q nodes and P parameters: events missed about each node, and the derivatives of their sum."""

    number: Float[np.ndarray, " q"]
    by: Float[np.ndarray, " P"]


def missed(form: EtasForm, value: Mapping[str, float], inputs: Inputs, *, jobs: int = 1) -> Missed:
    """Events missed in the span of the targets, of events that know how they were recorded.

    >>> from seisweave.etas.events import EtasEvents
    >>> from seisweave.etas.forms import standard_form
    >>> from seisweave.etas.incompleteness import HELMSTETTER, recorded
    >>> t, magnitude = np.array([0.5, 3.0]), np.array([6.5, 2.6])
    >>> record = recorded(HELMSTETTER, t, magnitude, (0.5, 9.0), 2.5)
    >>> events = EtasEvents(t, np.zeros(2), np.zeros(2), magnitude, 0.5, 9.0, 100.0, 2.5, recorded=record)
    >>> inputs = Inputs(events, {"magnitude": events.over_min}, {"uniform": np.full(2, 0.01)}, events.targets)
    >>> value = {name: 0.0 for name in standard_form().parameters()} | {"main.delay": -3.0}
    >>> round(float(missed(standard_form(), value, inputs).number.sum()), 2)
    0.98
    """
    record = inputs.events.recorded
    assert record is not None
    names = form.parameters()
    number, by = np.zeros(len(record.t_days)), np.zeros(len(names))
    for name in form.backgrounds:
        mu = float(np.exp(value[f"background.{name}"]))
        number += mu * record.missed_days
        by[names.index(f"background.{name}")] = mu * record.missed_days.sum()
    for kernel in form.kernels:
        at = [names.index(name) for name in kernel.parameters()]
        triggered, by[at] = _of_kernel(kernel, value, inputs, record, jobs)
        number += triggered
    return Missed(number, by)


def missed_until(
    form: EtasForm, value: Mapping[str, float], inputs: Inputs, until: Float[np.ndarray, " k"], *, jobs: int = 1
) -> Float[np.ndarray, " k"]:
    """Events missed from the beginning of the span to each of some events' times, or its end."""
    record = inputs.events.recorded
    assert record is not None
    number = np.append(0.0, np.cumsum(missed(form, value, inputs, jobs=jobs).number))
    return number[np.searchsorted(record.t_days, until)]


def _of_kernel(
    kernel: KernelForm, value: Mapping[str, float], inputs: Inputs, record: Recorded, jobs: int
) -> tuple[Float[np.ndarray, " q"], Float[np.ndarray, " p"]]:
    """Events missed about each node that one kernel brings, and the derivatives of their sum by its parameters."""
    sources, events = sources_of(kernel, value, inputs), inputs.events
    rows, exponent = packed(sources, inputs)
    rows[pairs.LOG_AMPLITUDE], exponent[1] = sources.log_k, 0.0
    source, exponents = single(rows, exponent)
    row, feature = features_of(kernel, value, inputs)
    given, wanted = feature.astype(np.float32), wanted_of(kernel, row, len(feature))
    wanted[2:] = False  # places play no part
    at = np.array([record.t_days, *np.zeros((2, len(record.t_days)))])
    before = np.searchsorted(events.t_days, record.t_days, side="left")
    channel = np.zeros((len(before), pairs.CHANNELS, len(feature)))
    power = np.zeros((len(before), pairs.POWERS))

    def part(of: slice) -> None:
        pairs.sum_channels(
            at[:, of], before[of], events.t_days, source, given, wanted, exponents, channel[of], power[of]
        )

    in_parts(before, part, jobs)
    plain, delayed = np.tensordot(record.missed_days, channel, axes=1)[:2]
    powers = record.missed_days @ power
    by = [plain[0], *(plain[row[f"productivity.{f}"]] for f in kernel.productivity)]
    by += [-(1.0 + sources.omega) * delayed[row[f]] for f in ("", *kernel.delay)]
    by += [0.0] * (1 + len(kernel.width) + (0 if kernel.elongation is None else 1 + len(kernel.elongation)))
    by += [-_LOG_2 * powers[0], powers[2] / sources.tau, 0.0]
    return record.missed_days * channel[:, 0, 0], np.array(by)
