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

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import torch
from torch import nn

from seisweave.errors import InputError
from seisweave.nowcast.examples import Examples
from seisweave.nowcast.history import Epoch, History, read_log, write_log
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.seeding import seeded
from seisweave.nowcast.weights import load_weights, save_weights
from seisweave.renamed import renamed_names
from seisweave.storage import make_folder

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)

WEIGHTS, LOG, CHECKPOINT = "weights.safetensors", "log.csv", "checkpoint.ckpt"


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
        make_folder(keep)
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
