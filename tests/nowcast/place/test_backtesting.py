"""The backtest: blind to the future, nothing where days are shuffled, as good as the truth allows."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.place.worlds import PLACE, SMALL, with_another_future

from seisweave.catalog import Catalog
from seisweave.evaluation import information_gain
from seisweave.nowcast.place.backtesting import backtest
from seisweave.nowcast.place.baselines import cell_frequency, fit_neuron
from seisweave.nowcast.place.data import place_data
from seisweave.nowcast.place.options import (
    BacktestOptions,
    WindowOptions,
)


@pytest.mark.parametrize("days", [1, 7])
def test_nowcasts_of_a_backtest_are_blind_to_what_comes_after(world, days):
    place, brief = replace(PLACE, days=days), replace(SMALL, epochs=2, calibration_fits=1)
    window = WindowOptions(start="1996-01-01", end="2000-01-01", every_years=2, plain_from="1995-01-01")
    made = []
    for catalog in (world.catalog, with_another_future(world.catalog, "1999-05-05")):
        data = place_data(catalog, place, end="2000-01-01")
        made.append(backtest(data, BacktestOptions(place, brief, window)))
    known = made[0].day <= np.datetime64("1999-05-05")
    assert 1000 < days * known.sum() < days * len(known)
    for name in ("neuron", "poisson", "frequency", "plain_neuron", "sums", "etas"):
        assert getattr(made[0], name)[known].tobytes() == getattr(made[1], name)[known].tobytes()
    before = data.before(np.datetime64("1998-01-01")) & (data.steps.start >= np.datetime64("1995-01-01"))
    own = cell_frequency(data.happened[before])
    later = made[1].day >= np.datetime64("1998-01-01")
    np.testing.assert_array_equal(made[1].frequency[later], np.broadcast_to(own, (later.sum(), *own.shape)))
    plain = fit_neuron(data.counts, data.happened, own, before)
    asked = data.between(np.datetime64("1998-01-01"), np.datetime64("2000-01-01"))
    np.testing.assert_array_equal(made[1].plain_neuron[later], plain.chances(data.counts[asked]))
    one, two = (result.network[0] for result in made)
    assert one[known].tobytes() == two[known].tobytes()
    assert np.any(one[~known] != two[~known])


def test_nothing_beats_the_true_rate_and_the_network_comes_near(world):
    window = WindowOptions(start="1998-01-01", end="2004-01-01", every_years=6)
    data = place_data(world.catalog, PLACE, end="2004-01-01")
    made = backtest(data, BacktestOptions(PLACE, SMALL, window))
    days = (made.day.astype("datetime64[D]") - np.datetime64("1990-01-01")).astype(int)
    true, happened = world.probability(3.0)[days], made.happened[:, 0]
    best = information_gain(true, made.poisson[:, 0], happened)
    found = information_gain(made.network[0][:, 0], made.poisson[:, 0], happened)
    assert best.low > 0.2
    for chance in (made.network[0], made.neuron, made.poisson, made.frequency, made.sums, made.etas):
        assert information_gain(chance[:, 0], true, happened).value < 0
    assert found.value > 0.6 * best.value
    assert information_gain(made.etas[:, 0], made.poisson[:, 0], happened).value > 0.6 * best.value


def test_shuffled_days_teach_nothing(world):
    rng, catalog = np.random.default_rng(2), world.catalog
    start = np.datetime64("1990-01-01")
    day = (catalog.times.astype("datetime64[D]") - start).astype(int)
    moved = rng.permutation(5114)[day] - day
    columns = {name: getattr(catalog, name) for name in ("longitude", "latitude", "depth_km", "magnitude", "ids")}
    shuffled = Catalog(times=catalog.times + moved.astype("timedelta64[D]"), **columns)
    window = WindowOptions(start="1998-01-01", end="2004-01-01", every_years=6, etas=False)
    made = backtest(shuffled, BacktestOptions(PLACE, SMALL, window))
    gain = information_gain(made.network[0][:, 0], made.poisson[:, 0], made.happened[:, 0])
    assert abs(gain.value) < 0.05
