"""ETAS by place: fitted to the past alone, a rate that networks start from, kept with the nowcaster."""

import json
from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.place.worlds import PLACE, SMALL, few_events, with_another_future

from seisweave.errors import InputError
from seisweave.evaluation import information_gain
from seisweave.evaluation.chances import chance_of
from seisweave.nowcast.place.data import place_data
from seisweave.nowcast.place.etas_rates import etas_log_rates, fit_place_etas, fitted_etas, with_etas
from seisweave.nowcast.place.fit import fit_network
from seisweave.nowcast.place.nowcaster import open_place_nowcaster, train_place_nowcaster
from seisweave.nowcast.place.options import PlaceSettings

BORDER = np.datetime64("1996-01-01", "us")
DAY = np.timedelta64(1, "D")
FROM_ETAS = replace(SMALL, epochs=2, calibration_fits=1, rates="etas")


@pytest.fixture(scope="module")
def data(world):
    return place_data(world.catalog, PLACE, end="1999-01-01")


@pytest.fixture(scope="module")
def model(data):
    return fit_place_etas(data, PLACE, BORDER)


@pytest.fixture(scope="module")
def nowcaster(world):
    return train_place_nowcaster(world.catalog, PlaceSettings(PLACE, FROM_ETAS, end="1996-01-01"))


def test_it_is_fitted_to_the_past_alone_and_sees_no_later_day(world, data, model):
    other = place_data(with_another_future(world.catalog, "1996-01-01"), PLACE, end="1999-01-01")
    again = fit_place_etas(other, PLACE, BORDER)
    assert again.value == model.value
    assert again.fitted_to.magnitudes == model.fitted_to.magnitudes
    days = (data.steps.start >= BORDER) & (data.steps.start < BORDER + 20 * DAY)
    one, two = (etas_log_rates(model, each, PLACE, days) for each in (data, other))
    assert one[0].tobytes() == two[0].tobytes()
    assert not np.allclose(one[1:], two[1:])


def test_it_knows_most_of_what_can_be_known(world, data, model):
    days = data.between(BORDER, np.datetime64("1999-01-01", "us"))
    chance, happened = chance_of(np.exp(etas_log_rates(model, data, PLACE, days).astype(float))), data.happened[days]
    true = world.probability(3.0)[(data.steps.start[days] - np.datetime64("1990-01-01")) // DAY]
    usual = np.full(chance[:, 0].shape, happened[:, 0].mean())
    best, found = (information_gain(each, usual, happened[:, 0]).value for each in (true, chance[:, 0]))
    assert 0.7 * best < found < best
    assert chance[:, 0].sum() == pytest.approx(happened[:, 0].sum(), rel=0.25)


def test_days_from_the_border_on_are_not_there_to_be_looked_at(data, model):
    seen = with_etas(data, PLACE, model, BORDER)
    assert seen.features.shape[1] == data.features.shape[1] + 1
    known = data.steps.start < BORDER
    assert np.isfinite(seen.features[known]).all()
    assert np.isnan(seen.features[~known, -1]).all()


def test_a_network_starts_from_the_sum_with_etas_among_it(data, model):
    settings = PlaceSettings(PLACE, replace(FROM_ETAS, epochs=1))
    network = fit_network(with_etas(data, PLACE, model, BORDER), data.before(BORDER), settings)
    weight = np.exp(network.log_weight.numpy().ravel())
    assert len(weight) == 9
    assert 0.1 < weight[-1] < 1.5


def test_saved_and_opened_it_says_the_same_of_both(world, nowcaster, tmp_path):
    opened = open_place_nowcaster(nowcaster.write(tmp_path / "model"))
    other = with_another_future(world.catalog, "1997-03-01")
    one, two, three = (
        each.nowcast(catalog, "1997-03-01")
        for each, catalog in ((nowcaster, world.catalog), (opened, world.catalog), (opened, other))
    )
    assert one.probability.tobytes() == two.probability.tobytes() == three.probability.tobytes()
    assert one.etas.tobytes() == two.etas.tobytes() == three.etas.tobytes()
    table = one.table()
    np.testing.assert_array_equal(table["etas_m4"], one.etas[2].ravel())
    assert (np.diff(one.etas, axis=0) < 0).all()
    content = json.loads((tmp_path / "model" / "model.json").read_text())
    del content["etas"], content["sha256"]
    (tmp_path / "model" / "model.json").write_text(json.dumps(content))
    with pytest.raises(InputError, match="ETAS is missing"):
        open_place_nowcaster(tmp_path / "model")


def test_processes_do_not_change_what_is_fitted(data, model):
    found = fitted_etas(data, PLACE, [BORDER, np.datetime64("1995-01-01", "us")], jobs=2)
    assert list(found) == [np.datetime64("1995-01-01", "us"), BORDER]
    assert found[BORDER].value == model.value


def test_no_events_to_fit_to(data):
    with pytest.raises(InputError, match="these days hold no events to fit ETAS to"):
        fit_place_etas(replace(data, events=None), PLACE, BORDER)
    few = place_data(few_events(["1990-01-01", "1995-01-01T12:00"], [3.5, 4.0]), PLACE, end="1999-01-01")
    with pytest.raises(InputError, match="no event lies in the span"):
        fit_place_etas(few, PLACE, np.datetime64("1994-01-01", "us"))
