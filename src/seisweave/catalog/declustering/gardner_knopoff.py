"""Windows of time and distance that grow with magnitude (Gardner & Knopoff 1974, Bull. Seismol. Soc. Am. 64, 1363).

The largest event of the catalog takes all events within its window; the largest that is left takes those that are left
within its own, and so on. What is taken before the mainshock is a foreshock, what comes after it an aftershock; nothing
that was taken takes others. Distances are those of epicentres along the Earth's surface.

The windows, as van Stiphout, Zhuang & Marsan (2012, CORSSA, doi:10.5078/corssa-52382934) print them:

    gardner-knopoff   d = 10^(0.1238 M + 0.983) km               t = 10^(0.5409 M - 0.547) days, M < 6.5
                                                                 t = 10^(0.032 M + 2.7389) days, M >= 6.5
    gruenthal         d = exp(1.77 + (0.037 + 1.02 M)^1/2) km    t = exp(-3.95 + (0.62 + 17.32 M)^1/2) days, M < 6.5
                                                                 t = 10^(2.8 + 0.024 M) days, M >= 6.5
    uhrhammer         d = exp(-1.024 + 0.804 M) km               t = exp(-2.87 + 1.235 M) days

The first is a fit to the table of the paper, which ends at M 2.5: smaller events have windows that nobody measured.
Uhrhammer's are of 1986 (Earthquake Notes 57, 21), Grünthal's a personal communication. Where the square root would be
that of a negative number (M < -0.04), it is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.catalog.declustering._windows_numba import take_windows
from seisweave.catalog.declustering.events import RADIUS_KM, TimedEvents
from seisweave.catalog.declustering.options import DeclusterOptions

_LARGE = 6.5


@dataclass(frozen=True, eq=False)
class Window:
    """How far, and how long, events of n magnitudes reach."""

    km: Float[np.ndarray, " n"]
    days: Float[np.ndarray, " n"]


def window(magnitude: Float[np.ndarray, " n"], name: str = "gardner-knopoff") -> Window:
    """The window of each magnitude: gardner-knopoff, gruenthal or uhrhammer.

    >>> found = window(np.array([2.5, 5.0, 7.0]))
    >>> found.km.round(1).tolist(), found.days.round(0).tolist()  # their table: 19.5, 40, 70 km; 6, 155, 915 days
    ([19.6, 40.0, 70.7], [6.0, 144.0, 918.0])
    """
    m, large = magnitude, magnitude >= _LARGE
    if name == "uhrhammer":
        return Window(np.exp(-1.024 + 0.804 * m), np.exp(-2.87 + 1.235 * m))
    if name == "gruenthal":
        km = np.exp(1.77 + np.sqrt(np.maximum(0.037 + 1.02 * m, 0.0)))
        small = np.exp(-3.95 + np.sqrt(np.maximum(0.62 + 17.32 * m, 0.0)))
        return Window(km, np.where(large, 10.0 ** (2.8 + 0.024 * m), small))
    days = np.where(large, 10.0 ** (0.032 * m + 2.7389), 10.0 ** (0.5409 * m - 0.547))
    return Window(10.0 ** (0.1238 * m + 0.983), days)


def mainshock_of(events: TimedEvents, options: DeclusterOptions) -> Int[np.ndarray, " n"]:
    """The mainshock of each event, which is the event itself where it is one; the earliest of equals comes first."""
    found = window(events.magnitude, options.windows)
    chord_km = 2.0 * RADIUS_KM * np.sin(np.minimum(found.km / (2.0 * RADIUS_KM), np.pi / 2.0))
    leader = np.full(len(events.magnitude), -1)
    largest_first = np.argsort(-events.magnitude, kind="stable")
    before_days = options.foreshock_share * found.days
    take_windows(largest_first, events.t_days, events.xyz_km, found.days, before_days, chord_km**2, leader)
    return leader
