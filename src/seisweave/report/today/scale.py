"""The scale of colours of chances: classes of half a decade or of one, the same for the present and the long term."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from seisweave.report.markup import text
from seisweave.report.words import two_digits

N_COLOURS = 8


@dataclass(frozen=True, eq=False)
class Scale:
    """Edges between the colours of chances, ascending; those below the first have none."""

    edges: Float[np.ndarray, " k"]

    def classes(self, chance: Float[np.ndarray, " *cells"]) -> Int[np.ndarray, " *cells"]:
        """The colour of each chance, -1 below the first edge (and where it is not known)."""
        known = np.nan_to_num(chance, nan=0.0)
        return np.searchsorted(self.edges, known, side="right") - 1

    def legend(self) -> str:
        """The colours with what they mean."""
        ends = [*(_percent(edge) for edge in self.edges), "100"]
        items = [f'<li><span class="swatch none"></span>below {ends[0]} %</li>']
        for k in range(len(self.edges)):
            said = f"{ends[k]} to {ends[k + 1]} %" if k + 1 < len(self.edges) else f"{ends[k]} % or more"
            items.append(f'<li><span class="swatch s{k}"></span>{text(said)}</li>')
        return f'<ul class="scale" aria-label="Chance in a cell">{"".join(items)}</ul>'


def scale_of(now: Float[np.ndarray, " *cells"], usual: Float[np.ndarray, " *cells"]) -> Scale:
    """Edges at 1, 3, 10, ... (at 1, 10, 100, ... where that shows too little) up to the highest chance of both.

    Of half decades where they reach down to the middle one of the usual chances.

    >>> scale_of(np.array([[0.02, 0.0004]]), np.array([[0.0001, 0.0001]])).edges.tolist()
    [0.0001, 0.0003, 0.001, 0.003, 0.01]
    >>> scale_of(np.zeros((1, 1)), np.zeros((1, 1))).edges[-1].item()
    0.01
    """
    both = np.concatenate([now.ravel(), usual.ravel()])
    both = both[np.isfinite(both) & (both > 0.0)]
    top = float(both.max()) if len(both) else 0.01
    some = usual[np.isfinite(usual) & (usual > 0.0)]
    middle = float(np.median(some)) if len(some) else top
    decade = int(np.floor(np.log10(top) + 1e-9))
    half = [step * 10.0**k for k in range(decade - 4, decade + 1) for step in (1.0, 3.0)]
    half = [edge for edge in half if edge <= top * (1.0 + 1e-9)][-N_COLOURS:]
    edges = half if half and half[0] <= middle else [10.0**k for k in range(decade - N_COLOURS + 1, decade + 1)]
    return Scale(np.array([float(f"{edge:.6g}") for edge in _needed(edges, float(both.min()) if len(both) else top)]))


def _needed(edges: list[float], least: float) -> list[float]:
    """Without the edges below the one that the least chance is above."""
    below = sum(edge <= least for edge in edges)
    return edges[max(0, below - 1) :]


def _percent(chance: float) -> str:
    return two_digits(100.0 * chance)
