"""Covariates: brought to cells as a slow loop does, seen no earlier than they were known, standardised on the past."""

import numpy as np
import pytest

from seisweave.errors import InputError
from seisweave.nowcast.channel_cells import area_means
from seisweave.nowcast.channels import (
    Channel,
    check_fresh,
    check_learned,
    given_channels,
    lay_channels,
)
from seisweave.nowcast.maps import MapOptions

DAY = np.timedelta64(1, "D")
FIRST = np.datetime64("2000-01-01", "us")
ONE_CELL = MapOptions(box=(0.0, 1.0, 0.0, 1.0), cell_deg=1.0)


def series(values, begin=None, known=None, name="tide"):
    """One value a day of a whole region, known at the day's end."""
    begin = FIRST + DAY * np.arange(len(values)) if begin is None else begin
    known = begin + DAY if known is None else known
    return Channel(name, begin, known, np.array(values, np.float32).reshape(-1, 1, 1), None, None)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"name": "a b"}, "name"), ({"name": "a\nb"}, "name"), ({"begin": FIRST - DAY * np.arange(2)}, "rise")],
)
def test_what_is_no_channel_is_refused(wrong, told):
    refused(wrong, told)


@pytest.mark.usefixtures("without_type_checks")
@pytest.mark.parametrize("wrong", [{"values": np.ones((3, 1, 1), np.float32)}, {"latitude": np.arange(2.0)}])
def test_values_of_another_shape_are_refused(wrong):
    refused(wrong, "shape")


def refused(wrong, told):
    given = {"name": "tide", "begin": days(2), "known_from": days(2), "values": np.ones((2, 1, 1), np.float32)}
    with pytest.raises(InputError, match=told) as error:
        Channel(**{**given, "latitude": None, "longitude": None, **wrong})
    assert "\n" not in str(error.value)


def days(n):
    return FIRST + DAY * np.arange(n)


def naive_means(values, latitude, longitude, maps, n=60):
    """Means over many points of each cell, each with the value of the nearest place, and its share of the area."""
    rows, columns = maps.shape
    west, _, south, _ = maps.edges
    out = np.full((len(values), rows, columns), np.nan)
    half_y, half_x = 0.5 * np.diff(latitude)[0], 0.5 * np.diff(longitude)[0]
    inside = (np.arange(n) + 0.5) / n * maps.side_deg
    for row in range(rows):
        for column in range(columns):
            y, x = south + row * maps.side_deg + inside, west + column * maps.side_deg + inside
            turn = np.abs((x[:, None] - longitude + 180.0) % 360.0 - 180.0)
            near_y, near_x = np.abs(y[:, None] - latitude).argmin(1), turn.argmin(1)
            there = (np.abs(y - latitude[near_y]) <= half_y)[:, None] & (turn.min(1) <= half_x)
            weight = np.broadcast_to(np.cos(np.radians(y))[:, None], (n, n))
            for k, value in enumerate(values):
                seen = value[near_y][:, near_x]
                known = there & ~np.isnan(seen)
                if weight[known].sum() >= 0.5 * weight.sum():
                    out[k, row, column] = (weight * np.where(known, seen, 0.0)).sum() / weight[known].sum()
    return out


@pytest.mark.parametrize("side", [0.2, 0.5, 1.7])
def test_means_over_cells_are_those_of_many_points(side):
    rng = np.random.default_rng(3)
    latitude, longitude = 50.0 + side * np.arange(12), 358.0 + side * np.arange(15) - 360.0 * (side < 0.4)
    values = rng.normal(size=(2, 12, 15)).astype(np.float32)
    values[1, 3:8, 2:9] = np.nan
    maps = MapOptions(box=(-1.5, 1.5, 50.5, 52.5), cell_deg=0.5)
    made, slow = area_means(values, latitude, longitude, maps), naive_means(values, latitude, longitude, maps)
    known = ~np.isnan(slow) & ~np.isnan(made)
    assert known.mean() > 0.3
    assert (np.isnan(slow) == np.isnan(made)).mean() > 0.9  # a cell that is half covered may fall on either side
    assert np.abs(slow - made)[known].max() < 0.1


def test_a_constant_field_is_constant_on_cells_across_the_date_line():
    longitude, latitude = np.arange(0.0, 360.0, 2.5), np.arange(-90.0, 91.0, 2.5)
    values = np.full((1, len(latitude), len(longitude)), 7.0, np.float32)
    for box in ((170.0, -170.0, -20.0, 20.0), (-180.0, 180.0, -90.0, 90.0)):
        made = area_means(values, latitude, longitude, MapOptions(box=box, cell_deg=1.0))
        assert np.allclose(made, 7.0, atol=1e-5)


