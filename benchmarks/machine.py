"""The machine a benchmark ran on, in one line."""

from __future__ import annotations

import os
import platform
import resource
from pathlib import Path


def machine() -> str:
    """Processor, cores this process may use, Python and the load of the moment."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        names = [
            line.partition(":")[2].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


def peak_mb() -> float:
    """Most memory this process has held, MB (Linux's own high-water mark: getrusage counts a parent's before exec)."""
    status = Path("/proc/self/status")
    if status.is_file():
        marks = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        return float(marks[0]) / 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0**2
