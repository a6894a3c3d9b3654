"""How well a ranking of days, or of cells and days, picks those where the event came; and what alarms achieve.

An alarm covers the entries (days, or cell-days) with the highest values. Lowering the threshold trades misses for
coverage: the Molchan diagram plots the share of events missed, ν, against the share τ of the whole that is covered
(Molchan 1991, Tectonophysics 193, 267-276). Its area skill is

    a = 1 - ∫ ν dτ        1 at best, 1/2 for guessing (Zechar & Jordan 2008, GJI 172, 715-724, at τ = 1)

Coverage can be counted in entries or measured by a reference rate; with the latter a = 1/2 is the reference's own
skill. Precision and recall ignore the many days on which nothing came and nothing was said, which is why they, and not
the ROC curve, are read for rare events. Entries of equal value are covered together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Integer

from seisweave.errors import InputError
from seisweave.evaluation.information import Interval, block_numbers, checked, ratio_interval


@dataclass(frozen=True, eq=False)
class Molchan:
    """A Molchan diagram: share of events missed by alarms of growing coverage (k steps, from no alarm to all).

    >>> made = molchan(np.array([0.9, 0.5, 0.1]), np.array([True, False, False]))
    >>> made.missed.tolist()  # the first third of the alarms already misses nothing
    [1.0, 0.0, 0.0, 0.0]
    """

    coverage: Float[np.ndarray, " k"]
    missed: Float[np.ndarray, " k"]


@dataclass(frozen=True)
class Decisions:
    """What alarms at one threshold came to.

    >>> Decisions(threshold=0.5, n=100, n_alarms=4, n_positives=2, n_hits=1).columns()
    {'precision': 0.25, 'recall': 0.5, 'f1': 0.3333333333333333, 'f02': 0.2549019607843137}
    """

    threshold: float
    n: int
    n_alarms: int
    n_positives: int
    n_hits: int

    @property
    def precision(self) -> float:
        """Share of alarms that were right; 0 without alarms."""
        return self.n_hits / self.n_alarms if self.n_alarms else 0.0

    @property
    def recall(self) -> float:
        """Share of events that were announced; 0 without events."""
        return self.n_hits / self.n_positives if self.n_positives else 0.0

    def f(self, beta: float = 1.0) -> float:
        """F-beta: the harmonic mean of precision and recall, recall counting beta² times; 0 without a hit."""
        weighted = beta**2 * self.n_positives + self.n_alarms
        return (1.0 + beta**2) * self.n_hits / weighted if weighted else 0.0

    def columns(self) -> dict[str, float]:
        """Precision, recall and F, of equal weight and with that of Feng & Fox (2021), as columns of a table."""
        return {"precision": self.precision, "recall": self.recall, "f1": self.f(1.0), "f02": self.f(0.2)}


def roc_auc(value: Float[np.ndarray, "*shape"], happened: Bool[np.ndarray, "*shape"]) -> float:
    """Area under the ROC curve: the chance that a positive entry ranks above a negative one, ties half.

    Raises InputError unless there are both.

    >>> roc_auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True]))
    0.75
    """
    steps = _steps(value, happened)
    negatives = steps.covered - steps.hits
    if steps.hits[-1] == 0 or negatives[-1] == 0:
        raise InputError(f"{int(steps.hits[-1])} of {int(steps.covered[-1])} entries are positive; give some of both")
    return float(np.trapezoid(steps.hits, negatives) / (steps.hits[-1] * negatives[-1]))


def pr_auc(value: Float[np.ndarray, "*shape"], happened: Bool[np.ndarray, "*shape"]) -> float:
    """Area under the precision-recall curve as average precision, Σ (recall_k - recall_k-1) precision_k.

    To be read beside the base rate `happened.mean()`, which is what guessing reaches. Raises InputError for no
    positives.

    >>> round(pr_auc(np.array([0.1, 0.4, 0.35, 0.8]), np.array([False, False, True, True])), 4)
    0.8333
    """
    steps = _steps(value, happened)
    _need_positives(steps)
    return float(np.sum(np.diff(steps.hits) * steps.hits[1:] / steps.covered[1:]) / steps.hits[-1])


def molchan(
    value: Float[np.ndarray, "*shape"],
    happened: Bool[np.ndarray, "*shape"],
    measure: Float[np.ndarray, "*shape"] | None = None,
) -> Molchan:
    """The Molchan diagram of a ranking; coverage counts entries, or their `measure` (a reference rate, 0 or more).

    Raises InputError for no positives.

    >>> molchan(np.array([3.0, 2.0, 1.0, 1.0]), np.array([False, True, False, True])).coverage.tolist()
    [0.0, 0.25, 0.5, 1.0]
    """
    steps = _steps(value, happened, measure)
    _need_positives(steps)
    return Molchan(steps.covered / steps.covered[-1], 1.0 - steps.hits / steps.hits[-1])


def molchan_skill(
    value: Float[np.ndarray, " days *cells"],
    happened: Bool[np.ndarray, " days *cells"],
    measure: Float[np.ndarray, " days *cells"] | None = None,
    *,
    day: Integer[np.ndarray, " days"] | None = None,
    block_days: int = 30,
    draws: int = 2000,
    seed: int = 0,
) -> Interval:
    """Area skill of the Molchan diagram, with the interval of drawing blocks of days anew.

    The area is the mean over positives of 1 - τ, where τ is the share of the whole that ranks above the positive, half
    of its ties included. Coverage is that of the whole time in every draw; only which events came is drawn.
    `p_value` is against guessing, 1/2. Arguments as `molchan` and `information_gain`. Raises InputError for no
    positives.

    >>> molchan_skill(np.array([3.0, 2.0, 1.0, 0.0]), np.array([True, False, False, False])).value
    0.875
    """
    value, happened = np.asarray(value), np.asarray(happened)
    diagram = molchan(value, happened, measure)
    middle = 0.5 * (diagram.coverage[1:] + diagram.coverage[:-1])
    rank = np.unique(-value, return_inverse=True)[1].reshape(value.shape)
    above = np.where(happened, 1.0 - middle[rank], 0.0).reshape(len(value), -1).sum(axis=1)
    blocks = block_numbers(len(value), day, block_days)
    positives = np.bincount(blocks, happened.reshape(len(value), -1).sum(axis=1))
    return ratio_interval(np.bincount(blocks, above), positives, draws=draws, seed=seed, unskilled=0.5)


def share_holding(
    value: Float[np.ndarray, "*shape"], happened: Bool[np.ndarray, "*shape"], events: float = 0.5
) -> float:
    """Share of all entries, taken from the highest value down, that holds a share of the positives (default: half).

    Among entries of equal value the positives are taken to be spread evenly. Raises InputError for no positives, and
    for a share outside 0..1.

    >>> share_holding(np.array([0.1, 0.2, 0.3, 0.4]), np.array([True, False, False, True]))
    0.25
    """
    if not 0.0 <= events <= 1.0:
        raise InputError(f"events is {events}; give a share between 0 and 1")
    diagram = molchan(value, happened)
    held = 1.0 - diagram.missed
    last = int(np.searchsorted(held, events - 1e-12))
    if last == 0:
        return 0.0
    part = (events - held[last - 1]) / (held[last] - held[last - 1])
    step = diagram.coverage[last] - diagram.coverage[last - 1]
    return float(diagram.coverage[last - 1] + part * step)


def decide(value: Float[np.ndarray, "*shape"], happened: Bool[np.ndarray, "*shape"], threshold: float) -> Decisions:
    """Count what alarms where `value` is at least the threshold come to.

    >>> made = decide(np.array([0.1, 0.9, 0.8, 0.7]), np.array([True, True, False, True]), 0.75)
    >>> made.precision, round(made.recall, 3), round(made.f(), 3)
    (0.5, 0.333, 0.4)
    """
    value, happened = _ranked(value, happened)
    alarm = value >= threshold
    return Decisions(float(threshold), value.size, int(alarm.sum()), int(happened.sum()), int((alarm & happened).sum()))


def best_threshold(
    value: Float[np.ndarray, "*shape"], happened: Bool[np.ndarray, "*shape"], beta: float = 1.0
) -> float:
    """The threshold of highest F-beta, the higher one of equals: to be taken on the past, and used on what follows.

    Raises InputError for no positives.

    >>> best_threshold(np.array([0.1, 0.9, 0.8, 0.7]), np.array([False, True, False, True]))
    0.7
    """
    steps = _steps(value, happened)
    _need_positives(steps)
    f = (1.0 + beta**2) * steps.hits[1:] / (beta**2 * steps.hits[-1] + steps.covered[1:])
    return float(steps.value[int(np.argmax(f))])


@dataclass(frozen=True, eq=False)
class _Steps:
    """Alarms of growing coverage: the k values from high to low, and hits and coverage at 0, 1, ..., k of them."""

    value: np.ndarray
    covered: np.ndarray
    hits: np.ndarray


def _steps(value: np.ndarray, happened: np.ndarray, measure: np.ndarray | None = None) -> _Steps:
    value, happened = _ranked(value, happened)
    weight = None if measure is None else _measured(measure, value.size)
    low_to_high, inverse = np.unique(-value, return_inverse=True)
    hits, covered = np.bincount(inverse, happened), np.bincount(inverse, weight)
    return _Steps(-low_to_high, _from_zero(covered), _from_zero(hits))


def _ranked(value: np.ndarray, happened: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values of any scale and what happened, as flat arrays of one length."""
    value, happened = np.asarray(value, dtype=np.float64), np.asarray(happened)
    if not np.all(np.isfinite(value)):
        raise InputError("values to rank must be finite numbers; check the model that gave them")
    checked(np.zeros(value.shape), happened)
    return value.ravel(), happened.ravel()


def _measured(measure: np.ndarray, size: int) -> np.ndarray:
    weight = np.asarray(measure, dtype=np.float64).ravel()
    if weight.size != size or not np.all(weight >= 0.0) or not 0.0 < weight.sum() < np.inf:
        raise InputError(f"a measure needs one value of 0 or more for each of {size} entries, not all of them 0")
    return weight


def _from_zero(amount: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(amount)])


def _need_positives(steps: _Steps) -> None:
    if steps.hits[-1] == 0:
        raise InputError("no event came, so that no ranking can be judged; score a longer time, or lower magnitudes")
