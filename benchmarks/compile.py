"""What compiling costs the first `seisweave faults`, in processor seconds: in all, and loop by loop.

python benchmarks/compile.py ../shared/data/landers_3360_xyz_km.csv --xyz

The command runs twice in processes of its own, first with an empty cache, then with the one that it filled; compiling
is what the first takes longer (user and system time, the least of --repeats). Loops are timed in another process that
reconstructs the same points with an empty cache; other loops that a loop needs are not counted with it. Even processor
time grows with what else the machine does, so compare only what ran side by side.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

from machine import machine

SHOWN = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--xyz", action="store_true", help="The file holds x_km, y_km, depth_km.")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--loops", action="store_true", help="Print the loops' seconds as JSON; needs an empty cache.")
    given = parser.parse_args()
    if given.loops:
        print(json.dumps(loops_of(given.path, xyz=given.xyz)))
        return
    print(machine())
    runs = [both_runs(given.path, xyz=given.xyz) for _ in range(given.repeats)]
    empty, full = min(run.empty for run in runs), min(run.full for run in runs)
    print("\n| `seisweave faults` | CPU s |\n|---|---|\n" + f"| nothing compiled | {empty:.1f} |")
    print(f"| compiled code cached | {full:.1f} |\n| compiling | {empty - full:.1f} |")
    with tempfile.TemporaryDirectory() as cache:
        command = [sys.executable, __file__, str(given.path), "--loops", *(["--xyz"] if given.xyz else [])]
        told = subprocess.run(command, env=with_cache(cache), check=True, capture_output=True, text=True).stdout
    seconds = dict(sorted(json.loads(told).items(), key=lambda each: -each[1]))
    print(f"\n{len(seconds)} loops, {sum(seconds.values()):.1f} CPU s\n\n| loop | CPU s |\n|---|---|")
    for name, own in list(seconds.items())[:SHOWN]:
        print(f"| `{name}` | {own:.2f} |")
    print(f"| {len(seconds) - SHOWN} others | {sum(list(seconds.values())[SHOWN:]):.2f} |")


def with_cache(folder: str) -> dict[str, str]:
    """The environment, with a folder for compiled code."""
    return {**os.environ, "NUMBA_CACHE_DIR": folder, "OMP_NUM_THREADS": "1"}


class Runs(NamedTuple):
    """Processor seconds with an empty cache, and with that full."""

    empty: float
    full: float


def both_runs(path: Path, *, xyz: bool) -> Runs:
    """Run the command twice."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "seisweave", "faults", str(path), "--out", f"{folder}/out"]
        command += ["--force", "--quiet", *(["--xyz"] if xyz else [])]
        return Runs(*(spent(command, f"{folder}/cache") for _ in range(2)))


def spent(command: list[str], cache: str) -> float:
    """Processor seconds of a command, user and system."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=with_cache(cache), check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def loops_of(path: Path, *, xyz: bool) -> dict[str, float]:
    """Own processor seconds of each loop that a reconstruction compiles, by module and name."""
    from numba.core import event

    import seisweave as sw
    from seisweave.catalog.local_xyz import read_local_xyz
    from seisweave.compiling import told_of_compiling

    points = read_local_xyz(path).xyz_km if xyz else sw.read_catalog(path).with_depth()
    seconds: defaultdict[str, float] = defaultdict(float)
    open_loops: list[list[float]] = []

    class Listener(event.Listener):
        def on_start(self, event: Any) -> None:  # noqa: ARG002
            open_loops.append([time.process_time(), 0.0])

        def on_end(self, event: Any) -> None:
            start, within = open_loops.pop()
            whole, loop = time.process_time() - start, event.data["dispatcher"].py_func
            if open_loops:
                open_loops[-1][1] += whole
            seconds[f"{loop.__module__.split('.')[-1]}.{loop.__name__}"] += whole - within

    with told_of_compiling(lambda _: None), event.install_listener("numba:compile", Listener()):  # as in the command
        sw.reconstruct_faults(points)
    return dict(seconds)


if __name__ == "__main__":
    main()
