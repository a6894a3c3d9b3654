"""What every model of a prospective table says: the steps it is judged on, and its chances there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.evaluation import best_threshold
from seisweave.nowcast.region.options import NowcastOptions
from seisweave.studies.eqpred.paper import HALF_LIVES, moving_average

if TYPE_CHECKING:
    from seisweave.nowcast.region.observed import Observed as View
    from seisweave.studies.eqpred.days import Days
    from seisweave.studies.eqpred.expanding_window import Chances, Target
    from seisweave.studies.eqpred.models.registry import Model
    from seisweave.studies.eqpred.options import TableInput

HORIZONS = (1, 7)
LOWER = 0.5  # magnitude units below the threshold, for the second target
NEURON, EQPRED = "one neuron", "EQPRED"


@dataclass(frozen=True, eq=False)
class Scene:
    """What all models are judged on: steps, borders of refits and their end, and the days of each network."""

    view: View
    borders: tuple[np.datetime64, ...]
    days: tuple[Days, ...]

    def network_of(self, refit: int) -> int:
        """Number of the latest network that was trained at or before a refit."""
        return max(k for k, days in enumerate(self.days) if days.border <= self.borders[refit])


def targets_of(threshold: float) -> list[Target]:
    """Both magnitudes, next day and next seven days."""
    from seisweave.studies.eqpred.expanding_window import Target

    return [Target(magnitude, days) for magnitude in (threshold, threshold - LOWER) for days in HORIZONS]


def lay_scene(given: TableInput) -> Scene:
    """Borders every few years, and the days before those of them at which networks are trained."""
    from seisweave.nowcast.place.options import WindowOptions, years_later
    from seisweave.nowcast.region.observed import observe as look
    from seisweave.nowcast.region.settings import Settings
    from seisweave.nowcast.times import as_time
    from seisweave.studies.eqpred.days import days_before

    catalog, options, maps = given.catalog, given.options, given.maps
    nowcast = NowcastOptions(
        threshold=options.threshold or 4.5, start=options.start, end=options.end, span=options.span
    )
    view = look(catalog, Settings(nowcast, maps))
    end = str(view.steps.start[-1] + view.steps.step)[:10]
    refits = WindowOptions(first=options.first or "1995-01-01", end=end, every_years=options.every_years).refits
    trained = refits[:: max(1, round(options.retrain_years / options.every_years))]
    late = years_later(as_time("end", end), -options.every_years)  # what would be judged on less is not worth it
    trained = (trained[0], *(day for day in trained[1:] if as_time("border", day) <= late))
    days = [
        days_before(catalog, view, border, nowcast, maps, validation_years=options.validation_years)
        for border in trained
    ]
    borders = tuple(as_time("border", day) for day in (*refits, end))
    return Scene(view, borders, tuple(days))


def chances_by_model(
    scene: Scene, target: Target, models: Sequence[Model], seeds: Sequence[int], folder: Path
) -> tuple[dict[tuple[str, int], Chances], dict[str, list[int]]]:
    """Chances that every model and seed gives for a target, and the fits that are missing."""
    from seisweave.studies.eqpred.expanding_window import chances_of, truth_of

    truth = truth_of(scene.view, target, scene.borders)
    chance = partial(chances_of, truth=truth, best_threshold=best_threshold)
    made: dict[tuple[str, int], Chances] = {}
    for name, values in plain_features(scene.view, target).items():
        made[name, 0] = chance(lambda _, values=values: (values, 0))
    missing: dict[str, list[int]] = {}
    for model in models:
        for seed in seeds:
            series = _series(scene, model, seed, folder)
            if series is None:
                missing.setdefault(model.name, []).append(seed)
                continue
            made[model.name, seed] = chance(series)
            if model.name.startswith(EQPRED):
                made[f"{model.name} and neuron", seed] = chance(_with_activity(scene, series))
    return made, missing


def plain_features(view: View, target: Target) -> dict[str, np.ndarray]:
    """What the baselines know before each step, and the one after the last (t + 1, 1)."""
    from seisweave.studies.eqpred.expanding_window import happened_before

    activity = np.concatenate([[np.nan], view.activity])
    before = np.append(happened_before(view, target), np.nan)
    extreme = np.append(view.extreme(target.threshold).astype(float), np.nan)
    half_life = HALF_LIVES[-1]
    average = np.log1p(half_life * np.nan_to_num(moving_average(extreme, half_life)))
    return {NEURON: activity[:, None], "persistence": before[:, None], "moving average": average[:, None]}


def _series(scene: Scene, model: Model, seed: int, folder: Path) -> Any:
    """A model's nowcasts by refit, as `chances_of` takes them; None where a fit is missing or has failed."""
    from seisweave.studies.eqpred.fits.plan import fit_of

    fits = [fit_of(model, days, seed, folder) for days in scene.days]
    if any(fit is None or "forecast" not in fit.series for fit in fits):
        return None
    unseen = [int(np.flatnonzero(days.validation)[0]) for days in scene.days]

    def features(refit: int) -> tuple[np.ndarray, int]:
        k = scene.network_of(refit)
        return fits[k].series["forecast"][:, None], unseen[k]  # type: ignore[union-attr]

    return features


def _with_activity(scene: Scene, series: Any) -> Any:
    activity = np.concatenate([[np.nan], scene.view.activity])

    def features(refit: int) -> tuple[np.ndarray, int]:
        values, unseen = series(refit)
        return np.column_stack([values, activity]), unseen

    return features
