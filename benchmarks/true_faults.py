"""True faults: every way to find them on every world whose faults are known, beside what can be known at all.

    python benchmarks/true_faults.py --out runs.jsonl [--worlds region curved ...] [--methods ours ceiling ...]
        [--seeds 1 2 3] [--geometries 1] [--states 1]
    python benchmarks/true_faults.py --out runs.jsonl --table

Runs are kept as lines of JSON in --out: what is there is not run again. --table prints them as Markdown. Worlds and
methods are named by how they begin. World i has the i-th seed, and the geometries in turn; a region has no geometry but
its seed. Constants of ours were chosen on seeds 1 to 6 of the regions and on geometry 1; these are "chosen on", all
others "shown on". Peers are not run on more than 20,000 events unless --large-peers is given.

Columns: adjusted Rand index against the planted planes, median (lowest to highest), the same for planted systems;
homogeneity and completeness; groups of ten events and more, and planted planes with as many; the share of those that
some group matches (found: Jaccard 0.5 or more), and the share of groups that match no planted plane or system
(spurious); the angle between the normals of found planes, median and 90th percentile; CPU seconds (of all levels
together, for ours). The ceiling is the most likely planted plane of each event, for one who knows all planes, and
the error of each event or only how errors are distributed.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from time import process_time

import numpy as np
from sklearn.metrics import homogeneity_completeness_v_measure

from machine import machine
from seisweave.evaluation import adjusted_rand_index
from seisweave.synthetic import World, WorldOptions, make_world
from seisweave.version import __version__
from true_fault_methods import AT_RANDOM, FEWEST, METHODS, PEERS, Answer

WORLDS: dict[str, dict] = {
    "region, 6,000": {"kind": "region"},
    "region, 60,000": {"kind": "region", "n_events": 60_000},
    "sequence": {"kind": "sequence"},
    "rough 0.5 %": {"kind": "rough", "roughness": 0.005},
    "rough 1 %": {"kind": "rough", "roughness": 0.01},
    "rough 2 %": {"kind": "rough", "roughness": 0.02},
    **{f"rectangles, {d:g} per km²": {"kind": "rectangles", "density_per_km2": d} for d in (0.1, 0.5, 1.5, 5.0)},
    "swarm": {"kind": "swarm"},
    "curved": {"kind": "curved"},
    "listric": {"kind": "listric"},
    "segmented": {"kind": "segmented"},
    "en echelon": {"kind": "en_echelon"},
    "intersecting": {"kind": "intersecting"},
    "coplanar": {"kind": "coplanar"},
    "blasts": {"kind": "blasts"},
    "uneven background": {"kind": "uneven"},
    "mine": {"kind": "mine"},
    "errors reported halved": {"kind": "region", "misstated": 0.5},
    "errors reported doubled": {"kind": "region", "misstated": 2.0},
    "lognormal errors": {"kind": "region", "errors": "lognormal"},
}
OF_A_REGION = ("region", "sequence", "rough", "blasts", "uneven")  # kinds without a geometry seed
CHOSEN_ON_SEEDS = range(1, 7)
CHOSEN_ON_GEOMETRY = 1
MOST_FOR_PEERS = 20_000
JACCARD = 0.5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True, help="lines of JSON, gone on with where they stop")
    parser.add_argument("--table", action="store_true", help="print what is there, run nothing")
    parser.add_argument("--worlds", nargs="+", default=[""], metavar="NAME")
    parser.add_argument("--methods", nargs="+", default=[""], metavar="NAME")
    parser.add_argument("--seeds", nargs="+", type=int, default=[1, 2, 3])
    parser.add_argument("--geometries", nargs="+", type=int, default=[1])
    parser.add_argument("--states", type=int, default=1, help="random states of the methods that have one")
    parser.add_argument("--large-peers", action="store_true", help="run peers on any number of events")
    asked = parser.parse_args()
    runs = _read(asked.out)
    if asked.table:
        print(machine())
        table(runs)
        return
    warnings.simplefilter("ignore")  # of convergence: taken as the library leaves it
    done = {_key(run) for run in runs}
    for name in _named(WORLDS, asked.worlds):
        for place, seed in enumerate(asked.seeds):
            geometry = asked.geometries[place % len(asked.geometries)]
            for run in run_world(name, seed, geometry, asked, done):
                with asked.out.open("a") as file:
                    file.write(json.dumps(run) + "\n")
                print(run["world"], run["seed"], run["method"], f"{run['ari']:.3f}", run["note"], flush=True)


def run_world(name: str, seed: int, geometry: int, asked: argparse.Namespace, done: set) -> Iterator[dict]:
    """Run the methods that were not run on a world yet."""
    options = WorldOptions(seed=seed, geometry_seed=geometry, **WORLDS[name])
    has_geometry = options.kind not in OF_A_REGION
    shown = geometry != CHOSEN_ON_GEOMETRY if has_geometry else seed not in CHOSEN_ON_SEEDS
    world = None
    for method in _named(METHODS, asked.methods):
        for state in range(asked.states if method in AT_RANDOM else 1):
            run = {"world": name, "seed": seed, "geometry": geometry if has_geometry else 0}
            run |= {"split": "shown on" if shown else "chosen on", "method": method, "state": state}
            if _key(run) in done:
                continue
            world = world or make_world(options)
            if method in PEERS and len(world) > MOST_FOR_PEERS and not asked.large_peers:
                continue
            start = process_time()
            answer = METHODS[method](world, state)
            seconds = process_time() - start if answer.seconds is None else answer.seconds
            yield run | {"note": answer.note, "seconds": seconds, "version": __version__} | scores(world, answer)


def scores(world: World, answer: Answer) -> dict:
    """How well an answer agrees with what was planted."""
    label, fault = answer.label, world.fault
    homogeneity, completeness, _ = homogeneity_completeness_v_measure(fault, label)
    system = label if answer.system is None else answer.system
    planted, sizes = world.events_per_plane, np.bincount(label[label >= 0])
    overlap = _jaccard(fault, label)
    of_systems = _jaccard(world.system, label)
    counted, groups = planted >= FEWEST, sizes >= FEWEST
    found = np.flatnonzero(counted & (overlap.max(axis=1, initial=0.0) >= JACCARD))
    matched = np.maximum(overlap.max(axis=0, initial=0.0), of_systems.max(axis=0, initial=0.0)) >= JACCARD
    cosine = np.sum(world.planes.axes[found, 2] * answer.normal[overlap[found].argmax(axis=1)], axis=1)
    angles = np.degrees(np.arccos(np.clip(np.abs(cosine), 0.0, 1.0)))
    return {
        "events": len(world),
        "ari": adjusted_rand_index(fault, label),
        "ari_system": adjusted_rand_index(world.system, system),
        "homogeneity": float(homogeneity),
        "completeness": float(completeness),
        "groups": int(groups.sum()),
        "planted": int(counted.sum()),
        "found": len(found) / max(int(counted.sum()), 1),
        "spurious": float(np.mean(~matched[groups])) if groups.any() else 0.0,
        "angles": angles.round(4).tolist(),
    }


def _jaccard(truth: np.ndarray, label: np.ndarray) -> np.ndarray:
    """Overlap of every planted group with every group found: what they share, of what either has."""
    table = np.zeros((truth.max(initial=-1) + 2, label.max(initial=-1) + 2))
    np.add.at(table, (truth, label), 1.0)  # -1 counts in the last row or column
    either = table.sum(axis=1)[:, None] + table.sum(axis=0) - table
    return (table / np.maximum(either, 1.0))[:-1, :-1]


def table(runs: list[dict]) -> None:
    """Print a table for every world and split."""
    for name in WORLDS:
        for split in ("chosen on", "shown on"):
            here = [run for run in runs if run["world"] == name and run["split"] == split]
            if not here:
                continue
            worlds = sorted({(run["geometry"], run["seed"]) for run in here})
            seeds = ", ".join(f"{seed}" if not geometry else f"{geometry}/{seed}" for geometry, seed in worlds)
            of = "geometry/seed" if worlds[0][0] else "seed"
            print(f"\n### {name}, {split}: {here[0]['planted']} planes, {here[0]['events']:,} events ({of} {seeds})\n")
            print(
                "| method | adjusted Rand | of systems | hom. | compl. | groups / planted | found | spurious |", end=""
            )
            print(" normals, 90 % | CPU s | runs |\n|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
            for method in METHODS:
                rows = [run for run in here if run["method"] == method]
                if rows:
                    print("| " + " | ".join([method, *_cells(rows)]) + " |")


def _cells(rows: list[dict]) -> list[str]:
    def middle(name: str) -> float:
        return float(np.median([row[name] for row in rows]))

    ari = [row["ari"] for row in rows]
    angles = np.concatenate([row["angles"] for row in rows])
    told = len(angles) > 0 and not rows[0]["method"].startswith("ceiling")  # who knows all planes knows their normals
    normals = f"{np.median(angles):.2f}°, {np.quantile(angles, 0.9):.2f}°" if told else "–"
    return [
        f"{np.median(ari):.3f} ({min(ari):.3f}..{max(ari):.3f})",
        f"{middle('ari_system'):.3f}",
        f"{middle('homogeneity'):.3f}",
        f"{middle('completeness'):.3f}",
        f"{middle('groups'):g} / {middle('planted'):g}",
        f"{middle('found'):.0%}",
        f"{middle('spurious'):.0%}",
        normals,
        f"{middle('seconds'):.2f}",
        str(len(rows)),
    ]


def _named(names: dict, beginnings: list[str]) -> list[str]:
    """Names that begin so; it is a mistake if a beginning has none."""
    for beginning in beginnings:
        if not any(name.startswith(beginning) for name in names):
            sys.exit(f"nothing begins with {beginning!r}: there are {', '.join(names)}")
    return [name for name in names if name.startswith(tuple(beginnings))]


def _key(run: dict) -> tuple:
    return tuple(run[name] for name in ("world", "seed", "geometry", "method", "state"))


def _read(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.is_file() else []


if __name__ == "__main__":
    main()
