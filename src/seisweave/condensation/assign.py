"""Assignment: each event, whole, to the one condensed Gaussian that represents it best.

Source: Kamer, Ouillon & Sornette (2020), section 4.2: points are drawn from an event's original density, each votes for
the densest of all condensed Gaussians, weights included; the one with most votes gets the event (of equals the better
located).
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from jaxtyping import Float, Int

from seisweave.condensation.prepare import Prepared, side_by_side
from seisweave.condensation.tree import weigh

_BLOCK = 8_192  # events between two reports


def assign(
    prepared: Prepared,
    weight: Float[np.ndarray, " m"],
    chosen: Int[np.ndarray, " n"],
    votes: Int[np.ndarray, " n"],
    report: Callable[[], None],
) -> None:
    """Number of the Gaussian and its votes, for every event whose `chosen` is -1; `report` is called now and then."""
    from seisweave.condensation import _condense_numba as compiled

    tree = prepared.tree(np.flatnonzero(weight > 0))
    weigh(tree, weight)
    offsets, members, share = _members(prepared)
    arrays, samples = prepared.arrays(), prepared.options.assign_samples
    stream = prepared.order.event_stream

    def work(events: np.ndarray) -> None:
        compiled.assign_events(events, arrays, offsets, members, share, stream, tree, samples, chosen, votes)

    events = np.flatnonzero(chosen < 0)
    events = events[np.argsort(tree.slot[members[offsets[events]]], kind="stable")]
    with ThreadPoolExecutor(prepared.threads) as pool:
        for start in range(0, len(events), _BLOCK):
            side_by_side(work, events[start : start + _BLOCK], pool)
            report()


def _members(prepared: Prepared) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Gaussians of each event, best located first: where they begin, their numbers, the running sum of weights."""
    members = np.argsort(prepared.event, kind="stable")
    offsets = np.searchsorted(prepared.event[members], np.arange(len(prepared.order.event_stream) + 1))
    total = np.concatenate([[0.0], np.cumsum(prepared.weight[members])])
    begin = np.repeat(total[offsets[:-1]], np.diff(offsets))
    return offsets, members, total[1:] - begin
