"""The constants of short-term incompleteness, from the magnitudes of events in the hours after large ones.

Of events of magnitude m, at a time t after a large one, the share Φ((m - μ(t)) / σ) is recorded, with half of them at
μ(t) = M - a' - b log10(t), and numbers fall with magnitude as ever: so the density of what is recorded is

    p(m | t) = β e^(-β (m - L)) Φ((m - μ) / σ) / Z,    Z = Φ((L - μ) / σ) + e^(-β (μ - L) + β² σ² / 2) Φ((μ - L) / σ - β σ)

from the smallest magnitude L on, in which rates play no part. Its likelihood is climbed in a', b, σ and β with priors
about the constants of Helmstetter et al. (2006). Source: Ogata & Katsura (1993), Geophys. J. Int. 113, 727-738, eq. 1
and 2; their density has no smallest magnitude. Mc(t) is where 84 % are recorded: a = a' - σ.
"""  # noqa: E501

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize
from scipy.special import log_ndtr

from seisweave.etas.incompleteness import HELMSTETTER, SHORTEST, ShortTerm, completeness_at, hidden, in_steps

FEWEST = 50  # events that constants rest on
_BELOW = 0.25  # magnitudes: events count until Mc is so far below the smallest
_SURELY = 1.0  # standard deviations above which events are taken as recorded
_PRIOR = np.array([[4.9, 0.5], [0.75, 0.15], [np.log(0.2), 0.5], [np.log(np.log(10.0)), 0.1]])  # a', b, ln σ, ln β


@dataclass(frozen=True)
class ShortTermFit:
    """Constants, and how many events they rest on: 0 where those of southern California stand in."""

    short: ShortTerm
    n_events: int


def fit_short_term(
    t_days: Float[np.ndarray, " n"], magnitude: Float[np.ndarray, " n"], least: float, bin_width: float = 0.0
) -> ShortTermFit:
    """Fit a and b to events of a magnitude and above, in order of time (days); the b-value comes from what they leave.

    >>> from seisweave.etas.incompleteness import hidden
    >>> rng = np.random.default_rng(1)
    >>> t = np.append(0.0, np.sort(10.0 ** rng.uniform(-3.0, 1.0, 8000)))
    >>> magnitude = np.append(7.0, 2.0 + rng.exponential(1.0 / np.log(10.0), 8000))
    >>> seen = ~hidden(ShortTerm(4.0, 0.9), t, magnitude, 2.0)
    >>> found = fit_short_term(t[seen], magnitude[seen], 2.0).short
    >>> round(found.a, 1), round(found.b, 1), abs(found.b_value - 1.0) < 0.1
    (4.0, 0.9, True)
    """
    limit, over = _after_large(t_days, magnitude, least)
    if len(limit) < FEWEST:
        return ShortTermFit(with_b_value(HELMSTETTER, t_days, magnitude, least, bin_width), 0)
    over_lowest = over - (least - 0.5 * bin_width)

    def unlikely(theta: np.ndarray) -> float:
        half, decay, (width, slope) = theta[0], theta[1], np.exp(theta[2:])
        middle = limit[:, 0] - half - decay * limit[:, 1] - (least - 0.5 * bin_width)
        seen = log_ndtr((over_lowest - middle) / width)
        above = -slope * middle + 0.5 * (slope * width) ** 2 + log_ndtr(middle / width - slope * width)
        density = theta[3] - slope * over_lowest + seen - np.logaddexp(log_ndtr(-middle / width), above)
        return 0.5 * float((((theta - _PRIOR[:, 0]) / _PRIOR[:, 1]) ** 2).sum()) - float(density.sum())

    found: Any = minimize(unlikely, _PRIOR[:, 0], method="Nelder-Mead", options={"maxiter": 2000, "xatol": 1e-4})
    half, decay, log_width = found.x[:3].tolist()
    short = ShortTerm(float(np.clip(half - _SURELY * np.exp(log_width), 0.0, 10.0)), float(np.clip(decay, 0.1, 3.0)))
    return ShortTermFit(with_b_value(short, t_days, magnitude, least, bin_width), len(limit))


def with_b_value(
    short: ShortTerm,
    t_days: Float[np.ndarray, " n"],
    magnitude: Float[np.ndarray, " n"],
    least: float,
    bin_width: float = 0.0,
) -> ShortTerm:
    """The constants with the b-value of the events that are not hidden, each above its own Mc.

    By maximum likelihood (Aki 1965, Bull. Earthq. Res. Inst. 43, 237-239); 1 for fewer than 50 events.
    """
    seen = ~hidden(short, t_days, magnitude, least)
    if seen.sum() < FEWEST:
        return replace(short, b_value=1.0)
    t, m = t_days[seen], magnitude[seen]
    above = in_steps(completeness_at(short, t, m, t, least) - least, bin_width)
    mean = float((m - least - above).mean()) + 0.5 * bin_width
    return replace(short, b_value=float(np.clip(1.0 / (np.log(10.0) * max(mean, 1e-3)), 0.2, 3.0)))


def _after_large(
    t_days: np.ndarray, magnitude: np.ndarray, least: float
) -> tuple[Float[np.ndarray, "k 2"], Float[np.ndarray, " k"]]:
    """For each event soon after a large one: that one's magnitude and log10 of the days since; its own magnitude."""
    found = np.full((len(t_days), 2), np.nan)
    most = np.full(len(t_days), least - _BELOW)
    for j in np.flatnonzero(HELMSTETTER.lasts(magnitude, least) >= SHORTEST).tolist():
        until = t_days[j] + HELMSTETTER.lasts(magnitude[j], least - _BELOW)
        rows = np.arange(np.searchsorted(t_days, t_days[j], "right"), np.searchsorted(t_days, until))
        since = t_days[rows] - t_days[j]
        limit = HELMSTETTER.after(magnitude[j], since)
        more = limit > most[rows]
        found[rows[more]] = np.stack([np.full(int(more.sum()), magnitude[j]), np.log10(since[more])], axis=1)
        most[rows[more]] = limit[more]
    some = np.isfinite(found[:, 0])
    return found[some], magnitude[some]
