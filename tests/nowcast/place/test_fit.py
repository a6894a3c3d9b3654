"""How a network is fitted, and how its rates are corrected."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.place.worlds import PLACE, SMALL

from seisweave.nowcast.place.correction import Correction, fit_correction
from seisweave.nowcast.place.data import place_data
from seisweave.nowcast.place.fit import fit_network, log_rates
from seisweave.nowcast.place.options import (
    PlaceSettings,
)


def test_a_training_of_ten_steps(world):
    data = place_data(world.catalog, PLACE, end="1993-01-01")
    past = data.before(np.datetime64("1993-01-01"))
    options = replace(SMALL, quiet_share=1.0, epochs=2, batch=-(-int(past.sum()) // 5))
    assert np.isfinite(log_rates(fit_network(data, past, PlaceSettings(PLACE, options)), data.features[-2:])).all()


def test_a_correction_that_is_needed_is_found():
    rng = np.random.default_rng(3)
    true = rng.normal(-4, 1.5, (3000, 2, 4, 4))
    happened = rng.random(true.shape) < -np.expm1(-np.exp(np.minimum(true, 3)))
    overconfident = (1.5 * (true + 3) - 3 + 0.4).astype(np.float32)
    noise = rng.normal(size=true.shape).astype(np.float32)
    correction = fit_correction(overconfident, noise, happened)
    assert (correction.slope, correction.lean) == pytest.approx((1 / 1.5, 0.0), abs=0.03)
    better = correction(overconfident, noise)
    assert better.mean() == pytest.approx(happened.mean(), rel=0.05)
    assert fit_correction(overconfident, noise, np.zeros(true.shape, bool)) == Correction()


def test_what_only_the_neuron_knows_is_leant_on():
    rng = np.random.default_rng(4)
    known, more = rng.normal(-4, 1.0, (2, 4000, 2, 4, 4))
    true = -np.expm1(-np.exp(np.minimum(known + 0.5 * (more + 4), 3)))
    known, more, happened = known.astype(np.float32), more.astype(np.float32), rng.random(known.shape) < true
    correction = fit_correction(known, more, happened)
    assert (correction.slope, correction.lean) == pytest.approx((1.0, 0.5), abs=0.04)
    assert np.abs(np.log(correction(known, more) / true)).max() < 0.2
