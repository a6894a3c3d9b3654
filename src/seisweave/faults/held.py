"""Events that a part of a mixture of plates can hold.

A plate's densities by error class are held for few events only: of all events times all plates within reach they would
be five numbers more. Of more events they are computed again from the plate as it was, to the same bits.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int


class Held(NamedTuple):
    """Events that a part can hold: their slots, its density there (1/km³), the plate as it was, and that by class.

    A halo has no plate; by class there is None where it is to be computed again.
    """

    slot: Int[np.ndarray, " s"]
    density: Float[np.ndarray, " s"]
    plate: Float[np.ndarray, " 18"] | None = None
    value: Float[np.ndarray, "s k"] | None = None


class Reached(NamedTuple):
    """Slots where a plate is above the cut, its density there, and that by error class (1/km³)."""

    slot: Int[np.ndarray, " s"]
    density: Float[np.ndarray, " s"]
    value: Float[np.ndarray, "s k"]
