"""Stochastic declustering: chances as one pair at a time gives them, draws that follow them, planted backgrounds."""

import numpy as np
import pytest
from tests import naive_etas
from tests.etas.test_fit import EMPTY, PLANTED
from tests.etas.test_rate import FORMS, some_events, some_value

import seisweave as sw
from seisweave import InputError
from seisweave.catalog import DeclusterOptions
from seisweave.etas import (
    EtasEvents,
    EtasModel,
    Scale,
    decluster_stochastically,
    draw_parents,
    parent_probability,
    standard_form,
)
from seisweave.synthetic import EtasOptions as WorldOptions
from seisweave.synthetic import etas_world


def a_model(form, value):
    scales = {name: Scale(0.0, 1.0) for name in form.features}
    standard = some_value(standard_form()) if form != standard_form() else value
    n = len(form.parameters())
    return EtasModel(form, value, np.eye(n), standard, scales, 0.0, 1, 1, True)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_chances_are_those_of_one_pair_at_a_time(form):
    model, events = a_model(form, some_value(form)), some_events()
    inputs = model.inputs(events, np.arange(len(events)))
    rate = naive_etas.rate(form, model.value, inputs)
    background = draw_parents(model, events).background_probability
    for i in (0, 7, 20, 21, 39):
        want = np.zeros(len(events))
        at = events.t_days[i], events.x_km[i], events.y_km[i]
        for j in np.flatnonzero(events.t_days < events.t_days[i]):
            want[j] = sum(naive_etas.triggered(k, model.value, inputs, *at, j) for k in form.kernels) / rate[i]
        found = parent_probability(model, events, i)
        np.testing.assert_allclose(found, want, rtol=1e-9)
        assert background[i] + want.sum() == pytest.approx(1.0, abs=1e-5)


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_draws_follow_the_chances(form):
    model, events, n = a_model(form, some_value(form)), some_events(), 300
    drawn = np.array([draw_parents(model, events, seed).parent for seed in range(n)])
    for i in (5, 21, 39):
        chance = np.append(parent_probability(model, events, i), 0.0)
        chance[-1] = 1.0 - chance.sum()
        count = np.bincount(drawn[:, i] % (len(events) + 1), minlength=len(events) + 1)
        sd = np.sqrt(n * chance * (1.0 - chance))
        assert (np.abs(count - n * chance) <= 4.0 * sd + 1e-3 * n).all()
        assert count[chance == 0].sum() == 0


@pytest.mark.slow_without_compiler
def test_planted_families_come_back_as_far_as_chance_allows():
    """With the true parameters the sum of the chances is the number of background events, but for its own noise."""
    agreed = expected = 0
    for seed in (1, 2, 3):
        t, x, y, m, parent = naive_etas.families(PLANTED, 2.3, EMPTY, np.random.default_rng(seed))
        events = EtasEvents(t, x, y, m, 0.0, EMPTY.end, EMPTY.area_km2, EMPTY.min_magnitude)
        assert (t[parent[parent >= 0]] < t[parent >= 0]).all()
        model = a_model(standard_form(), PLANTED)
        found, again = draw_parents(model, events, 1, jobs=2), draw_parents(model, events, 2)
        inside = np.maximum(np.abs(x), np.abs(y)) < np.sqrt(EMPTY.area_km2) / 2.0
        chance, truth = found.background_probability[inside], (parent < 0)[inside]
        assert abs(chance.sum() - truth.sum()) < 4.0 * np.sqrt((chance * (1.0 - chance)).sum())
        agreed += (found.parent == parent)[inside].sum()
        expected += (found.parent == again.parent)[inside].sum()
    assert agreed == pytest.approx(expected, rel=0.08)  # the truth is one more draw


@pytest.mark.slow_without_compiler
def test_a_catalog_is_declustered_by_a_model_of_its_own():
    world = etas_world(WorldOptions(days=1500, contrast=0.0), seed=2)
    steps = []
    options = DeclusterOptions("stochastic", form="standard", completeness=2.5)
    found = decluster_stochastically(world.catalog, options, progress=steps.append)
    truth = world.parent < 0
    assert found.background_share == pytest.approx(truth.mean(), abs=0.03)
    assert found.background_probability is not None
    assert found.background_probability.sum() == pytest.approx(truth.sum(), rel=0.05)
    assert found.parent is not None
    assert (found.parent < np.arange(len(found))).all()
    assert found.cluster[found.parent[found.parent >= 0]].tolist() == found.cluster[found.parent >= 0].tolist()
    assert {step.stage for step in steps} == {"standard form", "parents"}
    larger = decluster_stochastically(world.catalog, DeclusterOptions("stochastic", form="standard", completeness=3.0))
    assert len(larger) < len(found) / 2
    assert any("are of that region and magnitude" in note for note in larger.notes)


def test_what_cannot_be_declustered_is_refused():
    catalog = sw.synthetic.southern_california_like(n_events=60).catalog
    with pytest.raises(InputError, match=r"use seisweave.catalog.decluster"):
        decluster_stochastically(catalog, DeclusterOptions("reasenberg"))
    with pytest.raises(InputError, match="has a time and a magnitude"):
        decluster_stochastically(catalog.take(slice(0, 0)), DeclusterOptions("stochastic"))
    model = a_model(standard_form(), some_value(standard_form()))
    with pytest.raises(InputError, match="target is 40; give an index from 0 to 39"):
        parent_probability(model, some_events(), 40)
    with pytest.raises(InputError, match="seed is -1"):
        draw_parents(model, some_events(), -1)
