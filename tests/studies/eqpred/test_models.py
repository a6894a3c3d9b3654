"""The registry: networks see their window and no more, and blocks hold every day once."""

import numpy as np
import pytest
import torch
from tests.nowcast.worlds import MAPS, precursor_world

from seisweave.nowcast.region.options import NowcastOptions
from seisweave.nowcast.region.sequence import Standard, sequence
from seisweave.nowcast.seeding import seeded
from seisweave.studies.eqpred.days import paper_days
from seisweave.studies.eqpred.models import blocks
from seisweave.studies.eqpred.models.registry import MODELS, TABLES, Model, single

SHAPE = (4, 4)
SINGLES = [model for model in MODELS.values() if model.single]
PREDICTORS = {
    model.predictor.network: model for model in MODELS.values() if model.predictor and model.target == "novelty"
}
AUTOENCODERS = {model.autoencoder.network: model for model in MODELS.values() if model.autoencoder}


def test_the_paper_s_rows_are_all_there():
    assert len(TABLES["table1"]) == 14, "twelve models and two controls"
    assert TABLES["table3"] == tuple(f"latent {size}" for size in (16, 64, 128, 1024))
    roots = {model.autoencoder for name, model in MODELS.items() if name in TABLES["table1"] and model.autoencoder}
    assert len(roots) == 3, "rows with equal autoencoders share them"
    assert MODELS["latent 16"].autoencoder == MODELS["EQPRED"].autoencoder


@pytest.mark.parametrize("model", SINGLES, ids=lambda model: model.name)
def test_networks_over_maps_see_their_window(model):
    """A later map changes nothing; an earlier one does, and, where the window is fixed, only within it."""
    with seeded(1):
        network = model.single.network(SHAPE, model.single.options).eval()
        maps = torch.rand(2, 30, *SHAPE)
    changed = maps.clone()
    changed[:, 15] += 1.0
    with torch.inference_mode():
        moved = (network(changed) != network(maps)).any(dim=0).numpy()
    assert moved.shape == (30,)
    assert not moved[:15].any()
    assert moved[15:].any()
    if "LSTM" not in model.name:
        assert not moved[15 + model.single.options.window :].any()


@pytest.mark.parametrize("model", PREDICTORS.values(), ids=lambda model: model.name)
def test_predictors_see_the_past(model):
    with seeded(1):
        network = model.predictor.network(model.predictor.options, 2).eval()
        x = torch.rand(2, 2, 120)
    changed = x.clone()
    changed[:, :, 100] += 1.0
    with torch.inference_mode():
        moved = (network(changed) != network(x)).any(dim=0)
    assert not moved[:100].any()
    assert moved[100:].any()


@pytest.mark.parametrize("model", AUTOENCODERS.values(), ids=lambda model: model.name)
@pytest.mark.parametrize("shape", [(4, 4), (5, 7), (40, 60)])
def test_autoencoders_give_maps_back_on_any_grid(model, shape):
    network = model.autoencoder.network(shape, model.autoencoder.options)
    maps = torch.rand(3, *shape)
    assert network(maps).shape == maps.shape
    assert network.loss((maps,)).item() > 0


@pytest.mark.parametrize("window", [1, 3, 10])
@pytest.mark.parametrize("n", [15, 33, 100, 201])
def test_every_day_counts_once_in_blocks(n, window):
    rng = np.random.default_rng(n)
    counted = rng.random(n) < 0.8
    counted[: window + 1] = False
    values = torch.arange(n, dtype=torch.float32)[:, None, None].expand(n, 2, 2)
    made = blocks.map_blocks(values, torch.arange(n, dtype=torch.float32), torch.from_numpy(counted).numpy(), window)
    seen = []
    for k in range(len(made)):
        maps, targets, counts = made.pick(torch.tensor([k]))
        assert (targets == maps[:, :, 0, 0] + 1).all(), "the target is that of the next step"
        seen += targets[counts > 0].int().tolist()
    assert sorted(seen) == np.flatnonzero(counted).tolist()


def test_blocks_of_a_series_are_the_series():
    days = paper_days(precursor_world(700), NowcastOptions(protocol="paper", threshold=4.5), MAPS)
    raw = np.random.default_rng(0).normal(size=len(days.observed))
    whole = sequence(raw, raw, Standard.of(raw, raw), paper=True)
    made = blocks.series_blocks(whole, days.train, 20)
    inputs, targets, counts = made.tensors
    assert inputs.shape[1:] == (2, inputs.shape[2])
    assert counts.sum() == days.train[20:].sum()
    assert torch.equal(inputs[:, 0, 1:][counts[:, :-1] > 0], targets[:, :-1][counts[:, :-1] > 0])


def test_a_user_s_model_is_a_file_and_a_line():
    class Mine(torch.nn.Module):
        def __init__(self, shape, options):
            super().__init__()

    model = single("mine", Mine, window=5)
    assert isinstance(model, Model)
    assert model.single.options.window == 5
    with pytest.raises(ValueError, match="give a single network, or an autoencoder"):
        Model("neither")
