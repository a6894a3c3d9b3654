"""What is said about long work: stage, share done, faults left, best gain, time left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from seisweave.cli.wording import in_words
from seisweave.compiling import compiled, told_of_compiling
from seisweave.progress import Step

if TYPE_CHECKING:
    from rich.console import Console

_EVERY_S, _NAN = 10.0, float("nan")


@contextmanager
def live_progress(notes: Sequence[str] = (), *, quiet: bool = False) -> Iterator[Callable[[Step], None] | None]:
    """Show steps on standard error: a live line on a terminal, elsewhere a plain line at most every ten seconds.

    The notes come first, with the first step, so that input which cannot be used leaves its one line only.
    """
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    if quiet:
        with told_of_compiling(lambda _: None):
            yield None
        return
    with ExitStack() as shown:
        show = shown.enter_context(_live_line(console)) if console.is_terminal else _PlainLines()
        tell = _after_notes(notes, show)
        shown.enter_context(
            told_of_compiling(lambda n: show(Step(f"compiling, once on this machine: {n} loops", _NAN)))
        )
        yield tell


def _after_notes(notes: Sequence[str], show: Callable[[Step], None]) -> Callable[[Step], None]:
    untold = [note for note in notes if note]

    def tell(step: Step) -> None:
        while untold:
            print(f"note: {in_words(untold.pop(0))}", file=sys.stderr)
        show(step)

    return tell


class _PlainLines:
    """Steps as lines of text, for logs: none for short work."""

    def __init__(self) -> None:
        self._start = self._last = monotonic()
        self._done, self._compiled = 0.0, compiled.seconds

    def __call__(self, step: Step) -> None:
        """Print a line, if the last one is ten seconds old."""
        now = monotonic()
        if step.done < self._done:  # new work begins
            self._start, self._compiled = now, compiled.seconds
        self._done = step.done if step.done == step.done else self._done
        if now - self._last < _EVERY_S:
            return
        self._last = now
        if step.done != step.done:
            print(f"{step.stage}, {_duration(now - self._start)} elapsed", file=sys.stderr, flush=True)
            return
        left_s = seconds_left(step, now - self._start - (compiled.seconds - self._compiled))
        left = f", about {_duration(left_s)} left" if step.done < 1.0 and left_s == left_s else ""
        about = ", ".join(filter(None, (f"{100.0 * step.done:.0f} %", describe(step))))
        print(f"{step.stage}: {about}, {_duration(now - self._start)} elapsed{left}", file=sys.stderr, flush=True)


@contextmanager
def _live_line(console: Console) -> Iterator[Callable[[Step], None]]:
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.fields[stage]}", markup=False),
        BarColumn(bar_width=24),
        TaskProgressColumn(),
        TextColumn("{task.fields[detail]}", markup=False),
        TimeElapsedColumn(),
        TextColumn("{task.fields[left]}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task, start, done = bar.add_task("", total=1.0, stage="", detail="", left=""), monotonic(), 0.0
        before = compiled.seconds

        def show(step: Step) -> None:
            nonlocal start, done, before
            if step.done != step.done:
                bar.update(task, stage=step.stage, detail="", left="")
                return
            if step.done < done:  # new work begins
                start, before = monotonic(), compiled.seconds
                bar.reset(task)
            done = step.done
            left_s = seconds_left(step, monotonic() - start - (compiled.seconds - before))
            left = f"{_duration(left_s)} left" if left_s == left_s else ""
            bar.update(task, completed=step.done, stage=step.stage, detail=describe(step), left=left)

        yield show


def seconds_left(step: Step, elapsed_s: float) -> float:
    """Seconds left: as the step says, or else at the pace so far; NaN in the first twentieth of the work."""
    if step.left_s == step.left_s:
        return step.left_s
    return elapsed_s * (1.0 - step.done) / step.done if step.done > 0.05 else float("nan")


def describe(step: Step) -> str:
    """How many Gaussians there still are, and the best gain of a merge, where they are known."""
    gaussians = f"{step.n_gaussians:,} Gaussians" if step.n_gaussians else ""
    gain = f"gain {step.gain:.1f}" if step.gain == step.gain else ""
    return ", ".join(filter(None, (gaussians, gain)))


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"
