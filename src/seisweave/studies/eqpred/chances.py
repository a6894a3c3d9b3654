"""What every model of a prospective table says: its chances of a target, from its fits or from what needs none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from seisweave.evaluation.chances import came_before
from seisweave.nowcast.region.observed import Observed
from seisweave.studies.eqpred.expanding_window import Chances, Features, Target, Truth, chances_of, truth_of
from seisweave.studies.eqpred.fits.plan import fit_of
from seisweave.studies.eqpred.models.registry import EQPRED, Model
from seisweave.studies.eqpred.rows import HALF_LIVES, moving_average
from seisweave.studies.eqpred.timetable import Timetable

NEURON = "one neuron"


class Seeded(NamedTuple):
    """A model by its name, and the seed of its fits; 0 for what needs none."""

    model: str
    seed: int


@dataclass(frozen=True, eq=False)
class TargetChances:
    """What came of a target, its chances by model and seed, and the seeds of each model whose fits are missing."""

    target: Target
    truth: Truth
    chances: Mapping[Seeded, Chances]
    missing: Mapping[str, list[int]]


def chances_by_model(
    timetable: Timetable, target: Target, models: Sequence[Model], seeds: Sequence[int], folder: Path
) -> TargetChances:
    """Chances that every model and seed gives for a target; `folder` holds the fits."""
    truth = truth_of(timetable.observed, target, timetable.borders)
    made: dict[Seeded, Chances] = {}
    for name, values in plain_features(timetable.observed, target).items():
        made[Seeded(name, 0)] = chances_of(lambda _, values=values: Features(values), truth)
    missing: dict[str, list[int]] = {}
    for model in models:
        for seed in seeds:
            series = _series(timetable, model, seed, folder)
            if series is None:
                missing.setdefault(model.name, []).append(seed)
                continue
            made[Seeded(model.name, seed)] = chances_of(series, truth)
            if model.name.startswith(EQPRED):
                made[Seeded(f"{model.name} and neuron", seed)] = chances_of(_with_activity(timetable, series), truth)
    return TargetChances(target, truth, made, missing)


def plain_features(observed: Observed, target: Target) -> dict[str, np.ndarray]:
    """What the baselines know before each step, and the one after the last (t + 1, 1)."""
    extreme = observed.extreme(target.threshold)
    activity = np.concatenate([[np.nan], observed.activity])
    before = np.append(came_before(extreme, target.steps).astype(float), np.nan)
    half_life = HALF_LIVES[-1]
    average = moving_average(np.append(extreme.astype(float), np.nan), half_life)
    average = np.log1p(half_life * np.nan_to_num(average))
    return {NEURON: activity[:, None], "persistence": before[:, None], "moving average": average[:, None]}


def _series(timetable: Timetable, model: Model, seed: int, folder: Path) -> Callable[[int], Features] | None:
    """A model's nowcasts by refit; None where a fit is missing or has failed."""
    fits = [fit_of(model, days, seed, folder) for days in timetable.trainings]
    series = [fit.series["forecast"] for fit in fits if fit is not None and "forecast" in fit.series]
    if len(series) < len(fits):
        return None
    unseen = [int(np.flatnonzero(days.validation)[0]) for days in timetable.trainings]

    def features(refit: int) -> Features:
        k = timetable.training_of(refit)
        return Features(series[k][:, None], unseen[k])

    return features


def _with_activity(timetable: Timetable, series: Callable[[int], Features]) -> Callable[[int], Features]:
    activity = np.concatenate([[np.nan], timetable.observed.activity])

    def features(refit: int) -> Features:
        alone = series(refit)
        return Features(np.column_stack([alone.values, activity]), alone.unseen)

    return features
