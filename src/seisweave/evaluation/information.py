"""How much probabilities tell about what happened: nats per positive, Brier skill, reliability.

A nowcast gives a probability p to every day, or to every cell on every day; y is 1 where the event came. All scores
here are proper: nobody gains by saying anything but what they believe.

    log score        s = y ln p + (1 - y) ln(1 - p)
    information gain G = Σ (s_model - s_reference) / Σ y        nats per positive
    Brier skill      B = 1 - Σ (p_model - y)² / Σ (p_reference - y)²

Days after a large earthquake are alike, so that an interval must not draw days one by one: whole blocks of 30 days are
drawn with replacement (Künsch 1989, Ann. Statist. 17, 1217-1241, with blocks that do not overlap), all cells of a day
together. A second model takes the place of the reference to give their paired difference.

Rhoades et al. (2011, Acta Geophysica 59, 728-747) define the gain per earthquake for rates; for probabilities of a day
and a cell, which are what is nowcast here, it is the sum above divided by the number of positive cell-days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer, Shaped

from seisweave.errors import InputError

_SUM_OF_ROUNDING = 1e-12


@dataclass(frozen=True)
class Interval:
    """A score, the limits that hold 95 % of its bootstrap values, and on how many positives it rests.

    `p_value` is two-sided, against "the score is `unskilled`": twice the share of draws on the other side, at least
    2 / (draws + 1).

    >>> Interval(1.0, 0.5, 1.5, 12, 0.01).columns("gain")
    {'gain': 1.0, 'gain_low': 0.5, 'gain_high': 1.5}
    """

    value: float
    low: float
    high: float
    n_positives: int
    p_value: float

    def columns(self, name: str) -> dict[str, float]:
        """The value and its limits as columns of a table."""
        return {name: self.value, f"{name}_low": self.low, f"{name}_high": self.high}


def log_scores(
    probability: Float[np.ndarray, "*shape"], happened: Bool[np.ndarray, "*shape"]
) -> Float[np.ndarray, "*shape"]:
    """Score each probability in nats: ln p where the event came, ln(1 - p) where it did not.

    Raises InputError for unequal shapes, values outside 0..1, and a certainty that was wrong, whose score is -∞.

    >>> log_scores(np.array([0.5, 0.25]), np.array([True, False])).round(3).tolist()
    [-0.693, -0.288]
    """
    probability, happened = checked(probability, happened)
    given = np.where(happened, probability, 1.0 - probability)
    if np.any(given == 0.0):
        wrong = (
            "0 to an event that came" if np.any(happened & (probability == 0.0)) else "1 to an event that stayed out"
        )
        raise InputError(f"a probability of {wrong} scores minus infinity; give none below 1e-12 of either end")
    return np.where(happened, np.log(given), np.log1p(-np.where(happened, 0.0, probability)))


def information_gain(
    probability: Float[np.ndarray, " days *cells"],
    reference: Float[np.ndarray, " days *cells"],
    happened: Bool[np.ndarray, " days *cells"],
    *,
    day: Integer[np.ndarray, " days"] | None = None,
    block_days: int = 30,
    draws: int = 2000,
    seed: int = 0,
) -> Interval:
    """Information gain of a nowcast over a reference, nats per positive, with its 30-day-block bootstrap interval.

    Arguments:
        probability: of each day, or of each day and cell, 0..1.
        reference: the same of the reference: a Poisson rate, or another model for the paired difference.
        happened: whether the event came.
        day: number of each row's day, where days are missing; blocks follow the calendar, not the rows.
        block_days: length of the blocks that are drawn.
        draws: bootstrap draws; those that hold no positive are left out.
        seed: of the draws.

    Raises InputError for arrays that differ in shape, no positives, and certainties that were wrong.

    >>> y = np.array([True, False, False, True])
    >>> round(information_gain(np.full(4, 0.5), np.full(4, 0.25), y).value, 4)
    0.2877
    """
    better = log_scores(probability, happened) - log_scores(reference, happened)
    positives = _counted(happened)
    blocks = block_numbers(len(better), day, block_days)
    gains = np.bincount(blocks, _by_day(better))
    return ratio_interval(gains, np.bincount(blocks, positives), draws=draws, seed=seed)


def brier_skill(
    probability: Float[np.ndarray, "*shape"],
    reference: Float[np.ndarray, "*shape"],
    happened: Bool[np.ndarray, "*shape"],
) -> float:
    """Brier skill over a reference: 1 for perfection, 0 for the reference's own score, negative below.

    Raises InputError for arrays that differ in shape, and for a reference that is perfect.

    >>> y = np.array([True, False])
    >>> brier_skill(np.array([0.8, 0.2]), np.array([0.5, 0.5]), y)
    0.84
    """
    probability, happened = checked(probability, happened)
    reference, _ = checked(reference, happened)
    at_best = float(np.sum((reference - happened) ** 2))
    if at_best == 0.0:
        raise InputError("the reference is perfect, so that no skill over it is defined; give another reference")
    return round(1.0 - float(np.sum((probability - happened) ** 2)) / at_best, 15)


def holm(p_values: Float[np.ndarray, " tests"]) -> Float[np.ndarray, " tests"]:
    """Adjust p-values for the number of tests (Holm 1979, Scand. J. Statist. 6, 65-70).

    >>> holm(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    if np.any(~((p_values >= 0) & (p_values <= 1))):
        raise InputError(f"p-values must be within 0..1, got {p_values}; give one a test")
    order = np.argsort(p_values, kind="stable")
    stepped = p_values[order] * np.arange(len(p_values), 0, -1)
    adjusted = np.empty(len(p_values))
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return adjusted


@dataclass(frozen=True, eq=False)
class ReliabilityTable:
    """What came of probabilities, bin by bin (k bins, from low to high).

    forecast is the mean probability of a bin, observed the share of its entries where the event came, low and high
    its 95 % Wilson limits, n its entries, n_positives those where it came.

    >>> made = reliability_table(np.array([0.1, 0.1, 0.4, 0.4]), np.array([False, False, True, False]), bins=2)
    >>> bool(made.low[1] < made.observed[1] < made.high[1])
    True
    """

    forecast: Float[np.ndarray, " k"]
    observed: Float[np.ndarray, " k"]
    low: Float[np.ndarray, " k"]
    high: Float[np.ndarray, " k"]
    n: Integer[np.ndarray, " k"]
    n_positives: Integer[np.ndarray, " k"]


def reliability_table(
    probability: Float[np.ndarray, "*shape"], happened: Bool[np.ndarray, "*shape"], bins: int = 10
) -> ReliabilityTable:
    """Compare probabilities with what came of them, in bins that expect the same number of events each.

    Bins of equal width, or of equal size, would put nearly all rare events in one. Equal probabilities always share a
    bin, so that there may be fewer bins than asked for.

    Raises InputError for arrays that differ in shape, and for less than one bin.

    >>> made = reliability_table(np.array([0.1, 0.1, 0.4, 0.4]), np.array([False, False, True, False]), bins=2)
    >>> made.forecast.tolist(), made.observed.tolist()
    ([0.1, 0.4], [0.0, 0.5])
    """
    probability, happened = (array.ravel() for array in checked(probability, happened))
    if bins < 1:
        raise InputError(f"bins is {bins}; give 1 or more")
    value, inverse, n = np.unique(probability, return_inverse=True, return_counts=True)
    expected = value * n
    middle = np.cumsum(expected) - 0.5 * expected
    of_value = np.minimum((bins * middle / max(expected.sum(), np.finfo(float).tiny)).astype(np.int64), bins - 1)
    of_value = np.unique(of_value, return_inverse=True)[1]
    size = np.bincount(of_value, n).astype(np.int64)
    came = np.bincount(of_value[inverse], happened).astype(np.int64)
    low, high = _wilson(came, size)
    return ReliabilityTable(np.bincount(of_value, expected) / size, came / size, low, high, size, came)


def ratio_interval(
    amount: Float[np.ndarray, " blocks"],
    positives: Float[np.ndarray, " blocks"],
    *,
    draws: int,
    seed: int,
    unskilled: float = 0.0,
) -> Interval:
    """Σ amount / Σ positives over blocks, with the interval of drawing the blocks anew."""
    if draws < 1:
        raise InputError(f"draws is {draws}; give 1 or more")
    filled = (amount != 0.0) | (positives > 0)  # a block that adds nothing is only counted
    n, rng = len(amount), np.random.default_rng(seed)
    share = np.full(int(filled.sum()), 1.0 / n)
    drawn = rng.multinomial(n, np.append(share, max(1.0 - share.sum(), 0.0)), size=draws)[:, :-1]
    below = drawn @ positives[filled]
    kept = below > 0
    values = (drawn @ amount[filled])[kept] / below[kept]
    total = float(positives.sum())
    low, high = np.quantile(values, [0.025, 0.975]) if len(values) else (np.nan, np.nan)
    beyond = min(int(np.sum(values <= unskilled)), int(np.sum(values >= unskilled)))
    p_value = min(1.0, 2.0 * (beyond + 1) / (len(values) + 1))
    return Interval(float(amount.sum()) / total, float(low), float(high), int(total), p_value)


def block_numbers(n_days: int, day: np.ndarray | None, block_days: int) -> Integer[np.ndarray, " days"]:
    """The block of each row, 0, 1, ...; blocks follow the days' numbers, and none is empty."""
    if block_days < 1:
        raise InputError(f"block_days is {block_days}; give 1 or more")
    number = np.arange(n_days) if day is None else np.asarray(day)
    if len(number) != n_days:
        raise InputError(f"{len(number)} numbers of days for {n_days} rows; give one a row")
    return np.unique(blocks_of_days(number - number.min(), float(block_days)), return_inverse=True)[1]


def blocks_of_days(day: Shaped[np.ndarray, " n"], length: float) -> Integer[np.ndarray, " n"]:
    """The block of so many days that each day, or time in days, lies in; block 0 starts at day 0.

    >>> blocks_of_days(np.array([-0.5, 0.0, 29.9, 30.0]), 30.0).tolist()
    [-1, 0, 0, 1]
    """
    return np.floor(day / length).astype(np.int64)


def checked(probability: np.ndarray, happened: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities as float64 and what happened as booleans. Errors: InputError for what cannot be scored."""
    probability, happened = np.asarray(probability, dtype=np.float64), np.asarray(happened)
    if probability.shape != happened.shape or probability.size == 0:
        raise InputError(
            f"probabilities have shape {probability.shape}, what happened {happened.shape}; give one value for each"
        )
    if happened.dtype != np.bool_:
        raise InputError(f"what happened is {happened.dtype}, not true or false; give booleans")
    if not np.all((probability >= 0.0) & (probability <= 1.0 + _SUM_OF_ROUNDING)):
        raise InputError("probabilities must be within 0..1 and be numbers; check the model that gave them")
    return np.minimum(probability, 1.0), happened


def _counted(happened: np.ndarray) -> Float[np.ndarray, " days"]:
    """Positives of each day. Errors: InputError for none at all."""
    if not happened.any():
        raise InputError(
            "no event came, so that nothing per event is defined; score a longer time, or lower magnitudes"
        )
    return _by_day(happened.astype(np.float64))


def _by_day(value: np.ndarray) -> Float[np.ndarray, " days"]:
    return value.reshape(len(value), -1).sum(axis=1)


def _wilson(came: Shaped[np.ndarray, " k"], n: Shaped[np.ndarray, " k"]) -> tuple[np.ndarray, np.ndarray]:
    """95 % limits of a share (Wilson 1927, JASA 22, 209-212)."""
    z2 = 1.959963984540054**2
    middle = (came + 0.5 * z2) / (n + z2)
    half = np.sqrt(z2 * (came * (n - came) / n + 0.25 * z2)) / (n + z2)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
