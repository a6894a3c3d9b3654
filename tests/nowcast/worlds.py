"""Small catalogs whose days are known, and settings under which a nowcaster trains in a second or two."""

from dataclasses import replace

import numpy as np

from seisweave.catalog import Catalog
from seisweave.nowcast.maps import MapOptions
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.region.options import AutoencoderOptions, NowcastOptions, TemporalOptions
from seisweave.nowcast.region.settings import Settings

ORIGIN = np.datetime64("2000-01-01", "us")
DAY = np.timedelta64(1, "D")
MAPS = MapOptions(box=(-118.0, -117.0, 34.0, 35.0), cell_deg=0.25)


def make_catalog(day, magnitude, longitude=None, latitude=None):
    """Events in the middle of their days, in order of time."""
    day, magnitude = np.asarray(day, float), np.asarray(magnitude, float)
    n = len(day)
    rng = np.random.default_rng(n)
    order = np.argsort(day, kind="stable")
    return Catalog(
        times=ORIGIN + (day[order] * 86_400_000_000).astype("timedelta64[us]"),
        longitude=(rng.uniform(-118, -117, n) if longitude is None else np.asarray(longitude))[order],
        latitude=(rng.uniform(34, 35, n) if latitude is None else np.asarray(latitude))[order],
        depth_km=np.full(n, 8.0),
        magnitude=magnitude[order],
        ids=np.arange(n).astype(str),
    )


def precursor_world(days=2400, seed=1):
    """Extremes follow bursts: one day in ten has 20 small events in one cell, and half of these are followed by an M 5.

    Four background events a day; the magnitudes of all but the extremes stay below 4. The last event, of magnitude 0,
    comes at the first instant after the last day, so that all days are known.
    """
    rng = np.random.default_rng(seed)
    burst = rng.random(days) < 0.1
    extreme = np.flatnonzero(np.roll(burst & (rng.random(days) < 0.5), 1)[1:]) + 1
    quiet = rng.uniform(0, days, 4 * days)
    swarm = np.repeat(np.flatnonzero(burst), 20) + rng.uniform(0.1, 0.9, 20 * burst.sum())
    day = np.concatenate([quiet, swarm, extreme + rng.uniform(0.1, 0.9, len(extreme))])
    magnitude = np.concatenate(
        [
            1.0 + rng.exponential(0.4, len(quiet)).clip(max=2.9),
            rng.uniform(2, 3, len(swarm)),
            np.full(len(extreme), 5.0),
        ]
    )
    place = rng.uniform(0, 1, (len(day), 2))
    place[len(quiet) : len(quiet) + len(swarm)] = (0.6, 0.6)
    day, magnitude, place = np.append(day, days), np.append(magnitude, 0.0), np.append(place, [[0.5, 0.5]], axis=0)
    return make_catalog(day, magnitude, -118 + place[:, 0], 34 + place[:, 1])


def shuffled_days(catalog, days, seed=2):
    """The same days in another order, each with its events."""
    number = ((catalog.times - ORIGIN) // DAY).astype(int)
    rest = (catalog.times - ORIGIN) - number * DAY
    moved = np.append(np.random.default_rng(seed).permutation(days), days)[number]  # what ends the world ends it still
    return make_catalog(moved + rest / DAY, catalog.magnitude, catalog.longitude, catalog.latitude)


def brief(settings):
    """Where it does not matter how good the nowcasts are."""
    temporal, training = replace(settings.temporal, temporal_epochs=2), replace(settings.training, epochs=1)
    return replace(settings, temporal=temporal, training=training)


def small_settings(protocol="prospective", **nowcast):
    return Settings(
        NowcastOptions(**({"protocol": protocol} | nowcast)),
        MAPS,
        AutoencoderOptions(bottleneck=4),
        TemporalOptions(window=16, filters=8, temporal_epochs=20),
        TrainingOptions(epochs=2, batch=128, learning_rate=3e-3, accelerator="cpu"),
    )
