"""Simulated catalogs: numbers, times and places are those that the model expects, event by event."""

from dataclasses import replace
from math import log, sqrt

import numpy as np
import pytest
from scipy.stats import kstest
from tests import naive_etas

from seisweave import InputError
from seisweave.etas import (
    Continuation,
    EtasEvents,
    EtasForm,
    KernelForm,
    MagnitudeLaw,
    SimulateOptions,
    branching_ratio,
    score_events,
    simulate,
    standard_form,
)
from seisweave.etas import _simulate_parts as loops
from seisweave.etas._describe_numba import describe_event
from seisweave.etas._draws_numba import draw_uniform
from seisweave.etas._tree_numba import keep_nearest, nearest_of_tree, tree_of
from seisweave.etas.continuation import as_loops
from seisweave.etas.model import describe
from seisweave.etas.rate import rates, sources_of
from seisweave.etas.time_integrals import time_integrals

STANDARD = {
    "background.uniform": log(2.0),
    "main.productivity": -3.9,
    "main.productivity.magnitude": 1.5,
    "main.delay": log(0.01),
    "main.width": log(0.3),
    "main.width.magnitude": 1.0,
    "main.omega": 0.1,
    "main.tau": log(20.0),
    "main.rho": log(0.8),
}
SIDE = 60.0
SQUARE = 0.5 * SIDE * np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
LAW = MagnitudeLaw(2.0, b=1.0, corner_magnitude=5.0, bin_width=0.1)
RICH = EtasForm(
    (
        KernelForm(
            "main",
            productivity=("magnitude", "spacing", "rate", "total_rate"),
            delay=("magnitude",),
            width=("magnitude", "spacing"),
            elongation=("shape",),
        ),
    ),
    ("uniform", "smoothed-1"),
)
SLOPES = {
    "main.productivity.spacing": 0.2,
    "main.productivity.rate": 0.1,
    "main.productivity.total_rate": -0.1,
    "main.delay.magnitude": 0.3,
    "main.width.spacing": 0.6,
    "main.elongation": 0.7,
    "main.elongation.shape": 0.2,
    "background.uniform": log(0.7),
    "background.smoothed-1": log(0.8),
    "main.productivity": -4.2,
}
VALUE = {"standard": STANDARD, "rich": STANDARD | SLOPES}
FORM = {"standard": standard_form(), "rich": RICH}


def past(n=60, start=50.0, end=80.0):
    rng = np.random.default_rng(3)
    x = rng.normal(0.0, 8.0, n)
    y = 0.5 * x + rng.normal(0.0, 2.0, n)
    return EtasEvents(np.sort(rng.uniform(0.0, start, n)), x, y, LAW.sample(n, rng), start, end, SIDE**2, 2.0)


def setup_of(form="standard", events=None, law=LAW, **changed):
    events = past() if events is None else events
    described = describe(FORM[form], events, STANDARD)
    return Continuation(FORM[form], VALUE[form] | changed, STANDARD, described.scales(), described, law, SQUARE)


@pytest.fixture(scope="module", params=["standard", "rich"])
def simulated(request):
    return simulate(setup_of(request.param), SimulateOptions(400, seed=5), jobs=1)


def of_parents(simulated):
    """A row for every event of the past and of all catalogs: rows, and what the kernel makes of them."""
    setup, found = simulated.setup, []
    for k in range(simulated.options.n_catalogs):
        events = simulated.joined(k)
        described = describe(setup.form, events, setup.standard)
        inputs = described.inputs(setup.scales, np.zeros(0, np.int64))
        sources = sources_of(setup.form.kernels[0], setup.value, inputs)
        strike = np.zeros(len(events)) if inputs.strike is None else inputs.strike
        found.append((np.exp(sources.log_k), sources.c, np.exp(sources.log_z), np.exp(sources.log_e), strike))
    return found, sources.omega, sources.tau, sources.rho


