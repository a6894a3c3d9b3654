"""Scores of forecasts on record: what was planted is found, and nothing is scored that may not be."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from seisweave.catalog import Catalog
from seisweave.errors import InputError
from seisweave.issued import evaluate_issued, issued_in
from seisweave.issued.example import example_issued
from seisweave.issued.outcomes import outcome_of
from seisweave.issued.reliability import band, reliability
from seisweave.issued.scores import apart, score_windows
from seisweave.report.results.issued import gain_in_words

START, DAY = np.datetime64("2019-01-01T00:00", "us"), np.timedelta64(1, "D")
N = 500


def catalog_of(times, rng, magnitude=3.5):
    n = len(times)
    longitude, latitude = rng.uniform(-118.5, -117.0, n), rng.uniform(35.0, 36.0, n)
    return Catalog(
        np.sort(times), longitude, latitude, np.full(n, 5.0), np.full(n, magnitude), np.arange(n).astype(str)
    )


def said(day, rate, usual, share):
    """A forecast of Poisson numbers of these rates a day, alike in all windows and cells but for their share."""
    from scipy.stats import poisson

    rates = rate * np.array([[1.0, 0.1], [7.0, 0.7]])
    usuals = usual * np.array([[1.0, 0.1], [7.0, 0.7]])
    made = example_issued()
    cells, normal = rates[..., None, None] * share, usuals[..., None, None] * share
    start = START + day * DAY
    return replace(
        made, now=start, issued=start, chance=-np.expm1(-rates), expected=rates, cell_chance=-np.expm1(-cells),
        cell_expected=cells, quantiles=poisson.ppf(made.levels, rates[..., None]),
        long_term_chance=-np.expm1(-usuals), long_term_expected=usuals, long_term_cell_expected=normal,
    )  # fmt: skip


@cache
def planted():
    """Days whose rates are known: forecasts that know them, and what came."""
    rng, share = np.random.default_rng(11), np.full((2, 3), 1.0 / 6.0)
    rate = np.exp(rng.normal(-1.5, 1.2, N))
    number = rng.poisson(rate)
    offset = np.concatenate([day + rng.random(k) for day, k in enumerate(number)]) * 86_400e6
    came = catalog_of(START + offset.astype("timedelta64[us]"), rng)
    return rate, share, came


@pytest.fixture(scope="module")
def world():
    return planted()


@cache
def scored(factor=1.0, *, flat=False):
    rate, share, came = planted()
    usual = rate.mean()
    told = [said(day, usual if flat else factor * each, usual, share) for day, each in enumerate(rate)]
    return score_windows([outcome_of(each, 0, came) for each in told], 3.0)


def test_who_knows_the_rates_gains_and_is_reliable(world):
    row = scored()
    p, usual = -np.expm1(-world[0]), -np.expm1(-world[0].mean())
    information = np.sum(p * np.log(p / usual) + (1 - p) * np.log((1 - p) / (1 - usual))) / p.sum()
    assert row.n == N
    assert row.gain is not None
    assert row.gain.value == pytest.approx(information, abs=0.15)
    assert row.gain.low > 0.0
    assert row.reliability.within.mean() > 0.85
    assert row.outside_p > 0.01
    assert row.s > 0.01
    cells = row.cells[row.cells[:, 1] > 50]
    assert np.mean((cells[:, 4] <= cells[:, 1] * cells[:, 2]) & (cells[:, 1] * cells[:, 2] <= cells[:, 5])) > 0.7


def test_who_says_the_long_term_rate_gains_nothing(world):
    row = scored(flat=True)
    assert row.gain is not None
    assert row.gain.value == row.gain.low == row.gain.high == 0.0
    assert row.cell_gain is not None
    assert row.cell_gain.value == 0.0


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_who_is_wrong_is_found_out(world, factor):
    row, right = scored(factor), scored()
    assert row.gain is not None
    assert right.gain is not None
    assert row.gain.value < right.gain.value
    assert row.reliability.within.mean() < 0.9 * right.reliability.within.mean()


def test_places_that_are_wrong_fail_s(world):
    rate, _, came = world
    share = np.array([[0.5, 0.1, 0.1], [0.1, 0.1, 0.1]])
    outcomes = [outcome_of(said(day, each, 1.0, share), 0, came) for day, each in enumerate(rate)]
    assert score_windows(outcomes, 3.0).s < 0.01


def test_magnitudes_that_are_wrong_fail_m(world):
    rate, share, came = world
    large = replace(came, magnitude=np.where(np.arange(len(came)) % 3 == 0, 4.5, 3.5))
    outcomes = [outcome_of(said(day, each, 1.0, share), 0, large) for day, each in enumerate(rate)]
    assert score_windows(outcomes, 3.0).m < 0.01


@pytest.mark.parametrize(("n", "known"), [(150, False), (180, True)])
def test_few_blocks_give_no_interval(world, n, known):
    """Events on each day of 5 blocks of 30 days, or of 6."""
    share, came = world[1], catalog_of(START + np.arange(n) * DAY + DAY // 2, np.random.default_rng(1))
    row = score_windows([outcome_of(said(day, 1.0 + day % 7, 0.5, share), 0, came) for day in range(n)], 3.0)
    assert (row.n_with, row.n_blocks) == (n, n // 30)
    for gain in (row.gain, row.cell_gain):
        assert np.isfinite(gain.value)
        assert np.isfinite([gain.low, gain.high, gain.p_value]).tolist() == [known] * 3
        assert (gain.low < gain.value < gain.high) == known
    told = gain_in_words(row.gain)
    assert ("no interval: events in too few blocks" in told) != known
    assert np.isfinite(row.cells).all()


def test_windows_without_events_fill_no_block(world):
    share, came = world[1], catalog_of(START + np.arange(0, 150, 30) * DAY + DAY // 2, np.random.default_rng(1))
    row = score_windows([outcome_of(said(day, 0.1, 0.05, share), 0, came) for day in range(N)], 3.0)
    assert (row.n, row.n_blocks) == (N, 5)
    assert np.isnan(row.gain.low)


def test_windows_apart():
    told = [example_issued(str(START + hours)) for hours in np.arange(0, 24 * 20, 12).astype("timedelta64[h]")]
    none = catalog_of(np.array([START, START + 90 * DAY]), np.random.default_rng(1))
    week = apart([outcome_of(each, 1, none) for each in reversed(told)])
    assert [(each.now - START) // DAY for each in week] == [0, 7, 14]


@pytest.fixture
def folder(tmp_path):
    for day in range(10):
        example_issued(str(START + day * DAY)).write(tmp_path)
    return tmp_path


def days(made):
    return [(each.now - START) // DAY for each in made.windows if each.days == 1.0]


def test_nothing_made_after_its_window_began_is_scored_unasked(folder):
    came = catalog_of(START + np.arange(-5, 40) * DAY, np.random.default_rng(1))
    late = replace(example_issued(str(START + 10 * DAY)), issued=START + 11 * DAY, pseudo_prospective=True)
    late.write(folder)
    made = evaluate_issued([folder], came)
    assert days(made) == list(range(10))
    assert made.left_out["issued after they began (pseudo-prospective)"] == 2
    assert made.most_late_s == 20.0
    asked = evaluate_issued([folder], came, pseudo_prospective=True)
    assert {row.model for row in asked.rows} == {"etas", "etas (pseudo-prospective)"}
    assert sum(row.n for row in asked.rows if row.model == "etas" and row.days == 1.0 and row.magnitude == 3.0) == 10


def test_windows_that_the_targets_do_not_cover_wait(folder):
    rng = np.random.default_rng(1)
    came = catalog_of(START + np.array([3.5, 8.2]) * np.timedelta64(86_400, "s"), rng)
    assert days(evaluate_issued([folder], came)) == [4, 5, 6, 7]
    longer = evaluate_issued([folder], came, complete_until=str(START + 9 * DAY))
    assert days(longer) == [4, 5, 6, 7, 8]
    with pytest.raises(InputError, match="no window of these forecasts can be scored"):
        evaluate_issued([folder], came, complete_until=str(START + 4 * DAY))


def test_windows_before_the_targets_are_not_scored(folder):
    came = catalog_of(START + np.arange(4, 40) * DAY, np.random.default_rng(1))
    made = evaluate_issued(folder, came)
    assert days(made) == [4, 5, 6, 7, 8, 9]
    assert made.left_out["the targets begin later"] == 8  # four of a day, four of a week


def test_regions_of_one_model_are_scored_apart(folder):
    came = catalog_of(START + np.arange(-5, 40) * DAY + DAY // 2, np.random.default_rng(1))
    for day in range(5):
        made = example_issued(str(START + day * DAY))
        replace(made, lat_edges=made.lat_edges - 71.0).write(folder)  # of the southern hemisphere
    made = evaluate_issued([folder], came)
    rows = [row for row in made.rows if (row.days, row.magnitude) == (1.0, 3.0)]
    assert sorted(row.n for row in rows) == [5, 10]
    assert len({row.model for row in rows}) == 2
    assert min(rows, key=lambda row: row.n).came == 0
    assert not made.comparisons


def test_targets_that_may_lack_small_events_are_told(folder):
    came = catalog_of(START + np.arange(-5, 40) * DAY, np.random.default_rng(1), magnitude=4.0)
    assert any("the smallest target has M 4" in note for note in evaluate_issued([folder], came).notes())
    small = catalog_of(START + np.arange(-5, 40) * DAY, np.random.default_rng(1), magnitude=3.0)
    assert not any("smallest target" in note for note in evaluate_issued([folder], small).notes())


def test_a_model_is_judged_by_its_record_not_by_its_name(folder):
    for day in range(10):
        replace(example_issued(str(START + day * DAY)), model="pseudo").write(folder)
    came = catalog_of(START + np.arange(-5, 40) * DAY, np.random.default_rng(1))
    made = evaluate_issued([folder], came)
    assert {row.model for row in made.rows} == {"etas", "pseudo"}
    late = replace(example_issued(str(START + 10 * DAY)), issued=START + 11 * DAY, pseudo_prospective=True)
    late.write(folder)
    assert evaluate_issued([folder], came, pseudo_prospective=True).most_late_s == 20.0


def test_of_two_from_one_instant_the_first_counts(folder):
    came = catalog_of(START + np.arange(-5, 40) * DAY, np.random.default_rng(1))
    second = example_issued(str(START), first=0.9)
    replace(second, issued=second.issued + np.timedelta64(60, "s")).write(folder)
    made = evaluate_issued([folder], came)
    assert made.windows[0].chance[0] == 0.6
    assert len(issued_in(folder)) == 11
    assert days(made) == list(range(10))


def test_models_are_compared_on_the_same_windows(folder):
    came = catalog_of(START + np.arange(-5, 40) * DAY + DAY // 2, np.random.default_rng(1))
    for day in range(3, 15):
        replace(example_issued(str(START + day * DAY), first=0.9), model="other").write(folder)
    made = evaluate_issued([folder], came)
    each = next(each for each in made.comparisons if (each.days, each.magnitude) == (1.0, 3.0))
    assert (each.model, each.other, each.n) == ("etas", "other", 7)
    assert each.gain is not None
    assert each.gain.value == pytest.approx(np.log(0.6 / 0.9))
    edges = example_issued().lat_edges + 1.0
    moved = replace(example_issued(str(START)), model="elsewhere", lat_edges=edges)
    moved.write(folder)
    assert "elsewhere" not in {each.model for each in evaluate_issued([folder], came).comparisons}


def test_a_damaged_forecast_is_told(folder):
    path = issued_in(folder)[3].path
    path.write_bytes(path.read_bytes()[:-200])
    came = catalog_of(START + np.arange(-5, 40) * DAY, np.random.default_rng(1))
    with pytest.raises(InputError, match=path.name):
        evaluate_issued([folder], came)


def test_bands_hold_what_they_say():
    rng, chance = np.random.default_rng(4), np.random.default_rng(3).uniform(0.0, 1.0, 60)
    low, high = band(chance)
    drawn = (rng.random((20_000, 60)) < chance).sum(axis=1)
    assert 0.95 <= np.mean((low <= drawn) & (drawn <= high)) < 0.985
    many = rng.uniform(0.0, 0.01, 5000)
    assert band(many) == pytest.approx(band(many[:2000]), abs=60)
    assert band(np.ones(4)) == (4, 4)
    assert reliability(np.array([1.0, 0.0]), np.array([True, False])).within.all()
