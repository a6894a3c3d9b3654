"""The search for settings before a table: some random choices of each model, judged on the validation days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from seisweave.studies.eqpred.days import Days
from seisweave.studies.eqpred.fits.plan import fit_of, trials_of
from seisweave.studies.eqpred.fits.workers import make_fits
from seisweave.studies.eqpred.models.registry import Model
from seisweave.studies.eqpred.options import Fitting

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Search:
    """The models with the settings that were chosen, and all that was tried: a row a model and trial."""

    models: list[Model]
    trials: pd.DataFrame


def search_settings(models: Sequence[Model], days: Days, n: int, fitting: Fitting) -> Search:
    """Choose the best of each model's trials by the validation loss of seed 0."""
    import pandas as pd

    trials = {model.name: trials_of(model, n) for model in models}
    named = [
        replace(trial, name=f"{name}, trial {k}") for name, those in trials.items() for k, trial in enumerate(those)
    ]
    make_fits(named, [days], range(1), fitting)
    chosen, record = [], []
    for model in models:
        losses = []
        for k, trial in enumerate(trials[model.name]):
            fit = fit_of(trial, days, 0, fitting.folder)
            loss = float("inf") if fit is None or "failed" in fit.facts else float(fit.facts["validation_loss"])
            part = trial.single or trial.predictor
            settings = {} if part is None else {name: getattr(part.options, name) for name in part.ranges}
            record.append({"model": model.name, "trial": k, "validation_loss": loss, **settings})
            losses.append(loss)
        best = losses.index(min(losses))
        record[best - len(losses)]["chosen"] = True
        chosen.append(trials[model.name][best])
    return Search(chosen, pd.DataFrame(record))
