"""Reconstruct all of Southern California four times, and draw the four networks (docs/southern-california.md).

    python docs/southern_california.py CATALOG [--traces FILE] [--keep out/southern-california] [--jobs N]

CATALOG is the SCEDC catalog, in any form `seisweave` reads; its good hypocentres of 1990-2019 are taken. With --traces
(longitude and latitude in two columns, lines apart by ">", as the SCEC Community Fault Model has them) mapped faults
are drawn over the networks. Networks are kept; a second run only draws. Prints the table of the page.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from matplotlib import colormaps
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

import seisweave as sw

PICTURE = Path(__file__).parent / "pictures" / "southern_california.png"
CASES = [("local", 5), ("global", 5), ("local", 30), ("global", 30)]  # as in the paper's Figure 11
THICK_KM = 5.0  # plates thicker than that are no planes; they are outlined only
OCEANSIDE, WITHIN_KM = (-117.86, 32.97), 15.0  # the sequence of 1986 (M 5.4) and what came after it there


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalog")
    parser.add_argument("--traces", type=Path)
    parser.add_argument("--keep", type=Path, default=Path("out/southern-california"))
    parser.add_argument("--jobs", type=int)
    options = parser.parse_args()
    catalog = sw.read_catalog(options.catalog).select(
        start="1990-01-01", end="2020-01-01", box=(-121.0, -114.0, 32.0, 37.0001),
        event_type="eq", quality="A", min_phases=16,
    ).with_depth()  # fmt: skip
    networks = [kept(catalog, criterion, subsets, options) for criterion, subsets in CASES]
    tell(networks, catalog)
    figure(networks, catalog, options.traces).savefig(PICTURE, dpi=90)
    print(f"\npicture: {PICTURE}")


def kept(catalog: sw.Catalog, criterion: str, subsets: int, options: argparse.Namespace) -> sw.FaultNetwork:
    """Reconstruct a network, unless that has been done."""
    path = options.keep / f"{criterion}-{subsets}" / "network.nc"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        settings = sw.FaultOptions(criterion=criterion, subsets=subsets)
        network = sw.reconstruct_faults(catalog, settings, jobs=options.jobs, keep=path.parent / "partial")
        print(f"{criterion}, {subsets} subsets: {sum(network.seconds.values()):.1f} s", flush=True)
        network.write(path)
    return sw.open_network(path)


def tell(networks: list[sw.FaultNetwork], catalog: sw.Catalog) -> None:
    """Print the table: the networks, and what they make of the Oceanside sequence."""
    xyz_km = catalog.xyz_km()
    east, north = catalog.projection().to_local(*(np.array([value]) for value in OCEANSIDE))
    there = np.hypot(xyz_km[:, 0] - east, xyz_km[:, 1] - north) < WITHIN_KM
    print(f"\n{len(catalog):,} hypocentres, {there.sum()} of them within {WITHIN_KM:g} km of Oceanside's\n")
    print("| criterion | subsets | proto-faults | faults | thick | boxes | background weight | BIC | Oceanside |")
    print("|---|---|---|---|---|---|---|---|---|")
    for network in networks:
        faults, count = np.unique(network.label[there], return_counts=True)
        inside = count[faults >= 0]
        own = (
            f"{100 * inside.sum() / there.sum():.0f} % in {len(inside)} faults, {inside.max(initial=0)} in the largest"
        )
        thick = network.planes.thickness_km > THICK_KM
        heavy = f"{thick.sum()} with {network.mixture.weight[thick].sum():.0%} of the weight"
        print(
            f"| {network.options.criterion} | {network.options.subsets} | {network.n_proto:,} | {network.n_faults:,}"
            f" | {heavy} | {network.n_backgrounds} | {network.mixture.box_weight.sum():.3f} | {network.bic:,.0f}"
            f" | {own} |"
        )


def figure(networks: list[sw.FaultNetwork], catalog: sw.Catalog, traces: Path | None) -> Figure:
    """Four maps: plates seen from above, coloured by strike, over the hypocentres; mapped faults in black."""
    drawn = Figure(figsize=(15.0, 13.4), layout="constrained")
    xyz_km, projection = catalog.xyz_km(), catalog.projection()
    lines = [] if traces is None else [np.column_stack(projection.to_local(*line.T)) for line in read_traces(traces)]
    low, high = np.quantile(xyz_km[:, :2], [0.001, 0.999], axis=0)
    axes = drawn.subplots(2, 2, sharex=True, sharey=True)
    for ax, network, letter in zip(axes.flat, networks, "abcd", strict=True):
        draw(ax, network, xyz_km, lines)
        told = f"{network.n_faults:,} faults, background {network.mixture.box_weight.sum():.1%}"
        ax.set_title(f"({letter}) {network.options.criterion}, {network.options.subsets} subsets: {told}", loc="left")
        ax.set(xlim=(low[0] - 15, high[0] + 15), ylim=(low[1] - 15, high[1] + 15), aspect="equal")
        x, y = projection.to_local(*(np.array([value]) for value in OCEANSIDE))
        ax.annotate("Oceanside", (x[0], y[0]), (-62, -30), textcoords="offset points", arrowprops={"arrowstyle": "->"})
    for ax in axes[1]:
        ax.set_xlabel("km east")
    for ax in axes[:, 0]:
        ax.set_ylabel("km north")
    scale = ScalarMappable(Normalize(0.0, 180.0), "twilight_shifted")
    bar = drawn.colorbar(scale, ax=axes, location="bottom", shrink=0.4, aspect=40, ticks=range(0, 181, 45))
    bar.set_label("strike (°, modulo 180)")
    return drawn


def draw(ax, network: sw.FaultNetwork, xyz_km: np.ndarray, lines: list[np.ndarray]) -> None:
    """Draw one map."""
    ax.scatter(*xyz_km[:, :2].T, s=0.08, color="0.75", linewidths=0, rasterized=True)
    ax.add_collection(LineCollection(lines, colors="black", linewidths=0.35, alpha=0.6))
    colours = colormaps["twilight_shifted"](network.planes.strike_deg % 180.0 / 180.0)
    plates, thick = network.planes.corners_km[..., :2], network.planes.thickness_km > THICK_KM
    ax.add_collection(PolyCollection(list(plates[thick]), facecolors="none", edgecolors="0.6", linewidths=0.6))
    style = {"facecolors": colours[~thick], "edgecolors": colours[~thick], "linewidths": 0.9, "alpha": 0.75}
    ax.add_collection(PolyCollection(list(plates[~thick]), **style))
    ax.spines[["top", "right"]].set_visible(False)


def read_traces(path: Path) -> list[np.ndarray]:
    """Lines of longitude and latitude."""
    import gzip

    data = path.read_bytes()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8", errors="replace")
    lines: list[list[list[float]]] = [[]]
    for row in text.splitlines():
        if row.startswith(">"):
            lines.append([])
        elif row.strip() and not row.startswith("#"):
            lines[-1].append([float(value) for value in row.split()[:2]])
    return [np.array(line) for line in lines if len(line) > 1]


if __name__ == "__main__":
    main()
