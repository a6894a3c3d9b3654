"""What a nowcast by place must beat, by hand and beside another library."""

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.nowcast.place.baselines import cell_frequency, cell_poisson, fit_neuron


def test_baselines_by_hand():
    happened = np.zeros((100, 2, 1, 2), bool)
    happened[:8, 0, 0, 0] = happened[:2, 0, 0, 1] = happened[0, 1, 0, 0] = True
    lowest, highest = -np.log1p(-np.array([8.0, 2.0]) / 101), -np.log1p(-1 / 101)
    share = (lowest + 0.005) / (lowest.sum() + 0.01)
    np.testing.assert_allclose(cell_poisson(happened)[:, 0], -np.expm1([-lowest.sum() * share, -highest * share]))
    assert cell_poisson(happened[:8])[0, 0, 0] < 1.0, "an event every day is no certainty"
    np.testing.assert_allclose(cell_frequency(happened)[1, 0], [0.01 * 1.5 / 2, 0.01 * 0.5 / 2])
    with pytest.raises(InputError, match="reach the thresholds"):
        cell_poisson(np.zeros((5, 2, 1, 1), bool))


def test_the_neuron_is_logistic_regression():
    from sklearn.linear_model import LogisticRegression

    rng = np.random.default_rng(5)
    counts = rng.poisson(0.5, (2000, 2, 3)).astype(float)
    rate = np.array([[[0.05, 0.1, 0.2], [0.02, 0.04, 0.3]]])
    happened = rng.random((2000, 1, 2, 3)) < np.clip(rate * (1 + counts[:, None]), 0, 0.9)
    past = np.arange(2000) < 1500
    known = fit_neuron(counts, happened, rate, past)
    made = known.chances(counts[~past])[:, 0]
    np.testing.assert_allclose(-np.expm1(-np.exp(known.log_rates(counts[~past])[:, 0])), made, rtol=1e-5)
    x = np.stack([np.log1p(counts), np.broadcast_to(np.log(rate[0]), counts.shape)], -1)
    model = LogisticRegression(C=1e9, tol=1e-10, max_iter=2000).fit(x[past].reshape(-1, 2), happened[past].ravel())
    np.testing.assert_allclose(made.ravel(), model.predict_proba(x[~past].reshape(-1, 2))[:, 1], rtol=1e-3)
