"""Planted fault rectangles: where they lie, and the directions along, down and across each of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Integer


@dataclass(frozen=True, eq=False)
class FaultRectangles:
    """Rectangles of g faults: the truth that a reconstruction is asked for.

    strike_deg 0..360 and dip_deg 0..90 by the right-hand rule (the fault dips to the right of its strike);
    length_km along the strike, width_km down the dip; centre_km is (x_km east, y_km north, depth_km positive
    down).

    >>> strike, dip, length, width = (np.array([value]) for value in (0.0, 90.0, 20.0, 10.0))
    >>> fault = FaultRectangles(strike, dip, length, width, np.array([[0.0, 0.0, 5.0]]))
    >>> corner = fault.place(np.array([0]), np.array([[10.0, 5.0, 0.0]]))  # its lower end in the north
    >>> (corner.round(6) + 0.0).tolist()
    [[0.0, 10.0, 10.0]]
    """

    strike_deg: Float[np.ndarray, " g"]
    dip_deg: Float[np.ndarray, " g"]
    length_km: Float[np.ndarray, " g"]
    width_km: Float[np.ndarray, " g"]
    centre_km: Float[np.ndarray, "g 3"]

    def __len__(self) -> int:
        return len(self.strike_deg)

    @property
    def axes(self) -> Float[np.ndarray, "g 3 3"]:
        """Unit vectors of each fault, one a row: along its strike, down its dip, across it (upwards).

        >>> faults = FaultRectangles(*(np.array([v]) for v in (90.0, 30.0, 20.0, 10.0)), np.zeros((1, 3)))
        >>> faults.axes[0].round(3) + 0.0  # strikes east, dips 30 degrees to the south
        array([[ 1.   ,  0.   ,  0.   ],
               [ 0.   , -0.866,  0.5  ],
               [ 0.   , -0.5  , -0.866]])
        """
        strike, dip = np.radians(self.strike_deg), np.radians(self.dip_deg)
        flat = np.zeros_like(strike)
        along = np.stack([np.sin(strike), np.cos(strike), flat], axis=-1)
        right = np.stack([np.cos(strike), -np.sin(strike), flat], axis=-1)
        downward = np.array([0.0, 0.0, 1.0])
        down = np.cos(dip)[:, None] * right + np.sin(dip)[:, None] * downward
        across = np.sin(dip)[:, None] * right - np.cos(dip)[:, None] * downward
        return np.stack([along, down, across], axis=1)

    def place(self, fault: Integer[np.ndarray, " n"], local_km: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n 3"]:
        """Turn offsets from the centres of the given faults (along, down, across; km) into (x, y, depth)."""
        return self.centre_km[fault] + np.einsum("nk,nkj->nj", local_km, self.axes[fault])

    def local(self, fault: Integer[np.ndarray, " n"], xyz_km: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n 3"]:
        """Turn (x, y, depth) into offsets from the centres of the given faults: the inverse of `place`."""
        return np.einsum("nj,nkj->nk", xyz_km - self.centre_km[fault], self.axes[fault])
