"""How long loops have been compiled, which happens once on a machine: told, and no part of the time left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any


class Compiled:
    """Loops that were compiled in this process, and the seconds that took."""

    def __init__(self) -> None:
        self.n, self.seconds = 0, 0.0
        self._depth, self._start = 0, 0.0

    def begin(self) -> None:
        """A loop is being compiled, perhaps for another one."""
        self._start = self._start if self._depth else monotonic()
        self._depth += 1

    def end(self) -> None:
        """It is compiled."""
        self._depth -= 1
        self.n += 1
        self.seconds += 0.0 if self._depth else monotonic() - self._start


compiled = Compiled()


@contextmanager
def told_of_compiling(tell: Callable[[int], None]) -> Iterator[None]:
    """Call `tell` with the number of loops compiled so far, after each of them."""
    from numba.core import event

    class Listener(event.Listener):
        def on_start(self, event: Any) -> None:  # noqa: ARG002
            compiled.begin()

        def on_end(self, event: Any) -> None:  # noqa: ARG002
            compiled.end()
            tell(compiled.n)

    with event.install_listener("numba:compile", Listener()):
        yield
