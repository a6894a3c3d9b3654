"""The second level of a network that goes on: its plates and halos, and those of new segments.

Old plates and halos stay where they are and are fitted on; segments that no old one went into begin as plates of their
own. Then the moves of a reconstruction (`find_faults.py`): what is new has to prove itself in the same way, a plate
that lies on one plane with others is joined to them, what is no plane becomes a halo. Each move of *old* plates, and
each step of EM, is kept only while the old events agree with what they were: faults may then still grow, split, join
and vanish, but not by a trifle.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.faults._plates_numba import LOG_WEIGHT
from seisweave.faults.agreement import agreement_of, groups_of
from seisweave.faults.find_faults import EM_STEPS, Segments, faults_of, in_order
from seisweave.faults.halos import give_to_halos
from seisweave.faults.laid_out import lay_out
from seisweave.faults.levels import Faults
from seisweave.faults.location_errors import LocationErrors
from seisweave.faults.network import FaultNetwork
from seisweave.faults.patches import patches_of
from seisweave.faults.planes import join_planes
from seisweave.faults.plate_mixture import FEWEST, PlateMixture
from seisweave.faults.plate_moves import cut_straddlers, give_back

_ENOUGH = 1e-4  # a step that raises the log-likelihood by less than this an event is the last


@dataclass(frozen=True, eq=False)
class GrownFaults:
    """The second level as it has become, how far it agrees with the old, and whether that held something back.

    old_of has the place that each fault had in the old network, -1 for one that is new.
    """

    faults: Faults
    old_of: Int[np.ndarray, " f"]
    agreement: float
    held: bool


@dataclass(frozen=True, eq=False)
class _Old:
    """What the old events were: which they are among all n, the fault of each, and the fault or halo of each."""

    rows: Bool[np.ndarray, " n"]
    fault: Int[np.ndarray, " m"]
    group: Int[np.ndarray, " m"]
    least: float

    def agreement(self, mixture: PlateMixture) -> float:
        """How far a mixture agrees: the lower of what it does for faults alone, and for faults and halos."""
        mixture.expect()
        part = mixture.most_likely()[0][self.rows]
        fault = np.where(part < len(mixture.plates), part, -1)
        return min(agreement_of(self.fault, fault), agreement_of(self.group, part))


def grow_faults(
    network: FaultNetwork,
    segments: Segments,
    errors: LocationErrors,
    *,
    old: Bool[np.ndarray, " n"],
    fresh: Bool[np.ndarray, " g"],
    least_agreement: float,
    threads: int = 1,
) -> GrownFaults:
    """Go on from the faults of a network with all n events.

    The network's events are in the order that they have among all, where `old` says which they are; fresh says which
    of the g segments are new.
    """
    faults = network.faults
    kept = _Old(old, network.label, groups_of(network.label, faults.halo_of_event, network.n_faults), least_agreement)
    mixture = lay_out(
        network, segments.xyz_km, errors, background=segments.mixture, share=float(old.mean()), threads=threads
    )
    held = _add_plates(mixture, kept, segments, fresh)
    held |= _run(mixture, kept)
    cut = _try(mixture, kept, lambda: cut_straddlers(mixture))
    if cut:
        held |= _try(mixture, kept, lambda: cut_straddlers(mixture, mixture.mark < 0)) or cut
    held |= _run(mixture, kept)
    _move_new(mixture, lambda among: give_back(mixture, among))
    _move_new(mixture, lambda among: give_to_halos(mixture, at_last=False, among=among))
    held |= _try(mixture, kept, lambda: give_back(mixture))
    held |= _join(mixture, kept, faults.roughness_km)
    _move_new(mixture, lambda among: give_back(mixture, among))
    held |= _run(mixture, kept)
    _move_new(mixture, lambda among: give_to_halos(mixture, at_last=True, among=among))
    held |= _try(mixture, kept, lambda: give_to_halos(mixture, at_last=True))
    held |= _run(mixture, kept)
    made = faults_of(mixture, segments, errors, faults.roughness_km)
    old_of = mixture.mark[in_order(mixture.most_likely()[0], 0, len(mixture.plates))]
    return GrownFaults(made, old_of, kept.agreement(mixture), held)


def _add_plates(mixture: PlateMixture, old: _Old, segments: Segments, fresh: np.ndarray) -> bool:
    """A plate for the events of every new segment, as far as these are enough for one; whether one was held back.

    Where old events do not agree with all of them, they are tried one by one, the heaviest first.
    """
    segment = segments.segment
    label = np.where((segment >= 0) & np.append(fresh, False)[segment], segment, -1)[mixture.ordered.order]
    slots = [np.flatnonzero(label == k) for k in np.flatnonzero(fresh)]
    slots = sorted((each for each in slots if len(each) >= FEWEST), key=len, reverse=True)
    rows = np.array([mixture.first(each) for each in slots]).reshape(-1, mixture.plates.shape[1])

    def add(which: slice) -> int:
        mark = np.concatenate([mixture.mark, np.full(len(rows[which]), -1)])
        mixture.replace(np.concatenate([mixture.plates, rows[which]]), mark)
        return len(rows[which])

    if not _try(mixture, old, lambda: add(slice(None))):
        return False
    held = [_try(mixture, old, lambda k=k: add(slice(k, k + 1))) for k in range(len(rows))]
    return any(held)


def _move_new(mixture: PlateMixture, move: Callable[[np.ndarray], int]) -> None:
    """A move of the plates that are new alone."""
    mixture.expect()
    move(mixture.mark < 0)
    mixture.expect()


def _run(mixture: PlateMixture, old: _Old) -> bool:
    """Steps of EM while they bring something, and old events agree; whether they were held back."""
    mixture.expect()
    for _ in range(EM_STEPS):
        before = _State.of(mixture)
        mixture.maximise()
        mixture.expect()
        if old.agreement(mixture) < old.least:
            before.put_back(mixture)
            return True
        if mixture.log_likelihood - before.log_likelihood < _ENOUGH * mixture.n:
            return False
    return False


def _try(mixture: PlateMixture, old: _Old, move: Callable[[], int]) -> bool:
    """A move of any plates, kept only where old events agree; whether it was held back."""
    mixture.expect()
    before = _State.of(mixture)
    if not move():
        return False
    if old.agreement(mixture) >= old.least:
        return False
    before.put_back(mixture)
    return True


def _join(mixture: PlateMixture, old: _Old, roughness_km: float) -> bool:
    """Join plates on one plane: all, or where old events do not agree with that, only new ones to others."""
    mixture.expect()
    if not len(mixture.plates):
        return False
    group = join_planes(patches_of(mixture)[0], roughness_km)
    held = _try(mixture, old, lambda: _one_plate_a_group(mixture, group))
    if held:
        olds = np.bincount(group[mixture.mark >= 0], minlength=group.max() + 1)
        apart = group.max() + 1 + np.arange(len(group))
        _try(mixture, old, lambda: _one_plate_a_group(mixture, np.where(olds[group] <= 1, group, apart)))
    return held


def _one_plate_a_group(mixture: PlateMixture, group: Int[np.ndarray, " f"]) -> int:
    """Give the events of plates of one group one plate together; others stay. How many groups there are."""
    part = mixture.most_likely()[0][mixture.ordered.order]
    _, group, size = np.unique(group, return_inverse=True, return_counts=True)
    joined = np.flatnonzero(size > 1)
    if not len(joined):
        return 0
    on = np.where((part >= 0) & (part < len(group)), group[np.where(part < len(group), part, 0)], -1)
    slots = {int(k): np.flatnonzero(on == k) for k in joined}
    rows = np.array([mixture.first(each) for each in slots.values() if len(each) >= FEWEST])
    mark = [_heaviest(mixture, group == k) for k, each in slots.items() if len(each) >= FEWEST]
    alone = np.isin(group, [k for k, each in slots.items() if len(each) >= FEWEST], invert=True)
    mixture.replace(
        np.concatenate([mixture.plates[alone], rows.reshape(-1, mixture.plates.shape[1])]),
        np.concatenate([mixture.mark[alone], np.array(mark, dtype=np.int64)]),
    )
    mixture.run(EM_STEPS)
    return len(rows)


def _heaviest(mixture: PlateMixture, which: np.ndarray) -> int:
    """The mark of the heaviest of some plates that have one; -1 where none has."""
    marked = np.flatnonzero(which & (mixture.mark >= 0))
    return int(mixture.mark[marked[mixture.plates[marked, LOG_WEIGHT].argmax()]]) if len(marked) else -1


@dataclass(frozen=True, eq=False)
class _State:
    """The parts of a mixture as they are."""

    plates: Float[np.ndarray, "f 18"]
    mark: Int[np.ndarray, " f"]
    halo_weight: Float[np.ndarray, " h"]
    halo_mean: Float[np.ndarray, "h 3"]
    halo_covariance: Float[np.ndarray, "h 3 3"]
    box_weight: Float[np.ndarray, " b"]
    share: Float[np.ndarray, " k"]
    log_likelihood: float

    @classmethod
    def of(cls, mixture: PlateMixture) -> _State:
        return cls(
            plates=mixture.plates.copy(),
            mark=mixture.mark.copy(),
            halo_weight=mixture.halo_weight.copy(),
            halo_mean=mixture.halo_mean.copy(),
            halo_covariance=mixture.halo_covariance.copy(),
            box_weight=mixture.box_weight.copy(),
            share=mixture.share.copy(),
            log_likelihood=mixture.log_likelihood,
        )

    def put_back(self, mixture: PlateMixture) -> None:
        mixture.replace(self.plates.copy(), self.mark.copy())
        for name in ("halo_weight", "halo_mean", "halo_covariance", "box_weight", "share"):
            setattr(mixture, name, getattr(self, name).copy())
        mixture.expect()
