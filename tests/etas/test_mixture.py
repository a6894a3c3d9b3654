"""Backgrounds that do not move: their density, weights and simulated places; faults of a network from above."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import kstest, multivariate_normal
from tests.etas.test_simulate import LAW, SQUARE, STANDARD, past

import seisweave as sw
from seisweave import InputError
from seisweave.catalog import LocalProjection
from seisweave.etas import (
    CellGrid,
    Continuation,
    EtasEvents,
    EtasOptions,
    PlaneMixture,
    SimulateOptions,
    expected_by_cell,
    faults_as_background,
    fit_etas,
    fit_events,
    mixture_of_network,
    open_etas,
    simulate,
    standard_form,
)
from seisweave.etas import _simulate_parts as loops
from seisweave.etas._describe_numba import describe_event
from seisweave.etas.cell_background import mixture_by_cell
from seisweave.etas.continuation import as_loops
from seisweave.etas.fault_background import after_network, last_event_of, with_effects
from seisweave.etas.forms import FAULT_EFFECT, FAULT_SHAPE, along_faults, by_fault
from seisweave.etas.model import describe
from seisweave.stored_json import digest_of
from seisweave.synthetic import southern_california_like

MEAN = np.array([[-9.0, 4.0], [6.0, -8.0], [11.0, 9.0]])
COVARIANCE = np.array([[[9.0, 4.0], [4.0, 4.0]], [[0.0, 0.0], [0.0, 25.0]], [[1.0, 0.0], [0.0, 1.0]]])
MIXTURE = PlaneMixture(np.array([0.5, 0.3, 0.2]), MEAN, COVARIANCE, unit_km=0.5)


@pytest.fixture(scope="module")
def catalog():
    return southern_california_like(seed=1, n_events=2000).catalog


@pytest.fixture(scope="module")
def network(catalog):
    return sw.reconstruct_faults(catalog[catalog.times < np.datetime64("2016-01-01")])


@pytest.fixture(scope="module")
def model(catalog, network):
    return fit_etas(catalog, EtasOptions("standard", completeness=2.0), network=network)


@pytest.mark.parametrize("width", ["0.2", "1", "4"])
def test_densities_are_those_of_scipy(width):
    x, y = np.random.default_rng(1).uniform(-20.0, 20.0, (2, 200))
    found = MIXTURE.density(f"faults-{width}", x, y, jobs=2)
    square = (0.5 * float(width)) ** 2 * np.eye(2)
    normals = [multivariate_normal(m, c + square) for m, c in zip(MEAN, COVARIANCE, strict=True)]
    want = sum(w * one.pdf(np.column_stack([x, y])) for w, one in zip(MIXTURE.weight, normals, strict=True))
    np.testing.assert_allclose(found, want, rtol=1e-10, atol=1e-18)


@pytest.mark.slow_without_compiler
def test_weights_come_back_from_places():
    rng = np.random.default_rng(2)
    part = rng.choice(3, 6000, p=MIXTURE.weight)
    xy = MEAN[part] + np.array([rng.multivariate_normal(np.zeros(2), COVARIANCE[k] + 0.25 * np.eye(2)) for k in part])
    xy = np.concatenate([xy, rng.uniform(-500.0, 500.0, (3000, 2))])
    weight = np.full(len(xy), 0.5)
    equal = replace(MIXTURE, weight=np.full(3, 1.0 / 3.0))
    found = equal.weighted_by(*xy.T.copy(), weight, 1e6)
    np.testing.assert_allclose(found.weight, MIXTURE.weight, atol=0.02)


@pytest.mark.slow_without_compiler
def test_weights_of_what_overlaps_come_back_too():
    """A narrow Gaussian within a wide one: one look at the places is not enough to part them."""
    square = np.array([np.eye(2), 16.0 * np.eye(2)])
    nested = PlaneMixture(np.full(2, 0.5), np.zeros((2, 2)), square, unit_km=0.1)
    rng = np.random.default_rng(3)
    wide = rng.uniform(size=20_000) < 0.8
    x, y = rng.normal(0.0, np.where(wide, 4.0, 1.0), (2, 20_000))
    found = nested.weighted_by(x, y, np.ones(20_000), 1e6)
    np.testing.assert_allclose(found.weight, [0.2, 0.8], atol=0.015)


def test_what_is_no_mixture_is_refused():
    for changed in (
        {"weight": np.array([0.5, 0.3, 0.1])},
        {"weight": np.array([1.5, -0.3, -0.2])},
        {"covariance_km2": -COVARIANCE},
        {"unit_km": 0.0},
    ):
        with pytest.raises(InputError):
            replace(MIXTURE, **changed)
    with pytest.raises(InputError, match="cells-1"):
        MIXTURE.density("cells-1", np.zeros(1), np.zeros(1))


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("part", range(3))
def test_simulated_places_are_those_of_the_mixture(part):
    """Places by axes in which they should be normal, of unit variance; a line has an axis of its width alone."""
    found = background_of(replace(MIXTURE, weight=np.eye(3)[part]), "faults-4")
    xy = np.column_stack([found.x_km, found.y_km]) - MEAN[part]
    square = COVARIANCE[part] + 4.0 * np.eye(2)
    free = np.linalg.solve(np.linalg.cholesky(square), xy.T)
    assert len(xy) > 3000
    assert all(kstest(each, "norm").pvalue > 0.001 for each in free)
    assert abs(np.corrcoef(free)[0, 1]) < 4.0 / np.sqrt(len(xy))


@pytest.mark.slow_without_compiler
def test_simulated_events_are_shared_out_by_the_weights():
    far = replace(MIXTURE, mean_km=100.0 * MEAN)
    found = background_of(far, "faults-0.2")
    share = np.bincount(far.likeliest(found.x_km, found.y_km), minlength=3) / len(found.x_km)
    np.testing.assert_allclose(share, MIXTURE.weight, atol=4.0 * 0.5 / np.sqrt(len(found.x_km)))


def background_of(mixture, name):
    """Catalogs in which nothing triggers."""
    form, value = standard_form((name,)), STANDARD | {f"background.{name}": np.log(2.0), "main.productivity": -30.0}
    described = describe(form, past(), STANDARD, mixture=mixture)
    setup = Continuation(form, value, STANDARD, described.scales(), described, LAW, SQUARE)
    return simulate(setup, SimulateOptions(60, seed=3), jobs=1)


@pytest.mark.slow_without_compiler
def test_pieces_of_a_plate_have_its_moments(network):
    found = mixture_of_network(network, 1.0)
    plates, n_halos = network.faults.plates, network.faults.n_halos
    longest = int(np.argmax(plates.length_km))
    centre = plates.centre_km[longest, :2]
    along = plates.axes[longest, 0, :2]
    off = found.mean_km[n_halos:] - centre
    mine = np.isclose(off @ np.array([-along[1], along[0]]), 0.0, atol=1e-9)
    weight, off = found.weight[n_halos:][mine], off[mine]
    assert mine.sum() > 3
    square = np.einsum("k,kij->ij", weight, found.covariance_km2[n_halos:][mine] + off[:, :, None] * off[:, None, :])
    length, width, sigma = plates.length_km[longest], plates.width_km[longest], plates.sigma_km[longest]
    error = float(network.faults.error_share @ network.faults.error_km**2)
    axes = plates.axes[longest, :, :2]
    want = sum(s * np.outer(a, a) for s, a in zip((length**2 / 12, width**2 / 12, sigma**2), axes, strict=True))
    np.testing.assert_allclose(square / weight.sum(), want + error * np.eye(2), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(weight.sum() / found.weight.sum(), plates.weight[longest] / total_of(network), rtol=1e-9)


def total_of(network):
    return network.faults.plates.weight.sum() + network.faults.halo_weight.sum()


@pytest.mark.slow_without_compiler
def test_another_plane_keeps_distances(network):
    elsewhere = LocalProjection.centred_on(np.array([-118.0]), np.array([33.0]))
    here, there = mixture_of_network(network, 1.0), mixture_of_network(network, 1.0, elsewhere)
    for of in (np.linalg.det, lambda square: np.trace(square, axis1=1, axis2=2)):
        np.testing.assert_allclose(of(there.covariance_km2), of(here.covariance_km2), rtol=0.01)
    between = [np.linalg.norm(each.mean_km[:, None] - each.mean_km, axis=2) for each in (here, there)]
    np.testing.assert_allclose(between[1], between[0], rtol=0.01)
    with pytest.raises(InputError, match="local km"):
        mixture_of_network(replace(network, projection=None), 1.0, elsewhere)


@pytest.mark.slow_without_compiler
def test_planted_faults_are_found_to_be_the_background(catalog, model):
    """Events of the simulation lie on its faults: the fit gives them the background, and later events gain by it."""
    rate = {name: np.exp(model.value[f"background.{name}"]) for name in model.form.backgrounds}
    assert rate["uniform"] < 0.3 * sum(rate.values())
    plain = fit_etas(catalog, replace(model.fitted_to.options, form="standard"))
    assert model.log_likelihood > plain.log_likelihood + 100.0
    assert model.fitted_to.options.fit_from > "2015-12"


@pytest.mark.slow_without_compiler
def test_a_model_on_faults_comes_back_from_its_folder(catalog, model, tmp_path):
    again = open_etas(model.write(tmp_path))
    later = model.events(catalog, "2018-01-01", "2019-01-01")
    np.testing.assert_array_equal(again.score(later).sll, model.score(later).sll)
    content = json.loads((tmp_path / "model.json").read_text())
    for name, value in (("weight", [2.0]), ("mean_km", [[0.0, 1e300]]), ("unit_km", -1.0), ("kind", "cells")):
        changed = content | {"mixture": content["mixture"] | {name: value}}
        refused(tmp_path, changed)
    refused(tmp_path, content | {"mixture": None})


def refused(folder, content):
    noted = {k: v for k, v in content["sha256"].items() if k != "model"}
    content["sha256"] = noted | {"model": digest_of({**content, "sha256": noted})}
    (folder / "model.json").write_text(json.dumps(content))
    with pytest.raises(InputError) as refusal:
        open_etas(folder)
    assert "\n" not in str(refusal.value)


@pytest.mark.slow_without_compiler
def test_faults_must_not_know_what_they_are_fitted_to(catalog, network):
    with pytest.raises(InputError, match="faults would know what they are fitted to"):
        fit_etas(catalog, EtasOptions("standard", completeness=2.0, fit_from="2014-01-01"), network=network)
    last = last_event_of(network)
    with pytest.raises(InputError, match="would know"):
        after_network(EtasOptions(fit_from=str(last)), network)
    just_after = EtasOptions(fit_from=str(last + np.timedelta64(1, "us")))
    assert after_network(just_after, network) == just_after == after_network(EtasOptions(), network)
    assert last_event_of(replace(network, source=None)) is None
    far = catalog[catalog.times < np.datetime64("2016-01-01")]
    far = replace(far, longitude=far.longitude + 100.0)
    with pytest.raises(InputError, match="network of this region"):
        fit_etas(catalog, EtasOptions("standard", completeness=2.0), network=sw.reconstruct_faults(far))


@pytest.mark.slow_without_compiler
def test_faults_need_events_before_the_fit(network):
    events = past(start=0.0, end=80.0)
    standard = fit_events(events, EtasOptions("standard"))
    with pytest.raises(InputError, match="--fit-from"):
        faults_as_background(network, standard, events, None)


@pytest.mark.slow_without_compiler
def test_events_on_faults_are_described_as_in_a_fit():
    form = by_fault(along_faults(standard_form()))
    mixture = replace(MIXTURE, effect=np.array([-0.3, 0.1, 0.7]), group=np.array([0, 1, 0]))
    value = STANDARD | {
        "main.elongation": 0.4,
        "main.elongation.fault_shape": 0.3,
        "main.productivity.fault_effect": 0.5,
    }
    described = describe(form, past(), STANDARD, mixture=mixture)
    setup = Continuation(form, value, STANDARD, described.scales(), described, LAW, SQUARE)
    events = simulate(setup, SimulateOptions(1, seed=2), jobs=1).joined(0)
    known = describe(form, events, STANDARD, mixture=mixture)
    inputs = known.inputs(setup.scales, np.zeros(0, np.int64))
    _, past_, _, _, _, surroundings, standard = as_loops(setup)
    n_past, n = len(setup.past.events), len(events.targets)
    event, near, feature = np.zeros((9, n)), np.empty((3, surroundings.neighbours)), np.zeros(loops.N_FEATURES)
    event[loops.X], event[loops.Y] = events.x_km[n_past:], events.y_km[n_past:]
    assert n > 20
    for i in range(n):
        strike = describe_event(event, i, past_, surroundings, standard, near, feature)
        want = [inputs.feature[name][n_past + i] for name in (FAULT_SHAPE, FAULT_EFFECT)]
        np.testing.assert_allclose(feature[[loops.FAULT_SHAPE, loops.FAULT_EFFECT]], want, atol=1e-9)
        assert strike == pytest.approx(known.strike[n_past + i])


def test_a_fault_of_pieces_has_the_shape_of_the_whole():
    two = PlaneMixture(np.full(2, 0.5), np.array([[-8.0, 0.0], [8.0, 0.0]]), np.array([np.eye(2)] * 2), 0.5,
                       group=np.zeros(2, np.int64))  # fmt: skip
    np.testing.assert_allclose(two.log_ratio, 0.5 * np.log((64.0 + 1.25) / 1.25), rtol=1e-6)
    np.testing.assert_allclose(MIXTURE.strike[:2], [0.5 * np.arctan2(8.0, 5.0), 0.5 * np.pi])


@pytest.mark.slow_without_compiler
def test_a_productive_fault_is_found_to_be_so():
    """Events in one half of a region trigger twice as many as those in the other."""
    rng = np.random.default_rng(7)
    t, x, y = np.sort(rng.uniform(0.0, 4000.0, 1200)), *rng.uniform(0.0, 300.0, (2, 1200))
    child = np.repeat(np.arange(1200), rng.poisson(np.where(x < 150.0, 0.4, 0.8)))
    t = np.concatenate([t, t[child] + rng.exponential(0.05, len(child))])
    x, y = (np.concatenate([axis, axis[child] + rng.normal(0.0, 0.2, len(child))]) for axis in (x, y))
    order = np.argsort(t)
    events = EtasEvents(t[order], x[order], y[order], np.full(len(t), 2.0), 3000.0, 4200.0, 9e4, 2.0)
    model = fit_events(replace(events, start=10.0), EtasOptions("standard"))
    square = np.array([[[50.0**2, 0.0], [0.0, 100.0**2]]] * 2)
    two = PlaneMixture(np.full(2, 0.5), np.array([[75.0, 150.0], [225.0, 150.0]]), square, 0.5)
    low, high = with_effects(two, model, events, shrink=1.0).effect
    assert high - low == pytest.approx(np.log(2.0), abs=0.3)
    assert abs(np.diff(with_effects(two, model, events, shrink=1e6).effect)[0]) < 0.01


@pytest.mark.slow_without_compiler
def test_a_mixture_by_cell_is_its_integral(model):
    grid = CellGrid.of_box((-119.0, -115.0, 32.5, 35.5), 0.5)
    found = mixture_by_cell(model.mixture, "faults-1", model.domain, grid)
    part = 0.5 * (np.arange(40) + 0.5) / 40.0
    longitude, latitude = (each[:-1, None] + part for each in (grid.longitude, grid.latitude))
    x, y = model.domain.projection.to_local(*(a.ravel() for a in np.meshgrid(longitude.ravel(), latitude.ravel())))
    density = model.mixture.density("faults-1", x, y).reshape(6, 40, 8, 40)
    np.testing.assert_allclose(found, density.mean(axis=(1, 3)) * grid.area_km2, atol=0.004)
    assert 0.8 < found.sum() <= 1.0
    backgrounds = [f"background.{name}" for name in model.form.backgrounds]
    made = expected_by_cell(model, small_past(), ["2016-06-01"], 1.0, grid, magnitudes=(2.0,))
    assert made.number.sum() == pytest.approx(sum(np.exp(model.value[b]) for b in backgrounds), rel=0.25)


def small_past():
    """One event long ago: nearly all that is expected is background."""
    catalog = southern_california_like(seed=1, n_events=2000).catalog
    return catalog[np.arange(len(catalog)) == 0]
