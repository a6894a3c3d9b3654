"""Make those pictures of the documentation that need no data: of the embedded default and of planted faults.

Run: python docs/make_pictures.py [NAME ...]      (into docs/pictures; by default all but those of real data)

docs/pictures.md says which commands make the others.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import seisweave as sw
from seisweave.condensation import EventGaussians, condense
from seisweave.faults.atomize import atomize
from seisweave.faults.export import network_events
from seisweave.faults.merge_gains import merge_gains, proto_mixture
from seisweave.report import network_figure, plot_map
from seisweave.report.colours import PALETTE
from seisweave.report.network_figures import (
    condensation_steps_figure,
    plot_boxcar_tails,
    plot_capacity,
    plot_gain_matrix,
    plot_tails,
)
from seisweave.report.network_figures.page_figures import fault_figure, orientation_figure
from seisweave.report.traces import read_traces
from seisweave.synthetic import PlantedOptions, WorldOptions, make_world, plant_faults, southern_california_like

FOLDER = Path(__file__).parent / "pictures"
DPI = 80


def network() -> Figure:
    """What `seisweave demo` is given, with the planted faults, and what it finds: two maps."""
    made = southern_california_like()
    catalog = made.catalog.select(event_type="eq")
    found, xyz_km = sw.reconstruct_faults(catalog), catalog.xyz_km()
    figure = Figure(figsize=(12.0, 5.6), layout="constrained")
    events, faults = figure.subplots(1, 2)
    plot_map(found, xyz_km, faults)
    events.scatter(*xyz_km[:, :2].T, s=1.0, color="0.45", linewidths=0)
    for outline_km in _outlines_km(made, found):
        events.fill(*outline_km.T, facecolor="none", edgecolor="tab:red", linewidth=0.9)
    events.set(xlim=faults.get_xlim(), ylim=faults.get_ylim(), aspect="equal")
    events.set(xlabel=faults.get_xlabel(), ylabel=faults.get_ylabel())
    events.spines[["top", "right"]].set_visible(False)
    events.set_title(f"in: {len(catalog):,} hypocentres (red: the {len(made.faults)} planted faults)", loc="left")
    halo = found.faults.halo_of_event >= 0
    share = ((found.label < 0) & ~halo).mean()
    faults.set_title(f"out: {found.n_faults} faults, {halo.mean():.1%} in halos, background {share:.0%}", loc="left")
    return figure


def _outlines_km(made, found: sw.faults.FaultNetwork) -> list[np.ndarray]:
    """Planted rectangles seen from above, in the coordinates of the network."""
    outlines, projection = [], found.projection
    assert projection is not None  # it was made from a catalog
    for k in range(len(made.faults)):
        sides = 0.5 * np.array([made.faults.length_km[k], made.faults.width_km[k], 0.0])
        corners = np.array([(-1, -1, 0), (1, -1, 0), (1, 1, 0), (-1, 1, 0)]) * sides
        x, y = made.faults.place(np.full(4, k), corners)[:, :2].T
        longitude, latitude = made.projection.to_geographic(x, y)
        outlines.append(np.column_stack(projection.to_local(longitude, latitude)))
    return outlines


def worlds() -> Figure:
    """Six worlds from above: events by their planted plane, those on none in grey."""
    kinds = ("curved", "listric", "segmented", "en_echelon", "intersecting", "coplanar")
    figure = Figure(figsize=(12.0, 7.4), layout="constrained")
    for kind, axes in zip(kinds, figure.subplots(2, 3).flat, strict=True):
        world = make_world(WorldOptions(kind=kind, n_events=6000))
        on = world.fault >= 0
        axes.scatter(*world.xyz_km[~on, :2].T, s=0.6, color="0.7", linewidths=0)
        axes.scatter(*world.xyz_km[on, :2].T, s=0.8, c=world.fault[on] % 10, cmap="tab10", linewidths=0)
        axes.set(aspect="equal", xlabel="east, km", ylabel="north, km")
        axes.spines[["top", "right"]].set_visible(False)
        name = kind.replace("_", " ")
        axes.set_title(f"{name}: {len(world.planes)} planes, {world.system.max() + 1} systems", loc="left")
    return figure


def ridgecrest(folder: Path = Path("out/ridgecrest")) -> Figure:
    """The network of docs/real-sequences.md, from the folder that its command writes: events, and plates."""
    found = sw.faults.open_network(folder / "network.nc")
    xyz_km = pd.read_parquet(folder / "events.parquet")[["x_km", "y_km", "depth_km"]].to_numpy()
    figure = Figure(figsize=(10.0, 6.6), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.scatter(*xyz_km[:, :2].T, s=0.6, color="0.35", linewidths=0)
    plot_map(found, xyz_km, right)
    left.set(xlabel=right.get_xlabel(), ylabel=right.get_ylabel(), aspect="equal")
    left.spines[["top", "right"]].set_visible(False)
    for axes, title in (left, f"{len(xyz_km):,} hypocentres"), (right, f"{found.n_faults} faults"):
        axes.set(xlim=(-30, 42), ylim=(-40, 50))
        axes.set_title(title, loc="left")
    return figure


def sequences() -> Figure:
    """Three networks of docs/real-sequences.md beside the mapped traces of the Community Fault Model."""
    mapped = read_traces("../shared/data/cfm7/CFM7.0_traces.lonLat.gz")
    figure = Figure(figsize=(11.0, 4.8), layout="constrained")
    for axes, (name, title) in zip(figure.subplots(1, 3), _SEQUENCES.items(), strict=True):
        folder = Path("out") / name
        found = sw.faults.open_network(folder / "network.nc")
        xyz_km = pd.read_parquet(folder / "events.parquet")[["x_km", "y_km", "depth_km"]].to_numpy()
        plot_map(found, xyz_km, axes, traces=mapped)
        west, south = np.percentile(xyz_km[:, :2], 0.5, axis=0) - 5
        east, north = np.percentile(xyz_km[:, :2], 99.5, axis=0) + 5
        axes.set(xlim=(west, east), ylim=(south, north))
        axes.set_title(f"{title}: {found.n_faults} faults", loc="left")
    return figure


_SEQUENCES = {"elmayor": "El Mayor-Cucapah 2010", "northridge": "Northridge 1994", "landers-1992": "Landers 1992"}


def orientation() -> Figure:
    """Orientation and size of the faults that `seisweave demo` finds."""
    return orientation_figure(_demo())


def one_fault() -> Figure:
    """One of these faults: its section, and its magnitudes in time."""
    found = _demo()
    return fault_figure(found, 2, network_events(found))


def making() -> Figure:
    """Figures 2b, 3b and 7b of the paper, of five planted faults, and what becomes of the tails of a real one."""
    figure = Figure(figsize=(12.0, 7.2), layout="constrained")
    (capacity, gains), (boxcars, tails) = figure.subplots(2, 2)
    planted = plant_faults(PlantedOptions(n_faults=5, spacing=2.0, noise_share=0.05, geometry_seed=5))
    alone = planted.xyz_km[planted.fault >= 0]
    for points, label, colour in ((alone, "planes", PALETTE[0]), (planted.xyz_km, "with background", PALETTE[1])):
        plot_capacity(sw.faults.ward_linkage(points), capacity, label=label, colour=colour)
    mixture = proto_mixture(planted.xyz_km, atomize(sw.faults.ward_linkage(planted.xyz_km)).label)
    plot_gain_matrix(merge_gains(mixture, planted.xyz_km), gains, what="proto-fault")
    plot_boxcar_tails(1.0, boxcars)
    found = _demo()
    many = np.bincount(found.faults.fault_of_segment[found.faults.fault_of_segment >= 0])
    plot_tails(found, int(many.argmax()), tails)
    return figure


def condensation_steps() -> Figure:
    """Three events like those of Figure 8 of the paper; the one of three Gaussians, step by step."""
    event, weight = np.array([0, 0, 0, 1, 1, 2]), np.array([0.5, 0.3, 0.2, 0.6, 0.4, 1.0])
    place = np.array([[0.0, 0], [1.5, 0.8], [-1, 1.2], [0.6, 0.2], [2.2, 1.2], [1.0, -0.3]])
    sides = np.array([[0.9, 0.5], [1.0, 0.4], [0.8, 0.6], [0.35, 0.2], [0.5, 0.3], [0.25, 0.25]])
    turn = np.radians([20.0, 60.0, -30.0, 10.0, 40.0, 0.0])
    along = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    axes = np.stack([along, across], axis=2)
    covariance = axes * sides[:, None, :] ** 2 @ axes.transpose(0, 2, 1)
    return condensation_steps_figure(condense(EventGaussians(event, weight, place, covariance)), 0)


@cache
def _demo() -> sw.faults.FaultNetwork:
    """What `seisweave demo` finds, with its events."""
    catalog = southern_california_like().catalog.select(event_type="eq")
    return replace(sw.reconstruct_faults(catalog), source=catalog)


def steps() -> Figure:
    """Five planted faults: the truth, the proto-faults after atomization, the network."""
    planted = plant_faults(PlantedOptions(n_faults=5, spacing=2.0, geometry_seed=5))
    atoms = atomize(sw.faults.ward_linkage(planted.xyz_km))
    found = sw.reconstruct_faults(planted.xyz_km)
    figure = Figure(figsize=(12.0, 3.3), layout="constrained")
    left, middle, right = figure.subplots(1, 3, sharex=True, sharey=True)
    _dots(left, planted.xyz_km, planted.fault, f"planted: {len(planted.faults)} faults and 5 % background")
    _dots(middle, planted.xyz_km, atoms.label, f"atomized: {atoms.capacity} proto-faults")
    plot_map(found, planted.xyz_km, right)
    score = sw.evaluation.adjusted_rand_index(planted.fault, found.label)
    right.set_title(f"found: {found.n_faults} faults (adjusted Rand {score:.3f})", loc="left", fontsize="medium")
    return figure


def conventions() -> Figure:
    """One fault and its plate, from above and along its strike."""
    rng = np.random.default_rng(3)
    dip = np.radians(60.0)
    inside = np.column_stack([rng.uniform(-7, 7, 800), rng.uniform(-3.5, 3.5, 800), rng.normal(0, 0.2, 800)])
    east = inside[:, 1] * np.cos(dip) + inside[:, 2] * np.sin(dip)
    down = 8.0 + inside[:, 1] * np.sin(dip) - inside[:, 2] * np.cos(dip)
    points = np.column_stack([east, inside[:, 0], down])  # strikes north, dips 60° east
    found = sw.reconstruct_faults(points, sw.FaultOptions(min_sigma_km=0.15))
    return network_figure(found, points, title=_plane_words(found))


def _plane_words(found: sw.faults.FaultNetwork) -> str:
    planes = found.planes
    angles = f"strike {planes.strike_deg[0]:.0f}°, dip {planes.dip_deg[0]:.0f}°"
    sides = (planes.length_km[0], planes.width_km[0], planes.thickness_km[0])
    return f"{angles}; plate {sides[0]:.1f} × {sides[1]:.1f} × {sides[2]:.1f} km"


def _dots(axes, xyz_km: np.ndarray, label: np.ndarray, title: str) -> None:
    free = label < 0
    axes.scatter(*xyz_km[free, :2].T, s=4, color="0.7", linewidths=0)
    axes.scatter(*xyz_km[~free, :2].T, s=4, c=label[~free] * 7 % 20, cmap="tab20", linewidths=0)
    axes.set_title(title, loc="left", fontsize="medium")
    axes.set(xlabel="x, east (km)", ylabel="y, north (km)", aspect="equal")
    axes.spines[["top", "right"]].set_visible(False)


DRAWN = (network, steps, conventions, worlds, orientation, one_fault, making, condensation_steps, ridgecrest, sequences)
PICTURES = {f.__name__: f for f in DRAWN}
NEED_DATA = {"ridgecrest", "sequences"}  # made only when asked for: they read results of a command


def main(names: list[str]) -> None:
    """Write the pictures of these names, or all."""
    FOLDER.mkdir(exist_ok=True)
    for name in names or [name for name in PICTURES if name not in NEED_DATA]:
        path = FOLDER / f"{name}.png"
        PICTURES[name]().savefig(path, dpi=DPI)
        print(f"{path.name}: {path.stat().st_size / 1024:.0f} KB")


if __name__ == "__main__":
    main(sys.argv[1:])
