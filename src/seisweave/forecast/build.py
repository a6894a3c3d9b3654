"""From a catalog to a forecast: learn from past events in a volume, choose what is free on the last years of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from seisweave.catalog.as_catalog import CatalogLike, as_catalog
from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.faults.network import FaultNetwork
from seisweave.faults.options import FaultOptions
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.forecast.default_volume import volume_of
from seisweave.forecast.forecast import Forecast, mix, uniform
from seisweave.forecast.from_faults import from_faults
from seisweave.forecast.options import ForecastOptions
from seisweave.forecast.smoothed import Choice, adaptive, choose_adaptive, choose_bandwidth, one_width, triples
from seisweave.forecast.thinning import thin
from seisweave.forecast.uniform import Uniform
from seisweave.forecast.volume import Volume
from seisweave.progress import Progress, Step
from seisweave.spreading import sent

MIXED = (0.26, 0.70, 0.04)  # shares of network, adaptive smoothing, uniform; docs/figure12.md says how they were chosen
MIXED_NEIGHBOURS, MIXED_SCALE = 20, 0.35
_DAYS, _USUAL_LEAST = 365.25, 2.5
_FEWEST, _FEWEST_BY_DEFAULT = 20, 10  # events to learn from, and to choose on; where nobody says on which


@dataclass(frozen=True, eq=False)
class Past:
    """What a forecast is learned from, and how: events with a depth inside the volume, options of both stages.

    jobs, progress and keep are those of `make_forecast`.
    """

    events: Catalog
    volume: Volume
    options: ForecastOptions
    faults: FaultOptions = field(default_factory=FaultOptions)
    jobs: int | None = None
    progress: Progress | None = None
    keep: Path | None = None


def make_forecast(
    catalog: CatalogLike,
    options: ForecastOptions | None = None,
    faults: FaultOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: Path | None = None,
) -> Forecast:
    """Learn a forecast from the events of a catalog that have a depth and lie in the volume.

    A catalog without any depth gets a forecast in two dimensions: `mixed` is then adaptive smoothing with its floor.

    Arguments:
        catalog: the past; what is chosen freely is chosen on its last years.
        options: the model and the volume, see `ForecastOptions`; the volume is that of `choose_volume`.
        faults: how the network of the models `mixed` and `faults` is made.
        jobs: threads; all cores by default.
        progress: called with a `Step` now and then.
        keep: folder in which finished parts of the network are kept; with them an interrupted run goes on.

    Errors: InputError for too few events in the volume, or too few to choose a bandwidth on.

    >>> from seisweave.synthetic import southern_california_like
    >>> past = southern_california_like(seed=1, n_events=800).catalog
    >>> forecast = make_forecast(past, ForecastOptions(model="triples", bandwidth_km=3.0, floor=0.1))
    >>> round(forecast.uniform_share, 3)
    0.1
    """
    catalog, options = as_catalog(catalog), options or ForecastOptions()
    volume = volume_of(catalog, options)
    inside = catalog[volume.contains(catalog.longitude, catalog.latitude, catalog.depth_km)]
    if options.model != "uniform" and len(inside) < _FEWEST:
        raise InputError(
            f"{len(inside)} of {len(catalog)} events lie in the volume {volume.describe()}; a forecast needs {_FEWEST},"
            " widen it"
        )
    past = Past(inside, volume, options, faults or FaultOptions(), jobs, progress, keep)
    known = catalog.times[~np.isnat(catalog.times)]
    until = str(known.max().astype("datetime64[s]")) if len(known) else None
    made = (_FLAT_MAKERS if volume.flat else _MAKERS)[options.model](past)
    return made.named(made.name, learned_until=until)


def learning_points(catalog: Catalog, volume: Volume, thin_km: float) -> Float[np.ndarray, "n 3"]:
    """Local km of events to learn from, thinned."""
    xyz_km = volume.xyz_km(catalog.longitude, catalog.latitude, catalog.depth_km)
    return xyz_km[thin(xyz_km, thin_km)]


def _uniform(past: Past) -> Forecast:
    return uniform(past.volume).named("uniform", n_events=len(past.events))


def _faults(past: Past) -> Forecast:
    events, options = past.events, past.options
    xyz_km = past.volume.xyz_km(events.longitude, events.latitude, events.depth_km)
    kept = events[thin(xyz_km, options.thin_km)]
    if len(kept) < _FEWEST:
        raise InputError(
            f"{len(events)} events lie in {len(kept)} cubes of {options.thin_km:g} km; a network needs events in"
            f" {_FEWEST}: give more events, or a smaller thin_km"
        )
    network = reconstruct_faults(kept, past.faults, jobs=past.jobs, progress=past.progress, keep=past.keep)
    forecast = network_forecast(network, past.volume, options)
    return forecast.named("faults", thin_km=options.thin_km, n_past=len(events), floor=forecast.uniform_share)


def network_forecast(network: FaultNetwork, volume: Volume, options: ForecastOptions | None = None) -> Forecast:
    """A forecast from a network that is there already: background and floor as the options say.

    Errors: InputError as for `from_faults`.

    >>> from seisweave.synthetic import southern_california_like
    >>> network = reconstruct_faults(southern_california_like(n_events=150).catalog)
    >>> volume = Volume((-119.0, -115.0, 32.5, 35.5), (0.0, 20.0))
    >>> round(network_forecast(network, volume, ForecastOptions(floor=0.1)).uniform_share, 6)
    0.1
    """
    options = options or ForecastOptions()
    forecast = from_faults(network, volume, density=options.density, pool_background=options.pool_background)
    return forecast if options.floor is None else replace_floor(forecast, options.floor)


def _mixed(past: Past) -> Forecast:
    """A network and adaptive smoothing with the fixed shares of `MIXED`, chosen once on windows of the past."""
    options, volume = past.options, past.volume
    network = replace_floor(_faults(replace(past, options=replace(options, floor=None))), 0.0)
    points = learning_points(past.events, volume, options.thin_km)
    neighbours, scale = options.neighbours or MIXED_NEIGHBOURS, options.scale or MIXED_SCALE
    smoothed = adaptive(points, volume, neighbours, scale=scale)
    floor = MIXED[2] if options.floor is None else options.floor
    shares = np.array([MIXED[0], MIXED[1]]) * (1.0 - floor) / (MIXED[0] + MIXED[1])
    whole = mix([network, smoothed, uniform(volume)], [*shares, floor])
    told = {**network.told, "floor": floor}
    return whole.named("mixed", **told, neighbours=neighbours, scale=scale)


def replace_floor(forecast: Forecast, share: float) -> Forecast:
    """The same parts with another share of the uniform ones (which a pooled background is)."""
    is_uniform = np.array([isinstance(part, Uniform) for part in forecast.parts])
    if not is_uniform.any():
        return forecast.with_floor(share)
    others = forecast.weight[~is_uniform].sum()
    if others == 0:
        return forecast
    weight = np.where(is_uniform, share * forecast.weight / forecast.weight[is_uniform].sum(), 0.0)
    weight = np.where(is_uniform, weight, (1.0 - share) * forecast.weight / others)
    return replace(forecast, weight=weight)


def _triples(past: Past) -> Forecast:
    points, options = learning_points(past.events, past.volume, past.options.thin_km), past.options
    if options.bandwidth_km is not None and options.floor is not None:
        made = triples(points, past.volume, options.bandwidth_km, floor=options.floor)
        return made.named("triples", **_learned_from(past, points))
    choice = choose_on_past(past)[1]
    made = triples(points, past.volume, choice.width, floor=choice.floor)
    return made.named("triples", **_learned_from(past, points), validation_nll=choice.nll)


def _adaptive(past: Past) -> Forecast:
    points, options = learning_points(past.events, past.volume, past.options.thin_km), past.options
    if options.neighbours is not None and options.scale is not None and options.floor is not None:
        made = adaptive(points, past.volume, options.neighbours, scale=options.scale, floor=options.floor)
        return made.named("adaptive", **_learned_from(past, points))
    neighbours, choice = choose_on_past(past)
    made = adaptive(points, past.volume, neighbours, scale=choice.width, floor=choice.floor)
    return made.named("adaptive", **_learned_from(past, points), validation_nll=choice.nll)


def _no_planes(past: Past) -> Forecast:
    raise InputError(
        f"none of {len(past.events)} events has a depth, and faults are planes in depth; give --model adaptive, triples"
        " or uniform, which work in two dimensions"
    )


def _smooth_alone(past: Past) -> Forecast:
    """What is left of `mixed` without depths: its adaptive smoothing and its floor."""
    points, options = learning_points(past.events, past.volume, past.options.thin_km), past.options
    neighbours, scale = options.neighbours or MIXED_NEIGHBOURS, options.scale or MIXED_SCALE
    floor = MIXED[2] if options.floor is None else options.floor
    made = adaptive(points, past.volume, neighbours, scale=scale, floor=floor)
    return made.named("adaptive", **_learned_from(past, points), neighbours=neighbours, scale=scale, floor=floor)


_MAKERS = {"uniform": _uniform, "faults": _faults, "mixed": _mixed, "triples": _triples, "adaptive": _adaptive}
_FLAT_MAKERS = {**_MAKERS, "faults": _no_planes, "mixed": _smooth_alone}


def _learned_from(past: Past, points: np.ndarray) -> dict[str, Any]:
    return {"n_events": len(points), "n_past": len(past.events), "thin_km": past.options.thin_km}


def choose_on_past(past: Past) -> tuple[int, Choice]:
    """Choose what is free of a smoothed forecast: learn from all but the last years, try on those.

    Gives the number of neighbours (0 for triples) and the width or scale with its floor.
    Errors: InputError for too few events before or after the split.
    """
    options, volume = past.options, past.volume
    before, after = _split(past.events, options)
    if past.progress is not None:
        past.progress(Step("choose widths", 0.0))
    kernels = one_width(learning_points(before, volume, options.thin_km), 1.0)
    targets = volume.xyz_km(after.longitude, after.latitude, after.depth_km)
    floor: bool | float = True if options.floor is None else options.floor
    jobs = past.jobs
    if options.model == "triples":
        width = options.bandwidth_km
        return 0, sent(lambda _: choose_bandwidth(kernels, volume, targets, floor=floor, width=width, jobs=jobs))
    tried, scale = {} if options.neighbours is None else {"neighbours": (options.neighbours,)}, options.scale
    return sent(lambda _: choose_adaptive(kernels, volume, targets, floor=floor, width=scale, jobs=jobs, **tried))


def _split(events: Catalog, options: ForecastOptions) -> tuple[Catalog, Catalog]:
    """Events before the last years, and those after it that are large enough to choose on."""
    if np.isnat(events.times).any():
        raise InputError("some events have no time, so there are no last years to choose on; give bandwidth and floor")
    whole = (events.times.max() - events.times.min()) / np.timedelta64(1, "s")
    split = events.times.max() - np.timedelta64(int(min(options.validation_years * _DAYS * 86400, whole / 2)), "s")
    before, after = events[events.times < split], events[events.times >= split]
    least = options.validation_magnitude
    after = after[after.magnitude >= (_large_enough(after.magnitude) if least is None else least)]
    fewest = _FEWEST_BY_DEFAULT if least is None else _FEWEST
    if min(len(before), len(after)) < fewest:
        raise InputError(
            f"{len(before)} events before {split.astype('datetime64[D]')} and {len(after)} of magnitude"
            f" {2.5 if least is None else least:g} after it; choosing needs {fewest} of each: give other"
            " validation_years and validation_magnitude, or the bandwidth and floor"
        )
    return before, after


def _large_enough(magnitude: np.ndarray) -> float:
    """Magnitude 2.5, or the highest tenth below it from which there are enough events to choose on."""
    known = np.sort(magnitude[np.isfinite(magnitude)])[::-1]
    if len(known) < _FEWEST or known[_FEWEST - 1] >= _USUAL_LEAST:
        return _USUAL_LEAST
    return float(np.floor(10.0 * known[_FEWEST - 1] + 1e-9) / 10.0)
