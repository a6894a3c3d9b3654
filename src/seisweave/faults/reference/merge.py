"""One merge pass of the published program of Kamer, Ouillon & Sornette (2020).

The paper (section 3.1 (iv)) merges the one best pair and evaluates all gains anew. The program does this instead:

- a pair may merge if a corner of one box lies in the other (`boxes.touching`), tested once;
- every gain is evaluated anew in every round, but a pair once found without gain is never looked at again;
- every round merges several pairs: the best, then the best of those that share no fault having a positive gain
  with either of the chosen, and so on. Their joint effect is not checked.

Backgrounds never merge. Local gains use hard sets of events, which are joined and never reassigned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.background import Box
from seisweave.faults.reference.boxes import joint_box, touching
from seisweave.gaussians.mixture import Mixture

LEAST_DENSITY = float(np.finfo(float).eps)  # 1/km³: the mixture's density is nowhere taken to be less


@dataclass(frozen=True, eq=False)
class Stage:
    """A mixture on its way, with a box and a running number for each Gaussian and the hard sets of events.

    owner is the Gaussian whose hard set holds each event, -1 for events of the background and of no one.
    """

    mixture: Mixture
    boxes: tuple[Box, ...]
    number: Int[np.ndarray, " g"]
    owner: Int[np.ndarray, " n"]


@dataclass(frozen=True)
class Merge:
    """Two Gaussians, by their running numbers, that became a third, and the gain in BIC/2 found for them alone."""

    first: int
    second: int
    merged: int
    gain: float


def merge_pass(
    xyz_km: Float[np.ndarray, "n 3"], stage: Stage, criterion: str, next_number: int
) -> tuple[Stage, list[Merge]]:
    """Merge until no pair that is still looked at gains; return the last stage and the merges in order.

    Arguments: `criterion`, "global" (gain in the BIC of the whole mixture, eq. 3) or "local" (of the two hard sets
    alone); `next_number`, the running number of the first merged Gaussian. Merged Gaussians go to the end.
    """
    density = stage.mixture.part_densities(xyz_km).T
    total = density.sum(axis=0)
    density = np.ascontiguousarray(density[: stage.mixture.n_gaussians])
    pairs = _touching_pairs(stage.boxes, 0)
    merges: list[Merge] = []
    while True:
        if criterion == "global":
            gain = _global_gains(xyz_km, stage.mixture, density, total, pairs)
        else:
            gain = _local_gains(xyz_km, stage, density, pairs)
        pairs, gain = pairs[gain > 0.0], gain[gain > 0.0]
        if len(pairs) == 0:
            return stage, merges
        batch = _batch(pairs, gain)
        chosen = pairs[batch]
        for (i, j), g in zip(stage.number[chosen], gain[batch], strict=True):
            merges.append(Merge(int(i), int(j), next_number + len(merges), float(g)))
        fused = _merged(stage.mixture, chosen)
        made = np.array([fused.weight[m] * _normal(xyz_km, fused, m) for m in range(len(chosen))])
        # the program carries the mixture's density along in this way, and its floor stays in it
        total = total - density[chosen].sum(axis=(0, 1)) + made.sum(axis=0)
        total = np.maximum(total, LEAST_DENSITY)
        untouched = np.setdiff1d(np.arange(len(density)), chosen)
        density = np.concatenate([density[untouched], made])
        place = _places_after(len(stage.boxes), chosen)
        stage = _joined(stage, chosen, place, merges[-len(chosen) :])
        pairs = place[pairs[~np.isin(pairs, chosen).any(axis=1)]]
        pairs = np.concatenate([pairs, _touching_pairs(stage.boxes, len(untouched))])


def _touching_pairs(boxes: tuple[Box, ...], first_new: int) -> Int[np.ndarray, "m 2"]:
    """Touching pairs (lower, higher), the higher from `first_new` on: the order in which equal gains are taken."""
    higher, lower = np.tril_indices(len(boxes), -1)
    pairs = np.stack([lower, higher], axis=1)[higher >= first_new]
    return pairs[touching(boxes, pairs)]


def _global_gains(
    xyz_km: np.ndarray, mixture: Mixture, density: np.ndarray, total: np.ndarray, pairs: np.ndarray
) -> Float[np.ndarray, " m"]:
    """Gain in BIC/2 of the whole mixture (eq. 3): Σ log p' - Σ log p + 5 log n, with p' after the merge."""
    fused = _merged(mixture, pairs)
    after = np.empty(len(pairs))
    for m, (i, j) in enumerate(pairs):
        replaced = total - density[i] - density[j] + fused.weight[m] * _normal(xyz_km, fused, m)
        after[m] = np.log(np.maximum(replaced, LEAST_DENSITY)).sum()
    return after - np.log(np.maximum(total, LEAST_DENSITY)).sum() + 5.0 * np.log(len(xyz_km))


def _local_gains(xyz_km: np.ndarray, stage: Stage, density: np.ndarray, pairs: np.ndarray) -> Float[np.ndarray, " m"]:
    """Gain in BIC/2 for the n events of two hard sets: two Gaussians weighted by their sets against the merged one.

    The background's density is left out, and the merged Gaussian has the moments of the two in the mixture.
    """
    fused = _merged(stage.mixture, pairs)
    members = [np.flatnonzero(stage.owner == c) for c in range(len(density))]
    size = np.array([len(m) for m in members])
    per_event = size / stage.mixture.weight
    gain = np.empty(len(pairs))
    for m, (i, j) in enumerate(pairs):
        events = np.concatenate([members[i], members[j]])
        separate = (density[i, events] * per_event[i] + density[j, events] * per_event[j]) / len(events)
        together = _normal(xyz_km[events], fused, m)
        gain[m] = np.log(np.maximum(together, LEAST_DENSITY) / np.maximum(separate, LEAST_DENSITY)).sum()
    return gain + 5.0 * np.log(size[pairs].sum(axis=1))


class _Fused(NamedTuple):
    """Gaussians merged from pairs, with what their densities take."""

    weight: np.ndarray
    mean_km: np.ndarray
    covariance_km2: np.ndarray
    precision: np.ndarray
    height: np.ndarray


def _merged(mixture: Mixture, pairs: np.ndarray) -> _Fused:
    """Moment-matched Gaussian of each pair; singular ones have no density anywhere, as in the program."""
    weight, mean, covariance = _moments(mixture, pairs)
    determinant = np.linalg.det(covariance)
    regular = determinant > 0.0
    precision, height = np.zeros_like(covariance), np.zeros(len(pairs))
    precision[regular] = np.linalg.inv(covariance[regular])
    height[regular] = 1.0 / np.sqrt((2.0 * np.pi) ** 3 * determinant[regular])
    return _Fused(weight, mean, covariance, precision, height)


def _normal(xyz_km: np.ndarray, fused: _Fused, m: int) -> np.ndarray:
    """Density of the m-th merged Gaussian, weight one."""
    offset = xyz_km - fused.mean_km[m]
    d2 = np.einsum("ni,ni->n", offset @ fused.precision[m], offset)
    return fused.height[m] * np.exp(-0.5 * d2)


def _moments(mixture: Mixture, pairs: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weight, mean and covariance of the Gaussian with the first moments of each pair."""
    weight = mixture.weight[pairs]
    share = weight / weight.sum(axis=1, keepdims=True)
    mean = np.einsum("mk,mki->mi", share, mixture.mean_km[pairs])
    offset = mixture.mean_km[pairs] - mean[:, None]
    spread = mixture.covariance_km2[pairs] + offset[..., :, None] * offset[..., None, :]
    return weight.sum(axis=1), mean, np.einsum("mk,mkij->mij", share, spread)


