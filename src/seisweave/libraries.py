"""Libraries that only the end of some work needs: better missed at its beginning."""

from __future__ import annotations

from importlib.util import find_spec

from seisweave.errors import InputError


def check_library(name: str) -> None:
    """Refuse work whose end needs a library that is not there."""
    if find_spec(name) is None:
        raise InputError(f"figures and pages need {name}; install it with: pip install 'seisweave[report]'")


def check_nowcast_libraries(*, figures: bool) -> None:
    """Refuse work that needs libraries of nowcasts, and of figures, which are not there."""
    for name in ("torch", "lightning", "safetensors", "statsmodels"):
        if find_spec(name) is None:
            raise InputError(f"a nowcast needs {name}; install it with: pip install 'seisweave[nowcast]'")
    if figures:
        check_library("matplotlib")
