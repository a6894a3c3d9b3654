"""The autoencoder: any grid, skips, penalty, what it finds novel."""

import numpy as np
import pytest
import torch

from seisweave.nowcast.examples import TensorRows
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.region.autoencoder import Autoencoder
from seisweave.nowcast.region.novelty import novelty
from seisweave.nowcast.region.options import AutoencoderOptions
from seisweave.nowcast.region.vae import VariationalAutoencoder
from seisweave.nowcast.seeding import seeded
from seisweave.nowcast.training import train


def autoencoder(shape=(9, 13), seed=0, kind=Autoencoder, **options):
    with seeded(seed):
        return kind(shape, AutoencoderOptions(**({"bottleneck": 4} | options)))


@pytest.mark.parametrize("shape", [(1, 1), (9, 13), (40, 60), (3, 50)])
@pytest.mark.parametrize("skips", [(True, True), (False, False)])
def test_any_grid_comes_back_in_its_own_size(shape, skips):
    network = autoencoder(shape, short_skips=skips[0], long_skips=skips[1])
    maps = torch.rand(3, *shape)
    assert network(maps).shape == maps.shape
    assert network.encode(maps)[0].shape == (3, 4)


def test_without_skips_all_goes_through_the_bottleneck():
    for long_skips in (False, True):
        network = autoencoder(short_skips=False, long_skips=long_skips).eval()
        with torch.no_grad():
            network.widen.weight.zero_()
            alike = torch.equal(*network(torch.rand(2, 9, 13)))
        assert alike == (not long_skips)


@pytest.mark.parametrize("kind", [Autoencoder, VariationalAutoencoder])
def test_it_learns_what_is_normal_and_finds_the_rest_novel(kind):
    rng = np.random.default_rng(0)
    usual = (np.linspace(0, 1, 13) * rng.uniform(0.5, 1, (256, 9, 1))).astype(np.float32)
    strange = rng.permuted(usual[:20], axis=2)
    network, rows = autoencoder(kind=kind, long_skips=False), TensorRows((torch.from_numpy(usual[:200]),))
    history = train(network, rows, rows, TrainingOptions(epochs=10, batch=32, learning_rate=5e-3, accelerator="cpu"))
    assert history.best.validation_loss < 0.3 * history.epochs[0].validation_loss
    assert novelty(network, strange).min() > 2 * novelty(network, usual[200:]).max()
    assert network(torch.from_numpy(usual[:2])).equal(network(torch.from_numpy(usual[:2]))), "nothing is drawn"


def test_the_penalty_is_the_mean_of_the_bottleneck():
    maps = torch.rand(5, 9, 13)
    plain, penal = (autoencoder(penalty=p) for p in (0.0, 2.0))
    code = plain.encode(maps)[0]
    torch.testing.assert_close(penal.loss((maps,)), plain.loss((maps,)) + 2.0 * code.abs().mean())
