"""From a catalog to a forecast: nothing of the future gets in, choices are made on the past, bad input is told."""

from dataclasses import replace

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.forecast import choose_bandwidth
from seisweave.forecast.build import Past, choose_on_past, make_forecast, volume_of
from seisweave.forecast.options import ForecastOptions
from seisweave.forecast.smoothed import neighbour_distance, one_width
from seisweave.forecast.thinning import thin

BOX = (-119.0, -115.0, 32.5, 35.5, 0.0, 20.0)
LATER = {"validation_years": 3.0, "validation_magnitude": 2.0}


@pytest.mark.parametrize("model", ["triples", "adaptive"])
@pytest.mark.slow_without_compiler
def test_smoothed_beats_uniform_on_events_it_has_not_seen(model, past, volume):
    split = np.datetime64("2017-01-01")
    before, after = past[past.times < split], past[past.times >= split]
    after = after[volume.contains(after.longitude, after.latitude, after.depth_km)]
    forecast = make_forecast(before, ForecastOptions(model=model, volume=BOX, **LATER), jobs=1)
    log = forecast.log_density(after.longitude, after.latitude, after.depth_km)
    assert log.mean() > -np.log(volume.km3) + 1.0
    assert 0.0 < forecast.uniform_share < 0.9


@pytest.mark.slow_without_compiler
def test_mixed_is_a_network_and_smoothing_with_its_shares(past):
    made = make_forecast(past[:400], ForecastOptions(volume=BOX), jobs=1)
    assert made.weight.sum() == pytest.approx(1.0)
    assert made.uniform_share == pytest.approx(0.04)
    assert made.told["n_segments"] > 0
    floored = make_forecast(past[:300], ForecastOptions(model="faults", volume=BOX, floor=0.25), jobs=1)
    assert floored.uniform_share == pytest.approx(0.25)


@pytest.mark.slow_without_compiler
def test_choice_looks_at_nothing_but_the_past(past):
    """Events after the split move, and the kernels that are tried do not."""
    options = ForecastOptions(model="triples", volume=BOX, bandwidth_km=4.0, **LATER)
    volume = volume_of(past, options)
    inside = past[volume.contains(past.longitude, past.latitude, past.depth_km)]
    split = inside.times.max() - np.timedelta64(int(3 * 365.25 * 86400), "s")
    choice = choose_on_past(Past(inside, volume, options))[1]
    targets = inside[(inside.times >= split) & (inside.magnitude >= 2.0)]
    before = inside[inside.times < split]
    xyz = volume.xyz_km(before.longitude, before.latitude, before.depth_km)
    kernels = one_width(xyz[thin(xyz, options.thin_km)], 4.0)
    places = volume.xyz_km(targets.longitude, targets.latitude, targets.depth_km)
    log = kernels.log_density(places) - np.log(kernels.mass(volume))
    by_hand = -np.log((1 - choice.floor) * np.exp(log) + choice.floor / volume.km3).mean()
    assert choice.nll == pytest.approx(by_hand, rel=1e-9)
    small = replace(inside, magnitude=np.where(inside.times >= split, inside.magnitude, 0.0))
    assert choose_on_past(Past(small, volume, options))[1] == choice  # magnitudes of the past do not matter


@pytest.mark.slow_without_compiler
def test_the_bandwidth_that_made_the_events_is_found(volume):
    rng = np.random.default_rng(12)
    centres = volume.xyz_km(*volume.sample(60, 1).T)
    targets = centres[rng.integers(0, 60, 1500)] + rng.normal(0, 3.0, (1500, 3))
    lon, lat = volume.projection.to_geographic(targets[:, 0], targets[:, 1])
    targets = targets[volume.contains(lon, lat, targets[:, 2])]
    choice = choose_bandwidth(one_width(centres, 1.0), volume, targets, floor=True)
    assert choice.width == pytest.approx(3.0, rel=0.06)
    assert choice.floor < 0.02


def test_thinning_keeps_one_event_of_every_cube():
    xyz = np.random.default_rng(13).uniform(-5, 5, (2000, 3))
    kept = thin(xyz, 2.0)
    cubes = {tuple(c) for c in np.floor(xyz / 2.0).astype(int)}
    assert len(kept) == len(cubes) == len({tuple(c) for c in np.floor(xyz[kept] / 2.0).astype(int)})
    assert np.array_equal(kept, thin(xyz, 2.0))
    assert len(thin(xyz, 0.0)) == 2000


def test_neighbour_distance_by_hand():
    line = np.array([[0.0, 0, 0], [1, 0, 0], [3, 0, 0], [7, 0, 0]])
    assert neighbour_distance(line, 1).tolist() == [1, 1, 2, 4]
    assert neighbour_distance(line, 2).tolist() == [3, 2, 3, 6]
    assert neighbour_distance(line, 99).tolist() == [7, 6, 4, 7]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"volume": (10.0, 11.0, 45.0, 46.0, 0.0, 20.0)}, "0 of .* events lie in the volume"),
        ({"model": "triples", "volume": BOX, "validation_magnitude": 8.0}, "choosing needs 20"),
    ],
)
def test_pasts_that_are_too_short(options, message, past):
    with pytest.raises(InputError, match=message):
        make_forecast(past, ForecastOptions(**options))


@pytest.mark.parametrize(
    ("name", "value"),
    [("floor", 1.0), ("thin_km", -1.0), ("bandwidth_km", 0.0), ("neighbours", 0), ("scale", 1e9), ("model", "x")],
)
def test_options_that_cannot_be(name, value, without_type_checks):
    with pytest.raises(InputError, match=name):
        ForecastOptions(**{name: value})
