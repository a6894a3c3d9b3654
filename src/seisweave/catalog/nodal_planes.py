"""Nodal planes: strike, dip and rake as the pole of a plane and the slip on it, and back.

Angles follow Aki & Richards (2002, section 4.3): the plane dips to the right of its strike, rake is the direction in
which the hanging wall moves, from the strike up the dip (0 left-lateral, 90 thrust, -90 normal, 180 right-lateral).
With strike φ, dip δ and rake λ, in (east, north, down):

    pole  n = ( sin δ cos φ, -sin δ sin φ, -cos δ)                 out of the footwall, upwards
    slip  u = ( cos λ sin φ - sin λ cos δ cos φ,  cos λ cos φ + sin λ cos δ sin φ,  -sin λ sin δ)

The auxiliary plane has u for its pole and n for its slip; where u points downwards both change their sign, which leaves
the mechanism what it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class NodalPlanes:
    """n planes with a direction of slip each: strike 0..360, dip 0..90, rake -180..180, degrees.

    >>> upright = NodalPlanes(np.array([0.0]), np.array([90.0]), np.array([0.0]))  # left-lateral, to the north
    >>> other = upright.auxiliary
    >>> other.strike_deg.round(6).tolist(), other.dip_deg.round(6).tolist(), abs(other.rake_deg).round(6).tolist()
    ([270.0], [90.0], [180.0])
    """

    strike_deg: Float[np.ndarray, " n"]
    dip_deg: Float[np.ndarray, " n"]
    rake_deg: Float[np.ndarray, " n"]

    def __len__(self) -> int:
        return len(self.strike_deg)

    @property
    def pole(self) -> Float[np.ndarray, "n 3"]:
        """Unit poles (east, north, down), out of the footwall: never downwards."""
        strike, dip = np.radians(self.strike_deg), np.radians(self.dip_deg)
        return np.stack([np.sin(dip) * np.cos(strike), -np.sin(dip) * np.sin(strike), -np.cos(dip)], axis=-1)

    @property
    def slip(self) -> Float[np.ndarray, "n 3"]:
        """Unit vectors (east, north, down) in which the hanging wall moves."""
        along, up = _along_and_up(self.strike_deg, self.dip_deg)
        rake = np.radians(self.rake_deg)[:, None]
        return np.cos(rake) * along + np.sin(rake) * up

    @property
    def auxiliary(self) -> NodalPlanes:
        """The other nodal plane of each mechanism, with the slip on it."""
        return planes_of(self.slip, self.pole)

    def take(self, rows: np.ndarray) -> NodalPlanes:
        """Planes of a mask or of positions."""
        return NodalPlanes(self.strike_deg[rows], self.dip_deg[rows], self.rake_deg[rows])


def planes_of(pole: Float[np.ndarray, "n 3"], slip: Float[np.ndarray, "n 3"]) -> NodalPlanes:
    """Strike, dip and rake of unit poles and of the unit slip across each (east, north, down).

    Both may be turned round together. A level plane has strike 0, and its slip is told by the rake alone.

    >>> made = planes_of(np.array([[1.0, 0.0, 0.0]]), np.array([[0.0, 1.0, 0.0]]))
    >>> made.strike_deg.tolist(), made.dip_deg.tolist(), made.rake_deg.tolist()
    ([0.0], [90.0], [0.0])
    """
    sign = np.where(pole[:, 2:] > 0, -1.0, 1.0)
    pole, slip = sign * pole, sign * slip
    dip = np.degrees(np.arccos(np.clip(-pole[:, 2], -1.0, 1.0)))
    level = np.hypot(pole[:, 0], pole[:, 1]) < 1e-12
    strike = np.where(level, 0.0, np.degrees(np.arctan2(-pole[:, 1], pole[:, 0])) % 360.0)
    along, up = _along_and_up(strike, dip)
    rake = np.degrees(np.arctan2((slip * up).sum(axis=1), (slip * along).sum(axis=1)))
    return NodalPlanes(strike, dip, rake)


def angles_between(one: Float[np.ndarray, "*n 3"], other: Float[np.ndarray, "*n 3"]) -> Float[np.ndarray, "*n"]:
    """Angles between planes, 0..90 degrees, from their unit poles, whichever way these point.

    >>> angles_between(np.array([[1.0, 0.0, 0.0]]), np.array([[-1.0, 0.0, 0.0]])).tolist()
    [0.0]
    """
    return np.degrees(np.arccos(np.clip(np.abs((one * other).sum(axis=-1)), 0.0, 1.0)))


def _along_and_up(
    strike_deg: Float[np.ndarray, " n"], dip_deg: Float[np.ndarray, " n"]
) -> tuple[Float[np.ndarray, "n 3"], Float[np.ndarray, "n 3"]]:
    """Unit vectors along the strike and up the dip of each plane."""
    strike, dip = np.radians(strike_deg), np.radians(dip_deg)
    along = np.stack([np.sin(strike), np.cos(strike), np.zeros_like(strike)], axis=-1)
    up = np.stack([-np.cos(dip) * np.cos(strike), np.cos(dip) * np.sin(strike), -np.sin(dip)], axis=-1)
    return along, up
