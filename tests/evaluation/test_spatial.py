import numpy as np
import pytest
from scipy import stats

from seisweave.errors import InputError
from seisweave.evaluation.spatial import bootstrap_interval, event_gains, spatial_gains, spatial_scores


def test_scores_by_hand():
    log = np.log(np.array([0.5, 0.25, 0.125, 1.0]))
    magnitude = np.array([2.5, 3.0, 3.0, 4.0])
    scores = spatial_scores(log, magnitude, cutoffs=(2.5, 3.0, 4.0, 5.0))
    assert [s.n_events for s in scores] == [4, 3, 1]  # nothing at 5
    np.testing.assert_allclose([s.nll for s in scores], np.log(2) * np.array([1.5, 5 / 3, 0.0]))
    assert (scores[2].low, scores[2].high) == (-np.inf, np.inf)  # one event tells nothing about its spread


def test_bootstrap_interval_is_that_of_the_normal_distribution_for_many_events():
    values = np.random.default_rng(1).normal(3.0, 2.0, 3000)
    low, high = bootstrap_interval(values, seed=4)
    half = 1.96 * values.std() / np.sqrt(len(values))
    assert (low, high) == (pytest.approx(values.mean() - half, abs=0.01), pytest.approx(values.mean() + half, abs=0.01))
    assert bootstrap_interval(values, seed=4) == (low, high)


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(2)
    hits = [low <= 1.0 <= high for low, high in (bootstrap_interval(rng.exponential(1.0, 80)) for _ in range(150))]
    assert 0.87 <= np.mean(hits) <= 0.99


def test_events_of_a_sequence_count_as_one_witness():
    """Fifty copies of twenty values know no more than the twenty: intervals by group are as wide as theirs."""
    values = np.random.default_rng(3).normal(0, 1, 20)
    copies, group = np.repeat(values, 50), np.repeat(np.arange(20), 50)
    cases = ((values, None), (copies, None), (copies, group))
    few, alone, grouped = (np.ptp(bootstrap_interval(v, group=g)) for v, g in cases)
    assert grouped == pytest.approx(few, rel=0.1)
    assert alone < 0.3 * few


def test_gain_is_paired_and_tested():
    rng = np.random.default_rng(5)
    reference = rng.normal(-14, 3, 400)
    better = reference + rng.normal(0.2, 0.5, 400)
    (gain,) = spatial_gains(better, reference, np.full(400, 3.0), cutoffs=[2.5])
    assert gain.gain == pytest.approx((better - reference).mean())
    assert 0.0 < gain.low < gain.gain < gain.high < 0.35  # far narrower than the spread of the scores
    assert gain.p_student == pytest.approx(stats.ttest_rel(better, reference).pvalue)
    assert gain.p_wilcoxon == pytest.approx(stats.wilcoxon(better - reference).pvalue)
    (back,) = spatial_gains(reference, better, np.full(400, 3.0), cutoffs=[2.5])
    assert (back.gain, back.share_gaining) == (pytest.approx(-gain.gain), pytest.approx(1 - gain.share_gaining))


def test_impossible_events():
    log, reference = np.array([-np.inf, -1.0, -np.inf]), np.array([-2.0, -1.0, -np.inf])
    magnitude = np.full(3, 3.0)
    assert event_gains(log, reference).tolist() == [-np.inf, 0.0, 0.0]
    assert spatial_scores(log, magnitude, cutoffs=[3.0])[0].nll == np.inf
    assert spatial_gains(log, reference, magnitude, cutoffs=[3.0])[0].gain == -np.inf


def test_the_same_forecast_gains_nothing():
    log = np.array([-1.0, -2.0, -3.0])
    (gain,) = spatial_gains(log, log, np.full(3, 3.0), cutoffs=[3.0])
    assert (gain.gain, gain.low, gain.high) == (0.0, 0.0, 0.0)
    assert np.isnan(gain.p_student)


def test_what_cannot_be_scored(without_type_checks):
    with pytest.raises(InputError):
        spatial_scores(np.zeros(3), np.zeros(2))
    with pytest.raises(InputError, match="no numbers, the first of event 1"):
        spatial_scores(np.array([0.0, np.nan]), np.zeros(2))