@pytest.mark.slow_without_compiler
def test_numbers_times_and_places_of_offspring_are_those_of_their_parents(simulated):
    end = simulated.setup.described.events.end
    start, n_past = simulated.setup.described.events.start, len(simulated.setup.past.events)
    kernels, omega, tau, rho = of_parents(simulated)
    first = np.cumsum(simulated.numbers) - simulated.numbers
    expected, waited, near, turned = 0.0, [], [], []
    for catalog, (k, c, z, e, strike) in enumerate(kernels):
        events, rows = simulated.joined(catalog), slice(first[catalog], first[catalog] + simulated.numbers[catalog])
        low, high = np.maximum(start - events.t_days, 0.0), end - events.t_days
        number = k * time_integrals(c, low, high, omega, tau).value
        expected += number.sum()
        code = simulated.parent[rows]
        child = np.flatnonzero(code != -1)
        j = np.where(code >= 0, n_past + code - first[catalog], -2 - code)[child]
        i = n_past + child
        s = events.t_days[i] - events.t_days[j]
        assert (s > 0.0).all()
        waited.append(k[j] * time_integrals(c[j], low[j], s, omega, tau).value / number[j])
        dx, dy = events.x_km[i] - events.x_km[j], events.y_km[i] - events.y_km[j]
        along = (dx * np.cos(strike[j]) + dy * np.sin(strike[j])) / np.sqrt(e[j])
        across = (dy * np.cos(strike[j]) - dx * np.sin(strike[j])) * np.sqrt(e[j])
        near.append(1.0 - (1.0 + (along**2 + across**2) / z[j]) ** -rho)
        turned.append(np.arctan2(across, along) / (2.0 * np.pi) + 0.5)
    children = sum(len(each) for each in waited)
    assert children > 3000
    assert abs(children - expected) < 4.0 * sqrt(expected)
    for uniform in (waited, near, turned):
        assert kstest(np.concatenate(uniform), "uniform").pvalue > 0.001
    background = rates_of_background(simulated)
    assert abs((simulated.parent == -1).sum() - background) < 4.0 * sqrt(background)


def rates_of_background(simulated):
    span = simulated.setup.described.events.end - simulated.setup.described.events.start
    names = simulated.setup.form.backgrounds
    return simulated.options.n_catalogs * span * sum(np.exp(simulated.setup.value[f"background.{b}"]) for b in names)


@pytest.mark.slow_without_compiler
def test_backgrounds_lie_where_they_should():
    """Their x, by its distribution given all events before: half of it is that of a smoothed background."""
    found = simulate(setup_of("rich"), SimulateOptions(60, seed=8), jobs=1)
    smoothed = 0.8 / 1.5
    first, uniform = np.cumsum(found.numbers) - found.numbers, []
    for k in range(60):
        events = found.joined(k)
        known = describe(RICH, events, STANDARD)
        rows = np.flatnonzero(found.parent[first[k] : first[k] + found.numbers[k]] == -1)
        for i in rows + len(found.setup.past.events):
            w, h = known.background_share[:i], known.spacing_km[:i]
            dx = events.x_km[i] - events.x_km[:i]
            flat = np.clip(events.x_km[i] / SIDE + 0.5, 0.0, 1.0)
            kernels = w @ (0.5 + 0.5 * dx / np.hypot(dx, h))
            uniform.append((1.0 - smoothed) * flat + smoothed * (flat + kernels) / (1.0 + w.sum()))
    assert len(uniform) > 2000
    assert kstest(uniform, "uniform").pvalue > 0.001
    inner = np.abs(found.x_km[found.parent == -1]) < 5.0
    assert inner.mean() > 0.22  # a sixth, were they all uniform


def test_events_are_described_as_in_a_fit():
    setup = setup_of("rich")
    events = simulate(setup, SimulateOptions(1, seed=2), jobs=1).joined(0)
    known = describe(RICH, events, STANDARD)
    inputs = known.inputs(setup.scales, np.zeros(0, np.int64))
    _, past_, _, _, _, surroundings, standard = as_loops(setup)
    n_past, n = len(setup.past.events), len(events.targets)
    event, near, feature = np.zeros((9, n)), np.empty((3, surroundings.neighbours)), np.zeros(loops.N_FEATURES)
    event[loops.T] = events.t_days[n_past:] - events.start
    event[loops.X], event[loops.Y] = events.x_km[n_past:], events.y_km[n_past:]
    event[loops.M] = events.over_min[n_past:]
    assert n > 20
    for i in range(n):
        strike = describe_event(event, i, past_, surroundings, standard, near, feature)
        want = [inputs.feature[name][n_past + i] for name in ("magnitude", "spacing", "shape", "rate", "total_rate")]
        np.testing.assert_allclose(feature[1:6], want, atol=2e-4)
        assert np.cos(2.0 * (strike - known.strike[n_past + i])) == pytest.approx(1.0, abs=1e-6)
        assert event[loops.SHARE, i] == pytest.approx(known.background_share[n_past + i], rel=1e-4)
        assert event[loops.SPACING_KM, i] == pytest.approx(known.spacing_km[n_past + i], rel=1e-4)


