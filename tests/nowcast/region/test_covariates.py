"""Covariates in a region's nowcast: what precedes events is found, nothing is known early, a model wants its own."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.covariates import changed_from, channel_of, check_blind_to_later

from seisweave.errors import InputError
from seisweave.evaluation.information import information_gain
from seisweave.nowcast.maps import MapOptions
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.region.nowcaster import open_nowcaster, train_nowcaster
from seisweave.nowcast.region.options import AutoencoderOptions, NowcastOptions, TemporalOptions
from seisweave.nowcast.region.settings import Settings
from seisweave.synthetic import CovariateOptions, covariate_world


@pytest.fixture(scope="module")
def world():
    return covariate_world(CovariateOptions(days=2000, events_per_day=0.5, common=0.9, beta=1.2), seed=3)


@pytest.fixture(scope="module")
def settings(world):
    return Settings(
        NowcastOptions(threshold=3.0),
        MapOptions(box=world.options.box, cell_deg=0.25),
        AutoencoderOptions(bottleneck=4),
        TemporalOptions(window=8, filters=8, temporal_epochs=60),
        TrainingOptions(epochs=1, batch=100, accelerator="cpu"),
    )


@pytest.fixture(scope="module")
def fitted(world, settings):
    return train_nowcaster(world.catalog, settings, channels=[channel_of(world)])


def test_a_covariate_that_precedes_events_is_found_and_its_days_shuffled_are_not(world, settings, fitted):
    others = [train_nowcaster(world.catalog, settings, channels=each) for each in ([], [channel_of(world.shuffled(1))])]
    planted, none, shuffled = (each.nowcast(world.catalog) for each in (fitted, *others))
    rows = fitted.split(fitted.observe(world.catalog).steps).test
    came = planted.largest[:-1][rows] >= 3.0
    gain = [
        information_gain(each.probability[:-1][rows], none.probability[:-1][rows], came, day=np.arange(rows.sum()))
        for each in (planted, shuffled)
    ]
    assert gain[0].low > 0.05
    assert abs(gain[1].value) < 0.05


def test_nothing_known_after_an_instant_changes_what_is_said_from_it(world, fitted):
    check_blind_to_later(fitted, world, ("2005-01-10T00:00", "2005-02-20T17:30"))


def test_nothing_known_after_the_past_changes_what_is_learned(world, settings, fitted):
    known = fitted.model.fitted.known_until
    again = train_nowcaster(world.catalog, settings, channels=[changed_from(channel_of(world), known)])
    assert again.model.fitted == fitted.model.fitted


def test_saved_and_opened_it_wants_its_channels(world, fitted, tmp_path):
    opened = open_nowcaster(fitted.write(tmp_path / "model"))
    assert opened.model.fitted == fitted.model.fitted
    with pytest.raises(InputError, match="trained with the channel strain, which is not given"):
        opened.nowcast(world.catalog)
    channel = channel_of(world)
    made = opened.with_channels([channel]).nowcast(world.catalog)
    assert made.probability.tobytes() == fitted.nowcast(world.catalog).probability.tobytes()
    old = channel.take(np.arange(len(channel.begin)) < 1900)
    with pytest.raises(InputError, match="channel strain is too old for 2005-06-23"):
        opened.with_channels([old]).nowcast(world.catalog)


def test_it_goes_on_learning_with_its_channels(world, settings, fitted):
    brief = replace(fitted, model=replace(fitted.model, settings=settings))
    newer = brief.update(world.catalog, epochs=1)
    assert newer.model.fitted.channels == fitted.model.fitted.channels
    assert newer.model.fitted.known_until > fitted.model.fitted.known_until
