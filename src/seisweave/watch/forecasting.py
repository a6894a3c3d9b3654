"""The step of a model: a forecast from the turn's instant on, put on record once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seisweave.errors import InputError
from seisweave.issued import IssuedForecast, issued_in
from seisweave.watch.options import ModelStep
from seisweave.watch.work import Work

KINDS = {"etas": "EtasModel", "place": "PlaceNowcaster"}


def issue(work: Work, name: str, step: ModelStep) -> str:
    """Issue a forecast of a model, unless there is one of this instant on record. Says the chance of the first window.

    Errors: InputError for a model of another kind, and what cannot be forecast.
    """
    if work.issued.is_dir() and any(each.now == work.now and each.model == name for each in issued_in(work.issued)):
        return "on record already"
    made = _made(work, name, step)
    path = made.write(work.issued)
    return f"{_in_short(made)}; {path.relative_to(work.station.folder)}"


def _made(work: Work, name: str, step: ModelStep) -> IssuedForecast:
    model, clock = open_model(name, step.model), work.means.clock.now
    from seisweave.issued.issue import issue_forecast

    return issue_forecast(model, work.catalog, work.now, step.options, clock=clock, jobs=work.means.jobs)


def open_model(name: str, folder: Path) -> Any:
    """The model of a step. Errors: InputError for a folder without one, or with one of another kind."""
    from seisweave.report.results.opened import open_result

    model = open_result(folder)
    if type(model).__name__ != KINDS[name]:
        raise InputError(f"{folder}: holds no model for [{name}], but a {type(model).__name__}; give another folder")
    return model


def _in_short(made: IssuedForecast) -> str:
    days, least = made.horizon_days[0], made.magnitudes[0]
    ratio = made.chance[0, 0] / made.long_term_chance[0, 0]
    return f"{made.chance[0, 0]:.2%} of M ≥ {least:g} within {days:g} days, {ratio:.2g} times the long-term chance"
