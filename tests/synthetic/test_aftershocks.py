import dataclasses

import numpy as np
import pytest
from scipy import stats

from seisweave.errors import InputError
from seisweave.synthetic import AftershockOptions
from seisweave.synthetic.aftershocks import draw_magnitudes, draw_sequences

YEAR = 365.25


def sequences(n=20_000, days=10 * YEAR, seed=1, **options):
    return draw_sequences(n, days, AftershockOptions(**options), np.random.default_rng(seed))


def naive_sequences(n_families, days, options, rng):
    """Counts and times of all events, one event at a time, from the equations."""
    waiting = [(rng.random() * days, magnitude(options, rng)) for _ in range(n_families)]
    times = []
    while waiting:
        time, m = waiting.pop()
        times.append(time)
        mean = options.productivity * 10 ** (options.alpha * (m - options.minimum_magnitude))
        for _ in range(rng.poisson(mean)):
            delay = options.omori_c_days * (rng.random() ** (-1 / (options.omori_p - 1)) - 1)
            if time + delay < days:
                waiting.append((time + delay, magnitude(options, rng)))
    return np.array(times)


def magnitude(options, rng):
    """A truncated Gutenberg-Richter magnitude by rejection."""
    while True:
        m = options.minimum_magnitude + rng.exponential(1 / (options.b_value * np.log(10)))
        if m <= options.maximum_magnitude:
            return m


@pytest.mark.parametrize("b_value", [0.8, 1.0, 1.3])
def test_b_value_by_maximum_likelihood(b_value):
    options = AftershockOptions(b_value=b_value, alpha=0.5)
    magnitudes = draw_magnitudes(40_000, options, np.random.default_rng(2))
    estimate = np.log10(np.e) / np.mean(magnitudes - options.minimum_magnitude)  # Aki (1965)
    assert abs(estimate - b_value) < 4 * b_value / np.sqrt(40_000)


def test_magnitudes_are_truncated_gutenberg_richter():
    options = AftershockOptions(minimum_magnitude=2.0, maximum_magnitude=3.0)
    magnitudes = draw_magnitudes(20_000, options, np.random.default_rng(3))
    law = stats.truncexpon(np.log(10), loc=2.0, scale=1 / np.log(10))
    assert stats.kstest(magnitudes, law.cdf).pvalue > 0.01


@pytest.mark.parametrize(("alpha", "ratio"), [(0.3, 0.3), (0.3, 0.7), (1.0, 0.4)])
def test_an_average_event_triggers_the_branching_ratio(alpha, ratio):
    # a steep law of delays and a span that no delay outlasts: nothing is lost at the end
    made = sequences(100_000, 1e9, alpha=alpha, branching_ratio=ratio, omori_p=4.0, maximum_magnitude=4.0)
    assert (len(made) - 100_000) / len(made) == pytest.approx(ratio, rel=0.03)


def test_delays_follow_omori_utsu():
    made = sequences(50_000, 1e9, omori_p=1.5)
    children = np.flatnonzero(made.parent >= 0)
    delay = made.time_days[children] - made.time_days[made.parent[children]]
    delay = delay[(delay > 1e-4) & (delay < 10)]  # above the rounding of times near 1e9 days

    def cdf(t):
        return 1 - (1 + t / 0.01) ** -0.5

    low, high = cdf(1e-4), cdf(10)
    assert len(delay) > 5_000
    assert stats.kstest(delay, lambda t: (cdf(t) - low) / (high - low)).pvalue > 0.001


def test_productivity_grows_with_the_parents_magnitude():
    made = sequences(200_000, 1e9, alpha=0.8, omori_p=4.0)
    children = np.bincount(made.parent[made.parent >= 0], minlength=len(made))
    small, large = made.magnitude < 2.1, (made.magnitude > 4.0) & (made.magnitude < 4.1)
    growth = np.log10(children[large].mean() / children[small].mean())
    assert growth == pytest.approx(0.8 * 2.0, abs=0.05)


def test_magnitude_does_not_depend_on_the_parent():
    made = sequences(100_000)
    first, later = made.magnitude[made.generation == 0], made.magnitude[made.generation > 0]
    assert stats.ks_2samp(first, later).pvalue > 0.01


def test_as_many_events_as_drawing_them_one_by_one():
    options, days = AftershockOptions(alpha=0.5, branching_ratio=0.6), 100.0
    naive = [len(naive_sequences(100, days, options, np.random.default_rng(s))) for s in range(40)]
    ours = [len(draw_sequences(100, days, options, np.random.default_rng(s))) for s in range(40)]
    error = np.hypot(np.std(naive), np.std(ours)) / np.sqrt(40)
    assert abs(np.mean(naive) - np.mean(ours)) < 4 * error


def test_family_tree_is_consistent():
    made = sequences(5_000)
    first, later = np.flatnonzero(made.parent < 0), np.flatnonzero(made.parent >= 0)
    parent = made.parent[later]
    np.testing.assert_array_equal(first, np.arange(5_000))
    np.testing.assert_array_equal(made.family[first], np.arange(5_000))
    np.testing.assert_array_equal(made.family[later], made.family[parent])
    np.testing.assert_array_equal(made.generation[later], made.generation[parent] + 1)
    assert np.all(parent < later)
    assert np.all(made.time_days[parent] <= made.time_days[later])
    assert made.time_days.max() < 10 * YEAR
    assert made.generation.max() >= 4


def test_no_families_and_no_children():
    assert len(sequences(0)) == 0
    assert len(sequences(50, branching_ratio=0.0)) == 50


def test_productivity_is_continuous_at_alpha_equal_b():
    near, at = AftershockOptions(alpha=1.0 - 1e-9), AftershockOptions(alpha=1.0)
    assert near.productivity == pytest.approx(at.productivity, rel=1e-6)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"maximum_magnitude": 2.0}, "give a larger maximum"),
        ({"b_value": 0.0}, "b_value is 0.0"),
        ({"branching_ratio": 1.0}, "branching_ratio is 1.0"),
        ({"alpha": 1.2}, "alpha is 1.2"),
        ({"omori_p": 1.0}, "omori_p is 1.0"),
        ({"omori_c_days": -1.0}, "omori_c_days is -1.0"),
    ],
)
def test_bad_options_are_refused(wrong, message):
    with pytest.raises(InputError, match=message):
        AftershockOptions(**wrong)


def test_every_option_is_explained():
    assert all(option.metadata["help"].endswith(".") for option in dataclasses.fields(AftershockOptions))
