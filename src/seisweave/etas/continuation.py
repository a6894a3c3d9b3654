"""What the future of a catalog follows from: a model, the events until an instant, the law of magnitudes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.instants import Instant, as_time
from seisweave.errors import InputError
from seisweave.etas import _pairs_numba as pairs
from seisweave.etas import _simulate_parts as loops
from seisweave.etas._draws_numba import cumulated_proposals
from seisweave.etas._tree_numba import tree_of
from seisweave.etas.background import UNIFORM_EVENTS
from seisweave.etas.domain import day_of, instant_of
from seisweave.etas.events import EtasEvents
from seisweave.etas.features import SHAPE, SPACING, Scale
from seisweave.etas.forms import (
    FAULT_EFFECT,
    FAULT_SHAPE,
    FEATURES,
    SMOOTHED,
    UNIFORM,
    EtasForm,
    KernelForm,
    standard_form,
)
from seisweave.etas.magnitude_law import MagnitudeLaw
from seisweave.etas.mixture import PlaneMixture
from seisweave.etas.model import Description, EtasModel
from seisweave.etas.sources import Inputs, packed, single, sources_of

_PARTS = ("productivity", "delay", "width", "elongation")
_MOST_DAYS = 36_525.0  # a century
_AREA = 0.01  # relative difference of areas that is passed over: of sides that are straight elsewhere


@dataclass(frozen=True, eq=False)
class Continuation:
    """A model and what it needs to know to go on from an instant to an end.

    Arguments:
        form, value: of the model, parameters by name.
        standard: parameters of the standard form, which features and background weights come from.
        scales: of the features.
        described: events, of which those before `events.start` are the past; it ends at `events.end`.
        magnitudes: the law of what is to come.
        outline_km: corners (x, y) of the region that the uniform background spreads over.

    Errors: InputError for a law of another smallest magnitude, or an outline of another area than that of the events.

    >>> from seisweave.etas.model import describe
    >>> value = {name: 0.0 for name in standard_form().parameters()}
    >>> none = EtasEvents(*np.zeros((4, 0)), start=0.0, end=1.0, area_km2=100.0, min_magnitude=2.5)
    >>> square = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [0.0, 10.0]])
    >>> law = MagnitudeLaw(2.5, b=1.0, corner_magnitude=8.0)
    >>> plain = describe(standard_form(), none, value)
    >>> setup = Continuation(standard_form(), value, value, plain.scales(), plain, law, square)
    >>> setup.between(5.0, 7.0).described.events.end
    7.0
    """

    form: EtasForm
    value: Mapping[str, float]
    standard: Mapping[str, float]
    scales: Mapping[str, Scale]
    described: Description
    magnitudes: MagnitudeLaw
    outline_km: Float[np.ndarray, "k 2"]

    def __post_init__(self) -> None:
        events, law = self.described.events, self.magnitudes
        if abs(law.min_magnitude - events.min_magnitude) > 1e-9:
            raise InputError(
                f"magnitudes are drawn from {law.min_magnitude:g} on and the model's count from"
                f" {events.min_magnitude:g}; give a law of that smallest magnitude"
            )
        x, y = self.outline_km.T
        area = 0.5 * abs(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))))
        if abs(area / events.area_km2 - 1.0) > _AREA:
            raise InputError(
                f"the outline holds {area:g} km² and the events' region {events.area_km2:g}; give the region's outline"
            )

    @classmethod
    def of(
        cls,
        model: EtasModel,
        events: EtasEvents,
        magnitudes: MagnitudeLaw,
        outline_km: Float[np.ndarray, "k 2"],
        *,
        jobs: int = 1,
    ) -> Continuation:
        """A model's continuation of the events before `events.start`, until `events.end`."""
        described = model.describe(events, jobs=jobs)
        return cls(model.form, model.value, model.standard, model.scales, described, magnitudes, outline_km)

    @classmethod
    def after(
        cls, model: EtasModel, catalog: CatalogLike, start: Instant, days: float, *, jobs: int = 1
    ) -> Continuation:
        """A fitted model's continuation of the events of a catalog before an instant (UTC), for so many days.

        Errors: InputError for a model that was not fitted to a catalog, and days that are not above 0.
        """
        if not 0.0 < days <= _MOST_DAYS:
            raise InputError(f"days is {days:g}; give a span above 0, up to {_MOST_DAYS:,.0f}")
        domain, first = model.domain, as_time("start", start)
        assert model.fitted_to is not None
        events = domain.events(as_catalog(catalog), first, instant_of(day_of(first) + days))
        return cls.of(model, events, model.fitted_to.magnitudes, domain.outline_km, jobs=jobs)

    def between(self, start: float, end: float) -> Continuation:
        """From another instant to another end (days): events described once serve all, since nothing looks ahead."""
        events = replace(self.described.events, start=start, end=end)
        return replace(self, described=replace(self.described, events=events))

    @property
    def past(self) -> Description:
        """The events before the instant, described."""
        known, n = self.described, int(np.searchsorted(self.described.events.t_days, self.described.events.start))
        return replace(
            known,
            events=first_events(known.events, n),
            raw={name: value[:n] for name, value in known.raw.items()},
            strike=None if known.strike is None else known.strike[:n],
            spacing_km=None if known.spacing_km is None else known.spacing_km[:n],
            background_share=None if known.background_share is None else known.background_share[:n],
        )

    def inputs(self) -> Inputs:
        """Of the past, without targets."""
        return self.past.inputs(self.scales, np.zeros(0, np.int64))


