"""What the constants inside the merging cost: the default network with one of them changed at a time.

Run: python benchmarks/constants.py [--seeds 5]

`cut` is the truncation of densities (`faults/strictness.py`), `reach` and `refine reach` how many σ the boxes of
candidate pairs extend (`faults/subsets.py`,
`faults/merge_whole.py`), `every gain anew` evaluates all doubtful gains after every merge, as
the paper does (`faults/merge.py`). Each cell: change in BIC (median, lowest..highest over seeds; lower is better),
faults and adjusted Rand index (medians).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

import seisweave as sw
from choices import Data, planted, region
from order_of_merges import network_by
from seisweave.faults import merge_whole, subsets
from seisweave.faults.strictness import QUICK, Strictness
from seisweave.machine import available_cores

STRICTNESS = {
    "cut 1e-2 instead of 1e-3": Strictness(cut=1e-2),
    "cut 1e-4": Strictness(cut=1e-4),
    "cut 1e-6": Strictness(cut=1e-6),
    "every gain anew": Strictness(trust=1.0, at_first=10**6),
}
REACH: dict[str, list[tuple[Any, str, float]]] = {
    "reach √3 instead of 2.5": [(subsets, "REACH", 3**0.5), (merge_whole, "REACH", 3**0.5)],
    "reach 4": [(subsets, "REACH", 4.0), (merge_whole, "REACH", 4.0)],
    "refine reach 2.5 instead of 4": [(merge_whole, "REFINE_REACH", 2.5)],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    seeds = range(1, 1 + parser.parse_args().seeds)
    groups = [[planted(d, s) for s in seeds] for d in (0.1, 0.5, 1.5)] + [[region(6000, s) for s in seeds]]
    print("| changed | refined | " + " | ".join(group[0].name for group in groups) + " |")
    print("|" + "---|" * (2 + len(groups)))
    for refine in (True, False):
        before = [networks(group, refine) for group in groups]
        for name in ("nothing", *STRICTNESS, *REACH):
            if refine or not name.startswith("refine"):
                strictness = STRICTNESS.get(name, QUICK)
                with changed(REACH.get(name, [])):
                    cells = [_cell(g, networks(g, refine, strictness), b) for g, b in zip(groups, before, strict=True)]
                print(f"| {name} | {'yes' if refine else 'no'} | " + " | ".join(cells) + " |", flush=True)


@contextmanager
def changed(constants: list[tuple[Any, str, float]]) -> Iterator[None]:
    kept = [getattr(module, name) for module, name, _ in constants]
    for module, name, value in constants:
        setattr(module, name, value)
    yield
    for (module, name, _), value in zip(constants, kept, strict=True):
        setattr(module, name, value)


def networks(group: list[Data], refine: bool, strictness: Strictness = QUICK) -> list[sw.faults.FaultNetwork]:
    options = sw.FaultOptions(refine=refine)
    return [network_by(data.xyz_km, options, strictness, jobs=available_cores()) for data in group]


def _cell(group: list[Data], found: list[sw.faults.FaultNetwork], before: list[sw.faults.FaultNetwork]) -> str:
    bic = np.round([f.bic - b.bic for f, b in zip(found, before, strict=True)], 1) + 0.0  # no negative zero
    score = [sw.evaluation.adjusted_rand_index(data.truth, f.segment) for data, f in zip(group, found, strict=True)]
    faults = np.median([f.n_segments for f in found])
    return f"{np.median(bic):+.1f} ({bic.min():+.1f}..{bic.max():+.1f}), {faults:.0f}, {np.median(score):.3f}"


if __name__ == "__main__":
    main()
