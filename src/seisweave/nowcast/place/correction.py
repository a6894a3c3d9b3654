"""How rates of a model by place are corrected by what earlier fits of it said of years that they had not seen.

A network is surer of itself than the future bears out, and knows less of swarms than one neuron that counts small
events (`baselines.py`). Its rates are therefore corrected, and lean on those of the neuron, λ₁:

    ln λ' = c + shift + slope · (ln λ - c) + lean · (ln λ₁ - c₁)        c, c₁ the means where events came

all three fitted to what earlier networks and neurons nowcast of the last years, which they had not seen, all thresholds
together, with normal priors around 0, 1 and 0. How sure they then are, the curvature of the posterior, is kept: when
more days have come, that is the prior, and the days since are what it is fitted to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Float32

from seisweave.evaluation.chances import chance_of

MOST_LOG_RATE = 3.0  # e³ = 20 events a day: certainty, for a question of at least one
SHIFT_PRIOR, SLOPE_PRIOR, LEAN_PRIOR = 0.5, 0.25, 0.25
_PRIOR = np.array([SHIFT_PRIOR, SLOPE_PRIOR, LEAN_PRIOR])
_CENTRES = ("centre", "neuron_centre")


@dataclass(frozen=True)
class Correction:
    """Shift, slope and lean of the logarithm of rates, and the points that slope and lean turn around.

    precision are the rows of the inverse covariance of the three, empty in models of earlier versions.
    """

    shift: float = 0.0
    slope: float = 1.0
    lean: float = 0.0
    centre: float = 0.0
    neuron_centre: float = 0.0
    precision: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.precision and (len(self.precision) != 9 or np.linalg.eigvalsh(self.curvature).min() <= 0.0):
            raise ValueError("the precision of a correction is none")

    @property
    def curvature(self) -> Float[np.ndarray, "3 3"]:
        """The precision as a matrix; that of the priors where none is known."""
        return np.array(self.precision).reshape(3, 3) if self.precision else np.diag(1.0 / _PRIOR**2)

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
    before: Correction | None = None,
) -> Correction:
    """Shift, slope and lean of highest posterior probability; none where no event came.

    With the correction from `before` these days that is the prior, and where no event came they count too.
    """
    from scipy.optimize import minimize

    if before is None and not happened.any():
        return Correction()
    logs = [np.minimum(x.astype(np.float64), MOST_LOG_RATE) for x in (log_rate, neuron)]
    if before is None:
        before = replace(Correction(), **{n: float(x[happened].mean()) for n, x in zip(_CENTRES, logs, strict=True)})
    centre = [before.centre, before.neuron_centre]
    came, other = (np.stack([x[rows] - c for x, c in zip(logs, centre, strict=True)]) for rows in (happened, ~happened))
    usual, sure = np.array([before.shift, before.slope, before.lean]), before.curvature

    def cost(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        shift, weights = parameters[0], parameters[1:]
        rate, rest = (np.exp(np.minimum(centre[0] + shift + weights @ x, 5.0)) for x in (came, other))
        pull, off = -rate / np.expm1(rate), parameters - usual
        total = rest.sum() - np.log(-np.expm1(-rate)).sum() + 0.5 * off @ sure @ off
        return total, np.append(rest.sum() + pull.sum(), other @ rest + came @ pull) + sure @ off

    found = minimize(cost, usual, jac=True, method="BFGS").x
    rate, rest = (np.exp(np.minimum(centre[0] + found[0] + found[1:] @ x, 5.0)) for x in (came, other))
    grows = np.expm1(rate)
    curve = rate / grows * (rate * np.exp(rate) / grows - 1.0)
    precision = _rows(sure + _weighed(other, rest) + _weighed(came, curve))
    shift, slope, lean = map(float, found)
    return Correction(shift, slope, lean, centre[0], centre[1], precision)


def _weighed(x: Float[np.ndarray, "2 n"], weight: Float[np.ndarray, " n"]) -> Float[np.ndarray, "3 3"]:
    """Σ weight (1, x)(1, x)'."""
    sums = x @ weight
    return np.block([[np.array([[weight.sum()]]), sums[None]], [sums[:, None], (x * weight) @ x.T]])


def _rows(matrix: Float[np.ndarray, "3 3"]) -> tuple[float, ...]:
    return tuple(map(float, (0.5 * (matrix + matrix.T)).ravel()))
