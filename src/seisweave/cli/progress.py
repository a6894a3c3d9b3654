"""A live line about long work: stage, share done, faults left, gain of the last merge, time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from seisweave.faults.reconstruct import Step


@contextmanager
def live_progress(quiet: bool = False) -> Iterator[Callable[[Step], None] | None]:
    """Show steps on standard error while it is a terminal; nothing elsewhere."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (
        TextColumn("{task.fields[stage]:14}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[detail]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=1.0, stage="", detail="")

        def show(step: Step) -> None:
            detail = f"{step.n_gaussians:,} faults" if step.n_gaussians else ""
            if step.gain == step.gain:
                detail += f", gain {step.gain:.1f}"
            bar.update(task, completed=step.done, stage=step.stage, detail=detail)

        yield show
