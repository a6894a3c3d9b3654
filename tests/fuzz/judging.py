"""Make, read and judge examples: one here, or many in several processes, which find what they run in this module."""

from __future__ import annotations

import faulthandler
import multiprocessing
import shutil
import signal
import sys
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import wait
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.fuzz import CPU_SECONDS, FLOOR_MB, LONGEST_S, TIMES, WRONG, Outcome

KINDS = {"readers": "tests.fuzz.catalogs", "folders": "tests.fuzz.folders"}
_LIFE = 25_000  # examples of one process, at most: it takes seconds to begin


@dataclass(frozen=True)
class Judged:
    """One example, its outcome and what it took."""

    kind: str
    seed: int
    outcome: Outcome
    seconds: float
    megabytes: float


class _TooLong(BaseException):
    """Raised in an example that takes too long; no reader catches it."""


def judged(kind: str, seed: int, keep: Path | None = None) -> Judged:
    """Make, read and judge one example; its files are kept under `keep` where that is given."""
    module = import_module(KINDS.get(kind, kind))
    module.prepare()
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return _measured(kind, seed, module.example, Path(folder), keep)


def _measured(kind: str, seed: int, example: Callable[[int, Path], Outcome], folder: Path, keep: Path | None) -> Judged:
    _forget_peak()
    before, begin = _peak_mb(), time.process_time()
    try:
        with _limited(), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            outcome = example(seed, folder)
    except _TooLong:
        outcome = Outcome("hang", "", _where(sys.exc_info()[2]))
    except Exception as error:
        outcome = Outcome("traceback", type(error).__name__, f"{error} {_where(error.__traceback__)}"[:600])
    seconds, megabytes = time.process_time() - begin, _peak_mb() - before
    size = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    if outcome.kind not in WRONG and megabytes > max(FLOOR_MB, TIMES * size):
        outcome = Outcome("memory", outcome.what, f"{megabytes:.0f} MB for {size:.2f} MB")
    if keep is not None:
        shutil.copytree(folder, keep / f"{kind}-{seed}", dirs_exist_ok=True, symlinks=True, ignore=_pipes)
    return Judged(kind, seed, outcome, seconds, megabytes)


def _pipes(folder: str, names: list[str]) -> list[str]:
    """Named pipes among the files of a folder, which nobody writes to and so cannot be copied."""
    return [name for name in names if Path(folder, name).is_fifo()]


@contextmanager
def _limited() -> Iterator[None]:
    """Stop an example after CPU_SECONDS, where the system can; compiled code ends first."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def stop(*_: Any) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0.0)
        signal.signal(signal.SIGPROF, before)


def _forget_peak() -> None:
    """Let the peak of memory begin anew (Linux)."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return


def _peak_mb() -> float:
    """Most memory this process has held since the peak was forgotten (Linux), or 0."""
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1e3 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def _where(trace: Any) -> str:
    """The last places in our own code of a traceback."""
    ours = [frame for frame in traceback.extract_tb(trace) if "seisweave" in frame.filename or "fuzz" in frame.filename]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in reversed(ours[-3:]))


def run(kinds: list[str], seed: int, examples: int, jobs: int, keep: Path | None = None) -> Iterator[Judged]:
    """Examples of the kinds in turn, `examples` in all, with seeds from `seed` on, in `jobs` processes.

    An example that ends its process is wrong: "died". The rest of its work goes to another process.
    """
    each, context = -(-examples // len(kinds)), multiprocessing.get_context("spawn")
    work = [(kind, seed + k) for k in range(each) for kind in kinds]
    life = max(1, min(_LIFE, -(-len(work) // jobs)))
    waiting = deque(deque(work[first : first + life]) for first in range(0, len(work), life))
    running: dict[Any, tuple[Any, deque[tuple[str, int]]]] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            (pipe, end), todo = context.Pipe(duplex=False), waiting.popleft()
            worker = context.Process(target=_judge_all, args=(end, tuple(todo), keep), daemon=True)
            worker.start()
            end.close()
            running[pipe] = worker, todo
        for pipe in wait([*running]):
            worker, todo = running[pipe]
            try:
                one = pipe.recv()
                todo.popleft()
                yield one
            except EOFError:
                worker.join()
                del running[pipe]
                if todo:
                    told = f"exit code {worker.exitcode}, its traceback stands above"
                    yield Judged(*todo.popleft(), Outcome("died", "", told), 0.0, 0.0)
                if todo:
                    waiting.appendleft(todo)


def _judge_all(pipe: Any, work: tuple[tuple[str, int], ...], keep: Path | None) -> None:
    """Judge one example after the other; compiled code that does not come back ends the process."""
    faulthandler.enable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that counts ends this one
    for kind, seed in work:
        import_module(KINDS.get(kind, kind)).prepare()
        faulthandler.dump_traceback_later(LONGEST_S, exit=True)
        pipe.send(judged(kind, seed, keep))
        faulthandler.cancel_dump_traceback_later()