def test_a_step_sees_the_latest_value_that_had_begun_and_was_known():
    rng = np.random.default_rng(0)
    begin = FIRST + rng.choice(400, 60, replace=False).cumsum() // 40 * DAY + np.arange(60) * DAY
    known = begin + rng.integers(-3, 40, 60) * np.timedelta64(7, "h")
    channel, start = series(np.arange(60.0), begin, known), days(300)
    laid = lay_channels([channel], ONE_CELL, start, DAY)
    for t, instant in enumerate(start):
        seen = [k for k in range(60) if begin[k] <= instant and known[k] <= instant]
        assert np.isnan(laid.values[t, 0, 0, 0]) if not seen else laid.values[t, 0, 0, 0] == seen[-1]
        assert laid.age[t, 0] == ((instant - max(begin[seen[-1]], known[seen[-1]])) / DAY if seen else np.inf)


def test_what_became_known_later_changes_nothing_that_was_learned_or_seen():
    rng = np.random.default_rng(1)
    values, now = rng.normal(size=400), 250
    other = values.copy()
    other[now:] = 1e6 * rng.normal(size=150)
    start, past = days(400), np.arange(400) < 200
    made = [lay_channels([series(each)], ONE_CELL, start, DAY) for each in (values, other)]
    learned = [laid.learned(past) for laid in made]
    assert learned[0] == learned[1]
    seen = [laid.standardised(learned[0])[: now + 1].tobytes() for laid in made]
    assert seen[0] == seen[1]
    assert not np.array_equal(made[0].values[now + 1 :], made[1].values[now + 1 :])


def test_standardised_on_the_past_held_within_it_and_told_where_missing():
    values = np.concatenate([np.tile([4.0, 8.0], 50), [1000.0, np.nan, 6.0]])
    laid = lay_channels([series(values)], ONE_CELL, days(104), DAY)
    (learned,) = laid.learned(np.arange(104) < 101)
    assert (learned.mean, learned.scale, learned.low, learned.high) == (6.0, 2.0, 4.0, 8.0)
    assert (learned.n_steps, learned.n_missing) == (101, 1)  # nothing is known of the first day
    assert "on 1 of the 101 steps" in learned.note()
    shown = laid.standardised([learned])[:, :, 0, 0]
    assert shown[0].tolist() == [0.0, 1.0]
    assert shown[1:3].tolist() == [[-1.0, 0.0], [1.0, 0.0]]
    assert shown[101:].tolist() == [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]  # held, missing, the mean
    assert (shown[1:101, 0].mean(), shown[1:101, 0].std()) == (0.0, 1.0)


def test_a_value_grows_too_old():
    laid = lay_channels([series(np.arange(50.0))], ONE_CELL, days(70), DAY)
    (learned,) = laid.learned(np.arange(70) < 50)
    assert learned.most_age == 2.0  # known each midnight, and two steps to spare
    assert laid.standardised([learned])[:, 1, 0, 0].nonzero()[0].tolist() == [0, *range(53, 70)]
    check_fresh(laid.take(slice(0, 53)), [learned], days(70)[52])
    with pytest.raises(InputError, match=r"too old for 2000-02-23: its last value .* from 2000-02-20 on"):
        check_fresh(laid.take(slice(0, 54)), [learned], days(70)[53])
    with pytest.raises(InputError, match="no value that was known at 2000-01-01"):
        check_fresh(laid.take(slice(0, 1)), [learned], days(70)[0])


def test_monthly_values_may_be_older():
    channel = series(np.arange(24.0), FIRST + 30 * DAY * np.arange(24), FIRST + 30 * DAY * np.arange(1, 25))
    (learned,) = lay_channels([channel], ONE_CELL, days(700), DAY).learned(np.ones(700, bool))
    assert 55 < learned.most_age < 62


def test_a_past_without_a_value_is_refused_and_a_constant_one_is_nothing():
    laid = lay_channels([series([5.0] * 9)], ONE_CELL, days(10), DAY)
    (learned,) = laid.learned(np.arange(10) > 0)
    assert not laid.standardised([learned])[1:].any()
    with pytest.raises(InputError, match="no value that was known on any of the 1 steps"):
        check_learned(laid.learned(np.arange(10) == 0))


def test_a_model_wants_its_own_channels():
    laid = lay_channels([series([1.0, 2.0])], ONE_CELL, days(2), DAY)
    learned = laid.learned(np.ones(2, bool))
    assert given_channels([series([9.0, 9.0])], learned)[0].name == "tide"
    with pytest.raises(InputError, match=r"the channel tide, which is not given; add --channel tide=FILE\.nc"):
        given_channels([], learned)
    with pytest.raises(InputError, match="trained with tide, not with strain"):
        given_channels([series([1.0, 2.0]), series([1.0, 2.0], name="strain")], learned)
    with pytest.raises(InputError, match="trained with no channel, not with strain"):
        given_channels([series([1.0, 2.0], name="strain")], ())
    with pytest.raises(InputError, match="given twice"):
        given_channels([series([1.0, 2.0])] * 2, learned)
    maps = Channel("tide", days(2), days(2), np.ones((2, 2, 2), np.float32), np.arange(2.0), np.arange(2.0))
    with pytest.raises(InputError, match="tide holds maps, and the model was trained with a series"):
        given_channels([maps], learned)
