"""Which of its two nodal planes slipped: what the plate of the fault says of each.

A mechanism alone cannot say which plane slipped; the fault on which its event lies can. With the angle θ between a
nodal plane and the plate, each plane has the likelihood of an axial von Mises-Fisher distribution about the pole of the
plate (Mardia & Jupp 2000, section 9.3; both ends of a pole are alike),

    p(θ) ∝ κ / (1 - exp(-κ)) · exp(κ (|cos θ| - 1)),    κ = 2 / ε²

with ε² (radians²) the mean square angle: that by which the mechanism's plane is unsure, and the scatter of planes about
plates. Both planes are equally likely beforehand. The scatter is that of the highest likelihood of all mechanisms
together, so that planes of mechanisms that fit their plates badly are told as unsure. That neither plane slipped is not
considered: a misfit that is large for both says so.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

FEWEST, USUAL_DEG = 10, 15.0  # with fewer mechanisms nothing is learned of the scatter, and this is taken
_LARGEST_DEG = 90.0


def listed_probability(
    angle_deg: Float[np.ndarray, "m 2"], rms_deg: Float[np.ndarray, "m 2"]
) -> Float[np.ndarray, " m"]:
    """Probability of the first of two planes, from their angles to the plate and the angles they may be off.

    >>> listed_probability(np.array([[10.0, 80.0], [45.0, 45.0]]), np.full((2, 2), 25.0)).round(3).tolist()
    [1.0, 0.5]
    """
    log_likelihood = _log_likelihood(angle_deg, rms_deg)
    difference = np.clip(log_likelihood[:, 1] - log_likelihood[:, 0], -700.0, 700.0)
    return 1.0 / (1.0 + np.exp(difference))


def scatter_of(angle_deg: Float[np.ndarray, "m 2"], unsure_deg: Float[np.ndarray, "m 2"]) -> float:
    """Scatter of planes about plates (rms), 0..90 degrees, of the highest likelihood; 15 from fewer than 10 mechanisms.

    >>> angle = np.random.default_rng(1).rayleigh(25.0 / np.sqrt(2.0), 400)
    >>> 22.0 < scatter_of(np.column_stack([angle, np.full(400, 85.0)]), np.full((400, 2), 5.0)) < 27.0
    True
    """
    if len(angle_deg) < FEWEST:
        return USUAL_DEG
    tried = np.arange(0.0, _LARGEST_DEG + 0.25, 0.5)
    fit = [np.logaddexp.reduce(_log_likelihood(angle_deg, np.hypot(unsure_deg, each)), axis=1).sum() for each in tried]
    return float(tried[int(np.argmax(fit))])


def _log_likelihood(angle_deg: Float[np.ndarray, "m 2"], rms_deg: Float[np.ndarray, "m 2"]) -> Float[np.ndarray, "m 2"]:
    """Logarithm of the density of each pole about that of the plate, but for a constant."""
    concentration = 2.0 / np.radians(rms_deg) ** 2
    height = np.log(concentration) - np.log(-np.expm1(-concentration))
    return height + concentration * (np.cos(np.radians(angle_deg)) - 1.0)
