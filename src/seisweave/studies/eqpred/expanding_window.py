"""From nowcast series to chances of real events, in an expanding window: what is fitted is fitted on the past alone.

At every border all that is fitted is fitted anew on the days before it, and chances are given for the days up to the
next. A network need not be trained at every border: the latest one that was trained at or before it is taken. Its slope
is fitted on days that it was not trained on, since on those it was, a large network looks better than it is, and with
the prior that the nowcaster itself has (`calibration.py`), since those days hold few events; what it adds to the number
of yesterday's events is fitted in turn, as there. The level is such that the mean chance over all of the past is the
share of positives there.

Targets do not overlap: for the next seven steps, every seventh step is nowcast and scored.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from seisweave.errors import InputError
from seisweave.evaluation import best_threshold
from seisweave.nowcast.region.calibration import PRIOR, PRIOR_OF_NOVELTY, Calibration, calibrate, calibrate_in_turn
from seisweave.nowcast.region.observed import Observed
from seisweave.nowcast.times import ahead

LEAST = 5  # positives that a slope is fitted on, or else all of the past is taken
_SURE = 1e-6


@dataclass(frozen=True)
class Target:
    """An event of a magnitude or above within so many steps.

    >>> str(Target(4.5, 7)), str(Target(4.5, 1, step_hours=12.0)), str(Target(4.5, 1, step_hours=168.0))
    ('M ≥ 4.5, next 7 days', 'M ≥ 4.5, next 12 hours', 'M ≥ 4.5, next 7 days')
    """

    threshold: float
    steps: int
    step_hours: float = 24.0

    def __str__(self) -> str:
        days, hours = divmod(self.steps * self.step_hours, 24.0)
        when = f"{24.0 * days + hours:g} hours" if hours else "day" if days == 1 else f"{days:g} days"
        return f"M ≥ {self.threshold:g}, next {when}"


class Past(NamedTuple):
    """The steps before a refit that do not overlap, and what came of those."""

    rows: Int[np.ndarray, " p"]
    happened: Bool[np.ndarray, " p"]


@dataclass(frozen=True, eq=False)
class Truth:
    """What came of a target: steps that are scored (n of them), whether it came, the refit of each, its pasts."""

    rows: Int[np.ndarray, " n"]
    happened: Bool[np.ndarray, " n"]
    refit: Int[np.ndarray, " n"]
    past: tuple[Past, ...]


@dataclass(frozen=True, eq=False)
class Chances:
    """Chances of the scored steps (n), and alarms: chances above the threshold of best F1 on what came before."""

    probability: Float[np.ndarray, " n"]
    alarm: Bool[np.ndarray, " n"]


@dataclass(frozen=True, eq=False)
class Features:
    """What a model knows at a refit: a network's series, or a count, or both in this order (t or more, k).

    unseen is the first step that the network was not trained on; 0 where there is none.
    """

    values: Float[np.ndarray, "t k"]
    unseen: int = 0


def truth_of(observed: Observed, target: Target, borders: tuple[np.datetime64, ...]) -> Truth:
    """Lay out the steps of a target between borders, the last of which is the end.

    A step is left out where nobody watched one of those that it looks ahead.

    Errors: InputError for borders without steps between.
    """
    came, known = _within(observed, target)
    rows, refit, past = [], [], []
    for k, (border, end) in enumerate(pairwise(borders)):
        first, last = (int(np.searchsorted(observed.steps.start, time)) for time in (border, end))
        mine = np.arange(first, last - target.steps + 1, target.steps)
        mine = mine[known[mine]]
        rows.append(mine)
        refit.append(np.full(len(mine), k))
        before = np.arange(first - target.steps, -1, -target.steps)[::-1]
        before = before[known[before]]
        past.append(Past(before, came[before]))
    if not sum(map(len, rows)):
        raise InputError(f"no step is left to score between {borders[0]} and {borders[-1]}; give other dates")
    joined = np.concatenate(rows)
    return Truth(joined, came[joined], np.concatenate(refit), tuple(past))


def chances_of(features_at: Callable[[int], Features], truth: Truth) -> Chances:
    """Chances of every scored step, each from a calibration on what came before its refit, by number."""
    probability, alarm = np.empty(len(truth.rows)), np.zeros(len(truth.rows), bool)
    for k, (before, came) in enumerate(truth.past):
        features = features_at(k)
        values, mine = features.values, truth.refit == k
        usable = ~np.isnan(values[before]).any(axis=1)
        fitted = usable & (before >= features.unseen)
        if came[fitted].sum() < LEAST:
            fitted = usable
        slope = _calibrated(values[before], came, np.asarray(fitted), trained=features.unseen > 0)
        level = _level(slope(values[before][usable]), float(came.mean()))
        chance = _shifted(slope(_last_known(values)[truth.rows[mine]]), level)
        probability[mine] = chance
        alarm[mine] = chance >= best_threshold(_shifted(slope(values[before][fitted]), level), came[fitted])
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


def _within(observed: Observed, target: Target) -> tuple[np.ndarray, np.ndarray]:
    """Whether a target came, from each step on, and whether all of its days were watched."""
    extreme, watched = observed.extreme(target.threshold), observed.steps.observed
    return ahead(extreme, target.steps, np.logical_or), ahead(watched, target.steps, np.logical_and)


def _last_known(values: Float[np.ndarray, "t k"]) -> Float[np.ndarray, "t k"]:
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
