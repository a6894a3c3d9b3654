"""Generic priors of the parameters: what catalogs from anywhere have in common, and no more.

They are normal in the parameters of the fit (mostly logarithms), wide enough to be forgotten once a few hundred events
speak, and keep what the events cannot tell (a taper beyond the catalog's span, a slope on a feature that hardly
varies) where it does no harm. So a region with few events is fitted on its first day.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from jaxtyping import Float

from seisweave.etas.forms import EtasForm
from seisweave.etas.sources import Inputs
from seisweave.etas.time_integrals import time_integrals

FIXED = 1e-6  # standard deviation of what is not fitted
_BRANCHING = 0.6  # expected share of triggered events before anything is known


@dataclass(frozen=True, eq=False)
class Prior:
    """Means and standard deviations of the parameters, in their order."""

    mean: Float[np.ndarray, " P"]
    sd: Float[np.ndarray, " P"]


def prior_of(form: EtasForm, inputs: Inputs) -> Prior:
    """The prior for a form and events: rates scale with the events, lengths with the catalog's own."""
    events = inputs.events
    n, days = len(inputs.targets) / inputs.share, events.end - events.start
    length = max(np.sqrt(events.area_km2) / 300.0, 1e-6)  # a thirtieth of a percent of the area
    known = {}
    for name in form.backgrounds:
        known[f"background.{name}"] = (log((1.0 - _BRANCHING) * (n + 1.0) / days / len(form.backgrounds)), 3.0)
    for kernel in form.kernels:
        slow = kernel.name == "slow"
        omega, tau, c = (-0.5, log(1000.0), log(0.01)) if slow else (0.0, log(1000.0), log(0.003))
        each = _per_event(omega, tau, c, events.magnitude, kernel.productivity)
        share = _BRANCHING / len(form.kernels)
        values = {
            "productivity": (log(share / each), 3.0),
            "productivity.magnitude": (1.5, 1.0),
            "delay": (c, FIXED if slow else 2.0),
            "delay.magnitude": (0.0, 0.5),
            "width": (2.0 * log(length), 3.0),
            "width.magnitude": (1.0, 1.0),
            "elongation": (0.5, 1.0),
            "omega": (omega, 0.5),
            "tau": (tau, 2.0),
            "rho": (log(0.6), 0.7),
        }
        for parameter in kernel.parameters():
            part = parameter.removeprefix(f"{kernel.name}.")
            known[parameter] = values.get(part, (0.0, 1.0))
    pairs = np.array([known[name] for name in form.parameters()])
    return Prior(pairs[:, 0].copy(), pairs[:, 1].copy())


def _per_event(
    omega: float, tau: float, c: float, magnitude: Float[np.ndarray, " n"], productivity: tuple[str, ...]
) -> float:
    """Events that one is expected to trigger in all times for a log productivity of 0, in the mean over magnitudes."""
    one = np.array([1.0])
    always = float(time_integrals(np.exp(c) * one, 0.0 * one, 1e6 * one, omega, float(np.exp(tau))).value[0])
    if "magnitude" not in productivity or len(magnitude) == 0:
        return always
    return always * float(np.exp(1.5 * (magnitude - magnitude.min())).mean())
