"""How loops are compiled; and how long that has taken, once on a machine: told, and no part of the time left."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

LOOP = {"cache": True, "nogil": True, "no_cfunc_wrapper": True}
"""How numba compiles a loop that Python calls."""

INNER = {**LOOP, "no_cpython_wrapper": True}
"""One that only other loops call, spared what unpacks arguments from Python; a call from there ends the process."""

INLINED = {**INNER, "forceinline": True}
"""A short one that ends up in each loop that calls it. `inline="always"` would do so for each call, types and all."""


class Compiled:
    """Loops that were compiled in this process, and the seconds that took."""

    def __init__(self) -> None:
        self.n, self.seconds = 0, 0.0
        self._depth, self._start, self._collecting = 0, 0.0, False

    def begin(self) -> None:
        """A loop is being compiled, perhaps for another one. Nobody looks for garbage meanwhile: it costs a twelfth."""
        if not self._depth:
            self._start, self._collecting = monotonic(), gc.isenabled()
            gc.disable()
        self._depth += 1

    def end(self) -> None:
        """It is compiled."""
        self._depth -= 1
        self.n += 1
        if self._depth:
            return
        self.seconds += monotonic() - self._start
        if self._collecting:
            gc.enable()


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
