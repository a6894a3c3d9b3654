"""The nowcast by place on years it has not seen: fitted anew every few years, always on everything before.

The protocol is that of an expanding window. A network fitted on all days before a border nowcasts the days after it;
its rates are corrected with what networks fitted some years earlier nowcast of the years in between
(`correction.fit_correction`). The baselines are fitted on the same past, and so is ETAS (`etas_rates.py`), whose rates
are corrected as the network's but do not lean on the neuron. Nothing looks back but the features and ETAS, and those of
a day end where it begins, so that no day of training shares its target with a day that is scored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Shaped

from seisweave.catalog.catalog import Catalog
from seisweave.catalog.instants import Instant, as_time, in_short
from seisweave.errors import InputError
from seisweave.etas.model import EtasModel
from seisweave.locks import hold
from seisweave.nowcast.channels import Channel
from seisweave.nowcast.claims import claim
from seisweave.nowcast.known import known_of
from seisweave.nowcast.place.baselines import cell_frequency, fit_neuron, strong_baselines, strong_neuron
from seisweave.nowcast.place.chosen import choose_place
from seisweave.nowcast.place.correction import Correction, fit_correction
from seisweave.nowcast.place.data import PlaceData, place_data
from seisweave.nowcast.place.etas_rates import etas_log_rates, fitted_etas, with_etas
from seisweave.nowcast.place.fit import earlier_fits, fit_network, log_rates
from seisweave.nowcast.place.options import BacktestOptions, PlaceSettings, WindowOptions
from seisweave.progress import Progress, Step
from seisweave.spreading import seen_by_all, spread


@dataclass(frozen=True, eq=False)
class Backtest:
    """Chances given to each scored day (d), threshold (m) and cell, and what came.

    network has one entry a seed; sums are the rates that add up, where networks begin (`sum_of_rates.py`). poisson and
    neuron are the strong baselines: cells share the rate out as the lowest threshold does, on all of the past.
    frequency and plain_neuron are the plain ones: each cell's own events of that size, since `plain_from`. corrections
    are those of each seed and refit. etas is the fitted ETAS, where it was asked for, with its own corrections.

    >>> chance = np.full((2, 1, 1, 1), 0.1)  # two days, one magnitude, one cell
    >>> made = Backtest(np.array(["2001-01-01", "2001-01-02"], "datetime64[us]"), chance > 0.5, {0: chance},
    ...     chance, chance, chance, chance, chance, {})
    >>> list(made.network), int(made.happened.sum())
    ([0], 0)
    """

    day: Shaped[np.ndarray, " d"]
    happened: Bool[np.ndarray, "d m rows columns"]
    network: dict[int, Float[np.ndarray, "d m rows columns"]]
    sums: Float[np.ndarray, "d m rows columns"]
    poisson: Float[np.ndarray, "d m rows columns"]
    neuron: Float[np.ndarray, "d m rows columns"]
    frequency: Float[np.ndarray, "d m rows columns"]
    plain_neuron: Float[np.ndarray, "d m rows columns"]
    corrections: dict[int, tuple[Correction, ...]]
    etas: Float[np.ndarray, "d m rows columns"] | None = None
    etas_corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, eq=False)
class _Refit:
    """When all is fitted anew: the borders of earlier fits to calibrate on, its own, and the end of its nowcasts."""

    earlier: tuple[np.datetime64, ...]
    border: np.datetime64
    end: np.datetime64


@dataclass(frozen=True, eq=False)
class _Fit:
    """A network to be fitted before a day, and the day up to which its nowcasts are wanted."""

    border: np.datetime64
    until: np.datetime64
    seed: int


@dataclass(frozen=True, eq=False)
class _Rates:
    """Logarithms of the rates that networks (by seed and border) and neurons (by border) give to the days after."""

    network: dict[tuple[int, np.datetime64], np.ndarray]
    neuron: dict[np.datetime64, np.ndarray]


def backtest(
    given: Catalog | PlaceData,
    options: BacktestOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: Path | None = None,
    complete_until: Instant | None = None,
    channels: Sequence[Channel] = (),
) -> Backtest:
    """Nowcast all days of a window, each from what came before its last refit and before itself.

    Arguments:
        given: a catalog that reaches to the end of the window, or what `place_data` made of one.
        options: cells, network, window and seeds.
        jobs: processes that fit at the same time, by default one; results do not depend on it. On a dask cluster as
            many as it has threads.
        progress: called with a `Step` after every fit.
        keep: folder for finished fits, from which a run that was interrupted goes on.
        complete_until: the instant until which the catalog is complete, quiet days included; by default the time of
            its last event, whose day is unfinished.
        channels: covariates that networks see, each standardised on the past of each fit.

    Errors: InputError for a window without watched days or beyond what is known, a past without events, and a folder
    of another run.

    >>> from seisweave.nowcast.place import WindowOptions
    >>> from seisweave.nowcast.place.example import example_place
    >>> small, window = example_place(), WindowOptions("1992-06-01", "1993-03-01", etas=False)
    >>> made = backtest(small.catalog, BacktestOptions(small.settings.place, small.settings.network, window))
    >>> made.network[0].shape  # 273 days, four magnitudes, two by two cells
    (273, 4, 2, 2)
    """
    options = options or BacktestOptions()
    if not isinstance(given, PlaceData):
        chosen = choose_place(given, PlaceSettings(options.place, options.network, end=options.window.start)).settings
        options = replace(options, place=chosen.place, network=chosen.network)
        check_window(given, options.window, complete_until=complete_until)
    window = options.window
    data = (
        given if isinstance(given, PlaceData) else place_data(given, options.place, end=window.end, channels=channels)
    )
    borders = [as_time("first", day) for day in window.refits]
    ends = [*borders[1:], as_time("end", window.end)]
    scored = data.between(*borders, ends[-1])
    if not scored.any() or data.steps.start[-1] + data.steps.step < ends[-1]:
        last = data.steps.start[-1].astype("datetime64[D]")
        raise InputError(f"the catalog's last day is {last}, scoring ends before {window.end}; give an earlier --end")
    refits = [
        _Refit(tuple(earlier_fits(data, border, options.network)), border, end)
        for border, end in zip(borders, ends, strict=True)
    ]
    baselines = _baselines(data, options, refits)
    if keep is not None:
        claim(keep, {"place": asdict(options.place), "network": asdict(options.network)}, data.known())
    once = _fits(refits, 0)  # what has no seed
    models: dict[np.datetime64, EtasModel] = {}
    if window.etas or options.network.rates == "etas":
        models = fitted_etas(data, options.place, [fit.border for fit in once], jobs=jobs, progress=progress)
    with hold(keep):
        fits = [fit for seed in options.seeds for fit in _fits(refits, seed)]
        networks = _run(data, options, fits, models, jobs=jobs, keep=keep, progress=progress)
    rates = _Rates(networks, {fit.border: _neuron(data, fit) for fit in once})
    network, corrections = {}, {}
    for seed in options.seeds:
        network[seed], corrections[seed] = _corrected(data, rates, seed, refits)
    return Backtest(
        day=data.steps.start[scored],
        happened=data.happened[scored],
        network=network,
        corrections=corrections,
        **baselines,
        **_etas(data, options, models, once, refits),
    )


def check_window(catalog: Catalog, window: WindowOptions, *, complete_until: Instant | None = None) -> None:
    """Refuse to score days that a catalog does not hold whole. Errors: InputError for such a window."""
    known, end = known_of(catalog, complete_until), as_time("end", window.end)
    if end > known.end():
        raise InputError(
            f"the catalog is known until {in_short(known.end())} ({known.why()}), scoring ends before {in_short(end)};"
            f" {known.remedy(end, '--end')}"
        )


def _fits(refits: list[_Refit], seed: int) -> list[_Fit]:
    """All networks that are needed: before each border, and some years earlier; each until it is last asked."""
    until: dict[np.datetime64, np.datetime64] = {}
    for refit in refits:
        for day, wanted in pairwise((*refit.earlier, refit.border, refit.end)):
            until[day] = wanted if day not in until or until[day] < wanted else until[day]
    return [_Fit(border, until[border], seed) for border in sorted(until)]  # type: ignore[type-var]


def _run(
    data: PlaceData,
    options: BacktestOptions,
    fits: list[_Fit],
    models: Mapping[np.datetime64, EtasModel],
    *,
    jobs: int | None,
    keep: Path | None,
    progress: Progress | None,
) -> dict[tuple[int, np.datetime64], np.ndarray]:
    """Fit all networks, the longest first; the rates each gives to all days from its border on that are asked for."""
    order = sorted(fits, key=lambda fit: fit.border, reverse=True)
    settings, keep = PlaceSettings(options.place, options.network), seen_by_all(keep)
    pieces = [(data, replace(settings, seed=fit.seed), fit, models.get(fit.border), keep) for fit in order]
    made: dict[tuple[int, np.datetime64], np.ndarray] = {}
    for fit, rates in spread(_fit_and_look, pieces, jobs=jobs or 1, processes=True, in_order=False):
        made[fit.seed, fit.border] = rates
        if progress:
            progress(Step(f"{len(made)} of {len(order)} fits", len(made) / len(order)))
    return made


def _fit_and_look(
    data: PlaceData, settings: PlaceSettings, fit: _Fit, model: EtasModel | None, keep: Path | None
) -> tuple[_Fit, np.ndarray]:
    if settings.network.rates == "etas":
        assert model is not None
        data = with_etas(data, settings.place, model, fit.until)
    folder = None if keep is None else keep / f"{fit.border.astype('datetime64[D]')}_seed{fit.seed}"
    data = data.standardised(data.learned(data.before(fit.border)))
    network = fit_network(data, data.before(fit.border), settings, keep=folder)
    return fit, log_rates(network, data.seen(data.between(fit.border, fit.until)))


def _etas(
    data: PlaceData,
    options: BacktestOptions,
    models: Mapping[np.datetime64, EtasModel],
    fits: list[_Fit],
    refits: list[_Refit],
) -> dict[str, Any]:
    """Chances of ETAS on all scored days, and its corrections; nothing where it was not asked for."""
    if not options.window.etas:
        return {}
    wanted = {fit.border: data.between(fit.border, fit.until) for fit in fits}
    rates = {day: etas_log_rates(models[day], data, options.place, rows) for day, rows in wanted.items()}
    alone = _Rates({(0, day): rate for day, rate in rates.items()}, {day: rate * 0.0 for day, rate in rates.items()})
    chances, corrections = _corrected(data, alone, 0, refits)
    return {"etas": chances, "etas_corrections": corrections}


def _neuron(data: PlaceData, fit: _Fit) -> np.ndarray:
    """What a neuron fitted to the same past says of the same days."""
    return strong_neuron(data, data.before(fit.border)).log_rates(data.counts[data.between(fit.border, fit.until)])


def _corrected(
    data: PlaceData, rates: _Rates, seed: int, refits: list[_Refit]
) -> tuple[np.ndarray, tuple[Correction, ...]]:
    """Chances of one seed on all scored days, each refit with its own correction."""
    chances, corrections = [], []
    for refit in refits:
        shown = []
        for start, until in pairwise((*refit.earlier, refit.border)):
            n = int(data.between(start, until).sum())
            shown.append((rates.network[seed, start][:n], rates.neuron[start][:n]))
        known, leans = (np.concatenate(parts) for parts in zip(*shown, strict=True))
        correction = fit_correction(known, leans, data.happened[data.between(*refit.earlier, refit.border)])
        n = int(data.between(refit.border, refit.end).sum())
        chances.append(correction(rates.network[seed, refit.border][:n], rates.neuron[refit.border][:n]))
        corrections.append(correction)
    return np.concatenate(chances), tuple(corrections)


def _baselines(data: PlaceData, options: BacktestOptions, refits: list[_Refit]) -> dict[str, np.ndarray]:
    """Chances of the two long-term rates, of a neuron on top of each, and of rates that add up, on all scored days."""
    plain_from = options.window.plain_from
    made: dict[str, list[np.ndarray]] = {}
    for refit in refits:
        past, wanted = data.before(refit.border), data.between(refit.border, refit.end)
        lately = past if plain_from is None else past & (data.steps.start >= as_time("plain_from", plain_from))
        if not lately.any():
            raise InputError(
                f"no day to learn from between {plain_from} and {refit.border}; give an earlier --plain-from"
            )
        chances_of = strong_baselines(data, options.place.thresholds, past, wanted)
        rate = cell_frequency(data.happened[lately])
        chances_of["frequency"] = np.broadcast_to(rate, chances_of["poisson"].shape)
        plain_neuron = fit_neuron(data.counts, data.happened, rate, lately)
        chances_of["plain_neuron"] = plain_neuron.chances(data.counts[wanted])
        for name, chances in chances_of.items():
            made.setdefault(name, []).append(chances)
    return {name: np.concatenate(parts) for name, parts in made.items()}
