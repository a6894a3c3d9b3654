"""The network by place: its loss, its orientations, where it begins."""

import numpy as np
import torch

from seisweave.nowcast.place.fit import log_rates
from seisweave.nowcast.place.network import PlaceNetwork, log_loss, turned
from seisweave.nowcast.place.options import (
    PlaceNetworkOptions,
)


def test_loss_is_that_of_the_chance_of_one_event_or_more():
    rate = torch.tensor([[[[0.01, 0.7]]]])
    loss = log_loss(torch.log(rate), torch.tensor([[[[False, True]]]]))
    np.testing.assert_allclose(loss.numpy()[0, 0], [[0.01, -np.log(1 - np.exp(-0.7))]], rtol=1e-5)


def test_every_orientation_is_seen_and_truth_turns_along():
    x = torch.arange(12.0).reshape(1, 1, 3, 4)
    torch.manual_seed(1)
    seen = set()
    for _ in range(100):
        features, happened = turned(x, x)
        assert torch.equal(features, happened)
        seen.add((features.shape, *features.flatten().tolist()))
    assert len(seen) == 8


def test_a_fresh_network_says_the_sum_of_rates():
    network = PlaceNetwork(3, 2, PlaceNetworkOptions()).eval()
    network.prepare(torch.log(torch.tensor([1.0, 2.0, 3.0])), torch.tensor([0.0, -2.0]), torch.zeros(4), torch.ones(4))
    x = torch.randn(5, 3, 4, 6)
    expected = torch.log((torch.exp(x) * torch.tensor([1.0, 2.0, 3.0])[:, None, None]).sum(1)) - 2
    with torch.no_grad():
        np.testing.assert_allclose(network(x)[:, 1], expected, atol=1e-5)


def test_a_day_alone_is_nowcast_like_a_day_among_others():
    torch.manual_seed(0)
    network = PlaceNetwork(3, 2, PlaceNetworkOptions()).eval()
    torch.nn.init.normal_(network.curved.weight)
    x = np.random.default_rng(0).normal(size=(300, 3, 4, 6)).astype(np.float32)
    np.testing.assert_allclose(log_rates(network, x[7:8])[0], log_rates(network, x)[7], rtol=1e-5)
