"""All scores of chances, of days or of days and cells: one record for every nowcast, and what goes into it.

Scores are defined in `information.py` and `alarms.py`; here they are taken together. Days after a large event are easy
to nowcast, so that those that are *fresh*, without such an event in the week before, are scored apart as well. Alarms
need a threshold, which is chosen on the earlier days and judged on the later ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Bool, Float, Integer

from seisweave.evaluation.alarms import (
    Decisions,
    best_threshold,
    decide,
    molchan_skill,
    pr_auc,
    roc_auc,
    share_holding,
)
from seisweave.evaluation.information import Interval, brier_skill, information_gain

FRESH_DAYS = 7  # without an event before, for a day to count as fresh
LATER_DAYS = 0.5  # share of the days, the later ones, that alarms are judged on
LEAST_POSITIVES = 10  # that an interval by cell needs


@dataclass(frozen=True)
class PartScores:
    """What came on some of the days: positives, nats gained per positive, ROC-AUC; None where that is undefined.

    >>> y = np.array([True, False, False, True])
    >>> parts = {"quiet": ~y}
    >>> score_chances(np.array([0.6, 0.1, 0.3, 0.5]), y, np.full(4, 0.5), parts=parts).parts["quiet"]
    PartScores(n_positives=0, gain=None, roc_auc=None)
    """

    n_positives: int
    gain: float | None
    roc_auc: float | None


@dataclass(frozen=True)
class ChanceScores:
    """Scores of the chances of n days, or days and cells.

    gain is over the reference, `over` over others by name, nats per positive; molchan is the area skill,
    share_holding_half the share of the whole that, ranked highest, holds half of the positives. alarms and parts are
    those that were asked for.

    >>> y = np.array([True, False, False, True])
    >>> made = score_chances(np.array([0.6, 0.1, 0.3, 0.5]), y, np.full(4, 0.5))
    >>> list(made.columns())[:5]
    ['positives', 'base_rate', 'gain', 'gain_low', 'gain_high']
    """

    n: int
    n_positives: int
    base_rate: float
    gain: Interval
    over: Mapping[str, Interval]
    brier_skill: float
    pr_auc: float
    roc_auc: float
    molchan: Interval
    share_holding_half: float
    alarms: Decisions | None = None
    parts: Mapping[str, PartScores] = field(default_factory=dict)

    def columns(self) -> dict[str, int | float]:
        """As columns of a table: all but alarms and parts, whose place differs."""
        row: dict[str, int | float] = {
            "positives": self.n_positives,
            "base_rate": self.base_rate,
            **self.gain.columns("gain"),
        }
        for name, over in self.over.items():
            row |= over.columns(f"over_{name}") | {f"p_over_{name}": over.p_value}
        ranked = {"brier_skill": self.brier_skill, "pr_auc": self.pr_auc, "roc_auc": self.roc_auc}
        return row | ranked | self.molchan.columns("molchan") | {"share_holding_half": self.share_holding_half}


def score_chances(
    chance: Float[np.ndarray, " days *cells"],
    happened: Bool[np.ndarray, " days *cells"],
    reference: Float[np.ndarray, " days *cells"],
    *,
    over: Mapping[str, Float[np.ndarray, " days *cells"]] | None = None,
    day: Integer[np.ndarray, " days"] | None = None,
    alarms: Decisions | None = None,
    parts: Mapping[str, Bool[np.ndarray, " days"]] | None = None,
) -> ChanceScores:
    """All scores of chances.

    Arguments:
        chance: of each day, or of each day and cell, 0..1.
        happened: whether the event came.
        reference: chances that gain, Brier skill and parts are over.
        over: chances by name that the gain over is given too.
        day: number of each row's day, where days are missing.
        alarms: what alarms made of the chances came to, such as those of `later_alarms`.
        parts: days by name that are scored apart, such as `fresh_days`.

    Errors: InputError unless there are both positives and others, and those of `information_gain`.

    >>> y = np.array([True, False, False, True])
    >>> made = score_chances(np.array([0.6, 0.1, 0.3, 0.5]), y, np.full(4, 0.5), parts={"first": np.arange(4) < 2})
    >>> made.n_positives, made.roc_auc, round(made.gain.value, 3), round(made.parts["first"].gain, 3)
    (2, 1.0, 0.553, 0.77)
    """
    told = {}
    for name, days in (parts or {}).items():
        told[name] = score_part(chance[days], happened[days], reference[days], None if day is None else day[days])
    return ChanceScores(
        n=happened.size,
        n_positives=int(happened.sum()),
        base_rate=float(happened.mean()),
        gain=information_gain(chance, reference, happened, day=day),
        over={name: information_gain(chance, rival, happened, day=day) for name, rival in (over or {}).items()},
        brier_skill=brier_skill(chance, reference, happened),
        pr_auc=pr_auc(chance, happened),
        roc_auc=roc_auc(chance, happened),
        molchan=molchan_skill(chance, happened, day=day),
        share_holding_half=share_holding(chance, happened),
        alarms=alarms,
        parts=told,
    )


def score_part(
    chance: Float[np.ndarray, " days *cells"],
    happened: Bool[np.ndarray, " days *cells"],
    reference: Float[np.ndarray, " days *cells"],
    day: Integer[np.ndarray, " days"] | None = None,
) -> PartScores:
    """Scores of days taken apart, too few perhaps for more. Arguments as of `score_chances`.

    >>> score_part(np.array([0.1, 0.2]), np.array([False, False]), np.array([0.1, 0.1]))
    PartScores(n_positives=0, gain=None, roc_auc=None)
    """
    gain = roc = None
    if happened.any():
        gain = information_gain(chance, reference, happened, day=day, draws=1).value
        roc = None if happened.all() else roc_auc(chance, happened)
    return PartScores(int(happened.sum()), gain, roc)


def fresh_days(
    happened: Bool[np.ndarray, " days"], day: Integer[np.ndarray, " days"] | None = None
) -> Bool[np.ndarray, " days"]:
    """Days without an event in the seven days before; `day` numbers them, in rising order, where some are missing.

    >>> fresh_days(np.arange(10) == 1).tolist()
    [True, True, False, False, False, False, False, False, False, True]
    """
    return ~came_before(happened, FRESH_DAYS, day)


def came_before(
    happened: Bool[np.ndarray, " days"], n: int, day: Integer[np.ndarray, " days"] | None = None
) -> Bool[np.ndarray, " days"]:
    """Whether an event came in the n days before each day, that day itself left out.

    >>> came_before(np.array([False, True, False, False]), 1).tolist()
    [False, False, True, False]
    """
    day = np.arange(len(happened)) if day is None else day
    came = day[happened]
    if not len(came):
        return np.zeros(len(day), bool)
    last = np.searchsorted(came, day, side="left") - 1
    return (last >= 0) & (day - came[last] <= n)


def later_alarms(
    chance: Float[np.ndarray, " days *cells"], happened: Bool[np.ndarray, " days *cells"]
) -> Decisions | None:
    """Alarms on the later half of the days, at the threshold of best F1 on the earlier; None without events in both.

    >>> later_alarms(np.array([0.1, 0.9, 0.2, 0.95]), np.array([False, True, False, True])).columns()
    {'precision': 1.0, 'recall': 1.0, 'f1': 1.0, 'f02': 1.0}
    """
    border = round((1.0 - LATER_DAYS) * len(chance))
    if not (happened[:border].any() and happened[border:].any()):
        return None
    return decide(chance[border:], happened[border:], best_threshold(chance[:border], happened[:border]))


def chance_of(rate: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """The chance of one event or more where so many are expected; never quite 0 or 1.

    >>> chance_of(np.array([0.0, np.log(2.0)])).tolist()
    [1e-09, 0.5]
    """
    return np.clip(-np.expm1(-rate), 1e-9, 1.0 - 1e-9)


def true_base_rate(
    chance: Float[np.ndarray, " days *cells"], happened: Bool[np.ndarray, " days *cells"]
) -> Float[np.ndarray, " days *cells"]:
    """The chances of a rate, scaled so that as many days and cells with an event are expected as came.

    No nowcast can know this level; one that gains over it knows more than how many events there were in all.

    >>> true_base_rate(np.full(4, 0.1), np.array([True, False, False, True])).round(6).tolist()
    [0.5, 0.5, 0.5, 0.5]
    """
    from scipy.optimize import root_scalar

    rate, came = -np.log1p(-chance), float(happened.sum())
    found = root_scalar(lambda log: float(-np.expm1(-rate * np.exp(log)).sum()) - came, bracket=(-30.0, 30.0))
    return chance_of(rate * np.exp(found.root))
