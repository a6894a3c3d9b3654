"""A forecast issued at an instant: catalogs of what may come, and what they say of numbers, magnitudes and places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.instants import Instant, as_time, in_short
from seisweave.errors import InputError
from seisweave.etas.branching import branching_ratio
from seisweave.etas.continuation import Continuation
from seisweave.etas.csep_catalogs import ForecastCatalogs, catalogs_of
from seisweave.etas.model import EtasModel
from seisweave.etas.simulate import SimulateOptions, simulate
from seisweave.machine import available_cores
from seisweave.progress import Progress

_STEP = 0.5  # of the magnitudes whose chances are told
_HIGHEST = 8.0


@dataclass(frozen=True, eq=False)
class EtasForecast:
    """Catalogs of the events within the region, from an instant (UTC) on for so many days.

    Arguments:
        catalogs: what was simulated.
        start, days: the span.
        model: that it comes from.
        n_cut: catalogs that reached the most events allowed, and end before the others.
        branching_ratio: of the model, over its past.
        notes: what a person should hear, of a past that is taken as quiet for one; none of them knows what came later.

    >>> from seisweave.etas import EtasOptions, fit_etas
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=600).catalog
    >>> model = fit_etas(catalog, EtasOptions("standard", completeness=2.0))
    >>> forecast_etas(model, catalog, None, 30.0, SimulateOptions(100)).magnitudes[:2].tolist()
    [2.0, 2.5]
    """

    catalogs: ForecastCatalogs
    start: np.datetime64
    days: float
    model: EtasModel
    n_cut: int
    branching_ratio: float
    notes: tuple[str, ...]

    @property
    def magnitudes(self) -> Float[np.ndarray, " m"]:
        """Those whose chances are told: from the smallest that counts on, in steps of half a unit."""
        least = self.model.domain.min_magnitude
        return np.arange(np.ceil(least / _STEP - 1e-9), _HIGHEST / _STEP + 0.5) * _STEP

    def chance_of(self, magnitude: float) -> float:
        """The share of catalogs with an event of a magnitude or more in the region."""
        some = np.unique(self.catalogs.catalog[self.catalogs.magnitude >= magnitude - 1e-9])
        return len(some) / self.catalogs.n_catalogs

    def expected(self, magnitude: float) -> float:
        """The mean number of events of a magnitude or more in the region."""
        return float((self.catalogs.magnitude >= magnitude - 1e-9).sum()) / self.catalogs.n_catalogs


def forecast_etas(
    model: EtasModel,
    catalog: CatalogLike,
    start: Instant | None = None,
    days: float = 1.0,
    options: SimulateOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> EtasForecast:
    """Simulate what may come after an instant, given all events of a catalog before it.

    By default the instant is that of the last event. The catalog must hold all that came before it: one that ends
    earlier is taken as quiet from there on, and that is told.

    Errors: InputError for a model that was not fitted to a catalog, and days that are not above 0.

    >>> from seisweave.etas import EtasOptions, fit_etas
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=600).catalog
    >>> model = fit_etas(catalog, EtasOptions("standard", completeness=2.0))
    >>> made = forecast_etas(model, catalog, "2019-12-01", 30.0, SimulateOptions(500))
    >>> 0.0 < made.chance_of(3.0) < 1.0, 0.0 < made.expected(2.0)
    (True, True)
    """
    catalog, options, jobs = as_catalog(catalog), options or SimulateOptions(), jobs or available_cores()
    times = catalog.times[~np.isnat(catalog.times)]
    if not len(times):
        raise InputError(f"none of {len(catalog):,} events has a time; give a catalog with times")
    first = times.max() + np.timedelta64(1, "us") if start is None else as_time("start", start)
    setup = Continuation.after(model, catalog, first, days, jobs=jobs)
    made = simulate(setup, options, jobs=jobs, progress=progress)
    return EtasForecast(
        catalogs_of(made, model.domain), first, days, model, int(made.cut.sum()), branching_ratio(setup),
        tuple(_notes(model, times, first, start is None)),
    )  # fmt: skip


def later_note(catalog: CatalogLike, first: np.datetime64) -> str:
    """How many events of a catalog come too late for a forecast, in one line; empty where none does.

    >>> from seisweave.synthetic import southern_california_like
    >>> later_note(southern_california_like(seed=1, n_events=600).catalog, np.datetime64("2019-12-01", "us"))
    '6 events from 2019-12-01 on play no part'
    """
    later = int((as_catalog(catalog).times >= first).sum())
    return f"{later:,} events from {in_short(first)} on play no part" if later else ""


def _notes(model: EtasModel, times: np.ndarray, first: np.datetime64, chosen: bool) -> list[str]:
    """What is true whatever comes after the instant."""
    notes, before = [], times[times < first]
    if chosen:
        notes.append(f"from the last event on, {in_short(times.max())}; --now says otherwise")
    elif len(before):
        last = in_short(before.max())
        notes.append(f"the last event before that is at {last}: taken as quiet from there to {in_short(first)}")
    else:
        notes.append(f"the catalog has no event before {in_short(first)}: nothing but the background is known")
    if model.fitted_to is not None and first < as_time("end", model.fitted_to.end):
        until = in_short(as_time("end", model.fitted_to.end))
        notes.append(f"the model was fitted to events until {until}, so this is no forecast")
    return notes
