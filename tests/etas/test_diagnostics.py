"""A right model passes its own tests, and a wrong one does not."""

from dataclasses import replace
from math import exp, hypot, log

import numpy as np
import pytest
from tests.etas.test_fit import EMPTY, PLANTED, planted

from seisweave.etas import EtasForm, EtasModel, Inputs, KernelForm, Scale, aftershocks, residuals, standard_form
from seisweave.etas._histogram_numba import add_shares
from seisweave.etas.diagnostics import expected_aftershocks
from seisweave.etas.rate import sources_of
from seisweave.etas.time_integrals import time_integrals


def model_of(value):
    form = standard_form()
    covariance = np.eye(len(form.parameters()))
    return EtasModel(form, value, covariance, value, {"magnitude": Scale(0.0, 1.0)}, 0.0, 1, 1, True)


@pytest.mark.slow_without_compiler
def test_residuals_of_what_was_planted_stay_within_their_band():
    events = planted(3)
    found = residuals(model_of(PLANTED), events)
    assert found.largest < found.band
    assert found.total == pytest.approx(len(events.targets), abs=4.0 * len(events.targets) ** 0.5)
    wrong = residuals(model_of(PLANTED | {"background.uniform": log(1.5)}), events)
    assert wrong.largest > wrong.band


@pytest.mark.slow_without_compiler
def test_aftershocks_are_found_where_the_planted_kernels_expect_them():
    events = planted(4)
    found = aftershocks(model_of(PLANTED), events)
    for observed, expected in (
        (found.found_by_days, found.expected_by_days),
        (found.found_by_km, found.expected_by_km),
    ):
        many = expected > 20.0
        assert many.sum() >= 4
        assert (np.abs(observed - expected)[many] < 5.0 * np.sqrt(expected[many]) + 0.1 * expected[many]).all()
    far = aftershocks(model_of(PLANTED | {"main.width": log(0.003)}), events)
    assert far.found_by_km[:6].sum() < 0.7 * far.expected_by_km[:6].sum()


def test_shares_are_counted_as_one_pair_at_a_time():
    rng = np.random.default_rng(1)
    n, m = 30, 6
    t = np.sort(rng.uniform(0.0, 10.0, n))
    x, y = rng.normal(0.0, 3.0, (2, n))
    turn, e = rng.uniform(0.0, 3.0, n), np.exp(rng.normal(0.0, 0.3, n))
    log_a, c, z = rng.normal(-3, 1, n), rng.uniform(0.01, 0.1, n), rng.uniform(0.1, 2.0, n)
    source = np.array([x, y, log_a, c, z, np.cos(turn), np.sin(turn), e, np.log(z)])
    targets = np.array([np.linspace(5.0, 11.0, m), *rng.normal(0.0, 3.0, (2, m))])
    before = np.searchsorted(t, targets[0])
    exponent, rate = np.array([1.1, 1.6, 0.01]), rng.uniform(0.5, 2.0, m)
    bins = np.array([[log(0.1), 0.7], [log(0.5), 0.6]])
    found = np.zeros(9), np.zeros(7)
    add_shares(targets, before, t, source, exponent, rate, bins, *found)
    wanted = np.zeros(9), np.zeros(7)
    for i in range(m):
        for j in range(n):
            if t[j] < targets[0, i]:
                dt, dx, dy = targets[0, i] - t[j], targets[1, i] - x[j], targets[2, i] - y[j]
                along, across = dx * np.cos(turn[j]) + dy * np.sin(turn[j]), dy * np.cos(turn[j]) - dx * np.sin(turn[j])
                q = along**2 / e[j] + across**2 * e[j]
                share = exp(log_a[j]) * (dt + c[j]) ** -1.1 * (q + z[j]) ** -1.6 * exp(-0.01 * dt) / rate[i]
                wanted[0][np.clip(np.floor((log(dt) - log(0.1)) / 0.7) + 1, 0, 8).astype(int)] += share
                wanted[1][np.clip(np.floor((log(hypot(dx, dy)) - log(0.5)) / 0.6) + 1, 0, 6).astype(int)] += share
    np.testing.assert_allclose(found[0], wanted[0], rtol=1e-9)
    np.testing.assert_allclose(found[1], wanted[1], rtol=1e-9)


def test_nothing_is_expected_of_no_history():
    alone = replace(EMPTY, t_days=np.array([3.0]), x_km=np.zeros(1), y_km=np.zeros(1), magnitude=np.array([2.5]))
    found = aftershocks(model_of(PLANTED), alone)
    assert found.found_by_days.sum() == 0.0
    assert found.n_targets == 1


@pytest.mark.slow_without_compiler
def test_aftershocks_of_ellipses_are_expected_where_they_are_drawn():
    events = replace(planted(5), start=0.0)
    form = EtasForm((KernelForm("main", productivity=("magnitude",), width=("magnitude",), elongation=()),))
    value = PLANTED | {"main.elongation": 1.6}
    inputs = Inputs(events, {"magnitude": events.over_min}, {"uniform": np.ones(0)}, np.zeros(0, np.int64))
    sources, km = sources_of(form.kernels[0], value, inputs), np.array([0.3, 1.0, 3.0, 10.0])
    _, found = expected_aftershocks(sources, inputs, np.array([1.0]), km)
    rng, draws = np.random.default_rng(1), 200_000
    which = rng.choice(len(events), draws, p=_numbers(sources, events) / _numbers(sources, events).sum())
    q = np.exp(sources.log_z[which]) * (rng.random(draws) ** (-1.0 / sources.rho) - 1.0)
    turn, e = rng.uniform(0.0, 2.0 * np.pi, draws), exp(1.6)
    distance = np.sqrt(q * (np.cos(turn) ** 2 * e + np.sin(turn) ** 2 / e))
    share = np.diff([0.0, *(np.mean(distance < r) for r in km), 1.0])
    np.testing.assert_allclose(found / found.sum(), share, atol=4e-3)


def _numbers(sources, events):
    until = events.end - events.t_days
    return np.exp(sources.log_k) * time_integrals(
        sources.c, np.zeros(len(until)), until, sources.omega, sources.tau).value  # fmt: skip
