"""What each shape of the background does: the tables on backgrounds in docs/how-to-choose.md.

Run: python benchmarks/backgrounds.py [planted | region | induced | landers | ridgecrest ...] [--seeds 5]
     [--shared ../shared]
     python benchmarks/backgrounds.py cells     # how well Voronoi cells match the borders of subsets

Three events in four make the network, the fourth (drawn by the seed) is held out. *planted*: twenty rectangles as in
Kamer et al. (2020), section 3.2, 10 % uniform background; *region*: the earthquakes of `make_world`, kind uneven, whose
background is not uniform; *induced*: three of those rectangles, scaled to 3 km, in a cloud of σ 1 km that holds half of
the events; *landers* and *ridgecrest*: as in docs/real-sequences.md. Seeds are 101, 102, ...: nothing was chosen on
them.

Figures are medians over seeds. BIC, lnL and held out stand as they are for the box, else as (medians of) differences to
the box with as many subsets. ARI is the adjusted Rand index of segments with the truth, of all events that made the
network; lnL their log-likelihood; parameters those of all backgrounds; held out the mean log density of the others, per
event, under 99 % of the network and 1 % of a uniform density over the box of all (a network alone may give one event
next to nothing); outside the share of held-out background events (planted) or of all held-out events (real) at which no
background has more than a thousandth of its highest density; overlap the mean number of backgrounds at places drawn
from them.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import numpy as np

import seisweave as sw
from machine import machine
from seisweave.evaluation import adjusted_rand_index
from seisweave.faults.options import BackgroundKind
from seisweave.synthetic import PlantedOptions, WorldOptions, make_world, plant_faults

_HELD_OUT = 0.25
_FLOOR = 0.01
_FAINT = 1e-3


@dataclass(frozen=True, eq=False)
class Data:
    """Hypocentres, and their planted faults (-1: background) where these are known."""

    xyz_km: np.ndarray
    truth: np.ndarray | None


def planted(seed: int, _: Path) -> Data:
    """Twenty rectangles and 10 % uniform background."""
    made = plant_faults(PlantedOptions(density_per_km2=0.5, noise_share=0.1, seed=seed))
    return Data(made.xyz_km, made.fault)


def region(seed: int, _: Path) -> Data:
    """27 faults and a background of which half lies in four clouds."""
    world = make_world(WorldOptions(kind="uneven", n_events=6000, seed=seed))
    return Data(world.xyz_km, world.fault)


def induced(seed: int, _: Path) -> Data:
    """Three small planes in a round cloud."""
    made = plant_faults(PlantedOptions(n_faults=3, density_per_km2=1.0, noise_share=0.0, seed=seed))
    rng = np.random.default_rng(seed)
    planes = made.xyz_km - made.xyz_km.mean(axis=0)
    planes *= 3.0 / np.ptp(planes, axis=0).max()
    cloud = rng.normal(0.0, 1.0, planes.shape)
    return Data(np.concatenate([planes, cloud]), np.concatenate([made.fault, np.full(len(cloud), -1)]))


def landers(_: int, shared: Path) -> Data:
    """The 3,360 events of the paper."""
    return Data(sw.catalog.read_local_xyz(shared / "data" / "landers_3360_xyz_km.csv").xyz_km, None)


def ridgecrest(_: int, shared: Path) -> Data:
    """Ridgecrest 2019, as in docs/real-sequences.md."""
    catalog = sw.read_catalog(shared / "data" / "scedc_1932_2026.csv.gz").select(
        start="2019-07-04",
        end="2019-10-10",
        box=(-118.2, -117.0, 35.2, 36.4),
        event_type="eq",
        quality="A",
        min_phases=16,
    )
    catalog = catalog.with_depth()
    return Data(catalog.xyz_km(catalog.projection()), None)


SETS: dict[str, tuple[Callable[[int, Path], Data], tuple[int, ...]]] = {
    "planted": (planted, (1, 5)),
    "region": (region, (1, 5, 30)),
    "induced": (induced, (1,)),
    "landers": (landers, (1, 4)),
    "ridgecrest": (ridgecrest, (1, 5)),
}


@dataclass(frozen=True)
class Row:
    """What one network came to."""

    segments: float
    ari: float
    bic: float
    log_likelihood: float
    parameters: float
    background: float
    held_out: float
    outside: float
    overlap: float


def measure(data: Data, options: sw.FaultOptions, seed: int) -> Row:
    """One network of three quarters of the events, scored on the last quarter."""
    out = np.random.default_rng(seed).random(len(data.xyz_km)) < _HELD_OUT
    network = sw.reconstruct_faults(data.xyz_km[~out], options)
    mixture, later = network.mixture, data.xyz_km[out]
    around = np.prod(np.ptp(data.xyz_km, axis=0) + 1.0)
    density = (1.0 - _FLOOR) * np.exp(mixture.log_density(later)) + _FLOOR / around
    wanted = later if data.truth is None else later[data.truth[out] < 0]
    truth = None if data.truth is None else data.truth[~out]
    return Row(
        segments=network.n_segments,
        ari=np.nan if truth is None else adjusted_rand_index(truth, network.segment),
        bic=network.bic,
        log_likelihood=network.log_likelihood,
        parameters=mixture.n_parameters - 10 * mixture.n_gaussians + 1,
        background=float(mixture.box_weight.sum()),
        held_out=float(np.log(density).mean()),
        outside=float((_highest(mixture, wanted) < _FAINT).mean()),
        overlap=_overlap(mixture),
    )


def _relative(mixture, xyz_km: np.ndarray) -> np.ndarray:
    xyz = np.ascontiguousarray(xyz_km.T)
    return np.stack([mixture.background_relative(b, xyz) for b in range(mixture.n_boxes)])


def _highest(mixture, xyz_km: np.ndarray) -> np.ndarray:
    return _relative(mixture, xyz_km).max(axis=0) if mixture.n_boxes else np.zeros(len(xyz_km))


def _overlap(mixture) -> float:
    """Mean number of backgrounds at places drawn from them, each by its weight."""
    if not mixture.n_boxes:
        return np.nan
    rng = np.random.default_rng(0)
    part = rng.choice(mixture.n_boxes, size=20_000, p=mixture.box_weight / mixture.box_weight.sum())
    unit, places = rng.uniform(-1.0, 1.0, (20_000, 3)), np.empty((20_000, 3))
    for b in range(mixture.n_boxes):
        places[part == b] = mixture.background_places(b, unit[part == b])
    return float((_relative(mixture, places) > _FAINT).sum(axis=0).mean())


def table(name: str, seeds: range, shared: Path) -> None:
    """Print the rows of one set."""
    make, cuts = SETS[name]
    sets = {seed: make(seed, shared) for seed in seeds}
    for subsets in cuts:
        boxes: dict[int, Row] = {}
        for kind in get_args(BackgroundKind):
            options = sw.FaultOptions(background=kind, subsets=subsets)
            rows = {seed: measure(data, options, seed) for seed, data in sets.items()}
            boxes = boxes or rows
            print("| " + " | ".join([name, str(subsets), kind, *_cells(rows, boxes, kind)]) + " |", flush=True)


def own_cells(shared: Path) -> None:
    """Print how many events lie in the Voronoi cell of their own subset: whose centroid is nearest."""
    from seisweave.faults.atomize import cut_into_subsets
    from seisweave.faults.ward import ward_linkage

    for name, (make, cuts) in SETS.items():
        xyz_km = make(101, shared).xyz_km
        linkage = ward_linkage(xyz_km)
        for subsets in cuts:
            rows = [points for points, _ in cut_into_subsets(linkage, subsets)]
            centroid = np.array([xyz_km[points].mean(axis=0) for points in rows])
            square = [((xyz_km[points, None] - centroid) ** 2).sum(axis=2) for points in rows]
            own = sum(int((each.argmin(axis=1) == k).sum()) for k, each in enumerate(square))
            if subsets > 1:
                print(f"{name}, {subsets} subsets: {own / len(xyz_km):.1%} of the events in their own cell", flush=True)


def _cells(rows: dict[int, Row], boxes: dict[int, Row], kind: str) -> list[str]:
    def median(name: str, *, less: bool = False) -> float:
        own = [getattr(row, name) - (getattr(boxes[seed], name) if less else 0.0) for seed, row in rows.items()]
        return float(np.median(own))

    less = kind != "box"
    ari = median("ari")
    return [
        f"{median('segments'):.0f}",
        "" if np.isnan(ari) else f"{ari:.3f}",
        f"{median('bic', less=less):+.0f}" if less else f"{median('bic'):.0f}",
        f"{median('log_likelihood', less=less):+.0f}" if less else f"{median('log_likelihood'):.0f}",
        f"{median('parameters'):.0f}",
        f"{median('background'):.1%}",
        f"{median('held_out', less=less):+.3f}" if less else f"{median('held_out'):.3f}",
        f"{median('outside'):.1%}",
        f"{median('overlap'):.2f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sets", nargs="*", help=f"of {', '.join(SETS)}; all by default; or cells")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    arguments = parser.parse_args()
    if arguments.sets == ["cells"]:
        own_cells(arguments.shared)
        return
    unknown = set(arguments.sets) - set(SETS)
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: no such set; choose from {', '.join(SETS)}")
    print(f"seisweave {sw.__version__}, {machine()}, seeds 101 to {100 + arguments.seeds}\n")
    heads = ("data", "subsets", "background", "segments", "ARI", "BIC", "lnL", "parameters", "weight", "held out")
    print("| " + " | ".join([*heads, "outside", "overlap"]) + " |\n|" + "---|" * 12)
    for name in arguments.sets or SETS:
        table(name, range(101, 101 + arguments.seeds), arguments.shared)


if __name__ == "__main__":
    main()
