"""The result folders of a fitted ETAS model, and of models that were scored on later events."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from seisweave.catalog.as_catalog import as_catalog
from seisweave.errors import InputError
from seisweave.etas import (
    Continuation,
    aftershocks,
    branching_interval,
    branching_ratio,
    cells_in,
    expected_rates,
    residuals,
    write_catalogs,
)
from seisweave.etas.domain import instant_of
from seisweave.forecast.csep_format import write_dat
from seisweave.machine import available_cores, peak_memory_mb
from seisweave.report.etas import etas_backtest_figure, etas_figure, etas_forecast_figure, etas_gain_map
from seisweave.storage import write_summary
from seisweave.version import __version__

if TYPE_CHECKING:
    import pandas as pd

    from seisweave.catalog.as_catalog import CatalogLike
    from seisweave.etas import EtasBacktest, EtasComparison, EtasEvents, EtasForecast, EtasModel


def write_etas_folder(
    model: EtasModel,
    folder: Path,
    told: Mapping[str, Any] | None = None,
    *,
    catalog: CatalogLike | None = None,
    jobs: int | None = None,
) -> dict[str, Any]:
    """Write model, parameters, background probabilities of the targets, figure and summary; the last is given back.

    Errors: InputError without the catalog it was fitted to.
    """
    if catalog is None:
        raise InputError("the folder of an ETAS model holds what it says of its events; give `catalog=` that it fits")
    jobs = jobs or available_cores()
    events = model.events(as_catalog(catalog))
    chance = model.background_probability(events, jobs=jobs)
    rescaled, followed = residuals(model, events, jobs=jobs), aftershocks(model, events, jobs=jobs)
    model.write(folder)
    parameters_table(model).to_csv(folder / "parameters.csv", index=False)
    events_table(model, events, chance).to_csv(folder / "events.csv", index=False)
    assert model.fitted_to is not None
    span = f"{model.fitted_to.start[:10]} to {model.fitted_to.end[:10]}"
    name = model.fitted_to.options.form
    title = f"ETAS, {name} form, fitted to {model.n_targets:,} events of M ≥ {model.domain.min_magnitude:g}, {span}"
    etas_figure(events, chance, rescaled, followed, title=title).savefig(folder / "figure.png")
    law = model.fitted_to.magnitudes
    setup = Continuation.of(model, events, law, model.domain.outline_km, jobs=jobs)
    low, high = branching_interval(setup, model.covariance)
    summary = {
        "kind": "etas fit",
        "form": name,
        "n_targets": model.n_targets,
        "n_history": len(events) - len(events.targets),
        "min_magnitude": model.domain.min_magnitude,
        "area_km2": model.domain.area_km2,
        "start": model.fitted_to.start,
        "end": model.fitted_to.end,
        "log_likelihood_per_event": model.log_likelihood / model.n_targets,
        "converged": model.converged,
        "steps": model.steps,
        "branching_ratio": branching_ratio(setup),
        "branching_ratio_95": [low, high],
        "b": law.b,
        "corner_magnitude": law.corner_magnitude,
        "corner_magnitude_found": law.corner_found,
        "background_events": float(chance.sum()),
        "largest_residual": rescaled.largest,
        "band_of_residuals": rescaled.band,
        **(told or {}),
        "peak_memory_mb": peak_memory_mb(),
        "version": __version__,
    }
    write_summary(folder, summary)
    return summary


def parameters_table(model: EtasModel) -> pd.DataFrame:
    """One row a parameter: value and standard error as fitted, most of them logarithms; what it is, and its interval.

    The last three columns are in the parameter's own unit, the logarithm undone where there is one.
    """
    import pandas as pd

    from seisweave.etas.forms import meaning_of

    rows = []
    for name, value in model.value.items():
        error, (meaning, is_log) = model.error[name], meaning_of(name)
        ends = value + np.array([0.0, -1.96, 1.96]) * error
        own, low, high = np.exp(ends) if is_log else ends
        rows.append([name, value, error, meaning, own, low, high])
    columns = ["parameter", "value", "standard_error", "meaning", "natural_value", "natural_low", "natural_high"]
    return pd.DataFrame(rows, columns=columns)


def events_table(model: EtasModel, events: EtasEvents, chance: np.ndarray) -> pd.DataFrame:
    """The targets in order of time, each with the chance that nothing triggered it."""
    import pandas as pd

    at = events.targets
    longitude, latitude = model.domain.projection.to_geographic(events.x_km[at], events.y_km[at])
    return pd.DataFrame(
        {
            "time": [str(instant_of(float(t))) for t in events.t_days[at]],
            "longitude": longitude.round(6),
            "latitude": latitude.round(6),
            "magnitude": events.magnitude[at],
            "background_probability": chance,
        }
    )


def write_etas_scores_folder(compared: EtasComparison, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write the scores of models, their gains, those of each event, a map of gains and the summary."""
    compared.scores_table().to_csv(folder / "scores.csv", index=False)
    compared.targets_table().to_csv(folder / "targets.csv", index=False)
    best = compared.best
    if best != compared.reference:
        title = f"Nats gained by {best} over {compared.reference}, event by event"
        gain = compared.total(best) - compared.total(compared.reference)
        etas_gain_map(compared.events[best], gain, title=title).savefig(folder / "gains.png")
    write_summary(folder, {"kind": "etas evaluate", **compared.summary(), **(told or {}), "version": __version__})


