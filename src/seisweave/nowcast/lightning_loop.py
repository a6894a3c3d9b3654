"""The loop of `training.train`, which Lightning runs: epochs, devices, checkpoints.

Imported only when something is trained. Lightning's own messages, warnings about speed, and changes to signal handlers
stay within.
"""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

import torch
from torch import nn

with warnings.catch_warnings():  # of its own imports
    warnings.simplefilter("ignore")
    import lightning.pytorch as pl
    from lightning.fabric.utilities.exceptions import MisconfigurationException

    from seisweave.nowcast.several_devices import LOGGERS, Quiet, Share, set_share, synchronised, told_here

from seisweave.errors import InputError
from seisweave.nowcast.devices import check_devices
from seisweave.nowcast.examples import Examples, batches_of
from seisweave.nowcast.history import Epoch, check_loss
from seisweave.nowcast.options import TrainingOptions
from seisweave.nowcast.seeding import seed_of
from seisweave.storage import sync

CHECKPOINT_EVERY_S = 5.0
_LEAST_CYCLE = 12  # steps; torch divides by zero where the rise, a tenth of them, has but one
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # as malloc.h numbers them


def fit(
    network: nn.Module,
    examples: Examples,
    checks: Examples,
    options: TrainingOptions,
    *,
    checkpoint: Path | None,
    resume: bool,
    progress: Callable[[Epoch], None] | None,
) -> list[Epoch]:
    """Run all epochs and put the best weights into the network; returns the epochs.

    Errors: InputError for devices that are not there, and a last batch that cannot be normalised.
    """
    check_devices(options.accelerator, options.devices)
    keeper = _Keeper(options, checkpoint, progress if options.devices == 1 else None)  # others cannot call back
    taken_up = checkpoint if resume and checkpoint is not None and checkpoint.is_file() else None
    if options.devices > 1:
        torch.multiprocessing.set_sharing_strategy("file_system")  # one descriptor a tensor would be too many
    _keep_freed_memory()
    loading: dict[str, Any] = {"seed": options.seed, "workers": options.workers}
    with _alone():
        trainer = _trainer(options, keeper)
        learn = batches_of(examples, options.batch, shuffle=True, **loading)
        check = batches_of(checks, options.batch, shuffle=False, **loading)
        several = options.devices > 1
        module = _Module(synchronised(network) if several else network, options, len(examples), len(checks))
        try:
            with told_here():
                trainer.fit(module, learn, check, ckpt_path=taken_up, weights_only=True)
        except SystemExit as end:  # what Lightning makes of Ctrl-C
            if isinstance(end.__context__, KeyboardInterrupt):
                raise end.__context__ from None
            raise
        except ValueError as error:
            if "more than 1 value per channel" not in str(error):
                raise
            raise InputError(
                f"batch is {options.batch}, which leaves one of {len(examples):,} examples alone, and one map of so few"
                " cells cannot be normalised; give another batch, or smaller cells"
            ) from None
    if trainer.world_size > 1:  # the callback's memory is that of another process
        network.load_state_dict(module.network.state_dict())  # type: ignore[union-attr, operator]
        return [Epoch(**row) for row in _rows_of_rank_zero(trainer)]
    network.load_state_dict(keeper.weights)
    return [Epoch(**row) for row in keeper.rows]


def _keep_freed_memory() -> None:
    """Let the C library keep what one step frees for the next.

    It gives large blocks back to the system at once, and asking for them again took a fifth of the time of a step.
    """
    with suppress(AttributeError, OSError, TypeError):  # glibc only
        libc = ctypes.CDLL(None)
        for option, value in ((_TRIM_THRESHOLD, 2**31 - 1), (_MMAP_THRESHOLD, 2**25)):
            libc.mallopt(option, value)


def _trainer(options: TrainingOptions, keeper: _Keeper) -> pl.Trainer:
    """A silent trainer. Errors: InputError for devices that are not there."""
    try:
        return pl.Trainer(
            accelerator=options.accelerator,
            devices=options.devices,
            strategy=Quiet() if options.devices > 1 else "auto",
            use_distributed_sampler=False,
            max_epochs=options.epochs,
            callbacks=[keeper],
            logger=False,
            enable_checkpointing=False,
            enable_progress_bar=False,
            enable_model_summary=False,
            num_sanity_val_steps=0,
        )
    except (MisconfigurationException, ValueError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:150]
        raise InputError(
            f"cannot train on {options.devices} × {options.accelerator}: {reason}; give --accelerator cpu, or fewer"
            " --devices"
        ) from None


