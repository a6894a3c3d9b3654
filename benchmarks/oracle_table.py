"""Our networks beside those of the published program, on the sets it was run on.

Run: python benchmarks/oracle_table.py [--criterion global|local|both] [--sets NAME ...] [--oracle ../shared/oracle]

The published program takes minutes to hours a set, so its results are read from the oracle and not computed here.
Beside them stand the default and the default without refinement. BIC is the half form of Kamer et al. (2020), eq. 2,
lower is better; ARI is the adjusted Rand index against the planted faults, the background being one group. Seconds are
those of the default.
"""

from __future__ import annotations

import argparse
import os
import platform
from pathlib import Path
from time import perf_counter

import numpy as np

import seisweave as sw

PUBLISHED = {"global": "g_paper", "local": "l_paper"}
OURS = {"no refinement": {"refine": False}, "default": {}}
HEADER = """\
Each cell: faults, BIC, ARI.

| set | events | criterion | published | no refinement | default | seconds |
|---|---|---|---|---|---|---|"""


def main() -> None:
    arguments = _arguments()
    files = _files(arguments.oracle, arguments.sets)
    if not files:
        print(f"{arguments.oracle} holds no reference results: nothing to compare with, table left out")
        return
    print(f"seisweave {sw.__version__}, {_machine()}\n")
    _warm_up()
    print(HEADER)
    criteria = ("global", "local") if arguments.criterion == "both" else (arguments.criterion,)
    rows = [row for path in files for criterion in criteria for row in _compare(path, criterion)]
    _print_means(rows)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--criterion", choices=("global", "local", "both"), default="both")
    parser.add_argument("--sets", nargs="*", default=None, help="names of sets; all of one piece by default")
    parser.add_argument("--oracle", type=Path, default=Path("../shared/oracle"))
    return parser.parse_args()


def _files(folder: Path, names: list[str] | None) -> list[Path]:
    if names:
        return [path for name in names if (path := folder / f"{name}.npz").is_file()]
    return [folder / "landers_global.npz", *sorted(folder.glob("syn*.npz"))] if folder.is_dir() else []


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{cores} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def _warm_up() -> None:
    """Load the compiled loops, so that no set pays for them."""
    points = np.random.default_rng(0).normal(size=(200, 3)) * (10.0, 3.0, 0.3)
    for criterion in PUBLISHED:
        sw.reconstruct_faults(points, sw.FaultOptions(criterion=criterion))


def _compare(path: Path, criterion: str) -> list[dict]:
    """The published result on one set, and ours; prints their line."""
    stored = np.load(path)
    xyz_km, truth = stored["X"], stored.get("truth")
    rows = [_published(path, criterion, truth)]
    for program, settings in OURS.items():
        start = perf_counter()
        network = sw.reconstruct_faults(xyz_km, sw.FaultOptions(criterion=criterion, **settings))
        row = {"program": program, "faults": network.n_segments, "bic": network.bic}
        rows.append(row | {"ari": _ari(truth, network.segment), "seconds": perf_counter() - start})
    for row in rows:
        row |= {"set": path.stem.removesuffix("_global"), "criterion": criterion}
    cells = [rows[0]["set"], str(len(xyz_km)), criterion, *map(_cell, rows), f"{rows[-1]['seconds']:.2f}"]
    print("| " + " | ".join(cells) + " |", flush=True)
    return rows


def _published(path: Path, criterion: str, truth: np.ndarray | None) -> dict:
    stored = np.load(path)
    if truth is None:  # sets without truth have a file a criterion
        stored = np.load(path.with_name(path.name.replace("global", criterion)))
        return {"program": "published", "faults": int((~stored["final_is_bkg"]).sum()), "bic": float(stored["BIC"])}
    name = PUBLISHED[criterion]
    faults = int((~stored[f"{name}_is_bkg"]).sum())
    ari = _ari(truth, stored[f"{name}_labels0"])
    return {"program": "published", "faults": faults, "bic": float(stored[f"{name}_bic"]), "ari": ari}


def _ari(truth: np.ndarray | None, label: np.ndarray) -> float | None:
    return None if truth is None else sw.evaluation.adjusted_rand_index(truth, label)


def _cell(row: dict) -> str:
    ari = "" if row.get("ari") is None else f", {row['ari']:.3f}"
    return f"{row['faults']}, {row['bic']:.1f}{ari}"


def _print_means(rows: list[dict]) -> None:
    """Mean adjusted Rand index of each program over the sets whose truth is known."""
    print(
        "\n| criterion | program | sets | mean ARI | lowest ARI | BIC not above published |\n|---|---|---|---|---|---|"
    )
    best = {(r["set"], r["criterion"]): r["bic"] for r in rows if r["program"] == "published"}
    for criterion in PUBLISHED:
        for program in ("published", *OURS):
            mine = [r for r in rows if (r["criterion"], r["program"]) == (criterion, program)]
            scores = [r["ari"] for r in mine if r.get("ari") is not None]
            if scores:
                lower = sum(r["bic"] <= best[r["set"], criterion] + 1e-6 * abs(r["bic"]) for r in mine)
                cells = f"{len(scores)} | {np.mean(scores):.3f} | {min(scores):.3f} | {lower} of {len(mine)}"
                print(f"| {criterion} | {program} | {cells} |")


if __name__ == "__main__":
    main()