def test_the_tree_finds_what_all_distances_find():
    rng = np.random.default_rng(1)
    for n in (0, 3, 33, 1000):
        x, y = np.round(rng.standard_cauchy((2, n)), 1)  # many on one place
        order, axis, cut = tree_of(x, y)
        assert sorted(order) == list(range(n))
        for at in rng.standard_cauchy((20, 2)):
            near, want = np.full((3, 5), np.inf), np.full((3, 5), np.inf)
            nearest_of_tree(*at, x[order], y[order], axis, cut, near)
            keep_nearest(*at, x, y, want)
            np.testing.assert_array_equal(near[0], want[0])
            assert (near[0, : min(n, 5)] == np.sort((x - at[0]) ** 2 + (y - at[1]) ** 2)[:5]).all()


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("form", ["standard", "rich"])
def test_time_is_rescaled_to_a_poisson_process(form):
    setup = setup_of(form, past(end=1000.0))
    events = simulate(setup, SimulateOptions(1, seed=4), jobs=1).joined(0)
    inputs = describe(setup.form, events, STANDARD).inputs(setup.scales, events.targets)
    scores = score_events(setup.form, setup.value, inputs, convention="benchmark")
    spent = (scores.log_total_rate - scores.tll)[1:]  # expected events from one to the next
    assert len(spent) > 1500
    assert kstest(spent, "expon").pvalue > 0.01
    assert np.corrcoef(spent[1:], spent[:-1])[0, 1] == pytest.approx(0.0, abs=3.0 / sqrt(len(spent)))


@pytest.mark.slow_without_compiler
def test_direct_offspring_of_the_past_are_those_of_the_compensator():
    setup = setup_of()
    found = simulate(setup, SimulateOptions(1000, seed=6), jobs=1)
    inputs = describe(setup.form, past(), STANDARD).inputs(setup.scales, np.zeros(0, np.int64))
    expected = 1000 * rates(setup.form, setup.value, inputs).expected
    n = (found.parent < 0).sum()  # of the background and of the past
    assert abs(n - expected) < 4.0 * sqrt(expected)


@pytest.mark.slow_without_compiler
def test_catalogs_are_as_those_of_the_naive_simulator():
    nothing = EtasEvents(*np.zeros((4, 0)), 0.0, 20.0, SIDE**2, 2.0)
    found = simulate(setup_of(events=nothing), SimulateOptions(1000, seed=7), jobs=1)
    rng = np.random.default_rng(7)
    naive = [naive_etas.simulate(STANDARD, 2.3, nothing, rng, lambda n: LAW.sample(n, rng) - 2.0) for _ in range(1000)]
    numbers = [len(t) for t, *_ in naive]
    assert kstest(found.numbers, numbers).pvalue > 0.001
    for k, column in enumerate((found.t_days, found.x_km, found.y_km, found.magnitude)):
        theirs = np.concatenate([each[k] for each in naive])
        a, b = (np.sort(each) for each in (column, theirs))
        assert abs(np.quantile(a, 0.3) - np.quantile(b, 0.3)) < 0.06 * (np.quantile(b, 0.9) - np.quantile(b, 0.1))
    assert kstest(found.magnitude, LAW.sample(20_000, rng)).pvalue > 0.001