def first_events(events: EtasEvents, n: int) -> EtasEvents:
    """The first n events."""
    columns = {name: getattr(events, name)[:n] for name in ("t_days", "x_km", "y_km", "magnitude")}
    in_region = None if events.in_region is None else events.in_region[:n]
    return replace(
        events, **columns, in_region=in_region, recorded=None if events.recorded is None else events.recorded.first(n)
    )


def as_loops(setup: Continuation) -> tuple:
    """Everything that `simulate_catalogs` takes from its `span` on."""
    past, inputs = setup.past, setup.inputs()
    events, law = past.events, setup.magnitudes
    t, span = events.t_days - events.start, events.end - events.start
    sources = [sources_of(kernel, setup.value, inputs) for kernel in setup.form.kernels]
    numbers = np.array([(each.omega, 1.0 / each.tau, each.rho) for each in sources])
    proposals = np.zeros((len(sources), len(events)))
    for each, total in zip(sources, proposals, strict=True):
        cumulated_proposals(t, span, np.exp(each.log_k), each.c, each.omega, 1.0 / each.tau, total)
    strike = np.zeros(len(events)) if past.strike is None else past.strike
    c, z, e = (np.array(rows) for rows in zip(*((s.c, np.exp(s.log_z), np.exp(s.log_e)) for s in sources), strict=True))
    return (
        span,
        loops.Past(t, events.x_km, events.y_km, strike, proposals, c, z, e),
        loops.Kernels(np.array([_coefficients(kernel, setup.value) for kernel in setup.form.kernels]), numbers),
        _backgrounds(setup, past),
        loops.Magnitudes(law.slope, law.taper, law.bin_width),
        *_describing(setup, events),
    )


def _coefficients(kernel: KernelForm, value: Mapping[str, float]) -> Float[np.ndarray, "4 8"]:
    """Of the logarithms of a kernel's parts: the constant, and the slope on each feature."""
    found = np.zeros((len(_PARTS), 1 + len(FEATURES)))
    for row, part in enumerate(_PARTS):
        features = getattr(kernel, part)
        if features is None:
            continue
        found[row, 0] = value[f"{kernel.name}.{part}"]
        for feature in features:
            found[row, 1 + FEATURES.index(feature)] = value[f"{kernel.name}.{part}.{feature}"]
    return found


