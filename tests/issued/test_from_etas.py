"""Forecasts issued from an ETAS model: blind to what comes later, right about its own world, honest about the clock."""

from dataclasses import replace
from math import log

import numpy as np
import pytest
from tests.etas.planted import LAW, model_of

from seisweave.catalog import Catalog
from seisweave.errors import InputError
from seisweave.etas import (
    Continuation,
    SimulateOptions,
    catalogs_of,
    simulate,
)
from seisweave.issued import IssueOptions, evaluate_issued, issue_etas
from seisweave.issued.drawn import DrawnEvents, numbers_of

START = np.datetime64("2000-01-01", "us")
NOW = np.datetime64("2008-03-01T18:30", "us")
DAY = np.timedelta64(1, "D")
OPTIONS = IssueOptions(horizon_days=[1.0, 7.0], cell_deg=1.0, n_catalogs=200, pseudo_prospective=True)


@pytest.fixture(scope="module")
def model():
    return model_of(span=(str(START), "2004-01-01"), **{"background.uniform": log(0.25)})


@pytest.fixture(scope="module")
def world(model):
    """Ten years of the model's own making."""
    places = np.full((3, 1), [[-117.0], [34.0], [8.0]])
    none = Catalog(np.array([START - 9000 * DAY]), *places, np.array([3.0]), np.array(["first"]))
    drawn = simulate(Continuation.after(model, none, START, 3650.0), SimulateOptions(1, seed=3), jobs=1)
    made = catalogs_of(drawn, model.domain)
    n = len(made.times)
    assert n > 1000
    return Catalog(made.times, made.longitude, made.latitude, np.full(n, 8.0), made.magnitude, np.arange(n).astype(str))


@pytest.fixture(scope="module")
def made(model, world):
    return issue_etas(model, world, NOW, OPTIONS, jobs=1)


def test_what_comes_later_changes_nothing(model, world, made):
    later = world.times >= NOW
    assert later.sum() > 100
    other = replace(
        world,
        magnitude=np.where(later, 6.9, world.magnitude),
        times=np.where(later, world.times[later].min() + (world.times - world.times[later].min()) // 7, world.times),
    )
    assert issue_etas(model, other, NOW, OPTIONS, jobs=1).digest == made.digest
    assert issue_etas(model, world.take(~later), NOW, OPTIONS, jobs=1).digest == made.digest


def test_what_came_before_does(model, world, made):
    last = int(np.flatnonzero(world.times < NOW)[-1])
    larger = replace(world, magnitude=np.where(np.arange(len(world)) == last, 6.0, world.magnitude))
    other = issue_etas(model, larger, NOW, OPTIONS, jobs=1)
    assert other.digest != made.digest
    assert other.chance_of(1.0, 4.0) > made.chance_of(1.0, 4.0)


def test_the_region_and_its_cells_agree(made):
    assert made.cell_expected.sum(axis=(2, 3)) == pytest.approx(made.expected, rel=1e-9)
    anywhere = 1.0 - np.prod(1.0 - made.cell_chance, axis=(2, 3))
    assert anywhere[:, 2:] == pytest.approx(made.chance[:, 2:], rel=0.25)
    assert made.expected[0, 0] == pytest.approx(made.expected[0, 2] / 10.0**-1.0, rel=0.01)


def test_windows_too_short_for_drawn_events_have_what_cells_expect(model, world, made):
    """Of 100 catalogs of 86 seconds hardly one has an event."""
    short = replace(OPTIONS, horizon_days=[0.001, 1.0], n_catalogs=100)
    asked = issue_etas(model, world, NOW, short, jobs=1)
    assert asked.expected[0, 0] == pytest.approx(asked.cell_expected[0, 0].sum())
    assert asked.chance[0, 0] == pytest.approx(asked.expected[0, 0], rel=0.05)
    assert 0.3 < asked.expected[0, 0] / (0.001 * made.expected[0, 0]) < 3.0
    assert (asked.chance[0] < asked.chance[1]).all()


def test_the_clock_is_asked(model, world):
    asked = replace(OPTIONS, pseudo_prospective=False)
    soon, late = NOW + np.timedelta64(5, "m"), NOW + np.timedelta64(2, "h")
    made = issue_etas(model, world, NOW, asked, clock=lambda: soon, jobs=1)
    assert not made.pseudo_prospective
    assert made.issued == soon
    with pytest.raises(InputError, match="its windows have begun"):
        issue_etas(model, world, NOW, asked, clock=lambda: late, jobs=1)
    with pytest.raises(InputError, match="what comes until then is not known"):
        issue_etas(model, world, NOW, asked, clock=lambda: NOW - DAY, jobs=1)
    times = iter([soon, late])
    with pytest.raises(InputError, match="had begun"):  # it took too long
        issue_etas(model, world, NOW, asked, clock=lambda: next(times), jobs=1)


def test_chances_that_no_catalog_shows(model):
    """Of clusters: the law until the first large event gives the chance that counting gives."""
    rng, n = np.random.default_rng(5), 60_000
    sizes = rng.poisson(np.where(np.arange(n) % 20 == 0, 30.0, 0.5))
    catalog = np.repeat(np.arange(n), sizes)
    magnitude = LAW.sample(len(catalog), rng)
    drawn = DrawnEvents(catalog, rng.random(len(catalog)), magnitude, n)
    levels = np.array([3.0, 4.0, 4.5, 5.0])
    share = LAW.survival(levels - 0.005)
    share[0] = 1.0
    every = numbers_of(drawn, np.array([1.0]), levels, share)
    few = catalog < n // 50
    some = numbers_of(
        DrawnEvents(catalog[few], drawn.t_days[few], magnitude[few], n // 50), np.array([1.0]), levels, share
    )
    assert some.chance == pytest.approx(every.chance, rel=0.2)
    truth = [0.95 * (1 - np.exp(-0.5 * s)) + 0.05 * (1 - np.exp(-30.0 * s)) for s in share]
    assert every.chance[0] == pytest.approx(truth, rel=0.03)


def test_in_its_own_world_a_model_gains_and_is_reliable(model, world, tmp_path):
    """Most instants follow the largest events, some are drawn by chance."""
    rng, first = np.random.default_rng(2), np.datetime64("2004-01-01", "us")
    later = np.flatnonzero(world.times > first)
    large = later[np.argsort(-world.magnitude[later])[:36]]
    after = world.times[large] + np.timedelta64(1, "h")
    others = first + rng.integers(0, 2100 * 24, 12).astype("timedelta64[h]")
    options = replace(OPTIONS, horizon_days=[1.0], magnitudes=[3.5, 4.0])
    for now in np.unique(np.concatenate([after, others])):
        issue_etas(model, world, now, options, jobs=1).write(tmp_path)
    made = evaluate_issued([tmp_path], world, pseudo_prospective=True)
    row, larger = made.rows
    assert (row.days, row.magnitude, larger.magnitude) == (1.0, 3.5, 4.0)
    assert row.gain is not None
    assert row.gain.low > 0.0
    assert row.reliability.within.mean() > 0.85
    assert larger.reliability.within.mean() > 0.85
    assert row.outside_p > 0.01
    assert row.m > 0.01


def test_pieces_that_cannot_be_are_refused(model, world):
    with pytest.raises(InputError, match="below 3, the model's smallest"):
        issue_etas(model, world, NOW, replace(OPTIONS, magnitudes=[2.0]))
    with pytest.raises(InputError, match="n_catalogs is 5"):
        replace(OPTIONS, n_catalogs=5)
    with pytest.raises(InputError, match="horizon_days is 0"):
        replace(OPTIONS, horizon_days=[0.0])
