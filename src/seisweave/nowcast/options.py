"""How networks are trained, whichever they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from seisweave.errors import InputError
from seisweave.nowcast.devices import check_accelerator
from seisweave.renamed import renamed_fields, renamed_names

if not TYPE_CHECKING:
    __getattr__ = renamed_names(__name__)


@renamed_fields(schedule="learning_rate_schedule")
@dataclass(frozen=True)
class TrainingOptions:
    """How networks are trained.

    Errors: InputError for an invalid value.

    >>> TrainingOptions(epochs=30, learning_rate_schedule="cycle", learning_rate=3e-3).patience
    20
    >>> TrainingOptions(patience=0)
    Traceback (most recent call last):
    seisweave.errors.InputError: patience is 0; give 1 or more
    """

    epochs: int = field(
        default=0, metadata={"help": "Most epochs of training; 0: 8, and in the paper protocol 100, as published."}
    )
    patience: int = field(default=20, metadata={"help": "Epochs without a better validation loss before it ends."})
    batch: int = field(default=64, metadata={"help": "Examples a step; the paper tries 16, 64, 128."})
    learning_rate: float = field(default=1e-3, metadata={"help": "Step size of Adam."})
    learning_rate_schedule: Literal["constant", "cycle"] = field(
        default="constant",
        metadata={"help": "Step size: constant, or rising for a tenth of all epochs and falling to zero (cycle)."},
    )
    seed: int = field(default=0, metadata={"help": "Seed of first weights, order of examples and draws."})
    accelerator: str = field(default="auto", metadata={"help": "Where to compute: auto, cpu, gpu, cuda, mps."})
    devices: int = field(default=1, metadata={"help": "How many devices to train on."})
    workers: int = field(default=0, metadata={"help": "Processes that load examples; 0: none beside the training."})

    def __post_init__(self) -> None:
        for name, least in (("epochs", 0), ("patience", 1), ("batch", 1), ("seed", 0), ("devices", 1), ("workers", 0)):
            if getattr(self, name) < least:
                raise InputError(f"{name} is {getattr(self, name)}; give {least} or more")
        if not 0.0 < self.learning_rate < 10.0:
            raise InputError(f"learning_rate is {self.learning_rate}; give a number between 0 and 10")
        if self.learning_rate_schedule not in ("constant", "cycle"):
            raise InputError(f"learning_rate_schedule is {self.learning_rate_schedule!r}; choose constant or cycle")
        check_accelerator(self.accelerator)
