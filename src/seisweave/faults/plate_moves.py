"""Moves that EM cannot make: a plate given to another part, and one that straddles two planes cut in two.

Both are made where the BIC of the whole mixture falls by them.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import numpy as np

from seisweave.faults import _plates_numba as compiled
from seisweave.faults.plate_mixture import FEWEST, PlateMixture
from seisweave.faults.points import runs

_OVERLAP = 0.02  # share of a plate's events that another part must hold to take it over
_CUTS = 11  # places along each side where a plate is tried to be cut
_STEPS = 6  # of EM on the two halves


def give_back(mixture: PlateMixture, among: np.ndarray | None = None) -> int:
    """Give plates to another plate or to the background where that lowers the BIC, lightest first; how many were.

    Held densities must be up to date; they are not afterwards. `among` says which plates may go (all, unless given).
    """
    plates, n = mixture.plates, mixture.n
    density = [held.density for held in mixture.held]
    total, position = mixture.total.copy(), np.full(n, -1)
    gone, reach = np.zeros(len(plates), bool), _Reach(mixture)
    lightest_first = np.argsort(plates[:, compiled.LOG_WEIGHT], kind="stable")
    for k in (lightest_first if among is None else lightest_first[among[lightest_first]]).tolist():
        slot, own = mixture.held[k].slot, density[k]
        weight = np.exp(plates[k, compiled.LOG_WEIGHT])
        without = np.maximum(total[slot] - own, mixture.base[slot])
        position[slot] = np.arange(len(slot))
        best, receiver = _background_gain(mixture, slot, without, total, weight), -1
        for j in reach.near(k):
            if gone[j]:
                continue
            gain = _receiver_gain(mixture, j, density[j], position, own, without, total, weight)
            if gain > best:
                best, receiver = gain, j
        position[slot] = -1
        if best + 5.0 * np.log(n) <= 0.0:
            continue
        gone[k] = True
        total[slot] = without
        if receiver >= 0:
            share = weight / np.exp(plates[receiver, compiled.LOG_WEIGHT])
            total[mixture.held[receiver].slot] += share * density[receiver]
            density[receiver] = (1.0 + share) * density[receiver]
            plates[receiver, compiled.LOG_WEIGHT] += np.log1p(share)
    mixture.keep(~gone)
    return int(gone.sum())


class _Reach:
    """Which plates hold events of which others."""

    def __init__(self, mixture: PlateMixture) -> None:
        self.held, self.start = mixture.held, np.zeros(mixture.n + 1, np.int64)
        for held in mixture.held:  # no event is held twice by one plate
            self.start[held.slot + 1] += 1
        np.cumsum(self.start, out=self.start)
        self.plate, free = np.empty(self.start[-1], np.int32), self.start[:-1].copy()
        for k, held in enumerate(mixture.held):
            self.plate[free[held.slot]] = k
            free[held.slot] += 1

    def near(self, k: int) -> np.ndarray:
        """Plates, without k, that hold at least a few of the events that plate k holds."""
        slot = self.held[k].slot
        rows = runs(self.start[slot], self.start[slot + 1] - self.start[slot])
        count = np.bincount(self.plate[rows], minlength=len(self.held))
        count[k] = 0
        return np.flatnonzero(count >= max(1.0, _OVERLAP * len(slot)))


def _background_gain(
    mixture: PlateMixture, slot: np.ndarray, without: np.ndarray, total: np.ndarray, weight: float
) -> float:
    """Change of the log-likelihood when the uniform boxes take over a plate's weight."""
    if not len(mixture.box_weight):
        return -np.inf
    grown = mixture.base[slot] * weight / mixture.box_weight.sum()
    elsewhere = mixture.n * weight - (grown / total[slot]).sum()
    return float(np.log((without + grown) / total[slot]).sum() + elsewhere)


def _receiver_gain(mixture, j, density, position, own, without, total, weight) -> float:
    """Change of the log-likelihood when plate j takes over the weight of one whose density is `own`."""
    slot = mixture.held[j].slot
    grown = density * weight / np.exp(mixture.plates[j, compiled.LOG_WEIGHT])
    at = position[slot]
    both = at >= 0
    new = total[slot] + grown
    new[both] -= own[at[both]]
    gain = np.log(np.maximum(new, mixture.base[slot]) / total[slot]).sum()
    alone = np.ones(len(own), bool)
    alone[at[both]] = False
    before = without[alone] + own[alone]
    return float(gain + np.log(without[alone] / np.maximum(before, 1e-300)).sum())


def cut_straddlers(mixture: PlateMixture, among: np.ndarray | None = None) -> int:
    """Cut plates in two, along strike or dip, where that lowers the BIC by what its own events say; how many were.

    `among` says which plates may be cut (all, unless given); the first half bears the mark of the plate.
    """
    pieces, cut = [], np.zeros(len(mixture.plates), bool)
    tried = np.flatnonzero(np.ones(len(cut), bool) if among is None else among).tolist()
    no_cut = np.full(mixture.n, -1.0)
    halves = mixture.each(lambda k: _halves(mixture, k, no_cut), tried)
    for k, both in zip(tried, halves, strict=True):
        if both is not None:
            cut[k] = True
            pieces += list(both)
    if pieces:
        mark = np.full(len(pieces), -1)
        mark[::2] = mixture.mark[cut]
        mark = np.concatenate([mixture.mark[~cut], mark])
        mixture.replace(np.concatenate([mixture.plates[~cut], np.array(pieces)]), mark)
    return int(cut.sum())