@pytest.mark.slow_without_compiler
def test_workers_change_nothing():
    setup = setup_of()
    one, two = (simulate(setup, SimulateOptions(250), jobs=jobs) for jobs in (1, 2))
    for name in ("catalog", "t_days", "x_km", "y_km", "magnitude", "parent", "cut"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    assert (simulate(setup, SimulateOptions(250, seed=2), jobs=1).numbers != one.numbers).any()


@pytest.mark.slow_without_compiler
def test_order_and_numbers():
    told = []
    found = simulate(setup_of(), SimulateOptions(250), jobs=1, progress=told.append)
    same = np.diff(found.catalog) == 0
    assert (np.diff(found.catalog) >= 0).all()
    assert (np.diff(found.t_days)[same] >= 0.0).all()
    assert ((found.t_days >= 50.0) & (found.t_days < 80.0)).all()
    assert found.numbers.sum() == len(found.t_days)
    triggered = found.parent >= 0
    np.testing.assert_array_equal(found.catalog[found.parent[triggered]], found.catalog[triggered])
    assert [step.done for step in told] == [pytest.approx(share) for share in (1 / 3, 2 / 3, 1.0)]


def test_a_catalog_that_runs_away_is_cut_and_told():
    setup = setup_of(**{"main.productivity": -1.0})
    assert branching_ratio(setup) > 1.5
    found = simulate(setup, SimulateOptions(20, max_events=500), jobs=1)
    assert found.cut.all()
    assert (found.numbers <= 500).all()
    flooded = simulate(setup_of(**{"background.uniform": 40.0}), SimulateOptions(2, max_events=500), jobs=1)
    assert flooded.cut.all()
    assert not flooded.numbers.any()
    whole = simulate(setup_of(), SimulateOptions(20), jobs=1)
    assert not whole.cut.any()


@pytest.mark.slow_without_compiler
def test_the_branching_ratio_is_that_of_the_family():
    lone = EtasEvents(*np.array([[0.0], [0.0], [0.0], [4.0]]), 0.0, 400.0, SIDE**2, 2.0)
    lone = replace(lone, t_days=np.array([-1e-9]))
    short = {"background.uniform": -40.0, "main.tau": log(2.0), "main.productivity": -3.0}
    setup = setup_of(events=lone, **short)
    ratio = branching_ratio(setup)
    per_event = float(time_integrals(np.array([0.01]), np.zeros(1), np.array([100.0]), 0.1, 2.0).value[0])
    assert ratio == pytest.approx(np.exp(-3.0) * per_event * LAW.mean(lambda over: np.exp(1.5 * over)), rel=1e-6)
    assert 0.4 < ratio < 0.9
    found = simulate(setup, SimulateOptions(3000), jobs=1)
    want = np.exp(-3.0 + 3.0) * per_event / (1.0 - ratio)  # the family of a magnitude 4
    assert found.numbers.mean() == pytest.approx(want, abs=4.0 * found.numbers.std() / sqrt(3000))


def test_a_ratio_with_features_is_that_of_what_was_simulated():
    setup = setup_of("rich")
    inputs = setup.inputs()
    k = np.exp(sources_of(RICH.kernels[0], setup.value, inputs).log_k - 1.5 * setup.past.events.over_min).mean()
    of_law = LAW.mean(
        lambda over: (
            np.exp(1.5 * over)
            * time_integrals(0.01 * np.exp(0.3 * over), 0.0 * over, 0.0 * over + 1e3, 0.1, 20.0).value
        )
    )
    assert branching_ratio(setup) == pytest.approx(k * of_law, rel=1e-9)


@pytest.mark.parametrize("form", ["standard", "rich"])
def test_few_events_or_equal_ones_are_no_matter(form):
    nothing = EtasEvents(*np.zeros((4, 0)), 0.0, 20.0, SIDE**2, 2.0)
    lone = EtasEvents(*np.array([[1.0], [0.0], [0.0], [3.0]]), 2.0, 20.0, SIDE**2, 2.0)
    alike = replace(past(), magnitude=np.full(60, 2.0), x_km=np.zeros(60), y_km=np.zeros(60))
    for events in (nothing, lone, alike):
        found = simulate(setup_of(form, events), SimulateOptions(4), jobs=1)
        assert found.numbers.sum() > 60
        assert np.isfinite([found.t_days, found.x_km, found.y_km, found.magnitude]).all()


def test_a_later_instant_takes_more_of_the_past_and_nothing_of_what_follows():
    events = past()
    whole = setup_of("rich", events)
    part = whole.between(25.0, 26.0)
    n = int(np.searchsorted(events.t_days, 25.0))
    assert len(part.past.events) == n
    known = part.past.spacing_km  # what stands for that of the first five is the median of all
    columns = {name: getattr(events, name)[:n] for name in ("t_days", "x_km", "y_km", "magnitude")}
    alone = setup_of("rich", replace(events, **columns, start=25.0, end=26.0))
    alone = replace(alone, scales=whole.scales, described=replace(alone.described, spacing_km=known))
    one, other = (simulate(each, SimulateOptions(50), jobs=1) for each in (part, alone))
    np.testing.assert_array_equal(one.t_days, other.t_days)
    np.testing.assert_array_equal(one.x_km, other.x_km)


def test_uniform_places_fill_any_polygon():
    corners = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [2.0, 1.0], [0.0, 4.0]])
    rng = np.random.default_rng(1)
    drawn = np.array([draw_uniform(rng, corners) for _ in range(2000)])
    notch = np.minimum(drawn[:, 0], 4.0 - drawn[:, 0])  # the sides of the notch fall from 4 to 1 in 2 km
    assert (drawn[:, 1] <= 4.0 - 1.5 * notch + 1e-9).all()
    assert (drawn[:, 1] < 1.0).mean() == pytest.approx(0.4, abs=0.045)  # 4 of 10 km²


def test_setups_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="smallest magnitude"):
        setup_of(law=MagnitudeLaw(2.5, b=1.0, corner_magnitude=8.0))
    with pytest.raises(InputError, match="outline"):
        replace(setup_of(), outline_km=2.0 * SQUARE)
    for wrong in ({"n_catalogs": 0}, {"seed": -1}, {"max_events": 0}):
        with pytest.raises(InputError, match="give"):
            SimulateOptions(**wrong)
