"""Fits find what was planted, climb to the summit, and score published parameters as they were published."""

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
from tests import naive_etas

from seisweave import InputError
from seisweave.etas import (
    EtasEvents,
    EtasOptions,
    Inputs,
    Sphere,
    fit_events,
    fit_form,
    rates,
    score_events,
    standard_form,
)
from seisweave.etas import fit as fit_module
from seisweave.etas.climb import climb
from seisweave.etas.priors import Prior
from seisweave.etas.rate import Rates
from seisweave.studies.earthquakenpp import read_set

PLANTED = {
    "background.uniform": log(0.5),
    "main.productivity": -3.6,
    "main.productivity.magnitude": 1.6,
    "main.delay": log(0.01),
    "main.width": log(0.3),
    "main.width.magnitude": 1.0,
    "main.omega": 0.15,
    "main.tau": log(500.0),
    "main.rho": log(0.8),
}
EMPTY = EtasEvents(*np.zeros((4, 0)), 0.0, 1500.0, 100.0**2, 2.0)


def planted(seed=1):
    t, x, y, m = naive_etas.simulate(PLANTED, 2.3, EMPTY, np.random.default_rng(seed))
    return replace(EMPTY, t_days=t, x_km=x, y_km=y, magnitude=m, start=200.0)


def plain(events, targets=None):
    targets = events.targets if targets is None else targets
    return Inputs(
        events, {"magnitude": events.over_min}, {"uniform": np.full(len(targets), 1 / events.area_km2)}, targets
    )


@pytest.mark.slow_without_compiler
def test_planted_parameters_come_back_within_their_errors():
    events = planted()
    fit = fit_form(standard_form(), plain(events))
    assert fit.converged
    assert len(events.targets) > 500
    for name, value in fit.value.items():
        assert abs(value - PLANTED[name]) < 4.0 * fit.error[name], name
    truth = rates(standard_form(), PLANTED, plain(events))
    assert fit.log_likelihood >= truth.log_rate.sum() - truth.expected - 0.5  # the priors may take a little
    at_summit = rates(standard_form(), fit.value, plain(events))
    slope = at_summit.by_parameter.sum(axis=0) - at_summit.expected_by
    sd = np.sqrt(np.diag(fit.covariance))
    assert (np.abs(slope * sd)[:6] < 0.3).all()


