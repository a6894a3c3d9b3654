"""From a nowcast to a probability."""

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.nowcast.region.calibration import calibrate, calibrate_in_turn


def test_calibration_finds_the_odds_and_extrapolates_nothing():
    rng = np.random.default_rng(5)
    x = rng.normal(size=(20_000, 2))
    y = rng.random(20_000) < 1 / (1 + np.exp(-(-3.0 + 1.0 * x[:, 0])))
    made = calibrate(x, y)
    assert made.slopes == pytest.approx((1.0, 0.0), abs=0.1)
    assert made(x).mean() == pytest.approx(y.mean(), rel=1e-6)
    assert made(np.array([[1e9, 0.0]])) == made(np.array([[x[:, 0].max(), 0.0]]))
    assert np.isnan(made(np.array([[np.nan, 0.0]])))
    rare = np.r_[np.zeros(60), np.full(60, 3.0), np.zeros(1800)][:, None]
    followed = np.r_[np.zeros(60, bool), np.ones(60, bool), np.zeros(1800, bool)]
    told = calibrate(rare, followed)(np.array([[0.0], [3.0]]))  # all but separable, where plain Newton steps run away
    assert told[0] < 0.01 < 0.9 < told[1]
    with pytest.raises(InputError, match="0 of 3 steps to calibrate on"):
        calibrate(np.ones((3, 1)), np.zeros(3, bool))


@pytest.mark.parametrize("truth", [0.0, 1.0])
def test_what_novelty_adds_is_learned_from_days_it_was_not_trained_on(truth):
    """On days trained on it points at every extreme; that must not count."""
    rng = np.random.default_rng(6)
    activity, novelty = rng.normal(size=(2, 20_000))
    happened = rng.random(20_000) < 1 / (1 + np.exp(-(-3.0 + 0.8 * activity + truth * novelty)))
    unseen = np.arange(20_000) >= 15_000
    told = np.where(unseen, novelty, novelty + 3.0 * happened)
    made = calibrate_in_turn(told, activity, happened, unseen)
    assert made.slopes == pytest.approx((truth, 0.8), abs=0.2)
    assert calibrate(np.column_stack([told, activity]), happened).slopes[0] > truth + 1.0, "which otherwise it does"
    blind = calibrate_in_turn(told, activity, happened & ~unseen, unseen)
    assert blind.slopes[0] == 0.0, "no positive, nothing learned"
