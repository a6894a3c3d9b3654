"""How a training went, epoch by epoch: kept as CSV beside the weights."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path
from typing import Any

from seisweave.errors import InputError
from seisweave.nowcast.options import TrainingOptions
from seisweave.storage import write_text


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


def write_log(history: History, path: Path) -> None:
    """Write one line of CSV an epoch."""
    lines = StringIO()
    writer = csv.DictWriter(lines, list(Epoch.__annotations__), lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(epoch) for epoch in history.epochs)
    write_text(path, lines.getvalue())


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
