"""Scores of series, by hand and against scikit-learn."""

import numpy as np
import pytest
from sklearn.metrics import fbeta_score, precision_score, r2_score, recall_score
from sklearn.metrics import mean_absolute_error as reference_mae

from seisweave.errors import InputError
from seisweave.evaluation import decide
from seisweave.evaluation.series import mean_absolute_error, nash_sutcliffe, persistence


def test_efficiency_is_the_coefficient_of_determination():
    rng = np.random.default_rng(0)
    truth, nowcast = rng.gamma(2, size=200), rng.gamma(2, size=200)
    assert nash_sutcliffe(nowcast, truth) == pytest.approx(r2_score(truth, nowcast))
    assert mean_absolute_error(nowcast, truth) == pytest.approx(reference_mae(truth, nowcast))
    truth[5], nowcast[9] = np.nan, np.nan
    known = ~(np.isnan(truth) | np.isnan(nowcast))
    assert nash_sutcliffe(nowcast, truth) == pytest.approx(r2_score(truth[known], nowcast[known]))


def test_efficiency_at_its_ends():
    series = np.array([1.0, 2.0, 3.0])
    assert nash_sutcliffe(series, series) == 1.0
    assert nash_sutcliffe(np.full(3, 2.0), series) == 0.0
    assert nash_sutcliffe(np.ones(3), np.ones(3)) == 1.0
    assert nash_sutcliffe(series, np.ones(3)) == -np.inf


def test_tomorrow_equals_today():
    assert persistence(np.array([1.0, 2.0, 3.0]))[1:].tolist() == [1.0, 2.0]
    assert len(persistence(np.zeros(0))) == 0


def test_alarms_against_the_reference():
    rng = np.random.default_rng(1)
    value, truth = rng.random(300), rng.random(300) < 0.2
    made, alarm = decide(value, truth, 0.7), value >= 0.7
    assert made.precision == pytest.approx(precision_score(truth, alarm))
    assert made.recall == pytest.approx(recall_score(truth, alarm))
    for beta in (0.2, 1.0):
        assert made.f(beta) == pytest.approx(fbeta_score(truth, alarm, beta=beta))


@pytest.mark.parametrize(
    "bad", [(np.zeros(3), np.zeros(4)), (np.zeros(0), np.zeros(0)), (np.full(2, np.nan), np.ones(2))]
)
def test_nothing_to_score(bad, without_type_checks):
    with pytest.raises(InputError):
        nash_sutcliffe(*bad)