def _batch(pairs: np.ndarray, gain: np.ndarray) -> list[int]:
    """Pairs to merge in one round, best first: no pair shares a friend (a fault of positive gain) with a better one."""
    friends: dict[int, set[int]] = {}
    for i, j in pairs.tolist():
        friends.setdefault(i, {i}).add(j)
        friends.setdefault(j, {j}).add(i)
    taken: set[int] = set()
    batch = []
    for m in np.argsort(-gain, kind="stable").tolist():
        i, j = pairs[m].tolist()
        if i not in taken and j not in taken:
            batch.append(m)
            taken |= friends[i] | friends[j]
    return batch


def _places_after(n_gaussians: int, chosen: np.ndarray) -> Int[np.ndarray, " g"]:
    """Where each Gaussian is found after a round: those left alone move up, the merged ones follow in order."""
    place = np.empty(n_gaussians, dtype=np.int64)
    untouched = np.setdiff1d(np.arange(n_gaussians), chosen)
    place[untouched] = np.arange(len(untouched))
    place[chosen] = len(untouched) + np.arange(len(chosen))[:, None]
    return place


def _joined(stage: Stage, chosen: np.ndarray, place: np.ndarray, merges: list[Merge]) -> Stage:
    """The stage after a round: moments matched, boxes drawn around both parents' corners, hard sets united."""
    mixture = stage.mixture
    kept = np.setdiff1d(np.arange(len(place)), chosen)
    weight, mean, covariance = _moments(mixture, chosen)
    return Stage(
        mixture=replace(
            mixture,
            weight=np.concatenate([mixture.weight[kept], weight]),
            mean_km=np.concatenate([mixture.mean_km[kept], mean]),
            covariance_km2=np.concatenate([mixture.covariance_km2[kept], covariance]),
        ),
        boxes=tuple(stage.boxes[k] for k in kept) + tuple(joint_box(stage.boxes[i], stage.boxes[j]) for i, j in chosen),
        number=np.concatenate([stage.number[kept], [merge.merged for merge in merges]]),
        owner=np.where(stage.owner >= 0, place[stage.owner], -1),
    )
