"""Segments and faults of a network beside mapped faults, the flat and the steep ones apart, against chance.

    python benchmarks/mapped_faults.py NETWORK MAPPED [--crs EPSG:26711] [--draws 1000] [--move-km KM] [--jobs N]

NETWORK is a result folder of `seisweave faults`, MAPPED surfaces or traces as `seisweave network compare` reads them,
whose measure this is (`seisweave.faults.mapped`): 2 km, 30°, plates moved and turned at random.
"""

from __future__ import annotations

import argparse

import numpy as np

import seisweave as sw
from machine import machine
from seisweave.faults import FaultNetwork
from seisweave.faults.mapped import MappedComparison, MappedOptions, compare_with_mapped, read_mapped_faults
from seisweave.faults.mapped.chance import Share

THIN_KM, THIN = 2.0, 0.3  # planes: thinner than 2 km and than 0.3 of the shorter side
STEEP_DEG, MANY = 60.0, 200


def main() -> None:
    """Print a table of segments and faults."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("network")
    parser.add_argument("mapped")
    parser.add_argument("--crs")
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--move-km", type=float)
    parser.add_argument("--jobs", type=int)
    given = parser.parse_args()
    network, mapped = sw.open_result(given.network), read_mapped_faults(given.mapped, given.crs)
    print(machine())
    heads = ("level", "of them", "share of events", "median distance", "median angle", "agree", "chance")
    heads += ("of their events", "chance")
    print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")
    lines = []
    for level in ("segments", "faults"):
        options = MappedOptions(level=level, draws=given.draws, move_km=given.move_km)
        made = compare_with_mapped(network, mapped, options, jobs=given.jobs)
        for name, chosen in kinds(network, level).items():
            if chosen.any():
                print(row(f"{level}: {name}", made, chosen), flush=True)
        lines.append(reverse(level, made))
    print("\n" + "\n".join(lines))


def kinds(network: FaultNetwork, level: str) -> dict[str, np.ndarray]:
    """Which segments or faults are planes, steep planes, and steep planes of many events."""
    planes = network.planes if level == "faults" else network.segment_planes
    events = network.events_per_fault if level == "faults" else network.events_per_segment
    flat = (planes.thickness_km < THIN_KM) & (
        planes.thickness_km < THIN * np.minimum(planes.length_km, planes.width_km)
    )
    steep = flat & (planes.dip_deg > STEEP_DEG)
    return {
        "all": np.ones(len(events), bool),
        "planes": flat,
        f"steep planes (dip > {STEEP_DEG:g}°)": steep,
        f"steep planes of {MANY} events and more": steep & (events >= MANY),
    }


def row(name: str, made: MappedComparison, chosen: np.ndarray) -> str:
    """One row of the table."""
    by_number, by_events = made.share_of(chosen), made.share_of(chosen, by_events=True)
    share = made.n_events[chosen].sum() / made.network.n_events
    return (
        f"| {name} | {chosen.sum():,} | {share:.1%} | {np.median(made.beside.distance_km[chosen]):.2f} km |"
        f" {np.median(made.beside.angle_deg[chosen]):.0f}° | {by_number.found:.1%} | {by_chance(by_number)} |"
        f" {by_events.found:.1%} | {by_chance(by_events)} |"
    )


def reverse(level: str, made: MappedComparison) -> str:
    """The mapped faults' side in a line."""
    said, near = made.summary(), made.options.near_km
    return (
        f"{level}: of {said['n_mapped_within']} mapped faults within, {said['n_mapped_with_faults']} have {level} that"
        f" agree, {said['n_mapped_quiet']} no event; {said['n_unmapped']} of {said['n_compared']} {level} no mapped"
        f" fault within {near:g} km; median distance by chance {said['chance_distance_km']:.2f} km"
    )


def by_chance(share: Share) -> str:
    """The mean of the draws and 95 % of them."""
    return f"{share.chance:.1%} ({share.chance_low:.1%} to {share.chance_high:.1%})"


if __name__ == "__main__":
    main()
