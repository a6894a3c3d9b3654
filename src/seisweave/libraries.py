"""Libraries that only the end of some work needs: better missed at its beginning."""

from __future__ import annotations

from importlib.util import find_spec

from seisweave.errors import InputError


def check_library(name: str) -> None:
    """Refuse work whose end needs a library that is not there."""
    if find_spec(name) is None:
        raise InputError(f"figures and pages need {name}; install it with: pip install 'seisweave[report]'")
