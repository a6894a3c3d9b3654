"""Covariates in the nowcast by place: what precedes events is found, what does not is not; nothing is known early."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.covariates import changed_from, channel_of, check_blind_to_later
from tests.nowcast.place.worlds import BOX, PLACE

from seisweave.errors import InputError
from seisweave.evaluation.information import information_gain
from seisweave.nowcast.place.backtesting import backtest
from seisweave.nowcast.place.lean import fit_lean
from seisweave.nowcast.place.network import PlaceNetwork
from seisweave.nowcast.place.nowcaster import open_place_nowcaster, train_place_nowcaster
from seisweave.nowcast.place.options import BacktestOptions, PlaceNetworkOptions, PlaceSettings, WindowOptions
from seisweave.synthetic import CovariateOptions, covariate_world

QUICK = PlaceNetworkOptions(filters=8, epochs=3, calibration_years=1, calibration_fits=1, rates="sums")


@pytest.fixture(scope="module")
def world():
    return covariate_world(CovariateOptions(days=1800, box=BOX), seed=5)


@pytest.fixture(scope="module")
def fitted(world):
    return train_place_nowcaster(
        world.catalog, PlaceSettings(PLACE, replace(QUICK, epochs=1), end="2003-06-01"), channels=[channel_of(world)]
    )


def test_a_covariate_that_precedes_events_is_found_and_its_days_shuffled_are_not(world):
    window = WindowOptions("2003-06-01", "2004-12-05", every_years=10, etas=False)
    asked, made = BacktestOptions(PLACE, QUICK, window), {}
    channels = {"none": [], "planted": [channel_of(world)], "shuffled": [channel_of(world.shuffled(1))]}
    for name, given in channels.items():
        made[name] = backtest(world.catalog, asked, channels=given)
    chance = {name: each.network[0][:, 0] for name, each in made.items()}
    happened, day = made["none"].happened[:, 0], np.arange(len(made["none"].day))
    planted, shuffled = (
        information_gain(chance[name], chance["none"], happened, day=day) for name in ("planted", "shuffled")
    )
    assert planted.low > 0.12
    assert planted.value < world.options.gain_nats
    assert abs(shuffled.value) < 0.02


def test_nothing_known_after_an_instant_changes_what_is_said_from_it(world, fitted):
    check_blind_to_later(fitted, world, ("2004-01-10T00:00", "2004-02-20T17:30"))


def test_nothing_known_after_the_past_changes_what_is_learned(world, fitted):
    later = changed_from(channel_of(world), np.datetime64("2003-06-01"))
    settings = PlaceSettings(PLACE, replace(QUICK, epochs=1), end="2003-06-01")
    again = train_place_nowcaster(world.catalog, settings, channels=[later])
    assert again.channels == fitted.channels
    assert again.correction == fitted.correction
    for name, weights in again.network.state_dict().items():
        assert weights.equal(fitted.network.state_dict()[name])


def test_saved_and_opened_it_wants_its_channels(world, fitted, tmp_path):
    opened = open_place_nowcaster(fitted.write(tmp_path / "model"))
    assert opened.channels == fitted.channels
    with pytest.raises(InputError, match="trained with the channel strain, which is not given"):
        opened.nowcast(world.catalog, "2004-01-01")
    channel = channel_of(world)
    made = opened.with_channels([channel]).nowcast(world.catalog, "2004-01-01")
    assert made.probability.tobytes() == fitted.nowcast(world.catalog, "2004-01-01").probability.tobytes()
    old = channel.take(np.arange(len(channel.begin)) < 1400)
    with pytest.raises(InputError, match="channel strain is too old for 2004-01-01"):
        opened.with_channels([old]).nowcast(world.catalog, "2004-01-01")
    with pytest.raises(InputError, match="not with strain"):
        replace(opened, channels=()).with_channels([channel])
    text = (tmp_path / "model" / "model.json").read_text()
    (tmp_path / "model" / "model.json").write_text(text.replace('"spatial": true', '"spatial": 1'))
    with pytest.raises(InputError, match="damaged"):
        open_place_nowcaster(tmp_path / "model")


def test_a_channel_that_is_known_too_late_is_refused_before_anything_is_trained(world):
    late = replace(channel_of(world), known_from=np.full(1800, np.datetime64("2004-06-01", "us")))
    with pytest.raises(InputError, match="no value that was known on any of the"):
        train_place_nowcaster(world.catalog, PlaceSettings(PLACE, QUICK, end="2003-06-01"), channels=[late])


def test_what_was_never_missing_changes_nothing_where_it_is():
    import torch

    network = PlaceNetwork(3, 2, PlaceNetworkOptions(filters=4, dropout=0.0)).eval()
    with_one = PlaceNetwork(3, 2, PlaceNetworkOptions(filters=4, dropout=0.0), 2).eval()
    for parameter in with_one.parameters():
        torch.nn.init.normal_(parameter) if parameter is not with_one.neighbours.weight else None
    with torch.no_grad():
        with_one.straight.weight[:, -1] = 0.0
    seen = torch.randn(2, 5, 3, 3)
    other = seen.clone()
    other[:, 4] = 1.0 - other[:, 4]
    assert network(seen[:, :3]).shape == (2, 2, 3, 3)
    assert with_one(seen).equal(with_one(other))


def test_the_lean_is_the_one_that_was_planted():
    rng = np.random.default_rng(2)
    z = rng.normal(size=(3000, 3, 3, 4)).astype(np.float32)
    z[:, 2] = 0.0
    base = rng.normal(-3.0, 0.5, (3000, 3, 4))
    rate = np.exp(base + 0.2 + 0.6 * z[:, 0] - 0.3 * z[:, 1])
    lean = fit_lean(base, z, rng.random(base.shape) < -np.expm1(-rate))
    assert lean.intercept == pytest.approx(0.2, abs=0.05)
    assert lean.weights == pytest.approx([0.6, -0.3, 0.0], abs=0.05)
