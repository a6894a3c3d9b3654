"""Small inputs, the command as a process, and what lies in a folder."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np

HEADER = "time,longitude,latitude,depth,magnitude"
SHARED = Path(__file__).parents[2].parent / "shared"


def start(*arguments, **options):
    """Start the command as a process of its own, compiled."""
    return _start(["-m", "seisweave", *arguments], options)


def _start(arguments, options):
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment} | options
    return subprocess.Popen([sys.executable, *map(str, arguments)], **options)


PLAIN = """
import sys
from pathlib import Path
from seisweave.cli import main
from seisweave.report import figures

class Empty:
    def savefig(self, path, **_):
        Path(path).write_bytes(bytes(100_000))

figures.network_figure = lambda *_: Empty()
{before}
sys.argv[0] = "seisweave"
main()
"""


def start_without_figure(*arguments, before="", **options):
    """The same, but with an empty figure, as large as one is; Python may come before."""
    return start_python(PLAIN.format(before=before), *arguments, **options)


def start_python(code, *arguments, **options):
    """Start a process of its own with Python to run, which finds the command's words as its arguments."""
    return _start(["-c", code, *arguments], options)


def catalog_rows(n=80, seed=1):
    """Rows of a catalog with two faults that cross."""
    rng = np.random.default_rng(seed)
    first = rng.normal((-116.5, 34.2, 8.0), (0.06, 0.002, 2.0), (n // 2, 3))
    second = rng.normal((-116.4, 34.5, 6.0), (0.002, 0.05, 2.0), (n - n // 2, 3))
    places = np.concatenate([first, second])
    places[:, 2] = np.abs(places[:, 2])
    return [
        f"2019-07-04T{k // 60:02d}:{k % 60:02d}:00,{lon:.5f},{lat:.5f},{depth:.3f},{2 + k % 5 / 10}"
        for k, (lon, lat, depth) in enumerate(places)
    ]


def write_rows(path, rows, header=HEADER):
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def contents(folder):
    """Everything below a folder, hidden or not, with sizes and times of change."""
    return {
        str(path.relative_to(folder)): (path.stat().st_size, path.stat().st_mtime_ns) if path.is_file() else None
        for path in folder.rglob("*")
    }
