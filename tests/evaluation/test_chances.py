"""The one record of scores of chances, fresh days, alarms on later days, the rate that knows how many came."""

import numpy as np
import pytest

from seisweave.evaluation import (
    brier_skill,
    decide,
    fresh_days,
    information_gain,
    later_alarms,
    molchan_skill,
    pr_auc,
    roc_auc,
    score_chances,
    share_holding,
    true_base_rate,
)
from seisweave.evaluation.chances import came_before, score_part
from seisweave.evaluation.information import block_numbers, blocks_of_days


@pytest.fixture
def cells():
    """Chances of 300 days in two by three cells, what came, two references, and the days' numbers with gaps."""
    rng = np.random.default_rng(0)
    chance = rng.uniform(0.01, 0.3, (300, 2, 3))
    happened = rng.random(chance.shape) < chance
    day = np.cumsum(rng.integers(1, 4, 300)) + 11_000
    return chance, happened, np.full(chance.shape, 0.15), rng.uniform(0.01, 0.3, chance.shape), day


def test_the_record_holds_what_each_score_gives_alone(cells):
    chance, happened, reference, rival, day = cells
    late = np.arange(300) > 150
    made = score_chances(chance, happened, reference, over={"rival": rival}, day=day, parts={"late": late})
    assert (made.n, made.n_positives, made.base_rate) == (1800, happened.sum(), happened.mean())
    assert made.gain == information_gain(chance, reference, happened, day=day)
    assert made.over == {"rival": information_gain(chance, rival, happened, day=day)}
    assert made.brier_skill == brier_skill(chance, reference, happened)
    assert (made.pr_auc, made.roc_auc) == (pr_auc(chance, happened), roc_auc(chance, happened))
    assert made.molchan == molchan_skill(chance, happened, day=day)
    assert made.share_holding_half == share_holding(chance, happened)
    assert made.parts["late"] == score_part(chance[late], happened[late], reference[late], day[late])
    columns = made.columns()
    assert columns["over_rival_low"] == made.over["rival"].low
    assert columns["p_over_rival"] == made.over["rival"].p_value
    assert all(isinstance(value, int | float) for value in columns.values())


def test_a_part_that_is_too_small_says_so():
    chance, reference = np.array([0.2, 0.4]), np.array([0.3, 0.3])
    made = score_part(chance, np.array([True, True]), reference)
    assert made.gain == pytest.approx(0.5 * np.log(0.2 * 0.4 / 0.09))
    assert made.roc_auc is None, "there is no day without an event"


@pytest.mark.parametrize("missing", [False, True])
def test_fresh_days_are_those_without_an_event_in_the_week_before(missing):
    rng = np.random.default_rng(1)
    happened = rng.random(400) < 0.05
    day = np.cumsum(rng.integers(1, 5, 400)) if missing else np.arange(400)
    expected = [not any(came and 0 < now - then <= 7 for then, came in zip(day, happened, strict=True)) for now in day]
    assert fresh_days(happened, day).tolist() == expected
    assert fresh_days(np.zeros(5, bool)).all()
    assert came_before(happened, 1)[1:].tolist() == happened[:-1].tolist()


def test_alarms_are_judged_on_the_later_half_alone():
    chance = np.array([0.1, 0.6, 0.5, 0.2, 0.9, 0.6, 0.1, 0.7])[:, None, None]
    happened = np.array([0, 1, 1, 0, 0, 1, 1, 1], bool)[
        :, None, None
    ]  # all above 0.5 before; then two of three, of three
    made = later_alarms(chance, happened)
    assert made == decide(chance[4:], happened[4:], 0.5)
    assert made.columns() == pytest.approx({"precision": 2 / 3, "recall": 2 / 3, "f1": 2 / 3, "f02": 2 / 3})
    assert later_alarms(chance, happened & (np.arange(8) < 4)[:, None, None]) is None


def test_the_true_base_rate_expects_what_came():
    poisson, happened = np.array([[0.02, 0.06]] * 50)[:, None], np.zeros((50, 1, 2), bool)
    happened[:7, 0, 1] = True
    true = true_base_rate(poisson, happened)
    assert true.sum() == pytest.approx(7)
    rate = -np.log1p(-true[0, 0])
    assert rate[1] / rate[0] == pytest.approx(np.log(1 - 0.06) / np.log(1 - 0.02))
    often = true_base_rate(np.full((10, 1, 1), 0.3), np.arange(10)[:, None, None] < 9)
    assert often == pytest.approx(0.9), "three times as often is no chance above one"


def test_blocks_follow_the_calendar():
    day = np.array([10_000, 10_029, 10_030, 10_100])
    assert block_numbers(4, day, 30).tolist() == [0, 0, 1, 2], "none is empty"
    assert blocks_of_days(day - day[0], 30.0).tolist() == [0, 0, 1, 3]
