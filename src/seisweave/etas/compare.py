"""Models scored on the same later events: nats of each, gains over one of them with intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.instants import Instant, as_time, in_short
from seisweave.errors import InputError
from seisweave.etas.domain import day_of, instant_of
from seisweave.etas.events import EtasEvents
from seisweave.etas.model import EtasModel
from seisweave.etas.scores import EventScores
from seisweave.evaluation.information import Interval, blocks_of_days, ratio_interval
from seisweave.machine import available_cores
from seisweave.progress import Progress, Step

if TYPE_CHECKING:
    import pandas as pd

POISSON = "uniform Poisson"
BLOCK_DAYS, DRAWS = 30.0, 2000


@dataclass(frozen=True, eq=False)
class EtasComparison:
    """Scores of models by name on the same targets, and of a Poisson process, uniform in time and place.

    events: what each model knows of the targets and their history; reference: the model that gains are over.

    >>> from seisweave.etas import EtasOptions, fit_etas
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=600).catalog
    >>> model = fit_etas(catalog, EtasOptions("standard", completeness=2.0, fit_until="2015-01-01"))
    >>> compared = compare_models({"standard": model}, catalog, "2015-01-01", "2019-01-01")
    >>> compared.best, compared.reference
    ('standard', 'uniform Poisson')
    """

    scores: Mapping[str, EventScores]
    events: Mapping[str, EtasEvents]
    reference: str
    start: str
    end: str

    @property
    def best(self) -> str:
        """The model that scores highest in all."""
        return max(self.scores, key=lambda name: self.scores[name].mean["total"])

    def total(self, name: str) -> Float[np.ndarray, " m"]:
        """Nats of each target, of time and place together."""
        return self.scores[name].tll + self.scores[name].sll

    def gain(self, name: str, part: str = "total") -> Interval:
        """Gain over the reference, nats an event, with the interval of drawing blocks of 30 days anew."""
        ours, theirs = (self._part(each, part) for each in (name, self.reference))
        t_days = next(iter(self.events.values())).t_days[next(iter(self.scores.values())).index]
        block = np.unique(blocks_of_days(t_days - t_days[0], BLOCK_DAYS), return_inverse=True)[1]
        return ratio_interval(np.bincount(block, ours - theirs), np.bincount(block).astype(float), draws=DRAWS, seed=0)

    def _part(self, name: str, part: str) -> Float[np.ndarray, " m"]:
        return self.total(name) if part == "total" else getattr(self.scores[name], part)

    def scores_table(self) -> pd.DataFrame:
        """One row a model: mean nats an event of time, place and both, and the gains over the reference."""
        import pandas as pd

        rows = []
        for name, scored in self.scores.items():
            row: dict[str, Any] = {"model": name, "n_events": len(scored.index), **scored.mean}
            for part in ("tll", "sll", "total"):
                row |= self.gain(name, part).columns(f"gain_{part}")
            rows.append(row)
        return pd.DataFrame(rows)

    def targets_table(self) -> pd.DataFrame:
        """One row a target: when, its magnitude, and nats of time and place by each model."""
        import pandas as pd

        first = next(iter(self.events.values()))
        at = next(iter(self.scores.values())).index
        table = {"time": [str(instant_of(float(t))) for t in first.t_days[at]], "magnitude": first.magnitude[at]}
        for name, scored in self.scores.items():
            table |= {f"{name}: tll": scored.tll, f"{name}: sll": scored.sll}
        return pd.DataFrame(table)

    def summary(self) -> dict[str, Any]:
        """What a summary says of the comparison."""
        return {
            "start": self.start,
            "end": self.end,
            "n_events": len(next(iter(self.scores.values())).index),
            "reference": self.reference,
            "block_days": BLOCK_DAYS,
            "scores": self.scores_table().to_dict("records"),
        }


def compare_models(
    models: Mapping[str, EtasModel],
    catalog: CatalogLike,
    start: Instant | None = None,
    end: Instant | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> EtasComparison:
    """Score models on the events from start to before end: each is known when it comes, and none is fitted to them.

    By default the span begins where the last of the models ends, and ends with the catalog's last event. Gains are over
    the first model, or over a Poisson process, uniform in time and region with the rate of the first model's span,
    where there is one only.

    Errors: InputError for models of different regions or magnitudes, a span that a model was fitted to, and one without
    events.

    >>> from seisweave.etas import EtasOptions, fit_etas
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=600).catalog
    >>> options = EtasOptions("standard", completeness=2.0, fit_until="2015-01-01")
    >>> model = fit_etas(catalog, options)
    >>> compare_models({"one": model, "again": model}, catalog).gain("again").value
    0.0
    """
    catalog = as_catalog(catalog)
    named = list(models.items())
    if not named:
        raise InputError("no model to score; give the folder of one")
    known_until = max(as_time("end of the fit", model.fitted_to.end) for _, model in named if model.fitted_to)
    first = known_until if start is None else as_time("start", start)
    if first < known_until:
        raise InputError(
            f"start {in_short(first)} is before {in_short(known_until)}, until when a model was fitted; models are"
            " scored on later events"
        )
    times = catalog.times[~np.isnat(catalog.times)]
    last = times.max() if end is None and len(times) else as_time("end", "" if end is None else end)
    events, scores = {}, {}
    for k, (name, model) in enumerate(named):
        if progress is not None:
            progress(Step(f"scores of {name}", k / len(named)))
        _check_alike(models, name)
        events[name] = model.events(catalog, first, last)
        if not len(events[name].targets):
            raise InputError(
                f"no event of M ≥ {model.domain.min_magnitude:g} in the region from {in_short(first)} to"
                f" {in_short(last)}; give another --start or --end"
            )
        scores[name] = model.score(events[name], jobs=jobs or available_cores())
    if len(named) == 1:
        scores[POISSON] = _poisson(named[0][1], events[named[0][0]])
        events[POISSON] = events[named[0][0]]
    reference = named[0][0] if len(named) > 1 else POISSON
    return EtasComparison(scores, events, reference, str(first), str(last))


def _check_alike(models: Mapping[str, EtasModel], second: str) -> None:
    """Errors: InputError for a model that does not count the same events as the first."""
    first = next(iter(models))
    a, b = models[first], models[second]
    if a.domain.min_magnitude != b.domain.min_magnitude or a.domain.bin_width != b.domain.bin_width:
        raise InputError(
            f"{first} counts events of M ≥ {a.domain.min_magnitude:g} and {second} of M ≥ {b.domain.min_magnitude:g};"
            " score models of one completeness"
        )
    if a.domain.short != b.domain.short:
        raise InputError(
            f"{first} and {second} leave out different events after large ones; score models fitted with the same"
            " incompleteness"
        )
    if a.domain.corners.shape != b.domain.corners.shape or (a.domain.corners != b.domain.corners).any():
        raise InputError(f"{first} and {second} are of different regions; score models of one region")


def _poisson(model: EtasModel, events: EtasEvents) -> EventScores:
    """Uniform in time and region, with the rate of the model's own span."""
    assert model.fitted_to is not None
    start, end = (day_of(as_time("span", t)) for t in (model.fitted_to.start, model.fitted_to.end))
    rate = max(model.n_targets, 1) / (end - start)
    at = events.targets
    waited = np.diff(np.append(events.t_days[at], events.end), prepend=events.start)
    tll = log(rate) - rate * waited[:-1] - rate * waited[-1] / len(at)
    sll = np.full(len(at), -log(events.area_km2))
    return EventScores(at, tll, sll, log(rate) + sll, np.full(len(at), log(rate)))
