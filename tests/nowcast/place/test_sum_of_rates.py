"""Rates that add up are found again."""

import numpy as np
import pytest

from seisweave.nowcast.place.sum_of_rates import fit_sum


def test_rates_that_add_up_are_found_again():
    rng = np.random.default_rng(6)
    features = rng.normal(-2, 1.5, (6000, 3, 2, 3)).astype(np.float32)
    weight, share = np.array([0.02, 0.3, 0.0]), np.array([1.0, 0.3, 0.1])
    rate = np.einsum("f,tfij->tij", weight, np.exp(features.astype(float)))[:, None] * share[:, None, None]
    happened = rng.random(rate.shape) < -np.expm1(-rate)
    past = np.arange(6000) < 5500
    made = fit_sum(features, happened, past, (3.0, 3.5, 4.0))
    np.testing.assert_allclose(np.exp(made.log_weight), weight, atol=0.004)
    np.testing.assert_allclose(made.log_share, np.log(share), atol=0.1)
    assert made.chances(features[~past]).mean() == pytest.approx(happened[~past].mean(), rel=0.05)
    happened[~past], features[~past] = True, 0.0
    assert fit_sum(features, happened, past, (3.0, 3.5, 4.0)).log_weight.tobytes() == made.log_weight.tobytes()


def test_no_other_weights_are_likelier():
    from scipy.optimize import minimize

    rng = np.random.default_rng(7)
    features = rng.normal(-2, 1.0, (800, 2, 1, 2)).astype(np.float32)
    rate = np.exp(features).sum(axis=1, keepdims=True) * np.array([0.2, 0.06])[:, None, None]
    happened = rng.random(rate.shape) < -np.expm1(-rate)
    made = fit_sum(features, happened, np.ones(800, bool), (3.0, 3.5))
    x, came = np.exp(features.astype(float)).transpose(1, 0, 2, 3).reshape(2, -1), happened.reshape(800, 2, -1)
    n = happened.sum(axis=(0, 2, 3))
    usual = -np.log((n[0] + 0.5) / (n[1] + 0.5))

    def cost(parameters):
        rate = (np.exp(parameters[:2]) @ x).reshape(800, -1)
        total = 0.5 * (parameters[2] - usual) ** 2
        for k, share in enumerate((1.0, np.exp(parameters[2]))):
            hit = came[:, k]
            total += share * rate[~hit].sum() - np.log(-np.expm1(-share * rate[hit])).sum()
        return total

    tight = {"xatol": 1e-8, "fatol": 1e-10, "maxiter": 5000}
    best = minimize(cost, [*np.log([0.1, 0.1]), usual], method="Nelder-Mead", options=tight).x
    found = [*made.log_weight, made.log_share[1]]
    np.testing.assert_allclose(found, best, atol=2e-3)