def _backgrounds(setup: Continuation, past: Description) -> loops.Backgrounds:
    names, mixture, none = setup.form.backgrounds, past.mixture, np.zeros(0)
    smoothed = any(name in SMOOTHED for name in names)
    kinds = [loops.UNIFORM if n == UNIFORM else loops.SMOOTHED if n in SMOOTHED else loops.MIXED for n in names]
    part_weight, part = none, np.zeros((5, 0))
    if mixture is not None:
        root = mixture.root_km
        part_weight = np.cumsum(mixture.weight)
        part = np.array([*mixture.mean_km.T, root[:, 0, 0], root[:, 1, 0], root[:, 1, 1]])
    return loops.Backgrounds(
        np.array([np.exp(setup.value[f"background.{name}"]) for name in names]),
        np.array(kinds),
        np.array([_width(name, mixture) for name in names]),
        np.cumsum(past.background_share) if smoothed and past.background_share is not None else none,
        past.spacing_km if smoothed and past.spacing_km is not None else none,
        UNIFORM_EVENTS,
        float(np.sqrt(past.events.area_km2)),
        np.ascontiguousarray(setup.outline_km, dtype=float),
        part_weight,
        part,
    )


def _width(name: str, mixture: PlaneMixture | None) -> float:
    """Of a background: in spacings where it is smoothed, in km where it is a mixture."""
    if name in SMOOTHED:
        return float(name.removeprefix("smoothed-"))
    return 0.0 if mixture is None or name == UNIFORM else mixture.width_km(name)


def _describing(
    setup: Continuation, events: EtasEvents
) -> tuple[loops.Surroundings, loops.Standard] | tuple[None, None]:
    """What describes an event when it happens; nothing for forms that ask for magnitude alone."""
    form = setup.form
    wanted = {*form.features, *form.backgrounds}
    along = FAULT_SHAPE in wanted
    turned = "shape" in wanted or (not along and any(kernel.elongation is not None for kernel in form.kernels))
    if not turned and wanted <= {"magnitude", UNIFORM}:
        return None, None
    neighbours = SHAPE if turned else SPACING if wanted & {"spacing", *SMOOTHED} else 0
    order, axis, cut = tree_of(events.x_km, events.y_km)
    mean, sd = np.zeros(1 + len(FEATURES)), np.ones(1 + len(FEATURES))
    for k, name in enumerate(FEATURES, start=1):
        if name in setup.scales:
            mean[k], sd[k] = setup.scales[name].mean, setup.scales[name].sd
    rated = bool(wanted & {"rate", "total_rate"})
    faults = _faults(setup.described.mixture, wanted)
    around = loops.Surroundings(
        neighbours, rated, events.x_km[order], events.y_km[order], axis, cut, mean, sd, *faults, along
    )
    return around, _standard(setup.standard, events)


def _faults(mixture: PlaneMixture | None, wanted: set[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Parts, strikes, ratios and effects of the faults that events are described by."""
    if mixture is None or not wanted & {FAULT_SHAPE, FAULT_EFFECT}:
        none = np.zeros(0)
        return np.zeros((6, 0)), none, none, none
    effect = np.zeros(len(mixture)) if mixture.effect is None else mixture.effect
    return mixture.rows(mixture.unit_km), mixture.strike, mixture.log_ratio, effect


def _standard(value: Mapping[str, float], events: EtasEvents) -> loops.Standard:
    kernel = standard_form().kernels[0]
    inputs = Inputs(events, {"magnitude": events.over_min}, {}, np.zeros(0, np.int64))
    sources = sources_of(kernel, value, inputs)
    rows, exponent = packed(sources, inputs)
    everywhere, alone = rows.copy(), exponent.copy()
    everywhere[pairs.LOG_AMPLITUDE], alone[1] = sources.log_k, 0.0
    names = ("productivity", "productivity.magnitude", "width", "width.magnitude")
    mu = float(np.exp(value[f"background.{UNIFORM}"]))
    return loops.Standard(
        *single(rows, exponent),
        *single(everywhere, alone),
        np.array([value[f"main.{name}"] for name in names]),
        np.array([sources.omega, 1.0 / sources.tau, sources.rho, np.exp(value["main.delay"])]),
        mu / events.area_km2,
        mu,
    )
