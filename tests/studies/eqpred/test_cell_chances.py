"""Chances by cell where the law of the cells is known."""

import numpy as np
import pytest

from seisweave.evaluation import information_gain
from seisweave.nowcast.maps import Steps
from seisweave.nowcast.place.data import PlaceData
from seisweave.studies.eqpred.cell_chances import cell_chances

DAY, ORIGIN = np.timedelta64(1, "D"), np.datetime64("1990-01-01", "us")


def test_the_pooled_linear_model_finds_what_is_planted():
    """Cells whose rates follow a feature by a known law: nearly all of the true gain is found."""
    rng = np.random.default_rng(2)
    feature = rng.normal(size=(3000, 2, 2, 3)).astype(np.float32)
    rate = np.array([0.2, 0.06, 0.02, 0.01])[:, None, None] * np.array([[1.0, 0.5, 0.2], [2.0, 1.0, 0.3]])
    expected = rate * np.exp(1.2 * feature[:, :1] - 0.72)
    happened = rng.random(expected.shape) < -np.expm1(-expected)
    steps = Steps(ORIGIN + DAY * np.arange(3000), DAY, np.ones(3000, bool))
    data = PlaceData(steps, feature, np.zeros((3000, 2, 3)), happened, np.ones(3000, bool))
    borders = tuple(ORIGIN + day * DAY for day in (1500, 2200, 3000))
    magnitudes = (3.0, 3.5, 4.0, 4.5)
    made = cell_chances(data, borders, magnitudes)[2]
    truth = -np.expm1(-expected[1500:, 2])
    best = information_gain(truth, made.poisson, made.happened).value
    found = information_gain(made.linear, made.poisson, made.happened).value
    assert 0.85 * best < found < best + 0.02
    anywhere = 1.0 - np.prod(1.0 - made.poisson, axis=(1, 2))
    assert made.shared_out(anywhere) == pytest.approx(made.poisson, rel=0.02)
    changed = happened.copy()
    changed[2200:] = rng.permutation(changed[2200:])
    later = PlaceData(steps, feature, data.counts, changed, data.learnable)
    assert cell_chances(later, borders, magnitudes)[2].linear.tobytes() == made.linear.tobytes(), (
        "fitted on the past alone"
    )