class _Module(pl.LightningModule):
    """A network as Lightning wants it, and how many examples it learns from and is checked on."""

    def __init__(self, network: nn.Module, options: TrainingOptions, n: int, n_checks: int) -> None:
        super().__init__()
        self.network, self.options, self.n, self.n_checks = network, options, n, n_checks

    def on_train_epoch_start(self) -> None:
        """Make everything drawn in an epoch depend on its number only."""
        torch.manual_seed(seed_of(self.options.seed, self.current_epoch, self.global_rank))

    def training_step(self, batch: Sequence[torch.Tensor], number: int) -> torch.Tensor:
        """Loss of a batch; of several processes' shares, by what each counts."""
        share = self._share(number, self.n)
        set_share(self.network, share.examples)
        return share.loss * self._noted("training", batch, share)

    def validation_step(self, batch: Sequence[torch.Tensor], number: int) -> torch.Tensor:
        """Loss of a batch that is not learned from."""
        return self._noted("validation", batch, self._share(number, self.n_checks))

    def _share(self, number: int, n: int) -> Share:
        size = min(self.options.batch, n - number * self.options.batch)
        return Share.of(size, self.global_rank, self.trainer.world_size)

    def _noted(self, name: str, batch: Sequence[torch.Tensor], share: Share) -> torch.Tensor:
        loss = self.network.loss(tuple(batch))  # type: ignore[operator]
        counted = share.counted * self.trainer.world_size  # Lightning takes the mean over processes in whole numbers
        self.log(name, loss, on_step=False, on_epoch=True, batch_size=counted, sync_dist=True)
        return loss

    def configure_optimizers(self) -> Any:
        """Adam, all else at its usual; its step size by the schedule."""
        adam = torch.optim.Adam(self.network.parameters(), self.options.learning_rate)
        if self.options.learning_rate_schedule == "constant":
            return adam
        steps = max(_LEAST_CYCLE, int(self.trainer.estimated_stepping_batches))
        cycle = torch.optim.lr_scheduler.OneCycleLR(adam, self.options.learning_rate, total_steps=steps, pct_start=0.1)
        return {"optimizer": adam, "lr_scheduler": {"scheduler": cycle, "interval": "step"}}


class _Keeper(pl.Callback):
    """Keeps the best weights in memory, stops in time, and writes checkpoints that hold all of that."""

    def __init__(
        self, options: TrainingOptions, checkpoint: Path | None, progress: Callable[[Epoch], None] | None
    ) -> None:
        self.options, self.checkpoint, self.progress = options, checkpoint, progress
        self.rows: list[dict[str, Any]] = []
        self.weights: dict[str, torch.Tensor] = {}
        self.stale = 0
        self._saved = self._began = perf_counter()

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint holds of this: plain values and tensors."""
        return {"rows": self.rows, "weights": self.weights, "stale": self.stale}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take up where a checkpoint ends."""
        self.rows, self.weights, self.stale = state["rows"], state["weights"], state["stale"]

    def on_train_epoch_start(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:  # noqa: ARG002
        """Start the clock."""
        self._began = perf_counter()

    def on_train_epoch_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Judge the epoch; validation has run."""
        metrics = trainer.callback_metrics
        epoch = self._judge(float(metrics["training"]), float(metrics["validation"]), module, trainer.current_epoch)
        if self.progress is not None and trainer.is_global_zero:
            self.progress(epoch)
        trainer.should_stop = trainer.should_stop or self.stale >= self.options.patience
        if self.checkpoint is not None and perf_counter() - self._saved >= CHECKPOINT_EVERY_S:
            self._save(trainer, self.checkpoint)

    def _judge(self, training: float, validation: float, module: pl.LightningModule, number: int) -> Epoch:
        check_loss(training, number, self.options)
        check_loss(validation, number, self.options)
        best = min((row["best"] for row in self.rows), default=float("inf"))
        self.stale += 1
        if validation < best:
            state = module.network.state_dict()  # type: ignore[union-attr, operator]
            self.weights = {name: tensor.detach().cpu().clone() for name, tensor in state.items()}
            self.stale = 0
        seconds = round(perf_counter() - self._began, 4)
        epoch = Epoch(number, training, validation, min(best, validation), seconds)
        self.rows.append(asdict(epoch))
        return epoch

    def _save(self, trainer: pl.Trainer, checkpoint: Path) -> None:
        beside = checkpoint.with_suffix(".tmp")
        trainer.save_checkpoint(beside)
        if trainer.is_global_zero:
            sync(beside)
            os.replace(beside, checkpoint)  # noqa: PTH105
            sync(checkpoint.parent)
        self._saved = perf_counter()

    def on_fit_end(self, trainer: pl.Trainer, module: pl.LightningModule) -> None:
        """Where several processes train, only the module and these numbers come back to the first one."""
        if trainer.world_size > 1:
            module.network.load_state_dict(self.weights)  # type: ignore[union-attr, operator]
            for row in self.rows:
                for name, value in row.items():
                    trainer.callback_metrics[f"{row['epoch']}/{name}"] = torch.tensor(value, dtype=torch.float64)


def _rows_of_rank_zero(trainer: pl.Trainer) -> list[dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {}
    for key, value in trainer.callback_metrics.items():
        number, slash, name = key.partition("/")
        if slash:
            rows.setdefault(int(number), {})[name] = int(value) if name == "epoch" else float(value)
    return [rows[number] for number in sorted(rows)]


@contextmanager
def _alone() -> Iterator[None]:
    """Keep Lightning's messages, warnings and signal handlers from the rest of the process."""
    loggers = [logging.getLogger(name) for name in LOGGERS]
    levels = [logger.level for logger in loggers]
    main = threading.current_thread() is threading.main_thread()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)} if main else {}
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
        for number, handler in handlers.items():
            signal.signal(number, handler)
