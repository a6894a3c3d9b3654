"""One training of a table: the network in place, and how that went."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from torch import nn

from seisweave.nowcast.examples import Examples
from seisweave.nowcast.history import History
from seisweave.nowcast.training import train
from seisweave.progress import Progress, Step
from seisweave.studies.eqpred.models.registry import Part


def trained(
    network: nn.Module,
    learn: Examples,
    check: Examples,
    part: Part,
    seed: int,
    *,
    keep: Path | None,
    progress: Progress | None,
) -> dict[str, Any]:
    """Train a network in place, going on where an earlier try was stopped; how that went."""
    options = replace(part.training, seed=seed)
    start, cpu = perf_counter(), process_time()
    history: History = train(
        network,
        learn,
        check,
        options,
        keep=keep,
        resume=keep is not None,
        progress=None if progress is None else lambda epoch: progress(Step("fit", (epoch.epoch + 1) / options.epochs)),
    )
    return {
        "seconds": round(max(history.seconds, perf_counter() - start), 2),
        "cpu_seconds": round(process_time() - cpu, 2),
        "epochs": len(history.epochs),
        "validation_loss": history.best.validation_loss,
        "weights": sum(tensor.numel() for tensor in network.parameters()),
    }
