"""The long-term rate beside a forecast: counted, not assumed."""

import numpy as np
import pytest

from seisweave.etas.cell_mass import CellGrid
from seisweave.issued.long_term import Past, long_term, rates_of, smoothed_share

GRID = CellGrid.of_box((-118.0, -116.0, 33.0, 35.0), 0.5)
ALL = np.ones(GRID.shape, bool)
LEVELS = np.array([3.0, 4.0, 5.0])
SHARE = np.array([1.0, 0.1, 0.01])


def clustered(seed, days=3000.0):
    """Clusters of ten events within a day."""
    rng = np.random.default_rng(seed)
    t = np.sort((rng.uniform(-days, 0.0, 200)[:, None] + rng.uniform(0.0, 1.0, (200, 10))).ravel())
    t = t[t < 0.0]
    magnitude = 3.0 + rng.exponential(0.4343, len(t))
    return Past(t, rng.normal(-117.6, 0.1, len(t)), rng.normal(33.4, 0.1, len(t)), magnitude, days, SHARE)


def test_chances_are_the_share_of_windows_that_hold_an_event():
    past = clustered(1)
    begins = np.arange(-past.days, -7.0, 0.01)
    for k, magnitude in enumerate((3.0, 4.0)):
        t = past.t_days[past.magnitude >= magnitude]
        for h, days in enumerate((1.0, 7.0)):
            held = np.searchsorted(t, begins + days) > np.searchsorted(t, begins)
            made = long_term(past, np.array([1.0, 7.0]), LEVELS, GRID, ALL)
            assert made.chance[h, k] == pytest.approx(held.mean(), abs=0.006)
    poisson = -np.expm1(-made.expected)
    assert made.chance[0, 0] < 0.4 * poisson[0, 0]  # events in clusters leave more days quiet
    assert 0.0 < made.chance[0, 2] < poisson[0, 2]


def test_numbers_are_counted_or_follow_the_law():
    past = clustered(2)
    rate = rates_of(past, LEVELS) * past.days
    assert rate[:2].tolist() == [np.sum(past.magnitude >= level) for level in LEVELS[:2]]
    assert rate[2] in (pytest.approx(0.1 * rate[1]), float(np.sum(past.magnitude >= 5.0)))
    made = long_term(past, np.array([2.0]), LEVELS, GRID, ALL)
    assert made.cell_expected.sum(axis=(2, 3)) == pytest.approx(made.expected)


def test_cells_have_what_lay_in_them():
    past = clustered(3)
    share = smoothed_share(past, GRID, ALL)
    counts = np.histogram2d(past.latitude, past.longitude, (GRID.latitude, GRID.longitude))[0]
    assert np.argmax(share) == np.argmax(counts)
    assert share == pytest.approx(counts / counts.sum(), abs=0.03)
    assert (share > 0.0).all()
    some = smoothed_share(past, GRID, np.arange(16).reshape(4, 4) > 3)
    assert some.sum() == pytest.approx(1.0)
    assert (some[0] == 0.0).all()


def test_no_past_is_even():
    none = Past(*np.zeros((4, 0)), 100.0, SHARE)
    made = long_term(none, np.array([1.0]), LEVELS, GRID, ALL)
    assert 0.0 < made.chance[0, 2] < made.chance[0, 0] < 0.02
    assert made.cell_expected[0, 0] / made.expected[0, 0] == pytest.approx(GRID.area_km2 / GRID.area_km2.sum())
