"""The search for settings before a table: random choices of each part, judged on the validation days, with seed 0.

Parts are chosen one after the other: an autoencoder by how well it gives the maps of normal validation days back, then,
on the novelty of the one that was chosen, the predictor by its error there; a network over maps by its error. Rows that
share a part share what is chosen, and controls have the settings of the row they control. An autoencoder is never
chosen by the scores of its own novelty: those are highest where the series is easiest, not where the days are best told
apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.studies.eqpred.days import Days
from seisweave.studies.eqpred.fits.files import Fit
from seisweave.studies.eqpred.fits.plan import fit_of, trials_of
from seisweave.studies.eqpred.fits.workers import make_fits
from seisweave.studies.eqpred.models.registry import Model, Part
from seisweave.studies.eqpred.options import Fitting

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Search:
    """The models with the settings that were chosen, and all that was tried: a row a model, part and trial."""

    models: list[Model]
    trials: pd.DataFrame


def search_settings(models: Sequence[Model], days: Days, n: int, fitting: Fitting) -> Search:
    """Choose the best of n trials, and of each part as it is, for every part of the models."""
    import pandas as pd

    record: list[dict[str, Any]] = []
    chosen = _choose([_alone(model) for model in models], "autoencoder", days, n, fitting, record)
    models = [_with(model, autoencoder=chosen.get(_alone(model))) for model in models]
    for part in ("single", "predictor"):
        plain = [replace(model, disturb="") for model in models]
        chosen = _choose(plain, part, days, n, fitting, record)
        models = [_with(model, **{part: chosen.get(replace(model, disturb=""))}) for model in models]
    return Search(models, pd.DataFrame(record))


def _alone(model: Model) -> Model:
    """Its autoencoder without what rests on it."""
    return model if model.autoencoder is None else Model(model.name, autoencoder=model.autoencoder)


def _with(model: Model, **parts: Part | None) -> Model:
    return replace(model, **{name: part for name, part in parts.items() if part is not None})


def _choose(
    models: Sequence[Model], name: str, days: Days, n: int, fitting: Fitting, record: list[dict[str, Any]]
) -> dict[Model, Part]:
    """The best trial of one part of each model that has it; models that are equal but for their names share it."""
    kinds: dict[Model, list[Model]] = {}
    for model in models:
        if name in model.parts:
            kinds.setdefault(replace(model, name=""), []).append(model)
    trials = {
        kind: [replace(kind, name=f"{those[0].name}, trial {k}", **{name: part}) for k, part in enumerate(parts)]
        for kind, those in kinds.items()
        for parts in [trials_of(kind.parts[name], n, f"{those[0].name} {name}")]
    }
    make_fits([trial for each in trials.values() for trial in each], [days], range(1), fitting)
    chosen: dict[Model, Part] = {}
    for kind, each in trials.items():
        fits = [fit_of(trial, days, 0, fitting.folder, autoencoder=name == "autoencoder") for trial in each]
        losses = [_loss(fit, days) for fit in fits]
        best = losses.index(min(losses))
        for model in dict.fromkeys(kinds[kind]):
            chosen[model] = each[best].parts[name]
            record += [
                {"model": model.name, "part": name, "trial": k, "validation_loss": loss, "chosen": k == best}
                | _settings(trial.parts[name])
                for k, (trial, loss) in enumerate(zip(each, losses, strict=True))
            ]
    return chosen


def _settings(part: Part) -> dict[str, Any]:
    return {name: part.setting(name) for name in part.ranges}


def _loss(fit: Fit | None, days: Days) -> float:
    """What a part is chosen by, over the variance of the training days where it nowcasts; infinite for none.

    A nowcast's is taken from the series it leaves, so that the size of batches and windows has no part in it.
    """
    if fit is None or "failed" in fit.facts:
        return float("inf")
    if "forecast" not in fit.series or "nse" in fit.facts:
        return float(fit.facts["validation_loss"])
    truth = fit.series["truth"]
    error = (fit.series["forecast"][:-1] - truth)[days.validation]
    error = error[~np.isnan(error)]
    return float(np.mean(error**2) / np.nanvar(truth[days.train])) if len(error) else float("inf")
