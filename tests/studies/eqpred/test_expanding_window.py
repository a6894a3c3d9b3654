"""The expanding window: blind to the future, nothing where days are shuffled, and never better than the truth."""

from dataclasses import dataclass

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.evaluation import information_gain
from seisweave.nowcast.maps import Steps
from seisweave.nowcast.region.observed import Observed
from seisweave.studies.eqpred.expanding_window import (
    Features,
    Target,
    chances_of,
    poisson_of,
    truth_of,
)
from seisweave.synthetic.etas import EtasOptions, etas_world

DAY, ORIGIN = np.timedelta64(1, "D"), np.datetime64("1990-01-01", "us")
BORDERS = tuple(ORIGIN + day * DAY for day in (3000, 4500, 6000))


def observed_of(largest, observed=None):
    largest = np.asarray(largest, float)
    n = len(largest)
    observed = np.ones(n, bool) if observed is None else observed
    steps = Steps(ORIGIN + DAY * np.arange(n), DAY, observed)
    return Observed(steps, np.zeros((n, 1, 1), np.float32), np.where(observed, largest, np.nan), np.zeros(n))


@dataclass(frozen=True)
class World:
    observed: Observed
    chance: np.ndarray
    target: Target


@pytest.fixture(scope="module")
def world():
    """A simulated ETAS region, day by day: the largest magnitude, and the true chance of M 4 or more."""
    made = etas_world(EtasOptions(days=6000, background_per_day=0.6), seed=4)
    day = ((made.catalog.times - ORIGIN) // DAY).astype(int)
    largest = np.full(6000, -np.inf)
    np.maximum.at(largest, day, made.catalog.magnitude)
    chance = -np.expm1(-made.expected.sum(axis=(1, 2)) * made.options.share_above(4.0))
    return World(observed_of(largest), chance, Target(4.0, 1))


def gain(values, world, truth):
    made = chances_of(lambda _: Features(values[:, None]), truth)
    return made, information_gain(made.probability, poisson_of(truth), truth.happened)


def test_steps_that_are_scored_do_not_overlap():
    observed = np.ones(60, bool)
    observed[40] = False
    largest = np.full(60, -np.inf)
    largest[[3, 22, 33]] = 5.0
    borders = tuple(ORIGIN + day * DAY for day in (20, 35, 60))
    truth = truth_of(observed_of(largest, observed), Target(4.5, 7), borders)
    assert truth.rows.tolist() == [20, 27, 42, 49], "35 holds the day nobody watched"
    assert truth.happened.tolist() == [True, True, False, False]
    assert truth.refit.tolist() == [0, 0, 1, 1]
    assert truth.past[0].rows.tolist() == [6, 13]
    assert truth.past[1].rows.tolist() == [0, 7, 14, 21, 28]
    assert truth.past[1].happened.tolist() == [True, False, False, True, True]
    with pytest.raises(InputError, match="no step is left to score"):
        truth_of(observed_of(largest), Target(4.5, 7), (borders[0], borders[0] + DAY))


def test_nothing_beats_the_true_chance_but_by_luck(world):
    """Given the logarithm of the true chance, the calibration finds it; it gains no more than the truth."""
    truth = truth_of(world.observed, world.target, BORDERS)
    made, found = gain(np.log(world.chance), world, truth)
    true = information_gain(world.chance[truth.rows], poisson_of(truth), truth.happened)
    assert found.n_positives > 100
    assert 0.8 * true.value < found.value < true.value + 0.03, (found, true)
    blurred = np.log(world.chance) + np.random.default_rng(0).normal(0, 1.0, len(world.chance))
    assert gain(blurred, world, truth)[1].value < found.value
    assert 0.005 < made.alarm.mean() < 0.3


def test_nothing_is_found_where_days_are_shuffled(world):
    order = np.random.default_rng(1).permutation(len(world.observed))
    truth = truth_of(observed_of(world.observed.largest[order]), world.target, BORDERS)
    feature = np.concatenate([[0.0], np.maximum(world.observed.largest[order][:-1], 0.0)])
    found = gain(feature, world, truth)[1]
    assert abs(found.value) < 0.05, found


@pytest.mark.parametrize("day", [3000, 4500])
def test_later_days_change_nothing(world, day):
    """Other events and other nowcasts from a border on: all chances before it stay the same, to the last bit."""
    rng = np.random.default_rng(day)
    largest = world.observed.largest.copy()
    largest[day:] = rng.permutation(largest[day:])
    values = np.log(world.chance)
    changed = values.copy()
    changed[day:] = rng.permutation(values[day:])
    before, after = (truth_of(observed, world.target, BORDERS) for observed in (world.observed, observed_of(largest)))
    early = before.rows < day
    one = chances_of(lambda _: Features(values[:, None]), before)
    other = chances_of(lambda _: Features(changed[:, None]), after)
    assert one.probability[early].tobytes() == other.probability[early].tobytes()
    assert one.alarm[early].tobytes() == other.alarm[early].tobytes()
    kept = chances_of(lambda _: Features(values[:, None]), after)
    same = before.rows < day + 1500
    assert kept.probability[same].tobytes() == one.probability[same].tobytes(), "fitted at the border, not after it"


def test_networks_that_know_nothing_cost_little(world):
    """Calibrated on the few events after their training, alone or beside a count that knows something."""
    rng, few = np.random.default_rng(2), int((BORDERS[0] - ORIGIN) // DAY) - 500
    truth = truth_of(world.observed, world.target, BORDERS[:1] + BORDERS[-1:])
    before, came = truth.past[0]
    assert 5 <= came[before >= few].sum() <= 30
    known = np.log(world.chance)
    alone = gain(known, world, truth)[1].value
    lost, lost_beside = [], []
    for _ in range(20):
        noise = rng.standard_t(4, len(known))
        for series, lose in ((noise[:, None], lost), (np.column_stack([noise, known]), lost_beside)):
            made = chances_of(lambda _, series=series: Features(series, few), truth)
            lose.append(information_gain(made.probability, poisson_of(truth), truth.happened, draws=1).value)
    assert -0.02 < np.mean(lost) < 0.005
    assert -0.02 < np.mean(lost_beside) - alone < 0.005


def test_the_level_is_that_of_all_the_past(world):
    """Its slope comes from few days with many positives; the mean chance over the past stays the past's rate."""
    truth = truth_of(world.observed, world.target, BORDERS)
    flat = np.zeros(len(world.observed))
    made = chances_of(lambda _: Features(flat[:, None], 2500), truth)
    assert made.probability == pytest.approx(poisson_of(truth), rel=1e-6)
