"""Compiled loops that only other loops call, for tests to call: see `seisweave.compiling.INNER`."""

from functools import cache
from types import ModuleType
from typing import Any

from numba import njit


class Called:
    """A module of compiled loops whose inner ones can be called from Python too.

    >>> from seisweave.faults import _density_numba
    >>> Called(_density_numba).exp_negative(0.0)
    1.0
    """

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        loop = getattr(self._module, name)
        inner = getattr(loop, "targetoptions", {}).get("no_cpython_wrapper")
        return _outer(loop) if inner else loop


@cache
def _outer(loop: Any) -> Any:
    @njit
    def call(*given):
        return loop(*given)

    return call
