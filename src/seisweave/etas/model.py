"""A fitted ETAS model: its form, parameters and what it needs to describe events it has not seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Integer

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.instants import Instant
from seisweave.displayed import Displayed
from seisweave.errors import InputError
from seisweave.etas.background import smoothed_background
from seisweave.etas.domain import EtasDomain, FittedTo
from seisweave.etas.events import EtasEvents
from seisweave.etas.features import Scale, neighbourhood
from seisweave.etas.forms import FAULT_EFFECT, FAULT_SHAPE, SMOOTHED, UNIFORM, EtasForm, meaning_of, standard_form
from seisweave.etas.mixture import PlaneMixture
from seisweave.etas.rate import background_rate, rate_at, total_rate_at
from seisweave.etas.scores import EventScores, score_events
from seisweave.etas.sources import Inputs
from seisweave.etas.stored import read_etas, write_etas

if TYPE_CHECKING:
    import pandas as pd

_NO_CATALOG = "this model was fitted to events on a plane, not to a catalog; use fit_etas(catalog)"


@dataclass(frozen=True, eq=False, repr=False)
class EtasModel(Displayed):
    """A form with its parameters.

    Arguments:
        form: kernels and backgrounds.
        value: parameters by name.
        covariance: of the parameters, in the order of `form.parameters()`.
        standard: parameters of the standard form, which rates as features and background probabilities come from.
        scales: of the features.
        log_likelihood: of the targets it was fitted to; n_targets of them.
        steps, converged: of the fit.
        fitted_to: the events it was fitted to, where they come from a catalog.
        mixture: what backgrounds that do not move are made of, where the form has such.

    >>> from seisweave.etas import EtasOptions, fit_events
    >>> rng = np.random.default_rng(1)
    >>> t, magnitude = np.sort(rng.uniform(0.0, 100.0, 60)), 2.5 + rng.exponential(0.4, 60)
    >>> events = EtasEvents(t, *rng.uniform(0.0, 30.0, (2, 60)), magnitude, 0.0, 100.0, 900.0, 2.5)
    >>> model = fit_events(events, EtasOptions("standard"))
    >>> round(model.score(events).mean["total"], 1)  # nats an event
    -8.2
    """

    form: EtasForm
    value: Mapping[str, float]
    covariance: Float[np.ndarray, "P P"]
    standard: Mapping[str, float]
    scales: Mapping[str, Scale]
    log_likelihood: float
    n_targets: int
    steps: int
    converged: bool
    fitted_to: FittedTo | None = None
    mixture: PlaneMixture | None = None

    @property
    def error(self) -> dict[str, float]:
        """Standard errors by parameter."""
        return dict(zip(self.form.parameters(), np.sqrt(np.diag(self.covariance)).tolist(), strict=True))

    def inputs(self, events: EtasEvents, targets: Integer[np.ndarray, " m"] | None = None, *, jobs: int = 1) -> Inputs:
        """What the rate needs of events: any, with their own history."""
        described = self.describe(events, jobs=jobs)
        return described.inputs(self.scales, events.targets if targets is None else targets, jobs=jobs)

    def describe(self, events: EtasEvents, *, jobs: int = 1) -> Description:
        """What is known of each of any events when it happens."""
        return describe(self.form, events, self.standard, mixture=self.mixture, jobs=jobs)

    @property
    def domain(self) -> EtasDomain:
        """Region, plane and smallest magnitude. Errors: InputError for a model that was not fitted to a catalog."""
        if self.fitted_to is None:
            raise InputError(_NO_CATALOG)
        return self.fitted_to.domain

    def events(self, catalog: CatalogLike, start: Instant | None = None, end: Instant | None = None) -> EtasEvents:
        """The events of a catalog that count, those from start to before end as targets; as it was fitted by default.

        Errors: InputError for an empty span.
        """
        domain = self.domain
        assert self.fitted_to is not None
        first, last = start or self.fitted_to.start, end or self.fitted_to.end
        return domain.events(as_catalog(catalog), first, last)

    def score(self, events: EtasEvents, *, jobs: int = 1) -> EventScores:
        """Score the targets among events, see `score_events`."""
        return score_events(self.form, self.value, self.inputs(events, jobs=jobs), jobs=jobs)

    def background_probability(self, events: EtasEvents, *, jobs: int = 1) -> Float[np.ndarray, " m"]:
        """The chance of each target that nothing triggered it: the background's share of its rate.

        Source: Zhuang, Ogata & Vere-Jones (2002), J. Am. Stat. Assoc. 97, 369-380, eq. 11.
        """
        inputs = self.inputs(events, jobs=jobs)
        return background_rate(self.form, self.value, inputs) / rate_at(self.form, self.value, inputs, jobs=jobs)

    @property
    def narrowest_km(self) -> float:
        """The least width (root of Z) of a kernel, for the smallest magnitude or two above, other features at the mean.

        The standard form's counts too, where features come from it. Next to nothing: the fit rests on events that
        share one place.
        """
        widths = [(self.value, kernel.name) for kernel in self.form.kernels]
        widths += [(self.standard, "main")] if self.standard else []
        ends = [
            value[f"{name}.width"] + over * value.get(f"{name}.width.magnitude", 0.0)
            for value, name in widths
            for over in (0.0, 2.0)
        ]
        return float(np.exp(0.5 * min(ends)))

    def to_pandas(self) -> pd.DataFrame:
        """One row a parameter, by its name: value, standard error, what it means, whether it is a logarithm."""
        import pandas as pd

        names = self.form.parameters()
        meaning = [meaning_of(name) for name in names]
        columns = {
            "value": [self.value[name] for name in names],
            "error": [self.error[name] for name in names],
            "meaning": [told for told, _ in meaning],
            "is_log": [log for _, log in meaning],
        }
        return pd.DataFrame(columns, index=pd.Index(names, name="parameter"))

    def write(self, folder: str | Path) -> Path:
        """Write model.json into a folder, which is made if missing. Errors: InputError without a catalog."""
        if self.fitted_to is None:
            raise InputError(_NO_CATALOG)
        return write_etas(vars(self), Path(folder))


def open_etas(folder: str | Path) -> EtasModel:
    """Open what `EtasModel.write` wrote.

    Errors: InputError with one line for a folder without a model, with one of another kind, or a damaged one.

    >>> from tempfile import mkdtemp
    >>> from seisweave.etas import EtasOptions, fit_etas
    >>> from seisweave.synthetic import southern_california_like
    >>> catalog = southern_california_like(seed=1, n_events=400).catalog
    >>> model = fit_etas(catalog, EtasOptions("standard", completeness=2.0))
    >>> open_etas(model.write(mkdtemp())).value == model.value
    True
    """
    return EtasModel(**read_etas(Path(folder)))


@dataclass(frozen=True, eq=False)
class Description:
    """What is known of each of n events when it happens: raw features, strike (radians), spacing, background share."""

    events: EtasEvents
    raw: Mapping[str, Float[np.ndarray, " n"]]
    backgrounds: tuple[str, ...]
    strike: Float[np.ndarray, " n"] | None
    spacing_km: Float[np.ndarray, " n"] | None
    background_share: Float[np.ndarray, " n"] | None
    mixture: PlaneMixture | None = None

    def scales(self) -> dict[str, Scale]:
        """Of each feature, over the events before the targets' end; magnitudes stay as they are."""
        known = self.events.t_days < self.events.end
        return {
            name: Scale(0.0, 1.0) if name == "magnitude" else Scale.by(value[known]) for name, value in self.raw.items()
        }

    def inputs(
        self, scales: Mapping[str, Scale], targets: Integer[np.ndarray, " m"], *, share: float = 1.0, jobs: int = 1
    ) -> Inputs:
        """The inputs of a rate at some targets."""
        feature = {name: scales[name].of(value) for name, value in self.raw.items()}
        background = {name: self._background(name, targets, jobs) for name in self.backgrounds}
        return Inputs(self.events, feature, background, targets, self.strike, share)

    def _background(self, name: str, targets: Integer[np.ndarray, " m"], jobs: int) -> Float[np.ndarray, " m"]:
        if name == UNIFORM:
            return np.full(len(targets), 1.0 / self.events.area_km2)
        if name not in SMOOTHED:
            assert self.mixture is not None
            return self.mixture.density(name, self.events.x_km[targets], self.events.y_km[targets], jobs=jobs)
        assert self.spacing_km is not None
        assert self.background_share is not None
        width = float(name.removeprefix("smoothed-")) * self.spacing_km
        return smoothed_background(self.events, self.background_share, width, targets, jobs=jobs)