def write_etas_forecast_folder(
    forecast: EtasForecast, folder: Path, told: Mapping[str, Any] | None = None, *, cell_deg: float = 0.1
) -> None:
    """Write the catalogs as CSEP reads them, the expected numbers by cell, a figure and the summary."""
    rates = expected_rates(forecast.catalogs, cells_in(forecast.model.domain, cell_deg))
    write_catalogs(forecast.catalogs, folder / "catalogs.csv")
    write_dat(rates, folder / "expected.dat")
    begin = np.datetime_as_string(forecast.start, unit="m").replace("T", " ")
    span = "1 day" if forecast.days == 1.0 else f"{forecast.days:g} days"
    title = f"{span} from {begin} UTC: events of M ≥ {forecast.model.domain.min_magnitude:g}"
    etas_forecast_figure(forecast, rates, title=title).savefig(folder / "figure.png")
    numbers = forecast.catalogs.numbers
    chances = {
        f"{magnitude:g}": {"chance": forecast.chance_of(magnitude), "expected": forecast.expected(magnitude)}
        for magnitude in forecast.magnitudes.tolist()
    }
    quantiles = {f"{q:g}": float(np.quantile(numbers, q)) for q in (0.025, 0.25, 0.5, 0.75, 0.975)}
    summary = {
        "kind": "etas simulate",
        "start": str(forecast.start),
        "days": forecast.days,
        "n_catalogs": forecast.catalogs.n_catalogs,
        "n_cut": forecast.n_cut,
        "n_outside_region": forecast.catalogs.n_outside,
        "expected": float(numbers.mean()),
        "quantiles": quantiles,
        "by_magnitude": chances,
        "branching_ratio": forecast.branching_ratio,
        "notes": list(forecast.notes),
        **(told or {}),
        "version": __version__,
    }
    write_summary(folder, summary)


def write_etas_backtest_folder(tested: EtasBacktest, folder: Path, told: Mapping[str, Any] | None = None) -> None:
    """Write one row a forecast, the figure, and the summary with pass rates and calibration."""
    tested.table().to_csv(folder / "forecasts.csv", index=False)
    title = (
        f"{len(tested.t_days):,} forecasts, {tested.n_came.sum():,} events came, {tested.expected.sum():,.0f} expected"
    )
    etas_backtest_figure(tested, title=title).savefig(folder / "figure.png")
    rates = {}
    for name in tested.tests:
        found = tested.calibration(name)
        known = {} if found is None else {"ks_distance": found.distance, "ks_p_value": found.p_value}
        rates[name] = {"pass_rate": tested.pass_rate(name), "n": len(tested.passed(name)), **known}
    content = {"kind": "etas backtest", "n_forecasts": len(tested.t_days), "n_cut": tested.n_cut, "tests": rates}
    write_summary(folder, {**content, **(told or {}), "version": __version__})
