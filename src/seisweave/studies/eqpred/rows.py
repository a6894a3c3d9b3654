"""The rows of a table in the paper's protocol: a series against itself, alarms against its own extremes.

What is nowcast is smoothed with a centred LOESS, so that every figure here knows the future. What the paper leaves
open is settled as in `docs/tables.md`. Extremes are what only 5 % of the training days exceed. Rows 6-12 nowcast the
novelty of their autoencoder, and give an alarm above the same threshold; rows 1-5 nowcast the region's raw energy,
which they never place so high, and give an alarm above what 5 % of their nowcasts of the validation days exceed. The
baselines need no network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from seisweave.evaluation import decide
from seisweave.evaluation.series import nash_sutcliffe, persistence
from seisweave.studies.eqpred.days import Days
from seisweave.studies.eqpred.fits.files import Fit
from seisweave.studies.eqpred.fits.plan import fit_of
from seisweave.studies.eqpred.fits.train import smoothed_series
from seisweave.studies.eqpred.models.registry import Model

ERRORS = ("mae", "mse", "accuracy", "variance")  # of an autoencoder's maps and novelty
HALF_LIVES = (0.5, 1, 2, 3, 5, 7, 10, 15, 20, 30)  # of the moving average, chosen on the training days
NOT_CAUSAL = "non-causal smoothing: these scores contain the future"


@dataclass(frozen=True)
class TableRow:
    """One row of a table: its scores by seed, the seeds that are missing, and why one failed.

    >>> TableRow("MLP", "single", {0: {"f1": 0.5}, 1: {"f1": 0.75}}).values("f1")
    [0.5, 0.75]
    """

    name: str
    kind: str
    by_seed: dict[int, dict[str, float]] = field(default_factory=dict)
    missing: tuple[int, ...] = ()
    failed: str = ""

    def values(self, column: str) -> list[float]:
        """What the seeds gave."""
        return [scores[column] for scores in self.by_seed.values() if scores.get(column) is not None]


def paper_rows(
    models: Sequence[Model], days: Days, seeds: Sequence[int], folder: Path, *, baselines: bool = True
) -> list[TableRow]:
    """Every model that has a fit, or should have one, and the baselines beside them."""
    rows = [model_row(model, days, seeds, folder) for model in models]
    base = next((m for m in models if m.name == "EQPRED" and m.predictor is not None), None)
    return rows + (baseline_rows(base, days, seeds, folder) if base is not None and baselines else [])


def model_row(model: Model, days: Days, seeds: Sequence[int], folder: Path) -> TableRow:
    """Scores of one model; seeds without a finished fit are missing."""
    by_seed: dict[int, dict[str, float]] = {}
    missing, failed = [], ""
    for seed in seeds:
        encoded = fit_of(model, days, seed, folder, autoencoder=True)
        made = encoded if model.single is None and model.predictor is None else fit_of(model, days, seed, folder)
        if made is None:
            missing.append(seed)
        elif "failed" in made.facts:
            failed = str(made.facts["failed"])
        else:
            by_seed[seed] = _scores(made, encoded, days)
    kind = "single" if model.single is not None else "control" if model.disturb else "joint"
    return TableRow(model.name, kind, by_seed, tuple(missing), failed)


def _scores(made: Fit, encoded: Fit | None, days: Days) -> dict[str, float]:
    scores: dict[str, float] = {}
    if encoded is not None:
        scores |= {name: encoded.facts[name] for name in ERRORS if name in encoded.facts}
    own = [fit for fit in (made, encoded if encoded is not made else None) if fit is not None]
    scores["seconds"] = sum(fit.facts["seconds"] for fit in own)
    scores["cpu_seconds"] = sum(fit.facts["cpu_seconds"] for fit in own)  # of the last try, where one was broken off
    scores["epochs"] = made.facts["epochs"]
    if "forecast" in made.series:
        nowcast, truth = made.series["forecast"][:-1], made.series["truth"]
        scores |= series_scores(nowcast, truth, days, own_level=encoded is None)
        scores |= {"nse": made.facts["nse"]} if "nse" in made.facts else {}  # of what is nowcast, not of distances
    return scores


def series_scores(nowcast: np.ndarray, truth: np.ndarray, days: Days, *, own_level: bool) -> dict[str, float]:
    """NSE on the test days, and what alarms come to: above the extremes' threshold, or one of the nowcasts' own."""
    share = 1.0 - days.nowcast.alarm_share
    level = float(np.nanquantile(truth[days.train], share))
    alarm = level
    if own_level:  # above it, so that nowcasts which are all alike give no alarm
        alarm = float(np.nextafter(np.nanquantile(nowcast[days.validation], share), np.inf))
    judged = days.test & ~np.isnan(truth) & ~np.isnan(nowcast)
    decisions = decide(nowcast[judged], truth[judged] >= level, alarm)
    return {
        "precision": decisions.precision,
        "recall": decisions.recall,
        "f1": decisions.f(1.0),
        "f02": decisions.f(0.2),
        "nse": nash_sutcliffe(nowcast[judged], truth[judged]),
        "positives": decisions.n_positives,
    }


def baseline_rows(model: Model, days: Days, seeds: Sequence[int], folder: Path) -> list[TableRow]:
    """What needs no network, on the novelty of a model's autoencoder, and on the region's energy."""
    made: dict[str, dict[int, dict[str, float]]] = {}
    for seed in seeds:
        encoded = fit_of(model, days, seed, folder, autoencoder=True)
        if encoded is None or "novelty" not in encoded.series:
            continue
        truth = smoothed_series(encoded.series["novelty"], days)[1]
        for name, make in _BASELINES.items():
            made.setdefault(name, {})[seed] = series_scores(make(truth, days), truth, days, own_level=False) | {
                "seconds": 0.0
            }
    rows = [TableRow(name, "baseline", scores) for name, scores in made.items()]
    for name, make in _BASELINES.items():
        scores = series_scores(make(days.energy, days), days.energy, days, own_level=True) | {"seconds": 0.0}
        rows.append(TableRow(f"{name}, of energy", "baseline", {seeds[0]: scores}))
    return rows


def moving_average(series: np.ndarray, half_life: float) -> np.ndarray:
    """Exponential average of all known values before each step; NaN before the first.

    >>> moving_average(np.array([2.0, 4.0, np.nan, 8.0]), 1.0).round(3).tolist()
    [nan, 2.0, 3.333, 3.333]
    """
    kept = 0.5 ** (1.0 / half_life)
    out, total, weight = np.full(len(series), np.nan), 0.0, 0.0
    for step, value in enumerate(series.tolist()):
        if weight:
            out[step] = total / weight
        if value == value:
            total, weight = total * kept + value, weight * kept + 1.0
    return out


def _best_average(series: np.ndarray, days: Days) -> np.ndarray:
    averages = [moving_average(series, half_life) for half_life in HALF_LIVES]
    errors = [np.nanmean((average - series)[days.train] ** 2) for average in averages]
    return averages[int(np.argmin(errors))]


def _long_term(series: np.ndarray, days: Days) -> np.ndarray:
    return np.full(len(series), np.nanmean(series[days.train]))


def _neuron(series: np.ndarray, days: Days) -> np.ndarray:
    """One linear neuron on log(1 + yesterday's events), least squares on the training days."""
    activity = np.concatenate([[np.nan], days.observed.activity[:-1]])
    known = days.train & ~np.isnan(activity) & ~np.isnan(series)
    slope, level = np.polyfit(activity[known], series[known], 1)
    return slope * activity + level


_BASELINES: dict[str, Callable[[np.ndarray, Days], np.ndarray]] = {
    "Poisson (long-term mean)": _long_term,
    "persistence": lambda series, _: persistence(series),
    "moving average": _best_average,
    "one neuron": _neuron,
}