def describe(
    form: EtasForm,
    events: EtasEvents,
    standard: Mapping[str, float],
    *,
    mixture: PlaneMixture | None = None,
    jobs: int = 1,
) -> Description:
    """Describe events as far as a form needs it."""
    raw: dict[str, np.ndarray] = {"magnitude": events.over_min}
    strike = spacing = share = None
    wanted = {*form.features, *form.backgrounds}
    if wanted & {"spacing", "shape", *SMOOTHED}:
        around = neighbourhood(events, jobs=jobs)
        raw |= {"spacing": np.log(around.spacing_km), "shape": np.log(around.ratio)}
        strike = around.strike
        widest = np.sqrt(events.area_km2)  # of the first events, before which nothing is known
        spacing = np.where(np.isfinite(around.spacing_km), around.spacing_km, widest)
    if wanted & {"rate", "total_rate", *SMOOTHED}:
        plain = _plain_inputs(events)
        rate = rate_at(standard_form(), standard, plain, jobs=jobs)
        share = background_rate(standard_form(), standard, plain) / rate
        raw |= {"rate": np.log(rate)}
        raw |= {"total_rate": np.log(total_rate_at(standard_form(), standard, plain, jobs=jobs))}
    if mixture is not None and wanted & {FAULT_SHAPE, FAULT_EFFECT}:
        part = mixture.likeliest(events.x_km, events.y_km)
        raw[FAULT_SHAPE] = mixture.log_ratio[part]
        strike = mixture.strike[part] if FAULT_SHAPE in wanted else strike
        raw[FAULT_EFFECT] = np.zeros(len(part)) if mixture.effect is None else mixture.effect[part]
    used = {name: value for name, value in raw.items() if name in form.features}
    return Description(events, used, form.backgrounds, strike, spacing, share, mixture)


def _plain_inputs(events: EtasEvents) -> Inputs:
    """Those of the standard form at all events."""
    every = np.arange(len(events))
    return Inputs(events, {"magnitude": events.over_min}, {UNIFORM: np.full(len(every), 1.0 / events.area_km2)}, every)
