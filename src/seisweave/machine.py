"""What this machine has: cores, memory, and the refusal of work that needs more of it, before it begins."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from seisweave.errors import InputError

_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def check_memory(needed: float, what: str, advice: str) -> None:
    """Refuse work that needs more memory (bytes) than this machine, or the container around it, has.

    Errors: InputError with what is to be done, the estimate, the memory there is, and the advice.
    """
    there = machine_memory()
    if needed > there:
        raise InputError(
            f"{what} needs about {needed / 1e9:,.1f} GB of memory, more than the {there / 1e9:,.1f} GB here; {advice}"
        )


def machine_memory() -> float:
    """Memory in bytes: of the machine, or of the container where that is less; infinite where nobody says."""
    known = [limit for path in _LIMITS if (limit := _limit(Path(path))) is not None]
    if sys.platform != "win32" and "SC_PHYS_PAGES" in os.sysconf_names:
        known.append(float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")))
    return min(known, default=float("inf"))


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def peak_memory_mb() -> float:
    """Most memory this process has held, MB."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024.0 if sys.platform != "darwin" else 1024.0**2), 1)


def give_back_memory() -> None:
    """Give the system what this process holds free, where its allocator keeps that, as Linux's does after threads.

    >>> give_back_memory()
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _limit(path: Path) -> float | None:
    try:
        return float(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no such file, or "max"
        return None
