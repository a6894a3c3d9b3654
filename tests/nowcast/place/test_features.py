"""Features are their definitions, and targets what came."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.place.worlds import BOX, PLACE, few_events

from seisweave.nowcast.maps import lay_steps
from seisweave.nowcast.place.features import feature_names, omori_exponentials, place_features, place_targets


def naive_aftershocks(catalog, options, steps, day, alpha, least, sigma):
    """One aftershock map from its definition, one event at a time."""
    from math import erf

    total = np.zeros(options.maps.shape)
    for time, lon, lat, m in zip(catalog.times, catalog.longitude, catalog.latitude, catalog.magnitude, strict=True):
        age = (steps.start[day] - time) / np.timedelta64(1, "D")
        if age <= 0 or m < options.magnitudes[0] + least - 1e-9:
            continue
        omori = (1 + age / 0.02) ** -0.15 - (1 + (age + options.days) / 0.02) ** -0.15
        km = 111.195 / (sigma(m) * np.sqrt(2))
        for row in range(total.shape[0]):
            for column in range(total.shape[1]):
                x = [(BOX[0] + 0.5 * (column + k) - lon) * km * np.cos(np.radians(34.0)) for k in (0, 1)]
                y = [(BOX[2] + 0.5 * (row + k) - lat) * km for k in (0, 1)]
                share = 0.25 * (erf(x[1]) - erf(x[0])) * (erf(y[1]) - erf(y[0]))
                total[row, column] += 10 ** (alpha * (m - options.magnitudes[0])) * omori * share
    return np.log(total + options.days * 3e-4)


@pytest.mark.parametrize("days", [1, 7])
def test_features_are_their_definitions(world, days):
    catalog, place = world.catalog[:120], replace(PLACE, days=days)
    steps = lay_steps(catalog, place.maps)
    values, day = place_features(catalog, place, steps), len(steps) - 1
    wanted = {
        "aftershocks near": (0.8, -0.5, lambda m: 2 + 0.5 * 10 ** (0.59 * m - 2.44)),
        "aftershocks wide": (0.8, -0.5, lambda m: 15.0),
        "aftershocks of many events": (0.5, -0.5, lambda m: 2 + 0.5 * 10 ** (0.59 * m - 2.44)),
    }
    for name, (alpha, least, sigma) in wanted.items():
        expected = naive_aftershocks(catalog, place, steps, day, alpha, least, sigma)
        np.testing.assert_allclose(values[day, feature_names().index(name)], expected, atol=0.012)


def test_omori_is_a_sum_of_exponentials_within_one_percent():
    age = np.geomspace(7e-4, 11_000, 500)
    true = (1 + age / 0.02) ** -0.15 - (1 + (age + 1) / 0.02) ** -0.15
    made = sum(weight * np.exp(-age / span) for span, weight in omori_exponentials())
    assert np.abs(made / true - 1).max() < 0.01


def test_targets_by_hand():
    times = ["2000-01-01T12:00", "2000-01-02T00:00", "2000-01-02T23:59", "2000-01-04T01:00"]
    catalog = few_events(times, [2.0, 3.5, 4.5, 4.0], longitude=[-117.2, -117.2, -117.51, -116.0])
    steps = lay_steps(catalog, PLACE.maps)
    came = place_targets(catalog, PLACE, steps)
    assert came.shape == (4, 4, 4, 4)
    assert came.sum(axis=(1, 2, 3)).tolist() == [0, 2 + 4, 0, 0]  # the last lies on the eastern edge: outside
    assert came[1, :, 2, 1].tolist() == [True] * 2 + [False] * 2
    gapped = replace(PLACE, gaps="2000-01-02T10:00/2000-01-02T11:00")
    assert not place_targets(catalog, gapped, lay_steps(catalog, gapped.maps)).any()
    two = place_targets(catalog, replace(PLACE, days=2), steps)
    assert two.any(axis=(1, 2, 3)).tolist() == [True, True, False, False], "of the fourth day nothing is known"
    assert (two[0] == came[1]).all()
    gapped = replace(PLACE, days=2, gaps="2000-01-01T10:00/2000-01-01T11:00")
    two = place_targets(catalog, gapped, lay_steps(catalog, gapped.maps))
    assert two.any(axis=(1, 2, 3)).tolist() == [False, True, False, False]