def _halves(mixture: PlateMixture, k: int, no_cut: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """Two plates better than plate k for the events that are most likely its own, or None; `no_cut` (n) is below 0."""
    held = mixture.held[k]
    mine = mixture.shares(held).sum(axis=1) > 0.5
    if mine.sum() < 2 * max(FEWEST, 10.0):
        return None
    plate, slot = mixture.plates[k], held.slot[mine]
    side, place, hope = best_cut(mixture, plate, slot)
    if hope <= 2.5 * np.log(mixture.n):
        return None
    along = plate[3 + 3 * side : 6 + 3 * side] @ (mixture.xyz[:, slot] - plate[:3, None])
    low = along < place
    one, two = mixture.first(np.sort(slot[low])), mixture.first(np.sort(slot[~low]))
    before, whole, alone = -np.inf, plate.copy(), partial(_alone, mixture, slot=slot, no_cut=no_cut)
    for _ in range(_STEPS):
        before = max(before, alone([whole]))
    after = -np.inf
    for _ in range(_STEPS):
        after = max(after, alone([one, two]))
    if after - before <= 5.0 * np.log(mixture.n):
        return None
    return one, two


def _alone(mixture: PlateMixture, plates: list[np.ndarray], slot: np.ndarray, no_cut: np.ndarray) -> float:
    """Log-likelihood of some events under a few plates and the boxes; then one step of EM on the plates."""
    log_share = np.log(np.maximum(mixture.share, 1e-9))
    everything = np.stack([slot, slot + 1], axis=1), mixture.log_trace, no_cut
    values = []
    for plate in plates:
        room = slot.copy(), np.empty(len(slot)), np.empty((len(slot), len(log_share)))
        compiled.densities(plate, mixture.xyz, mixture.error, mixture.scale2, log_share, *everything, *room)
        values.append(room[2])
    total = mixture.base[slot] + np.sum([value.sum(axis=1) for value in values], axis=0)
    for plate, value in zip(plates, values, strict=True):
        share = value / total[:, None]
        weight = compiled.maximise(
            plate,
            mixture.xyz,
            mixture.error,
            mixture.scale2,
            mixture.least_variance,
            slot,
            share,
            np.empty((len(share), 5)),
        )
        plate[compiled.LOG_WEIGHT] = np.log(max(weight, 1e-3) / mixture.n)
    return float(np.log(total).sum())


class Cut(NamedTuple):
    """Side (0 along strike, 1 down dip) and place of a cut, and by how much the log-likelihood may rise by it."""

    side: int
    place_km: float
    hope: float


def best_cut(mixture: PlateMixture, plate: np.ndarray, slot: np.ndarray) -> Cut:
    """The cut after which two planes fit best, each as thick as what is left says."""
    offset = mixture.xyz[:, slot] - plate[:3, None]
    w = plate[9:12] @ offset
    normal = np.outer(plate[9:12], plate[9:12])
    spread = np.array([normal[0, 0], 2 * normal[0, 1], 2 * normal[0, 2], normal[1, 1], 2 * normal[1, 2], normal[2, 2]])
    error = spread @ mixture.error_of(slot) * (mixture.scale2 @ mixture.share)
    precision = 1.0 / (plate[compiled.VARIANCE] + error)
    u, v = plate[3:6] @ offset, plate[6:9] @ offset
    rows = np.stack([np.ones_like(u), u, v, w])
    whole, best, most = _misfit((precision * rows) @ rows.T), Cut(0, 0.0, -np.inf), 0.0
    fewest = max(FEWEST, 10.0)
    for side, place in enumerate((u, v)):
        order = np.argsort(place, kind="stable")
        moments = np.cumsum(precision[order] * rows[:, None, order] * rows[None, :, order], axis=2)
        for at in np.unique(np.linspace(fewest, len(order) - fewest, _CUTS).astype(int)):
            if not fewest <= at <= len(order) - fewest:
                continue
            middle = 0.5 * (place[order[at - 1]] + place[order[at]])
            if not place[order[at - 1]] < middle:  # events at one place are not cut apart
                continue
            low = moments[..., at - 1]
            gain = whole - _misfit(low) - _misfit(moments[..., -1] - low)
            if gain > most:
                most = gain
                hope = 0.5 * len(order) * np.log(max(whole, 1e-9) / max(whole - gain, 1e-9))
                best = Cut(side, float(middle), float(hope))
    return best


def _misfit(moments: np.ndarray) -> float:
    """Weighted sum of squares that is left after regression of the last row on the others.

    Where events do not span a plane, and rounding alone would say what it is, all is left.
    """
    all_of_it = float(moments[3, 3])
    try:
        left = all_of_it - float(moments[:3, 3] @ np.linalg.solve(moments[:3, :3], moments[:3, 3]))
    except np.linalg.LinAlgError:
        return all_of_it
    return left if left > -1e-9 * all_of_it else all_of_it
