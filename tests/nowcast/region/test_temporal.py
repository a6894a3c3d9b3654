"""The temporal network: what it can see, one window at a time or all at once."""

import numpy as np
import pytest
import torch

from seisweave.errors import InputError
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.region.options import TemporalOptions
from seisweave.nowcast.region.sequence import Standard, nowcast_steps, sequence
from seisweave.nowcast.region.temporal import Stateful, TemporalNetwork
from seisweave.nowcast.seeding import seeded
from seisweave.nowcast.training import train


@pytest.mark.parametrize("window", [3, 7, 16, 31, 80, 100])
def test_it_sees_its_window_and_nothing_else(window):
    """All weights one: what an impulse reaches is what the network can see."""
    network = TemporalNetwork(TemporalOptions(window=window, filters=1), channels=1)
    with torch.no_grad():
        for name, weights in network.named_parameters():
            weights.fill_(0.0 if name.startswith(("attention.query", "attention.key")) else 1.0)
        quiet, loud = torch.zeros(1, 1, 400), torch.zeros(1, 1, 400)
        loud[0, 0, 150] = 1.0
        moved = torch.nonzero((network(loud) != network(quiet))[0]).flatten()
    assert moved.tolist() == list(range(150, 150 + window))


@pytest.mark.parametrize("attention", [True, False])
def test_window_by_window_is_the_whole_at_once(attention):
    """Outputs, and, where the state is not cut off, the gradient too."""
    with seeded(5):
        network = TemporalNetwork(TemporalOptions(window=20, filters=4, attention=attention), channels=2)
        series = torch.randn(1, 2, 96)
    state: list = []
    parts = [network(part, state) for part in series.split(16, dim=2)]
    torch.testing.assert_close(torch.cat(parts, dim=1), network(series))
    step = torch.cat([network(series[:, :, k : k + 1], state) for k in range(96)], dim=1)
    assert step.shape == (1, 96)
    one = nowcast_steps(network, series[0].numpy(), np.array([20, 57, 96]))
    np.testing.assert_allclose(one, network(series)[0, [19, 56, 95]].detach().numpy(), atol=1e-5)


def test_batches_of_windows_have_the_gradient_of_the_whole():
    """The loss is a sum over steps, so that windows with their history behind them add up to the series."""
    with seeded(6):
        network = TemporalNetwork(TemporalOptions(window=8, filters=4), channels=1)
        series, target = torch.randn(1, 1, 64), torch.randn(1, 64)
    late = (torch.arange(64) >= 16).float()[None]
    whole = torch.autograd.grad(network.loss((series, target, late)), list(network.parameters()))
    batch = torch.cat([series[:, :, k - 8 : k + 8] for k in range(16, 64, 8)])
    counts = (torch.arange(16) >= 8).float()[None].expand(6, 16)
    targets = torch.cat([target[:, k - 8 : k + 8] for k in range(16, 64, 8)])
    parts = torch.autograd.grad(network.loss((batch, targets, counts)), list(network.parameters()))
    for one, other in zip(whole, parts, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-5)


def test_one_minus_the_loss_is_the_efficiency():
    from seisweave.evaluation.series import nash_sutcliffe

    raw = np.random.default_rng(4).gamma(2.0, size=300)
    standard = Standard.of(raw[1:], raw[1:])
    made = sequence(raw, raw, standard, paper=True)
    with seeded(1):
        network = TemporalNetwork(TemporalOptions(window=10, filters=4), channels=2)
    examples = made.examples(np.ones(300, bool))
    with torch.no_grad():
        loss = float(network.loss(examples.tensors))
        out = network(examples.tensors[0])[0].numpy()
    nowcast = out * standard.smoothed_scale + standard.smoothed_mean
    assert 1 - loss == pytest.approx(nash_sutcliffe(nowcast.astype(float), raw[1:]), abs=1e-5)


@pytest.mark.parametrize("stateful", [False, True])
def test_it_learns_to_nowcast(stateful):
    """A slow wave in noise: better than tomorrow equals today, whichever way it is trained."""
    rng = np.random.default_rng(7)
    raw = np.sin(np.arange(600) / 5.0) + 0.3 * rng.normal(size=600)
    made = sequence(raw, raw, Standard.of(raw[:400], raw[:400]), paper=True)
    train_on, check_on = np.arange(600) < 400, np.arange(600) >= 400
    with seeded(0):
        network = TemporalNetwork(TemporalOptions(window=20, filters=8), channels=2)
    options = TrainingOptions(
        epochs=12 if stateful else 80, patience=80, batch=1, learning_rate=1e-2, accelerator="cpu"
    )
    if stateful:
        train(Stateful(network), made.windows(train_on, 20), made.windows(check_on, 20), options)
    else:
        train(network, made.examples(train_on), made.examples(check_on), options)
    nowcast = nowcast_steps(network, made.inputs, np.arange(400, 600))
    truth = made.target[400:]
    assert np.square(nowcast - truth).mean() < 0.6 * np.square(np.diff(made.target[399:])).mean()


@pytest.mark.parametrize(("options", "said"), [({"window": 2}, "window is 2"), ({"filters": 0}, "filters is 0")])
def test_options_that_cannot_be(options, said):
    with pytest.raises(InputError, match=said):
        TemporalOptions(**options)
