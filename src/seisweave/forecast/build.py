"""From a catalog to a forecast: learn from past events in a volume, choose what is free on the last years of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from seisweave.catalog.catalog import Catalog
from seisweave.errors import InputError
from seisweave.faults.options import FaultOptions
from seisweave.faults.reconstruct import reconstruct_faults
from seisweave.forecast.forecast import Forecast, mix, uniform
from seisweave.forecast.from_faults import from_faults
from seisweave.forecast.options import ForecastOptions
from seisweave.forecast.smoothed import Choice, adaptive, choose_adaptive, choose_bandwidth, one_width, triples
from seisweave.forecast.thinning import thin
from seisweave.forecast.volume import Volume
from seisweave.progress import Step

MIXED = (0.26, 0.70, 0.04)  # shares of network, adaptive smoothing, uniform; docs/figure12.md says how they were chosen
MIXED_NEIGHBOURS, MIXED_SCALE = 20, 0.35
_DAYS = 365.25
_FEWEST = 20  # events to learn from, and to choose on


def make_forecast(
    catalog: Catalog,
    options: ForecastOptions,
    faults: FaultOptions | None = None,
    *,
    jobs: int | None = None,
    progress: Callable[[Step], None] | None = None,
) -> Forecast:
    """Learn a forecast from the events of a catalog that have a depth and lie in the volume.

    Errors: InputError for too few events in the volume, or too few to choose a bandwidth on.

    >>> from seisweave.synthetic import southern_california_like
    >>> past = southern_california_like(seed=1, n_events=800).catalog
    >>> forecast = make_forecast(past, ForecastOptions(model="triples", bandwidth_km=3.0, floor=0.1))
    >>> round(forecast.uniform_share, 3)
    0.1
    """
    made = _make(catalog, options, faults or FaultOptions(), jobs, progress)
    known = catalog.times[~np.isnat(catalog.times)]
    until = str(known.max().astype("datetime64[s]")) if len(known) else None
    return made.named(made.name, learned_until=until)


def _make(
    catalog: Catalog,
    options: ForecastOptions,
    faults: FaultOptions,
    jobs: int | None,
    progress: Callable[[Step], None] | None,
) -> Forecast:
    volume = volume_of(catalog, options)
    inside = volume.contains(catalog.longitude, catalog.latitude, catalog.depth_km)
    past = catalog[inside]
    if options.model == "uniform":
        return uniform(volume).named("uniform", n_events=len(past))
    if len(past) < _FEWEST:
        raise InputError(
            f"{len(past)} of {len(catalog)} events lie in the volume; a forecast needs {_FEWEST}, widen it"
        )
    if options.model == "faults":
        return _faults(past, volume, options, faults, jobs, progress)
    if options.model == "mixed":
        return _mixed(past, volume, options, faults, jobs, progress)
    return _smoothed(past, volume, options, jobs, progress)


def volume_of(catalog: Catalog, options: ForecastOptions) -> Volume:
    """The volume of the options, or the smallest box of tenths of a degree about the events, 0 to 20 km deep."""
    if options.volume is not None:
        return Volume.of(options.volume)
    if len(catalog) == 0:
        raise InputError("a catalog without events has no volume; give --volume, or events")
    lon, lat = catalog.longitude, catalog.latitude
    low = np.floor(10.0 * np.array([lon.min(), lat.min()])) / 10.0
    high = np.floor(10.0 * np.array([lon.max(), lat.max()]) + 1.0) / 10.0
    return Volume.of(tuple(np.round([low[0], high[0], low[1], high[1], 0.0, 20.0], 10)))


def learning_points(catalog: Catalog, volume: Volume, thin_km: float) -> Float[np.ndarray, "n 3"]:
    """Local km of events to learn from, thinned."""
    xyz_km = volume.xyz_km(catalog.longitude, catalog.latitude, catalog.depth_km)
    return xyz_km[thin(xyz_km, thin_km)]


def _faults(
    past: Catalog,
    volume: Volume,
    options: ForecastOptions,
    faults: FaultOptions,
    jobs: int | None,
    progress: Callable[[Step], None] | None,
) -> Forecast:
    xyz_km = volume.xyz_km(past.longitude, past.latitude, past.depth_km)
    kept = past[thin(xyz_km, options.thin_km)]
    if len(kept) < _FEWEST:
        raise InputError(
            f"{len(past)} events lie in {len(kept)} cubes of {options.thin_km:g} km; a network needs events in"
            f" {_FEWEST}: give more events, or a smaller thin_km"
        )
    network = reconstruct_faults(kept, faults, jobs=jobs, progress=progress)
    forecast = from_faults(network, volume, pool_background=options.pool_background)
    if options.floor is not None:
        forecast = replace_floor(forecast, options.floor)
    return forecast.named("faults", thin_km=options.thin_km, n_past=len(past), floor=forecast.uniform_share)


def _mixed(
    past: Catalog,
    volume: Volume,
    options: ForecastOptions,
    faults: FaultOptions,
    jobs: int | None,
    progress: Callable[[Step], None] | None,
) -> Forecast:
    """A network and adaptive smoothing with the fixed shares of `MIXED`, chosen once on windows of the past."""
    network = replace_floor(_faults(past, volume, replace(options, floor=None), faults, jobs, progress), 0.0)
    points = learning_points(past, volume, options.thin_km)
    neighbours, scale = options.neighbours or MIXED_NEIGHBOURS, options.scale or MIXED_SCALE
    smoothed = adaptive(points, volume, neighbours, scale=scale)
    floor = MIXED[2] if options.floor is None else options.floor
    shares = np.array([MIXED[0], MIXED[1]]) * (1.0 - floor) / (MIXED[0] + MIXED[1])
    whole = mix([network, smoothed, uniform(volume)], [*shares, floor])
    told = {**network.told, "floor": floor}
    return whole.named("mixed", **told, neighbours=neighbours, scale=scale)


def replace_floor(forecast: Forecast, share: float) -> Forecast:
    """The same parts with another share of the uniform ones (which a pooled background is)."""
    from seisweave.forecast.uniform import Uniform

    is_uniform = np.array([isinstance(part, Uniform) for part in forecast.parts])
    if not is_uniform.any():
        return forecast.with_floor(share)
    others = forecast.weight[~is_uniform].sum()
    if others == 0:
        return forecast
    weight = np.where(is_uniform, share * forecast.weight / forecast.weight[is_uniform].sum(), 0.0)
    weight = np.where(is_uniform, weight, (1.0 - share) * forecast.weight / others)
    return replace(forecast, weight=weight)


def _smoothed(
    past: Catalog,
    volume: Volume,
    options: ForecastOptions,
    jobs: int | None,
    progress: Callable[[Step], None] | None,
) -> Forecast:
    points = learning_points(past, volume, options.thin_km)
    told = {"n_events": len(points), "n_past": len(past), "thin_km": options.thin_km}
    if options.model == "triples":
        if options.bandwidth_km is not None and options.floor is not None:
            return triples(points, volume, options.bandwidth_km, floor=options.floor).named("triples", **told)
        choice = choose_on_past(past, volume, options, jobs, progress)[1]
        return triples(points, volume, choice.width, floor=choice.floor).named(
            "triples", **told, validation_nll=choice.nll
        )
    if None not in (options.neighbours, options.scale, options.floor):
        scale, floor = float(options.scale or 1.0), float(options.floor or 0.0)
        return adaptive(points, volume, int(options.neighbours or 1), scale=scale, floor=floor).named(
            "adaptive", **told
        )
    neighbours, choice = choose_on_past(past, volume, options, jobs, progress)
    made = adaptive(points, volume, neighbours, scale=choice.width, floor=choice.floor)
    return made.named("adaptive", **told, validation_nll=choice.nll)


def choose_on_past(
    past: Catalog,
    volume: Volume,
    options: ForecastOptions,
    jobs: int | None = None,
    progress: Callable[[Step], None] | None = None,
) -> tuple[int, Choice]:
    """Choose what is free of a smoothed forecast: learn from all but the last years, try on those.

    Gives the number of neighbours (0 for triples) and the width or scale with its floor.
    Errors: InputError for too few events before or after the split.
    """
    if np.isnat(past.times).any():
        raise InputError("some events have no time, so there are no last years to choose on; give bandwidth and floor")
    whole = (past.times.max() - past.times.min()) / np.timedelta64(1, "s")
    split = past.times.max() - np.timedelta64(int(min(options.validation_years * _DAYS * 86400, whole / 2)), "s")
    before, after = past[past.times < split], past[past.times >= split]
    after = after[after.magnitude >= options.validation_magnitude]
    if min(len(before), len(after)) < _FEWEST:
        raise InputError(
            f"{len(before)} events before {split.astype('datetime64[D]')} and {len(after)} of magnitude"
            f" {options.validation_magnitude:g} after it; choosing needs {_FEWEST} of each: give other"
            " validation_years and validation_magnitude, or the bandwidth and floor"
        )
    if progress is not None:
        progress(Step("choose widths", 0.0))
    kernels = one_width(learning_points(before, volume, options.thin_km), 1.0)
    targets = volume.xyz_km(after.longitude, after.latitude, after.depth_km)
    floor: bool | float = True if options.floor is None else options.floor
    if options.model == "triples":
        return 0, choose_bandwidth(kernels, volume, targets, floor=floor, width=options.bandwidth_km, jobs=jobs)
    tried = {} if options.neighbours is None else {"neighbours": (options.neighbours,)}
    return choose_adaptive(kernels, volume, targets, floor=floor, width=options.scale, jobs=jobs, **tried)
