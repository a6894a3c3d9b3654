"""Two processes that train together end where one does; devices that are not there are refused before anything."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from seisweave.errors import InputError
from seisweave.nowcast.devices import check_devices
from seisweave.nowcast.examples import TensorRows
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.seeding import seeded
from seisweave.nowcast.several_devices import Share, SynchronisedNorm, synchronised
from seisweave.nowcast.training import train

OPTIONS = TrainingOptions(epochs=6, batch=15, learning_rate=1e-2, accelerator="cpu")
N = 46  # batches of 15, 15, 15 and 1: shares are of 8 and 7, and one example is for both


class Normed(nn.Module):
    """In doubles, so that a mistake is not taken for rounding."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            *(nn.Conv1d(1, 4, 3, bias=False), nn.BatchNorm1d(4), nn.ReLU(), nn.Conv1d(4, 1, 3))
        ).double()

    def loss(self, batch):
        x, y = batch
        return (self.body(x)[:, 0] - y).square().mean()


def data(seed, n=N):
    x = torch.from_numpy(np.random.default_rng(seed).normal(size=(n, 1, 9)))
    return TensorRows((x, x[:, 0, 2:7] ** 2 - x[:, 0, 4:9]))


def fitted(options):
    with seeded(0):
        network = Normed()
    return network, train(network, data(0), data(1, 31), options)


def test_two_processes_end_where_one_does(capfd):
    one, alone = fitted(OPTIONS)
    capfd.readouterr()
    two, together = fitted(replace(OPTIONS, devices=2))
    told = capfd.readouterr()
    assert told.out + told.err == "", "how processes find each other is nobody's business"
    for name in ("training_loss", "validation_loss"):
        losses = [[getattr(epoch, name) for epoch in history.epochs] for history in (alone, together)]
        assert losses[1] == pytest.approx(losses[0], rel=1e-6), "what is noted is noted in singles"
    assert alone.epochs[-1].training_loss < 0.9 * alone.epochs[0].training_loss
    assert two.state_dict().keys() == one.state_dict().keys()
    for name, tensor in one.state_dict().items():
        assert two.state_dict()[name].numpy() == pytest.approx(tensor.numpy(), rel=1e-9, abs=1e-12), name


def test_shares_of_a_batch_add_up():
    for world in (1, 2, 3, 5):
        for size in range(1, 12):
            shares = [Share.of(size, rank, world) for rank in range(world)]
            assert sum(share.loss for share in shares) == pytest.approx(world)
            assert sum(share.counted for share in shares) == size


def test_a_synchronised_copy_keeps_names_and_weights():
    network = Normed()
    copy = synchronised(network)
    assert [type(module) for module in network.body][1] is nn.BatchNorm1d, "the network itself is left alone"
    assert isinstance(copy.body[1], SynchronisedNorm)
    assert all(torch.equal(copy.state_dict()[name], tensor) for name, tensor in network.state_dict().items())


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_devices_that_are_not_there():
    check_devices("auto")
    check_devices("cpu", 5)
    with pytest.raises(InputError, match="cannot train on 2 × cuda: torch finds no such device on this machine; give"):
        check_devices("cuda", 2)


def test_too_few_devices(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    check_devices("gpu")
    for accelerator in ("cuda", "gpu", "auto"):
        with pytest.raises(InputError, match=r"torch finds 1 of these devices on this machine; .* --devices 1$"):
            check_devices(accelerator, 2)
