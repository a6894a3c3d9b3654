"""Models that a user adds to the tables may know covariates; those of the paper do not."""

from dataclasses import replace

import numpy as np
import pytest
from tests.nowcast.covariates import channel_of

from seisweave.errors import InputError
from seisweave.nowcast.maps import MapOptions
from seisweave.nowcast.region.options import NowcastOptions
from seisweave.studies.eqpred.days import paper_days
from seisweave.studies.eqpred.fits.files import key_of
from seisweave.studies.eqpred.fits.train import fit_predictor, fit_single
from seisweave.studies.eqpred.models.conv2d_fc import Conv2dFc
from seisweave.studies.eqpred.models.predictors import MlpPredictor
from seisweave.studies.eqpred.models.registry import Model, encoder, joint, predictor, single, with_covariates
from seisweave.studies.eqpred.options import Effort, TableInput
from seisweave.studies.eqpred.table import TableRequest
from seisweave.synthetic import CovariateOptions, covariate_world


class WithMaps(Conv2dFc):
    """A network of one's own: sums maps and channels, and goes on as the paper's."""

    def forward(self, maps):
        assert maps.ndim == 5
        assert maps.shape[2] == 3  # events, a channel, and where it is missing
        return super().forward(maps.sum(dim=2))


def predictor_model(name="mine"):
    part = predictor(MlpPredictor, window=3, units=8)
    part = replace(part, training=replace(part.training, epochs=60, accelerator="cpu"))
    return with_covariates(joint(name, encoder(), part))


MINE = predictor_model()


@pytest.fixture(scope="module")
def world():
    return covariate_world(CovariateOptions(days=1500, events_per_day=2.0, common=1.0, beta=1.0, memory=0.0), seed=2)


@pytest.fixture(scope="module")
def days(world):
    maps = MapOptions(box=world.options.box, cell_deg=0.25)
    nowcast = NowcastOptions(protocol="paper", threshold=4.0, span=1)
    return paper_days(world.catalog, nowcast, maps, channels=[channel_of(world)])


def error(fit, rows):
    truth, forecast = fit.series["truth"], fit.series["forecast"][:-1]
    return np.nanmean((forecast - truth)[rows] ** 2)


def test_a_predictor_with_covariates_knows_more(days):
    part = MINE.predictor
    knowing = fit_predictor(part, days, days.energy, 0)
    plain = fit_predictor(replace(part, covariates=False), days, days.energy, 0)
    assert error(knowing, days.test) < 0.9 * error(plain, days.test)


def test_a_network_over_maps_is_given_them_as_maps(days):
    model = with_covariates(single("maps", WithMaps, window=3, units=8, filters=3))
    quick = replace(model.single, training=replace(model.single.training, epochs=1, accelerator="cpu"))
    made = fit_single(quick, days, 0)
    assert np.isfinite(made.series["forecast"][3:]).all()


def test_fits_with_and_without_them_are_kept_apart(world, days):
    part = MINE.predictor
    bare = replace(part, covariates=False)
    assert key_of(part, days.identity, 0) != key_of(bare, days.identity, 0)
    other = paper_days(world.catalog, days.nowcast, days.maps, channels=[channel_of(world.shuffled(1))])
    assert other.identity != days.identity
    without = paper_days(world.catalog, days.nowcast, days.maps)
    assert without.identity not in (days.identity, other.identity)
    with pytest.raises(InputError, match="give --channel"):
        fit_predictor(part, without, without.energy, 0)


def test_a_table_wants_channels_and_a_model_that_takes_them(world):
    given = TableInput.simulated()
    added = (f"{__name__}:MINE",)
    with pytest.raises(InputError, match="mine takes covariates, and there is none"):
        TableRequest("table2", given, Effort(), added)
    knowing = replace(given, channels=(channel_of(world),))
    with pytest.raises(InputError, match="no model takes the channel strain"):
        TableRequest("table2", knowing, Effort())
    request = TableRequest("table2", knowing, Effort(), added)
    assert [model.covariates for model in request.models] == [False, False, True]
    assert list(request.identity["channels"]) == ["strain"]
    with pytest.raises(ValueError, match="an autoencoder alone"):
        with_covariates(Model("alone", autoencoder=encoder()))
    with pytest.raises(ValueError, match="codes takes no covariates"):
        replace(MINE, target="code")
