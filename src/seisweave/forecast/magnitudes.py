"""The Gutenberg-Richter law of a catalog: completeness, b, and how events share out over magnitude bins.

Completeness is the fullest 0.1 bin plus 0.2 (Woessner & Wiemer 2005, BSSA 95, 684-698: maximum curvature with the
correction in use since); b is the maximum-likelihood value for magnitudes given in steps (Tinti & Mulargia 1987, BSSA
77, 2125-2134), its error that of Shi & Bolt (1982, BSSA 72, 1677-1687).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.errors import InputError

STEP = 0.1
_CORRECTION = 0.2
_FEWEST = 30


@dataclass(frozen=True)
class GutenbergRichter:
    """log10 N(>= m) = const - b (m - completeness), from n_complete events at or above the completeness.

    >>> GutenbergRichter(b=1.0, b_error=0.05, completeness=2.0, n_complete=1000).share_above(4.0)
    0.01
    """

    b: float
    b_error: float
    completeness: float
    n_complete: int

    def share_above(self, magnitude: float) -> float:
        """Expected number of events at or above a magnitude, as a share of those above the completeness."""
        return float(10.0 ** (-self.b * (magnitude - self.completeness)))

    def bin_shares(self, lower: Float[np.ndarray, " m"]) -> Float[np.ndarray, " m"]:
        """Share of each magnitude bin among events at or above the first; the last bin has no upper end."""
        above = 10.0 ** (-self.b * (lower - lower[0]))
        return above - np.append(above[1:], 0.0)


def fit_gutenberg_richter(magnitude: Float[np.ndarray, " n"], *, completeness: float | None = None) -> GutenbergRichter:
    """Fit b above a completeness, which is found too unless given; unknown magnitudes (NaN) are left out.

    Errors: InputError where fewer than 30 events are complete.

    >>> drawn = 1.95 + np.random.default_rng(1).exponential(1 / np.log(10), 20_000)
    >>> law = fit_gutenberg_richter(np.round(drawn, 1), completeness=2.0)
    >>> abs(law.b - 1.0) < 3 * law.b_error
    True
    """
    tenth = np.rint(magnitude[np.isfinite(magnitude)] / STEP).astype(int)
    if completeness is None:
        completeness = _completeness(tenth)
    complete = tenth[tenth >= round(completeness / STEP)]
    if len(complete) < _FEWEST:
        raise InputError(
            f"{len(complete)} events at or above magnitude {completeness:.1f}; b needs {_FEWEST}, give more"
        )
    excess = complete.mean() * STEP - completeness
    if excess <= 0.0:
        raise InputError(f"all {len(complete)} complete events have the same magnitude; b needs a range of them")
    b = float(np.log1p(STEP / excess) / (STEP * np.log(10.0)))
    spread = float(
        np.sqrt(np.square(STEP * (complete - complete.mean())).sum() / (len(complete) * (len(complete) - 1)))
    )
    return GutenbergRichter(b, float(np.log(10.0) * b * b * spread), float(round(completeness, 10)), len(complete))


def _completeness(tenth: np.ndarray) -> float:
    """The fullest bin, and a little more."""
    if len(tenth) == 0:
        raise InputError("no event has a magnitude; a rate of magnitudes needs a catalog with magnitudes")
    fullest = tenth.min() + int(np.bincount(tenth - tenth.min()).argmax())
    return float(STEP * fullest + _CORRECTION)
