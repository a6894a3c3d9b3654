"""What both steps work on: Gaussians best located first, scaled and factorised, with their ranks and streams."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int

from seisweave.condensation.event_gaussians import EventGaussians
from seisweave.condensation.options import CondensationOptions
from seisweave.condensation.ranking import Ranking, rank_gaussians, size_classes
from seisweave.condensation.tree import Shapes, plant_tree, shape_gaussians

BOX = 4.0  # half side of the reference's box, in sizes


@dataclass(frozen=True, eq=False)
class Prepared:
    """Gaussians numbered from the best located, as the compiled loops take them."""

    ranking: Ranking
    shapes: Shapes
    rank: Int[np.ndarray, " m"]
    event: Int[np.ndarray, " m"]
    weight: np.ndarray
    dimensions: int
    options: CondensationOptions
    threads: int

    def __len__(self) -> int:
        return len(self.event)

    def arrays(self) -> Any:
        """The named tuple of the compiled loops."""
        from seisweave.condensation import _condense_numba as compiled

        box_km = np.full((len(self), 3), np.inf)
        if self.options.vote == "reference":
            box_km[:, : self.dimensions] = BOX * self.ranking.size_km[:, None] / self.shapes.scale_km[: self.dimensions]
        shapes = self.shapes
        return compiled.Gaussians(
            shapes.mean,
            shapes.root,
            shapes.log_root,
            self.rank,
            self.event,
            self.ranking.stream,
            box_km,
            self.dimensions,
        )

    def tree(self, wanted: np.ndarray, weight: np.ndarray) -> Any:
        """The tree over some of the Gaussians."""
        return plant_tree(self.shapes, np.column_stack([self.rank, self.event]), wanted, weight)


def side_by_side(work: Callable[[np.ndarray], None], items: np.ndarray, pool: ThreadPoolExecutor, each: int) -> None:
    """Call work(part of items) by threads, at most `each` items at once."""
    list(pool.map(work, np.array_split(items, max(1, -(-len(items) // each)))))


def prepare(
    gaussians: EventGaussians, options: CondensationOptions, threads: int, tie: np.ndarray | None = None
) -> Prepared:
    """Rank, scale and factorise."""
    ranking = rank_gaussians(gaussians, options.seed, tie)
    rows = ranking.position
    return Prepared(
        ranking,
        shape_gaussians(gaussians.mean_km[rows], gaussians.covariance_km2[rows], options.min_sigma_km),
        size_classes(ranking.size_km, options.vote),
        gaussians.event[rows],
        gaussians.weight[rows],
        gaussians.dimensions,
        options,
        threads,
    )
