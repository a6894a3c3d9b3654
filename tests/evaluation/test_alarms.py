"""Scores of rankings against worked numbers, scikit-learn, and their definitions."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, fbeta_score, precision_score, recall_score, roc_auc_score

from seisweave.errors import InputError
from seisweave.evaluation import best_threshold, decide, molchan, molchan_skill, pr_auc, roc_auc, share_holding

VALUE = np.array([0.9, 0.1, 0.8, 0.4, 0.4, 0.2])
CAME = np.array([True, False, False, True, False, False])


def entries(seed, n=500, ties=False):
    rng = np.random.default_rng(seed)
    value = rng.random((n, 3))
    happened = rng.random((n, 3)) < 0.2 * value
    return (np.round(value, 1) if ties else value), happened


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_areas_are_those_of_scikit_learn(seed, ties):
    value, happened = entries(seed, ties=ties)
    assert roc_auc(value, happened) == pytest.approx(roc_auc_score(happened.ravel(), value.ravel()), rel=1e-12)
    assert pr_auc(value, happened) == pytest.approx(average_precision_score(happened.ravel(), value.ravel()), rel=1e-12)


@pytest.mark.parametrize("beta", [0.2, 1.0, 2.0])
def test_decisions_are_those_of_scikit_learn(beta):
    value, happened = entries(7)
    made, alarm = decide(value, happened, 0.7), value.ravel() >= 0.7
    assert made.precision == pytest.approx(precision_score(happened.ravel(), alarm))
    assert made.recall == pytest.approx(recall_score(happened.ravel(), alarm))
    assert made.f(beta) == pytest.approx(fbeta_score(happened.ravel(), alarm, beta=beta))


def test_decisions_without_alarms_or_events_are_zero():
    none = decide(VALUE, CAME, 2.0)
    assert (none.precision, none.recall, none.f()) == (0, 0, 0)
    nothing = decide(VALUE, np.zeros(6, bool), 2.0)
    assert (nothing.recall, nothing.f()) == (0, 0)


@pytest.mark.parametrize("beta", [0.2, 1.0])
def test_best_threshold_is_the_best_of_all(beta):
    value, happened = entries(8, ties=True)
    scores = {v: decide(value, happened, v).f(beta) for v in np.unique(value)}
    best = max(scores.values())
    assert best_threshold(value, happened, beta) == max(v for v, score in scores.items() if score == best)


def test_molchan_by_hand():
    # from the top: 0.9 (hit), 0.8, 0.4 twice (one hit), 0.2, 0.1
    diagram = molchan(VALUE, CAME)
    np.testing.assert_allclose(diagram.coverage, np.array([0, 1, 2, 4, 5, 6]) / 6)
    np.testing.assert_allclose(diagram.missed, [1, 0.5, 0.5, 0, 0, 0])
    # 1 - area under the polygon: (0.75 + 0.5 + 2 · 0.25) / 6
    assert molchan_skill(VALUE, CAME).value == pytest.approx(1 - 1.75 / 6)


def test_molchan_area_is_the_integral_of_the_diagram():
    value, happened = entries(9, ties=True)
    measure = np.random.default_rng(1).random(value.shape)
    for m in (None, measure):
        diagram = molchan(value, happened, m)
        area = 1 - np.trapezoid(diagram.missed, diagram.coverage)
        skill = molchan_skill(value, happened, m)
        assert skill.value == pytest.approx(area, rel=1e-12)
        assert skill.low < area < skill.high
        assert skill.n_positives == happened.sum()


def test_a_reference_has_no_skill_over_itself():
    rng = np.random.default_rng(10)
    rate = 10 ** rng.uniform(-3, -0.5, (2000, 4))
    happened = rng.random(rate.shape) < rate
    skill = molchan_skill(np.ones(rate.shape), happened, rate)
    assert skill.value == pytest.approx(0.5)
    over_itself = molchan_skill(rate, happened, rate)
    assert over_itself.low < 0.5 < over_itself.high
    assert molchan_skill(rate, happened).p_value < 0.01


def test_share_that_holds_half_of_the_events():
    assert share_holding(VALUE, CAME) == pytest.approx(1 / 6)
    assert share_holding(VALUE, CAME, 1.0) == pytest.approx(4 / 6)
    assert share_holding(VALUE, CAME, 0.75) == pytest.approx(3 / 6)  # half way through the two equal ones
    assert share_holding(VALUE, CAME, 0.0) == 0.0
    assert share_holding(np.ones(10), np.arange(10) < 2) == pytest.approx(0.5)


def test_only_the_order_matters():
    value, happened = entries(11)
    for score in (roc_auc, pr_auc, share_holding):
        assert score(np.exp(9 * value), happened) == pytest.approx(score(value, happened), rel=1e-12)


@pytest.mark.parametrize("score", [pr_auc, molchan, molchan_skill, share_holding, best_threshold, roc_auc])
def test_nothing_came(score):
    with pytest.raises(InputError, match=r"no event came|0 of 6 entries"):
        score(VALUE, np.zeros(6, bool))


def test_bad_values_are_refused(without_type_checks):
    with pytest.raises(InputError):
        roc_auc(VALUE, CAME[:3])
    with pytest.raises(InputError, match="finite"):
        pr_auc(np.where(CAME, np.nan, VALUE), CAME)
    with pytest.raises(InputError, match="measure"):
        molchan(VALUE, CAME, np.zeros(6))
    with pytest.raises(InputError, match="events is 2"):
        share_holding(VALUE, CAME, 2.0)
