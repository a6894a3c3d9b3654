"""One training path: the best weights come back, a broken fit ends like an unbroken one, fits do not meet."""

import signal
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from seisweave.errors import InputError
from seisweave.nowcast import lightning_loop
from seisweave.nowcast.examples import Batches, TensorRows, Windows
from seisweave.nowcast.history import read_log
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.seeding import seeded
from seisweave.nowcast.training import train
from seisweave.nowcast.weights import load_weights, save_weights

OPTIONS = TrainingOptions(epochs=8, patience=8, batch=16, learning_rate=1e-2, accelerator="cpu")


class Noisy(nn.Module):
    """A small network with batch norm and dropout, so that order and draws matter."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Dropout(0.3), nn.Linear(8, 1))

    def loss(self, batch):
        x, y = batch
        return (self.body(x).squeeze(1) - y).square().mean()


def data(seed=0, n=96):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3)).astype(np.float32)
    y = (x @ np.array([1.0, -2.0, 0.5], np.float32)).astype(np.float32)
    return TensorRows((torch.from_numpy(x), torch.from_numpy(y)))


def fresh(seed=0):
    with seeded(seed):
        return Noisy()


def weights(network):
    return {name: tensor.numpy().tobytes() for name, tensor in network.state_dict().items()}


def fitted(options=OPTIONS, **others):
    network = fresh(options.seed)
    return network, train(network, data(), data(1), options, **others)


@pytest.fixture(scope="module")
def unbroken():
    return fitted()


def test_it_learns_and_the_best_weights_come_back(unbroken):
    network, history = unbroken
    assert len(history.epochs) == 8
    assert history.epochs[-1].training_loss < 0.5 * history.epochs[0].training_loss
    with torch.inference_mode():
        losses = [float(network.loss(data(1).pick(torch.arange(k, k + 16)))) for k in range(0, 96, 16)]
    assert np.mean(losses) == pytest.approx(history.best.validation_loss, rel=1e-5)
    assert not network.training


def test_it_stops_after_stale_epochs():
    options = replace(OPTIONS, epochs=50, patience=2, learning_rate=1.0)
    _, history = fitted(options)
    assert len(history.epochs) < 50
    assert history.epochs[-1].epoch == history.best.epoch + 2


class _KilledError(Exception):
    pass


@pytest.mark.parametrize("last", [0, 4])
def test_a_fit_taken_up_ends_with_the_same_bits(tmp_path, monkeypatch, unbroken, last):
    monkeypatch.setattr(lightning_loop, "CHECKPOINT_EVERY_S", 0.0)

    def die(epoch):
        if epoch.epoch == last + 1:  # before this epoch is saved
            raise _KilledError

    with pytest.raises(_KilledError):
        fitted(keep=tmp_path, progress=die)
    assert (tmp_path / "checkpoint.ckpt").is_file()
    seen = []
    network, history = fitted(keep=tmp_path, resume=True, progress=seen.append)
    assert [epoch.epoch for epoch in seen] == list(range(last + 1, 8)), "finished epochs are not done again"
    assert weights(network) == weights(unbroken[0])
    assert [e.validation_loss for e in history.epochs] == [e.validation_loss for e in unbroken[1].epochs]
    assert not (tmp_path / "checkpoint.ckpt").exists()
    seen.clear()
    again, known = fitted(keep=tmp_path, resume=True, progress=seen.append)
    assert weights(again) == weights(network)
    assert known == history == read_log(tmp_path / "log.csv")
    assert not seen


def test_fits_do_not_meet(unbroken):
    """Not through the generators, threads, signals or warnings of the process."""
    np.random.seed(3), torch.manual_seed(3)  # noqa: NPY002
    before = np.random.get_state()[1].tobytes(), torch.get_rng_state().numpy().tobytes()  # noqa: NPY002
    held = torch.get_num_threads(), signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    torch.rand(1), torch.manual_seed(3)
    network, _ = fitted()
    assert weights(network) == weights(unbroken[0])
    after = np.random.get_state()[1].tobytes(), torch.get_rng_state().numpy().tobytes()  # noqa: NPY002
    assert after == before
    assert (torch.get_num_threads(), signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == held


def test_workers_change_nothing(unbroken):
    options = replace(OPTIONS, workers=1, epochs=2)
    _, history = fitted(options)
    assert [e.training_loss for e in history.epochs] == [e.training_loss for e in unbroken[1].epochs[:2]]


def test_an_interrupt_stays_an_interrupt():
    def interrupt(epoch):
        raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        fitted(progress=interrupt)
    assert signal.getsignal(signal.SIGINT) == before


def test_windows_are_gathered_and_end_before_their_target():
    values, targets = torch.arange(20.0), torch.arange(20.0) * 10
    windows = Windows(values, targets, torch.tensor([5, 9]), length=3)
    inputs, wanted = windows.pick(torch.tensor([1, 0]))
    assert inputs.tolist() == [[6, 7, 8], [2, 3, 4]]
    assert wanted.tolist() == [90, 50]
    with pytest.raises(ValueError, match="does not fit before step 2"):
        Windows(values, targets, torch.tensor([2]), length=3)


def test_an_epoch_takes_every_example_once_in_an_order_of_its_own():
    batches = Batches(data(), 10, seed=4, shuffle=True)
    first = torch.cat(list(batches)).tolist()
    batches.set_epoch(1)
    assert sorted(first) == list(range(96))
    assert torch.cat(list(batches)).tolist() != first
    assert torch.cat(list(Batches(data(), 10, seed=4, shuffle=False))).tolist() == list(range(96))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"epochs": -1}, "epochs is -1; give 0 or more"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0"),
        ({"accelerator": "abacus"}, "choose auto, cpu"),
        ({"workers": -1}, "workers is -1"),
    ],
)
def test_options_that_cannot_be(change, said):
    with pytest.raises(InputError, match=said):
        replace(OPTIONS, **change)


def test_a_loss_that_is_no_number():
    network, bad = fresh(), data()
    bad.tensors[1][3] = torch.nan
    with pytest.raises(InputError, match="the loss is nan after epoch 0; give a lower --learning-rate"):
        train(network, bad, data(1), OPTIONS)


def test_one_map_of_one_value_left_alone():
    class Normalised(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = nn.Sequential(nn.Conv2d(1, 2, 2), nn.BatchNorm2d(2))

        def loss(self, batch):
            return self.layers(batch[0]).square().mean()

    maps = TensorRows((torch.rand(9, 1, 2, 2),))
    options = TrainingOptions(epochs=1, batch=4, accelerator="cpu")
    with pytest.raises(InputError, match="batch is 4, which leaves one of 9 examples alone"):
        train(Normalised(), maps, maps, options)
    train(Normalised(), maps, maps, replace(options, batch=3))


def test_no_examples():
    with pytest.raises(InputError, match="0 examples to train on and 96 to validate on"):
        train(fresh(), data(n=0), data(), OPTIONS)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_device_that_is_not_there():
    with pytest.raises(InputError, match=r"cannot train on 1 × cuda: .*; give --accelerator cpu"):
        fitted(replace(OPTIONS, accelerator="cuda"))


def test_weights_are_numbers_and_nothing_else(tmp_path):
    network, path = fresh(), tmp_path / "weights.safetensors"
    save_weights(network, path)
    other = fresh(1)
    load_weights(other, path)
    assert weights(other) == weights(network)
    whole = path.read_bytes()
    for said, content in (("damaged weights", whole[:-7]), ("damaged weights", b"\x80\x04pickle"), ("damaged", b"")):
        path.write_bytes(content)
        with pytest.raises(InputError, match=said):
            load_weights(other, path)
    path.write_bytes(whole)
    with pytest.raises(InputError, match="weights of another network"):
        load_weights(nn.Linear(3, 8), path)
    with pytest.raises(InputError, match="cannot be read"):
        load_weights(other, tmp_path / "none")
    assert weights(other) == weights(network), "what was refused changed nothing"


def test_weights_are_there_whole_or_not_at_all(tmp_path, monkeypatch):
    """Whoever is killed while writing has not finished: what --resume finds must be a fit, or none."""

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save_weights(torch.nn.Linear(2, 2), tmp_path / "weights.safetensors")
    assert list(tmp_path.iterdir()) == []
