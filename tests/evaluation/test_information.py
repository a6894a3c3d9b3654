"""Scores of probabilities against worked numbers, scikit-learn, statsmodels, and their definitions."""

import numpy as np
import pytest
from sklearn.metrics import brier_score_loss, log_loss
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from seisweave.errors import InputError
from seisweave.evaluation import brier_skill, holm, information_gain, log_scores, reliability_table


def clustered_days(n_days=3000, seed=1):
    """Days whose chance jumps tenfold for a week now and then, with the true chances."""
    rng = np.random.default_rng(seed)
    chance = np.full(n_days, 0.01)
    for start in rng.choice(n_days - 7, 30, replace=False):
        chance[start : start + 7] = 0.3
    return chance, rng.random(n_days) < chance


def test_log_scores_are_those_of_scikit_learn():
    chance, happened = clustered_days()
    assert -log_scores(chance, happened).mean() == pytest.approx(log_loss(happened, chance), rel=1e-12)


def test_gain_by_hand():
    # two cells, three days: gain = ln 2 + ln 3 (positives) + ln(0.9 / 0.8) + 3 ln 1, over two positives
    probability = np.array([[0.4, 0.1], [0.3, 0.2], [0.5, 0.5]])
    reference = np.array([[0.2, 0.2], [0.1, 0.2], [0.5, 0.5]])
    happened = np.array([[True, False], [True, False], [False, False]])
    gain = information_gain(probability, reference, happened)
    assert gain.value == pytest.approx((np.log(2) + np.log(3) + np.log(0.9 / 0.8)) / 2)
    assert gain.n_positives == 2


def test_interval_is_that_of_drawing_blocks_one_by_one():
    chance, happened = clustered_days()
    gain = information_gain(chance, np.full(3000, happened.mean()), happened, draws=4000)
    better = log_scores(chance, happened) - log_scores(np.full(3000, happened.mean()), happened)
    rng, values = np.random.default_rng(5), []
    for _ in range(4000):
        blocks = rng.integers(0, 100, 100)
        days = (30 * blocks[:, None] + np.arange(30)).ravel()
        values.append(better[days].sum() / happened[days].sum())
    assert gain.low < gain.value < gain.high
    np.testing.assert_allclose([gain.low, gain.high], np.quantile(values, [0.025, 0.975]), atol=0.02)


def test_interval_covers_the_true_gain_nine_times_in_ten():
    chance, _ = clustered_days(6000)
    reference, rng = np.full(6000, chance.mean()), np.random.default_rng(3)
    true = np.sum(chance * np.log(chance / reference) + (1 - chance) * np.log((1 - chance) / (1 - reference)))
    true /= chance.sum()
    covered = 0
    for _ in range(100):
        gain = information_gain(chance, reference, rng.random(6000) < chance, draws=300)
        covered += gain.low <= true <= gain.high
    assert covered >= 85


def test_difference_of_a_model_to_itself_is_nothing_and_certain_of_nothing():
    chance, happened = clustered_days()
    same = information_gain(chance, chance, happened)
    assert (same.value, same.low, same.high, same.p_value) == (0, 0, 0, 1)


def test_noise_is_found_worse_and_truth_better():
    chance, happened = clustered_days()
    flat, rng = np.full(3000, chance.mean()), np.random.default_rng(4)
    assert information_gain(chance, flat, happened).p_value < 0.01
    shuffled = information_gain(rng.permutation(chance), flat, happened)
    assert shuffled.value < 0


def test_blocks_follow_the_calendar_where_days_are_missing():
    chance, happened = clustered_days()
    kept = np.r_[0:1000, 1500:3000]
    flat = np.full(3000, chance.mean())
    gain = information_gain(chance[kept], flat[kept], happened[kept], day=kept)
    unaware = information_gain(chance[kept], flat[kept], happened[kept])
    assert gain.value == pytest.approx(unaware.value)
    assert (gain.low, gain.high) != (unaware.low, unaware.high)
    shifted = information_gain(chance[kept], flat[kept], happened[kept], day=kept + 777)
    assert (gain.low, gain.high) == (shifted.low, shifted.high)


def test_brier_skill_is_that_of_scikit_learn():
    chance, happened = clustered_days()
    flat = np.full(3000, happened.mean())
    expected = 1 - brier_score_loss(happened, chance) / brier_score_loss(happened, flat)
    assert brier_skill(chance, flat, happened) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_holm_is_that_of_statsmodels(seed):
    p = np.random.default_rng(seed).random(12) ** 4
    np.testing.assert_allclose(holm(p), multipletests(p, method="holm")[1])


def test_reliability_by_bins_that_expect_the_same_number_of_events():
    rng = np.random.default_rng(6)
    chance = 10 ** rng.uniform(-4, -0.5, 40_000)
    happened = rng.random(40_000) < chance
    table = reliability_table(chance, happened, bins=8)
    assert len(table.n) == 8
    assert table.n.sum() == 40_000
    assert table.n_positives.sum() == happened.sum()
    np.testing.assert_allclose(table.forecast * table.n, chance.sum() / 8, rtol=0.02)
    assert np.all(
        (table.low <= table.forecast) & (table.forecast <= table.high)
        | (np.abs(table.observed / table.forecast - 1) < 0.3)
    )
    low, high = proportion_confint(table.n_positives, table.n, method="wilson")
    np.testing.assert_allclose([table.low, table.high], [low, high], rtol=1e-9)


def test_reliability_of_one_value_is_one_bin():
    table = reliability_table(np.full(10, 0.3), np.arange(10) < 4)
    assert (table.n.tolist(), table.observed.tolist()) == ([10], [0.4])


@pytest.mark.parametrize(
    ("probability", "happened", "message"),
    [
        ([0.5, 0.5], [True], "shape"),
        ([], [], "shape"),
        ([1.5], [True], "within 0..1"),
        ([np.nan], [True], "within 0..1"),
        ([0.0], [True], "probability of 0 to an event that came"),
        ([1.0], [False], "probability of 1 to an event that stayed out"),
    ],
)
def test_what_cannot_be_scored_is_refused(probability, happened, message, without_type_checks):
    with pytest.raises(InputError, match=message if len(probability) == len(happened) else None):
        log_scores(np.array(probability, float), np.array(happened, bool))


def test_no_positives_no_blocks_no_draws():
    chance, happened = clustered_days()
    with pytest.raises(InputError, match="no event came"):
        information_gain(chance, chance, np.zeros(3000, bool))
    with pytest.raises(InputError, match="block_days is 0"):
        information_gain(chance, chance, happened, block_days=0)
    with pytest.raises(InputError, match="draws is 0"):
        information_gain(chance, chance, happened, draws=0)
    with pytest.raises(InputError, match="reference is perfect"):
        brier_skill(chance, happened.astype(float), happened)
    with pytest.raises(InputError, match="p-values"):
        holm(np.array([1.5]))
