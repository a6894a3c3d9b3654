"""The first level of a network that goes on: its segments, and those that new events bring.

New events are atomized and merged on their own, as a subset is (Kamer, Ouillon & Sornette 2020, section 4.3). What they
leave stands beside the old segments, and goes on in two ways. It is refined, as are the segments of all subsets. Or
pairs merge while the BIC of all events together falls, two old segments only where it falls by more than one segment
costs, since what a few events tie others would untie; then EM, step by step, while the BIC falls and the old events
keep their segments as far as the agreement asks. Of what agrees so far the lowest BIC is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.faults.agreement import agreement_of
from seisweave.faults.assemble import Scored, score_whole
from seisweave.faults.atomize import By
from seisweave.faults.background import Box, minimum_volume_box
from seisweave.faults.hypocentres import SMALLEST_SUBSET, Inputs, has_a_plane
from seisweave.faults.lineage import Lineage
from seisweave.faults.merge import merge_greedily
from seisweave.faults.merge_whole import REFINE_REACH, Whole
from seisweave.faults.points import order_points
from seisweave.faults.refine import EM_STEPS, drop_faults, em_step, recount, refine
from seisweave.faults.replay import replay
from seisweave.faults.steps import Drop
from seisweave.faults.subsets import MergedSubset, Subset, SubsetWork, cut_and_atomize, merge_subset
from seisweave.faults.ward import ward_linkage
from seisweave.faults.workspace import Background, Gaussians, Workspace
from seisweave.gaussians.mixture import Mixture, inside_box

_COLUMNS = [(a, b) for a in range(3) for b in range(a, 3)]
_ENOUGH = 1e-5  # a step of EM that lowers the BIC by less than this share is the last


@dataclass(frozen=True, eq=False)
class Before:
    """What a network was, over all n events of the one that it becomes: which of them it had, and in which segments.

    segment has the old segments of the old events, in their order among all.
    """

    mixture: Mixture
    old: Bool[np.ndarray, " n"]
    segment: Int[np.ndarray, " m"]

    @property
    def share(self) -> float:
        """Share of the events that were there."""
        return float(self.old.mean())


@dataclass(frozen=True, eq=False)
class Grown:
    """The first level as it has become; which of its segments no old one went into; how far it agrees with the old.

    held is true where the BIC would have fallen further, had the agreement not held it back.
    """

    scored: Scored
    fresh: Bool[np.ndarray, " g"]
    agreement: float
    held: bool


def grow_segments(inputs: Inputs, before: Before, least_agreement: float) -> Grown:
    """Go on from old segments with all events; of the ways of atomization that agree enough, that of the lowest BIC."""
    news = replace(inputs, xyz_km=inputs.xyz_km[~before.old], options=replace(inputs.options, subsets=1))
    subsets = _subsets(news)
    grown = [_grow(inputs, before, subset, least_agreement) for subset in subsets]
    grown += [_refine(inputs, before, subset) for subset in subsets]
    agreeing = [each for each in grown if each.agreement >= least_agreement]
    if not agreeing:  # new segments take too much from old ones: go on without them
        agreeing = [_grow(inputs, before, None, least_agreement)]
    best = min(agreeing, key=lambda each: each.scored.bic)
    return replace(best, held=best.scored.bic > min(each.scored.bic for each in grown) or best.held)


@dataclass(frozen=True, eq=False)
class _News:
    """What the new events leave of their proto-faults."""

    subset: Subset
    merged: MergedSubset


def _subsets(news: Inputs) -> Sequence[_News | None]:
    """The new events merged on their own, by each way of atomization; nothing where they are too few for a segment."""
    if len(news.xyz_km) < SMALLEST_SUBSET or not has_a_plane(news):
        return [None]
    atomized = cut_and_atomize(news, ward_linkage(news.xyz_km, threads=news.threads))
    chosen = news.options.atomize
    ways: tuple[By, ...] = ("cut", "branch") if chosen == "best" else (chosen,)
    return [_News(atomized[by][0], _merged(news, atomized[by][0])) for by in ways]


def _merged(news: Inputs, subset: Subset) -> MergedSubset:
    work = SubsetWork(
        points=news.xyz_km,
        label=subset.label,
        options=news.options,
        min_sigma_km=news.min_sigma_km,
        strictness=news.strictness,
    )
    return merge_subset(work, news.threads)


def _grow(inputs: Inputs, before: Before, news: _News | None, least_agreement: float) -> Grown:
    """Old segments as they were, joined by new ones where that pays, and EM as far as the old events agree."""
    start = _side_by_side(inputs, before, news)
    workspace, lineage, number = _workspace(inputs, start), *_lineage(before, news)
    recount(workspace)
    start = replace(start, gaussians=workspace.gaussians)
    merge_greedily(workspace, reach=REFINE_REACH)
    replayed = replay(start.gaussians, workspace.merges, before.mixture.n_gaussians, 5.0 * np.log(len(before.old)))
    start = replace(start, gaussians=replayed.gaussians, background=workspace.background)
    drops: list[Drop] = []
    workspace = _weighed(inputs, start)
    drop_faults(workspace, drops)
    held = agreement_of(before.segment, _rows_of_old(workspace, before)) < least_agreement
    if held:
        workspace, drops = _weighed(inputs, start), []
    held |= _maximise(workspace, before, least_agreement)
    dropped = [Drop(len(replayed.merges), int(replayed.rows[drop.row]), drop.gain) for drop in drops]
    lineage.follow(number, replayed.merges, dropped, stage="refine")
    whole = Whole(workspace.ordered, workspace.gaussians, workspace.background, lineage)
    return _grown(inputs, before, whole, replayed.rows[workspace.rows] >= before.mixture.n_gaussians, held=held)


def _refine(inputs: Inputs, before: Before, news: _News | None) -> Grown:
    """Old and new segments side by side, refined as those of subsets are."""
    workspace, lineage, number = _workspace(inputs, _side_by_side(inputs, before, news)), *_lineage(before, news)
    best = refine(workspace, reach=REFINE_REACH)
    merges = workspace.merges[: best.n_merged]
    fresh = np.arange(len(number)) >= before.mixture.n_gaussians
    for merge in merges:
        fresh[merge.first] &= fresh[merge.second]
    lineage.follow(number, merges, best.dropped, stage="refine")
    whole = Whole(workspace.ordered, best.gaussians, best.background, lineage)
    return _grown(inputs, before, whole, fresh[best.rows], held=False)


def _grown(inputs: Inputs, before: Before, whole: Whole, fresh: Bool[np.ndarray, " g"], *, held: bool) -> Grown:
    scored = score_whole(inputs, whole)
    segment = np.where(scored.part < scored.mixture.n_gaussians, scored.part, -1)
    return Grown(
        scored=scored,
        fresh=fresh[np.argsort(-whole.gaussians.weight, kind="stable")],
        agreement=agreement_of(before.segment, segment[before.old]),
        held=held,
    )


@dataclass(frozen=True, eq=False)
class _Start:
    """Gaussians and boxes side by side, the old ones first."""

    gaussians: Gaussians
    background: Background


def _side_by_side(inputs: Inputs, before: Before, news: _News | None) -> _Start:
    """Old segments, old boxes and new segments; new events of no new segment are shared out as the old ones were."""
    old = before.mixture
    covariance = np.stack([old.covariance_km2[:, a, b] for a, b in _COLUMNS], axis=1)
    if news is None:
        return _Start(Gaussians(old.weight, old.mean_km, covariance), _background(inputs, before, 1.0))
    fresh = news.merged.gaussians
    taken = (1.0 - before.share) * fresh.weight
    left = 1.0 - float(taken.sum())
    gaussians = Gaussians(
        np.concatenate([left * old.weight, taken]),
        np.concatenate([old.mean_km, fresh.mean]),
        np.concatenate([covariance, fresh.covariance]),
    )
    return _Start(gaussians, _background(inputs, before, left))


def _background(inputs: Inputs, before: Before, left: float) -> Background:
    """The old boxes, which have so much of their weight left: one is laid anew round all events, several stay.

    Where events lie outside several boxes, there is one more round those.
    """
    old, floor = before.mixture, 2.0 * inputs.min_sigma_km
    weight = left * old.box_weight
    if old.n_boxes <= 1:
        total = max(float(weight.sum()), 1.0 / len(before.old))
        return Background(np.array([total]), (minimum_volume_box(inputs.xyz_km, thinnest_km=floor),))
    boxes = [Box(*box) for box in zip(old.box_centre_km, old.box_axes, old.box_half_km, strict=True)]
    xyz = np.ascontiguousarray(inputs.xyz_km.T)
    inside = np.any([inside_box(xyz, box.centre_km, box.axes, box.half_km) for box in boxes], axis=0)
    outside = inputs.xyz_km[~inside & ~before.old]
    if len(outside):
        boxes.append(minimum_volume_box(outside, thinnest_km=floor))
        weight = np.append(weight, len(outside) / len(before.old))
    return Background(weight, tuple(boxes))


def _workspace(inputs: Inputs, start: _Start) -> Workspace:
    return Workspace(
        order_points(inputs.xyz_km),
        start.gaussians,
        start.background,
        min_sigma_km=inputs.min_sigma_km,
        local=inputs.options.criterion == "local",
        threads=inputs.threads,
        strictness=inputs.strictness,
    )


def _weighed(inputs: Inputs, start: _Start) -> Workspace:
    """A workspace whose weights are those of the events that are most likely in each part; they sum to one."""
    workspace = _workspace(inputs, start)
    recount(workspace)
    least = 0.5 / len(inputs.xyz_km)
    boxes, rows = np.maximum(workspace.background.weight, least), workspace.rows  # a box may hold no event
    weight = workspace.gaussians.weight
    total = weight.sum() + boxes.sum()
    if abs(total - 1.0) > 1e-9:  # parts without an event have half of one
        workspace.set_weights(rows, weight / total)
        boxes /= total
    workspace.set_background_weight(boxes)
    workspace.list_supports()
    return workspace


def _lineage(before: Before, news: _News | None) -> tuple[Lineage, np.ndarray]:
    """Old segments numbered first, then new proto-faults and what they became; the number of every row."""
    old = np.arange(before.mixture.n_gaussians)
    if news is None:
        return Lineage(len(old)), old
    lineage = Lineage(len(old) + news.subset.n_proto)
    number = len(old) + np.arange(news.subset.n_proto)
    lineage.follow(number, news.merged.merges, stage="subset", subset=0)
    return lineage, np.concatenate([old, number[news.merged.rows]])


def _maximise(workspace: Workspace, before: Before, least_agreement: float) -> bool:
    """Steps of EM while the BIC falls, and the old events agree; whether they were held back. Ends at the best step."""
    best = _state(workspace)
    for _ in range(EM_STEPS):
        em_step(workspace)
        now = _state(workspace)
        if best.log_likelihood > now.log_likelihood - _ENOUGH * abs(now.log_likelihood):
            _restore(workspace, best)
            return False
        if agreement_of(before.segment, _rows_of_old(workspace, before)) < least_agreement:
            _restore(workspace, best)
            return True
        best = now
    return False


@dataclass(frozen=True, eq=False)
class _State:
    gaussians: Gaussians
    background: Float[np.ndarray, " b"]
    log_likelihood: float


def _state(workspace: Workspace) -> _State:
    log_likelihood = float(np.log(workspace.points.density).sum())
    return _State(workspace.gaussians, workspace.background.weight.copy(), log_likelihood)


def _rows_of_old(workspace: Workspace, before: Before) -> Int[np.ndarray, " m"]:
    """The row of the Gaussian that each old event is most likely of, -1 for background."""
    workspace.assign_members()
    parts, at = workspace.parts, np.full(len(workspace.ordered), -1)
    for row in workspace.rows:
        slots = workspace.pools.member[parts.members[row] : parts.members[row] + parts.members_length[row]]
        at[workspace.ordered.order[slots]] = row
    return at[before.old]


def _restore(workspace: Workspace, state: _State) -> None:
    """Put back Gaussians and weights as they were; rows are the same."""
    from seisweave.faults.arrays import new_parts

    fresh = new_parts(
        state.gaussians.weight, state.gaussians.mean, state.gaussians.covariance, workspace.least_variance
    )
    rows = workspace.rows
    for name in ("weight", "mean", "covariance", "shape"):
        getattr(workspace.parts, name)[rows] = getattr(fresh, name)[: len(rows)]
    workspace.set_background_weight(state.background)
    workspace.list_supports()
