"""The other way round: which mapped faults have events beside them, and faults of the network upon them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.faults.mapped.nearest import NearestTree
from seisweave.faults.mapped.options import MappedOptions
from seisweave.faults.mapped.rectangles import Beside, Rectangles, Region
from seisweave.faults.roughness import weighted_median
from seisweave.gaussians.orientation import strike_and_dip


@dataclass(frozen=True, eq=False)
class MappedSide:
    """Of each mapped fault (m), as far as it lies within the region and the depths of the network's faults.

    size is that part's area (km²), or the length of a trace (km); 0: it lies elsewhere. strike_deg and dip_deg are of
    its mean normal (NaN: elsewhere, or the dip of a trace). nearest is the network's fault that is nearest to most of
    it, distance_km the median distance of the part from the network's faults, near_share the share of it that is
    within reach of one. n_events counts events within reach whose nearest mapped fault it is; None: not known.
    n_agree counts the network's faults that agree and have it as their nearest.
    """

    size: Float[np.ndarray, " m"]
    total_size: Float[np.ndarray, " m"]
    strike_deg: Float[np.ndarray, " m"]
    dip_deg: Float[np.ndarray, " m"]
    nearest: Int[np.ndarray, " m"]
    distance_km: Float[np.ndarray, " m"]
    near_share: Float[np.ndarray, " m"]
    n_agree: Int[np.ndarray, " m"]
    n_events: Int[np.ndarray, " m"] | None

    @property
    def within(self) -> Bool[np.ndarray, " m"]:
        """Which mapped faults lie within the region and the depths."""
        return self.size > 0

    @property
    def quiet(self) -> Bool[np.ndarray, " m"]:
        """Those within without seismicity: no event within reach; no fault of the network, if events are unknown."""
        none = self.near_share == 0.0 if self.n_events is None else self.n_events == 0
        return self.within & none


def mapped_side(
    tree: NearestTree,
    plates: Rectangles,
    found: Beside,
    options: MappedOptions,
    *,
    region: Region,
    n_mapped: int,
    events_km: Float[np.ndarray, "n 3"] | None,
) -> MappedSide:
    """Look at the network from each mapped fault."""
    near_km, size = options.near_km, _sizes(tree)
    on_map = bool((tree.corners_km[:, 1] == tree.corners_km[:, 2]).all())
    middle = tree.corners_km[:, : 2 if on_map else 3].mean(axis=1)
    top, bottom = plates.corners_km[..., 2].min(), plates.corners_km[..., 2].max()
    here = region.holds(middle[:, :2]) & (middle[:, 2] >= min(top, 0.0)) & (middle[:, 2] <= bottom)
    corners = plates.corners_km[:, [[0, 1, 2], [0, 2, 3]]].reshape(-1, 3, 3)
    if on_map:  # plates that stand upright are lines there
        corners = np.concatenate([corners, corners[:, [0, 1, 1]]])
    number = np.tile(np.repeat(np.arange(len(plates)), 2), len(corners) // (2 * len(plates)))
    away, nearest = NearestTree.of(corners, number).nearest(middle)
    area, events = np.where(here, size, 0.0), events_km
    if on_map and events is not None:
        events = events * [1.0, 1.0, 0.0]
    part = np.bincount(tree.owner, area, n_mapped)
    near = np.bincount(tree.owner, area * (away < near_km), n_mapped)
    strike, dip = _orientations(tree, area, n_mapped)
    common, median = np.full(n_mapped, -1), np.full(n_mapped, np.nan)
    for k in np.flatnonzero(part > 0):
        own = (tree.owner == k) & here
        common[k] = np.bincount(nearest[own], size[own]).argmax()
        median[k] = weighted_median(away[own], size[own])
    return MappedSide(
        size=part,
        total_size=np.bincount(tree.owner, size, n_mapped),
        strike_deg=strike,
        dip_deg=np.full(n_mapped, np.nan) if on_map else dip,
        nearest=common,
        distance_km=median,
        near_share=np.divide(near, part, out=np.full(n_mapped, np.nan), where=part > 0),
        n_agree=np.bincount(found.nearest[found.agrees(near_km, options.parallel_deg)], minlength=n_mapped),
        n_events=None if events is None else _events_beside(tree, events, near_km, n_mapped),
    )


def _sizes(tree: NearestTree) -> Float[np.ndarray, " t"]:
    """Area of each triangle, or length of each line."""
    one, two = tree.corners_km[:, 1] - tree.corners_km[:, 0], tree.corners_km[:, 2] - tree.corners_km[:, 0]
    area = 0.5 * np.linalg.norm(np.cross(one, two), axis=1)
    return np.where((tree.corners_km[:, 1] == tree.corners_km[:, 2]).all(axis=1), np.linalg.norm(one, axis=1), area)


def _orientations(
    tree: NearestTree, area: Float[np.ndarray, " t"], n_mapped: int
) -> tuple[Float[np.ndarray, " m"], Float[np.ndarray, " m"]]:
    """Strike and dip of the principal normal of each mapped fault, weighted by area."""
    outer = np.zeros((n_mapped, 3, 3))
    np.add.at(outer, tree.owner, area[:, None, None] * tree.normal[:, :, None] * tree.normal[:, None])
    strike, dip = np.full(n_mapped, np.nan), np.full(n_mapped, np.nan)
    for k in np.flatnonzero(outer.any(axis=(1, 2))):
        strike[k], dip[k] = strike_and_dip(np.linalg.eigh(outer[k])[1][:, 2])
    return strike, dip


def _events_beside(
    tree: NearestTree, events_km: Float[np.ndarray, "n 3"], near_km: float, n_mapped: int
) -> Int[np.ndarray, " m"]:
    away, owner = tree.nearest(events_km)
    return np.bincount(owner[away < near_km], minlength=n_mapped)
