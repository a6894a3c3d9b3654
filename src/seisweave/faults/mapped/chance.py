"""What chance gives: the same plates, moved and turned at random, beside the same mapped faults."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Shaped

from seisweave.faults.mapped.nearest import NearestTree
from seisweave.faults.mapped.options import MappedOptions
from seisweave.faults.mapped.rectangles import Rectangles, Region, beside
from seisweave.progress import Progress, Step
from seisweave.spreading import spread

_PIECES = 40  # that the draws are made in


@dataclass(frozen=True, eq=False)
class Chance:
    """Of d draws and f plates: which agree; and how far each plate is from mapped faults in the median of the draws."""

    agree: Bool[np.ndarray, "d f"]
    distance_km: Float[np.ndarray, " f"]

    def shares(self, weight: Shaped[np.ndarray, " f"]) -> Float[np.ndarray, " d"]:
        """The share of the weight that agrees, in each draw.

        >>> Chance(np.array([[True, False], [True, True]]), np.zeros(2)).shares(np.array([3.0, 1.0])).tolist()
        [0.75, 1.0]
        """
        return self.agree @ weight / max(float(weight.sum()), 1e-300)


@dataclass(frozen=True)
class Share:
    """A share that agrees, what chance gives in the mean, from the 2.5th to the 97.5th percentile, and how often more.

    p_value is the share of the draws, the network itself among them, that agree at least as much.
    """

    found: float
    chance: float
    chance_low: float
    chance_high: float
    p_value: float

    @classmethod
    def of(cls, found: float, draws: Float[np.ndarray, " d"]) -> Share:
        """Compare with draws.

        >>> Share.of(0.5, np.array([0.1, 0.2, 0.3])).p_value
        0.25
        """
        low, high = np.quantile(draws, [0.025, 0.975])
        more = (1 + int((draws >= found - 1e-12).sum())) / (1 + len(draws))
        return cls(float(found), float(draws.mean()), float(low), float(high), more)


def by_chance(
    plates: Rectangles,
    tree: NearestTree,
    region: Region,
    options: MappedOptions,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Chance:
    """Draw; each draw has a seed of its own, so that the numbers do not depend on the number of threads."""
    n, seeds = options.draws, np.random.SeedSequence(options.seed).spawn(options.draws)
    agree, distance = np.zeros((n, len(plates)), bool), np.zeros((n, len(plates)), np.float32)
    each = -(-n // _PIECES)
    pieces = [(plates, tree, region, options, seeds[k : k + each]) for k in range(0, n, each)]
    done = 0
    for drawn in spread(_draw, pieces, jobs=jobs):
        for agrees, distance_km in drawn:
            agree[done], distance[done] = agrees, distance_km
            done += 1
        if progress is not None:
            progress(Step("chance", done / n))
    return Chance(agree, np.median(distance, axis=0).astype(float))


def _draw(
    plates: Rectangles, tree: NearestTree, region: Region, options: MappedOptions, seeds: list[np.random.SeedSequence]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Of each draw: which plates agree, and how far from each the nearest mapped fault is."""
    found = [beside(plates.moved(region, options.move_km, np.random.default_rng(seed)), tree) for seed in seeds]
    return [(each.agrees(options.near_km, options.parallel_deg), each.distance_km) for each in found]
