"""Ctrl-C and its kin: they end a command cleanly, and wait while something must not be left half done."""

from __future__ import annotations

import signal
from types import FrameType, TracebackType

_CAUGHT = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Interrupts:
    """Signals that end the program, as KeyboardInterrupt.

    As a context (`with interrupts:`) it holds them back until the block is done. Nothing happens before `catch`.
    """

    def __init__(self) -> None:
        self.number = 0
        self._held = 0
        self._raised = False

    def catch(self) -> None:
        """Turn signals into KeyboardInterrupt from now on; those that are ignored (nohup) stay ignored."""
        for number in _CAUGHT:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._receive)

    def ignore(self) -> None:
        """The work is over: let nothing disturb the end."""
        for number in _CAUGHT:
            signal.signal(number, signal.SIG_IGN)

    @property
    def exit_code(self) -> int:
        """What a shell expects of a program that a signal has ended."""
        return 128 + (self.number or signal.SIGINT)

    def _receive(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self.number = number
        if not self._held:
            self._raised = True
            raise KeyboardInterrupt

    def __enter__(self) -> None:
        self._held += 1

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._held -= 1
        if self.number and not self._held and not self._raised:
            self._raised = True
            raise KeyboardInterrupt


interrupts = Interrupts()
