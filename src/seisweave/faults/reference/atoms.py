"""Subsets and proto-faults of the Ward tree as the published program of Kamer, Ouillon & Sornette (2020) cuts them.

Unlike the paper (section 3.1 (ii)), which walks the whole tree, the program tries about 0.23 n of the cuts between
0.1 n and n/3 clusters. Clusters are numbered by the order in which the tree made them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.atomize import MIN_POINTS
from seisweave.faults.reference.boxes import program_box
from seisweave.gaussians.mixture import Mixture, no_boxes


@dataclass(frozen=True, eq=False)
class ProgramAtoms:
    """The cut with the most valid clusters: how many clusters in all, and the mixture made of them."""

    n_clusters: int
    mixture: Mixture


def atomize_as_program(xyz_km: Float[np.ndarray, "n 3"], linkage: Float[np.ndarray, "m 4"]) -> ProgramAtoms | None:
    """Cut the tree at its holding capacity; None where no cut tried has a cluster of four.

    Every cluster of at least four points gives a Gaussian: mean, unbiased covariance (singular ones included; they
    win no events and die in the refresh), weight. All other points share one background, whose box is drawn around
    all points, not around its own (the paper says both).
    """
    n_merges = _best_cut(linkage)
    if n_merges is None:
        return None
    node = _nodes_above(linkage, n_merges)[: len(xyz_km)]
    nodes, cluster, size = np.unique(node, return_inverse=True, return_counts=True)
    members = [np.flatnonzero(cluster == c) for c in np.flatnonzero(size >= MIN_POINTS)]
    n = len(xyz_km)
    n_others = n - sum(len(m) for m in members)
    gaussians = {
        "weight": np.array([len(m) / n for m in members]),
        "mean_km": np.array([xyz_km[m].mean(axis=0) for m in members]),
        "covariance_km2": np.array([_covariance(xyz_km[m]) for m in members]),
    }
    return ProgramAtoms(len(nodes), Mixture(**gaussians, **_background(xyz_km, n_others / n)))


def tree_subsets(
    linkage: Float[np.ndarray, "m 4"], subsets: int
) -> list[tuple[Int[np.ndarray, " p"], Float[np.ndarray, "q 4"]]]:
    """Cut the tree into `subsets` clusters: the events of each (ascending) and the part of the tree below it."""
    n = len(linkage) + 1
    n_merges = _merges_down_to(linkage[:, 2], subsets)
    top = _nodes_above(linkage, n_merges)
    cut = []
    for node in np.unique(top[:n]):
        events = np.flatnonzero(top[:n] == node)
        merges = np.flatnonzero(top[n : n + n_merges] == node)
        number = np.empty(len(top), dtype=np.int64)
        number[events] = np.arange(len(events))
        number[n + merges] = len(events) + np.arange(len(merges))
        own = linkage[merges].copy()
        own[:, :2] = number[own[:, :2].astype(np.int64)]
        cut.append((events, own))
    return cut


def _best_cut(linkage: np.ndarray) -> int | None:
    """Number of merges made at the cut with the most valid clusters; of equal ones the cut with the most clusters."""
    n = len(linkage) + 1
    valid = _valid_after(linkage)
    best, most = None, 0
    for clusters in _cuts_tried(n).tolist():
        n_merges = _merges_down_to(linkage[:, 2], clusters)
        if valid[n_merges] > 0 and valid[n_merges] >= most:
            best, most = n_merges, valid[n_merges]
    return best


def _cuts_tried(n: int) -> Int[np.ndarray, " k"]:
    """Numbers of clusters the program tries, ascending: evenly spaced, rounded, so that a few are left out."""
    most = n // 3
    least = 0.3 * most
    tried = np.round(np.linspace(least, most, max(1, round(most - least)))).astype(int)
    return np.unique(tried[tried > 0])


def _merges_down_to(height: np.ndarray, clusters: int) -> int:
    """Merges made when the tree is cut into at most this many clusters: ties in height are all made."""
    n = len(height) + 1
    if clusters >= n:
        return 0
    return int(np.searchsorted(height, height[n - clusters - 1], side="right"))


def _valid_after(linkage: np.ndarray) -> Int[np.ndarray, " n"]:
    """Number of clusters of at least four points after 0, 1, 2, ... merges."""
    n = len(linkage) + 1
    size = np.concatenate([np.ones(n), linkage[:, 3]])
    valid = (size >= MIN_POINTS).astype(int)
    children = linkage[:, :2].astype(np.int64)
    return np.concatenate([[0], np.cumsum(valid[n:] - valid[children].sum(axis=1))])


def _nodes_above(linkage: np.ndarray, n_merges: int) -> Int[np.ndarray, " nodes"]:
    """For each point and each merge made, the topmost node above it (itself where there is none)."""
    n = len(linkage) + 1
    top = np.arange(n + len(linkage))
    children = linkage[:, :2].astype(np.int64)
    for m in range(n_merges - 1, -1, -1):
        top[children[m]] = top[n + m]
    return top


def _covariance(xyz_km: np.ndarray) -> np.ndarray:
    """Unbiased covariance; zero where it is singular to rounding, which no density function could tell apart."""
    covariance = np.cov(xyz_km, rowvar=False)
    values = np.linalg.eigvalsh(covariance)
    return covariance if values[0] > 1e-12 * values[2] else np.zeros((3, 3))


def _background(xyz_km: np.ndarray, weight: float) -> dict[str, Any]:
    """Fields of the one background; none where no point is left for it."""
    if weight == 0.0:
        return no_boxes()
    box = program_box(xyz_km)
    return {
        "box_weight": np.array([weight]),
        "box_centre_km": box.centre_km[None],
        "box_axes": box.axes[None],
        "box_half_km": box.half_km[None],
    }
