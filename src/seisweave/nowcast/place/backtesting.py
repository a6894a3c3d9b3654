"""The nowcast by place on years it has not seen: fitted anew every few years, always on everything before.

The protocol is that of an expanding window. A network fitted on all days before a border nowcasts the days after it;
its rates are corrected with what networks fitted some years earlier said of the years in between
(`place_fit.fit_correction`). The baselines are fitted on the same past. Nothing looks back but the features, and
those of a day end where it begins, so that no day of training shares its target with a day that is scored.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float, Shaped

from seisweave.errors import InputError
from seisweave.nowcast.place.baselines import cell_frequency, fit_neuron, strong_baselines, strong_neuron
from seisweave.nowcast.place.data import PlaceData
from seisweave.nowcast.place.fit import Correction, earlier_fits, fit_correction, fit_network, log_rates
from seisweave.nowcast.place.options import PlaceNetworkOptions, PlaceOptions, WindowOptions
from seisweave.nowcast.times import as_time
from seisweave.progress import Progress, Step

_Span = tuple[list[np.datetime64], np.datetime64, np.datetime64]  # earlier fits, border, end of what it nowcasts


@dataclass(frozen=True, eq=False)
class Backtest:
    """Chances given to each scored day (d), threshold (m) and cell, and what came.

    network has one entry a seed; sums are the rates that add up, where networks begin (`place_sum.py`). poisson and
    neuron are the strong baselines: cells share the rate out as the lowest threshold does, on all of the past.
    frequency and plain_neuron are the plain ones: each cell's own events of that size, since `plain_from`. corrections
    are those of each seed and refit.
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


@dataclass(frozen=True, eq=False)
class _Fit:
    """A network to be fitted before a day, and the day up to which its nowcasts are wanted."""

    border: np.datetime64
    until: np.datetime64
    seed: int


