"""A nowcaster by place that goes on learning: from the weights it has, on the past alone, calibrated on new days."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.place.worlds import with_another_future

from seisweave.errors import InputError
from seisweave.evaluation.chances import chance_of
from seisweave.nowcast.place.correction import Correction, fit_correction
from seisweave.nowcast.place.nowcaster import open_place_nowcaster
from seisweave.nowcast.place.options import UpdateOptions
from seisweave.nowcast.place.update import update_place_nowcaster

BRIEF = UpdateOptions(epochs=1, replay=300)


@pytest.fixture(scope="module")
def updated(world, fitted):
    return update_place_nowcaster(fitted, world.catalog, BRIEF, complete_until="2000-01-01")


def test_it_knows_more_and_says_so(world, fitted, updated, tmp_path):
    assert (fitted.known_until, updated.known_until, updated.updates) == ("1999-01-01", "2000-01-01", 1)
    assert updated.options == fitted.options
    day = "2001-02-03"
    made = [each.nowcast(world.catalog, day).probability for each in (fitted, updated)]
    assert not np.array_equal(*made)
    assert 0.3 < np.median(made[1] / made[0]) < 3.0  # the same laws, a year more
    opened = open_place_nowcaster(updated.write(tmp_path / "model"))
    assert opened.updates == 1
    assert opened.correction == updated.correction
    assert opened.nowcast(world.catalog, day).probability.tobytes() == made[1].tobytes()


def test_nothing_after_the_new_end_is_looked_at(world, fitted, updated):
    other = with_another_future(world.catalog, "2000-01-01")
    again = update_place_nowcaster(fitted, other, BRIEF, complete_until="2000-01-01")
    assert again.correction == updated.correction
    for name, weights in again.network.state_dict().items():
        assert weights.equal(updated.network.state_dict()[name])
    assert again.neuron.rate.tobytes() == updated.neuron.rate.tobytes()


def test_what_was_fitted_is_left_as_it_was(world, fitted, updated):
    for name in ("log_weight", "log_share", "mean", "scale"):
        assert getattr(updated.network, name).equal(getattr(fitted.network, name))
    assert not updated.network.straight.weight.equal(fitted.network.straight.weight)


def test_other_catalogs_are_refused(world, fitted, updated):
    catalog = world.catalog
    with pytest.raises(InputError, match="the model knows all before 2000-01-01; give one with newer days"):
        update_place_nowcaster(updated, catalog, BRIEF, complete_until="1999-06-01")
    with pytest.raises(InputError, match="the model's on 1990-01-0"):
        update_place_nowcaster(fitted, catalog.take(catalog.times >= np.datetime64("1991-01-01")), BRIEF)
    fewer = catalog.take(np.append(np.arange(5), np.arange(5, len(catalog), 2)))
    with pytest.raises(InputError, match="give that one, continued, or fit anew"):
        update_place_nowcaster(fitted, fewer, BRIEF)


def test_days_that_came_later_move_a_correction_as_all_days_together_would():
    rng = np.random.default_rng(0)
    shape = (3000, 2, 3, 4)
    log_rate, neuron = rng.normal(-3.5, 1.0, (2, *shape)).astype(np.float32)
    truth = Correction(0.3, 0.8, 0.2, -2.5, -3.5)
    happened = rng.random(shape) < truth(log_rate, neuron)
    whole = fit_correction(log_rate, neuron, happened)
    first = fit_correction(log_rate[:2000], neuron[:2000], happened[:2000])
    then = fit_correction(log_rate[2000:], neuron[2000:], happened[2000:], first)
    assert then(log_rate, neuron) == pytest.approx(whole(log_rate, neuron), rel=0.03)
    assert np.allclose(then.curvature, replace(whole, precision=then.precision).curvature)
    sure = [np.sqrt(np.diag(np.linalg.inv(each.curvature))) for each in (first, then)]
    assert (sure[1] < sure[0]).all()  # the more days, the surer


def test_a_quiet_stretch_lowers_the_rates_and_no_day_changes_nothing():
    rng = np.random.default_rng(1)
    log_rate = rng.normal(-3.0, 1.0, (1000, 1, 2, 2)).astype(np.float32)
    first = fit_correction(log_rate, 0.0 * log_rate, rng.random(log_rate.shape) < chance_of(np.exp(log_rate)))
    quiet = fit_correction(log_rate, 0.0 * log_rate, np.zeros(log_rate.shape, bool), first)
    assert quiet(log_rate, 0.0 * log_rate).mean() < 0.8 * first(log_rate, 0.0 * log_rate).mean()
    with pytest.raises(ValueError, match="precision"):
        replace(first, precision=(1.0,) * 9)
