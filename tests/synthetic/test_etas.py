"""The simulated world against its equations, summed one event at a time, and against its own counts."""

import numpy as np
import pytest
from scipy import stats

from seisweave.errors import InputError
from seisweave.evaluation import information_gain
from seisweave.synthetic import AftershockOptions, EtasOptions, etas_world


@pytest.fixture(scope="module")
def world():
    return etas_world(EtasOptions(days=4000), seed=3)


def cells_and_days(world):
    options, catalog = world.options, world.catalog
    day = (catalog.times.astype("datetime64[D]") - np.datetime64(options.start)).astype(int)
    column = np.floor((catalog.longitude - options.box[0]) / options.cell_deg).astype(int)
    row = np.floor((catalog.latitude - options.box[2]) / options.cell_deg).astype(int)
    return day, row, column


def naive_rate(world, day, row, column):
    """Λ of one cell and day from the equations, one earlier event at a time, without its background."""
    options, law = world.options, world.options.triggering
    days = cells_and_days(world)[0]
    west, south = options.box[0] + column * options.cell_deg, options.box[2] + row * options.cell_deg
    total = 0.0
    for i in np.flatnonzero(days < day):
        excess = world.catalog.magnitude[i] - law.minimum_magnitude
        lag = day - days[i]
        g = ((lag - 1) / law.omori_c_days + 1) ** (1 - law.omori_p) - (lag / law.omori_c_days + 1) ** (1 - law.omori_p)
        sigma_y = options.sigma_km * 10 ** (options.sigma_growth * excess) / 111.195
        sigma_x = sigma_y / np.cos(np.radians(34.0))
        x, y = stats.norm(world.catalog.longitude[i], sigma_x), stats.norm(world.catalog.latitude[i], sigma_y)
        share = (x.cdf(west + 0.5) - x.cdf(west)) * (y.cdf(south + 0.5) - y.cdf(south))
        total += law.productivity * 10 ** (law.alpha * excess) * g * share
    return total


def test_rate_is_the_sum_over_earlier_events():
    world = etas_world(EtasOptions(days=150, background_per_day=0.6), seed=5)
    background = world.expected[0]  # nothing has happened yet
    busiest = np.unravel_index(np.argsort(world.expected, axis=None)[[-1, -500, -3000]], world.expected.shape)
    for day, row, column in zip(*busiest, strict=True):
        expected = background[row, column] + naive_rate(world, day, row, column)
        assert world.expected[day, row, column] == pytest.approx(expected, rel=1e-9)


def test_counts_are_poisson_around_the_rate(world):
    day, row, column = cells_and_days(world)
    counts = np.zeros(world.expected.shape)
    np.add.at(counts, (day, row, column), 1)
    for low, high in ((0, 0.003), (0.003, 0.03), (0.03, 0.3), (0.3, np.inf)):
        among = (world.expected >= low) & (world.expected < high)
        mean = world.expected[among].sum()
        assert abs(counts[among].sum() - mean) < 4 * np.sqrt(mean)
    np.testing.assert_array_equal(counts > 0, world.happened(2.0))
    spread = ((counts - world.expected) ** 2).sum() / world.expected.sum()
    assert spread == pytest.approx(1, abs=0.15)


def test_nothing_near_it_beats_the_true_chance(world):
    came, true = world.happened(3.0), world.probability(3.0)
    rng = np.random.default_rng(1)
    others = {
        "long-term rate": np.broadcast_to(came.mean(axis=0) + 1e-6, came.shape),
        "half": 0.5 * true,
        "blurred": np.exp(np.log(true) + 0.7 * rng.standard_normal(true.shape)).clip(0, 0.99),
        "late by a day": np.concatenate([true[:1], true[:-1]]),
    }
    for name, other in others.items():
        assert information_gain(other, true, came).value < 0, name
    assert information_gain(true, others["long-term rate"], came).low > 0.3


def test_magnitudes_and_their_share_above():
    options = EtasOptions(days=20_000, triggering=AftershockOptions(2.5, 6.0, branching_ratio=0.3))
    world = etas_world(options, seed=2)
    assert options.share_above(2.5) == pytest.approx(1)
    assert options.share_above(1.0) == pytest.approx(1)
    assert options.share_above(6.0) == 0
    share, n = options.share_above(3.5), len(world.catalog)
    assert np.mean(world.catalog.magnitude >= 3.5) == pytest.approx(share, abs=4 * np.sqrt(share / n))


def test_parents_come_on_an_earlier_day_and_lie_near(world):
    day, _, _ = cells_and_days(world)
    child = np.flatnonzero(world.parent >= 0)
    parent = world.parent[child]
    assert np.all(day[parent] < day[child])
    assert np.all(np.diff(world.catalog.times.astype(int)) >= 0)
    share = len(child) / len(world.parent)
    assert 0.2 < share < 0.75
    lag = np.abs(world.catalog.latitude[child] - world.catalog.latitude[parent]) * 111.195
    sigma = 4.0 * 10 ** (0.3 * (world.catalog.magnitude[parent] - 2.5))
    assert np.mean(lag < sigma) == pytest.approx(0.683, abs=0.03)


def test_same_seed_same_world_other_seed_another():
    few = EtasOptions(days=300)
    one, same, other = etas_world(few, 1), etas_world(few, 1), etas_world(few, 2)
    np.testing.assert_array_equal(one.catalog.times, same.catalog.times)
    np.testing.assert_array_equal(one.expected, same.expected)
    assert len(one.catalog) != len(other.catalog) or np.any(one.catalog.times != other.catalog.times)


def test_a_world_without_events():
    world = etas_world(EtasOptions(days=10, background_per_day=0.0), seed=1)
    assert len(world.catalog) == 0
    assert not world.expected.any()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"days": 0}, "days is 0"),
        ({"background_per_day": -1.0}, "background_per_day is -1"),
        ({"sigma_km": 0.0}, "sigma_km is 0"),
        ({"box": (-114.0, -120.0, 32.0, 36.0)}, "holds nothing"),
        ({"cell_deg": 0.7}, "whole number"),
    ],
)
def test_bad_options_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        EtasOptions(**wrong)


def test_bad_seed_is_refused():
    with pytest.raises(InputError, match="seed is -1"):
        etas_world(seed=-1)
