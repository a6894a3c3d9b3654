"""How rates of a model by place are corrected by what earlier fits of it said of years that they had not seen.

A network is surer of itself than the future bears out, and knows less of swarms than one neuron that counts small
events (`baselines.py`). Its rates are therefore corrected, and lean on those of the neuron, λ₁:

    ln λ' = c + shift + slope · (ln λ - c) + lean · (ln λ₁ - c₁)        c, c₁ the means where events came

all three fitted to what earlier networks and neurons nowcast of the last years, which they had not seen, all thresholds
together, with normal priors around 0, 1 and 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Float32

from seisweave.evaluation.chances import chance_of

MOST_LOG_RATE = 3.0  # e³ = 20 events a day: certainty, for a question of at least one
SHIFT_PRIOR, SLOPE_PRIOR, LEAN_PRIOR = 0.5, 0.25, 0.25


@dataclass(frozen=True)
class Correction:
    """Shift, slope and lean of the logarithm of rates, and the points that slope and lean turn around."""

    shift: float = 0.0
    slope: float = 1.0
    lean: float = 0.0
    centre: float = 0.0
    neuron_centre: float = 0.0

    def __call__(
        self, log_rate: Float32[np.ndarray, "*shape"], neuron: Float32[np.ndarray, "*shape"]
    ) -> Float[np.ndarray, "*shape"]:
        """The corrected chance of at least one event, from the logarithms of both rates."""
        corrected = self.slope * (log_rate.astype(np.float64) - self.centre)
        corrected += self.lean * (neuron.astype(np.float64) - self.neuron_centre)
        return chance_of(np.exp(np.minimum(self.centre + self.shift + corrected, MOST_LOG_RATE)))


def fit_correction(
    log_rate: Float32[np.ndarray, "t m rows columns"],
    neuron: Float32[np.ndarray, "t m rows columns"],
    happened: Bool[np.ndarray, "t m rows columns"],
) -> Correction:
    """Shift, slope and lean of highest posterior probability; none where no event came."""
    from scipy.optimize import minimize

    if not happened.any():
        return Correction()
    logs = [np.minimum(x.astype(np.float64), MOST_LOG_RATE) for x in (log_rate, neuron)]
    centre = [float(x[happened].mean()) for x in logs]
    came, other = (np.stack([x[rows] - c for x, c in zip(logs, centre, strict=True)]) for rows in (happened, ~happened))
    usual, prior = np.array([0.0, 1.0, 0.0]), np.array([SHIFT_PRIOR, SLOPE_PRIOR, LEAN_PRIOR])

    def cost(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        shift, weights = parameters[0], parameters[1:]
        rate, rest = (np.exp(np.minimum(centre[0] + shift + weights @ x, 5.0)) for x in (came, other))
        pull, off = -rate / np.expm1(rate), (parameters - usual) / prior
        total = rest.sum() - np.log(-np.expm1(-rate)).sum() + 0.5 * off @ off
        return total, np.append(rest.sum() + pull.sum(), other @ rest + came @ pull) + off / prior

    found = minimize(cost, usual, jac=True, method="BFGS").x
    return Correction(*map(float, found), *centre)
