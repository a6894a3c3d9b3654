"""Events that a part of a mixture of plates can hold.

A plate's densities by error class are not among what is held: of all events times all plates within reach they would
be five numbers more. They are computed again from the plate as it was, to the same bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Held(NamedTuple):
    """Events that a part can hold: their slots, its density there (1/km³), and the plate as it was (None: a halo)."""

    slot: Int[np.ndarray, " s"]
    density: Float[np.ndarray, " s"]
    plate: Float[np.ndarray, " 18"] | None = None


class Reached(NamedTuple):
    """Slots where a plate is above the cut, its density there, and that by error class (1/km³)."""

    slot: Int[np.ndarray, " s"]
    density: Float[np.ndarray, " s"]
    value: Float[np.ndarray, "s k"]
