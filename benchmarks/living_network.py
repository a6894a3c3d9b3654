"""Networks that go on beside networks made anew: what stays of each fault, and what that costs.

    python benchmarks/living_network.py ridgecrest CATALOG
    python benchmarks/living_network.py planted
    python benchmarks/living_network.py demo
    python benchmarks/living_network.py year NETWORK CATALOG

ridgecrest: the sequence up to some days of July 2019 (settings of docs/real-sequences.md); each network up to the later
day is made anew, and by an update of that up to the earlier one. planted: the paper's twenty faults, events in random
order, half of them and then all, against the truth. demo: the same with the simulated region of `seisweave demo`, in
the order of time. year: 2020 given to a network of Southern California of 1990 to 2019, in seconds.
"""

from __future__ import annotations

import sys
from time import perf_counter

import numpy as np

import seisweave as sw
from machine import machine
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults import FaultNetwork, UpdateOptions, assign_events, update_faults
from seisweave.faults.agreement import groups_of
from seisweave.faults.regrouping import regroup
from seisweave.synthetic import PlantedOptions, plant_faults, southern_california_like

PAIRS = (("08", "10"), ("08", "09"), ("09", "10"), ("09", "11"), ("10", "11"), ("08", "11"))


def main() -> None:
    """Run one of the studies."""
    print(machine())
    {"ridgecrest": ridgecrest, "planted": planted, "demo": demo, "year": year}[sys.argv[1]](*sys.argv[2:])


def ridgecrest(path: str) -> None:
    """Rows of both ways for every pair of days, then two updates beside one."""
    whole = sw.read_catalog(path).select(
        start="2019-07-04", box=(-118.2, -117.0, 35.2, 36.4), event_type="eq", quality="A", min_phases=16
    )
    catalogs = {day: whole.select(end=f"2019-07-{day}").with_depth() for day in ("08", "09", "10", "11")}
    made = {day: sw.reconstruct_faults(catalog) for day, catalog in catalogs.items()}
    print("| until July | then | events | way | faults and halos | faults | segments | ten heaviest, least | segments,"
          " least | BIC of segments | of plates |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for early, late in PAIRS:
        old, fresh = made[early], made[late]
        rows = np.flatnonzero(np.isin(catalogs[late].ids, catalogs[early].ids))
        assert np.array_equal(catalogs[late].ids[rows], catalogs[early].ids)
        updated = update_faults(old, catalogs[late]).network
        for way, network, own in (("anew", fresh, rows), ("update", updated, np.arange(old.n_events))):
            print(f"| {early} | {late} | {old.n_events:,} + {fresh.n_events - old.n_events:,} | {way} | "
                  f"{row_of(old, network, own)} | {cost(network.bic, fresh.bic)} |"
                  f" {cost(network.faults.bic, fresh.faults.bic)} |")  # fmt: skip
    for agreement, of_segments in ((0.0, 0.0), (0.8, 0.8), (0.9, 0.8), (0.9, 0.9), (0.95, 0.95)):
        free = update_faults(made["08"], catalogs["10"], UpdateOptions(agreement, of_segments))
        row = row_of(made["08"], free.network, np.arange(made["08"].n_events))
        costs = cost(free.network.bic, made["10"].bic), cost(free.network.faults.bic, made["10"].faults.bic)
        print(f"08 to 10, agreement {agreement}, of segments {of_segments}: {row}, {', '.join(costs)}: {free}")
    once = update_faults(made["08"], catalogs["10"]).network
    twice = update_faults(update_faults(made["08"], catalogs["09"]).network, catalogs["10"]).network
    same = [{each: k for k, each in enumerate(network.source["id"])} for network in (once, twice)]
    back = np.array([same[1][each] for each in same[0]])
    print(f"08 to 10 at once and by 09: {row_of(once, twice, back)}, {cost(twice.bic, once.bic)}")


def row_of(old: FaultNetwork, network: FaultNetwork, own: np.ndarray) -> str:
    """Adjusted Rand indices over the events of the old network, and the least Jaccard index of the ten heaviest."""
    groups = [groups_of(each.label, each.faults.halo_of_event, each.n_faults) for each in (old, network)]
    pairs = ((groups[0], groups[1]), (old.label, network.label), (old.segment, network.segment))
    rand = [f"{adjusted_rand_index(before, now[own]):.2f}" for before, now in pairs]
    least = [f"{ten_heaviest(before, now[own]).min():.2f}" for before, now in (pairs[0], pairs[2])]
    return " | ".join([*rand, *least])


def ten_heaviest(before: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Best Jaccard index of each of the ten groups of most events."""
    size = np.bincount(before[before >= 0])
    return regroup(before, now, len(size)).jaccard[np.argsort(-size, kind="stable")[:10]]


def cost(bic: float, fresh: float) -> str:
    """By how much a BIC is above another."""
    return f"{100 * (bic / fresh - 1):+.2f} %"


def planted() -> None:
    """Half of the events of planted faults, then all: truth, agreement, BIC."""
    for seed in range(5):
        world = plant_faults(PlantedOptions(density_per_km2=0.5, noise_share=0.05, seed=seed))
        order = np.random.default_rng(seed).permutation(len(world))
        xyz_km, truth, half = world.xyz_km[order], world.fault[order], len(order) // 2
        against_truth(sw.reconstruct_faults(xyz_km[:half]), xyz_km, xyz_km[half:], truth, f"seed {seed}")


def demo() -> None:
    """The first half of a simulated region, then all."""
    for seed in range(1, 4):
        world = southern_california_like(seed=seed)
        keep = world.catalog.has_depth
        catalog, truth = world.catalog[keep], world.fault[keep]
        half = len(catalog) // 2
        against_truth(sw.reconstruct_faults(catalog[:half]), catalog, catalog[half:], truth, f"seed {seed}")


def against_truth(old: FaultNetwork, whole: object, later: object, truth: np.ndarray, name: str) -> None:
    """One line: adjusted Rand index with the truth, made anew and by update; what stayed; the BIC."""
    fresh, updated = sw.reconstruct_faults(whole), update_faults(old, later)
    now, own = updated.network, np.arange(old.n_events)
    index = [adjusted_rand_index(truth, network.label) for network in (fresh, now)]
    print(f"{name}: truth, anew {index[0]:.3f}, update {index[1]:.3f}; stays, anew {row_of(old, fresh, own)}, update"
          f" {row_of(old, now, own)}; BIC {cost(now.bic, fresh.bic)}, of plates"
          f" {cost(now.faults.bic, fresh.faults.bic)}; {updated}")  # fmt: skip


def year(folder: str, path: str) -> None:
    """Seconds to give a year to the faults of thirty."""
    network = sw.open_result(folder)
    catalog = sw.read_catalog(path).select(
        start="2020-01-01", end="2021-01-01", box=(-121.0, -114.0, 32.0, 37.0001), event_type="eq"
    )
    catalog = catalog.select(quality="A", min_phases=16).with_depth()
    assign_events(network, catalog[:10])  # compiled code is loaded
    start = perf_counter()
    found = assign_events(network, catalog)
    print(f"{len(catalog):,} events, {network.n_faults} faults, {network.n_segments} segments:"
          f" {perf_counter() - start:.1f} s; {found}")  # fmt: skip


if __name__ == "__main__":
    main()
