"""How a fitted ETAS model looks: what it was fitted to, its parameters with their errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seisweave.catalog.as_catalog import CatalogLike
from seisweave.etas.diagnostics import aftershocks, residuals
from seisweave.etas.forms import meaning_of
from seisweave.etas.model import EtasModel
from seisweave.report.etas import etas_figure, parameters_figure
from seisweave.report.markup import count, number
from seisweave.report.notebook.look import Look

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_MOST = 12  # rows of parameters


def _line(model: EtasModel) -> list[str]:
    kernels, given = count(len(model.form.kernels), "kernel"), model.fitted_to
    parts = [kernels, f"fitted to {count(model.n_targets, 'event')}"]
    if given is not None:
        parts += [f"M ≥ {given.domain.min_magnitude:g}", f"{given.start[:10]} to {given.end[:10]}"]
    mean = [f"{model.log_likelihood / model.n_targets:.3f} nats each"] if model.n_targets else []
    return [*parts, *mean, *([] if model.converged else ["the fit did not converge"])]


def _rows(model: EtasModel) -> list[list[str]]:
    error, rows = model.error, []
    for name in model.form.parameters():
        meaning, logarithm = meaning_of(name)
        told = f"log of {meaning}" if logarithm else meaning
        rows.append([name, number(float(model.value[name])), number(error[name]), told])
    rest = len(rows) - _MOST
    return rows if rest <= 0 else [*rows[:_MOST], [f"and {rest} more: to_pandas()", "", "", ""]]


def _figure(model: EtasModel, catalog: CatalogLike | None = None, *, title: str = "") -> Figure:
    """With a catalog, how the model describes its events; the parameters alone without."""
    if catalog is None:
        return parameters_figure(model, title=title)
    events = model.events(catalog)
    chances = model.background_probability(events)
    return etas_figure(events, chances, residuals(model, events), aftershocks(model, events), title=title)


MODEL = Look(
    line=_line,
    rows=_rows,
    figure=_figure,
    small=parameters_figure,
    alt="Parameters and what holds them in 95 of 100 cases",
    heads=("parameter", "value", "error", "meaning"),
)
