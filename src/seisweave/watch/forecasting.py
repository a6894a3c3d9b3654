"""The step of a model: a forecast from the turn's instant on, put on record once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seisweave.errors import InputError
from seisweave.issued import issued_in
from seisweave.issued.issue import in_a_sentence, issue_forecast
from seisweave.watch.options import EtasStep, PlaceStep
from seisweave.watch.work import Work

KINDS = {"etas": "EtasModel", "place": "PlaceNowcaster"}


def issue(work: Work, name: str, step: EtasStep | PlaceStep) -> str:
    """Issue a forecast of a model, unless there is one of this instant on record. Says the chance of the first window.

    Errors: InputError for a model of another kind, and what cannot be forecast.
    """
    if work.issued.is_dir() and any(each.now == work.now and each.model == name for each in issued_in(work.issued)):
        return "on record already"
    model, means = open_model(name, step.model), work.means
    options = step.options if isinstance(step, EtasStep) else None
    made = issue_forecast(model, work.catalog, work.now, options, clock=means.clock.now, jobs=means.jobs)
    path = made.write(work.issued)
    return f"{in_a_sentence(made)}; {path.relative_to(work.station.folder)}"


def open_model(name: str, folder: Path) -> Any:
    """The model of a step. Errors: InputError for a folder without one, or with one of another kind."""
    from seisweave.report.results.opened import open_result

    model = open_result(folder)
    if type(model).__name__ != KINDS[name]:
        raise InputError(f"{folder}: holds no model for [{name}], but a {type(model).__name__}; give another folder")
    return model
