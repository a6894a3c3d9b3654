"""ETAS on faults: its rate by one pair at a time, its derivatives by differences, what it finds of a planted world."""

import numpy as np
import pytest

from seisweave.etas import EtasEvents, PlaneMixture
from seisweave.etas.fault_nodes import CHANNELS, FaultNodes, _Pairs, fit_nodes

MEAN = np.array([[0.0, 0.0], [4.0, 0.0], [8.0, 0.0], [4.0, 30.0], [4.0, 34.0], [300.0, 0.0]])
LONG, UP = np.diag([4.0, 0.1]), np.diag([0.1, 4.0])
COVARIANCE = np.array([LONG, LONG, LONG, UP, UP, np.eye(2)])
WEIGHT = np.array([0.2, 0.2, 0.1, 0.2, 0.2, 0.1])
FAULTS = PlaneMixture(WEIGHT, MEAN, COVARIANCE, unit_km=0.5, group=np.array([0, 0, 0, 1, 1, 2]))
NODES = FaultNodes(FAULTS, reach_km=15.0)


def some_events(n=50, seed=1):
    rng = np.random.default_rng(seed)
    part = rng.choice(6, n, p=WEIGHT)
    x, y = MEAN[part].T + rng.normal(0.0, 1.0, (2, n))
    return EtasEvents(np.sort(rng.uniform(0.0, 100.0, n)), x, y, 2.0 + rng.exponential(0.4, n), 20.0, 110.0, 1e5, 2.0)


def pairs_and_theta():
    events = some_events()
    pairs = _Pairs.of(NODES, events, events.targets, 1)
    theta = pairs.prior(40.0).mean + 0.2 * np.random.default_rng(2).normal(size=len(pairs.names))
    return pairs, theta


def test_neighbours_are_near_and_alike():
    near = NODES.neighbours
    np.testing.assert_allclose(near.sum(axis=0), 1.0)
    assert near[:, 2].tolist() == [0.0, 0.0, 1.0]  # none within six reaches: its own
    assert near[1, 0] == near[0, 1] == 1.0
    assert NODES.node_of(np.array([4.0, 4.0, 200.0]), np.array([0.3, 33.0, 9.0])).tolist() == [0, 1, 2]


@pytest.mark.slow_without_compiler
def test_densities_have_an_integral_of_one():
    side = np.linspace(-60.0, 80.0, 561)
    x, y = (axis.ravel() for axis in np.meshgrid(side, side))
    mass = NODES.shares(x, y)[:, :2].sum(axis=0) * (side[1] - side[0]) ** 2
    np.testing.assert_allclose(mass, 1.0, atol=1e-3)


def test_rates_are_those_of_one_pair_at_a_time():
    pairs, theta = pairs_and_theta()
    value = dict(zip(pairs.names, theta, strict=True))
    events, found = pairs.events, pairs.rates(theta)
    for row, i in enumerate(events.targets):
        rate = sum(np.exp(value[n]) * u for n, u in zip(pairs.names[:4], pairs.background[row], strict=True))
        for j in range(i):
            dt = events.t_days[i] - events.t_days[j]
            g = (dt + np.exp(value["delay"])) ** -(1.0 + value["omega"]) * np.exp(-dt / np.exp(value["tau"]))
            g *= np.exp(value["magnitude"] * events.over_min[j])
            rate += g * sum(np.exp(value[c]) * pairs.share[row, pairs.node[j], k] for k, c in enumerate(CHANNELS))
        assert found.log_rate[row] == pytest.approx(np.log(rate), rel=1e-9)


@pytest.mark.slow_without_compiler
def test_derivatives_are_differences():
    pairs, theta = pairs_and_theta()
    found = pairs.rates(theta)
    for k, name in enumerate(pairs.names):
        step = np.zeros(len(theta))
        step[k] = 1e-5
        up, down = pairs.rates(theta + step), pairs.rates(theta - step)
        slope = (up.log_rate - down.log_rate) / 2e-5
        np.testing.assert_allclose(found.by_parameter[:, k], slope, rtol=1e-5, atol=1e-6, err_msg=name)
        assert found.expected_by[k] == pytest.approx((up.expected - down.expected) / 2e-5, rel=1e-5, abs=1e-6)


@pytest.mark.slow_without_compiler
def test_what_triggers_on_its_own_fault_is_found():
    """Aftershocks spread over the whole fault of their mainshock, near and far from it: the own channels take them."""
    rng = np.random.default_rng(5)
    first = np.sort(rng.uniform(0.0, 1000.0, 200))
    node = rng.choice(3, 200, p=[0.5, 0.4, 0.1])
    child = np.repeat(np.arange(200), 3)
    t = np.concatenate([first, first[child] + rng.exponential(0.5, 600)])
    fault = np.concatenate([node, node[child]])
    part = np.array([rng.choice(np.flatnonzero(FAULTS.groups == f)) for f in fault])
    xy = MEAN[part] + np.array([rng.multivariate_normal(np.zeros(2), COVARIANCE[k] + 0.25 * np.eye(2)) for k in part])
    order = np.argsort(t)
    events = EtasEvents(t[order], *xy[order].T.copy(), np.full(800, 2.0), 100.0, 1000.0, 1e5, 2.0)
    model = fit_nodes(events, NODES)
    own, near = (sum(np.exp(model.value[c]) for c in CHANNELS if c.startswith(w)) for w in ("own", "near"))
    assert model.summit.converged
    assert own > 20.0 * near
    scores = model.score(events)
    assert scores.sll.mean() == pytest.approx(-np.log(90.0), abs=1.0)  # of the faults' areas
    assert scores.mean["total"] * len(scores.tll) == pytest.approx(model.summit.log_likelihood, rel=1e-4)
