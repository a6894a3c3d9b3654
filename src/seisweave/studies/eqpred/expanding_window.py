"""From nowcast series to chances of real events, in an expanding window: what is fitted is fitted on the past alone.

At every border all that is fitted is fitted anew on the days before it, and chances are given for the days up to the
next. A network need not be trained at every border: the latest one that was trained at or before it is taken. Its slope
is fitted on days that it was not trained on, since on those it was, a large network looks better than it is, and with
the prior that the nowcaster itself has (`calibration.py`), since those days hold few events; what it adds to the number
of yesterday's events is fitted in turn, as there. The level is such that the mean chance over all of the past is the
share of positives there.

Targets do not overlap: for the next seven days, every seventh day is nowcast and scored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.errors import InputError
from seisweave.nowcast.region.calibration import PRIOR, PRIOR_OF_NOVELTY, Calibration, calibrate, calibrate_in_turn
from seisweave.nowcast.region.observed import Observed as View
from seisweave.nowcast.times import ahead

LEAST = 5  # positives that a slope is fitted on, or else all of the past is taken
_SURE = 1e-6


@dataclass(frozen=True)
class Target:
    """An event of a magnitude or above within so many days."""

    threshold: float
    days: int

    def __str__(self) -> str:
        when = "next day" if self.days == 1 else f"next {self.days} days"
        return f"M ≥ {self.threshold:g}, {when}"


@dataclass(frozen=True, eq=False)
class Truth:
    """What came of a target: steps that are scored (n of them), whether it came, and the refit of each.

    past holds, for every refit, the steps before it that do not overlap, with what came of those.
    """

    rows: Int[np.ndarray, " n"]
    happened: Bool[np.ndarray, " n"]
    refit: Int[np.ndarray, " n"]
    past: tuple[tuple[np.ndarray, np.ndarray], ...]


@dataclass(frozen=True, eq=False)
class Chances:
    """Chances of the scored steps (n), and alarms: chances above the threshold of best F1 on what came before."""

    probability: Float[np.ndarray, " n"]
    alarm: Bool[np.ndarray, " n"]


# for a refit: a network's series, or a count, or both in this order (t or more, k), and the first step unseen by it
Features = Callable[[int], tuple[np.ndarray, int]]


def truth_of(view: View, target: Target, borders: tuple[np.datetime64, ...]) -> Truth:
    """Lay out the steps of a target between borders, the last of which is the end.

    A step is left out where nobody watched one of its days.

    Errors: InputError for borders without steps between.
    """
    came, known = _within(view, target)
    rows, refit, past = [], [], []
    for k, (border, end) in enumerate(pairwise(borders)):
        first, last = (int(np.searchsorted(view.steps.start, time)) for time in (border, end))
        mine = np.arange(first, last - target.days + 1, target.days)
        mine = mine[known[mine]]
        rows.append(mine)
        refit.append(np.full(len(mine), k))
        before = np.arange(first - target.days, -1, -target.days)[::-1]
        before = before[known[before]]
        past.append((before, came[before]))
    if not sum(map(len, rows)):
        raise InputError(f"no step is left to score between {borders[0]} and {borders[-1]}; give other dates")
    joined = np.concatenate(rows)
    return Truth(joined, came[joined], np.concatenate(refit), tuple(past))


def chances_of(features: Features, truth: Truth, best_threshold: Callable[..., float]) -> Chances:
    """Chances of every scored step, each from a calibration on what came before its refit."""
    probability, alarm = np.empty(len(truth.rows)), np.zeros(len(truth.rows), bool)
    for k, (before, came) in enumerate(truth.past):
        values, unseen = features(k)
        mine = truth.refit == k
        usable = ~np.isnan(values[before]).any(axis=1)
        fitted = usable & (before >= unseen)
        if came[fitted].sum() < LEAST:
            fitted = usable
        slope = _calibrated(values[before], came, np.asarray(fitted), trained=unseen > 0)
        level = _level(slope(values[before][usable]), float(came.mean()))
        told = _shifted(slope(_known(values)[truth.rows[mine]]), level)
        probability[mine] = told
        alarm[mine] = told >= best_threshold(_shifted(slope(values[before][fitted]), level), came[fitted])
    return Chances(probability, alarm)


def _calibrated(
    values: Float[np.ndarray, "n k"], came: Bool[np.ndarray, " n"], fitted: Bool[np.ndarray, " n"], *, trained: bool
) -> Calibration:
    """A count from all of the past; a network, and what it adds to a count, from the days it has not seen."""
    if trained and values.shape[1] == 2:
        return calibrate_in_turn(values[:, 0], values[:, 1], came, fitted)
    return calibrate(values[fitted], came[fitted], PRIOR_OF_NOVELTY if trained else PRIOR)


def poisson_of(truth: Truth) -> Float[np.ndarray, " n"]:
    """The share of positives before each refit."""
    rates = np.array([max(float(came.mean()), _SURE) for _, came in truth.past])
    return rates[truth.refit]


def happened_before(view: View, target: Target) -> Float[np.ndarray, " t"]:
    """Whether an event of the target's magnitude came in as many days before each step as the target has."""
    extreme = view.extreme(target.threshold)
    total = np.concatenate([[0], np.cumsum(extreme)])
    step = np.arange(len(extreme))
    return (total[step] > total[np.maximum(step - target.days, 0)]).astype(float)


def fresh(view: View, threshold: float, days: int = 7) -> Bool[np.ndarray, " t"]:
    """Steps without an event of the threshold in the days before."""
    return happened_before(view, Target(threshold, days)) == 0.0


def _within(view: View, target: Target) -> tuple[np.ndarray, np.ndarray]:
    """Whether a target came, from each step on, and whether all of its days were watched."""
    extreme, observed = view.extreme(target.threshold), view.steps.observed
    return ahead(extreme, target.days, np.logical_or), ahead(observed, target.days, np.logical_and)


def _known(values: Float[np.ndarray, "t k"]) -> Float[np.ndarray, "t k"]:
    """The last known value where one is missing."""
    known = ~np.isnan(values).any(axis=1)
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), 0))
    return values[last]


def _level(probability: Float[np.ndarray, " n"], base_rate: float) -> float:
    """What to add to logits so that their mean chance is the base rate."""
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = 0.5 * (low + high)
        if _shifted(probability, middle).mean() > base_rate:
            high = middle
        else:
            low = middle
    return 0.5 * (low + high)


def _shifted(probability: Float[np.ndarray, " n"], level: float) -> Float[np.ndarray, " n"]:
    logit = np.log(probability) - np.log1p(-probability) + level
    return np.clip(1.0 / (1.0 + np.exp(-np.clip(logit, -50, 50))), _SURE, 1.0 - _SURE)
