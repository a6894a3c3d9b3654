"""Rows of scores of a backtest, and what is written of it."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.place.worlds import PLACE

from seisweave.errors import InputError
from seisweave.evaluation import information_gain
from seisweave.nowcast.place import Backtest
from seisweave.nowcast.place.judged import judge_backtest
from seisweave.nowcast.place.scores import day_numbers, score_backtest


@pytest.fixture
def made():
    """Two networks over 400 days, four thresholds and four cells; of the highest threshold hardly anything came."""
    rng = np.random.default_rng(2)
    rate = np.array([0.05, 0.03, 0.02, 0.001])[:, None, None] * np.ones((4, 2, 2))
    chances = [np.clip(rate * rng.uniform(0.5, 2.0, (400, 4, 2, 2)), 1e-6, 0.9) for _ in range(6)]
    happened = rng.random((400, 4, 2, 2)) < np.broadcast_to(rate, (400, 4, 2, 2))
    happened[:, 3], happened[0, 3, 0, 0] = False, True
    day = np.datetime64("2001-01-01", "us") + np.arange(400) * np.timedelta64(1, "D")
    poisson = np.broadcast_to(rate, happened.shape)
    networks = {0: chances[0], 7: chances[1]}
    return Backtest(day, happened, networks, chances[2], poisson, chances[3], poisson * 0.9, chances[5], {})


def test_a_row_for_each_threshold_that_was_reached_and_each_model(made):
    rows = score_backtest(made, PLACE.magnitudes)
    assert {row["magnitude"] for row in rows} == {3.0, 3.5, 4.0}
    assert [row["model"] for row in rows[-2:]] == ["network, seed 0", "network, seed 7"]
    poisson, network = rows[0], rows[-1]
    assert (poisson["model"], poisson["gain"]) == ("cell Poisson", 0.0)
    alone = information_gain(made.network[7][:, 2], made.poisson[:, 2], made.happened[:, 2], day=day_numbers(made))
    assert (network["gain"], network["gain_low"], network["gain_high"]) == (alone.value, alone.low, alone.high)
    assert network["fresh_positives"] == made.happened[:, 2].sum() - made.happened[1:8, 2].sum(), "a week is not fresh"
    assert network["p_over_neuron_holm"] >= network["p_over_neuron"]


def test_etas_stands_beside_where_it_was_fitted(made):
    assert not any("over_etas" in row for row in score_backtest(made, PLACE.magnitudes))
    with_etas = replace(made, etas=made.network[7])
    rows = score_backtest(with_etas, PLACE.magnitudes)
    etas, network = (next(row for row in rows if row["model"] == name) for name in ("ETAS", "network, seed 7"))
    assert (etas["gain"], etas["over_neuron_low"]) == (network["gain"], network["over_neuron_low"])
    assert network["over_etas"] == network["over_etas_high"] == 0.0
    first = next(row for row in rows if row["model"] == "network, seed 0")
    assert first["over_etas"] == pytest.approx(first["gain"] - etas["gain"])
    assert set(judge_backtest(with_etas, PLACE).reliability()) == {"network", "neuron", "ETAS"}


def test_what_is_written_of_a_backtest(made):
    judged = judge_backtest(made, PLACE)
    assert (judged.magnitude, judged.first, judged.last) == (4.0, "2001", "2002")
    assert judged.n_positives == made.happened[:, 2].sum()
    assert set(judged.reliability()) == {"network", "neuron"}
    assert judged.alarms()["cell Poisson"].coverage[-1] == 1.0
    assert len(judged.table()) == len(judged.rows)
    made.happened[:] = False
    with pytest.raises(InputError, match="fewer than 10 cell-days reach any threshold"):
        judge_backtest(made, PLACE)
