"""Forecasts scored on later events: nats lost per event, and gained over a reference, above each magnitude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.evaluation.information import blocks_of_days
from seisweave.evaluation.spatial import SpatialGain, SpatialScore, spatial_gains, spatial_scores
from seisweave.forecast.forecast import Forecast
from seisweave.forecast.options import EvaluationOptions
from seisweave.forecast.storage import open_forecast


@dataclass(frozen=True, eq=False)
class ForecastScores:
    """Forecasts by name, target events inside their volume, what each forecast gives each event, scores and gains."""

    forecasts: dict[str, Forecast]
    targets: Catalog
    log_density: dict[str, np.ndarray]
    scores: dict[str, list[SpatialScore]]
    gains: dict[str, list[SpatialGain]]
    reference: str
    n_outside: int = 0


def score_forecasts(
    forecasts: dict[str, Forecast], later: Catalog, options: EvaluationOptions, *, jobs: int | None = None
) -> ForecastScores:
    """Score forecasts on the events in their volume. Errors: InputError for no such event, an unknown reference."""
    reference = list(forecasts)[-1] if options.reference is None else options.reference
    if reference not in forecasts:
        raise InputError(f"reference is {reference!r}; choose one of {', '.join(forecasts)}")
    volume = forecasts[reference].volume
    inside = volume.contains(later.longitude, later.latitude, later.depth_km)
    targets = later[inside & (later.magnitude >= min(options.magnitudes()))]
    if len(targets) == 0:
        raise InputError(
            f"none of {len(later)} events lies in the volume {volume.box} at or above magnitude"
            f" {min(options.magnitudes()):g}; give other targets or cut-offs"
        )
    places = (targets.longitude, targets.latitude, targets.depth_km)
    log = {name: made.log_density(*places, jobs=jobs) for name, made in forecasts.items()}
    return replace(compare(log, targets, reference, options), forecasts=forecasts, n_outside=len(later) - len(targets))


def compare(log: dict[str, np.ndarray], targets: Catalog, reference: str, options: EvaluationOptions) -> ForecastScores:
    """Scores, and gains over a reference, from what forecasts by name give each target."""
    shared: dict[str, Any] = {"cutoffs": options.magnitudes(), "group": blocks(targets, options.block_days)}
    shared["seed"] = options.seed
    scores = {name: spatial_scores(values, targets.magnitude, **shared) for name, values in log.items()}
    gains = {
        name: spatial_gains(values, log[reference], targets.magnitude, **shared)
        for name, values in log.items()
        if name != reference
    }
    return ForecastScores({}, targets, log, scores, gains, reference)


def blocks(targets: Catalog, days: float) -> np.ndarray | None:
    """Number of the block of days each event is in; None draws each alone. Events without time are alone, too."""
    if days == 0.0:
        return None
    unknown = np.isnat(targets.times)
    day = targets.times.astype("datetime64[s]").astype(np.int64) / 86400.0
    block = blocks_of_days(np.where(unknown, 0.0, day), days)
    return np.where(unknown, -10_000_000 - np.arange(len(targets)), block)


def read_forecasts(folders: Sequence[Path]) -> dict[str, Forecast]:
    """Forecasts by name, or by folder where names repeat. Errors: InputError for two of one name, or two volumes."""
    opened = [open_forecast(folder) for folder in folders]
    names = [made.name for made in opened]
    forecasts = {}
    for folder, made in zip(folders, opened, strict=True):
        name = made.name if names.count(made.name) == 1 else folder.resolve().name
        if name in forecasts:
            raise InputError(f"two forecasts are called {name}; give them names with `seisweave forecast --name`")
        forecasts[name] = made.named(name)
    volumes = {made.volume for made in opened}
    if len(volumes) > 1:
        raise InputError(f"the forecasts are over {len(volumes)} different volumes; make them over the same one")
    return forecasts
