"""The branching ratio: how many others an event triggers in the mean, in all times. Above 1 a catalog runs away."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import numpy as np
from jaxtyping import Float

from seisweave.etas.continuation import Continuation
from seisweave.etas.forms import KernelForm
from seisweave.etas.sources import Inputs
from seisweave.etas.time_integrals import time_integrals

_LONG = 50.0  # times the taper: nothing is left then
_MATTER = ("productivity", "delay", "omega", "tau")  # parts of a kernel that say how many, not where
_LIKE = 0.01  # of log c: delays that are closer are taken for one


def branching_ratio(setup: Continuation) -> float:
    """Mean number of direct offspring of an event, over all times and the whole plane.

    The mean over magnitudes is that of the law, which is independent of all else; the mean over other features is that
    of the past's events. Source: Helmstetter & Sornette (2002), J. Geophys. Res. 107, 2237, eq. 9, there without a
    taper.

    >>> from seisweave.etas import EtasEvents, MagnitudeLaw, standard_form
    >>> from seisweave.etas.model import describe
    >>> value = {name: 0.0 for name in standard_form().parameters()} | {"main.omega": 1.0, "main.tau": 20.0}
    >>> none = EtasEvents(*np.zeros((4, 0)), start=0.0, end=1.0, area_km2=100.0, min_magnitude=2.5)
    >>> square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    >>> plain = describe(standard_form(), none, value)
    >>> law = MagnitudeLaw(2.5, b=1.0, corner_magnitude=8.0)
    >>> round(branching_ratio(Continuation(standard_form(), value, value, plain.scales(), plain, law, square)), 3)
    1.0
    """
    inputs = setup.inputs()
    return sum(_of_kernel(kernel, setup, inputs) for kernel in setup.form.kernels)


def branching_interval(setup: Continuation, covariance: Float[np.ndarray, "P P"]) -> tuple[float, float]:
    """Limits that hold the branching ratio in 95 of 100 cases, from the covariance of the parameters in their order.

    They are symmetric about its logarithm, which is taken as linear in the parameters (the delta method).

    >>> from seisweave.etas import EtasEvents, MagnitudeLaw, standard_form
    >>> from seisweave.etas.model import describe
    >>> value = {name: 0.0 for name in standard_form().parameters()} | {"main.omega": 1.0, "main.tau": 20.0}
    >>> none = EtasEvents(*np.zeros((4, 0)), start=0.0, end=1.0, area_km2=100.0, min_magnitude=2.5)
    >>> square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    >>> plain = describe(standard_form(), none, value)
    >>> law = MagnitudeLaw(2.5, b=1.0, corner_magnitude=8.0)
    >>> setup = Continuation(standard_form(), value, value, plain.scales(), plain, law, square)
    >>> covariance = np.diag([0.0, 0.01, *np.zeros(7)])  # a tenth for the logarithm of the productivity
    >>> [round(limit, 3) for limit in branching_interval(setup, covariance)]
    [0.822, 1.217]
    """
    slope = np.zeros(len(covariance))
    for k, name in enumerate(setup.form.parameters()):
        if name.split(".")[1] not in _MATTER or not covariance[k, k] > 0.0:
            continue
        step = 0.1 * float(np.sqrt(covariance[k, k]))
        low, high = (
            np.log(branching_ratio(replace(setup, value={**setup.value, name: setup.value[name] + each})))
            for each in (-step, step)
        )
        slope[k] = (high - low) / (2.0 * step)
    ratio, width = branching_ratio(setup), 1.96 * float(np.sqrt(max(slope @ covariance @ slope, 0.0)))
    return ratio * exp(-width), ratio * exp(width)


def _of_kernel(kernel: KernelForm, setup: Continuation, inputs: Inputs) -> float:
    value = setup.value

    def of_surroundings(part: str) -> Float[np.ndarray, " n"]:
        """What features but the magnitude add to a logarithm, by event of the past."""
        names = [name for name in getattr(kernel, part) if name != "magnitude"]
        total = np.zeros(max(len(inputs.events), 1))
        for name in names if len(inputs.events) else ():
            total += value[f"{kernel.name}.{part}.{name}"] * inputs.feature[name]
        return total

    delay, which = np.unique(np.round(of_surroundings("delay") / _LIKE), return_inverse=True)
    k = np.bincount(which, np.exp(of_surroundings("productivity"))) / len(which)
    by_magnitude = {part: value.get(f"{kernel.name}.{part}.magnitude", 0.0) for part in ("productivity", "delay")}
    omega, tau = value[f"{kernel.name}.omega"], exp(value[f"{kernel.name}.tau"])

    def offspring(over: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
        total = np.zeros(len(over))
        for each, log_c in zip(k, value[f"{kernel.name}.delay"] + _LIKE * delay, strict=True):
            c = np.exp(log_c + by_magnitude["delay"] * over)
            total += each * time_integrals(c, np.zeros(len(c)), np.full(len(c), _LONG * tau), omega, tau).value
        return total * np.exp(value[f"{kernel.name}.productivity"] + by_magnitude["productivity"] * over)

    return setup.magnitudes.mean(offspring)
