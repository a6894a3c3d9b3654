"""Assignment: each event, whole, to the one condensed Gaussian that represents it best.

Source: Kamer, Ouillon & Sornette (2020), section 4.2: points are drawn from an event's original density, each votes for
the densest of all condensed Gaussians, weights included; the one with most votes gets the event (of equals the better
located).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from seisweave.condensation.prepare import Prepared, side_by_side

_BLOCK = 8_192  # events between two reports
_POINTS = 65_536  # that look for winners together


def assign(
    prepared: Prepared,
    weight: Float[np.ndarray, " m"],
    chosen: Int[np.ndarray, " n"],
    votes: Int[np.ndarray, " n"],
    report: Callable[[], None],
) -> None:
    """Number of the Gaussian and its votes, for every event whose `chosen` is -1; `report` is called now and then."""
    from seisweave.condensation import _condense_numba as compiled

    tree = prepared.tree(np.flatnonzero(weight > 0), weight)
    original, arrays, samples = _original(prepared), prepared.arrays(), prepared.options.assign_samples

    def work(events: np.ndarray) -> None:
        compiled.assign_events(events, arrays, original, tree, samples, chosen, votes)

    events = np.flatnonzero(chosen < 0)
    events = events[np.argsort(prepared.shapes.place[original.member[original.offset[events]]], kind="stable")]
    with ThreadPoolExecutor(prepared.threads) as pool:
        for start in range(0, len(events), _BLOCK):
            side_by_side(work, events[start : start + _BLOCK], pool, max(1, _POINTS // samples))
            report()


def _original(prepared: Prepared) -> Any:
    """Gaussians of each event, best located first: where they begin, their numbers, the running sum of weights."""
    from seisweave.condensation import _condense_numba as compiled

    member = np.argsort(prepared.event, kind="stable")
    offset = np.searchsorted(prepared.event[member], np.arange(len(prepared.ranking.event_stream) + 1))
    total = np.concatenate([[0.0], np.cumsum(prepared.weight[member])])
    share = total[1:] - np.repeat(total[offset[:-1]], np.diff(offset))
    return compiled.Original(offset, member, share, prepared.ranking.event_stream)
