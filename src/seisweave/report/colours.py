"""Colours of faults: few, which colour-blind readers can distinguish; neighbours differ wherever possible.

The first six are those of Okabe & Ito (2008) that stand out on white and on black alike; two of Tol's follow.
Grey is kept for the background, a greyish brown for halos.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from seisweave.faults.network import FaultNetwork

PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#aa4499", "#999933")
BACKGROUND = "#8a8a8a"
HALO = "#a08a6c"


def fault_colours(network: FaultNetwork) -> list[str]:
    """Colour of each fault, that of most events first: the one whose nearest bearer so far is farthest away."""
    return [PALETTE[c] for c in _assign(network.faults.plates.centre_km, network.planes.corners_km, len(PALETTE))]


def event_colours(colours: list[str], network: FaultNetwork) -> np.ndarray:
    """Colour of each event, as `#rrggbb`: that of its fault or of halos, or grey for background."""
    own = np.array([*colours, BACKGROUND])[network.label]  # -1 picks the last
    return np.where(network.faults.halo_of_event >= 0, HALO, own)


def _assign(
    centre_km: Float[np.ndarray, "g 3"], corners_km: Float[np.ndarray, "g 4 3"], n_colours: int
) -> Int[np.ndarray, " g"]:
    """Choose the colour of each fault (its number), one fault after the other."""
    n = len(centre_km)
    chosen = np.zeros(n, dtype=np.intp)
    marks = np.concatenate([centre_km[:, None], corners_km], axis=1)  # (g, 5, 3)
    for c in range(n):
        nearest = np.full(n_colours, np.inf)
        if c:
            apart = np.linalg.norm(marks[:c, :, None] - marks[c], axis=3).min(axis=(1, 2))
            np.minimum.at(nearest, chosen[:c], apart)
        chosen[c] = nearest.argmax()  # an unused colour is infinitely far, the first of them wins
    return chosen
