"""Rates over all pairs: as one pair at a time gives them, with derivatives as small steps find them."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import quad
from tests import naive_etas

from seisweave.etas import EtasEvents, EtasForm, KernelForm, full_form, standard_form
from seisweave.etas._powers_numba import exp2_single, log2_single
from seisweave.etas.background import smoothed_background
from seisweave.etas.climb import log_likelihood_of
from seisweave.etas.features import nearest_earlier, neighbourhood
from seisweave.etas.rate import Inputs, rate_at, rates, sources_of, total_rate_at
from seisweave.etas.scores import expected_until
from seisweave.etas.time_integrals import time_integrals

N = 40


def some_events(seed=1, n=N):
    rng = np.random.default_rng(seed)
    times = np.sort(rng.uniform(0.0, 300.0, n)).round(2)
    times[20] = times[21]  # at once: neither triggers the other
    x, y = rng.normal(0.0, 8.0, (2, n))
    magnitude = 2.0 + rng.exponential(0.45, n)
    return EtasEvents(times, x, y, magnitude, 60.0, 310.0, 2500.0, 2.0)


def some_inputs(form, seed=1):
    rng, events = np.random.default_rng(seed + 100), some_events(seed)
    feature = {name: rng.normal(0.0, 0.7, N) for name in form.features} | {"magnitude": events.over_min}
    targets = events.targets
    background = {name: rng.uniform(1e-4, 1e-3, len(targets)) for name in form.backgrounds}
    return Inputs(events, feature, background, targets, rng.uniform(-3.0, 3.0, N))


def some_value(form, seed=1):
    rng = np.random.default_rng(seed + 200)
    value = {name: 0.3 * rng.normal() for name in form.parameters()}
    for kernel in form.kernels:
        value |= {f"{kernel.name}.delay": -3.0, f"{kernel.name}.tau": 5.0, f"{kernel.name}.productivity": -2.0}
    return value


FORMS = {"standard": standard_form(), "full": full_form()}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize("jobs", [1, 3])
def test_rates_are_those_of_one_pair_at_a_time(form, jobs):
    inputs, value = some_inputs(form), some_value(form)
    want = np.log(naive_etas.rate(form, value, inputs))
    np.testing.assert_allclose(rates(form, value, inputs, jobs=jobs).log_rate, want, atol=1e-5)
    np.testing.assert_allclose(np.log(rate_at(form, value, inputs, jobs=jobs)), want, atol=1e-5)


def test_events_at_one_time_do_not_trigger_each_other():
    form = standard_form()
    inputs, value = some_inputs(form), some_value(form)
    moved = replace(inputs.events, x_km=inputs.events.x_km + 1.0 * (np.arange(N) == 20))
    at_once = np.flatnonzero(inputs.targets == 21)
    here, there = rate_at(form, value, inputs), rate_at(form, value, replace(inputs, events=moved))
    assert here[at_once] == there[at_once]
    assert (here[inputs.targets > 21] != there[inputs.targets > 21]).all()


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_derivatives_are_differences(form):
    inputs, value = some_inputs(form), some_value(form)
    found = rates(form, value, inputs)
    assert len(form.parameters()) == found.by_parameter.shape[1] == len(found.expected_by)
    for k, name in enumerate(form.parameters()):
        step = 3e-3
        up, down = (rates(form, value | {name: value[name] + s}, inputs) for s in (step, -step))
        slope = (up.log_rate - down.log_rate) / (2.0 * step)
        np.testing.assert_allclose(found.by_parameter[:, k], slope, atol=2e-3, rtol=1e-3, err_msg=name)
        assert found.expected_by[k] == pytest.approx((up.expected - down.expected) / (2 * step), rel=1e-3, abs=1e-6)


@pytest.mark.slow_without_compiler
def test_expected_number_is_the_integral_of_the_total_rate():
    form = EtasForm((KernelForm("main", productivity=("magnitude",)),))
    inputs, value = some_inputs(form), some_value(form)
    events = inputs.events
    later = np.linspace(events.start, events.end - 1e-6, 4001)
    times, n_later = np.concatenate([events.t_days, later]), len(later)
    order = np.argsort(times, kind="stable")
    nowhere, tiny = np.zeros(n_later), np.full(n_later, -200.0)  # probes trigger nothing
    x, y = (np.concatenate([axis, nowhere])[order] for axis in (events.x_km, events.y_km))
    magnitude = np.concatenate([events.magnitude, tiny])[order]
    probes = replace(events, t_days=times[order], x_km=x, y_km=y, magnitude=magnitude)
    at = np.flatnonzero(probes.magnitude < 0)
    looked = Inputs(probes, {"magnitude": probes.over_min}, {"uniform": np.full(len(at), 1.0)}, at)
    total = total_rate_at(form, value | {"main.productivity.magnitude": 1.0}, looked)
    expected = rates(form, value | {"main.productivity.magnitude": 1.0}, inputs).expected
    assert np.trapezoid(total, later) == pytest.approx(expected, rel=0.02)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("omega", [-0.3, 0.0, 0.4])
@pytest.mark.parametrize("tau", [0.3, 200.0, np.inf])
def test_time_integrals_are_those_of_quadrature(omega, tau):
    c, low, high = 0.004, 0.5, 4000.0
    for a, b in ((0.0, low), (low, high), (0.0, 0.0)):
        want = quad(lambda u: np.exp(-omega * u - (np.exp(u) - c) / tau), np.log(a + c), np.log(b + c), limit=200)[0]
        found = time_integrals(np.array([c]), np.array([a]), np.array([b]), omega, tau).value[0]
        assert found == pytest.approx(want, rel=1e-7, abs=1e-12)


@pytest.mark.slow_without_compiler
def test_powers_are_those_of_numpy():
    x = np.exp(np.random.default_rng(0).uniform(-60.0, 60.0, 2000)).astype(np.float32)
    y = np.random.default_rng(1).uniform(-59.9, 126.0, 2000).astype(np.float32)
    np.testing.assert_allclose([log2_single(each) for each in x], np.log2(x.astype(float)), atol=8e-6, rtol=1e-7)
    np.testing.assert_allclose([exp2_single(each) for each in y], 2.0 ** y.astype(float), rtol=2e-7)
    assert exp2_single(np.float32(-1e6)) == np.float32(2.0**-60)


def test_neighbours_are_the_nearest_that_came_before():
    events = some_events(3)
    square, index = nearest_earlier(events, 4, jobs=2)
    for i in range(N):
        earlier = np.flatnonzero(events.t_days < events.t_days[i])
        want = (events.x_km[earlier] - events.x_km[i]) ** 2 + (events.y_km[earlier] - events.y_km[i]) ** 2
        known = index[i] >= 0
        assert known.sum() == min(4, len(earlier))
        np.testing.assert_allclose(square[i][known], np.sort(want)[:4], rtol=1e-5)
        np.testing.assert_array_equal(index[i][known], earlier[np.argsort(want)[:4]])


def test_what_comes_later_changes_nothing_before():
    events = some_events(4)
    first = 33
    part = {name: getattr(events, name)[:first] for name in ("t_days", "x_km", "y_km", "magnitude")}
    whole, cut = neighbourhood(events), neighbourhood(replace(events, **part))
    for name in ("spacing_km", "strike", "ratio"):
        np.testing.assert_array_equal(getattr(whole, name)[:first], getattr(cut, name))


def test_strike_is_that_of_a_line_of_events():
    along = np.linspace(0.0, 20.0, N)
    events = replace(some_events(), x_km=along * np.cos(1.1), y_km=along * np.sin(1.1))
    found = neighbourhood(events)
    np.testing.assert_allclose(np.tan(found.strike[31:]), np.tan(1.1), rtol=1e-6)
    assert (found.ratio[31:] > 10.0).all()
    assert (found.ratio[:30] == 1.0).all()


def test_smoothed_background_is_that_of_one_pair_at_a_time_and_integrates_to_one():
    events, rng = some_events(5), np.random.default_rng(5)
    weight, width = rng.uniform(0.0, 1.0, N), rng.uniform(0.5, 3.0, N)
    found = smoothed_background(events, weight, width, np.arange(N))
    np.testing.assert_allclose(
        found, [naive_etas.smoothed_density(events, weight, width, i) for i in range(N)], rtol=1e-5
    )
    assert found[0] == pytest.approx(1.0 / events.area_km2)


def test_log_likelihood_of_a_share_estimates_that_of_all():
    form = standard_form()
    inputs, value = some_inputs(form), some_value(form)
    doubled = replace(inputs, share=0.5)
    whole, half = (log_likelihood_of(rates(form, value, each), each.share) for each in (inputs, doubled))
    assert half - whole == pytest.approx(rates(form, value, inputs).log_rate.sum())


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize(
    ("slope", "omega", "tau"),
    [(0.5, -0.5, 1e5), (3.0, 0.2, 0.02), (2.5, 0.3, 5.0), (0.0, 0.1, np.inf), (0.2, -0.9, 20.0), (1.0, 0.9, 200.0)],
)
def test_what_scores_spend_is_the_sum_of_all_integrals(slope, omega, tau):
    """Delays may be thousands of taper times: the table of the scores must neither overflow nor lose its digits."""
    form = EtasForm((KernelForm("main", delay=("magnitude",)),))
    inputs, value = some_inputs(form), some_value(form)
    value |= {"main.delay.magnitude": slope, "main.omega": omega, "main.tau": np.log(tau)}
    events, sources = inputs.events, sources_of(form.kernels[0], value, inputs)
    found = expected_until(form, value, inputs, triggered_only=True)
    assert slope < 3.0 or sources.c.max() > 100.0 * tau
    for time, spent in zip([*events.t_days[events.targets], events.end], found, strict=True):
        past = events.t_days < time
        low = np.maximum(events.start - events.t_days[past], 0.0)
        each = time_integrals(sources.c[past], low, time - events.t_days[past], omega, tau).value
        assert spent == pytest.approx(np.exp(sources.log_k[past]) @ each, rel=1e-7, abs=1e-9)
