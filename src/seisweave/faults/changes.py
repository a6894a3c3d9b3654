"""What became of each fault: the lasting number of every fault of a network that was made from another.

A fault keeps its number where its plate was fitted on from that of an old fault and still holds some of its events.
Where a new fault is a larger piece of the old one than that, or nothing was fitted on, that new fault has the number
instead. What became of the others follows from where the events went that both networks have.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int

from seisweave.faults.register import Change, Register, What, name_of

_PIECE = 0.2  # share of an old fault's events from which on another fault is a piece of it
_MOST = 0.5
_LESS = 0.95  # of its events are left: a fault shrank, and did not just lose a few to a neighbour


@dataclass(frozen=True, eq=False)
class Followed:
    """The register of the new network, and what became of every fault, the old ones first, in the order of theirs."""

    register: Register
    changes: tuple[Change, ...]


def follow_faults(
    register: Register,
    old_of: Int[np.ndarray, " g"],
    before: Int[np.ndarray, " m"],
    now: Int[np.ndarray, " m"],
    n_events: Int[np.ndarray, " g"],
) -> Followed:
    """Follow f faults from one network to the g of the next.

    old_of is the place that each new fault had in the old network, -1 for none; before and now are the places of the
    faults of the m events that are in both; n_events is how many events each new fault has in all.

    >>> from seisweave.faults.register import register_of
    >>> before, now = np.array([0, 0, 0, 1, -1]), np.array([1, 1, 1, 0, -1])
    >>> followed = follow_faults(register_of(2), np.array([1, 0]), before, now, np.array([9, 5]))
    >>> followed.register.numbers.tolist(), [change.what for change in followed.changes]
    ([1, 0], ['grew', 'grew'])
    """
    f, g = len(register), len(n_events)
    shared = np.zeros((f + 1, g + 1), np.int64)
    np.add.at(shared, (before, now), 1)  # -1 is the last row, and the last column
    old_of = _largest_pieces(np.where((old_of >= 0) & (shared[old_of, np.arange(g)] > 0), old_of, -1), shared)
    numbers, names, following = np.full(g, -1), [""] * g, register.next_number
    for k in range(g):
        if old_of[k] >= 0:
            numbers[k], names[k] = register.numbers[old_of[k]], register.names[old_of[k]]
        else:
            numbers[k], names[k], following = following, name_of(following), following + 1
    fresh = Register(numbers, tuple(names), following, register.entries)
    changes = [_change(register, fresh, i, shared, old_of, n_events) for i in range(f)]
    changes += [
        Change(int(numbers[k]), "appeared", 0, int(n_events[k]))
        for k in range(g)
        if old_of[k] < 0 and not _is_piece(shared[:f], k)
    ]
    return Followed(fresh, tuple(changes))


def _largest_pieces(old_of: np.ndarray, shared: np.ndarray) -> Int[np.ndarray, " g"]:
    """The same, where an old fault goes on as the largest of its pieces: new faults that hold mostly its events."""
    made = old_of.copy()
    fresh = np.flatnonzero(old_of < 0)
    for k in fresh[np.argsort(-shared[:-1, fresh].max(axis=0, initial=0), kind="stable")]:
        i = int(shared[:-1, k].argmax()) if len(shared) > 1 else -1
        if i < 0 or shared[i, k] < _MOST * max(1, shared[:, k].sum()):
            continue
        (now,) = np.nonzero(made == i)
        if not len(now):
            made[k] = i
        elif shared[i, k] > shared[i, now[0]]:
            made[now[0]], made[k] = -1, i
    return made


def _is_piece(shared: np.ndarray, k: int) -> bool:
    """Whether a new fault is a piece of an old one."""
    return bool(((shared[:, k] > 0) & (shared[:, k] >= _PIECE * shared.sum(axis=1))).any())


def _change(
    old: Register, now: Register, i: int, shared: np.ndarray, old_of: np.ndarray, n_events: np.ndarray
) -> Change:
    row, n_before = shared[i, : len(now)], int(shared[i].sum())
    own = np.flatnonzero(old_of == i)
    pieces = [k for k in np.flatnonzero((row > 0) & (row >= _PIECE * n_before)).tolist() if k not in own]
    n_now = int(n_events[own[0]]) if len(own) else 0
    others = tuple(int(now.numbers[k]) for k in pieces)
    what: What = "grew" if n_now > n_before else "shrank" if n_now < _LESS * n_before else "unchanged"
    if not len(own):
        what = "merged" if len(pieces) and row[pieces].max() >= _MOST * n_before else "vanished"
    elif any(old_of[k] < 0 for k in pieces):
        what = "split"
        others = tuple(int(now.numbers[k]) for k in pieces if old_of[k] < 0)
    else:
        others = ()
    return Change(int(old.numbers[i]), what, n_before, n_now, others)