def backtest(
    data: PlaceData,
    settings: tuple[PlaceOptions, PlaceNetworkOptions, WindowOptions],
    seeds: range = range(1),
    *,
    jobs: int = 1,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Nowcast all days of a window, each from what came before its last refit and before itself.

    Arguments:
        data: see `place_data`; it must reach to the end of the window.
        settings: options of cells, network and window.
        seeds: one network a seed and refit.
        jobs: processes that fit at the same time; results do not depend on it.
        keep: folder for finished fits, from which a run that was interrupted goes on.
        progress: called with a `Step` after every fit.

    Errors: InputError for a window without watched days, and for a past without events.
    """
    place, options, window = settings
    borders = [as_time("first", day) for day in window.refits]
    ends = [*borders[1:], as_time("end", window.end)]
    scored = data.between(*borders, ends[-1])
    if not scored.any() or data.steps.start[-1] + data.steps.step < ends[-1]:
        last = data.steps.start[-1].astype("datetime64[D]")
        raise InputError(f"the catalog's last day is {last}, scoring ends before {window.end}; give an earlier --end")
    baselines = _baselines(data, place.magnitudes, borders, ends, window.plain_from)
    spans = [(earlier_fits(data, border, options), border, end) for border, end in zip(borders, ends, strict=True)]
    fits = [fit for seed in seeds for fit in _fits(spans, seed)]
    said = _run(data, (place, options), fits, jobs=jobs, keep=keep, progress=progress)
    neurons = {fit.border: _neuron(data, fit) for fit in _fits(spans, 0)}  # the same for all seeds
    network, corrections = {}, {}
    for seed in seeds:
        network[seed], corrections[seed] = _corrected(data, said, neurons, seed, spans)
    return Backtest(
        day=data.steps.start[scored],
        happened=data.happened[scored],
        network=network,
        corrections=corrections,
        **baselines,
    )


def _fits(spans: list[_Span], seed: int) -> list[_Fit]:
    """All networks that are needed: before each border, and some years earlier; each until it is last asked."""
    until: dict[np.datetime64, np.datetime64] = {}
    for earlier, border, end in spans:
        for day, wanted in pairwise((*earlier, border, end)):
            until[day] = wanted if day not in until or until[day] < wanted else until[day]
    return [_Fit(border, until[border], seed) for border in sorted(until)]  # type: ignore[type-var]


def _run(
    data: PlaceData,
    settings: tuple[PlaceOptions, PlaceNetworkOptions],
    fits: list[_Fit],
    *,
    jobs: int,
    keep: Path | None,
    progress: Progress | None,
) -> dict[tuple[int, np.datetime64], np.ndarray]:
    """Fit all networks, the longest first; the rates each gives to all days from its border on that are asked for."""
    from joblib import Parallel, delayed, parallel_config

    order = sorted(fits, key=lambda fit: fit.border, reverse=True)
    tasks = (delayed(_fit_and_look)(data, settings, fit, keep) for fit in order)
    said: dict[tuple[int, np.datetime64], np.ndarray] = {}
    with parallel_config(backend="loky", inner_max_num_threads=1):
        results = Parallel(n_jobs=min(jobs, len(order)), return_as="generator_unordered", pre_dispatch="n_jobs")(tasks)
        for fit, rates in results:  # type: ignore[misc]
            said[fit.seed, fit.border] = rates
            if progress:
                progress(Step(f"{len(said)} of {len(order)} fits", len(said) / len(order)))
    return said


def _fit_and_look(
    data: PlaceData, settings: tuple[PlaceOptions, PlaceNetworkOptions], fit: _Fit, keep: Path | None
) -> tuple[_Fit, np.ndarray]:
    folder = None if keep is None else keep / f"{fit.border.astype('datetime64[D]')}_seed{fit.seed}"
    network = fit_network(data, data.before(fit.border), settings, fit.seed, keep=folder)
    return fit, log_rates(network, data.features[data.between(fit.border, fit.until)])


def _neuron(data: PlaceData, fit: _Fit) -> np.ndarray:
    """What a neuron fitted to the same past says of the same days."""
    return strong_neuron(data, data.before(fit.border)).log_rates(data.counts[data.between(fit.border, fit.until)])


def _corrected(
    data: PlaceData, said: dict, neurons: dict, seed: int, spans: list[_Span]
) -> tuple[np.ndarray, tuple[Correction, ...]]:
    """Chances of one seed on all scored days, each refit with its own correction."""
    chances, corrections = [], []
    for earlier, border, end in spans:
        shown = []
        for start, until in pairwise((*earlier, border)):
            n = int(data.between(start, until).sum())
            shown.append((said[seed, start][:n], neurons[start][:n]))
        rates, leans = (np.concatenate(parts) for parts in zip(*shown, strict=True))
        correction = fit_correction(rates, leans, data.happened[data.between(*earlier, border)])
        n = int(data.between(border, end).sum())
        chances.append(correction(said[seed, border][:n], neurons[border][:n]))
        corrections.append(correction)
    return np.concatenate(chances), tuple(corrections)


def _baselines(
    data: PlaceData, magnitudes: tuple[float, ...], borders: list, ends: list, plain_from: str | None
) -> dict[str, np.ndarray]:
    """Chances of the two long-term rates, of a neuron on top of each, and of rates that add up, on all scored days."""
    made: dict[str, list[np.ndarray]] = {}
    for border, end in zip(borders, ends, strict=True):
        past, wanted = data.before(border), data.between(border, end)
        lately = past if plain_from is None else past & (data.steps.start >= as_time("plain_from", plain_from))
        if not lately.any():
            raise InputError(f"no day to learn from between {plain_from} and {border}; give an earlier --plain-from")
        said = strong_baselines(data, magnitudes, past, wanted)
        rate = cell_frequency(data.happened[lately])
        said["frequency"] = np.broadcast_to(rate, said["poisson"].shape)
        said["plain_neuron"] = fit_neuron(data.counts, data.happened, rate, lately).chances(data.counts[wanted])
        for name, chances in said.items():
            made.setdefault(name, []).append(chances)
    return {name: np.concatenate(parts) for name, parts in made.items()}
