"""Backgrounds that move with the catalog: earlier events smoothed, each by the chance that nothing triggered it."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Integer

from seisweave.etas import _pairs_numba as pairs
from seisweave.etas.events import EtasEvents
from seisweave.etas.features import FLOOR_KM
from seisweave.etas.sources import targets_in_parts

UNIFORM_EVENTS = 1.0  # weight of the uniform density beside the events, so that there is one before the first


def smoothed_background(
    events: EtasEvents,
    weight: Float[np.ndarray, " n"],
    width_km: Float[np.ndarray, " n"],
    targets: Integer[np.ndarray, " m"],
    *,
    jobs: int = 1,
) -> Float[np.ndarray, " m"]:
    """Density (1/km², its integral over the plane 1) at each target of the events before it.

        U(x) = [w_0 / A + sum_j w_j h_j² / pi (|x - x_j|² + h_j²)^-2] / (w_0 + sum_j w_j)

    Arguments:
        events: n events in order of time.
        weight: of every event, such as its background probability at the time, 0..1.
        width_km: h of every event, such as its distance to an earlier neighbour.
        targets: indices of events.
        jobs: threads.

    Source: adaptive smoothing with the power law of Helmstetter, Kagan & Jackson (2007), eq. 5 (their exponent 1.5 is
    that of a rate per km; ours keeps a finite integral by a square), causal as in Musmeci & Vere-Jones (1992).
    """
    square = np.maximum(width_km, FLOOR_KM) ** 2
    n = len(events)
    rows = np.zeros((9, n))
    rows[pairs.X], rows[pairs.Y] = events.x_km, events.y_km
    rows[pairs.LOG_AMPLITUDE] = np.log2(np.maximum(weight, 1e-12) * square / np.pi)
    rows[pairs.C], rows[pairs.Z], rows[pairs.COS], rows[pairs.STRETCH] = 1.0, square, 1.0, 1.0
    total = np.zeros(len(targets))
    source, exponent = rows.astype(np.float32), np.array([0.0, 2.0, 0.0], dtype=np.float32)
    before = targets_in_parts(pairs.sum_rates, events, targets, (source, exponent), (), (total,), jobs)
    weights = np.concatenate([[0.0], np.cumsum(weight)])[before]
    return (UNIFORM_EVENTS / events.area_km2 + total) / (UNIFORM_EVENTS + weights)
