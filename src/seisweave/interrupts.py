"""Ctrl-C and its kin: they end a command cleanly, and wait while something must not be left half done."""

from __future__ import annotations

import math
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing import current_process
from time import monotonic, sleep
from types import FrameType, TracebackType
from typing import Any

_CAUGHT = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_LOOK_EVERY_S = 0.1
_AGAIN_S = 0.02
_FRAGILE = ("llvmlite.", "pandas.core.arrays.datetimes")  # whose C code crashes where Python that it calls fails
_PATIENCE_S = 1.0  # a second signal within this time does not disturb the cleaning up after the first


class Interrupted(KeyboardInterrupt):
    """A signal came. Python kills itself by SIGINT at the end if KeyboardInterrupt itself has crossed an exec()."""


class Interrupts:
    """Signals that end the program, as Interrupted.

    As a context (`with interrupts:`) it holds them back until the block is done. Nothing happens before `catch`. Where
    a library is at work that would crash, they come a moment later.
    """

    def __init__(self) -> None:
        self.number = 0
        self._held = 0
        self._raised = -math.inf

    def catch(self) -> None:
        """Turn signals into Interrupted from now on; those that are ignored (nohup) stay ignored."""
        for number in _CAUGHT:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._receive)
        if hasattr(signal, "setitimer"):
            signal.signal(signal.SIGALRM, lambda _, frame: self._receive(self.number, frame))

    def ignore(self) -> None:
        """The work is over: let nothing disturb the end."""
        for number in _CAUGHT:
            signal.signal(number, signal.SIG_IGN)
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, 0.0)

    @property
    def exit_code(self) -> int:
        """What a shell expects of a program that a signal has ended."""
        return 128 + (self.number or signal.SIGINT)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        if self._held or monotonic() - self._raised <= _PATIENCE_S:
            return
        if hasattr(signal, "setitimer") and _is_fragile(frame):
            signal.setitimer(signal.ITIMER_REAL, _AGAIN_S)
            return
        self._raised = monotonic()
        raise Interrupted

    def __enter__(self) -> None:
        self._held += 1

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._held -= 1
        if self.number and not self._held and self._raised < 0:
            self._raised = monotonic()
            raise Interrupted


def _is_fragile(frame: FrameType | None) -> bool:
    """Whether a frame, or one that it was called from, is of a library that must not be interrupted."""
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith(_FRAGILE):
            return True
        frame = frame.f_back
    return False


interrupts = Interrupts()


def in_worker(home: int, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Do work in a process that another, of number `home`, has started for it, and that ends when that one has ended.

    However that one ends: what goes on with its work must not meet the old workers. Ctrl-C, which reaches the whole
    group, is the other's business. In that process itself, or on another machine, the work is just done.
    """
    ours = type(current_process()).__name__ == "LokyProcess"  # else of a cluster, which looks after its own
    if os.getpid() != home and os.name == "posix" and ours:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)
        if os.getppid() != home:  # it ended before this began
            os._exit(1)
        if home not in _followed:
            _followed.add(home)
            threading.Thread(target=_follow, args=(home,), daemon=True).start()
    return work(*given, **named)


_followed: set[int] = set()


def _follow(home: int) -> None:
    while os.getppid() == home:
        sleep(_LOOK_EVERY_S)
    os._exit(1)
