"""Scores that libraries have too: what theirs would cost in place of ours, and how far the two are apart.

python benchmarks/libraries.py

Loading is the processor time of a fresh process that has `seisweave.evaluation` and numpy already, the least of three;
a call is the processor time of one on 10,000 entries (1,000 p-values, 10 bins), the least of twenty; megabytes are
those of the library's own files. The tables stand in CONTRIBUTING.md.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import distribution

import numpy as np

from machine import machine
from seisweave.evaluation import adjusted_rand_index, holm, pr_auc, rand_index, roc_auc
from seisweave.evaluation.information import _wilson

SEEDS = range(20)


@dataclass(frozen=True)
class Rival:
    """A function of a library for one of ours; `given` makes arguments of a seed."""

    ours: Callable
    package: str
    name: str
    given: Callable
    theirs: Callable


def ranked(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Chances with ties, and rare events."""
    rng = np.random.default_rng(seed)
    value = rng.random(10_000).round(3)
    return value, rng.random(10_000) < 0.02 * value


def groupings(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two groupings that agree on nine events of ten."""
    rng = np.random.default_rng(seed)
    one = rng.integers(-1, 30, 10_000)
    return one, np.where(rng.random(10_000) < 0.1, rng.integers(-1, 30, 10_000), one)


def p_values(seed: int) -> tuple[np.ndarray]:
    """As they come: mostly none, some small."""
    return (np.random.default_rng(seed).random(1_000) ** 3,)


def bins(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """How many came of how many."""
    rng = np.random.default_rng(seed)
    n = rng.integers(1, 5_000, 10)
    return rng.binomial(n, 0.05), n


def of(module: str, name: str) -> Callable:
    """A function, imported when it is called."""
    return lambda *given, **more: getattr(import_module(module), name)(*given, **more)


RIVALS = (
    Rival(
        roc_auc,
        "scikit-learn",
        "metrics.roc_auc_score",
        ranked,
        lambda v, y: of("sklearn.metrics", "roc_auc_score")(y, v),
    ),
    Rival(
        pr_auc,
        "scikit-learn",
        "metrics.average_precision_score",
        ranked,
        lambda v, y: of("sklearn.metrics", "average_precision_score")(y, v),
    ),
    Rival(rand_index, "scikit-learn", "metrics.rand_score", groupings, of("sklearn.metrics", "rand_score")),
    Rival(
        adjusted_rand_index,
        "scikit-learn",
        "metrics.adjusted_rand_score",
        groupings,
        of("sklearn.metrics", "adjusted_rand_score"),
    ),
    Rival(
        holm,
        "statsmodels",
        "stats.multitest.multipletests",
        p_values,
        lambda p: of("statsmodels.stats.multitest", "multipletests")(p, method="holm")[1],
    ),
    Rival(
        _wilson,
        "statsmodels",
        "stats.proportion.proportion_confint",
        bins,
        lambda k, n: of("statsmodels.stats.proportion", "proportion_confint")(k, n, method="wilson"),
    ),
    Rival(
        _wilson,
        "scipy",
        "stats.binomtest, bin by bin",
        bins,
        lambda k, n: np.transpose(
            [
                of("scipy.stats", "binomtest")(int(a), int(b)).proportion_ci(method="wilson")
                for a, b in zip(k, n, strict=True)
            ]
        ),
    ),
)
MODULES = {
    "scikit-learn": "sklearn.metrics",
    "statsmodels": "statsmodels.stats.multitest, statsmodels.stats.proportion",
    "scipy": "scipy.stats",
}


def loading(modules: str) -> float:
    """Processor seconds that modules take to load, beside what an evaluation has loaded anyway."""
    before = "import numpy, seisweave.evaluation, time; t = time.process_time()"
    code = f"{before}; import {modules}; print(time.process_time() - t)"
    return min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout) for _ in range(3)
    )


def megabytes(library: str) -> float:
    """Size of a library's own files."""
    found = distribution(library)
    files = [found.locate_file(each) for each in found.files or []]
    return sum(each.stat().st_size for each in files if each.is_file()) / 1e6  # type: ignore[attr-defined]


def calling(function: Callable, given: tuple) -> float:
    """Processor milliseconds of a call."""
    taken = []
    for _ in range(20):
        start = time.process_time()
        function(*given)
        taken.append(time.process_time() - start)
    return 1e3 * min(taken)


def main() -> None:
    """Print the two tables."""
    print(f"{machine()}, numpy {np.__version__}\n")
    print("| library | version | MB | loading, s |\n|---|---|---|---|")
    for library, modules in MODULES.items():
        print(f"| {library} | {distribution(library).version} | {megabytes(library):.0f} | {loading(modules):.2f} |")
    print("\n| ours | theirs | furthest apart, 20 seeds | ours, ms | theirs, ms |\n|---|---|---|---|---|")
    for each in RIVALS:
        apart = max(np.abs(np.subtract(each.ours(*g), each.theirs(*g))).max() for g in map(each.given, SEEDS))
        took = [calling(function, each.given(0)) for function in (each.ours, each.theirs)]
        name = each.ours.__name__.lstrip("_")
        print(f"| `{name}` | {each.package}, `{each.name}` | {apart:.1g} | {took[0]:.2g} | {took[1]:.2g} |")


if __name__ == "__main__":
    main()
