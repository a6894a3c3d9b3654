"""What merging and refinement write down as they go."""

from __future__ import annotations

from typing import NamedTuple


class Merge(NamedTuple):
    """Two rows of a workspace that became one, the first, and the gain in BIC/2."""

    first: int
    second: int
    gain: float


class Drop(NamedTuple):
    """A row that was given back to the background: after how many merges, and the gain in BIC/2."""

    n_merges: int
    row: int
    gain: float
