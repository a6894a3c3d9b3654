"""The arrays that merging and refinement change in place: one workspace for each set of points.

A workspace holds the points in k-d order, the current Gaussians (rows), their supports (which points they
reach, and how densely), their members (events assigned to them), the backgrounds, and the candidate pairs. A
Gaussian that adds less than the share `Strictness.cut` to the density at a point counts as absent there;
`docs/concepts/faults.md` says what that costs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.faults.arrays import copied, new_changes, new_lookup, new_pairs, new_parts, new_scratch, packed
from seisweave.faults.points import OrderedPoints
from seisweave.faults.state import (
    ACTIVE,
    LOG_PEAK,
    MEMBER,
    MERGED,
    PAIR,
    PENDING,
    SUPPORT,
    Above,
    Points,
    Pools,
    Scratch,
)
from seisweave.faults.steps import Merge
from seisweave.faults.strictness import QUICK, Strictness
from seisweave.gaussians.backgrounds import Shape

_MOST_BLOCKS = 64  # of points, in which the effect of a merge is remembered
_LOWEST = 1e-12  # of the densest background, where one fades away


@dataclass(frozen=True, eq=False)
class Gaussians:
    """Loose arrays of g Gaussians: weight, mean, covariance (xx, xy, xz, yy, yz, zz)."""

    weight: Float[np.ndarray, " g"]
    mean: Float[np.ndarray, "g 3"]
    covariance: Float[np.ndarray, "g 6"]

    def __len__(self) -> int:
        return len(self.weight)


@dataclass(frozen=True, eq=False)
class Background:
    """Uniform boxes, or backgrounds of other shapes, with their weights."""

    weight: Float[np.ndarray, " b"]
    boxes: tuple[Shape, ...]


class Sweep(NamedTuple):
    """How many merges there were when merging began, and when all pairs were last evaluated."""

    begun: int
    swept: int


class Workspace:
    """Points, Gaussians and boxes as compiled loops want them; see `state.py` for the named tuples."""

    def __init__(
        self,
        points: OrderedPoints,
        gaussians: Gaussians,
        background: Background,
        *,
        min_sigma_km: float,
        local: bool,
        threads: int = 1,
        strictness: Strictness = QUICK,
    ) -> None:
        n, g = len(points), len(gaussians)
        self.ordered, self.background, self.local, self.threads = points, background, local, threads
        self.least_variance, self.strictness = min_sigma_km**2, strictness
        self.inside, self.relative = [], []
        for box in background.boxes:  # one at a time: there may be many, each as long as the catalog
            density = box.relative_density(points.xyz)
            self.inside.append(np.flatnonzero(density))
            self.relative.append(density[self.inside[-1]])
        self.points = Points(
            xyz=points.xyz,
            base=np.empty(n),
            density=np.empty(n),
            cut=np.empty(n),
            node=points.node.copy(),
            block=self._blocks(),
        )
        self.parts = new_parts(gaussians.weight, gaussians.mean, gaussians.covariance, self.least_variance)
        self.pools = Pools(slot=np.empty(8 * n, np.int32), value=np.empty(8 * n), member=np.empty(2 * n, np.int64))
        self.pairs = new_pairs(max(1000, 40 * g), self.n_blocks)
        self.changes = new_changes(g, self.n_blocks)
        self.scratch = [self._new_scratch()]
        self.merges: list[Merge] = []
        self.sweep: Sweep | None = None
        self.tally = np.zeros(6, np.int64)
        self.tally[ACTIVE] = g
        self.look_up()
        self.set_background_weight(background.weight)
        self.points.density[:] = self.points.base

    def __len__(self) -> int:
        return int(self.tally[ACTIVE])

    @property
    def rows(self) -> Int[np.ndarray, " g"]:
        """Rows of the Gaussians that are left, ascending."""
        return np.sort(self.parts.active[: len(self)])

    @property
    def gaussians(self) -> Gaussians:
        """The Gaussians that are left, in the order of their rows."""
        rows = self.rows
        return Gaussians(self.parts.weight[rows], self.parts.mean[rows], self.parts.covariance[rows])

    @property
    def last_gain(self) -> float:
        """Gain of the last merge, NaN before the first."""
        return self.merges[-1].gain if self.merges else float("nan")

    def box_height(self, b: int) -> float:
        """Weighted density inside box b, the highest of another shape, 1/km³."""
        return float(self.background.weight[b] / self.background.boxes[b].volume_km3)

    def box_density(self, b: int) -> Float[np.ndarray, " n"]:
        """Weighted density of box b at every point: its height inside, zero outside."""
        density = np.zeros(len(self.ordered))
        density[self.inside[b]] = self.box_height(b) * self.relative[b]
        return density

    def box_above(self, b: int) -> Above:
        """The same where it is above zero."""
        return Above(self.inside[b], self.box_height(b) * self.relative[b])

    def set_background_weight(self, weight: Float[np.ndarray, " b"]) -> None:
        """Give the boxes new weights and lay their densities under all points."""
        self.background = Background(weight, self.background.boxes)
        base = self.points.base
        base[:] = 0.0
        for b, inside in enumerate(self.inside):
            base[inside] += self.box_height(b) * self.relative[b]
        positive = base[base > 0]
        # without a background: one event spread over the points' own box
        volume = np.prod(np.maximum(np.ptp(self.points.xyz, axis=1), np.sqrt(self.least_variance)))
        lowest = max(positive.min(), _LOWEST * positive.max()) if len(positive) else 1.0 / (len(base) * volume)
        self.floor = float(lowest)
        np.maximum(base, 1e-12 * self.floor, out=base)

    def set_weights(self, rows: Int[np.ndarray, " g"], weight: Float[np.ndarray, " g"]) -> None:
        """Give Gaussians new weights, means and covariances staying."""
        self.parts.shape[rows, LOG_PEAK] += np.log(weight / self.parts.weight[rows])
        self.parts.weight[rows] = weight

    def list_supports(self) -> None:
        """E step: which points each Gaussian reaches, and the density of the whole mixture."""
        from seisweave.faults import _mixture_numba as mixing

        self._set_cut()
        while not mixing.expect(self.points, self.parts, self.pools, self.tally, self.scratch[0]):
            self._grow_pools()

    def set_members(self, part: Int[np.ndarray, " n"]) -> None:
        """Make the events of slot s members of the Gaussian in row part[s] (-1: of no Gaussian)."""
        self._assign(part.astype(np.int64), np.full(len(part), np.inf))

    def assign_members(self) -> Bool[np.ndarray, " n"]:
        """Assign every event to its most likely part; returns which of them went to a box. Needs supports."""
        part = np.full(len(self.ordered), -1)
        best = np.zeros(len(part))
        for b, inside in enumerate(self.inside):
            best[inside] = np.maximum(best[inside], self.box_height(b) * self.relative[b])
        self._assign(part, best)
        return part < 0

    def find_pairs(self, reach: float, most_loss: float) -> None:
        """List the pairs of Gaussians whose boxes (± reach σ, and their members) overlap, hopeless ones left out."""
        from seisweave.faults import _boxes_numba as boxes
        from seisweave.faults import _merge_numba as merging

        boxes.fit_boxes(self.points, self.parts, self.pools, self.tally, reach)
        order = self.rows[np.argsort(self.parts.bounds[self.rows, 0], kind="stable")]
        self.tally[PAIR] = self.tally[MERGED] = 0
        self.look_up()
        while not merging.find_pairs(self.parts, self.pairs, self.lookup, self.tally, order, most_loss):
            self.pairs = new_pairs(2 * len(self.pairs.first), self.n_blocks)
            self.tally[PAIR] = 0
            self.look_up()

    def look_up(self) -> None:
        """Lay anew what finds pairs and neighbours: after what changed pairs, boxes or rows in any other way."""
        self.lookup = new_lookup(self.parts, self.pairs, self.tally)

    def remove(self, row: int, share: float, box: Above) -> None:
        """Take a Gaussian out of the mixture, and let the background that takes its weight grow by a share."""
        density, base, parts = self.points.density, self.points.base, self.parts
        listed = slice(parts.support[row], parts.support[row] + parts.support_length[row])
        slot = self.pools.slot[listed]
        density[slot] = np.maximum(density[slot] - self.pools.value[listed], base[slot])
        density[box.slot] += share * box.density
        base[box.slot] += share * box.density
        last = self.tally[ACTIVE] - 1
        parts.active[: last + 1][parts.active[: last + 1] == row] = parts.active[last]
        self.tally[ACTIVE] = last

    def make_room(self) -> None:
        """Close the gaps in the pools of supports and members; make those longer that stay nearly full."""
        if self.tally[PAIR] + len(self) > len(self.pairs.first):
            self.pairs = copied(self.pairs, 2 * len(self.pairs.first))
            self.look_up()
        kept = packed(self.parts.support, self.parts.support_length, self.rows)
        self.tally[SUPPORT] = len(kept)
        self.pools.slot[: len(kept)], self.pools.value[: len(kept)] = (
            self.pools.slot[kept],
            self.pools.value[kept],
        )
        kept = packed(self.parts.members, self.parts.members_length, self.rows)
        self.tally[MEMBER] = len(kept)
        self.pools.member[: len(kept)] = self.pools.member[kept]
        if self.tally[SUPPORT] > 0.7 * len(self.pools.slot):
            self._grow_pools()

    def evaluate_all(self) -> None:
        """Put every pair on the list of those to evaluate."""
        self.tally[PENDING] = count = self.tally[PAIR]
        self.pairs.todo[:count] = np.arange(count)
        self.pairs.seen[:count] = self.tally[MERGED]

    def scratches(self) -> list[Scratch]:
        """Room to work in, one for each thread."""
        while len(self.scratch) < self.threads:
            self.scratch.append(self._new_scratch())
        return self.scratch

    def _blocks(self) -> Int[np.ndarray, " n"]:
        """Number of the block of neighbouring points that each slot is in."""
        n = len(self.ordered)
        self.n_blocks = 1 if self.local else int(min(_MOST_BLOCKS, len(self.ordered.node) // 2))
        edges = np.arange(1, self.n_blocks) * n // self.n_blocks
        return np.searchsorted(edges, np.arange(n), side="right").astype(np.int32)

    def _set_cut(self) -> None:
        """Density that a Gaussian must exceed at a point to count there, from the mixture's current density."""
        from seisweave.faults import _tree_numba as tree

        np.multiply(self.points.density, self.strictness.cut, out=self.points.cut)
        tree.lowest_below(np.log(self.points.cut), self.points.node)

    def _assign(self, part: np.ndarray, best: np.ndarray) -> None:
        from seisweave.faults import _mixture_numba as mixing

        mixing.assign(self.points, self.parts, self.pools, self.tally, part, best)

    def _grow_pools(self) -> None:
        self.pools = copied(self.pools, 2 * len(self.pools.slot))._replace(member=self.pools.member)

    def _new_scratch(self) -> Scratch:
        return new_scratch(len(self.ordered), len(self.ordered.node), self.n_blocks)
