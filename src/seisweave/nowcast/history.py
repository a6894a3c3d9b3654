"""How a training went, epoch by epoch: kept as CSV beside the weights."""

from __future__ import annotations

import csv
import math
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path

from seisweave.errors import InputError
from seisweave.nowcast.options import TrainingOptions
from seisweave.storage import write_text
from seisweave.stored_files import refused
from seisweave.stored_json import parse_json, record_of


@dataclass(frozen=True)
class Epoch:
    """How an epoch ended; `best` is the lowest validation loss so far."""

    epoch: int
    training_loss: float
    validation_loss: float
    best: float
    seconds: float = 0.0


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


def write_log(history: History, path: Path, *, seconds: bool = True) -> None:
    """Write one line of CSV an epoch; without `seconds` equal trainings are equal files."""
    names = [name for name in Epoch.__annotations__ if seconds or name != "seconds"]
    lines = StringIO()
    writer = csv.DictWriter(lines, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(epoch) for epoch in history.epochs)
    write_text(path, lines.getvalue())


def read_log(path: Path) -> History:
    """Read what `write_log` wrote. Errors: InputError for a file that is no log."""
    try:
        with path.open(newline="", encoding="utf-8") as file:
            rows = [{name: parse_json(value) for name, value in row.items()} for row in csv.DictReader(file)]
        if not rows:
            raise ValueError("it has no epoch")
        return History(tuple(record_of(Epoch, row) for row in rows))
    except Exception as error:
        raise refused(path, error, "train the model again", "no log of a training") from None


def check_loss(value: float, epoch: int, options: TrainingOptions) -> None:
    """Refuse to go on with a loss that is no number."""
    if not math.isfinite(value):
        raise InputError(
            f"the loss is {value} after epoch {epoch}; give a lower --learning-rate than {options.learning_rate}"
        )