@pytest.mark.slow_without_compiler
def test_a_climb_that_begins_with_some_of_the_targets_ends_where_others_do(monkeypatch):
    events = planted()
    whole = fit_form(standard_form(), plain(events))
    monkeypatch.setattr(fit_module, "_BEGIN_WITH", len(events.targets) // 8)
    few = fit_module._few(plain(events))
    assert few.share == pytest.approx(len(few.targets) / len(events.targets))
    assert len(few.background["uniform"]) == len(few.targets) < len(events.targets) / 6
    found = fit_form(standard_form(), plain(events))
    assert found.log_likelihood == pytest.approx(whole.log_likelihood, abs=0.2)
    for name, value in found.value.items():
        assert abs(value - whole.value[name]) < 0.6 * whole.error[name], name


@pytest.mark.slow_without_compiler
def test_a_part_on_its_way_to_nothing_stops_no_climb():
    """Two backgrounds of which one is where no event is."""
    events = planted()
    form = standard_form(("uniform", "elsewhere"))
    inputs = plain(events)
    inputs = replace(inputs, background=dict(inputs.background) | {"elsewhere": np.full(len(events.targets), 1e-12)})
    found, alone = fit_form(form, inputs), fit_form(standard_form(), plain(events))
    assert found.converged
    assert found.steps < 2 * alone.steps + 5
    assert found.value["background.elsewhere"] < found.value["background.uniform"] - 3.0
    assert found.value["main.omega"] == pytest.approx(alone.value["main.omega"], abs=alone.error["main.omega"])


@pytest.mark.slow_without_compiler
def test_an_adaptive_form_tells_more_where_density_varies():
    events = planted(2)
    some = slice(0, 700)
    x = np.where(events.x_km < 0, 0.1 * events.x_km, events.x_km)[some]
    columns = {name: getattr(events, name)[some] for name in ("t_days", "y_km", "magnitude")}
    events = replace(events, **columns, x_km=x, start=100.0, end=float(columns["t_days"][-1]) + 1.0)
    standard, adaptive = (fit_events(events, EtasOptions(form)) for form in ("standard", "adaptive"))
    assert adaptive.log_likelihood > standard.log_likelihood + 5.0
    for fit in (standard, adaptive):
        assert fit.n_targets == len(events.targets)
        scored = fit.score(events).mean["total"] * len(events.targets)
        assert scored == pytest.approx(fit.log_likelihood, rel=1e-4, abs=0.5)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start": 2000.0}, "empty"),
        ({"area_km2": 0.0}, "area"),
        ({"t_days": np.array([2.0, 1.0])}, "order"),
        ({"magnitude": np.array([2.0, np.nan])}, "finite"),
    ],
)
def test_events_that_cannot_be_used_are_refused(change, words):
    two = {"t_days": np.array([1.0, 2.0]), "x_km": np.zeros(2), "y_km": np.zeros(2), "magnitude": np.full(2, 2.5)}
    with pytest.raises(InputError, match=words):
        replace(EMPTY, **two | change)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_events_are_fitted_by_the_priors_or_refused(n):
    events = replace(
        EMPTY, **{name: np.arange(1.0, n + 1.0) for name in ("t_days", "x_km", "y_km")}, magnitude=np.full(n, 2.0)
    )
    if n == 0:
        with pytest.raises(InputError, match="no event"):
            fit_events(events)
        return
    fit = fit_events(events, EtasOptions("standard"))
    assert all(np.isfinite(value) for value in fit.value.values())
    assert np.isfinite(fit.log_likelihood)


DATA = Path(__file__).parents[3] / "shared/data/earthquakenpp"


@pytest.mark.slow_without_compiler
@pytest.mark.skipif(not DATA.is_dir(), reason="no benchmark data of EarthquakeNPP beside the project")
@pytest.mark.parametrize("name", ["SanJac_10", "SaltonSea_10", "WHITE_06"])
def test_scores_of_published_parameters_are_the_published_ones(name):
    benchmark = read_set(DATA, name)
    stored = benchmark.stored[:40]
    table = benchmark.table[benchmark.table.index <= stored["row"].max()]
    whole = benchmark.events("test_start", "test_end")
    columns = {each: getattr(whole, each)[: len(table)] for each in ("t_days", "x_km", "y_km", "magnitude")}
    events = replace(whole, **columns)
    sphere = Sphere(table["longitude"].to_numpy(), table["latitude"].to_numpy())
    inputs = plain(events)
    scores = score_events(standard_form(), benchmark.published, inputs, sphere=sphere, convention="benchmark")
    assert len(scores.tll) == 40
    np.testing.assert_allclose(scores.log_rate, stored["log_lambda_txy"], atol=1e-8)
    np.testing.assert_allclose(scores.log_total_rate, stored["log_lambda_t"], atol=1e-8)
    np.testing.assert_allclose(scores.tll, stored["tll"], atol=1e-8)
    np.testing.assert_allclose(scores.sll, stored["sll"], atol=1e-8)


def test_a_search_that_cannot_begin_begins_elsewhere_or_says_so():
    prior = Prior(np.zeros(1), np.ones(1))

    def three(theta):
        lost = np.nan if theta[0] > 5.0 else 0.0
        return Rates(np.full(3, theta[0] + lost), np.ones((3, 1)), float(np.exp(theta[0])), np.exp(theta))

    assert climb(three, 1.0, prior, np.array([9.0])).theta == pytest.approx(climb(three, 1.0, prior, np.zeros(1)).theta)
    with pytest.raises(InputError, match="not finite where the search begins"):
        climb(three, 1.0, Prior(np.full(1, 9.0), np.ones(1)), np.array([9.0]))
