"""Scores of a nowcast on days it has not seen: by the paper's own measure, and against what really came.

By the paper's measure (NSE of the series, F-scores of its alarms) the truth is the novelty series itself. The scores
that mean something are against real events: nats per positive over Poisson, with the baselines beside that need no
network: the constant rate of the test itself, the event of the step (a day, usually) before, those of thirty steps,
and one logistic neuron on the number of events of the step before. All baselines are fitted on the steps before the
test, as the nowcast is.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.evaluation.alarms import decide
from seisweave.evaluation.chances import came_before, fresh_days, score_chances
from seisweave.evaluation.information import information_gain
from seisweave.evaluation.series import mean_absolute_error, nash_sutcliffe, persistence
from seisweave.nowcast.step_words import step_words

if TYPE_CHECKING:
    from seisweave.evaluation.alarms import Decisions
    from seisweave.nowcast.region.model import Nowcasts, TrainedNetworks
    from seisweave.nowcast.region.observed import Observed
    from seisweave.nowcast.region.split import Split

_MONTH = 30
NOT_CAUSAL = "paper protocol: centred smoothing sees the future; these figures say nothing about earthquakes"


def score(model: TrainedNetworks, observed: Observed, nowcasts: Nowcasts, split: Split) -> dict[str, Any]:
    """All scores, as they stand in summary.json; on the test steps of the split."""
    paper = model.settings.nowcast.centred
    test = np.append(split.test, False) & ~np.isnan(nowcasts.nowcast_novelty)
    scores = {
        "protocol": model.settings.nowcast.protocol,
        "causal": not paper,
        "test_from": str(observed.steps.start[split.test][0])[:10],
        "test_to": str(observed.steps.start[split.test][-1])[:10],
        "n_test_days": int(test.sum()),
        "series": series_scores(model, nowcasts, test) | {"mae": reconstruction_error(model, observed, split.test)},
        "events": event_scores(model, nowcasts, np.append(split.past, False), test),
    }
    return scores | ({"warning": NOT_CAUSAL} if paper else {})


def series_scores(model: TrainedNetworks, nowcasts: Nowcasts, test: np.ndarray) -> dict[str, Any]:
    """The paper's Table I: NSE of the nowcast series, and its alarms against the days whose novelty is extreme.

    In the prospective protocol the series is the raw novelty, and its NSE is taken on logarithms.
    """
    paper = model.settings.nowcast.centred
    truth = nowcasts.smoothed if paper else nowcasts.novelty
    as_nse = (lambda series: series) if paper else np.log
    before = persistence(truth)
    extreme = np.nan_to_num(truth, nan=-np.inf) >= model.fitted.novelty_threshold
    rows = {
        "nowcast": (nowcasts.nowcast_novelty, model.fitted.alarm_threshold),
        "persistence": (before, model.fitted.novelty_threshold),
    }
    made = {}
    for name, (values, threshold) in rows.items():
        decisions = decide(np.nan_to_num(values[test], nan=-1.0), extreme[test], threshold)
        made[name] = {
            "nse": nash_sutcliffe(as_nse(values[test]), as_nse(truth[test])),
            **_in_numbers(decisions),
        }
    return made["nowcast"] | {"persistence": made["persistence"]}


def reconstruction_error(model: TrainedNetworks, observed: Observed, test: np.ndarray) -> float:
    """Mean absolute error of the reconstructed maps of the test, in the unit of the maps."""
    from seisweave.nowcast.region.novelty import reconstruct

    maps, scale = observed.maps[test], np.float32(model.fitted.map_scale)
    return mean_absolute_error(reconstruct(model.autoencoder, maps / scale) * scale, maps)


def event_scores(model: TrainedNetworks, nowcasts: Nowcasts, past: np.ndarray, test: np.ndarray) -> dict[str, Any]:
    """Scores against real events of the threshold and above, with baselines; each with its number of positives."""
    happened = np.nan_to_num(nowcasts.largest, nan=-np.inf) >= model.settings.nowcast.extreme_from
    known = test & ~np.isnan(nowcasts.probability)
    n_positives = int(happened[known].sum())
    scores: dict[str, Any] = {
        "threshold": model.settings.nowcast.extreme_from,
        "n_positives": n_positives,
        "n_days": int(known.sum()),
        "base_rate": float(happened[known].mean()),
        "long_term_rate": model.fitted.calibration.base_rate,
        "alarms": _alarms(nowcasts.alarm, happened, known),
    }
    if n_positives == 0:
        return scores | {"note": "no such event in the test: nothing per event is defined"}
    poisson = np.full(len(nowcasts), model.fitted.calibration.base_rate)
    day = ((nowcasts.start - nowcasts.start[0]) // np.timedelta64(1, "D")).astype(int)
    rivals = baselines(nowcasts, happened, past)
    scores["nowcast"] = _against(nowcasts.probability, poisson, happened, known, day)
    scores["over_neuron"] = asdict(
        information_gain(nowcasts.probability[known], rivals["neuron"][known], happened[known], day=day[known])
    )
    fresh = known & fresh_days(happened)
    scores["fresh_days"] = {"n_positives": int(happened[fresh].sum())}
    if happened[fresh].any():
        scores["fresh_days"] |= _against(nowcasts.probability, poisson, happened, fresh, day)
    rivals["base rate of the test"] = np.full(len(nowcasts), happened[known].mean())
    scores["baselines"] = {name: _against(p, poisson, happened, known, day) for name, p in rivals.items()}
    return scores


def baselines(nowcasts: Nowcasts, happened: np.ndarray, past: np.ndarray) -> dict[str, np.ndarray]:
    """Probabilities that need no network, each fitted on the past."""
    from seisweave.nowcast.region.calibration import calibrate

    names = step_words(nowcasts.start[1] - nowcasts.start[0])
    features = {
        "neuron": nowcasts.activity,
        names.before: came_before(happened, 1).astype(float),
        names.last_thirty: np.log1p(_mean_before(happened, _MONTH) * _MONTH),
    }
    made = {}
    for name, feature in features.items():
        column = np.nan_to_num(feature, nan=float(np.nanmean(feature[past])))[:, None]
        made[name] = calibrate(column[past], happened[past])(column)
    return made


def _against(
    probability: np.ndarray, reference: np.ndarray, happened: np.ndarray, known: np.ndarray, day: np.ndarray
) -> dict[str, Any]:
    made = score_chances(probability[known], happened[known], reference[known], day=day[known])
    return {
        "gain_nats": asdict(made.gain),
        "brier_skill": made.brier_skill,
        "pr_auc": made.pr_auc,
        "roc_auc": made.roc_auc,
        "molchan_skill": asdict(made.molchan),
        "n_positives": made.n_positives,
    }


def _alarms(alarm: np.ndarray, happened: np.ndarray, known: np.ndarray) -> dict[str, Any]:
    return _in_numbers(decide(alarm[known].astype(float), happened[known], 0.5))


def _in_numbers(decisions: Decisions) -> dict[str, Any]:
    return {**decisions.columns(), "n_alarms": decisions.n_alarms, "n_positives": decisions.n_positives}


def _mean_before(happened: np.ndarray, days: int) -> np.ndarray:
    total = np.concatenate([[0.0], np.cumsum(happened, dtype=float)])
    first = np.maximum(np.arange(len(happened)) - days, 0)
    return (total[: len(happened)] - total[first]) / days
