"""The one way every network is trained: Adam, early stopping, the best weights restored, resumed exactly.

A network owns its loss: it is a `torch.nn.Module` with a method `loss(batch)`. What it learns from are `Examples`
(`examples.py`). Everything random in an epoch depends on the seed and the number of the epoch alone, and the
generators of the process are left as they were: two fits in one process are the fits of two processes, and a fit that
is taken up after an epoch ends with the weights of an unbroken one, to the last bit on a CPU.

Arithmetic uses one thread, which on maps of this size is as fast as two and gives the same sums on every machine.
Source: Feng & Fox (2021), section IV-A (Adam, patience 20, at most 100 epochs, best weights). Their weights are chosen
on an unnamed set; here on the validation days, which come after the training days.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import torch
from torch import nn

from seisweave.errors import InputError
from seisweave.nowcast.examples import Examples
from seisweave.nowcast.options import TrainingOptions
from seisweave.storage import write_whole

WEIGHTS, LOG, CHECKPOINT = "weights.safetensors", "log.csv", "checkpoint.ckpt"


@dataclass(frozen=True)
class Epoch:
    """How an epoch ended; `best` is the lowest validation loss so far."""

    epoch: int
    training_loss: float
    validation_loss: float
    best: float
    seconds: float


@dataclass(frozen=True)
class History:
    """Every epoch of a fit in order, and the one whose weights were kept."""

    epochs: tuple[Epoch, ...]

    @property
    def best(self) -> Epoch:
        """The epoch of the lowest validation loss, the first of equals."""
        return min(self.epochs, key=lambda epoch: (epoch.validation_loss, epoch.epoch))

    @property
    def seconds(self) -> float:
        """Time all epochs took."""
        return sum(epoch.seconds for epoch in self.epochs)


class Trainable(Protocol):
    """A network that owns its loss."""

    def loss(self, batch: tuple[torch.Tensor, ...]) -> torch.Tensor:
        """Mean loss of a batch of examples, a scalar; lower is better."""
        ...


def train(
    network: nn.Module,
    examples: Examples,
    checks: Examples,
    options: TrainingOptions,
    *,
    keep: Path | None = None,
    resume: bool = False,
    progress: Callable[[Epoch], None] | None = None,
) -> History:
    """Train a network in place; it ends with the weights of the lowest validation loss, on the CPU, in eval mode.

    Arguments:
        network: a Module with `loss` (see `Trainable`), its first weights drawn within `seeded`.
        examples: what it is trained on.
        checks: what its validation loss is taken on.
        options: see `TrainingOptions`.
        keep: folder for a checkpoint of the work under way and, at the end, weights and log; made if missing.
        resume: go on from what `keep` holds: return at once if the fit was finished.
        progress: called after every epoch.

    Errors: InputError for no epochs, no examples, a loss that is no number, an accelerator that is not there.
    """
    if not options.epochs:
        raise InputError("epochs is 0, which leaves their number to a protocol; give 1 or more")
    if not len(examples) or not len(checks):
        raise InputError(
            f"{len(examples)} examples to train on and {len(checks)} to validate on; give a longer catalog, or other"
            " dates for the split"
        )
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        if resume and (keep / WEIGHTS).is_file():
            load_weights(network, keep / WEIGHTS)
            network.eval()
            return read_log(keep / LOG)
    from seisweave.nowcast.lightning_loop import fit  # Lightning takes seconds to import, and a nowcast needs none

    checkpoint = None if keep is None else keep / CHECKPOINT
    with seeded(options.seed):
        rows = fit(network, examples, checks, options, checkpoint=checkpoint, resume=resume, progress=progress)
    network.eval()
    history = History(tuple(rows))
    if keep is not None:
        write_log(history, keep / LOG)
        save_weights(network, keep / WEIGHTS)
        (keep / CHECKPOINT).unlink(missing_ok=True)
    return history


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Draw from generators seeded anew, one thread at work; both are as before afterwards."""
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=devices), _one_thread():
        torch.manual_seed(seed_of(seed))
        yield


@contextmanager
def inference() -> Iterator[None]:
    """Compute without gradients, by one thread: more are slower on small maps, and sums would depend on how many."""
    with torch.inference_mode(), _one_thread():
        yield


@contextmanager
def _one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def seed_of(*numbers: int) -> int:
    """One seed from several numbers, such as that of a fit and that of an epoch.

    >>> seed_of(1, 2) != seed_of(2, 1)
    True
    """
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0] >> 1)


def save_weights(network: nn.Module, path: Path, metadata: dict[str, str] | None = None) -> None:
    """Write the weights of a network as safetensors, whole or not at all: a fit is finished when they are there."""
    from safetensors.torch import save

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    content = save(tensors, metadata)
    write_whole(path, lambda file: file.write(content))


def load_weights(network: nn.Module, path: Path) -> None:
    """Read weights into a network of the same shape; nothing but numbers is ever read.

    Errors: InputError for a file that is missing, damaged, or of another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        tensors = load(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); train the model again") from None
    except SafetensorError as error:
        raise InputError(f"{path}: damaged weights ({str(error)[:100]}); train the model again") from None
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    found = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    if wanted != found:
        name = min(set(wanted.items()) ^ set(found.items()))[0]
        raise InputError(
            f"{path}: weights of another network ({name} is {found.get(name)}, not {wanted.get(name)}); give the folder"
            " of one model, unchanged"
        )
    if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
        raise InputError(f"{path}: damaged weights (not all are numbers); train the model again")
    network.load_state_dict(tensors)


def write_log(history: History, path: Path) -> None:
    """Write one line of CSV an epoch."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(Epoch.__annotations__), lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(epoch) for epoch in history.epochs)


def read_log(path: Path) -> History:
    """Read what `write_log` wrote. Errors: InputError for a file that is no log."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows: Sequence[dict[str, Any]] = [
                {name: json.loads(value) for name, value in row.items()} for row in csv.DictReader(file)
            ]
        return History(tuple(Epoch(**row) for row in rows))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{path}: no log of a training ({error}); train the model again") from None


def check_loss(value: float, epoch: int, options: TrainingOptions) -> None:
    """Refuse to go on with a loss that is no number."""
    if not math.isfinite(value):
        raise InputError(
            f"the loss is {value} after epoch {epoch}; give a lower --learning-rate than {options.learning_rate}"
        )
