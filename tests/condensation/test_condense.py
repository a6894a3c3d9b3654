"""What holds for every condensation: weight, order, threads, records, resumption, refusals."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.condensation.point_sets import KINDS, SETS, mixture, single

from seisweave import keeping
from seisweave.catalog import Catalog, LocationUncertainty
from seisweave.condensation import CondensationOptions, EventGaussians, condense, open_condensed
from seisweave.condensation.tables import assigned_table, drawn_table, reduced_table
from seisweave.errors import InputError
from seisweave.synthetic import southern_california_like

FEW = CondensationOptions(samples=40, assign_samples=60)


def same(one, other):
    for name in ("weight", "chosen", "votes"):
        np.testing.assert_array_equal(getattr(one, name), getattr(other, name), err_msg=name)
    for name in ("source", "target", "amount"):
        np.testing.assert_array_equal(getattr(one.moves, name), getattr(other.moves, name), err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_weight_is_conserved_and_never_moves_within_an_event_or_to_the_worse_located(kind):
    events = SETS[kind](np.random.default_rng(3), 3)
    condensed = condense(events, FEW, jobs=1)
    moves, size = condensed.moves, np.trace(events.covariance_km2, axis1=1, axis2=2)
    assert abs(condensed.weight.sum() - events.n_events) < 1e-9 * events.n_events
    assert (events.event[moves.source] != events.event[moves.target]).all()
    assert (size[moves.target] < size[moves.source]).all()
    balance = events.weight.copy()
    np.add.at(balance, moves.target, moves.amount)
    np.subtract.at(balance, moves.source, moves.amount)
    np.testing.assert_allclose(condensed.weight, balance, atol=1e-9)
    assert (condensed.weight[condensed.chosen] > 0).all()


def _shuffled(events, order):
    """The same events in another order of rows."""
    rows = np.concatenate([np.flatnonzero(events.event == e) for e in order])
    event = np.repeat(np.arange(len(order)), np.bincount(events.event)[order])
    return EventGaussians(event, events.weight[rows], events.mean_km[rows], events.covariance_km2[rows]), rows


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("vote", ["current", "reference"])
def test_neither_threads_nor_the_order_of_rows_change_a_bit(vote):
    rng = np.random.default_rng(4)
    events = mixture(rng, 3, 30)
    options = replace(FEW, vote=vote)
    one = condense(events, options, jobs=1)
    same(one, condense(events, options, jobs=3))
    order = rng.permutation(30)
    other, rows = _shuffled(events, order)
    turned = condense(other, options, jobs=2)
    np.testing.assert_array_equal(turned.weight, one.weight[rows])
    np.testing.assert_array_equal(turned.votes, one.votes[order])
    np.testing.assert_array_equal(rows[turned.chosen], one.chosen[order])


@pytest.mark.slow_without_compiler
def test_a_catalog_with_repeated_events_does_not_depend_on_its_order_either():
    table = southern_california_like(n_events=60).catalog.to_pandas()
    names = Catalog.from_pandas(pd.concat([table, table[:30]]).assign(id=[f"e{i:02d}" for i in range(90)]))
    order = np.random.default_rng(5).permutation(90)
    one, other = condense(names, FEW, jobs=1), condense(names.take(order), FEW, jobs=1)
    np.testing.assert_array_equal(other.weight, one.weight[order])
    np.testing.assert_array_equal(order[other.chosen], one.chosen[order])


@pytest.mark.slow_without_compiler
def test_another_seed_draws_other_points():
    events = single(np.random.default_rng(6), 3)
    assert (condense(events, FEW, jobs=1).weight != condense(events, replace(FEW, seed=1), jobs=1).weight).any()


@pytest.mark.slow_without_compiler
def test_a_badly_located_event_gives_its_weight_to_the_good_ones_around_it_and_not_to_those_far_away():
    rng = np.random.default_rng(7)
    mean = np.concatenate([rng.normal(0, 0.5, (40, 3)), [[0, 0, 0], [80, 0, 0], [80.5, 0, 0]]])
    sigma = np.concatenate([np.full(40, 0.4), [1.0, 0.4, 0.4]])
    condensed = condense(EventGaussians.from_sigmas(mean, np.repeat(sigma[:, None], 3, axis=1)), jobs=1)
    assert condensed.weight[40] < 0.05
    assert condensed.weight[:40].sum() > 40.95
    assert condensed.weight[41:].tolist() == [1.0, 1.0]
    before, after = condensed.effective_numbers()
    assert abs(before - 43) < 1e-9
    assert 38 < after < 43


def test_netcdf_brings_everything_back(tmp_path):
    catalog = southern_california_like(n_events=40).catalog
    condensed = condense(catalog, FEW, jobs=1)
    again = open_condensed(condensed.write(tmp_path / "condensed.nc"))
    same(condensed, again)
    for name in ("event", "weight", "mean_km", "covariance_km2"):
        np.testing.assert_array_equal(getattr(condensed.gaussians, name), getattr(again.gaussians, name))
    for name in ("options", "projection", "input_sha256", "version", "n_widened"):
        assert getattr(condensed, name) == getattr(again, name)
    (tmp_path / "text.nc").write_text("no")
    refusals = ((tmp_path / "text.nc", "not a condensed catalog"), (tmp_path / "none", "no condensed catalog there"))
    for path, words in refusals:
        with pytest.raises(InputError, match=words):
            open_condensed(path)


@pytest.mark.slow_without_compiler
def test_tables_hold_the_points_and_where_each_event_went():
    catalog = southern_california_like(n_events=200).catalog
    condensed = condense(catalog, FEW, jobs=1)
    reduced, assigned = reduced_table(condensed, catalog), assigned_table(condensed, catalog)
    assert reduced["events"].sum() == 200
    assert reduced["id"].is_unique
    np.testing.assert_array_equal(reduced["longitude"], catalog.longitude[condensed.holding])  # one Gaussian an event
    np.testing.assert_array_equal(assigned["new_depth_km"], reduced["depth_km"].to_numpy()[assigned["point"]])
    np.testing.assert_array_equal(np.bincount(assigned["point"]), reduced["events"])
    assert len(drawn_table(condensed, catalog)) == 200
    with pytest.raises(InputError, match="not made of these 3 events"):
        reduced_table(condensed, catalog.take(np.arange(3)))


@pytest.mark.slow_without_compiler
@pytest.mark.parametrize("stage", ["condense", "assign"])
def test_an_interrupted_run_goes_on_to_the_same_bits(tmp_path, monkeypatch, stage):
    monkeypatch.setattr(keeping, "EVERY_S", 0.0)
    monkeypatch.setattr(keeping, "FIRST_S", 0.0)
    events = mixture(np.random.default_rng(8), 3, 60)
    whole, seen = condense(events, FEW, jobs=1), []

    def stop(step):
        seen.append(step.stage)
        if seen.count(stage) == (3 if stage == "condense" else 1):
            monkeypatch.setattr(keeping, "EVERY_S", 1e9)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        condense(events, FEW, jobs=1, progress=stop, keep=tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["condensation.npz", "identity.json"]
    steps = []
    same(whole, condense(events, FEW, jobs=2, progress=steps.append, keep=tmp_path))
    assert steps[0].done > 0
    with pytest.raises(InputError, match="another input, other options"):
        condense(events, replace(FEW, seed=9), jobs=1, keep=tmp_path)
    with (
        pytest.warns(DeprecationWarning, match="checkpoint is now keep"),
        pytest.raises(InputError, match="another version"),
    ):
        condense(events, replace(FEW, samples=39), jobs=1, checkpoint=tmp_path)
    (tmp_path / "condensation.npz").write_bytes(b"PK broken")
    with pytest.raises(InputError, match="is damaged"):
        condense(events, FEW, jobs=1, keep=tmp_path)


@pytest.mark.slow_without_compiler
def test_what_earlier_versions_kept_is_taken_up_or_refused(tmp_path, monkeypatch):
    """They wrote the identity into the file of the state."""
    monkeypatch.setattr(keeping, "EVERY_S", 0.0)
    monkeypatch.setattr(keeping, "FIRST_S", 0.0)
    events, steps = mixture(np.random.default_rng(9), 3, 60), []
    whole = condense(events, FEW, jobs=1, keep=tmp_path)
    identity = json.loads((tmp_path / "identity.json").read_text())
    (tmp_path / "identity.json").unlink()
    with np.load(tmp_path / "condensation.npz") as kept:
        np.savez(tmp_path / "condensation.npz", **kept, identity=np.array(json.dumps(identity, sort_keys=True)))
    with pytest.raises(InputError, match="another input, other options"):
        condense(events, replace(FEW, seed=9), jobs=1, keep=tmp_path)
    same(whole, condense(events, FEW, jobs=1, progress=steps.append, keep=tmp_path))
    assert {step.done for step in steps} <= {1.0}


def _bad(event=(0,), weight=(1.0,), mean=((0.0, 0, 0),), covariance=None):
    covariance = np.eye(3)[None] if covariance is None else np.array([covariance], float)
    return (
        np.array(event, int),
        np.array(weight, float),
        np.array(mean, float),
        np.repeat(covariance, len(event), axis=0),
    )


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        (_bad(covariance=np.diag([1.0, 1.0, -1.0])), "negative eigenvalue -1 km²"),
        (_bad(covariance=[[1, 2, 0], [2, 1, 0], [0, 0, 1]]), "negative eigenvalue -1 km²"),
        (_bad(covariance=np.full((3, 3), np.nan)), "not finite"),
        (_bad(covariance=[[1, 0.5, 0], [0, 1, 0], [0, 0, 1]]), "not symmetric"),
        (_bad((0, 0), (0.5, 0.4), np.zeros((2, 3))), "event 0 sum to 0.9"),
        (_bad(weight=(-1.0,)), "is -1.0"),
        (_bad(weight=(np.nan,)), "is nan"),
        (_bad((0, 2), (1.0, 1.0), np.zeros((2, 3))), "without gaps"),
        (_bad(mean=((0.0, np.inf, 0),)), "centre of Gaussian 0"),
        (_bad((), (), np.zeros((0, 3))), "at least one"),
    ],
)
def test_invalid_errors_leave_one_line(arrays, words):
    with pytest.raises(InputError, match=words) as caught:
        EventGaussians(*arrays)
    assert "\n" not in str(caught.value)


def test_invalid_sigmas_and_events_without_errors_are_refused():
    for sigma in ([[1.0, -1.0, 1.0]], [[1.0, np.nan, 1.0]]):
        with pytest.raises(InputError, match="standard deviations of event 0"):
            EventGaussians.from_sigmas(np.zeros((1, 3)), np.array(sigma))
    catalog = southern_california_like(n_events=10).catalog
    for broken, words in (
        (replace(catalog, uncertainty=None), "10 of 10 events have no complete location error"),
        (replace(catalog, depth_km=np.full(10, np.nan)), "10 of 10 events have no depth"),
        (catalog.take(np.arange(0)), "no events"),
    ):
        with pytest.raises(InputError, match=words):
            condense(broken)
    for options in ({"samples": 0}, {"rounds": 0}, {"seed": -1}, {"min_sigma_km": 0.0}):
        with pytest.raises(InputError, match=next(iter(options))):
            CondensationOptions(**options)


def test_singular_covariances_are_widened_to_the_floor_and_counted():
    line = np.outer([1.0, 1.0, 1.0], [1.0, 1.0, 1.0])
    errors = LocationUncertainty(covariance_km2=np.repeat(line[None], 5, axis=0))
    catalog = southern_california_like(n_events=5).catalog
    assert isinstance(catalog, Catalog)
    condensed = condense(replace(catalog, uncertainty=errors), FEW, jobs=1)
    assert condensed.weight.tolist() == [1.0] * 5
    assert condensed.n_widened == 5
